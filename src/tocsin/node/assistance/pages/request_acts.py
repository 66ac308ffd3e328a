"""What a person may do with a request now, by role and situation: the one act that is asked of them, and the others.

The rules of a request refuse whatever does not stand; what is offered here only saves people from asking in vain. What
this state has said and no order has yet counts as done, so that nobody says it twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tocsin.joint.assistance import Key, Offer, OfferStatus, Request, Shipment, ShipmentStatus
from tocsin.joint.assistance.catalogue import catalogue
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.models.requests import STANDING
from tocsin.node.assistance.needing import short_items, waits_for_answer
from tocsin.node.joint.models import JointObject

__all__ = ["STEPS", "Act", "Acting", "acting"]

S = ShipmentStatus
PEOPLE = ("teams", "laboratories", "experts", "other")
BEFORE, ROAD = (S.PLANNED, S.CLEARED), (S.DISPATCHED, S.IN_TRANSIT)
# Of each step of a shipment: from where it is taken, and by which sides.
STEPS: Mapping[str, tuple[tuple[ShipmentStatus, ...], frozenset[str]]] = {
    "clear": ((S.PLANNED,), frozenset({"owner"})),
    "dispatch": ((S.CLEARED,), frozenset({"sender"})),
    "arrive": (ROAD, frozenset({"owner"})),
    "hand_over": ((S.ARRIVED, S.DISPUTED), frozenset({"owner", "sender"})),
    "tell_where": (ROAD, frozenset({"sender"})),
    "delay": ((*BEFORE, *ROAD), frozenset({"owner", "sender"})),
    "damage": ((*ROAD, S.ARRIVED, S.DISPUTED), frozenset({"owner", "sender"})),
    "divert": ((S.CLEARED, *ROAD), frozenset({"owner", "sender"})),
    "call_off": (BEFORE, frozenset({"sender"})),
    "demobilise": ((S.HANDED_OVER,), frozenset({"owner", "sender"})),
    "donate": ((S.HANDED_OVER,), frozenset({"sender"})),
    "return": ((*ROAD, S.ARRIVED, S.DISPUTED, S.HANDED_OVER), frozenset({"owner", "sender"})),
}
LABELS: Mapping[str, Any] = {
    "clear": _("Say that customs are seen to"), "dispatch": _("Say that it has left"),
    "arrive": _("Say that it has arrived"), "hand_over": _("Sign the hand-over"),
    "tell_where": _("Say where it is"), "delay": _("Report a delay"), "damage": _("Report damage or loss"),
    "divert": _("Send it elsewhere"), "call_off": _("Call it off"), "demobilise": _("Send the team home"),
    "donate": _("Leave it for good"), "return": pgettext_lazy("of a shipment", "Send it back"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """A link to the page that asks what is needed for it. begins: it makes a draft at once, by a button."""

    name: str
    label: Any
    url: str
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Acting:
    """primary: the one thing asked of the reader now; others in a menu; those of each offer and shipment beside it.

    whose   of which state's offer or shipment the primary is, where it could be of several
    """

    primary: Act | None
    whose: str
    others: list[Act]
    of_offers: Mapping[Key, list[Act]]
    of_shipments: Mapping[Key, list[Act]]
    may_keep: bool
    is_party: bool


def acting(of: JointObject, request: Request, person: Person, *, own: str, today: date) -> Acting:
    """All that this person may do. request: with what this state has said and no order has yet."""
    keeps, releases = person.may(Ability.KEEP_ASSISTANCE), person.may(Ability.RELEASE_ASSISTANCE)
    found = _Finder(of, request, own, keeps, releases, today)
    of_offers = {offer.key: list(found.of_offer(offer)) for offer in request.offers}
    of_shipments = {shipment.key: list(found.of_shipment(shipment)) for shipment in request.shipments}
    whole = list(found.of_request())
    primary = _wanted(whole, of_offers, of_shipments)
    return Acting(
        primary=primary, whose=_whose(primary, of_offers, of_shipments),
        others=[one for one in whole if one is not primary], of_offers=of_offers,
        of_shipments=of_shipments, may_keep=keeps, is_party=found.is_party,
    )  # fmt: skip


FIRST = ("hand_over", "accept", "arrive", "dispatch", "clear", "confirm", "plan", "offer", "renew", "close")


def _wanted(whole: list[Act], of_offers: Mapping[Key, list[Act]], of_shipments: Mapping[Key, list[Act]]) -> Act | None:
    every = [*(act for acts in (*of_shipments.values(), *of_offers.values()) for act in acts), *whole]
    return next((act for name in FIRST for act in every if act.name == name), None)


def _whose(primary: Act | None, *parts: Mapping[Key, list[Act]]) -> str:
    every = [(key.origin, act) for part in parts for key, acts in part.items() for act in acts]
    alike = [(origin, act) for origin, act in every if primary is not None and act.name == primary.name]
    return next((origin for origin, act in alike if act is primary), "") if len(alike) > 1 else ""


@dataclass(frozen=True)
class _Finder:
    of: JointObject
    request: Request
    own: str
    keeps: bool
    releases: bool
    today: date

    @property
    def is_party(self) -> bool:
        return self.of.is_ours or any(offer.key.origin == self.own for offer in self.request.offers)

    @property
    def stands(self) -> bool:
        return self.request.status in STANDING

    def _act(self, name: str, label: Any, *key: str, begins: bool = False) -> Act:
        return Act(name, label, reverse(f"assistance_{name}", args=[self.of.pk, *key]), begins)

    def of_request(self) -> Iterator[Act]:
        prepares = self.keeps or self.releases
        if not self.of.is_ours and self.stands and prepares:
            again = any(offer.key.origin == self.own for offer in self.request.offers)
            yield self._act("offer", _("Offer something more") if again else _("Offer help"))
        if self.of.is_ours and self.stands:
            if self.releases and self._is_done():
                yield self._act("close", _("Close the request"))
            if prepares:
                yield self._act("amend", _("Change what is asked for"), begins=True)
            if self.releases:
                found = self._act("renew", _("Let it stand longer"))
                yield found if self._is_ending() else replace(found, name="prolong")
                if not self._is_done():
                    yield self._act("close", _("Close the request")) if self._is_begun() else self._cancel()
                if self._is_begun():
                    yield self._cancel()
        if self.keeps and self.is_party:
            yield self._act("costs", _("Put costs on record"))
            yield self._act("review", _("Say what was learnt"))

    def _cancel(self) -> Act:
        return self._act("cancel", _("Cancel the request"))

    def _is_begun(self) -> bool:
        return any(self.request.accepted(item.id) for item in self.request.items)

    def _is_done(self) -> bool:
        items = self.request.items
        return bool(items) and all(self.request.delivered(one.id) >= one.quantity for one in items)

    def _is_ending(self) -> bool:
        lapses_on = self.request.lapses_on
        return lapses_on is not None and (lapses_on - self.today).days <= 7

    def of_offer(self, offer: Offer) -> Iterator[Act]:
        key = (offer.key.origin, offer.key.id)
        if self.of.is_ours and self.releases:
            yield from self._answers(offer, key)
        if offer.key.origin != self.own:
            return
        if self.keeps and self.request.status not in ("closed", "cancelled") and self._left_to_ship(offer):
            yield self._act("plan", _("Plan a shipment"), *key)
        if not self.stands or offer.ended is not None or offer.status == OfferStatus.ACCEPTED:
            return
        if self.releases and not offer.confirmed:
            yield self._act("confirm", _("Confirm the pledge"), *key)
        if self.keeps or self.releases:
            yield self._act("change_offer", _("Change the offer"), *key, begins=True)
        if self.releases:
            yield self._act("withdraw", _("Withdraw what was not accepted"), *key)

    def _answers(self, offer: Offer, key: tuple[str, str]) -> Iterator[Act]:
        if waits_for_answer(offer, short=short_items(self.request), on=self.today):
            yield self._act("accept", _("Accept all or a part"), *key)
        if self.stands and offer.ended is None and not any(line.accepted for line in offer.lines):
            yield self._act("decline", _("Decline"), *key)
        if self._left_to_ship(offer) and self.request.status not in ("closed", "cancelled"):
            yield self._act("give_up", _("Give up what was accepted"), *key)

    def _left_to_ship(self, offer: Offer) -> bool:
        return any(line.accepted > self.request.shipped_of(offer.key, line.item) for line in offer.lines)

    def of_shipment(self, shipment: Shipment) -> Iterator[Act]:
        sides = {"owner"} if self.of.is_ours else {"sender"} if shipment.key.origin == self.own else set()
        has_signed = any(one.by == self.own for one in shipment.signed) and shipment.status != S.DISPUTED
        for name, (statuses, whose) in STEPS.items():
            may = self.releases if name == "donate" else self.keeps
            if name == "demobilise" and not self._brings_people(shipment):
                continue
            if not may or not sides & whose or shipment.status not in statuses:
                continue
            label = _("Sign again") if name == "hand_over" and has_signed else LABELS[name]
            found = self._act(name, label, shipment.key.origin, shipment.key.id)
            yield replace(found, name="sign_again") if name == "hand_over" and has_signed else found

    def _brings_people(self, shipment: Shipment) -> bool:
        """Whether a team, a laboratory or an expert comes with it, and not goods alone."""
        asked = (self.request.item(line.item) for line in shipment.lines)
        entries = (catalogue().get(item.code) for item in asked if item is not None)
        return any(entry is None or entry.group in PEOPLE for entry in entries)
