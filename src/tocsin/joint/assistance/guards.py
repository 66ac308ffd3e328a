"""What an act must meet before it has effect: who says it, what it names, and the day that it gives."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date
from fractions import Fraction
from typing import Any

from tocsin.exchange.types.days import day_of
from tocsin.joint.acts import Applied
from tocsin.joint.assistance.offers import Key, Offer
from tocsin.joint.assistance.shipments import Shipment, ShipmentStatus
from tocsin.joint.assistance.state import Asked, Request
from tocsin.joint.refusing import NotAllowed

__all__ = [
    "asked_of",
    "day",
    "owner_only",
    "shown",
    "the_offer",
    "the_shipment",
    "today",
    "unique",
    "with_offer",
    "with_shipment",
]


def today(applied: Applied) -> date:
    """The day of the order's time, in UTC."""
    return applied.at.astimezone(UTC).date()


def day(text: str | None, name: str) -> date | None:
    """The day that a document says. Refuses one that is not in the calendar."""
    if text is None:
        return None
    found = day_of(text)
    if found is None:
        raise NotAllowed("no-such-day", field=name, day=text)
    return found


def shown(quantity: Fraction | int) -> int | str:
    """A quantity for a refusal: a whole number, or a fraction as text."""
    exact = Fraction(quantity)
    return exact.numerator if exact.denominator == 1 else str(exact)


def unique(items: Iterable[str]) -> None:
    """Refuse a list that names an item twice."""
    seen: set[str] = set()
    for item in items:
        if item in seen:
            raise NotAllowed("item-twice", item=item)
        seen.add(item)


def owner_only(applied: Applied) -> None:
    """Refuse what is only the requester's to say."""
    if not applied.act.is_owners:
        raise NotAllowed("not-the-owner", state=applied.act.origin, owner=applied.act.object.origin)


def asked_of(request: Request) -> Asked:
    """What is asked for. Refuses an act on a request that has ended."""
    if request.ended is not None:
        raise NotAllowed("request-ended", status=str(request.ended.status))
    assert request.asked is not None  # the fold passes on no act before the opening
    return request.asked


def the_offer(request: Request, said: Mapping[str, Any], *, by: str | None = None) -> Offer:
    """The offer that an act names; `by`: which is that state's own."""
    key = Key.of(said)
    offer = request.offer(key)
    if offer is None:
        raise NotAllowed("no-such-offer", origin=key.origin, offer=key.id)
    if by is not None and by != key.origin:
        raise NotAllowed("not-yours", state=by, origin=key.origin)
    return offer


def the_shipment(
    request: Request, applied: Applied, *, among: Collection[ShipmentStatus], sender: bool = True, owner: bool = True
) -> Shipment:
    """The shipment that an act names, which must be at one of these points, and the act that of one of these sides."""
    key, origin = Key.of(applied.act.said["shipment"]), applied.act.origin
    shipment = request.shipment(key)
    if shipment is None:
        raise NotAllowed("no-such-shipment", origin=key.origin, shipment=key.id)
    entitled = {key.origin} if sender else set()
    if owner:
        entitled.add(applied.act.object.origin)
    if origin not in entitled:
        raise NotAllowed("not-yours", state=origin, origin=",".join(sorted(entitled)))
    if shipment.status not in among:
        needs = ",".join(str(one) for one in among)
        raise NotAllowed("shipment-elsewhere", shipment=key.id, status=str(shipment.status), needs=needs)
    return shipment


def with_offer(request: Request, offer: Offer) -> Request:
    """The request with this offer, in the place of the one of the same name: the last thing that an act does."""
    request.offers.put(offer)
    return request


def with_shipment(request: Request, shipment: Shipment, applied: Applied) -> Request:
    """The request with this shipment in the place of the one of the same name, which has taken a step."""
    request.shipments.put(replace(shipment, steps=(*shipment.steps, applied)))
    return request
