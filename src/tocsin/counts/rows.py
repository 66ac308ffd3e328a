"""From rows to cells: every row checked, those of one series and period added up, problems listed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from tocsin.counts.dates import DAY, RULE, TIMES, Dated, clean_date
from tocsin.counts.errors import BadRows, NotATable
from tocsin.counts.files import ROW, Table
from tocsin.counts.layouts import Roles
from tocsin.counts.notes import Notebook, numbered
from tocsin.counts.numbers import count_of, decimal_comma, is_missing
from tocsin.counts.problems import MESSAGES, MOST_LISTED, Problems

__all__ = ["PERIOD", "REPORTED", "VALUE", "Long", "cells_of", "distinct_dates", "long"]

PERIOD, VALUE, REPORTED, ROWS, BAD = "__period", "__value", "__reported", "__rows", "__bad"
COUNT, WHEN, COLUMN, WHY, WORDS = "__count", "__when", "__column", "__why", "__words"
LARGEST = 1e15
TOO_MANY_TWINS = 0.2


@dataclass(frozen=True, slots=True)
class Long:
    """A table brought into one form: a row has its keys, its date's text, and its count's text.

    lazy    rows, with ROW and, for counts, COUNT and the COLUMN it comes from
    date    columns of the date's text
    keys    key columns, `by` first
    by      how many of them were asked for
    counted whether COUNT is there; without it a row is one case
    comma   whether counts have decimal commas
    layout  as in `Roles`
    """

    lazy: pl.LazyFrame
    date: tuple[str, ...]
    keys: tuple[str, ...]
    by: int
    counted: bool
    comma: bool
    layout: str


def long(table: Table, parts: Roles) -> Long:
    """Unpivot what is wide, and clean the texts of dates and keys."""
    keys = parts.by + parts.beside
    own = [pl.col(key) for key in keys]
    comma = any(decimal_comma(table.sample[name].head(10_000)) for name in parts.counts)
    if parts.layout == "wide":
        lazy = table.lazy.unpivot(on=list(parts.counts), index=[ROW, *keys], variable_name=WHEN, value_name=COUNT)
        lazy = lazy.with_columns(*own, pl.col(WHEN).alias(COLUMN))
        return Long(lazy, (WHEN,), keys, len(parts.by), True, comma, "wide")
    texts = [_date_text(table, column).alias(f"{WHEN}{place}") for place, column in enumerate(parts.date)]
    lazy = table.lazy.with_columns(*texts)
    date = tuple(f"{WHEN}{place}" for place in range(len(parts.date)))
    if len(parts.counts) > 1:
        name = "series" if "series" not in table.columns else "series in column"
        lazy = lazy.unpivot(on=list(parts.counts), index=[ROW, *date, *keys], variable_name=name, value_name=COUNT)
        own.append(pl.col(name))
        lazy = lazy.select(ROW, *date, *own, COUNT, pl.col(name).alias(COLUMN))
        return Long(lazy, date, (*parts.by, name, *parts.beside), len(parts.by) + 1, True, comma, parts.layout)
    count = [pl.col(parts.counts[0]).alias(COUNT), pl.lit(parts.counts[0]).alias(COLUMN)] if parts.counts else []
    words = pl.concat_str(table.columns, separator="\x1f").hash().alias(WORDS)
    lazy = lazy.select(ROW, *date, *own, *count, words)
    return Long(lazy, date, keys, len(parts.by), bool(parts.counts), comma, parts.layout)


def _key(key: str) -> pl.Expr:
    text = pl.col(key).str.strip_chars()
    return pl.when(text.is_in(["", r"\N"])).then(pl.lit("(empty)")).otherwise(text).alias(key)


def _date_text(table: Table, column: str) -> pl.Expr:
    """The cell, without its time of day where the column has any: the pattern costs seconds in ten million rows."""
    timed = bool(table.sample[column].str.contains(":", literal=True).any())
    return clean_date(column) if timed else pl.col(column)


def distinct_dates(rows: Long) -> pl.DataFrame:
    """The different texts of dates, with the number of rows of each."""
    return collect(rows.lazy.group_by(rows.date).agg(pl.len().cast(pl.Int64).alias(TIMES))).sort(rows.date)


def collect(lazy: pl.LazyFrame) -> pl.DataFrame:
    try:
        return lazy.collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        raise NotATable(f"the rows cannot be read: {str(error).strip().splitlines()[0]}") from None


def cells_of(
    rows: Long, dated: Dated, names: tuple[str, ...], notes: Notebook, problems: Problems
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counts by keys and PERIOD, and the rows with counts below zero.

    dated    every text of a date, with its PERIOD beside
    names    the date columns as the table calls them
    returns  keys, PERIOD, VALUE (null: nothing reported), ROW (the first of its rows); and the
             negative rows with keys, PERIOD, row, value
    """
    checked = _checked(rows, dated)
    cells = _added_up(checked, rows.keys) if rows.counted else _numbered(rows, dated)
    again = cells.filter((pl.col(ROWS) > 1) & pl.col(PERIOD).is_not_null())
    if rows.layout == "tidy" and again.height:
        twins = _twins(checked, again, rows, int(cells[ROWS].sum()), notes, problems)
        if twins:
            checked = checked.filter(~pl.col(ROW).is_in(twins))
            cells = _added_up(checked, rows.keys)
    total, bad = int(cells[ROWS].sum()), int(cells[BAD].sum())
    if bad:
        _list_bad(checked, names, problems, notes, bad)
    if 2 * bad > total or not cells[REPORTED].sum():
        raise _nothing_usable(total, bad, problems)
    negative = _negative(checked, rows) if rows.counted else pl.DataFrame()
    # A cell whose rows are all bad was reported, though not legibly: it is missing, never zero.
    good = cells.filter(pl.col(PERIOD).is_not_null())
    value = pl.when(pl.col(REPORTED) > 0).then(pl.col(VALUE)).alias(VALUE)
    tidied = good.select(*map(_key, rows.keys), PERIOD, value, ROW)
    return tidied, negative.with_columns(map(_key, rows.keys)) if rows.counted else negative


