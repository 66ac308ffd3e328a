"""Which columns hold the date, the count and the keys, and in which of the three layouts they stand.

What an option says is taken; what none says is guessed, and every guess is a note. Where two
columns could be meant and no rule below prefers one, reading stops and asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from tocsin.counts.columns import MOSTLY, Column, attributes, describe, determined
from tocsin.counts.errors import AmbiguousColumn, InvalidReading, NoCountColumn, NoDateColumn, UnknownColumn
from tocsin.counts.files import Table
from tocsin.counts.moments import unit_of_names
from tocsin.counts.names import says
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.series import Every

__all__ = ["LAYOUTS", "Asked", "Roles", "roles"]

LAYOUTS = ("tidy", "line list", "wide")
MOST_LINE_LIST_SERIES = 500
PERSONS = 0.8  # a count that is 1 in more rows counts persons


@dataclass(frozen=True, slots=True)
class Roles:
    """The parts that columns play.

    layout  "tidy", "line list" or "wide"
    date    the date column, or the columns of year and week or month; empty for "wide"
    counts  the count column; several, if each is a series; none, if a row is a case; for "wide"
            the columns of the periods
    by      key columns asked for or guessed
    beside  key columns left over: their rows are added up
    """

    layout: str
    date: tuple[str, ...]
    counts: tuple[str, ...]
    by: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Options of `read` that name columns."""

    layout: str | None
    date: tuple[str, ...] | None
    count: tuple[str, ...] | None
    by: tuple[str, ...] | None


def roles(table: Table, asked: Asked, notes: Notebook) -> Roles:
    """The role of every column that has one."""
    _check(table, asked)
    wide = unit_of_names(table.columns)
    if asked.layout == "wide" or (asked.layout is None and asked.date is None and len(wide) >= 3):
        beside = [name for name in table.columns if name not in wide]
        return _wide(table, describe(table.sample.head(10_000), beside), wide, asked, notes)
    known = describe(table.sample, table.columns)
    date = asked.date or _date(table, known, notes)
    counts, layout = _counts(table, known, date, asked, notes)
    if asked.layout is None:
        notes.add("guess", "layout", f"Read as {_described(layout)}; layout= changes it.", layout=layout)
    keys = [
        column.name
        for column in known.values()
        if _may_be_key(column, table, layout) and column.name not in date + counts
    ]
    if layout == "line list":
        by = asked.by if asked.by is not None else _line_list_by(table, known, keys, notes)
        return Roles(layout, date, counts, by, ())
    return _tidy_keys(table, date, counts, keys, asked, notes)


def _described(layout: str) -> str:
    return {"tidy": "tidy counts", "line list": "a line list", "wide": "a wide table, one column a period"}[layout]


def _check(table: Table, asked: Asked) -> None:
    if asked.layout is not None and asked.layout not in LAYOUTS:
        raise InvalidReading(f"layout is {asked.layout!r}; it is one of {listed(LAYOUTS)}")
    for option in ("date", "count", "by"):
        for name in getattr(asked, option) or ():
            if name not in table.columns:
                raise UnknownColumn(
                    f"{option}={name!r}, but {table.name} has no such column; it has {listed(table.columns, 20)}"
                )
    if asked.date is not None and len(asked.date) not in (1, 2):
        raise InvalidReading(f"date names {len(asked.date)} columns; give one, or a year and a week or month")


def _wide(table: Table, known: dict[str, Column], periods: list[str], asked: Asked, notes: Notebook) -> Roles:
    if len(periods) < 2:
        raise NoDateColumn(
            f"{table.name} has no columns named by dates, weeks or months such as 2026-03-09, 2026-W10 or 2026-03, "
            "as the wide layout needs; give layout='tidy' or 'line list', or rename them"
        )
    if asked.layout is None:
        text = f"Read as a wide table: {len(periods)} columns from '{periods[0]}' to '{periods[-1]}' are periods."
        notes.add("guess", "layout", f"{text} layout= changes it.", layout="wide", periods=len(periods))
    rest = [column for name, column in known.items() if name not in periods]
    keys = [column.name for column in rest if column.filled > 0 and (not column.is_number or says(column.name, "code"))]
    if asked.by is not None:
        return Roles("wide", (), tuple(periods), asked.by, tuple(k for k in keys if k not in asked.by))
    said_again = determined(table.sample, keys) if table.sample.height > 1 else []
    by = tuple(key for key in keys if key not in said_again)
    _say_by(by, said_again, notes)
    return Roles("wide", (), tuple(periods), by, ())


