"""One event that a partner has notified: how it stands here, its versions, our verdict, questions, our own events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.models import EventLink
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import word
from tocsin.node.notifications.models import Notification, NotifiedEvent, Relevance, VerificationRequest
from tocsin.node.notifications.pages.conversations import Question, Verdict, questions_of, verdicts_of
from tocsin.node.notifications.pages.naming_events import answer, named, numbers
from tocsin.node.notifications.pages.rendered import Changes, Rendered, audience, changes_of, rendered
from tocsin.node.notifications.standing import acknowledged_within
from tocsin.node.surveillance.models import Signal

__all__ = ["NotifiedPage", "Version", "notified_event_page"]

LONGEST_REPORT = 300


@dataclass(frozen=True, slots=True)
class Version:
    row: Notification
    word: str
    reason: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class NotifiedPage:
    """row          the version that is read; None where none has come
    seen         who here acknowledged the last version, and when
    verdict      ours, the last that was said
    into         what its state notified of the event that it went into, if that is here
    links        our own events that somebody linked to it: (link, serial)
    report       where a signal is reported from it, prefilled; empty where this person cannot
    """

    head: NotifiedEvent
    state: str
    answer: str
    row: Notification | None
    is_last: bool
    shown: Rendered | None
    changes: Changes | None
    versions: list[Version]
    status_word: str
    reason: str
    seen: Acknowledgement | None
    allowed: timedelta
    verdict: Verdict | None
    earlier: list[Verdict]
    questions: list[Question]
    links: list[tuple[EventLink, str]]
    report: str
    into: UUID | None
    may_answer: bool
    may_write: bool

    @property
    def to_acknowledge(self) -> bool:
        """Whether this person may say now that somebody has it."""
        return self.may_answer and not self.head.is_ours and self.head.latest_id is not None and self.seen is None

    @property
    def to(self) -> str:
        """Whom the version that is read was written to."""
        return audience(self.shown.head) if self.shown else ""

    @property
    def deadline(self) -> datetime | None:
        """By when a person here is to have acknowledged the last version."""
        return self.head.latest.recorded_at + self.allowed if self.head.latest else None

    @property
    def is_over(self) -> bool:
        return self.seen is None and self.deadline is not None and self.deadline < timezone.now()


def notified_event_page(head: NotifiedEvent, person: Person, asked: str = "") -> NotifiedPage:
    """`asked`: the version that is to be read, by its key; else the one whose words count."""
    state = names([head.origin])[head.origin]
    versions = list(head.versions.defer("body").order_by("-version", "-recorded_at", "-id"))
    row = _asked(versions, asked) or next((one for one in versions if one.pk == head.shown_id), None)
    row = row or (versions[0] if versions else None)
    verdicts = verdicts_of(
        list(Relevance.objects.visible_to(person).filter(of=head, is_ours=True).select_related("by"))
    )
    questions = VerificationRequest.objects.visible_to(person).filter(about=head).select_related("by")
    latest = head.latest
    shown = rendered(row) if row else None
    return NotifiedPage(
        head=head,
        state=state,
        answer=answer(head, state),
        row=row,
        is_last=row is not None and row.pk in (head.latest_id, head.shown_id),
        shown=shown,
        changes=changes_of(row, shown) if row and not row.state else None,
        versions=[Version(one, word("notification_status", one.status), _reason(one), one is row) for one in versions],
        status_word=word("notification_status", head.status) if head.status else "",
        reason=_reason(latest) if latest is not None else "",
        seen=_seen(latest) if latest is not None else None,
        allowed=acknowledged_within(),
        verdict=verdicts[0] if verdicts else None,
        earlier=verdicts[1:],
        questions=questions_of(list(questions)),
        links=_links(head),
        report=_report(head, state, person),
        into=_into(head, person),
        may_answer=person.may(Ability.ANSWER_PARTNERS),
        may_write=person.may(Ability.WRITE_EVENTS),
    )


def _asked(versions: Sequence[Notification], asked: str) -> Notification | None:
    try:
        key = UUID(asked)
    except ValueError:
        return None
    return next((one for one in versions if one.pk == key), None)


def _reason(one: Notification) -> str:
    return word("withdrawal", one.reason) if one.reason else ""


def _seen(latest: Notification) -> Acknowledgement | None:
    """The first of a person here."""
    found = Acknowledgement.objects.filter(of_id=latest.document_id, is_ours=True).select_related("by")
    return found.order_by("acknowledged_at").first()


def _links(head: NotifiedEvent) -> list[tuple[EventLink, str]]:
    found = EventLink.objects.filter(origin=head.origin, partner_event=head.origin_event).select_related("event")
    return [(link, serial(link.event)) for link in found]


def _into(head: NotifiedEvent, person: Person) -> UUID | None:
    merged = head.latest.body.get("merged_into") if head.latest is not None else None
    if not merged:
        return None
    others = NotifiedEvent.objects.visible_to(person).filter(origin=head.origin, origin_event=merged)
    return others.values_list("pk", flat=True).first()


def _report(head: NotifiedEvent, state: str, person: Person) -> str:
    """The form of a report with what the partner said. Where it was here, the person says."""
    if not person.may(Ability.REPORT_SIGNAL) or head.is_ours or head.shown_id is None:
        return ""
    said = _("%(state)s notified: %(event)s, %(numbers)s.")
    text = said % {"state": state, "event": named(head), "numbers": numbers(head)}
    given = {"kind": Signal.Kind.PARTNER.value, "text": text[:LONGEST_REPORT], "reference": head.serial}
    if head.disease_id:
        given["disease"] = head.disease_id
    return f"{reverse('report_signal')}?{urlencode(given)}"