def _checked(rows: Long, dated: Dated) -> pl.LazyFrame:
    """Rows with PERIOD, VALUE and WHY they cannot be used."""
    lazy = rows.lazy.join(dated.frame.lazy().select(*rows.date, PERIOD, DAY, RULE), on=list(rows.date), how="left")
    if not rows.counted:
        return lazy.with_columns(pl.lit(1.0).alias(VALUE), pl.col(RULE).alias(WHY))
    number = count_of(COUNT, comma=rows.comma)
    lazy = lazy.with_columns(number.alias(VALUE))
    value = pl.col(VALUE)
    why = (
        pl.when(pl.col(RULE).is_not_null())
        .then(pl.col(RULE))
        .when(value.is_null() & ~is_missing(COUNT))
        .then(pl.lit("not_a_number"))
        .when(value.abs() > LARGEST)
        .then(pl.lit("too_large"))
        .when((value - value.round()).abs() > 1e-9)
        .then(pl.lit("fractional"))
    )
    lazy = lazy.with_columns(why.alias(WHY))
    return lazy.with_columns(pl.when(pl.col(WHY).is_null()).then(value).alias(VALUE))


def _added_up(checked: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    return collect(
        checked.group_by(*keys, PERIOD).agg(
            pl.col(VALUE).sum(),
            pl.col(VALUE).count().cast(pl.Int64).alias(REPORTED),
            pl.len().cast(pl.Int64).alias(ROWS),
            pl.col(WHY).count().cast(pl.Int64).alias(BAD),
            pl.col(ROW).min().cast(pl.Int64),
        )
    )


def _numbered(rows: Long, dated: Dated) -> pl.DataFrame:
    """Rows counted as cases: the same columns as `_added_up`, at a third of its cost in ten million rows."""
    lazy = rows.lazy.select(*rows.date, *rows.keys)
    known = dated.frame.lazy().select(*rows.date, PERIOD)
    cells = collect(lazy.join(known, on=list(rows.date), how="left").group_by(*rows.keys, PERIOD).len(ROWS))
    number, unread = pl.col(ROWS).cast(pl.Int64), pl.col(PERIOD).is_null()
    return cells.with_columns(
        pl.when(~unread).then(number).otherwise(0).cast(pl.Float64).alias(VALUE),
        pl.when(~unread).then(number).otherwise(0).alias(REPORTED),
        pl.when(unread).then(number).otherwise(0).alias(BAD),
        number.alias(ROWS),
        pl.lit(0, pl.Int64).alias(ROW),
    )


def _twins(
    checked: pl.LazyFrame, again: pl.DataFrame, rows: Long, total: int, notes: Notebook, problems: Problems
) -> list[int]:
    """Row numbers of repeated rows; rows of one key and date that differ are listed and added."""
    extra = int(again[ROWS].sum()) - again.height
    if extra > TOO_MANY_TWINS * total:
        text = f"{extra} of {total} rows share their keys and date with another row; the counts of such rows are added."
        notes.add("rule", "added_up", text, rows=extra, total=total)
        return []
    on = [*rows.keys, PERIOD]
    same = collect(checked.join(again.lazy().select(on), on=on, how="semi", nulls_equal=True)).sort(ROW)
    if WORDS not in same.columns:
        return []
    twin = same.filter(~pl.col(WORDS).is_first_distinct())
    others = same.filter(~pl.col(ROW).is_in(twin[ROW].to_list())).filter(pl.struct(on).is_duplicated())
    problems.add(_shown(twin, pl.col(COUNT)), pl.lit(""), "repeated_row", taken=False)
    later = others.filter(~pl.struct(on).is_first_distinct())
    problems.add(_shown(later, pl.col(COUNT)), pl.lit(""), "same_key_again", taken=True)
    if twin.height:
        repeats = numbered(twin.height, "row repeats", "rows repeat")
        text = f"{repeats} an earlier row word for word: counted once."
        notes.add("rule", "repeated_rows", text, rows=twin.height)
    if later.height:
        have = numbered(later.height, "row has", "rows have")
        text = f"{have} the keys and date of an earlier row but another count: added to it."
        notes.add("rule", "added_up", text, rows=later.height, total=total)
    return [int(row) for row in twin[ROW]]


def _shown(rows: pl.DataFrame, value: pl.Expr) -> pl.DataFrame:
    return rows.select(pl.col(ROW).alias("row"), value.alias("value"))


def _list_bad(checked: pl.LazyFrame, names: tuple[str, ...], found: Problems, notes: Notebook, bad: int) -> None:
    lazy = checked.filter(pl.col(WHY).is_not_null())
    columns = lazy.collect_schema().names()
    dates = [pl.col(column) for column in columns if column.startswith(WHEN)]
    by_date = pl.col(RULE).is_not_null()
    text = pl.concat_str(dates, separator=" ")
    value = pl.when(by_date).then(text).otherwise(pl.col(COUNT)) if COUNT in columns else text
    column = pl.col(COLUMN) if COLUMN in columns else pl.lit("")
    rows = collect(
        lazy.select(
            pl.col(ROW).alias("row"),
            value.alias("value"),
            pl.when(by_date).then(pl.lit(", ".join(names))).otherwise(column).alias("column"),
            pl.col(WHY).alias("rule"),
        ).head(MOST_LISTED)
    )
    found.add(rows, pl.col("column"), pl.col("rule"), taken=False)
    if bad > MOST_LISTED:
        text_ = f"Only the first {MOST_LISTED} of {bad} rows with problems are listed."
        notes.add("rule", "problems_cut", text_, listed=MOST_LISTED, rows=bad)


def _nothing_usable(total: int, bad: int, problems: Problems) -> BadRows:
    table = problems.table().filter(~pl.col("taken"))
    if table.is_empty():
        return BadRows("no row has a count: every count cell is empty; name the column of counts with count=")
    rule, times = table["rule"].value_counts(sort=True).row(0)
    first = table.filter(pl.col("rule") == rule).row(0, named=True)
    many = "none of" if bad == total else f"only {total - bad} of"
    return BadRows(
        f"{many} {total} rows can be used; most often ({times} times) {MESSAGES[rule]}, "
        f"first in row {first['row']}, column '{first['column']}': '{first['value']}'. "
        "Correct the table, or name the right columns with date= and count="
    )


def _negative(checked: pl.LazyFrame, rows: Long) -> pl.DataFrame:
    below = checked.filter((pl.col(VALUE) < 0) & pl.col(PERIOD).is_not_null())
    return collect(
        below.select(
            *rows.keys,
            PERIOD,
            pl.col(ROW).cast(pl.Int64).alias("row"),
            pl.col(COUNT).alias("value"),
            pl.col(COLUMN).alias("column"),
        )
    )


def with_periods(dated: Dated, periods: dict[object, object]) -> Dated:
    """`dated` with the PERIOD of each day beside it."""
    days = dated.frame[DAY].to_list()
    found = pl.Series(PERIOD, [None if day is None else periods[day] for day in days], pl.Date)
    return replace(dated, frame=dated.frame.with_columns(found))
