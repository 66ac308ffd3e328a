"""Mutual assistance: what is asked for, offered, accepted, sent and handed over between states. docs/assistance.md."""

from tocsin.joint.assistance.folding import advanced, next_machine_act, request_of, try_act
from tocsin.joint.assistance.offers import Key, Offer, OfferLine, OfferStatus
from tocsin.joint.assistance.shipments import HandOver, Shipment, ShipmentLine, ShipmentStatus
from tocsin.joint.assistance.state import Item, Request, RequestStatus

__all__ = [
    "HandOver",
    "Item",
    "Key",
    "Offer",
    "OfferLine",
    "OfferStatus",
    "Request",
    "RequestStatus",
    "Shipment",
    "ShipmentLine",
    "ShipmentStatus",
    "advanced",
    "next_machine_act",
    "request_of",
    "try_act",
]
