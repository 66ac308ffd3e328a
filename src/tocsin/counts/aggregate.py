"""From cells to series: every series over all periods, absent ones told from zero, days added to weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.calendar import next_start, start_of
from tocsin.counts.errors import InvalidReading
from tocsin.counts.notes import Notebook, numbered
from tocsin.counts.periods import Rhythm, starts_between
from tocsin.counts.rows import PERIOD, VALUE
from tocsin.counts.series import Every

__all__ = ["ABSENT", "Panel", "absent_is_zero", "incomplete_periods", "longer_periods", "panel_of", "renamed"]

ABSENT = ("missing", "zero")
FULL, FEW = 0.98, 3
MOST_COUNTS = 250_000_000  # 2 GB of counts


@dataclass(frozen=True, slots=True)
class Panel:
    """keys (one row a series), counts (series, periods) with nan, starts (first day of each period)."""

    keys: pl.DataFrame
    counts: NDArray[np.float64]
    starts: list[date]


def renamed(cells: pl.DataFrame, keys: Sequence[str], changes: dict[str, dict[str, str]], row: str) -> pl.DataFrame:
    """Cells with keys replaced; those that now coincide are added up."""
    if not changes and not cells.select(*keys, PERIOD).is_duplicated().any():
        return cells
    replaced = [pl.col(key).replace(change) for key, change in changes.items()]
    value = pl.when(pl.col(VALUE).count() > 0).then(pl.col(VALUE).sum()).alias(VALUE)
    return cells.with_columns(replaced).group_by(*keys, PERIOD).agg(value, pl.col(row).min())


def panel_of(cells: pl.DataFrame, keys: Sequence[str], every: Every, last: date | None, *, zero: bool) -> Panel:
    """Lay the cells out; `zero` fills the periods of which a series has no row."""
    periods = cells[PERIOD]
    first, end = periods.min(), periods.max()
    assert isinstance(first, date)
    assert isinstance(end, date)
    starts = starts_between(first, max(end, last) if last else end, every)
    number = {start: place for place, start in enumerate(starts)}
    if keys:
        names = cells.select(keys).unique().sort(keys)
        series = (
            cells.select(keys)
            .join(names.with_row_index("__series"), on=list(keys), how="left", maintain_order="left")["__series"]
            .to_numpy()
        )
    else:
        names, series = pl.DataFrame(), np.zeros(cells.height, int)
    if names.height * len(starts) > MOST_COUNTS:
        raise InvalidReading(
            f"{names.height} series of {len(starts)} {every.value}s are more than fit into memory; "
            "name fewer columns with by=, or keep fewer rows with where="
        )
    counts = np.full((names.height if keys else 1, len(starts)), 0.0 if zero else np.nan)
    at = periods.replace_strict(number, return_dtype=pl.Int64).to_numpy()
    counts[series, at] = cells[VALUE].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Panel(names, counts, starts)


def absent_is_zero(cells: pl.DataFrame, keys: Sequence[str], every: Every, asked: str | None, notes: Notebook) -> bool:
    """Whether a period without a row is one without cases: so if the table never writes a 0 and counts are small."""
    if asked is not None:
        return asked == "zero"
    span = cells.group_by(keys or pl.lit(0)).agg(
        pl.col(PERIOD).n_unique().alias("rows"), pl.col(PERIOD).min().alias("first"), pl.col(PERIOD).max().alias("last")
    )
    days = (span["last"] - span["first"]).dt.total_days().to_numpy()
    length = {Every.DAY: 1.0, Every.WEEK: 7.0, Every.MONTH: 30.436875}[every]
    possible = float((np.rint(days / length) + 1).sum())
    values = cells[VALUE].drop_nulls()
    quartile = values.quantile(0.25)
    absent = int(possible - cells.height)
    zero = cells.height < FULL * possible and not bool((values == 0).any()) and quartile is not None and quartile <= FEW
    if zero:
        text = (
            f"The table holds no 0 and lacks {numbered(absent, 'row', 'rows')} between the first and last of its "
            "series, so a period "
            "without a row is taken as one without cases; absent='missing' changes it."
        )
        notes.add("guess", "absent_zero", text, absent=absent)
    elif absent > 0:
        text = numbered(
            absent,
            "period has no row in its series and is missing; absent='zero' would make it 0.",
            "periods have no row in their series and are missing; absent='zero' would make them 0.",
        )
        notes.add("guess", "absent_missing", text, absent=absent)
    return zero


def longer_periods(panel: Panel, rhythm: Rhythm, notes: Notebook, *, cumulative: bool) -> Panel:
    """Days put into weeks or months: added up, or, if cumulative, the last one taken."""
    if not rhythm.grouped:
        return panel
    starts = [start_of(day, rhythm.every, rhythm.week_start) for day in panel.starts]
    longer = sorted(set(starts))
    place = {start: number for number, start in enumerate(longer)}
    firsts = np.flatnonzero(np.diff([-1, *(place[start] for start in starts)]))
    known = ~np.isnan(panel.counts)
    reported = np.add.reduceat(known, firsts, axis=1, dtype=np.int64)
    if cumulative:
        counts = _last_known(panel.counts, firsts)
    else:
        counts = np.add.reduceat(np.nan_to_num(panel.counts), firsts, axis=1)
        counts[reported == 0] = np.nan
    # Ends of the table are said elsewhere; these are gaps inside it.
    lengths = np.diff([*firsts, len(starts)])
    partial = int(((reported > 0) & (reported < lengths)).sum())
    if partial and not cumulative:
        text = numbered(
            partial,
            f"{rhythm.every.value} lacks some of its days; its count is the sum of the days reported.",
            f"{rhythm.every.value}s lack some of their days; their counts are the sums of the days reported.",
        )
        notes.add("finding", "partial_periods", text, periods=partial)
    first_whole = next_start(longer[0], rhythm.every)
    if panel.starts[0] > longer[0]:
        text = f"The first {rhythm.every.value}, from {longer[0]}, is part-way: the table begins on {panel.starts[0]}."
        notes.add("finding", "incomplete_first_period", text, start=longer[0].isoformat(), next=first_whole.isoformat())
    return Panel(panel.keys, counts, longer)


def _last_known(counts: NDArray[np.float64], firsts: NDArray[np.intp]) -> NDArray[np.float64]:
    """The last count reported in each group of columns; nan where there is none."""
    result = np.full((counts.shape[0], len(firsts)), np.nan)
    for group, columns in enumerate(np.split(np.arange(counts.shape[1]), firsts[1:])):
        for column in columns:
            given = ~np.isnan(counts[:, column])
            result[given, group] = counts[given, column]
    return result


def incomplete_periods(starts: list[date], every: Every, seen: date | None, *, asked: bool, notes: Notebook) -> int:
    """1 if the last period goes on after the last day that the table can know of, else 0.

    seen    last day with data, or `until`; None if the table counts by the period itself
    """
    if seen is None:
        return 0
    end = next_start(starts[-1], every) - timedelta(days=1)
    if seen >= end:
        return 0
    why = "as until= says" if asked else "the last date in the table; until= changes it"
    text = f"The last {every.value}, {starts[-1]} to {end}, is incomplete: counts reach to {seen} ({why})."
    kind = "rule" if asked else "guess"
    notes.add(
        "rule" if kind == "rule" else "guess",
        "incomplete_last_period",
        text,
        start=starts[-1].isoformat(),
        end=end.isoformat(),
        seen=seen.isoformat(),
    )
    return 1