# --- the date


def _date(table: Table, known: dict[str, Column], notes: Notebook) -> tuple[str, ...]:
    dates = [column for column in known.values() if column.unit is not None]
    pairs = _pairs(known)
    if not dates and len(pairs) == 1:
        notes.add("guess", "date", f"Dates are in {listed(pairs[0])}; date= changes it.", date=pairs[0])
        return pairs[0]
    if not dates and len(pairs) > 1:
        raise AmbiguousColumn(
            f"{table.name} has several pairs of year and week or month: {', '.join(map(str, pairs))}; "
            "say which with date=(year, week)"
        )
    if not dates:
        raise NoDateColumn(
            f"no column of {table.name} holds dates, weeks or months (it has {listed(table.columns, 12)}); "
            "name it with date=, two columns of year and week or month as date=(year, week)"
        )
    chosen = _preferred_date(dates)
    if chosen is None:
        raise AmbiguousColumn(
            f"{len(dates)} columns of {table.name} hold dates: {listed([column.name for column in dates])}; "
            "say with date= by which of them to count"
        )
    others = [column.name for column in dates if column is not chosen] + [name for pair in pairs for name in pair]
    beside = f", not in {listed(sorted(set(others)))}" if others else ""
    notes.add("guess", "date", f"Dates are in '{chosen.name}'{beside}; date= changes it.", date=(chosen.name,))
    return (chosen.name,)


def _preferred_date(dates: list[Column]) -> Column | None:
    """One full date beside weeks or months that say the same more coarsely; otherwise nothing is clear."""
    if len(dates) == 1:
        return dates[0]
    days = [column for column in dates if column.unit is Every.DAY]
    if len(days) == 1 and days[0].filled >= max(column.filled for column in dates) - 0.01:
        return days[0]
    return None


def _pairs(known: dict[str, Column]) -> list[tuple[str, str]]:
    years = [column.name for column in known.values() if column.is_year]
    weeks = [column.name for column in known.values() if column.is_week and column.name not in years]
    months = [column.name for column in known.values() if column.is_month and column.name not in years]
    # Where weeks are given, months beside them only repeat them more coarsely.
    return [(year, second) for year in years for second in (weeks or months)]


# --- the count


def _counts(
    table: Table, known: dict[str, Column], date: tuple[str, ...], asked: Asked, notes: Notebook
) -> tuple[tuple[str, ...], str]:
    if asked.count is not None:
        return asked.count, asked.layout or "tidy"
    candidates = [column for name, column in known.items() if name not in date and _may_be_count(column)]
    hinted = [column for column in candidates if says(column.name, "count") and not says(column.name, "lesser")]
    if asked.layout == "line list":
        plain = [column for column in hinted if says(column.name, "plain count")]
        return (tuple(column.name for column in plain[:1]) if len(plain) == 1 else ()), "line list"
    person = any(says(name, "person") and not says(name, "age") for name in table.columns) and not hinted
    if (not candidates or person) and asked.layout is None:
        return (), "line list"
    if not candidates:
        raise NoCountColumn(f"no column of {table.name} counts cases; name it with count=, or give layout='line list'")
    chosen = _preferred_count(table, known, hinted or candidates, candidates, date, notes)
    return chosen, "line list" if asked.layout is None and _counts_persons(table, chosen) else "tidy"


def _counts_persons(table: Table, chosen: tuple[str, ...]) -> bool:
    """Whether a count is almost always 1 and never 0: rows are persons, a few alike ones put together."""
    if len(chosen) > 1 or table.sample.height < 100:
        return False
    texts = table.sample[chosen[0]].str.strip_chars()
    ones = int(texts.is_in(["1", "1.0"]).sum())
    return ones >= PERSONS * table.sample.height and not texts.is_in(["0", "0.0", ""]).any()


