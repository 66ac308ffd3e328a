"""Offers as they stand: frozen, made anew by every act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any, NamedTuple, Self

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.units import Packing

__all__ = ["Key", "Offer", "OfferLine", "OfferStatus"]


class Key(NamedTuple):
    """An offer or a shipment: the state that made it, and the name that it gave."""

    origin: str
    id: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """As a document names it."""
        return cls(said["origin"], said["id"])

    def as_json(self) -> dict[str, str]:
        """As documents name it."""
        return {"origin": self.origin, "id": self.id}


class OfferStatus(StrEnum):
    """How far an offer is. One that has ended with a part accepted stays PARTLY_ACCEPTED, and takes no more."""

    PLEDGED = "pledged"
    CONFIRMED = "confirmed"
    PARTLY_ACCEPTED = "partly_accepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class OfferLine:
    """What is offered for one item. `quantity` and `accepted` count the line's own unit.

    rate   how many of the item's unit are in one of the line's
    """

    item: str
    quantity: int
    packing: Packing
    rate: Fraction
    regulatory: str | None
    best_before: str | None
    note: str
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What one state offers. `ended`: it takes no more, for it was declined, withdrawn, or its day is over."""

    key: Key
    made: Applied
    lines: tuple[OfferLine, ...]
    confirmed: bool
    available_from: date
    expires_on: date | None
    from_place: Place
    languages: tuple[str, ...]
    conditions: str
    costs: str
    team: Mapping[str, Any] | None
    ended: OfferStatus | None = None
    reason: str = ""

    @property
    def status(self) -> OfferStatus:
        """How far it is."""
        if self.lines and all(line.accepted == line.quantity for line in self.lines):
            return OfferStatus.ACCEPTED
        if any(line.accepted for line in self.lines):
            return OfferStatus.PARTLY_ACCEPTED
        if self.ended is not None:
            return self.ended
        return OfferStatus.CONFIRMED if self.confirmed else OfferStatus.PLEDGED

    @property
    def binds(self) -> bool:
        """Whether anything may still come of it: it stands, or a part of it was accepted."""
        return self.ended is None or any(line.accepted for line in self.lines)

    @property
    def takes_more(self) -> bool:
        """Whether it stands and not all of it is accepted."""
        return self.ended is None and any(line.accepted < line.quantity for line in self.lines)

    def line(self, item: str) -> OfferLine | None:
        """What it offers for an item."""
        return next((line for line in self.lines if line.item == item), None)
