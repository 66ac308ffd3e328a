"""What stands against an entry of our register as it is typed, and the row that it becomes."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.types.days import day_of
from tocsin.joint.assistance.catalogue import OTHER, catalogue, may_be_given_in
from tocsin.node.assistance.building.registers import MORE
from tocsin.node.assistance.building.requests import day_problems, item_name, place_problems, quantity_problems
from tocsin.node.assistance.building.shapes import PLACE, shaped
from tocsin.node.assistance.models import Capability
from tocsin.node.assistance.refusals import Problem
from tocsin.node.assistance.words import unit_in_words
from tocsin.node.events.vocabulary.reading import codes

__all__ = ["ENTRY", "fill", "problems_of_entry"]

ENTRY: dict[str, Any] = {
    "kind": "stock", "item": "", "called": {"en": "", "ru": "", "zh": ""}, "quantity": None, "unit": "",
    "pack_size": None, "ready_hours": 0, "languages": [], "place": PLACE, "best_before": None, "regulatory": None,
    "available": True, "note": "", "members": 1, "self_sufficient_days": 0, "methods": [], "tests_a_day": None,
}  # fmt: skip
GROUPS = {"team": "teams", "laboratory": "laboratories", "expert": "experts"}
UNITS = {"team": "team", "laboratory": "team", "expert": "person"}
MOST_HOURS, MOST_DAYS, MOST_MEMBERS = 8_760, 365, 10_000


def problems_of_entry(said: Mapping[str, Any], *, today: date) -> list[Problem]:
    """Nothing, or what has to be put right before it can be kept."""
    return list(_problems(said, today))


def _problems(said: Mapping[str, Any], today: date) -> Iterator[Problem]:
    kind, item = said["kind"], said["item"]
    if kind not in Capability.Kind.values:
        yield Problem("kind", _("“%(value)s” is no kind of capability.") % {"value": kind})
        return
    yield from _of_item(kind, item, said)
    yield from quantity_problems({**said, "unit": UNITS.get(kind, said["unit"])}, "", item_name(said))
    if not 0 <= said["ready_hours"] <= MOST_HOURS:
        message = _("Ready within: give hours from 0 to %(n)d.") % {"n": MOST_HOURS}
        yield Problem("ready_hours", message)
    if not 1 <= said["members"] <= MOST_MEMBERS:
        yield Problem("members", _("Members of one: give a whole number from 1 to %(n)d.") % {"n": MOST_MEMBERS})
    if not 0 <= said["self_sufficient_days"] <= MOST_DAYS:
        message = _("Self-sufficient for: give days from 0 to %(n)d.") % {"n": MOST_DAYS}
        yield Problem("self_sufficient_days", message)
    if strange := [one for one in said["methods"] if one not in codes("laboratory_method")]:
        yield Problem("methods", _("“%(value)s” is no method of a laboratory.") % {"value": strange[0]})
    if said["best_before"] is not None:
        yield from day_problems("best_before", said["best_before"], _("Best before"), today)
    if said["regulatory"] is not None and said["regulatory"] not in codes("regulatory_status"):
        yield Problem("regulatory", _("“%(value)s” is no regulatory status.") % {"value": said["regulatory"]})
    yield from place_problems("place", said["place"])


def _of_item(kind: str, item: str, said: Mapping[str, Any]) -> Iterator[Problem]:
    entry, group = catalogue().get(item), GROUPS.get(kind)
    if (
        entry is None
        or (group is not None and entry.group != group)
        or (group is None and entry.group in GROUPS.values())
    ):
        message = _("“%(item)s” is nothing that the catalogue has for this kind. Choose from the list.")
        yield Problem("item", message % {"item": item})
    elif item == OTHER and not any(said["called"].values()):
        yield Problem("called", _("What is not in the catalogue needs a name. Say what it is."))
    elif group is None and said["unit"] and not may_be_given_in(item, said["unit"]):
        message = _("“%(item)s” is not counted in %(unit)s. Choose another unit.")
        yield Problem("unit", message % {"item": item_name(said), "unit": unit_in_words(said["unit"])})


def fill(row: Capability, given: Mapping[str, Any]) -> None:
    """Put what was typed into its row."""
    said = shaped(given, ENTRY)
    kind, place = said["kind"], said["place"]
    row.kind, row.item, row.called = kind, said["item"], said["called"] if any(said["called"].values()) else {}
    row.quantity, row.unit = said["quantity"], UNITS.get(kind, said["unit"])
    row.pack_size, row.ready_hours, row.languages = said["pack_size"], said["ready_hours"], said["languages"]
    row.place_code, row.place_names = place["code"] or "", place["names"]
    row.latitude, row.longitude = place["latitude"], place["longitude"]
    row.best_before, row.regulatory = day_of(said["best_before"] or ""), said["regulatory"] or ""
    row.is_available = said["available"]
    entry = catalogue()[said["item"]]
    derived = {"emt_type": entry.emt_type, "field": entry.field}
    row.more = {name: derived.get(name, said.get(name)) for name in MORE[kind]}