def _preferred_count(
    table: Table,
    known: dict[str, Column],
    likely: list[Column],
    candidates: list[Column],
    date: tuple[str, ...],
    notes: Notebook,
) -> tuple[str, ...]:
    """The likeliest; all of them where nothing else tells series apart; otherwise nothing is clear."""
    plain = [column for column in likely if not says(column.name, "cumulative")]
    likely = plain or likely
    texts = [name for name, column in known.items() if name not in date and not column.is_number and column.filled]
    once = table.whole and table.sample.select(date).unique().height == table.sample.height
    if len(likely) > 1:
        exact = [column for column in likely if says(column.name, "plain count") and "_" not in column.name]
        likely = exact if len(exact) == 1 else likely
    if len(likely) == 1:
        if len(candidates) > 1:
            rest = [column.name for column in candidates if column is not likely[0]]
            text = f"Counts are in '{likely[0].name}', not in {listed(rest)}; count= changes it."
            notes.add("guess", "count", text, count=likely[0].name, others=tuple(rest))
        return (likely[0].name,)
    names = tuple(column.name for column in likely)
    if once and not texts and all(column.whole >= 0.99 for column in likely):
        text = f"Each of the columns {listed(names)} is a series; count= chooses among them."
        notes.add("guess", "series_in_columns", text, columns=names)
        return names
    raise AmbiguousColumn(
        f"{len(names)} columns of {table.name} could be the counts: {listed(names)}; say which with count=, "
        "or name several to have a series of each"
    )


def _may_be_count(column: Column) -> bool:
    if column.unit is not None or not column.is_number:
        return False
    return (says(column.name, "plain count") and not says(column.name, "code")) or not says(column.name, "not a count")


# --- the keys


def _may_be_key(column: Column, table: Table, layout: str) -> bool:
    if column.filled == 0 or column.unit is not None or column.is_year or column.is_week or column.is_month:
        return False
    # Nearly one value a row: an identifier, or a remark on the row.
    if table.sample.height > 20 and column.distinct > table.sample.height / 2:
        return False
    if _yes_or_no(column, table):
        return False
    if column.is_number:
        return says(column.name, "code") or says(column.name, "place") or says(column.name, "age")
    return True


def _yes_or_no(column: Column, table: Table) -> bool:
    """Whether the cells are only true and false, a remark on rows rather than a name of series."""
    if not 1 <= column.distinct <= 2:
        return False
    texts = table.sample[column.name].str.strip_chars().str.to_lowercase()
    return bool(texts.is_in(["true", "false", ""]).all())


def _line_list_by(table: Table, known: dict[str, Column], keys: list[str], notes: Notebook) -> tuple[str, ...]:
    """The place, at its coarsest that tells anything apart; never persons' own traits unasked."""
    places = [
        known[key]
        for key in keys
        if says(key, "place") and not says(key, "code") and 1 < known[key].distinct <= MOST_LINE_LIST_SERIES
    ]
    fullest = max((column.filled for column in places), default=0.0)
    places = [column for column in places if column.filled >= 0.9 * fullest]
    by = (min(places, key=lambda column: column.distinct).name,) if places else ()
    _say_by(by, [key for key in keys if key not in by], notes)
    return by


def _tidy_keys(
    table: Table, date: tuple[str, ...], counts: tuple[str, ...], keys: list[str], asked: Asked, notes: Notebook
) -> Roles:
    remarks = [key for key in attributes(table.sample, date, keys) if table.whole or _is_remark(table, date, keys, key)]
    keys = [key for key in keys if key not in remarks]
    said_again = determined(table.sample, keys)
    if asked.by is not None:
        beside = tuple(key for key in keys if key not in asked.by and key not in said_again)
        return Roles("tidy", date, counts, asked.by, beside)
    by = tuple(key for key in keys if key not in said_again)
    _say_by(by, remarks + said_again, notes)
    return Roles("tidy", date, counts, by, ())


def _is_remark(table: Table, date: tuple[str, ...], keys: list[str], key: str) -> bool:
    """Whether a large table has no more rows with the key than without, as its sample seemed to say."""
    others = [*date, *(one for one in keys if one != key)]
    return _distinct(table, others) >= MOSTLY * _distinct(table, [*others, key])


def _distinct(table: Table, columns: list[str]) -> int:
    hashes = table.lazy.select(pl.struct(columns).hash().alias("hash")).unique()
    return int(hashes.select(pl.len()).collect(engine="streaming").item())


def _say_by(by: Sequence[str], left_out: Sequence[str], notes: Notebook) -> None:
    if not by and not left_out:
        return
    series = f"One series for each value of {listed(list(by))}" if by else "One series of all rows"
    rest = f"; {listed(list(left_out))} not used" if left_out else ""
    notes.add("guess", "by", f"{series}{rest}; by= changes it.", by=tuple(by), left_out=tuple(left_out))
