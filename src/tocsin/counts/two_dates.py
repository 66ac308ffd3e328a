"""Tables with two dates a row, that of the event and that of its report: what was known on a day, and nothing later.

Two kinds are read: a line list or counts by both dates, and vintages, which give the whole count of a date as it stood
on the day of publication. In place of the second date may stand the delay, the days from the event to its report.
Vintages become reports by their differences. Rows reported after `as_of` are dropped before
anything is judged by what the table holds; only the way in which its dates are written is looked for in all of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.dates import DAY, RULE, TIMES, DateOptions, clean_date, dates_of
from tocsin.counts.errors import BadRows, InvalidReading, TooFewPeriods, UnknownColumn
from tocsin.counts.files import ROW, Table, open_table
from tocsin.counts.notes import Notebook, listed, numbered
from tocsin.counts.numbers import decimal_comma
from tocsin.counts.periods import DAYS
from tocsin.counts.problems import Problems
from tocsin.counts.reader import only_rows
from tocsin.counts.report_rows import (
    COUNT,
    DELAY,
    EVENT,
    REPORT,
    RULES,
    TEXT,
    VALUE,
    WHY,
    WORDS,
    TwoDates,
    delayed,
    judged,
    list_problems,
    once,
)
from tocsin.counts.rows import collect
from tocsin.counts.series import Every, WeekStart
from tocsin.counts.sums import total_in
from tocsin.counts.vintages import STRATUM, as_reports

__all__ = ["Reports", "TwoDates", "read_two_dates"]

BESIDE = "__beside "
MOST_VALUES = 60  # of a column that may hold a total and its parts
FEW_DATES = 4  # dates of events that fall on one weekday, and are weeks


@dataclass(frozen=True, slots=True)
class Reports:
    """What had been reported by a day.

    keys      one row a stratum: the `by` columns as text, rows sorted; no column at all if there is one stratum
    stratum   (rows,) number of the stratum
    events    (rows,) datetime64[D] of the event; NaT where it is missing
    reports   (rows,) datetime64[D] of the report
    counts    (rows,) reports; below 0 where some were taken back
    every     whether dates of events are days or name weeks
    weekday   on which all events fall, 0 for Monday, if they name weeks; None for days
    first     datetime64[D] before which events were not seen from their first report on; None if all were
    last      datetime64[D] last report
    problems  as in `SeriesTable`
    twice     (column, value) of columns that were not named, where the value is the sum of the others of its column:
              its cases are counted twice
    said      sentences on what was guessed, found and done
    """

    keys: pl.DataFrame
    stratum: NDArray[np.intp]
    events: NDArray[np.datetime64]
    reports: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    every: Every
    weekday: int | None
    first: np.datetime64 | None
    last: np.datetime64
    problems: pl.DataFrame
    twice: tuple[tuple[str, str], ...]
    said: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """One label a stratum."""
        if not self.keys.width:
            return ("all",)
        return tuple(" · ".join(row) for row in self.keys.iter_rows())


def read_two_dates(
    source: str | Path,
    asked: TwoDates,
    *,
    as_of: date,
    sheet: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    header: int = 1,
) -> Reports:
    """The reports of a table that were known at the end of the day `as_of`.

    source   CSV (plain or gzip), workbook, Parquet, or a folder of Parquet
    raises   CountsError, by what is wrong (see errors.py)
    """
    notes, problems = Notebook(), Problems()
    table = open_table(
        source, sheet=sheet, separator=separator, encoding=encoding, header=header, notes=notes, problems=problems
    )
    table = only_rows(table, asked.where or {}, notes)
    _require_columns(table, asked)
    lazy, units = _dated(table, asked, notes)
    said: list[str] = []
    rows = judged(_known(lazy, as_of, asked), asked)
    if asked.count is not None:
        rows = once(rows, [*asked.by, EVENT, REPORT], said, bare=not _beside(table, asked))
    list_problems(rows, asked, problems, said)
    good = rows.filter(pl.col(WHY).is_null() & pl.col(VALUE).is_not_null())
    _require_events(good, asked, said)
    twice = _twice(good, table, asked)
    keys, good = _strata(good, asked.by)
    every, weekday = _every(good[EVENT].drop_nulls(), units[0], asked, said)
    good = good.group_by(STRATUM, EVENT, REPORT).agg(pl.col(VALUE).sum()).sort(STRATUM, EVENT, REPORT)
    first = None
    if asked.vintages:
        good, first = as_reports(
            good.drop_nulls(EVENT), event=EVENT, report=REPORT, value=VALUE, total=asked.cumulative
        )
    elif below := good.filter(pl.col(VALUE) < 0).height:
        said.append(f"{numbered(below, 'count is', 'counts are')} below zero: reports that were taken back.")
    found = problems.table().with_columns(
        pl.col("message").fill_null(pl.col("rule").replace_strict(RULES, default=None, return_dtype=pl.String))
    )
    return Reports(
        keys=keys,
        stratum=good[STRATUM].to_numpy().astype(np.intp),
        events=good[EVENT].to_numpy().astype("datetime64[D]"),
        reports=good[REPORT].to_numpy().astype("datetime64[D]"),
        counts=good[VALUE].to_numpy().astype(np.float64),
        every=every,
        weekday=weekday,
        first=None if first is None else np.datetime64(first, "D"),
        last=good[REPORT].to_numpy().astype("datetime64[D]").max(),
        problems=found,
        twice=twice,
        said=(*dict.fromkeys(note.text for note in notes.all()), *said),
    )


def _require_columns(table: Table, asked: TwoDates) -> None:
    report = "delay" if asked.delay is not None else "vintage" if asked.vintages else "report_date"
    count = "value" if asked.vintages else "count"
    of_report = asked.report if asked.delay is None else [asked.delay]
    named = {"event_date": asked.event, report: of_report, count: [asked.count or ""], "by": asked.by}
    for option, columns in named.items():
        for name in columns:
            if name and name not in table.columns:
                raise UnknownColumn(
                    f"{option}={name!r}, but {table.name} has no such column; it has {listed(table.columns, 20)}"
                )
    if asked.delay is not None and (asked.delay in asked.event or asked.delay == asked.count):
        other = "count" if asked.delay == asked.count else "event_date"
        raise InvalidReading(
            f"{other} and delay are both {listed([asked.delay])}; a delay is a column of its own, of the days from the "
            "event to its report"
        )
    if set(asked.event) == set(asked.report):
        raise InvalidReading(
            f"event_date and {report} are both {listed(list(asked.event))}; a nowcast needs the date of the event and "
            "the date on which it became known"
        )
    for option, columns in list(named.items())[:2]:
        if len(columns) not in (1, 2):
            raise InvalidReading(f"{option} names {len(columns)} columns; give one, or a year and a week")


def _dated(table: Table, asked: TwoDates, notes: Notebook) -> tuple[pl.LazyFrame, list[Every]]:
    """Rows with EVENT and REPORT, and why either cannot be read; each different text is read once."""
    options = DateOptions(asked.day_first, WeekStart(asked.week_start) if asked.week_start else None)
    count = [pl.col(asked.count).alias(COUNT)] if asked.count is not None else []
    words = [pl.concat_str(table.columns, separator="\x1f").hash().alias(WORDS)] if count else []
    delay = [pl.col(asked.delay).str.strip_chars().alias(DELAY)] if asked.delay is not None else []
    roles = [(EVENT, asked.event), *([] if delay else [(REPORT, asked.report)])]
    texts = [
        clean_date(column).alias(f"{role}{place}") for role, columns in roles for place, column in enumerate(columns)
    ]
    by = [_key(table, name) for name in asked.by]
    beside = [pl.col(name).alias(f"{BESIDE}{name}") for name in _few_valued(table, asked)]
    lazy = table.lazy.select(pl.col(ROW), *by, *texts, *delay, *count, *words, *beside)
    units: list[Every] = []
    for role, columns in roles:
        own = [f"{role}{place}" for place in range(len(columns))]
        different = collect(lazy.group_by(own).agg(pl.len().cast(pl.Int64).alias(TIMES))).sort(own)
        dated = dates_of(different, own, columns, options, notes, far=False)
        if dated.unit is Every.MONTH:
            raise InvalidReading(f"column {listed(list(columns))} holds months; a nowcast needs days or weeks")
        units.append(Every(dated.unit))
        known = dated.frame.select(*own, pl.col(DAY).alias(role), pl.col(RULE).alias(f"{role}_rule"))
        lazy = lazy.join(known.lazy(), on=own, how="left").with_columns(
            pl.concat_str(own, separator=" ").alias(f"{role}{TEXT}")
        )
    if asked.delay is not None:
        lazy = delayed(lazy, comma=decimal_comma(table.sample[asked.delay]))
    return lazy, units


def _beside(table: Table, asked: TwoDates) -> list[str]:
    """Columns over which rows are added up."""
    used = {*asked.event, *asked.report, *asked.by, asked.count, asked.delay}
    return [name for name in table.columns if name not in used]


def _few_valued(table: Table, asked: TwoDates) -> list[str]:
    """Those of them that may tell strata apart, in a table of counts; a person in a line list is nobody's sum."""
    if asked.count is None or asked.vintages:
        return []
    return [name for name in _beside(table, asked) if 3 <= table.sample[name].n_unique() <= MOST_VALUES]


