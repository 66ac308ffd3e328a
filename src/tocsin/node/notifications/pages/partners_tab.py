"""The tab “Partners” of an event: what was told, to whom, and how each state has it; and what may be told next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named
from tocsin.node.alliance.roles import Ability, Role
from tocsin.node.events.models import Event
from tocsin.node.events.pages.head import Act
from tocsin.node.events.serials import serial
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import whole
from tocsin.node.notifications.models import Draft, Notification, NotifiedEvent, Relevance, VerificationRequest
from tocsin.node.notifications.models.notifications import Status
from tocsin.node.notifications.pages.conversations import Question, Verdict, questions_of, verdicts_of
from tocsin.node.notifications.sentences import WIDTHS
from tocsin.node.notifications.standing import Addressee, acknowledged_within, standing_of

__all__ = ["Merged", "PartnersTab", "Version", "next_act", "offers", "partners_tab", "to_whom"]

PREPARES = (Ability.WRITE_EVENTS, Ability.NOTIFY)
# How an addressee stands, and the chip that shows it.
CHIPS = {
    "acknowledged": "acknowledged", "not_reached": "not_reached", "waits": "waits_to_be_signed", "sent": "under_way",
    "delivered": "delivered",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Version:
    row: Notification
    word: str
    to: str
    is_latest: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One state: how it has the last version, its verdict, and its questions that are open."""

    one: Addressee
    chip: str
    verdict: Verdict | None
    questions: list[Question]

    @property
    def by(self) -> str:
        """In which role somebody there acknowledged it."""
        known = self.one.by_role in Role.values
        return str(Role(self.one.by_role).label) if known else _("a person")


@dataclass(frozen=True, slots=True)
class Merged:
    """An event that went into this one, and what partners hold and say of it still."""

    event: Event
    serial: str
    head: NotifiedEvent


@dataclass(frozen=True, slots=True)
class PartnersTab:
    """head       what partners have; None where nobody was ever told
    behind     how many changes of the event partners do not know of
    deadline   by when a person of each state is to have acknowledged; None where all have, or nothing is out
    """

    head: NotifiedEvent | None
    versions: list[Version]
    told: list[Told]
    acknowledged: int
    behind: int
    deadline: datetime | None
    allowed: Any
    verdicts: list[Verdict]
    questions: list[Question]
    draft: Draft | None
    offers: list[tuple[str, str]]
    merged: list[Merged]
    still_held: bool

    @property
    def said(self) -> str:
        """The answer, for the top of the tab: how many have it."""
        if not self.told:
            return ""
        values = {"done": whole(self.acknowledged), "n": whole(len(self.told))}
        return _("Acknowledged by a person: %(done)s of %(n)s.") % values


def partners_tab(event: Event, person: Person) -> PartnersTab:
    """All of the tab. A constant number of queries, however many states and versions."""
    head = NotifiedEvent.objects.visible_to(person).filter(event=event, is_ours=True).first()
    versions = _versions(head)
    latest = next((one for one in versions if one.withdrawn_at is None), None)
    questions = _questions(person, head, event)
    told = _told(latest, questions)
    draft = open_draft(event, person)
    waiting = [one for one in told if one.one.outstanding is not None]
    return PartnersTab(
        head=head,
        versions=[
            Version(one, word("notification_status", one.status), to_whom(one), one is latest) for one in versions
        ],
        told=told,
        acknowledged=sum(one.one.acknowledged_at is not None for one in told),
        behind=event.version - latest.event_version if latest is not None and latest.event_version else 0,
        deadline=latest.recorded_at + acknowledged_within() if latest is not None and waiting else None,
        allowed=acknowledged_within(),
        verdicts=[one.verdict for one in told if one.verdict is not None],
        questions=questions,
        draft=draft,
        offers=offers(event, latest) if draft is None and _may_prepare(person) else [],
        merged=_merged(event, person),
        still_held=bool(event.merged_into_id and latest is not None and latest.status != Status.WITHDRAWN),
    )


