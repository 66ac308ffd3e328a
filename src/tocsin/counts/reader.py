"""Reading a table of counts, a line list or a wide table into series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts import corrections, places, totals
from tocsin.counts.aggregate import (
    ABSENT,
    Panel,
    absent_is_zero,
    incomplete_periods,
    longer_periods,
    panel_of,
    renamed,
)
from tocsin.counts.calendar import start_of
from tocsin.counts.dates import DAY, RULE, TIMES, Dated, DateOptions, checked_day, dates_of
from tocsin.counts.errors import EmptyTable, InvalidReading, UnknownColumn
from tocsin.counts.files import ROW, Table, open_table
from tocsin.counts.layouts import Asked, Roles, roles
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.periods import WEEK_DATES, Rhythm, rhythm
from tocsin.counts.problems import Problems
from tocsin.counts.rows import PERIOD, VALUE, Long, cells_of, distinct_dates, long, with_periods
from tocsin.counts.series import Every, SeriesTable, WeekStart

__all__ = ["only_rows", "read"]

T = TypeVar("T")
ENOUGH_ROWS = 2_000
TOTALS = ("leave out", "keep")


@dataclass(frozen=True, slots=True)
class _Options:
    """Options of `read` after checks, as far as they concern series rather than columns."""

    every: Every | None
    week_start: WeekStart | None
    week_date: str | None
    day_first: bool | None
    until: date | None
    absent: str | None
    cumulative: bool
    negative: str
    totals: str
    aliases: Mapping[str, str]
    age_bands: Sequence[int] | None


def read(
    source: str | Path,
    *,
    layout: str | None = None,
    date: str | Sequence[str] | None = None,
    count: str | Sequence[str] | None = None,
    by: str | Sequence[str] | None = None,
    where: Mapping[str, str | Sequence[str]] | None = None,
    every: str | None = None,
    week_start: str | None = None,
    week_date: str | None = None,
    day_first: bool | None = None,
    until: str | date | None = None,
    absent: str | None = None,
    cumulative: bool = False,
    negative: str = "missing",
    totals: str = "leave out",
    aliases: Mapping[str, str] | None = None,
    age_bands: Sequence[int] | None = None,
    sheet: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    header: int = 1,
) -> SeriesTable:
    """Read a file into series of counts, saying all that was guessed, found and left out.

    source      CSV (plain or gzip), workbook (.xlsx, .xls, .ods), Parquet, or a folder of Parquet
    layout      "tidy" (one row a series and period), "line list" (one row a case) or "wide"
                (one column a period)
    date        the column of dates, weeks or months; or two: year and week, or year and month
    count       the column of counts; several to have a series of each
    by          columns whose values tell series apart; () for one series of all rows
    where       keeps only rows with these values, such as {"disease": "influenza"}
    every       "day", "week" or "month": days are added up; a line list is counted by week if None
    week_start  "monday", "sunday" or "saturday"
    week_date   whether weekly dates are the "start" or the "end" of their week
    day_first   how to read 01/02/2026
    until       last day the table knows of: later rows are problems, its period is incomplete
                unless it ends that day, and line lists are 0 up to it
    absent      what a period without a row is in a tidy table: "missing" (nan) or "zero"
    cumulative  whether counts are sums of all before, to be differenced
    negative    what a period below zero becomes: "missing", "spread back" or "zero"
    totals      "leave out" or "keep" series that are sums of others
    aliases     other names of a place and the one to use, such as {"Алма-Ата": "Алматы"}
    age_bands   first ages of the bands for single years of age; () keeps single years
    sheet, separator, encoding, header   the workbook's sheet, the text's separator and encoding,
                the number of the row with the column names
    raises      CountsError, by what is wrong (see errors.py)
    """
    notes, problems = Notebook(), Problems()
    options = _Options(
        every=_one_of("every", every, Every),
        week_start=_one_of("week_start", week_start, WeekStart),
        week_date=_among("week_date", week_date, WEEK_DATES),
        day_first=day_first,
        until=checked_day("until", until),
        absent=_among("absent", absent, ABSENT),
        cumulative=cumulative,
        negative=_among("negative", negative, corrections.NEGATIVE_RULES) or "missing",
        totals=_among("totals", totals, TOTALS) or "leave out",
        aliases=aliases or {},
        age_bands=age_bands,
    )
    table = open_table(
        source, sheet=sheet, separator=separator, encoding=encoding, header=header, notes=notes, problems=problems
    )
    table = only_rows(table, where or {}, notes)
    parts = roles(table, Asked(layout, _several(date), _several(count), _several(by)), notes)
    if cumulative and not parts.counts:
        raise InvalidReading(
            "cumulative=True needs a column of counts, but each row of this table is taken as one case; "
            "name the column with count=, or leave cumulative out"
        )
    return _series(table, parts, options, notes, problems)


def _series(table: Table, parts: Roles, options: _Options, notes: Notebook, problems: Problems) -> SeriesTable:
    rows = long(table, parts)
    names = parts.date or ("column name",)
    dates = DateOptions(options.day_first, options.week_start)
    found = distinct_dates(rows)
    dated = dates_of(found, rows.date, names, dates, notes)
    pace = rhythm(
        table,
        dated,
        parts.date,
        line_list=rows.layout == "line list",
        every=options.every,
        week_start=options.week_start,
        week_date=options.week_date,
        notes=notes,
    )
    dated = _until(dated, pace, options.until)
    line_list = rows.layout == "line list"
    grouping = pace.every if line_list else pace.native
    days: list[date] = dated.frame[DAY].drop_nulls().unique().to_list()
    dated = with_periods(dated, {day: start_of(day, grouping, pace.week_start) for day in days})
    cells, negative = cells_of(rows, dated, names, notes, problems)
    weights = VALUE
    changes = places.unified(
        cells, rows.keys, weights=weights, aliases=options.aliases, age_bands=options.age_bands, notes=notes
    )
    cells = renamed(cells, rows.keys, changes, ROW)
    if negative.height:
        negative = negative.with_columns(pl.col(key).replace(change) for key, change in changes.items())
    last = start_of(options.until, grouping, pace.week_start) if options.until and not _by_period(pace) else None
    zero = line_list or (rows.layout == "tidy" and absent_is_zero(cells, rows.keys, pace.native, options.absent, notes))
    panel = panel_of(cells, rows.keys, grouping, last, zero=zero)
    if not line_list:
        panel = longer_periods(panel, pace, notes, cumulative=options.cumulative)
    if options.cumulative:
        panel = replace(panel, counts=corrections.differenced(panel.counts, notes))
    elif parts.counts and not line_list:
        named = () if parts.layout == "wide" else parts.counts
        corrections.note_cumulative(panel.counts, named, notes)
    if not line_list:
        panel = _without_totals(panel, rows, options, notes)
    panel = _corrected(panel, cells, negative, pace, parts, options, notes, problems)
    places.near_duplicates(panel.keys, panel.counts, notes)
    seen = options.until or (max(days) if pace.native is Every.DAY and pace.every is not Every.DAY else None)
    incomplete = incomplete_periods(panel.starts, pace.every, seen, asked=options.until is not None, notes=notes)
    return SeriesTable(
        keys=panel.keys,
        counts=np.ascontiguousarray(panel.counts),
        dates=np.array(panel.starts, dtype="datetime64[D]"),
        every=pace.every,
        week_start=pace.week_start if pace.every is Every.WEEK else None,
        incomplete=incomplete,
        problems=problems.table(),
        notes=notes.all(),
        rows=_rows(found, parts, problems),
    )


def _rows(found: pl.DataFrame, parts: Roles, problems: Problems) -> int:
    """Each cell of counts had its date looked at; rows of the wrong width were not even cut into cells."""
    ragged = problems.table().filter(pl.col("rule") == "ragged_row").height
    return int(found[TIMES].sum()) // max(1, len(parts.counts)) + ragged


def _by_period(pace: Rhythm) -> bool:
    """Whether the table counts by weeks or months itself, so that days after its last one say nothing."""
    return pace.native is not Every.DAY


def _until(dated: Dated, pace: Rhythm, until: date | None) -> Dated:
    """Periods of the table that begin later are problems: nobody can have counted them."""
    if until is None:
        return dated
    first = dated.frame[DAY].min()
    if isinstance(first, date) and until < first:
        raise InvalidReading(f"until is {until}, before the first date of the table, {first}")
    days = dated.frame[DAY].drop_nulls().unique().to_list()
    late = pl.col(DAY).is_in([day for day in days if start_of(day, pace.native, pace.week_start) > until])
    frame = dated.frame.with_columns(
        pl.when(late).then(pl.lit("after_until")).otherwise(pl.col(RULE)).alias(RULE),
        pl.when(late).then(None).otherwise(pl.col(DAY)).alias(DAY),
    )
    return replace(dated, frame=frame)


def _corrected(
    panel: Panel,
    cells: pl.DataFrame,
    negative: pl.DataFrame,
    pace: Rhythm,
    parts: Roles,
    options: _Options,
    notes: Notebook,
    problems: Problems,
) -> Panel:
    """Counts below zero handled, and the rows listed from which they come."""
    counts, below = corrections.without_negative(panel.counts, options.negative, notes)
    lost = _cells_at(panel, below)
    taken = options.negative != "missing"
    if options.cumulative and lost.height:
        fallen = _in_periods(cells, pace).join(lost, on=lost.columns, how="semi", nulls_equal=True)
        fallen = fallen.sort(ROW).group_by(lost.columns, maintain_order=True).last()
        shown = fallen.select(pl.col(ROW).alias("row"), pl.col(VALUE).cast(pl.Int64).alias("value")).sort("row")
        problems.add(shown, parts.counts[0], "falling_total", taken=taken)
    if negative.height:
        moved = _in_periods(negative, pace)
        if panel.keys.width:
            moved = moved.join(panel.keys, on=panel.keys.columns, how="semi")
        in_lost = moved.join(lost, on=lost.columns, how="semi", nulls_equal=True)
        kept = moved.join(lost, on=lost.columns, how="anti", nulls_equal=True)
        problems.add(kept.sort("row"), pl.col("column"), "negative", taken=True)
        problems.add(in_lost.sort("row"), pl.col("column"), "negative", taken=taken)
    return replace(panel, counts=counts)


def _in_periods(frame: pl.DataFrame, pace: Rhythm) -> pl.DataFrame:
    if not pace.grouped:
        return frame
    starts = {day: start_of(day, pace.every, pace.week_start) for day in frame[PERIOD].unique().to_list()}
    return frame.with_columns(pl.col(PERIOD).replace_strict(starts, return_dtype=pl.Date))


def _cells_at(panel: Panel, mask: NDArray[np.bool_]) -> pl.DataFrame:
    """Keys and PERIOD of the marked cells."""
    series, periods = np.nonzero(mask)
    starts = pl.Series(PERIOD, [panel.starts[at] for at in periods], pl.Date)
    return panel.keys[series.tolist()].with_columns(starts) if panel.keys.width else starts.to_frame()


def _without_totals(panel: Panel, rows: Long, options: _Options, notes: Notebook) -> Panel:
    """Totals left out among all keys; then, if keys are added over, once more among those asked for."""
    keep = options.totals == "keep"
    if not panel.keys.width:
        return panel
    by = rows.keys[: rows.by]
    if len(by) == len(rows.keys):
        keys, counts = totals.without_totals(panel.keys, panel.counts, notes, keep=keep)
        return Panel(keys, counts, panel.starts)
    keys, counts = totals.without_totals(panel.keys, panel.counts, notes, keep=False)
    keys, counts = totals.collapsed(keys, counts, by, notes)
    if keys.width:
        keys, counts = totals.without_totals(keys, counts, notes, keep=keep)
    return Panel(keys, counts, panel.starts)


def only_rows(table: Table, where: Mapping[str, str | Sequence[str]], notes: Notebook) -> Table:
    """Only the rows asked for."""
    if not where:
        return table
    kept = pl.lit(True)
    for column, wanted in where.items():
        if column not in table.columns:
            raise UnknownColumn(f"where names '{column}'; {table.name} has {listed(table.columns, 20)}")
        texts = [wanted] if isinstance(wanted, str) else [str(one) for one in wanted]
        kept = kept & pl.col(column).str.strip_chars().is_in(texts)
    sample = table.sample.filter(kept)
    if not table.whole and sample.height < ENOUGH_ROWS:
        sample = table.lazy.filter(kept).head(100_000).collect()
    if sample.is_empty():
        first, wanted = next(iter(where.items()))
        seen = [str(one) for one in table.sample[first].unique().sort().head(8)]
        raise EmptyTable(f"no row has {dict(where)}; '{first}' holds {listed(seen)}")
    said = ", ".join(
        f"{column} = {listed([wanted] if isinstance(wanted, str) else list(wanted))}"
        for column, wanted in where.items()
    )
    notes.add("rule", "where", f"Only rows with {said}.", where=dict(where))
    return replace(table, lazy=table.lazy.filter(kept), sample=sample)


def _several(names: str | Sequence[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return (names,) if isinstance(names, str) else tuple(names)


def _one_of(option: str, value: str | None, kinds: type[T]) -> T | None:
    if value is None:
        return None
    known = [str(kind.value) for kind in kinds]  # type: ignore[attr-defined]
    return kinds(_among(option, str(value), tuple(known)))  # type: ignore[call-arg]


def _among(option: str, value: str | None, known: tuple[str, ...]) -> str | None:
    if value is not None and value not in known:
        raise InvalidReading(f"{option} is {value!r}; it is one of {listed(known)}")
    return value
