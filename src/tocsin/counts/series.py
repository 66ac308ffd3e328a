"""What reading a table yields: series over regular periods, and everything noticed on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Every", "Note", "SeriesTable", "WeekStart"]


class Every(StrEnum):
    """Length of a period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def periods_per_year(self) -> int:
        return {Every.DAY: 365, Every.WEEK: 52, Every.MONTH: 12}[self]


class WeekStart(StrEnum):
    """First day of an epidemiological week: Monday is ISO's, the others are national."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that reading guessed, found or left out, for people to check.

    kind    "guess" (an option would correct it), "finding" (something in the data) or
            "rule" (how a finding was handled)
    code    stable name such as "layout", "totals", "incomplete_last_period"; pages in three
            languages word a note by its code
    values  the figures and names of the sentence
    text    the sentence in English
    """

    kind: str
    code: str
    values: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class SeriesTable:
    """Counts of many series over the same periods.

    keys        one row a series: the `by` columns as text, in the input's order of columns,
                rows sorted; no column at all if the input is a single series
    counts      (series, periods) cases; nan where nothing was reported, 0 where none occurred
    dates       (periods,) datetime64[D] first day of each period
    every       length of a period
    week_start  first day of the week, for weekly series; otherwise None
    incomplete  number of last periods that are not complete yet (0 or 1): their counts will
                still rise and must not be screened as if they were complete
    problems    one row a problem found in a row of the input, columns
                row (Int64, 1-based as a spreadsheet shows it, the header being row 1),
                column (String), value (String), rule (String, stable name),
                message (String, English sentence), taken (Boolean: the row was used all the same)
    notes       what was guessed, found and done
    rows        rows of the input that were looked at, those with problems included
    """

    keys: pl.DataFrame
    counts: NDArray[np.float64]
    dates: NDArray[np.datetime64]
    every: Every
    week_start: WeekStart | None
    incomplete: int
    problems: pl.DataFrame
    notes: tuple[Note, ...]
    rows: int = 0

    @property
    def names(self) -> list[str]:
        """One label a series: its keys joined by a middle dot; "all" for a single series."""
        if not self.keys.width:
            return ["all"] * self.counts.shape[0]
        return [" · ".join(row) for row in self.keys.iter_rows()]
