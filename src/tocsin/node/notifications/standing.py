"""How a notification of ours stands with each state that it went to: sent, delivered, acknowledged, its verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tocsin.exchange.streams import Stream, audience_of
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.alliance_file import here as here_code
from tocsin.node.alliance.naming import in_order, names
from tocsin.node.duty.actions.acknowledgements import acknowledgements_of
from tocsin.node.events.actions.linking import standing
from tocsin.node.events.instruments.clocks import limits
from tocsin.node.events.models import Event
from tocsin.node.notifications.models import Notification, NotifiedEvent, Relevance
from tocsin.node.post.here import local_node, takes_part
from tocsin.node.post.models import Entry, Receipt

__all__ = ["Addressee", "acknowledged_within", "event_now", "first_told_at", "standing_of"]


@dataclass(frozen=True)
class Addressee:
    """One state, in the alliance's order.

    is_waiting       it has not been sealed yet: nobody can have it
    delivered_at     when its node had it, by its own signed receipt; None: not as far as we know
    acknowledged_at  when a person there said to have it, by their clock, and in which role
    earlier          the last version before it that a person there acknowledged, and when; None if there is none
    relevance        its verdict, the last that stands
    standing         active, suspended, left: whoever takes no part now is not reached
    outstanding      for how long an acknowledgement has been waited for; None where there is one, or nothing left yet
    is_late          whether that is longer than the alliance allows
    """

    node: str
    name: str
    is_waiting: bool
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    by_role: str
    earlier: tuple[int, datetime] | None
    relevance: Relevance | None
    standing: str
    outstanding: timedelta | None
    is_late: bool

    @property
    def state(self) -> str:
        """What it has come to: one code for a chip."""
        if self.acknowledged_at:
            return "acknowledged"
        if self.standing != "active":
            return "not_reached"
        if self.is_waiting:
            return "waits"
        return "delivered" if self.delivered_at else "sent"


def standing_of(notification: Notification, *, now: datetime | None = None) -> list[Addressee]:
    """Each state that this version went to, in the alliance's order."""
    now = now or timezone.now()
    statuses, nodes = _given(notification)
    entry = Entry.objects.filter(
        origin=notification.origin, document_id=str(notification.document_id), stands=True
    ).first()  # fmt: skip
    have = _receipts(entry)
    versions = (
        Notification.objects.filter(of=notification.of_id, version__lt=notification.version).standing().in_order()
    )
    numbers = {str(document): version for document, version in versions.values_list("document_id", "version")}
    seen = acknowledgements_of([notification.document_id, *numbers])
    by_node = {one.node: one for one in reversed(seen[str(notification.document_id)])}
    earlier = {one.node: (numbers[key], one.acknowledged_at) for key in numbers for one in reversed(seen[key])}
    said = Relevance.objects.filter(of=notification.of_id).standing().order_by("version", "recorded_at", "id")
    verdicts = {one.origin: one for one in said}
    known, found, within = names(nodes), [], acknowledged_within()
    for node in in_order(nodes):
        ack = by_node.get(node)
        began = None if ack or entry is None else notification.recorded_at
        waited = max(now - began, timedelta()) if began else None
        found.append(
            Addressee(
                node=node, name=known[node], is_waiting=entry is None, delivered_at=have.get(node),
                acknowledged_at=ack.acknowledged_at if ack else None, by_role=ack.by_role if ack else "",
                earlier=earlier.get(node),
                relevance=verdicts.get(node), standing=statuses.get(node, "left"),
                outstanding=waited, is_late=waited is not None and waited > within,
            )
        )  # fmt: skip
    return found


def acknowledged_within() -> timedelta:
    """How soon a person of each state is to acknowledge: 24 h where the alliance's file says nothing else."""
    return limits(alliance().rules.hours)["acknowledgement"].length


def first_told_at(event: Event) -> datetime | None:
    """When partners were first told of an event of ours: the moment of the first version that stands."""
    versions = Notification.objects.filter(of__event=event, is_ours=True).standing().in_order()
    return versions.values_list("recorded_at", flat=True).first()


def event_now(head: NotifiedEvent) -> Event | None:
    """Our event that was notified, or the one that it went into since: answers that still come are about that."""
    return standing(head.event) if head.event is not None else None


def _given(notification: Notification) -> tuple[Mapping[str, str], set[str]]:
    """The standing of every node of the list, and those that the notification is for, suspended ones with them."""
    if not takes_part():
        return {}, set(notification.addressees)
    trust = local_node().trust()
    statuses = {name: entry.status for name, entry in trust.nodes.items()}
    if notification.addressees:
        return statuses, set(notification.addressees)
    stream = Stream(here_code().code, 1, audience_of(notification.classification))
    given = {entry.node for entry in trust.audience(stream)}
    # Suspended states of the same tier wait for it, and get it when they come back.
    tiers = {trust.nodes[node].tier for node in given if trust.nodes[node].kind == "state"}
    waiting = {name for name, one in trust.nodes.items() if one.status == "suspended" and one.tier in tiers}
    return statuses, (given | waiting) - {notification.origin}


def _receipts(entry: Any) -> dict[str, datetime]:
    if entry is None:
        return {}
    receipts = Receipt.objects.filter(stream=entry.stream_id, through__gte=entry.number)
    return {receipt.by: receipt.received_at for receipt in receipts}