def to_whom(one: Notification | Draft) -> str:
    """Its audience in words: all members; or states by name."""
    return named(one.addressees) if one.classification == "SELECTIVE" else str(WIDTHS.get(one.classification, ""))


def offers(event: Event, latest: Notification | None) -> list[tuple[str, str]]:
    """What may be told next, the usual first: (status, its verb)."""
    verbs = {
        Status.NOTIFIED: _("Notify"),
        Status.UPDATED: _("Update"),
        Status.CLOSED: _("Close the notification"),
        Status.WITHDRAWN: _("Withdraw"),
    }
    if event.merged_into_id:
        held = latest is not None and latest.status != Status.WITHDRAWN
        return [(Status.WITHDRAWN.value, _("Withdraw it as merged"))] if held else []
    if latest is None:
        found = [Status.NOTIFIED]
    elif event.response == Event.Response.CLOSED:
        found = [Status.CLOSED, Status.UPDATED, Status.WITHDRAWN]
    else:
        found = [Status.UPDATED, Status.WITHDRAWN]
    return [(one.value, verbs[one]) for one in found]


def next_act(event: Event, person: Person) -> Act | None:
    """What is to be done next with an event: `events.pages.head.act_by`."""
    if not _may_prepare(person):
        return None
    if draft := open_draft(event, person):
        return _go_on(draft, person)
    latest = Notification.objects.filter(of__event=event, is_ours=True).standing().in_order().defer("body").last()
    if not _has_news(event, latest) or not (offered := offers(event, latest)):
        return None
    status, verb = offered[0]
    return Act(verb, reverse("prepare_notification", args=[event.pk]), (("status", status),))


def _has_news(event: Event, latest: Notification | None) -> bool:
    """Whether partners should be told something, as things stand."""
    if latest is None:
        return event.is_open
    if event.merged_into_id:
        return True
    over = latest.status in (Status.CLOSED, Status.WITHDRAWN) and not event.is_open
    return latest.event_version != event.version and not over


def open_draft(event: Event, person: Person) -> Draft | None:
    """What somebody is making ready of it."""
    found = Draft.objects.visible_to(person).open().filter(event=event)
    return found.select_related("changed_by", "asked_by").first()


def _go_on(draft: Draft, person: Person) -> Act:
    confirms = draft.asked_by_id not in (None, person.pk) and person.may(Ability.NOTIFY)
    return Act(_("Look and confirm") if confirms else _("Go on with the draft"), reverse("draft", args=[draft.pk]))


def _may_prepare(person: Person) -> bool:
    return any(person.may(ability) for ability in PREPARES)


def _versions(head: NotifiedEvent | None) -> list[Notification]:
    """The last first; bodies stay where they are."""
    if head is None:
        return []
    return list(
        head.versions.select_related("by", "asked_by").defer("body").order_by("-version", "-recorded_at", "-id")
    )


def _questions(person: Person, head: NotifiedEvent | None, event: Event) -> list[Question]:
    """Asked of what was notified, and questions that turned out to be this event."""
    asked = VerificationRequest.objects.visible_to(person)
    found = asked.filter(event=event) if head is None else asked.filter(about=head) | asked.filter(event=event)
    return questions_of(list(found.select_related("by")))


def _told(latest: Notification | None, questions: Sequence[Question]) -> list[Told]:
    if latest is None:
        return []
    addressees = standing_of(latest)
    rows: list[Relevance] = [one.relevance for one in addressees if one.relevance is not None]
    verdicts = {one.row.origin: one for one in verdicts_of(rows)}
    return [
        Told(
            one, CHIPS[one.state], verdicts.get(one.node),
            [each for each in questions if each.row.origin == one.node and each.row.answered_at is None],
        )
        for one in addressees
    ]  # fmt: skip


def _merged(event: Event, person: Person) -> list[Merged]:
    gone = event.merged.filter(notified_as__isnull=False).values_list("pk", flat=True)
    keys: list[UUID] = list(gone)
    heads = NotifiedEvent.objects.visible_to(person).filter(event__in=keys, is_ours=True).select_related("event__place")
    return [Merged(one.event, serial(one.event), one) for one in heads if one.event is not None]
