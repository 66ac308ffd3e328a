"""Items of a request from a forecast of demand: what the chosen quantile needs, less what is in stock.

Forecasts come as plain numbers. Of supplies the need is the sum over the days, of beds, devices and staff the highest
need of any day: the sum of ventilators in use is no number of ventilators. What an item was reckoned from goes with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from math import ceil, isfinite
from typing import Any

from tocsin.joint.assistance.catalogue import catalogue
from tocsin.joint.assistance.units import Inconvertible, Packing, converted

__all__ = ["Need", "NeedError", "items_of", "missing"]


class NeedError(ValueError):
    """A need of which no item can be made: which resource, what is wrong with it, what to do."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a forecast says of one resource.

    resource   as the forecast names it; `item` the code of the catalogue that is asked for
    packing    unit and pack size in which it is asked for; `unit` is that of `needed` and `in_stock`
    needed     quantiles by their level as text, "0.5", "0.9": at least 0
    in_stock   what there is, or will come from elsewhere
    since, until   first and last day of the forecast
    """

    resource: str
    item: str
    unit: str
    packing: Packing
    needed: Mapping[str, float]
    in_stock: float
    since: date
    until: date
    note: str = field(default="")


def missing(need: Need, level: str) -> int:
    """What the quantile needs beyond the stock, in whole numbers of the packing, rounded up; 0 if nothing is missing.

    Raises NeedError.
    """
    wanted = _quantile(need, level)
    if not (isfinite(need.in_stock) and need.in_stock >= 0):
        raise NeedError(f"the stock of {need.resource} is {need.in_stock:g}; give a number from 0 on")
    lacking = ceil(Fraction(wanted) - Fraction(need.in_stock))
    if lacking <= 0:
        return 0
    try:
        exact = converted(lacking, need.unit, need.packing.unit, to_pack_size=need.packing.size)
    except Inconvertible as problem:
        raise NeedError(f"{need.resource}: {problem}") from None
    return ceil(exact)


def items_of(needs: Iterable[Need], *, level: str = "0.9", first: int = 1) -> tuple[dict[str, Any], ...]:
    """Items as a request says them, of those needs of which something is missing; named from `i<first>` on.

    Raises NeedError.
    """
    lacking = [(need, quantity) for need in needs if (quantity := missing(need, level))]
    return tuple(_item(f"i{number}", need, quantity, level) for number, (need, quantity) in enumerate(lacking, first))


def _item(id: str, need: Need, quantity: int, level: str) -> dict[str, Any]:
    entry = catalogue().get(need.item)
    return {
        "id": id,
        "item": need.item,
        "called": None,
        "quantity": quantity,
        "unit": need.packing.unit,
        "pack_size": need.packing.size,
        "specification": "",
        "cold_chain": entry.cold_chain if entry else "none",
        "un2814": entry.un2814 if entry else False,
        "un3373": entry.un3373 if entry else False,
        "regulatory": [],
        "need": "forecast",
        "basis": {
            "resource": need.resource,
            "from": need.since.isoformat(),
            "until": need.until.isoformat(),
            "level": level,
            "needed": ceil(Fraction(_quantile(need, level))),
            "in_stock": int(need.in_stock),
            "note": need.note,
        },
    }


def _quantile(need: Need, level: str) -> float:
    wanted = need.needed.get(level)
    if wanted is None:
        known = ", ".join(sorted(need.needed))
        raise NeedError(f"the forecast of {need.resource} has no quantile {level}; it has {known}")
    if not (isfinite(wanted) and wanted >= 0):
        raise NeedError(f"the quantile {level} of {need.resource} is {wanted:g}; a need is a number from 0 on")
    return wanted
