"""Writing into the shift log, and handing a shift over."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.models import Handover, LogEntry
from tocsin.node.duty.open_items import snapshot

__all__ = ["accept_handover", "hand_over", "shift_to_hand_over", "write_entry"]

LONGEST_TEXT = 10_000
NEAR = timedelta(hours=12)  # how long after its end a shift is still handed over, and before its beginning taken over


@transaction.atomic
def write_entry(*, text: str, by: Person, language: str = "", about_type: str = "", about_id: object = "") -> LogEntry:
    """Write down what happened on duty. It stands as it is: what was wrong is put right by another entry.

    language  of the text; by default the one that is active
    about     one record by its type and identifier, or none
    """
    check(by, Ability.STAND_DUTY)
    entry = LogEntry(
        by=by, text=_said(text), language=language or get_language() or "en", about_type=about_type,
        about_id=str(about_id),
    )  # fmt: skip
    entry.save(force_insert=True)
    audit.record("shift-log.written", entry, by=by, digest=_digest(entry.text), about=entry.about_type)
    return entry


@transaction.atomic
def hand_over(*, text: str, by: Person, line: str = "", language: str = "") -> Handover:
    """Leave one's shift to whoever comes next, with what is open now. That one is told."""
    check(by, Ability.STAND_DUTY)
    now = timezone.now()
    shift = shift_to_hand_over(by, now, line=line)
    if shift is None:
        raise ActRefused(_("You have no shift that could be handed over: none runs now or has just ended."))
    made = Handover(
        line=shift.line, outgoing=by, outgoing_shift=shift, text=_said(text),
        language=language or get_language() or "en", open_items=snapshot(by), made_at=now,
    )  # fmt: skip
    made.save(force_insert=True)
    audit.record(
        "shift.handed_over", made, by=by, line=shift.line, digest=_digest(made.text), open=len(made.open_items)
    )
    following = DutyShift.objects.filter(line=shift.line, starts_at__gte=shift.starts_at, person__is_active=True)
    if next_one := following.exclude(person=by).select_related("person").order_by("starts_at").first():
        notify([next_one.person], "duty.handed_over", link=reverse("handover", args=[made.pk]), by=str(by))
    return made


@transaction.atomic
def accept_handover(handover: Handover, *, by: Person) -> Handover:
    """Take a shift over. The first who does has it; what the same shift had left before is taken over with it."""
    check(by, Ability.STAND_DUTY)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if handover.accepted_by_id == by.pk:
        return handover
    if handover.accepted_by_id:
        raise ActRefused(_("%(name)s has taken this shift over.") % {"name": handover.accepted_by})
    if handover.outgoing_id == by.pk:
        raise ActRefused(_("Nobody takes a shift over from themselves: another person accepts it."))
    now = timezone.now()
    shift = _shift_taken(handover, by, now)
    waiting = Handover.objects.filter(accepted_at=None, line=handover.line, outgoing=handover.outgoing_id)
    earlier = waiting.filter(made_at__lte=handover.made_at, outgoing_shift=handover.outgoing_shift_id)
    earlier.update(accepted_at=now, accepted_by=by, incoming_shift=shift)
    handover.refresh_from_db()
    audit.record("shift.taken_over", handover, by=by, line=handover.line)
    return handover


def shift_to_hand_over(person: Person, now: datetime, *, line: str = "") -> DutyShift | None:
    """The shift of a person that runs now or has just ended."""
    mine = DutyShift.objects.filter(person=person, starts_at__lte=now, ends_at__gt=now - NEAR)
    return (mine.filter(line=line) if line else mine).order_by("-starts_at").first()


def _shift_taken(handover: Handover, person: Person, now: datetime) -> DutyShift | None:
    mine = DutyShift.objects.filter(person=person, line=handover.line, ends_at__gt=now, starts_at__lte=now + NEAR)
    return mine.order_by("starts_at").first()


def _said(text: str) -> str:
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise ActRefused(_("Write at least a sentence."))
    if len(text) > LONGEST_TEXT:
        raise ActRefused(_("At most %(n)d characters.") % {"n": LONGEST_TEXT})
    return text


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
