"""The hand-over, which both sides sign, and what becomes of things and people afterwards; costs and reviews."""

from collections.abc import Mapping
from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.guards import the_offer, the_shipment, unique, with_shipment
from tocsin.joint.assistance.shipments import HandOver, Shipment, ShipmentStatus
from tocsin.joint.assistance.state import Cost, Request, Review
from tocsin.joint.refusing import NotAllowed

__all__ = ["after_action", "cost", "demobilise", "donate", "hand_over", "send_back"]

ARRIVED, DISPUTED = ShipmentStatus.ARRIVED, ShipmentStatus.DISPUTED
HANDED_OVER = ShipmentStatus.HANDED_OVER
UNDER_WAY = (ShipmentStatus.DISPATCHED, ShipmentStatus.IN_TRANSIT, ARRIVED, DISPUTED)


def hand_over(request: Request, applied: Applied) -> Request:
    """One side signs for what was handed over. It is handed over when both have signed for the same quantities.

    Until then each may sign anew: what it said last counts.
    """
    shipment = the_shipment(request, applied, among=(ARRIVED, DISPUTED))
    signed = HandOver(
        applied.act.origin, _quantities(shipment, applied), tuple(applied.act.said["signed"]), applied
    )  # fmt: skip
    both = (*(one for one in shipment.signed if one.by != signed.by), signed)
    if len(both) < 2:
        made = replace(shipment, signed=both)
    elif both[0].quantities == both[1].quantities:
        made = replace(shipment, signed=both, status=HANDED_OVER, handed=signed.quantities)
    else:
        made = replace(shipment, signed=both, status=DISPUTED)
    return with_shipment(request, made, applied)


def _quantities(shipment: Shipment, applied: Applied) -> Mapping[str, int]:
    """What one side has signed for. What it does not name was not handed over."""
    said = applied.act.said["lines"]
    unique(given["item"] for given in said)
    for given in said:
        line = shipment.line(given["item"])
        if line is None:
            raise NotAllowed("no-such-line", item=given["item"])
        if given["quantity"] > line.whole:
            raise NotAllowed("above-shipped", item=line.item, quantity=given["quantity"], shipped=line.whole)
    return {given["item"]: given["quantity"] for given in said if given["quantity"]}


def send_back(request: Request, applied: Applied) -> Request:
    """It goes back: from the road or the border, where it was never handed over, or afterwards because it was lent."""
    shipment = the_shipment(request, applied, among=(*UNDER_WAY, HANDED_OVER))
    return with_shipment(request, replace(shipment, status=ShipmentStatus.RETURNED), applied)


def donate(request: Request, applied: Applied) -> Request:
    """The sender leaves for good what it had lent."""
    shipment = the_shipment(request, applied, among=(HANDED_OVER,), owner=False)
    return with_shipment(request, replace(shipment, status=ShipmentStatus.DONATED), applied)


def demobilise(request: Request, applied: Applied) -> Request:
    """A team has done its work and goes home."""
    shipment = the_shipment(request, applied, among=(HANDED_OVER,))
    return with_shipment(request, replace(shipment, status=ShipmentStatus.DEMOBILISED), applied)


def cost(request: Request, applied: Applied) -> Request:
    """One side says what something cost, and who bears it."""
    _party_only(request, applied)
    said = applied.act.said
    offer = None if said["offer"] is None else the_offer(request, said["offer"]).key
    made = Cost(applied.act.origin, offer, tuple(said["lines"]), applied)
    return replace(request, costs=request.costs.with_(made))


def after_action(request: Request, applied: Applied) -> Request:
    """What one side has learnt. It may say so anew, also long after the request has ended."""
    _party_only(request, applied)
    act = applied.act
    made = Review(act.origin, act.said["well"], act.said["badly"], act.said["change"], applied)
    others = tuple(one for one in request.reviews if one.by != act.origin)
    return replace(request, reviews=(*others, made))


def _party_only(request: Request, applied: Applied) -> None:
    origin = applied.act.origin
    if origin != request.owner and not request.offers.has_of(origin):
        raise NotAllowed("not-a-party", state=origin)
