"""What a state has still to do in a request: codes, for lists, and for whoever takes a shift over.

Of the state that asks: `answer_offers` (firm ones that cover what is open), `clear_shipment`, `sign`.
Of one that offers: `confirm_offer`, `ship` (what was accepted and is on no shipment), `dispatch`, `sign`.
"""

from collections.abc import Collection
from datetime import date

from tocsin.joint.assistance import Offer, OfferStatus, Request, Shipment, ShipmentStatus
from tocsin.node.assistance.models.requests import STANDING

__all__ = ["NEEDS", "needs_of", "short_items", "waits_for_answer"]

NEEDS = ("answer_offers", "clear_shipment", "confirm_offer", "ship", "dispatch", "sign")
GONE = ("closed", "cancelled")


def needs_of(request: Request, own: str, *, on: date) -> list[str]:
    """In the order of NEEDS, as of a day."""
    found = _of_owner(request, on) if request.owner == own else _of_helper(request, own)
    if any(_is_ours_to_sign(request, shipment, own) for shipment in request.shipments):
        found.add("sign")
    return [code for code in NEEDS if code in found]


def short_items(request: Request) -> frozenset[str]:
    """Items of which more could still be accepted."""
    if request.status not in STANDING:
        return frozenset()
    return frozenset(item.id for item in request.items if request.coverage(item.id) < 1)


def waits_for_answer(offer: Offer, *, short: Collection[str], on: date) -> bool:
    """Whether it is firm and there is something in it that could still be accepted; `short`: of `short_items`."""
    if offer.ended is not None or not offer.confirmed or (offer.expires_on is not None and on > offer.expires_on):
        return False
    return any(line.accepted < line.quantity and line.item in short for line in offer.lines)


def _of_owner(request: Request, on: date) -> set[str]:
    found, short = set(), short_items(request)
    if any(waits_for_answer(offer, short=short, on=on) for offer in request.offers):
        found.add("answer_offers")
    if any(shipment.status == ShipmentStatus.PLANNED for shipment in request.shipments):
        found.add("clear_shipment")
    return found


def _of_helper(request: Request, own: str) -> set[str]:
    found = set()
    for offer in request.offers:
        if offer.key.origin != own:
            continue
        if offer.status == OfferStatus.PLEDGED and request.status in STANDING:
            found.add("confirm_offer")
        if request.status not in GONE and _is_to_be_shipped(request, offer):
            found.add("ship")
    if any(one.status == ShipmentStatus.CLEARED and one.key.origin == own for one in request.shipments):
        found.add("dispatch")
    return found


def _is_to_be_shipped(request: Request, offer: Offer) -> bool:
    return any(line.accepted > request.shipped_of(offer.key, line.item) for line in offer.lines)


def _is_ours_to_sign(request: Request, shipment: Shipment, own: str) -> bool:
    if own not in (request.owner, shipment.key.origin):
        return False
    if shipment.status == ShipmentStatus.DISPUTED:
        return True
    return shipment.status == ShipmentStatus.ARRIVED and all(one.by != own for one in shipment.signed)
