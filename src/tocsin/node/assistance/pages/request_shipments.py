"""Shipments: how far each is, every step with who took it and when, papers, and what both sides signed for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.acts import Applied
from tocsin.joint.assistance import Key, Request, Shipment, ShipmentStatus
from tocsin.joint.assistance.units import Packing
from tocsin.node.assistance.pages.quantities import quantity
from tocsin.node.assistance.pages.request_acts import Act
from tocsin.node.assistance.pages.request_items import safety
from tocsin.node.assistance.pages.request_offers import line_name
from tocsin.node.assistance.pages.said import place_name, role_word
from tocsin.node.assistance.words import SHIPMENTS
from tocsin.node.events.vocabulary.reading import word
from tocsin.node.language.formats import enumerated, long_date, phrases, whole

__all__ = ["HandedShown", "ShipmentShown", "StepShown", "shipments_shown"]

S = ShipmentStatus
TRACK = (S.PLANNED, S.CLEARED, S.DISPATCHED, S.IN_TRANSIT, S.ARRIVED, S.HANDED_OVER)
STANDS_FOR = {S.DISPUTED: S.ARRIVED, S.DONATED: S.HANDED_OVER, S.DEMOBILISED: S.HANDED_OVER, S.RETURNED: S.HANDED_OVER}


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step: what, who, as what, when; where it is, why, until when."""

    act: str
    state: str
    who: str
    capacity: str
    at: datetime
    said: list[str]
    is_trouble: bool


@dataclass(frozen=True, slots=True)
class HandedShown:
    """One line of a hand-over: what was sent, and what each side has signed for; "" where one has not."""

    name: str
    sent: str
    by_sender: str
    by_owner: str
    differs: bool


@dataclass(frozen=True, slots=True)
class ShipmentShown:
    """track: (word, "past" | "now" | "")."""

    shipment: Shipment
    anchor: str
    state: str
    is_ours: bool
    chip: str
    lines: list[str]
    place: str
    track: list[tuple[Any, str]]
    steps: list[StepShown]
    papers: list[str]
    safety: list[str]
    handed: list[HandedShown]
    signed: list[tuple[str, str, datetime]]
    acts: list[Act]
    is_sent: bool = False


def shipments_shown(
    request: Request, ahead: Request, known: Mapping[str, str], acts: Mapping[Key, list[Act]], *, own: str
) -> list[ShipmentShown]:
    """In the order in which they were planned; then ours that are only sent."""
    made = [_shipment(request, one, known, acts.get(one.key, []), own) for one in request.shipments]
    sent = [_shipment(ahead, one, known, [], own) for one in ahead.shipments if request.shipment(one.key) is None]
    return made + [replace(one, is_sent=True) for one in sent]


def _shipment(
    request: Request, shipment: Shipment, known: Mapping[str, str], acts: list[Act], own: str
) -> ShipmentShown:
    asked = request.asked
    assert asked is not None, "nothing is sent to a request that is not open"
    place = shipment.place or asked.place
    items = [item for line in shipment.lines if (item := request.item(line.item)) is not None]
    return ShipmentShown(
        shipment=shipment, anchor=f"shipment-{shipment.key.origin}-{shipment.key.id}", state=known[shipment.key.origin],
        is_ours=shipment.key.origin == own, chip=f"shipment_{shipment.status}",
        lines=[_line(request, shipment, line.item, line.quantity, line.damaged) for line in shipment.lines],
        place=place_name(place.names._asdict()), track=_track(shipment),
        steps=[_step(request, shipment, one, known) for one in shipment.steps],
        papers=[_paper(one) for one in shipment.documents],
        safety=list(dict.fromkeys(said for item in items for said in safety(item))),
        handed=_handed(request, shipment), signed=_signed(shipment, known), acts=acts,
    )  # fmt: skip


def _packing(request: Request, shipment: Shipment, item: str) -> Packing:
    offer = request.offer(shipment.offer)
    line = offer.line(item) if offer is not None else None
    return line.packing if line is not None else Packing("piece")


def _line(request: Request, shipment: Shipment, item: str, sent: int, damaged: int) -> str:
    packing = _packing(request, shipment, item)
    said = [quantity(sent, packing)]
    if damaged:
        said.append(_("damaged or lost: %(quantity)s") % {"quantity": quantity(damaged, packing)})
    return _("%(item)s: %(quantity)s") % {"item": line_name(request, item), "quantity": phrases(said)}


def _track(shipment: Shipment) -> list[tuple[Any, str]]:
    if shipment.status == S.CALLED_OFF:
        return []
    at = TRACK.index(STANDS_FOR.get(shipment.status, shipment.status))
    return [
        (SHIPMENTS[status], "past" if place < at else "now" if place == at else "")
        for place, status in enumerate(TRACK)
    ]


def _step(request: Request, shipment: Shipment, one: Applied, known: Mapping[str, str]) -> StepShown:
    act, said = one.act, one.act.said
    found = [said[name] for name in ("where", "reason", "note", "route", "carrier") if said.get(name)]
    if said.get("expected_on"):
        found.append(_("expected on %(day)s") % {"day": long_date(date.fromisoformat(said["expected_on"]))})
    if act.kind == "divert":
        found.append(_("to: %(place)s") % {"place": place_name(said["place"]["names"])})
    if act.kind in ("damage", "hand_over"):
        found.append(enumerated(_said_line(request, shipment, line) for line in said["lines"]))
    is_trouble = act.kind in ("delay", "damage", "divert", "call_off_shipment", "return_shipment")
    return StepShown(
        word("assistance_act", act.kind), known[act.origin], act.name, role_word(act.role), one.at, found, is_trouble
    )  # fmt: skip


def _said_line(request: Request, shipment: Shipment, line: Mapping[str, Any]) -> str:
    said = quantity(line["quantity"], _packing(request, shipment, line["item"]))
    if line.get("condition", "good") != "good":
        said = phrases([said, word("goods_condition", line["condition"])])
    return _("%(item)s: %(quantity)s") % {"item": line_name(request, line["item"]), "quantity": said}


def _paper(paper: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (word("shipment_paper", paper["kind"]), paper["number"], paper["title"])))


def _handed(request: Request, shipment: Shipment) -> list[HandedShown]:
    if not shipment.signed:
        return []
    by = {one.by: one.quantities for one in shipment.signed}
    theirs, ours = by.get(shipment.key.origin), by.get(request.owner or "")
    return [
        HandedShown(
            name=line_name(request, line.item), sent=quantity(line.whole, _packing(request, shipment, line.item)),
            by_sender=_figure(theirs, line.item), by_owner=_figure(ours, line.item),
            differs=theirs is not None and ours is not None and theirs.get(line.item, 0) != ours.get(line.item, 0),
        )
        for line in shipment.lines
    ]  # fmt: skip


def _figure(quantities: Mapping[str, int] | None, item: str) -> str:
    return "" if quantities is None else whole(quantities.get(item, 0))


def _signed(shipment: Shipment, known: Mapping[str, str]) -> list[tuple[str, str, datetime]]:
    return [(known[one.by], _people(one.signed), one.applied.at) for one in shipment.signed]


def _people(signed: Sequence[Mapping[str, Any]]) -> str:
    return enumerated(phrases(filter(None, (one["name"], one["title"]))) for one in signed)