def _twice(good: pl.DataFrame, table: Table, asked: TwoDates) -> tuple[tuple[str, str], ...]:
    dated = good.drop_nulls(EVENT)
    totals = {name: total_in(dated, f"{BESIDE}{name}", day=EVENT, value=VALUE) for name in _few_valued(table, asked)}
    return tuple((name, total) for name, total in totals.items() if total is not None)


def _key(table: Table, name: str) -> pl.Expr:
    text = pl.col(name).str.strip_chars()
    return pl.when(text.is_in(["", r"\N"])).then(pl.lit("(empty)")).otherwise(text).alias(name)


def _known(rows: pl.LazyFrame, as_of: date, asked: TwoDates) -> pl.DataFrame:
    """Rows reported by `as_of`, and those of which it cannot be said."""
    known = collect(rows.filter((pl.col(REPORT) <= as_of) | pl.col(REPORT).is_null())).sort(ROW)
    if known[REPORT].null_count() < known.height:
        return known
    first = rows.select(pl.col(REPORT).min()).collect().item()
    if first is None and asked.delay is not None:
        raise BadRows(
            "no row has both the date of its event and a delay that can be read, a whole number of days; name another "
            "column with delay="
        )
    if first is None:
        raise BadRows("no row has a date of its report that can be read; name another column with report_date=")
    raise InvalidReading(
        f"nothing had been reported by {as_of}: the first report is of {first}; give a later as_of=, or check the dates"
    )


