"""Acts on shipments, from the plan to the arrival. What is handed over, and after: `handing_over`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.guards import day, the_offer, the_shipment, unique, with_shipment
from tocsin.joint.assistance.offers import Key
from tocsin.joint.assistance.places import Place
from tocsin.joint.assistance.shipments import Shipment, ShipmentLine, ShipmentStatus
from tocsin.joint.assistance.state import Request, RequestStatus
from tocsin.joint.refusing import NotAllowed

__all__ = [
    "MOST_SHIPMENTS", "arrive", "call_off", "clear", "damage", "delay", "dispatch", "divert", "in_transit", "plan",
]  # fmt: skip

MOST_SHIPMENTS = 500  # of one state for one request, whatever became of them

PLANNED, CLEARED = ShipmentStatus.PLANNED, ShipmentStatus.CLEARED
DISPATCHED, IN_TRANSIT = ShipmentStatus.DISPATCHED, ShipmentStatus.IN_TRANSIT
ARRIVED, DISPUTED = ShipmentStatus.ARRIVED, ShipmentStatus.DISPUTED


def plan(request: Request, applied: Applied) -> Request:
    """A state says how it will send what was accepted. A request that lapsed takes what it had accepted before."""
    act = applied.act
    if request.ended is not None and request.ended.status != RequestStatus.LAPSED:
        raise NotAllowed("request-ended", status=str(request.ended.status))
    offer = the_offer(request, act.said["offer"], by=act.origin)
    key = Key(act.origin, act.said["id"])
    if request.shipment(key) is not None:
        raise NotAllowed("shipment-exists", shipment=key.id)
    if request.shipments.of_state(act.origin) >= MOST_SHIPMENTS:
        raise NotAllowed("too-many", state=act.origin, what="shipments", most=MOST_SHIPMENTS)
    unique(line["item"] for line in act.said["lines"])
    for given in act.said["lines"]:
        line = offer.line(given["item"])
        if line is None:
            raise NotAllowed("no-such-line", item=given["item"])
        shipped = request.shipped_of(offer.key, line.item) + given["quantity"]
        if shipped > line.accepted:
            raise NotAllowed("above-accepted", item=line.item, quantity=shipped, accepted=line.accepted)
    lines = tuple(ShipmentLine(line["item"], line["quantity"]) for line in act.said["lines"])
    made = Shipment(
        key=key, offer=offer.key, lines=lines, status=PLANNED, route=act.said["route"], carrier=act.said["carrier"],
        documents=tuple(act.said["documents"]), expected_on=day(act.said["expected_on"], "expected_on"),
        steps=(applied,),
    )  # fmt: skip
    request.shipments.put(made)
    return request


def call_off(request: Request, applied: Applied) -> Request:
    """The sender will not send what it had planned."""
    shipment = the_shipment(request, applied, among=(PLANNED, CLEARED), owner=False)
    return with_shipment(request, replace(shipment, status=ShipmentStatus.CALLED_OFF), applied)


def clear(request: Request, applied: Applied) -> Request:
    """The requester has seen to customs and import licences."""
    shipment = the_shipment(request, applied, among=(PLANNED,), sender=False)
    documents = (*shipment.documents, *applied.act.said["documents"])
    return with_shipment(request, replace(shipment, status=CLEARED, documents=documents), applied)


def dispatch(request: Request, applied: Applied) -> Request:
    """It has left."""
    shipment = the_shipment(request, applied, among=(CLEARED,), owner=False)
    return with_shipment(request, replace(shipment, status=DISPATCHED), applied)


def in_transit(request: Request, applied: Applied) -> Request:
    """Where it is on its way; as often as anybody knows."""
    shipment = the_shipment(request, applied, among=(DISPATCHED, IN_TRANSIT), owner=False)
    return with_shipment(request, replace(shipment, status=IN_TRANSIT), applied)


def delay(request: Request, applied: Applied) -> Request:
    """It will come later. Either side may know first: the sender on the road, the requester at the border."""
    shipment = the_shipment(request, applied, among=(PLANNED, CLEARED, DISPATCHED, IN_TRANSIT))
    expected_on = day(applied.act.said["expected_on"], "expected_on")
    return with_shipment(request, replace(shipment, expected_on=expected_on), applied)


def damage(request: Request, applied: Applied) -> Request:
    """Something of it was damaged or lost, and will not be handed over. It may be sent anew."""
    shipment = the_shipment(request, applied, among=(DISPATCHED, IN_TRANSIT, ARRIVED, DISPUTED))
    lines = _damaged(shipment, applied.act.said["lines"])
    return with_shipment(request, replace(shipment, lines=lines), applied)


def _damaged(shipment: Shipment, said: Sequence[dict[str, Any]]) -> tuple[ShipmentLine, ...]:
    unique(line["item"] for line in said)
    more = {line["item"]: line["quantity"] for line in said}
    for item, quantity in more.items():
        line = shipment.line(item)
        if line is None:
            raise NotAllowed("no-such-line", item=item)
        if quantity > line.whole:
            raise NotAllowed("above-shipped", item=item, quantity=quantity, shipped=line.whole)
    return tuple(replace(line, damaged=line.damaged + more.get(line.item, 0)) for line in shipment.lines)


def divert(request: Request, applied: Applied) -> Request:
    """It goes to another place than was asked for."""
    shipment = the_shipment(request, applied, among=(CLEARED, DISPATCHED, IN_TRANSIT))
    return with_shipment(request, replace(shipment, place=Place.of(applied.act.said["place"])), applied)


def arrive(request: Request, applied: Applied) -> Request:
    """The requester has it before them; nobody has signed yet."""
    shipment = the_shipment(request, applied, among=(DISPATCHED, IN_TRANSIT), sender=False)
    return with_shipment(request, replace(shipment, status=ARRIVED), applied)
