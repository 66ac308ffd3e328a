"""INPUT as counts by day or week that go up to a day, for the commands that look at growth and at what comes."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.quantile_tables import listed_in
from tocsin.cli.reading import as_option, read_table
from tocsin.cli.scheduler import here
from tocsin.cli.terminal import Terminal
from tocsin.counts.errors import InvalidReading
from tocsin.counts.series import Every, SeriesTable

__all__ = ["DAYS_IN", "Counts", "checked_as_of", "named_series", "read_counts", "require_no_disguised_weeks"]

DAYS_IN = {Every.DAY: 1, Every.WEEK: 7}
WATCHED = 56  # last days, in which counts of one weekday only are weekly counts
ENOUGH_DAYS = 6  # with cases, all on one weekday: by chance that is one series in 8,000
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Counts:
    """Series by day or week, complete periods only.

    keys      one row a series; no column if there is one
    counts    (series, periods); nan where nothing was reported
    dates     (periods,) datetime64[D] first day of each
    every     day or week
    problems  rows of INPUT at fault, as in `SeriesTable`
    """

    keys: pl.DataFrame
    counts: NDArray[np.float64]
    dates: NDArray[np.datetime64]
    every: Every
    problems: pl.DataFrame

    @property
    def names(self) -> list[str]:
        return [" · ".join(row) for row in self.keys.iter_rows()] if self.keys.width else ["all"] * len(self.counts)

    @property
    def days(self) -> int:
        """Days a period."""
        return DAYS_IN[self.every]

    @property
    def last(self) -> np.datetime64:
        """The last day of the last period."""
        day: np.datetime64 = self.dates[-1] + np.timedelta64(self.days - 1, "D")
        return day

    def until(self, day: np.datetime64) -> "Counts":
        """The periods that end by this day; none is no error here."""
        kept = int((self.dates + np.timedelta64(self.days - 1, "D") <= day).sum())
        return Counts(self.keys, self.counts[:, :kept], self.dates[:kept], self.every, self.problems)

    def of(self, rows: NDArray[np.bool_]) -> "Counts":
        """Some of the series."""
        keys = self.keys.filter(pl.Series(rows)) if self.keys.width else self.keys
        return Counts(keys, self.counts[rows], self.dates, self.every, self.problems)


def read_counts(
    source: Path, reading: Mapping[str, Any], terminal: Terminal, *, as_of: str | None, purpose: str, out: Path | None
) -> Counts:
    """INPUT by day where it can be, by week where it counts weeks.

    as_of    last day used; None for all
    purpose  what needs days or weeks, for a refusal
    out      file of results, beside which problems of rows will be listed; None for none
    raises   BadInput, CountsError
    """
    table = _by_day_or_week(source, reading, terminal, purpose, listed_in(out))
    complete = len(table.dates) - table.incomplete
    found = Counts(table.keys, table.counts[:, :complete], table.dates[:complete], table.every, table.problems)
    if as_of is None:
        return found
    day = checked_as_of(as_of, found)
    if found.last < day:
        terminal.say(f"INPUT ends on {found.last}, before --as-of {day}.", "yellow")
    return found.until(day)


def checked_as_of(as_of: str, counts: Counts, option: str = "--as-of") -> np.datetime64:
    day = np.datetime64(as_of, "D")
    if not counts.until(day).counts.shape[1]:
        raise BadInput(
            f"{option} {as_of} is before the end of the first {counts.every.value} of INPUT, which begins on "
            f"{counts.dates[0]}; give a later day"
        )
    return day


def _by_day_or_week(
    source: Path, reading: Mapping[str, Any], terminal: Terminal, purpose: str, file: str
) -> SeriesTable:
    """A line list would be counted by week if nothing were said; what counts weeks itself refuses days."""
    asked = reading["every"]
    if asked == "month":
        raise BadInput(f"--every month: {purpose} needs counts of days or weeks")
    if asked is not None:
        try:
            return read_table(source, reading, terminal, here, file=file)
        except InvalidReading as refusal:
            if "which cannot be divided" in str(refusal) and "by week" in str(refusal):
                raise BadInput("--every day was asked for, but INPUT counts weeks; give --every week") from None
            raise
    try:
        table = read_table(source, {**reading, "every": "day"}, terminal, here, file=file)
    except InvalidReading:
        table = read_table(source, reading, terminal, here, file=file)
        if table.every not in DAYS_IN:
            raise BadInput(f"INPUT counts {table.every.value}s; {purpose} needs counts of days or weeks") from None
    else:
        terminal.say(as_option("One period is a day; every= changes it."))
    return table


def require_no_disguised_weeks(counts: Counts) -> None:
    """Raises BadInput where the days of a series have cases on one weekday only: they are weeks."""
    if counts.every is not Every.DAY:
        return
    y = counts.counts[:, -WATCHED:]
    weekday = (counts.dates[-WATCHED:].astype(np.int64) + 3) % 7
    with_cases = y > 0
    on = np.stack([(with_cases & (weekday == d)).sum(axis=1) for d in range(7)], axis=1)
    disguised = (on.max(axis=1) == on.sum(axis=1)) & (on.max(axis=1) >= ENOUGH_DAYS)
    if disguised.any():
        first = int(np.flatnonzero(disguised)[0])
        others = f" and {int(disguised.sum()) - 1} more" if disguised.sum() > 1 else ""
        raise BadInput(
            f"'{counts.names[first]}'{others} has cases on {WEEKDAYS[int(on[first].argmax())]} only in the last "
            f"{y.shape[1]} days: weekly counts given as daily; give --every week, which adds them up and takes them "
            "for weeks, or leave the series out with --where"
        )


@contextmanager
def named_series(names: list[str]) -> Iterator[None]:
    """In what the engine refuses, series by the name they have in INPUT."""
    from tocsin.epi.errors import EpiError

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        return f"'{names[number]}'" if len(names) > 1 and number < len(names) else found[0]

    try:
        yield
    except EpiError as refusal:
        raise BadInput(re.sub(r"\bseries (\d+)\b", name, str(refusal))) from None
