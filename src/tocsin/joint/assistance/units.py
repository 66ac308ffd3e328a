"""Units of what is asked for, offered and sent, and exact conversion between them.

Quantities in documents are whole numbers of a unit. Conversion is in fractions of whole numbers, so that nothing is
lost or won by rounding: seven tests out of kits of 96 are 7/96 of a kit.

Some units hold others: a box holds pieces, a vial holds doses. How many, no table can say; the pack size does, which
stands beside the unit wherever there is one. docs/assistance.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

__all__ = ["UNITS", "Inconvertible", "Packing", "Unit", "converted"]

ANY = "any"  # what a box holds: whatever is counted one by one


class Inconvertible(ValueError):
    """A quantity that cannot be given in another unit.

    missing   what it would take: `quantity` (it is not above 0), `unit` (one is not known), `pack_size` (of the unit
              given), `pack_size_wanted` (of the unit wanted), `relation` (the two measure different things)
    """

    def __init__(self, quantity: int, given: "Packing", wanted: "Packing", missing: str) -> None:
        super().__init__(f"{quantity} {given} cannot be given in {wanted}: {REMEDIES[missing]}")
        self.quantity, self.given, self.wanted, self.missing = quantity, given, wanted, missing


REMEDIES: Mapping[str, str] = {
    "quantity": "a quantity is a whole number above 0",
    "unit": "one of the units is not known; use one of the list",
    "pack_size": "say how many are in one of the unit given",
    "pack_size_wanted": "say how many are in one of the unit wanted",
    "relation": "they measure different things; give the quantity in the unit that was asked for",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit.

    measures   what it measures; units that measure the same convert by `size`
    size       how many of the smallest unit of that make one
    holds      for a unit that is a container: the unit that its pack size counts, or ANY
    """

    code: str
    measures: str
    size: int = 1
    holds: str | None = None


@dataclass(frozen=True, slots=True)
class Packing:
    """A unit with its pack size: how many of what it holds are in one. None for what holds nothing, or is not said."""

    unit: str
    size: int | None = None

    def __str__(self) -> str:
        return self.unit if self.size is None else f"{self.unit} of {self.size}"


UNITS: Mapping[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("piece", "piece"),
        Unit("pair", "piece", 2),
        Unit("set", "set"),
        Unit("dose", "dose"),
        Unit("test", "test"),
        Unit("tablet", "tablet"),
        Unit("ampoule", "ampoule"),
        Unit("sachet", "sachet"),
        Unit("g", "mass"),
        Unit("kg", "mass", 1_000),
        Unit("t", "mass", 1_000_000),
        Unit("ml", "volume"),
        Unit("litre", "volume", 1_000),
        Unit("m3", "volume", 1_000_000),
        Unit("person", "person"),
        Unit("team", "team"),
        Unit("day", "day"),
        Unit("box", "container", holds=ANY),
        Unit("pack", "container", holds=ANY),
        Unit("vial", "container", holds="dose"),
        Unit("kit", "container", holds="test"),
        Unit("course", "container", holds="tablet"),
        Unit("bottle", "container", holds="ml"),
        Unit("canister", "container", holds="litre"),
        Unit("cylinder", "container", holds="litre"),
    )
}
# What boxes and packs hold: not what is weighed or poured, and no people.
COUNTED = frozenset({"piece", "set", "dose", "test", "tablet", "ampoule", "sachet"})


def converted(
    quantity: int, frm: str, to: str, *, pack_size: int | None = None, to_pack_size: int | None = None
) -> Fraction:
    """`quantity` of the unit `frm` in the unit `to`; pack sizes are those of one `frm` and of one `to`.

    Raises Inconvertible for what is not above 0, a unit that is not known, a pack size that is missing, and units that
    measure different things.
    """
    given, wanted = Packing(frm, pack_size), Packing(to, to_pack_size)
    if quantity <= 0:
        raise Inconvertible(quantity, given, wanted, "quantity")
    if frm not in UNITS or to not in UNITS:
        raise Inconvertible(quantity, given, wanted, "unit")
    if given == wanted:
        return Fraction(quantity)
    _check_sizes(quantity, given, wanted)
    if not _related(UNITS[frm], UNITS[to]):
        raise Inconvertible(quantity, given, wanted, "relation")
    return quantity * _content(given) / _content(wanted)


def _check_sizes(quantity: int, given: Packing, wanted: Packing) -> None:
    for packing, missing in ((given, "pack_size"), (wanted, "pack_size_wanted")):
        if UNITS[packing.unit].holds is not None and (packing.size is None or packing.size <= 0):
            raise Inconvertible(quantity, given, wanted, missing)


def _related(one: Unit, other: Unit) -> bool:
    """Whether both measure the same, or what is in them does.

    A box of vials is not a box of doses: between two containers the content must be the same by its name.
    """
    if one.holds is None and other.holds is None:
        return one.measures == other.measures
    if one.holds is not None and other.holds is not None:
        return _measured(one.holds) == _measured(other.holds)
    plain, container = (one, other) if one.holds is None else (other, one)
    if container.holds == ANY:
        return plain.measures in COUNTED
    return plain.measures == _measured(container.holds or "")


def _measured(held: str) -> str:
    return held if held == ANY else UNITS[held].measures


def _content(packing: Packing) -> Fraction:
    """What one holds, in the smallest unit."""
    unit = UNITS[packing.unit]
    if unit.holds is None:
        return Fraction(unit.size)
    return Fraction(packing.size or 1) * (1 if unit.holds == ANY else UNITS[unit.holds].size)