def _require_events(good: pl.DataFrame, asked: TwoDates, said: list[str]) -> None:
    if good.is_empty():
        raise BadRows(
            f"no row has a count: every cell of '{asked.count}' is empty; name the column of counts with "
            f"{'value' if asked.vintages else 'count'}="
        )
    without = good[EVENT].null_count()
    if without == good.height:
        raise BadRows(
            f"no row has the date of its event in {listed(list(asked.event))}; a nowcast needs it of most rows"
        )
    if without:
        fate = "left out" if asked.vintages else "given to the days before by the delays of the others"
        have = numbered(without, "row has", "rows have")
        said.append(f"{have} no date of the event ({without / good.height:.1%} of all): {fate}.")


def _strata(good: pl.DataFrame, by: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    if not by:
        return pl.DataFrame(), good.with_columns(pl.lit(0).alias(STRATUM))
    keys = good.select(by).unique().sort(by)
    return keys, good.join(keys.with_row_index(STRATUM), on=list(by), how="left", maintain_order="left")


def _every(events: pl.Series, unit: Every, asked: TwoDates, said: list[str]) -> tuple[Every, int | None]:
    """Whether events are dated by the day or by the week, and then on which weekday."""
    weekdays = (events.dt.weekday() - 1).unique().to_list()
    different = events.n_unique()
    weekly = unit is Every.WEEK or (len(weekdays) == 1 and different >= FEW_DATES)
    if len(weekdays) == 1 and different < FEW_DATES and unit is Every.DAY and asked.every is None:
        span = "one date" if different == 1 else f"{different} dates, all {DAYS[weekdays[0]]}s"
        raise TooFewPeriods(f"the events have {span}, which do not tell days from weeks; say every='day' or 'week'")
    if asked.every == "day" and weekly:
        raise InvalidReading(
            f"every='day' was asked for, but all {different} dates of events are {DAYS[weekdays[0]]}s: the "
            "table counts weeks; give every='week', or dates of days"
        )
    every = Every(asked.every) if asked.every else Every.WEEK if weekly else Every.DAY
    if asked.every is None:
        why = f": all events are dated on {DAYS[weekdays[0]]}s" if weekly else ""
        said.append(f"One period is a {every.value}{why}; every= changes it.")
    return every, weekdays[0] if every is Every.WEEK and len(weekdays) == 1 else None
