"""Strata that are the sum of the others, among counts of which the last are still rising: known by their sums alone.

A total that is left in is worth something to a nowcast, which has its figures twice; `totals`, for detection, leaves
totals out and goes by names too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.names import says

__all__ = ["Group", "groups_with_totals", "total_in"]

NEAR = 0.02  # of the total, by which the sum of the others may differ
SLACK = 2.0  # cases by which it may differ in a week
RECENT = 60  # periods
WEEKS = 8
FEWEST = 100  # cases in the recent periods; fewer would agree by chance


@dataclass(frozen=True, slots=True)
class Group:
    """Strata to be judged together.

    members  numbers of the strata
    total    place among `members` of the one that is the sum of all others; None if there is none
    column   the column whose values tell the parts from the total
    """

    members: tuple[int, ...]
    total: int | None = None
    column: str = ""


def groups_with_totals(keys: pl.DataFrame, counts: NDArray[np.float64], *, week: int) -> tuple[Group, ...]:
    """The strata in groups with a total each, and one group of all that have none.

    keys     one row a stratum
    counts   (strata, periods) reported so far
    week     periods in a week: 7 or 1

    Totals are looked for along one column, among strata whose other keys agree: that of ages first, then from the last
    column to the first. The first column that has any is taken.
    """
    columns = sorted(keys.columns, key=lambda name: (not says(name, "age"), -keys.columns.index(name)))
    for column in columns:
        found = [
            Group(members, total, column)
            for members in _alike(keys, column)
            if (total := _total(counts[list(members)], week)) is not None
        ]
        if found:
            inside = {member for group in found for member in group.members}
            rest = tuple(number for number in range(keys.height) if number not in inside)
            return (*found, Group(rest)) if rest else tuple(found)
    return (Group(tuple(range(len(counts)))),)


def total_in(rows: pl.DataFrame, column: str, *, day: str, value: str) -> str | None:
    """Which value of `column` has as many on the days as all its other values together; None if none has."""
    wide = rows.group_by(day, column).agg(pl.col(value).sum()).pivot(column, index=day, values=value).sort(day)
    names = [name for name in wide.columns if name != day]
    if not wide.height:
        return None
    at = _total(wide.select(names).fill_null(0.0).to_numpy().T, 1 if wide.height < RECENT else 7)
    return None if at is None else names[at]


def _alike(keys: pl.DataFrame, column: str) -> list[tuple[int, ...]]:
    """Numbers of the strata that differ in `column` only."""
    others: Sequence[str] = [name for name in keys.columns if name != column]
    numbered = keys.with_row_index("__stratum")
    grouped = numbered.group_by(others or pl.lit(0), maintain_order=True).agg("__stratum")
    return [tuple(members) for members in grouped["__stratum"].to_list()]


def _total(counts: NDArray[np.float64], week: int) -> int | None:
    """Which of these strata is the sum of the others."""
    sums = counts.sum(axis=1)
    at = int(np.argmax(sums))
    if len(counts) < 3 or int((np.delete(sums, at) > 0).sum()) < 2:
        return None
    total, parts = counts[at], np.delete(counts, at, axis=0).sum(axis=0)
    whole, recent = (slice(None), slice(-RECENT, None))
    if total[recent].sum() < FEWEST:
        return None
    for span in (whole, recent):
        if abs(total[span].sum() - parts[span].sum()) > NEAR * total[span].sum():
            return None
    last = len(total) - len(total) % week
    weeks = np.array([total[len(total) - last :], parts[len(total) - last :]]).reshape(2, -1, week).sum(axis=2)
    apart = np.abs(weeks[0] - weeks[1])[-WEEKS:]
    return at if bool((apart <= np.maximum(NEAR * weeks[0, -WEEKS:], SLACK)).all()) else None
