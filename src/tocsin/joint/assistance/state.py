"""A request for assistance as it stands: what is asked for, who covers it, what is on its way. docs/assistance.md.

Frozen but for its books of offers and shipments, which the fold alone keeps. Quantities of an item are fractions of its
unit, so that what was offered in boxes and asked for in pieces adds up exactly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.books import Offers, Shipments
from tocsin.joint.assistance.catalogue import Words
from tocsin.joint.assistance.offers import Key, Offer, OfferLine
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.shipments import Shipment, ShipmentStatus
from tocsin.joint.assistance.units import Packing
from tocsin.joint.growing import Growing
from tocsin.joint.limits import Counts
from tocsin.joint.refusing import Refused

__all__ = ["Asked", "Cost", "Ended", "Item", "Request", "RequestStatus", "Review"]

ON_ITS_WAY = (
    ShipmentStatus.DISPATCHED, ShipmentStatus.IN_TRANSIT, ShipmentStatus.ARRIVED, ShipmentStatus.DISPUTED,
)  # fmt: skip


class RequestStatus(StrEnum):
    """How far a request is. UNOPENED: its first document does not stand."""

    UNOPENED = "unopened"
    OPEN = "open"
    PARTLY_COVERED = "partly_covered"
    COVERED = "covered"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is asked for.

    code         of the catalogue; `called` for what is not in it
    quantity     of the unit and pack size of `packing`
    regulatory   statuses of a medicine that the requester admits; empty for all
    need         `forecast` or `typed`; `basis` of a forecast: what it was reckoned from
    """

    id: str
    code: str
    called: Words | None
    quantity: int
    packing: Packing
    specification: str
    cold_chain: str
    un2814: bool
    un3373: bool
    regulatory: tuple[str, ...]
    need: str
    basis: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says, as it was last amended."""

    title: Mapping[str, str]
    event: Mapping[str, str] | None
    items: tuple[Item, ...]
    needed_by: date
    place: Place
    consignee: Mapping[str, str]
    import_permits: Mapping[str, Any]
    languages: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a request ended: CLOSED, CANCELLED or LAPSED; `applied` is the act, or the order by whose time it lapsed."""

    status: RequestStatus
    reason: str
    applied: Applied


@dataclass(frozen=True, slots=True)
class Cost:
    """What one side says something cost. `lines` as documents give them: amounts in the smallest unit of a currency."""

    by: str
    offer: Key | None
    lines: tuple[Mapping[str, Any], ...]
    applied: Applied


@dataclass(frozen=True, slots=True)
class Review:
    """What one side says after the action, by language: what went well, what did not, what is to change."""

    by: str
    well: Mapping[str, str]
    badly: Mapping[str, str]
    change: Mapping[str, str]
    applied: Applied


@dataclass(frozen=True)
class Request:
    """The whole state of a request.

    history, refused   the acts that had effect, and those that had none
    counts             how much each state has said: `joint.limits`
    """

    opened: Applied | None = None
    asked: Asked | None = None
    lapses_on: date | None = None
    ended: Ended | None = None
    offers: Offers = field(default_factory=Offers)
    shipments: Shipments = field(default_factory=Shipments)
    costs: Growing[Cost] = field(default_factory=Growing)
    reviews: tuple[Review, ...] = ()
    history: Growing[Applied] = field(default_factory=Growing)
    refused: Growing[Refused] = field(default_factory=Growing, repr=False)
    counts: Counts = field(default_factory=dict, repr=False, compare=False)

    @property
    def owner(self) -> str | None:
        """The state that asks."""
        return None if self.opened is None else self.opened.act.object.origin

    @property
    def status(self) -> RequestStatus:
        """How far it is."""
        if self.opened is None:
            return RequestStatus.UNOPENED
        if self.ended is not None:
            return self.ended.status
        covered = [self.coverage(item.id) for item in self.items]
        if covered and all(share >= 1 for share in covered):
            return RequestStatus.COVERED
        return RequestStatus.PARTLY_COVERED if any(covered) else RequestStatus.OPEN

    @property
    def items(self) -> tuple[Item, ...]:
        """What is asked for."""
        return () if self.asked is None else self.asked.items

    def item(self, id: str) -> Item | None:
        """The item of that name."""
        return next((item for item in self.items if item.id == id), None)

    def offer(self, key: Key) -> Offer | None:
        """The offer of that name."""
        return self.offers.get(key)

    def shipment(self, key: Key) -> Shipment | None:
        """The shipment of that name."""
        return self.shipments.get(key)

    def of_offer(self, key: Key) -> tuple[Shipment, ...]:
        """The shipments of an offer."""
        return self.shipments.of_offer(key)

    def offered(self, item: str) -> Fraction:
        """What is offered and may be accepted, with what was; in the item's unit, as are all that follow."""
        return sum((self._offered(offer, line) for offer, line in self._lines(item)), Fraction())

    def accepted(self, item: str) -> Fraction:
        """What was accepted."""
        return self.offers.accepted(item)

    def coverage(self, item: str) -> Fraction:
        """The share of what is asked for that was accepted, 0 to 1."""
        wanted = self.item(item)
        return Fraction() if wanted is None else self.accepted(item) / wanted.quantity

    def shipped(self, item: str) -> Fraction:
        """What shipments carry or have handed over, those that are only planned among them."""
        return sum((line.rate * self.shipped_of(offer.key, item) for offer, line in self._lines(item)), Fraction())

    def shipped_of(self, offer: Key, item: str) -> int:
        """What shipments carry of one offer, in the unit of its line."""
        return self.shipments.counted(offer, item)

    def on_its_way(self, item: str) -> Fraction:
        """What has left and was not handed over."""
        return self._carried(item, lambda shipment: shipment.status in ON_ITS_WAY)

    def delivered(self, item: str) -> Fraction:
        """What both sides have signed for, also where it was returned later."""
        return self._carried(item, lambda shipment: shipment.handed is not None)

    def _carried(self, item: str, chosen: Callable[[Shipment], bool]) -> Fraction:
        total = Fraction()
        for offer, line in self._lines(item):
            carried = (shipment.counted(item) for shipment in self.of_offer(offer.key) if chosen(shipment))
            total += line.rate * sum(carried)
        return total

    def _lines(self, item: str) -> list[tuple[Offer, OfferLine]]:
        found = ((offer, offer.line(item)) for offer in self.offers.binding(item))
        return [(offer, line) for offer, line in found if line is not None]

    @staticmethod
    def _offered(offer: Offer, line: OfferLine) -> Fraction:
        return line.rate * (line.quantity if offer.ended is None else line.accepted)
