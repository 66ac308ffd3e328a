"""Duties of standing agreements: opened by events, done or lifted by a person, told of as their time runs."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance import audit
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.alliances.conditions import EventFacts
from tocsin.node.council import session_links
from tocsin.node.council.actions.calling import NEWS, events_to_look_at
from tocsin.node.council.agreements_here import AgreedDuty, Agreement, agreements_in_force, duties_owed
from tocsin.node.council.calling_facts import facts_of_events, facts_of_notified
from tocsin.node.council.models import GivenWarning, OpenedDuty
from tocsin.node.duty.actions.alerts import close_alert, raise_alert
from tocsin.node.duty.models import Alert
from tocsin.node.language.each import in_each_language
from tocsin.node.language.formats import left_of, short_moment
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.post.telling import people_who

__all__ = ["OPENED", "OVER", "allowed", "done", "lift", "look", "title_in_all", "used", "warn"]

OPENED, OVER, WARNED = "duty.opened", "duty.over", "duty.warned"
SHARES = (50, 80)
LONGEST_NOTE = 5_000


def look(*, everything: bool = False) -> int:
    """Open what events ask of this state, ours and those that partners notified. Returns how many were opened."""
    agreements = [one for one in agreements_in_force() if here().code in one.parties]
    if not agreements:
        return 0
    owed = [*_of_ours(everything=everything), *_of_partners(everything=everything)]
    opened_before = OpenedDuty.objects.filter(event_id__in={event for _origin, event, _facts, _exercise in owed})
    known = set(opened_before.values_list("agreement", "event_origin", "event_id", "duty")) if owed else set()
    opened = 0
    for origin, event, facts, is_exercise in owed:
        for agreement in agreements:
            for duty in duties_owed(agreement, facts, here().code):
                if (agreement.code, origin, event, duty.code) not in known:
                    opened += _open(agreement, duty, origin=origin, event=event, is_exercise=is_exercise)
    return opened


Owing = tuple[str, UUID, EventFacts, bool]


def _of_ours(*, everything: bool) -> Iterable[Owing]:
    events = list(events_to_look_at(everything=everything))
    facts = facts_of_events(events)
    return [(here().code, event.pk, facts[event.pk], event.is_exercise) for event in events]


def _of_partners(*, everything: bool) -> Iterable[Owing]:
    heads = NotifiedEvent.objects.theirs().exclude(shown=None).exclude(response="closed").select_related("shown")
    heads = heads if everything else heads.filter(changed_at__gte=timezone.now() - NEWS)
    found = ((head, facts_of_notified(head)) for head in heads.iterator(chunk_size=500))
    return [(head.origin, head.origin_event, facts, head.is_exercise) for head, facts in found if facts is not None]


@transaction.atomic
def _open(agreement: Agreement, duty: AgreedDuty, *, origin: str, event: UUID, is_exercise: bool) -> bool:
    now = timezone.now()
    row, is_new = OpenedDuty.objects.get_or_create(
        agreement=agreement.code, event_origin=origin, event_id=event, duty=duty.code,
        defaults={
            "trigger": duty.trigger, "title": dict(duty.title), "opened_at": now,
            "due_at": now + timedelta(hours=duty.hours),
        },
    )  # fmt: skip
    if is_new:
        raise_alert(
            kind=OPENED, subject_type="duty", subject_id=row.pk, link=session_links.AGREEMENTS,
            values={"duty": title_in_all(row), "hours": duty.hours, "agreement": _shown_in_all(agreement.name)},
            is_exercise=is_exercise or here().is_exercise,
        )  # fmt: skip
        audit.record("duty.opened", row, by=None, agreement=agreement.code, duty=duty.code, event=str(event))
    return is_new


def warn(now: datetime | None = None) -> int:
    """Tell of half and four fifths of the time used, each once; call people when it has run out.

    Returns of how many duties something was told.
    """
    now = now or timezone.now()
    told = 0
    for row in OpenedDuty.objects.open():
        share = used(row, now)
        if share >= 100:
            told += _over(row)
        elif reached := max((one for one in SHARES if share >= one), default=0):
            told += _warn(row, reached, now)
    return told


@transaction.atomic
def _over(row: OpenedDuty) -> bool:
    if Alert.objects.filter(kind=OVER, subject_type="duty", subject_id=str(row.pk)).exists():
        return False
    values = {"duty": title_in_all(row), "when": in_each_language(lambda: short_moment(row.due_at))}
    raise_alert(kind=OVER, subject_type="duty", subject_id=row.pk, link=session_links.AGREEMENTS, values=values)
    return True


@transaction.atomic
def _warn(row: OpenedDuty, share: int, now: datetime) -> bool:
    """A graver warning that was given stands for the lesser ones."""
    new = [one for one in SHARES if one <= share and GivenWarning.is_first(WARNED, row.pk, str(one))]
    if share not in new:
        return False
    link = f"{session_links.AGREEMENTS}#duty-{row.pk}"
    left = in_each_language(lambda: left_of(row.due_at, allowed(row), now))
    notify(people_who(Ability.PREPARE_COUNCIL), WARNED, link=link, duty=title_in_all(row), share=share, left=left)
    return True


def allowed(row: OpenedDuty) -> timedelta:
    """The whole time there was."""
    return row.due_at - row.opened_at


def used(row: OpenedDuty, now: datetime) -> int:
    """How much of the time is used, in hundredths, not above 100."""
    return min(100, int(100 * (now - row.opened_at) / allowed(row)))


def title_in_all(row: OpenedDuty) -> dict[str, str]:
    """What is owed, in each language of the interface."""
    return _shown_in_all(row.title)


def _shown_in_all(said: Mapping[str, str]) -> dict[str, str]:
    fallback = next(iter(said.values()), "")
    return {language: said.get(language, fallback) for language in ("en", "ru", "zh-hans")}


def done(duty: OpenedDuty, *, note: str = "", by: Person) -> OpenedDuty:
    """It was done; the note says how one knows. Raises ActRefused if it is settled already."""
    return _settle(duty, "done", note=note, by=by)


def lift(duty: OpenedDuty, *, note: str, by: Person) -> OpenedDuty:
    """It does not apply here, for a reason. Raises ActRefused without one, and if it is settled already."""
    if not note.strip():
        raise ActRefused(_("Say why this duty does not apply."))
    return _settle(duty, "lifted", note=note, by=by)


@transaction.atomic
def _settle(duty: OpenedDuty, how: str, *, note: str, by: Person) -> OpenedDuty:
    check(by, Ability.PREPARE_COUNCIL)
    row = OpenedDuty.objects.visible_to(by).select_for_update(of=("self",)).get(pk=duty.pk)
    if row.done_at or row.lifted_at:
        who = row.by.name if row.by else here()
        raise ActRefused(_("%(who)s has settled this duty already.") % {"who": who})
    setattr(row, f"{how}_at", timezone.now())
    row.note, row.by = note.strip()[:LONGEST_NOTE], by
    row.save(update_fields=[f"{how}_at", "note", "by"])
    audit.record("duty.done" if how == "done" else "duty.lifted", row, by=by)
    calling: Any = Alert.objects.open().filter(subject_type="duty", subject_id=str(row.pk))
    for alert in calling:
        close_alert(alert, by=None)
    return row
