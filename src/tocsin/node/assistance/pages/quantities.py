"""Quantities with their units, as people say them: “1 box of 50”, “200 pieces”, and what a box comes to."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, npgettext_lazy

from tocsin.joint.assistance.units import UNITS, Inconvertible, Packing, converted
from tocsin.node.assistance.words import unit_in_words
from tocsin.node.language.formats import figure, whole

__all__ = ["amount", "comes_to", "inside", "number", "quantity"]

SEVERAL = 2  # of what is no whole number: “1.5 boxes”
COUNTED: Mapping[str, Any] = {
    "piece": ngettext_lazy("%(n)s piece", "%(n)s pieces", "count"),
    "pair": ngettext_lazy("%(n)s pair", "%(n)s pairs", "count"),
    "set": ngettext_lazy("%(n)s set", "%(n)s sets", "count"),
    "dose": ngettext_lazy("%(n)s dose", "%(n)s doses", "count"),
    "test": npgettext_lazy("in a kit", "%(n)s test", "%(n)s tests", "count"),
    "tablet": ngettext_lazy("%(n)s tablet", "%(n)s tablets", "count"),
    "ampoule": ngettext_lazy("%(n)s ampoule", "%(n)s ampoules", "count"),
    "sachet": ngettext_lazy("%(n)s sachet", "%(n)s sachets", "count"),
    "g": ngettext_lazy("%(n)s gram", "%(n)s grams", "count"),
    "kg": ngettext_lazy("%(n)s kilogram", "%(n)s kilograms", "count"),
    "t": ngettext_lazy("%(n)s tonne", "%(n)s tonnes", "count"),
    "ml": ngettext_lazy("%(n)s millilitre", "%(n)s millilitres", "count"),
    "litre": ngettext_lazy("%(n)s litre", "%(n)s litres", "count"),
    "m3": ngettext_lazy("%(n)s cubic metre", "%(n)s cubic metres", "count"),
    "person": ngettext_lazy("%(n)s person", "%(n)s persons", "count"),
    "team": ngettext_lazy("%(n)s team", "%(n)s teams", "count"),
    "day": ngettext_lazy("%(n)s day of work", "%(n)s days of work", "count"),
    "box": ngettext_lazy("%(n)s box", "%(n)s boxes", "count"),
    "pack": ngettext_lazy("%(n)s pack", "%(n)s packs", "count"),
    "vial": ngettext_lazy("%(n)s vial", "%(n)s vials", "count"),
    "kit": ngettext_lazy("%(n)s kit", "%(n)s kits", "count"),
    "course": ngettext_lazy("%(n)s course of treatment", "%(n)s courses of treatment", "count"),
    "bottle": ngettext_lazy("%(n)s bottle", "%(n)s bottles", "count"),
    "canister": ngettext_lazy("%(n)s canister", "%(n)s canisters", "count"),
    "cylinder": ngettext_lazy("%(n)s cylinder", "%(n)s cylinders", "count"),
}


def number(value: Any) -> str:
    """A quantity without its unit; what is no whole number, to the digits that say something."""
    exact = Fraction(value)
    return whole(exact.numerator) if exact.denominator == 1 else figure(float(exact))


def amount(value: Any, unit: str) -> str:
    """“200 pieces”. A unit of a later release stands beside its number as it is."""
    exact = Fraction(value)
    counted = COUNTED.get(unit)
    if counted is None:
        return f"{number(exact)} {unit_in_words(unit)}"
    plain = abs(exact.numerator) if exact.denominator == 1 else SEVERAL
    return str(counted % {"count": plain, "n": number(exact)})


def quantity(value: Any, packing: Packing) -> str:
    """“20 boxes, 50 in each”."""
    said = amount(value, packing.unit)
    if packing.size is None:
        return said
    return _("%(quantity)s, %(size)s in each") % {"quantity": said, "size": whole(packing.size)}


def comes_to(value: int, packing: Packing, wanted: Packing) -> str:
    """“= 1,000 pieces” of 20 boxes; nothing where both are one unit, or neither can be had from the other."""
    if packing == wanted or value <= 0:
        return ""
    try:
        exact = converted(value, packing.unit, wanted.unit, pack_size=packing.size, to_pack_size=wanted.size)
    except Inconvertible:
        return ""
    return f"= {quantity(exact, wanted)}"


def inside(value: int, packing: Packing) -> str:
    """What containers hold in all: “= 1,000 pieces”; nothing for what holds nothing."""
    unit = UNITS.get(packing.unit)
    if unit is None or unit.holds is None:
        return ""
    return comes_to(value, packing, Packing("piece" if unit.holds == "any" else unit.holds))
