"""Shipments as they stand: frozen, made anew by every act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tocsin.joint.acts import Applied
from tocsin.joint.assistance.offers import Key
from tocsin.joint.assistance.places import Place

__all__ = ["HandOver", "Shipment", "ShipmentLine", "ShipmentStatus"]


class ShipmentStatus(StrEnum):
    """Where a shipment is. Delayed, damaged and diverted are no places: see its `steps`."""

    PLANNED = "planned"
    CLEARED = "cleared"
    DISPATCHED = "dispatched"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    DISPUTED = "disputed"  # both sides have signed, for different quantities
    HANDED_OVER = "handed_over"
    RETURNED = "returned"
    DONATED = "donated"
    DEMOBILISED = "demobilised"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """What is sent of one item, and what of it was damaged or lost, in the unit of the offer's line."""

    item: str
    quantity: int
    damaged: int = 0

    @property
    def whole(self) -> int:
        """What can still be handed over."""
        return self.quantity - self.damaged


@dataclass(frozen=True, slots=True)
class HandOver:
    """What one side has signed for. `quantities` has no zero."""

    by: str
    quantities: Mapping[str, int]
    signed: tuple[Mapping[str, Any], ...]
    applied: Applied


@dataclass(frozen=True, slots=True)
class Shipment:
    """What one state sends of one offer.

    place      where it was diverted to; None for the place of the request
    signed     the last hand-over of each side; `handed`, what both agreed on
    steps      every act that had effect on it, in order
    """

    key: Key
    offer: Key
    lines: tuple[ShipmentLine, ...]
    status: ShipmentStatus
    route: str
    carrier: str
    documents: tuple[Mapping[str, Any], ...]
    expected_on: date | None
    steps: tuple[Applied, ...]
    place: Place | None = None
    signed: tuple[HandOver, ...] = ()
    handed: Mapping[str, int] | None = None

    def line(self, item: str) -> ShipmentLine | None:
        """What it carries of an item."""
        return next((line for line in self.lines if line.item == item), None)

    def counted(self, item: str) -> int:
        """What counts as sent: after the hand-over what was handed over, and nothing of what never gets there."""
        if self.handed is not None:
            return self.handed.get(item, 0)
        line = self.line(item)
        if line is None or self.status in (ShipmentStatus.CALLED_OFF, ShipmentStatus.RETURNED):
            return 0
        return line.whole

    def met(self, kind: str) -> tuple[Applied, ...]:
        """The steps of one kind: `delay`, `damage`, `divert`, `in_transit` …"""
        return tuple(step for step in self.steps if step.act.kind == kind)
