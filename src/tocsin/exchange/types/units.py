"""Counts whose unit was switched: thousands for ones, ones for thousands, rates for counts.

Each series of the document is set against its own past: the counts known of the same weeks, or, where there are none,
those of the eight weeks before. The change of a series is the ratio of the two medians, with a half added to each. Over
all series of a disease and indicator,

    up      the middle change is 100 or more, of series that had 5 or more a week, together 20 or more
    down    the middle change is 1/100 or less, of series that had 100 or more a week
    rates   the change follows the population, as it does when counts become rates: change times population is within
            a quarter of 1,000, 10,000, 100,000 or 1,000,000 in the middle, and varies at most half as much as the
            change does; of 8 or more series that had 20 or more a week, in places of which one is 4 times as large as
            another

A disease that multiplies by a hundred in most places at once, within weeks of a known level, is rare; a switched unit
does so in a day. What is found is kept apart for a person to look at, not judged.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from math import log10
from statistics import median
from typing import Any, NamedTuple

from tocsin.exchange.saying import Saying, say
from tocsin.exchange.types.context import Context, Series
from tocsin.exchange.types.tables import AGE, DISEASE, INDICATOR, PLACE, SEX, VALUE, WEEK

__all__ = ["switched"]

CODE = "unit-switched"
FACTOR = 100
UP_FROM, UP_TOGETHER, DOWN_FROM = 5, 20, 100
RATE_SERIES, RATE_FROM, RATE_SPREAD, RATE_NEAR = 8, 20, 4, 0.1  # 0.1 in powers of ten is a quarter
WEEKS_BEFORE, WEEKS_NOW = 8, 4

Found = tuple[str, dict[str, int]]  # a sentence of `saying`, and what it takes beside indicator and disease


class Change(NamedTuple):
    """How a series' level stands to its past."""

    place: str
    before: float
    ratio: float


def switched(
    rows: Sequence[Sequence[Any]], indices: Collection[int], context: Context
) -> Iterator[tuple[str, Saying, list[int]]]:
    """Code, sentence and rows of each disease and indicator whose unit seems to have been switched."""
    if context.past is None:
        return
    blocks: dict[tuple[str, str], list[int]] = {}
    for index in indices:
        blocks.setdefault((rows[index][INDICATOR], rows[index][DISEASE]), []).append(index)
    for (indicator, disease), block in blocks.items():
        changes = _changes([rows[index] for index in block], context)
        if found := _jumped(changes) or _rates(changes, context.population):
            name, values = found
            yield CODE, say(name, indicator=indicator, disease=disease, **values), block


def _changes(rows: Sequence[Sequence[Any]], context: Context) -> list[Change]:
    """The change of each series that has a past. Where there are totals over age and sex, they say it all."""
    totals = [row for row in rows if row[AGE] == row[SEX] == "all"]
    series: dict[Series, dict[date, int]] = {}
    for row in totals or rows:
        if row[VALUE] is not None:
            key = Series(row[INDICATOR], row[DISEASE], row[PLACE], row[AGE], row[SEX])
            series.setdefault(key, {})[date.fromisoformat(row[WEEK])] = row[VALUE]
    assert context.past is not None
    changes = [_change(key.place, now, context.past(key)) for key, now in series.items()]
    return [change for change in changes if change is not None]


def _change(place: str, now: Mapping[date, int], past: Mapping[date, int]) -> Change | None:
    common = sorted(now.keys() & past.keys())
    if common:
        after, before = [now[week] for week in common], [past[week] for week in common]
    else:
        weeks = sorted(now)
        after = [now[week] for week in weeks[:WEEKS_NOW]]
        before = [past[week] for week in sorted(past) if week < weeks[0]][-WEEKS_BEFORE:]
    if not before:
        return None
    level = median(before)
    return Change(place, level, (median(after) + 0.5) / (level + 0.5))


def _jumped(changes: Sequence[Change]) -> Found | None:
    up = [change for change in changes if change.before >= UP_FROM]
    if sum(change.before for change in up) >= UP_TOGETHER and (middle := median(one.ratio for one in up)) >= FACTOR:
        return "times-more", {"times": round(middle), "series": len(up)}
    down = [change for change in changes if change.before >= DOWN_FROM]
    if down and (middle := median(one.ratio for one in down)) <= 1 / FACTOR:
        return "times-less", {"times": round(1 / middle), "series": len(down)}
    return None


def _rates(changes: Sequence[Change], population: Mapping[str, int]) -> Found | None:
    told = [one for one in changes if one.before >= RATE_FROM and population.get(one.place, 0) > 0]
    if len(told) < RATE_SERIES:
        return None
    people = [population[one.place] for one in told]
    if max(people) < RATE_SPREAD * min(people):
        return None
    scale = [log10(one.ratio * of) for one, of in zip(told, people, strict=True)]
    near = min((3, 4, 5, 6), key=lambda power: abs(median(scale) - power))
    if abs(median(scale) - near) <= RATE_NEAR and 2 * _spread(scale) <= _spread([log10(one.ratio) for one in told]):
        return "rates", {"people": 10**near}
    return None


def _spread(values: Sequence[float]) -> float:
    """Median absolute deviation."""
    middle = median(values)
    return median(abs(value - middle) for value in values)
