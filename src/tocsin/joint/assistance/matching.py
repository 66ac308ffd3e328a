"""Who could help: entries of registers set against what is still open of a request, ranked and explained.

A suggestion is a reason to ask, no promise: registers say what a state has, not what it will give. Time is only that
until the departure, for nothing is known of the way.

Ranked by, in this order: the unit can be compared; ready in time; a regulatory status that is admitted; the larger
share of what is open; for people, a language in common; neighbours, then the shorter way. Equals stand by their codes.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from tocsin.joint.assistance.catalogue import OTHER
from tocsin.joint.assistance.guards import shown
from tocsin.joint.assistance.places import distance_km
from tocsin.joint.assistance.registers import Capability
from tocsin.joint.assistance.state import Asked, Item, Request
from tocsin.joint.assistance.units import Inconvertible, converted

__all__ = ["REASONS", "Match", "Reason", "matches"]

HOURS_A_DAY = 24
REASONS = (
    "covers-all", "covers-part", "unit-not-convertible", "in-time", "late", "cold-chain", "regulatory-admitted",
    "regulatory-not-admitted", "regulatory-unknown", "language-shared", "language-not-shared", "neighbour", "distance",
    "distance-unknown",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a suggestion, or against it: a code of REASONS with its values."""

    code: str
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Match:
    """A suggestion for one item.

    quantity   what it would cover, in the item's unit, no more than is open; None if its unit cannot be compared
    ready_on   the day on which it could leave
    """

    item: Item
    capability: Capability
    quantity: Fraction | None
    ready_on: date
    distance_km: int | None
    reasons: tuple[Reason, ...]

    def has(self, code: str) -> bool:
        """Whether a reason of this code is among them."""
        return any(reason.code == code for reason in self.reasons)


def matches(
    request: Request,
    capabilities: Iterable[Capability],
    *,
    on: date,
    neighbours: Mapping[str, Collection[str]] | None = None,
) -> tuple[Match, ...]:
    """Suggestions for every item that is not wholly covered, items in their order, best first within each.

    on          the day on which the state would be asked
    neighbours  of each state, those with a common border
    """
    asked = request.asked
    if asked is None or request.ended is not None:
        return ()
    offered = [one for one in capabilities if one.available and one.state != request.owner]
    near = (neighbours or {}).get(request.owner or "", ())
    found: list[Match] = []
    for item in request.items:
        left = item.quantity - request.accepted(item.id)
        if left > 0 and item.code != OTHER:
            usable = [one for one in offered if one.item == item.code and _keeps(one, asked)]
            found += sorted((_match(item, left, one, asked, on, near) for one in usable), key=_rank)
    return tuple(found)


def _keeps(capability: Capability, asked: Asked) -> bool:
    """Whether it is still good on the day on which it is needed."""
    return capability.best_before is None or capability.best_before >= asked.needed_by


def _match(
    item: Item, left: Fraction, capability: Capability, asked: Asked, on: date, near: Collection[str]
) -> Match:  # fmt: skip
    ready_on = on + timedelta(days=-(-capability.ready_hours // HOURS_A_DAY))
    quantity, covering = _covering(item, left, capability)
    km = distance_km(capability.place, asked.place)
    reasons = (covering, _timely(ready_on, asked.needed_by), *_of_goods(item, capability))
    reasons += (*_spoken(capability, asked), *_way(capability, km, near))
    return Match(item, capability, quantity, ready_on, km, reasons)


def _covering(item: Item, left: Fraction, capability: Capability) -> tuple[Fraction | None, Reason]:
    given, wanted = capability.packing, item.packing
    try:
        has = converted(
            capability.quantity, given.unit, wanted.unit, pack_size=given.size, to_pack_size=wanted.size
        )  # fmt: skip
    except Inconvertible as problem:
        return None, _reason("unit-not-convertible", given=str(given), wanted=str(wanted), missing=problem.missing)
    quantity = min(has, left)
    if has >= left:
        return quantity, _reason("covers-all", quantity=shown(left), unit=wanted.unit, has=shown(has))
    return quantity, _reason("covers-part", quantity=shown(quantity), unit=wanted.unit, missing=shown(left - has))


def _timely(ready_on: date, needed_by: date) -> Reason:
    late = (ready_on - needed_by).days
    if late > 0:
        return _reason("late", day=ready_on.isoformat(), days=late)
    return _reason("in-time", day=ready_on.isoformat(), needed_by=needed_by.isoformat())


def _of_goods(item: Item, capability: Capability) -> list[Reason]:
    found = []
    if item.cold_chain != "none":
        found.append(_reason("cold-chain", cold_chain=item.cold_chain))
    if item.regulatory:
        status = capability.regulatory
        known = "admitted" if status in item.regulatory else "not-admitted"
        found.append(_reason("regulatory-unknown" if status is None else f"regulatory-{known}", status=status))
    return found


def _spoken(capability: Capability, asked: Asked) -> list[Reason]:
    """Goods speak no language, and of a request that names none nothing can be said."""
    if capability.kind == "stock" or not asked.languages:
        return []
    common = [language for language in asked.languages if language in capability.languages]
    if common:
        return [_reason("language-shared", languages=tuple(common))]
    return [_reason("language-not-shared", languages=asked.languages)]


def _way(capability: Capability, km: int | None, near: Collection[str]) -> list[Reason]:
    found = [_reason("neighbour", state=capability.state)] if capability.state in near else []
    if km is not None:
        return [*found, _reason("distance", km=km)]
    return found or [_reason("distance-unknown")]


def _reason(code: str, **values: Any) -> Reason:
    return Reason(code, MappingProxyType(values))


def _rank(match: Match) -> tuple[Any, ...]:
    far = match.distance_km
    return (
        match.quantity is None,
        match.has("late"),
        match.has("regulatory-not-admitted"),
        -(match.quantity or 0),
        match.has("language-not-shared"),
        not match.has("neighbour"),
        far is None,
        far or 0,
        match.capability.state,
        match.capability.id,
    )
