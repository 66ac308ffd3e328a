"""Who asks and who offers, on the alliance's grid; and what is on its way from whom to whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.models import Person, State
from tocsin.node.alliance.naming import names
from tocsin.node.assistance.models import Offer, RequestItem, Shipment
from tocsin.node.assistance.pages.quantities import quantity
from tocsin.node.assistance.pages.said import place_name
from tocsin.node.assistance.words import in_active
from tocsin.node.language.formats import enumerated, phrases, whole

__all__ = ["Arrow", "arrows", "tiles"]

MOST = 30
UNDER_WAY = ("planned", "cleared", "dispatched", "in_transit", "arrived", "disputed")


@dataclass(frozen=True, slots=True)
class Arrow:
    """One shipment: from whom, to whom, what, when."""

    url: str
    origin: str
    to: str
    place: str
    what: str
    chip: str
    is_late: bool
    expected_on: date | None
    where: str


def tiles(person: Person) -> dict[str, Any] | None:
    """Data of the chart `tiles`: a state's shade says how many things that it asks for are short; its words, also what
    it offers. None while nobody asks and nobody offers. Three queries.
    """
    short = _counted(RequestItem.objects.visible_to(person).filter(is_short=True), "request__origin")
    offers = _counted(Offer.objects.visible_to(person).filter(takes_more=True), "origin")
    if not short and not offers:
        return None
    cells = [_cell(state, short, offers) for state in State.objects.all() if state.tile_row is not None]
    high = max([1, *short.values()])
    return {
        "caption": _(
            "States by how many things they ask for that are not wholly covered; what each offers is in words."
        ),
        "filename": "assistance", "cells": cells,
        "scale": {"low": 0, "high": high, "low_text": whole(0), "high_text": whole(high)},
        "texts": {"value": _("Things that are short")},
    }  # fmt: skip


def _counted(found: Any, by: str) -> dict[str, int]:
    return dict(found.order_by().values_list(by).annotate(n=Count("pk")))


def _cell(state: State, short: dict[str, int], offers: dict[str, int]) -> dict[str, Any]:
    asks, gives = short.get(state.code, 0), offers.get(state.code, 0)
    said = [ngettext("%(n)s thing short", "%(n)s things short", asks) % {"n": whole(asks)}] if asks else []
    if gives:
        said.append(ngettext("%(n)s offer that stands", "%(n)s offers that stand", gives) % {"n": whole(gives)})
    cell = {
        "row": state.tile_row, "column": state.tile_column, "short": state.code, "name": str(state), "value": asks,
        "text": phrases(said) or _("asks for nothing"),
    }  # fmt: skip
    if asks:
        cell["href"] = f"{reverse('assistance')}?{urlencode({'state': state.code})}#items"
    return cell


def arrows(person: Person) -> tuple[list[Arrow], int]:
    """What is under way or planned, the soonest first, at most MOST; and how many more. Four queries."""
    under_way = Q(status__in=UNDER_WAY)
    found = Shipment.objects.visible_to(person).filter(under_way).select_related("request")
    rows = list(found.order_by("expected_on", "pk")[: MOST + 1])
    more = found.count() - MOST if len(rows) > MOST else 0
    rows = rows[:MOST]
    known = names({row.origin for row in rows} | {row.request.origin for row in rows})
    items = RequestItem.objects.filter(request__in={row.request_id for row in rows})
    called = {(one.request_id, one.item): in_active(one.names) for one in items}
    return [
        Arrow(
            url=f"{reverse('assistance_request', args=[row.request_id])}#shipment-{row.origin}-{row.shipment}",
            origin=known[row.origin], to=known[row.request.origin], place=place_name(row.to_names),
            what=enumerated(_line(line, called.get((row.request_id, line["item"]), "")) for line in row.lines),
            chip=f"shipment_{row.status}", is_late=row.is_late, expected_on=row.expected_on, where=row.where,
        )
        for row in rows
    ], more  # fmt: skip


def _line(line: dict[str, Any], name: str) -> str:
    said = quantity(line["quantity"], Packing(line["unit"], line["pack_size"]))
    return _("%(item)s: %(quantity)s") % {"item": name or line["item"], "quantity": said}
