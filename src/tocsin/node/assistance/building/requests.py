"""What stands against a request as it is written: which line, which value, which rule, what to do."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tocsin.exchange.types.days import day_of
from tocsin.joint.assistance.asking import MOST_DAYS
from tocsin.joint.assistance.catalogue import OTHER, catalogue, may_be_given_in
from tocsin.joint.assistance.units import UNITS
from tocsin.node.assistance.refusals import Problem
from tocsin.node.assistance.words import in_active, unit_in_words
from tocsin.node.events.vocabulary.reading import codes
from tocsin.node.language.formats import enumerated, long_date

__all__ = ["day_problems", "item_name", "place_problems", "problems_of_request", "quantity_problems"]

LARGEST, LARGEST_PACK = 10_000_000_000, 1_000_000
NORTH, EAST = 90_000_000, 180_000_000


def problems_of_request(said: Mapping[str, Any], *, today: date) -> list[Problem]:
    """Nothing, or what has to be put right before the request can be submitted."""
    return list(_problems(said, today))


def _problems(said: Mapping[str, Any], today: date) -> Iterator[Problem]:
    if not any(text.strip() for text in said["title"].values()):
        yield Problem("title", _("Say in a few words what is asked for, and for what."))
    yield from day_problems("needed_by", said["needed_by"], _("Needed by"), today)
    if "lapses_on" in said:
        yield from _last_day(said["lapses_on"], today)
    yield from place_problems("place", said["place"])
    if not said["consignee"]["name"].strip():
        yield Problem("consignee.name", _("Say who receives it: the consignee of the papers."))
    if said["import_permits"]["needed"] and not said["import_permits"]["text"].strip():
        yield Problem("import_permits.text", _("Say which import permits are needed, or that none is."))
    if not said["items"]:
        yield Problem("items", _("Say at least one thing that is asked for."))
    seen: set[str] = set()
    for place, item in enumerate(said["items"]):
        yield from _item(item, f"items.{place}")
        if item["id"] in seen:
            message = _("“%(item)s” stands there twice under one name. Remove one of them.")
            yield Problem(f"items.{place}.id", message % {"item": item_name(item)})
        seen.add(item["id"])


def day_problems(field: str, text: str | None, name: str, today: date) -> Iterator[Problem]:
    """A day that is missing, is none, or is over."""
    day = day_of(text or "")
    if not text:
        yield Problem(field, _("%(field)s: give a day.") % {"field": name})
    elif day is None:
        said = _("%(field)s: %(day)s is no day of the calendar. Write it as 2026-03-09.")
        yield Problem(field, said % {"field": name, "day": text})
    elif day < today:
        said = _("%(field)s: %(day)s is over; today is %(today)s. Give today or a later day.")
        yield Problem(field, said % {"field": name, "day": long_date(day), "today": long_date(today)})


def _last_day(text: str, today: date) -> Iterator[Problem]:
    found = list(day_problems("lapses_on", text, _("Last day of the request"), today))
    yield from found
    day, latest = day_of(text), today + timedelta(days=MOST_DAYS)
    if not found and day is not None and day > latest:
        said = _("A request stands %(days)s days at most: until %(latest)s. It can be renewed then.")
        yield Problem("lapses_on", said % {"days": MOST_DAYS, "latest": long_date(latest)})


def place_problems(field: str, place: Mapping[str, Any]) -> Iterator[Problem]:
    """A place without a name, half a position, or one that is not on the earth."""
    if not any(name.strip() for name in place["names"].values()):
        yield Problem(f"{field}.names", _("Name the place, in at least one language."))
    latitude, longitude = place["latitude"], place["longitude"]
    if (latitude is None) != (longitude is None):
        yield Problem(f"{field}.longitude", _("Give both latitude and longitude, or neither."))
    elif latitude is not None and not (-NORTH <= latitude <= NORTH and -EAST <= longitude <= EAST):
        said = _("The position lies outside 90 degrees of latitude or 180 of longitude. Look at both again.")
        yield Problem(f"{field}.latitude", said)


def _item(item: Mapping[str, Any], field: str) -> Iterator[Problem]:
    name = item_name(item)
    if item["item"] != OTHER and item["item"] not in catalogue():
        said = _("“%(item)s” is not in the catalogue. Choose from it, or take “other” and give a name.")
        yield Problem(f"{field}.item", said % {"item": item["item"]})
    if item["item"] == OTHER and not any((item["called"] or {}).values()):
        yield Problem(f"{field}.called", _("What is not in the catalogue needs a name. Say what it is."))
    yield from quantity_problems(item, field, name)
    if item["unit"] in UNITS and not may_be_given_in(item["item"], item["unit"]):
        units = enumerated(unit_in_words(one) for one in catalogue()[item["item"]].units)
        said = _("“%(item)s” cannot be asked for in %(unit)s. Its units are: %(units)s.")
        yield Problem(f"{field}.unit", said % {"item": name, "unit": unit_in_words(item["unit"]), "units": units})
    if (item["need"] == "forecast") != (item["basis"] is not None):
        said = _("“%(item)s”: what comes from a forecast says from which, and what was typed in says none.")
        yield Problem(f"{field}.basis", said % {"item": name})
    if item["cold_chain"] not in codes("cold_chain"):
        yield Problem(f"{field}.cold_chain", _("“%(value)s” is no cold chain.") % {"value": item["cold_chain"]})


def quantity_problems(line: Mapping[str, Any], field: str, name: str) -> Iterator[Problem]:
    """A quantity that is none, a unit that is not known, a pack size that is missing or too many."""
    quantity, size = line["quantity"], line["pack_size"]
    if quantity is None or quantity <= 0:
        said = _("“%(item)s”: the quantity is %(quantity)s. Give a whole number above 0.")
        yield Problem(f"{field}.quantity", said % {"item": name, "quantity": "—" if quantity is None else quantity})
    elif quantity > LARGEST:
        said = _("“%(item)s”: the quantity is %(quantity)s. The most is %(n)s; choose a larger unit.")
        yield Problem(f"{field}.quantity", said % {"item": name, "quantity": quantity, "n": LARGEST})
    if line["unit"] not in UNITS:
        said = _("“%(item)s”: “%(unit)s” is no unit. Choose one of the list.")
        yield Problem(f"{field}.unit", said % {"item": name, "unit": line["unit"]})
    elif UNITS[line["unit"]].holds is not None and not size:
        said = _("“%(item)s” is counted in %(unit)s. Say how many are in one.")
        yield Problem(f"{field}.pack_size", said % {"item": name, "unit": unit_in_words(line["unit"])})
    if size is not None and not 0 < size <= LARGEST_PACK:
        said = _("“%(item)s”: a pack size is a whole number from 1 to %(n)s.")
        yield Problem(f"{field}.pack_size", said % {"item": name, "n": LARGEST_PACK})


def item_name(item: Mapping[str, Any]) -> str:
    """What a line that is being written is called: by its own name, by the catalogue's, else by its code."""
    if any((item["called"] or {}).values()):
        return in_active(item["called"])
    entry = catalogue().get(item["item"])
    return in_active(entry.name._asdict()) if entry is not None else item["item"]
