"""What each column is, from its name and a sample of its cells."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tocsin.counts.dates import clean_date
from tocsin.counts.moments import ENOUGH, fitting
from tocsin.counts.names import says
from tocsin.counts.numbers import count_of, decimal_comma, is_missing
from tocsin.counts.series import Every

__all__ = ["MOSTLY", "Column", "attributes", "describe", "determined"]

LOOKED_AT = 400  # different texts tried as dates
MOSTLY = 0.98


@dataclass(frozen=True, slots=True)
class Column:
    """One column as the sample shows it.

    filled    share of rows that hold anything
    distinct  number of different texts
    unit      day, week or month if its cells are written as such; None otherwise
    number    share of the filled cells that are numbers
    whole     share of the filled cells that are whole numbers
    low, high range of its numbers
    """

    name: str
    filled: float
    distinct: int
    unit: Every | None
    number: float
    whole: float
    low: float
    high: float

    @property
    def is_number(self) -> bool:
        return self.number >= 0.5 and self.filled > 0

    @property
    def is_year(self) -> bool:
        return says(self.name, "year") and self.whole >= ENOUGH and self.low >= 1800 and self.high < 2200

    @property
    def is_week(self) -> bool:
        named = says(self.name, "week") and not says(self.name, "year") and not says(self.name, "lag")
        return named and self.unit is None and self.whole >= ENOUGH and 0 <= self.low <= self.high <= 54

    @property
    def is_month(self) -> bool:
        """Numbers 1 to 12, or names of months, which are no numbers."""
        if not says(self.name, "month") or self.unit is not None:
            return False
        return self.number < 0.5 or (self.whole >= ENOUGH and 0 <= self.low <= self.high <= 13)


def describe(sample: pl.DataFrame, names: Sequence[str]) -> dict[str, Column]:
    """Every column, by name."""
    return {name: _describe(sample, name) for name in names}


def _describe(sample: pl.DataFrame, name: str) -> Column:
    cells = sample.select(pl.col(name)).filter(~is_missing(name))
    if cells.is_empty():
        return Column(name, 0.0, 0, None, 0.0, 0.0, 0.0, 0.0)
    distinct = cells[name].n_unique()
    comma = decimal_comma(cells[name].head(10_000))
    numbers = cells.select(count_of(name, comma=comma).alias(name))[name]
    known = numbers.drop_nulls()
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)  # type: ignore[arg-type]
    return Column(
        name,
        cells.height / sample.height,
        distinct,
        _unit(cells, name, numeric=len(known) / cells.height >= ENOUGH),
        len(known) / cells.height,
        float((known == known.round()).sum()) / cells.height,
        low,
        high,
    )


def _unit(cells: pl.DataFrame, name: str, *, numeric: bool) -> Every | None:
    named = (
        says(name, "date")
        or (says(name, "week") and says(name, "year"))
        or (says(name, "month") and says(name, "year"))
    )
    if numeric and not named:
        return None
    counted = cells.lazy().group_by(clean_date(name)).len().collect().sort("len", descending=True)
    if counted.height > LOOKED_AT:
        counted = pl.concat(
            [counted.head(LOOKED_AT // 2), counted.tail(-LOOKED_AT // 2).sample(LOOKED_AT // 2, seed=1)]
        )
    fits = fitting(((str(text), int(times)) for text, times in counted.rows()), named=named)
    if not fits or sum(fit[1] for fit in fits[:3]) < (0.5 if named else ENOUGH) or fits[0][2] == 0:
        return None
    return fits[0][0].unit


def attributes(sample: pl.DataFrame, when: Sequence[str], keys: Sequence[str]) -> list[str]:
    """Columns among `keys` that describe a row rather than name its series.

    A column names series if the same date has rows that only it tells apart; one without
    which (date, other keys) still tells every row apart, and that changes over time within
    a series, is a remark on the row, such as a label of outbreaks.
    """
    kept = list(keys)
    for key in reversed(list(keys)):
        others = [one for one in kept if one != key]
        rows = sample.select(*when, *others).unique().height
        if rows < MOSTLY * sample.select(*when, *others, key).unique().height:
            continue
        series = sample.select(*others).unique().height if others else 1
        if sample.select(*others, key).unique().height > series and sample[key].n_unique() > 1:
            kept = others
    return [key for key in keys if key not in kept]


def determined(sample: pl.DataFrame, keys: Sequence[str]) -> list[str]:
    """Columns among `keys` that say again what others say: codes of names, traits of places, constants."""
    kept, sample = list(keys), sample.select(*keys).unique() if keys else sample
    for key in sorted(keys, key=lambda name: not says(name, "code")):
        if sample[key].n_unique() <= 1:
            kept.remove(key)
            continue
        others = [one for one in kept if one != key]
        twin = [one for one in others if _same_meaning(sample, key, one)]
        is_code = says(key, "code") and others and _is_code_of(sample, key, others)
        neither = not says(key, "place") and not says(key, "code")
        if twin or is_code or (neither and any(_follows(sample, key, other) for other in others)):
            kept.remove(key)
    return [key for key in keys if key not in kept]


def _same_meaning(sample: pl.DataFrame, a: str, b: str) -> bool:
    pairs = sample.select(a, b).unique().height
    return pairs == sample[a].n_unique() == sample[b].n_unique()


def _follows(sample: pl.DataFrame, key: str, other: str) -> bool:
    """Whether each value of `other` has one of `key`: a climate beside its district."""
    finer = sample[other].n_unique()
    return finer > sample[key].n_unique() and sample.select(key, other).unique().height == finer


def _is_code_of(sample: pl.DataFrame, key: str, others: list[str]) -> bool:
    """Whether a code follows from the other keys and is as fine as they are: a country's code beside regions is not."""
    told_apart = sample.select(*others).unique().height
    adds_nothing = told_apart == sample.select(*others, key).unique().height
    return adds_nothing and 2 * sample[key].n_unique() >= max(sample[other].n_unique() for other in others)
