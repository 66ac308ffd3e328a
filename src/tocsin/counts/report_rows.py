"""Rows of reports by two dates: which can be used, and why the others cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from tocsin.counts.dates import DAY, RULE, TIMES, without_far
from tocsin.counts.errors import BadRows
from tocsin.counts.files import ROW
from tocsin.counts.notes import numbered
from tocsin.counts.numbers import count_of, decimal_comma, is_missing
from tocsin.counts.problems import MESSAGES, MOST_LISTED, Problems

__all__ = [
    "COUNT",
    "DELAY",
    "EVENT",
    "REPORT",
    "RULES",
    "TEXT",
    "VALUE",
    "WHY",
    "WORDS",
    "TwoDates",
    "delayed",
    "judged",
    "list_problems",
    "once",
]

EVENT, REPORT, DELAY, COUNT = "__event", "__report", "__delay", "__count"
TEXT, VALUE, WHY, WORDS = "__text", "__value", "__why", "__words"
LARGEST = 1e15
LONGEST_DELAY = 36_525  # days: a hundred years
RULES = {
    **MESSAGES,
    "report_before_event": "the report is dated before its event",
    "no_delay": "the row has no delay",
    "not_a_delay": "this is no number of days",
    "fractional_delay": "a delay is a whole number of days",
    "too_long_delay": "no delay is this long",
}


@dataclass(frozen=True, slots=True)
class TwoDates:
    """Which columns to read, and how.

    event      the column of the date of the event; or two, year and week
    report     that of the report, or of the publication of a vintage
    delay      instead of `report`: the column of days from the event to its report
    count      the column of counts; None if a row is a report
    by         columns whose values tell strata apart
    vintages   whether `count` is the whole count as known on the day `report`
    cumulative of vintages: whether the count is that of all dates so far
    early      what becomes of rows reported before their event: "refuse" or "leave out"
    every      "day", "week", or None to see by the dates
    """

    event: Sequence[str]
    report: Sequence[str] = ()
    count: str | None = None
    by: Sequence[str] = ()
    vintages: bool = False
    cumulative: bool = False
    early: str = "refuse"
    every: str | None = None
    where: Mapping[str, str | Sequence[str]] | None = None
    day_first: bool | None = None
    week_start: str | None = None
    delay: str | None = None


def delayed(rows: pl.LazyFrame, *, comma: bool) -> pl.LazyFrame:
    """Rows with REPORT, DELAY days after EVENT, and why it cannot be told; without an event's date it is null.

    comma  whether commas in delays stand before decimals
    """
    days = count_of(DELAY, comma=comma)
    why = [
        _if(is_missing(DELAY), "no_delay"),
        _if(days.is_null(), "not_a_delay"),
        _if(days.abs() > LONGEST_DELAY, "too_long_delay"),
        _if((days - days.round()).abs() > 1e-9, "fractional_delay"),
    ]
    whole = pl.when(pl.coalesce(why).is_null()).then(days.round().cast(pl.Int64))
    return rows.with_columns(
        (pl.col(EVENT) + pl.duration(days=whole)).cast(pl.Date).alias(REPORT),
        pl.coalesce(why).alias(f"{REPORT}_rule"),
        pl.col(DELAY).alias(f"{REPORT}{TEXT}"),
    )


def judged(rows: pl.DataFrame, asked: TwoDates) -> pl.DataFrame:
    """Rows with VALUE and WHY they cannot be used."""
    for role in (REPORT, EVENT):
        rows = rows.with_columns(pl.col(role).is_in(_far(rows[role]).implode()).fill_null(False).alias(f"{role}_far"))
    event_rule = pl.col(f"{EVENT}_rule")
    if asked.delay is None:
        # An event without a date still tells of a case; one whose date is illegible is an error of writing.
        event_rule = pl.when(event_rule != "no_date").then(event_rule)
    why = [
        pl.col(f"{REPORT}_rule"),
        _if(pl.col(f"{REPORT}_far") | pl.col(f"{EVENT}_far"), "far_date"),
        event_rule,
        _if(pl.col(REPORT) < pl.col(EVENT), "report_before_event"),
    ]
    if asked.count is None:
        return rows.with_columns(pl.lit(1.0).alias(VALUE), pl.coalesce(why).alias(WHY))
    rows = rows.with_columns(count_of(COUNT, comma=decimal_comma(rows[COUNT].head(10_000))).alias(VALUE))
    value = pl.col(VALUE)
    why.append(_if(value.is_null() & ~is_missing(COUNT), "not_a_number"))
    why.append(_if(value.abs() > LARGEST, "too_large"))
    why.append(_if((value - value.round()).abs() > 1e-9, "fractional"))
    return rows.with_columns(pl.coalesce(why).alias(WHY))


def _if(broken: pl.Expr, rule: str) -> pl.Expr:
    return pl.when(broken).then(pl.lit(rule))


def _far(days: pl.Series) -> pl.Series:
    """The different days that lie far from all others."""
    counted = days.drop_nulls().value_counts(name=TIMES)
    counted.columns = [DAY, TIMES]
    frame = counted.with_columns(pl.col(TIMES).cast(pl.Int64), pl.lit(None, pl.String).alias(RULE))
    kept = without_far(frame)
    return frame[DAY].filter(~frame[DAY].is_in(kept[DAY].drop_nulls().implode()))


def once(rows: pl.DataFrame, keys: Sequence[str], said: list[str], *, bare: bool) -> pl.DataFrame:
    """Rows repeated word for word marked, so that they are counted once.

    bare  whether the table has no column but those that are used: alike rows may then be of strata whose names were
          left out, as they are if rows with the same keys differ in their counts at least as often
    """
    usable = pl.col(WHY).is_null()
    twin = ~pl.col(WORDS).is_first_distinct() & usable
    twins = rows.filter(twin).height
    if twins and bare:
        different = rows.filter(usable).select(*keys, WORDS).unique().height
        sharing = different - rows.filter(usable).select(keys).unique().height
        if sharing >= twins:
            many = numbered(sharing + twins, "row has", "rows have")
            said.append(f"{many} the keys and dates of an earlier row: their counts are added.")
            twins = 0
    if twins:
        rows = rows.with_columns(pl.when(twin).then(pl.lit("repeated_row")).otherwise(pl.col(WHY)).alias(WHY))
        said.append(f"{numbered(twins, 'row repeats', 'rows repeat')} an earlier row word for word: counted once.")
    empty = rows.filter(pl.col(WHY).is_null() & pl.col(VALUE).is_null()).height
    if empty:
        have = numbered(empty, "row has", "rows have")
        said.append(f"{have} an empty count and {'says' if empty == 1 else 'say'} nothing.")
    return rows


def list_problems(rows: pl.DataFrame, asked: TwoDates, problems: Problems, said: list[str]) -> None:
    bad = rows.filter(pl.col(WHY).is_not_null())
    if bad.is_empty():
        return
    early = bad.filter(pl.col(WHY) == "report_before_event")
    if early.height and asked.early == "refuse":
        row = early.row(0, named=True)
        if asked.delay is not None:
            raise BadRows(
                f"{numbered(early.height, 'row has', 'rows have')} a delay below zero, the first is row {row[ROW]}: "
                f"'{row[f'{REPORT}{TEXT}']}'; correct the delays, or leave such rows out with early='leave out'"
            )
        raise BadRows(
            f"{numbered(early.height, 'row has', 'rows have')} a report dated before its event, the first is row "
            f"{row[ROW]}: event {row[EVENT]}, report {row[REPORT]}; correct the dates, swap the two columns, or leave "
            "such rows out with early='leave out'"
        )
    event, report = (", ".join(names) for names in (asked.event, asked.report or [asked.delay or ""]))
    far = pl.col(f"{REPORT}_far")
    if asked.delay is not None:  # after an event that is far, so is its report
        far &= ~pl.col(f"{EVENT}_far")
    by_report = far | pl.col(f"{REPORT}_rule").is_not_null()
    early_dates = pl.concat_str(f"{EVENT}{TEXT}", f"{REPORT}{TEXT}", separator=", ")
    count = pl.col(COUNT) if asked.count is not None else pl.lit("")
    of_count = pl.col(WHY).is_in(["not_a_number", "too_large", "fractional"])
    cells = [  # where, the column, the value; the first that holds
        (pl.col(WHY) == "report_before_event", f"{event}, {report}", early_dates),
        (pl.col(WHY) == "repeated_row", "", count),
        (of_count, asked.count or "", count),
        (by_report, report, pl.col(f"{REPORT}{TEXT}")),
        (pl.lit(True), event, pl.col(f"{EVENT}{TEXT}")),
    ]
    shown = bad.head(MOST_LISTED).select(
        pl.col(ROW).alias("row"),
        pl.coalesce(pl.when(where).then(value) for where, _, value in cells).alias("value"),
        pl.coalesce(pl.when(where).then(pl.lit(column)) for where, column, _ in cells).alias("column"),
        pl.col(WHY).alias("rule"),
    )
    unusable = bad.filter(pl.col(WHY) != "repeated_row").height
    if 2 * unusable > rows.height or unusable == rows.height:
        rule, times = bad[WHY].value_counts(sort=True).row(0)
        first = shown.filter(pl.col("rule") == rule).row(0, named=True)
        raise BadRows(
            f"only {rows.height - unusable} of {rows.height} rows can be used; most often ({times} times) "
            f"{RULES[rule]}, first in row {first['row']}, column '{first['column']}': '{first['value']}'. Correct the "
            "table, or name the right columns"
        )
    problems.add(shown, pl.col("column"), pl.col("rule"), taken=False)
    if bad.height > MOST_LISTED:
        said.append(f"Only the first {MOST_LISTED} of {bad.height} rows with problems are listed.")
