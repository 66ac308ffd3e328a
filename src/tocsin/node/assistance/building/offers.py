"""What stands against an offer as it is written, set against what is asked for."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.assistance import Item, Request
from tocsin.joint.assistance.units import UNITS, Inconvertible, converted
from tocsin.node.assistance.building.requests import day_problems, place_problems, quantity_problems
from tocsin.node.assistance.refusals import Problem
from tocsin.node.assistance.rows import names_of_item
from tocsin.node.assistance.wording import refused
from tocsin.node.assistance.words import in_active

__all__ = ["problems_of_offer"]


def problems_of_offer(said: Mapping[str, Any], request: Request, *, today: date) -> list[Problem]:
    """Nothing, or what has to be put right before the offer can be submitted."""
    return list(_problems(said, request, today))


def _problems(said: Mapping[str, Any], request: Request, today: date) -> Iterator[Problem]:
    if request.ended is not None:
        yield Problem("", refused("request-ended", {"status": str(request.ended.status)}))
    if not said["lines"]:
        yield Problem("lines", _("Say at least one thing that is offered."))
    seen: set[str] = set()
    for place, line in enumerate(said["lines"]):
        yield from _line(line, request.item(line["item"]), f"lines.{place}", today)
        if line["item"] in seen:
            yield Problem(f"lines.{place}.item", refused("item-twice", {"item": line["item"]}))
        seen.add(line["item"])
    yield from day_problems("available_from", said["available_from"], _("Available from"), today)
    if said["expires_on"] is not None:
        yield from day_problems("expires_on", said["expires_on"], _("Last day of the offer"), today)
    yield from place_problems("from_place", said["from_place"])


def _line(line: Mapping[str, Any], item: Item | None, field: str, today: date) -> Iterator[Problem]:
    if item is None:
        yield Problem(f"{field}.item", refused("no-such-item", {"item": line["item"]}))
        return
    name = in_active(names_of_item(item))
    found = list(quantity_problems(line, field, name))
    yield from found
    if line["best_before"] is not None:
        yield from day_problems(f"{field}.best_before", line["best_before"], _("Best before"), today)
    if found or line["unit"] not in UNITS:
        return
    given, wanted = (line["unit"], line["pack_size"]), item.packing
    try:
        converted(line["quantity"], given[0], wanted.unit, pack_size=given[1], to_pack_size=wanted.size)
    except Inconvertible as problem:
        values = {"item": name, "given": str(problem.given), "wanted": str(wanted), "missing": problem.missing}
        yield Problem(f"{field}.unit", refused("unit-not-convertible", values))
