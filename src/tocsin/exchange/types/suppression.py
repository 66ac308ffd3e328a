"""Small cells taken out of counts before they are sealed, and as many others as it takes to keep them out.

A count of 1 to k - 1 people may point to one of them, so it is left out: primary suppression. Where totals are
published, what is left out can be worked out again, so further counts are left out with it: complementary suppression,
by linear programming as in Kelly, Golden and Assad (1992), "Cell suppression: disclosure protection for sensitive
tabular data", Networks 22, against the attacker of Fischetti and Salazar (2001), "Solving the cell suppression problem
on tabular data with linear constraints", Management Science 47.

**What is promised.** Take somebody who has all published rows of the document, knows that no zero is ever left out, and
reckons with no people beyond those whom the rows name, but where a total is more than its parts. For every small cell
the counts that they must think possible, by all linear relations between the rows, reach from a lowest to a highest
that are at least k - 1 apart: k counts or more, at least one of them not small. The same holds for a small rest that
no row names, as the men where all and the women are given.

**What is not.** Zeros stay zeros, so "somebody, not nobody" stays visible. Other documents are another matter: give
`before` what earlier versions left out, so that a later one does not publish it beside them. Totals over weeks are not
of this type.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tocsin.exchange.types.protection import Group, Rest, protect
from tocsin.exchange.types.tables import (
    AGE,
    DISEASE,
    FLAG,
    INDICATOR,
    VALUE,
    WEEK,
    WITHIN,
    Key,
    key_of,
    overlapping,
    relations,
)

__all__ = ["suppress"]


def suppress(
    rows: Sequence[Sequence[Any]],
    *,
    below: int,
    parents: Mapping[str, str],
    before: Collection[Key] = (),
    by_event: bool = False,
    told: Collection[Key] = (),
) -> list[list[Any]]:
    """`rows` of `weekly-indicators` as they may be sealed under the rule `small-cells-and-complements`.

    rows      true counts, none suppressed yet, each key once
    below     k: counts of 1 to k - 1 are small; 2 or more
    parents   the place that each place's counts are part of: `Context.parents`
    before    keys of rows that an earlier version left out; they are left out again, unless nobody is left in them
    by_event  whether each indicator counts by its own date, so that deaths are not among the cases of their week
    told      keys of rows that are told in any case. Where they leave too little room for the promise, every other row
              that counts somebody is left out

    No other count is changed, so that what is published adds up as it did. Raises ValueError for rows that do not:
    suppressed or said twice, parts above their total, age groups that overlap in part.
    """
    if below < 2:
        raise ValueError(f"below is {below}; with less than 2 no cell is small")
    counts = _counts(rows)
    fixed = {index for index, (key, _) in counts.items() if key in told}
    hidden = {index for index, (key, count) in counts.items() if 0 < count < below or (count and key in before)} - fixed
    for members in _groups(counts):
        group = _group({index: counts[index] for index in members}, below=below, parents=parents, by_event=by_event)
        group = replace(group, told=fixed)
        if group.rests or any(index in hidden for index in members):
            hidden |= protect(group, hidden, below=below)
    return [[*row[:VALUE], None, "suppressed"] if index in hidden else list(row) for index, row in enumerate(rows)]


def _counts(rows: Sequence[Sequence[Any]]) -> dict[int, tuple[Key, int]]:
    counts: dict[int, tuple[Key, int]] = {}
    seen: set[Key] = set()
    for index, row in enumerate(rows):
        key = key_of(row)
        if key in seen:
            raise ValueError(f"row {index} gives a second count for {key}")
        seen.add(key)
        if row[VALUE] is None and row[FLAG] != "missing":
            raise ValueError(f"row {index} is suppressed already; suppression needs the true counts")
        if row[VALUE] is not None:
            if row[VALUE] < 0:
                raise ValueError(f"row {index} counts {row[VALUE]}")
            counts[index] = (key, row[VALUE])
    return counts


def _groups(counts: Mapping[int, tuple[Key, int]]) -> Iterable[list[int]]:
    """Rows that may be linked: of one disease in one week, of indicators of which one counts some of the other's."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for index, (key, _) in counts.items():
        family = WITHIN.get(key[INDICATOR], key[INDICATOR])
        groups.setdefault((family, key[DISEASE], key[WEEK]), []).append(index)
    return groups.values()


def _group(counts: Mapping[int, tuple[Key, int]], *, below: int, parents: Mapping[str, str], by_event: bool) -> Group:
    """The rows of a group, and those rests of its totals that are small."""
    keys = {index: key for index, (key, _) in counts.items()}
    if pair := overlapping(sorted({key[AGE] for key in keys.values()})):
        raise ValueError(f"the age groups {pair[0]} and {pair[1]} overlap in part; suppression needs groups that nest")
    rests = []
    for total, parts, covered in relations(keys, parents):
        rest = counts[total][1] - sum(counts[part][1] for part in parts)
        if rest < 0:
            raise ValueError(f"row {total} counts {counts[total][1]}, less than its parts together")
        if 0 < rest < below and not covered:
            rests.append(Rest(total, parts))
    return Group(keys, {index: count for index, (_, count) in counts.items()}, parents, rests, by_event)
