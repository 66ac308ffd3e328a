"""Risks as rows for programs, and as figures for people."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rich.table import Table
from rich.text import Text

from tocsin.counts.names import says

__all__ = ["ALL", "COLUMNS", "Risks", "figure", "people_table", "percent"]

ALL = "(all)"
COLUMNS = (
    "age_group",
    "date",
    "measure",
    "method",
    "quantile",
    "estimate",
    "low",
    "high",
    "level",
    "events",
    "persons",
    "outcomes",
    "note",
)
NUMBERS = ("estimate", "low", "high", "events", "persons", "outcomes")


class Risks:
    """Rows gathered in the order in which they are to be written; `problems` are rows of INPUT that were at fault."""

    def __init__(self, keys: pl.DataFrame, level: float, *, by_age: bool = False) -> None:
        """keys has one row a stratum, or no column at all; one of ages becomes age_group, unless rows are by age."""
        self.age = None if by_age else next((name for name in keys.columns if says(name, "age")), None)
        ages = keys[self.age].replace(ALL, "all") if self.age is not None else None
        self.ages = None if ages is None else ages.to_list()
        keys = keys.drop(self.age) if self.age is not None else keys
        self.keys = keys.rename({name: f"key_{name}" for name in keys.columns if name in COLUMNS})
        self.level = level
        self.parts: list[pl.DataFrame] = []
        self.problems = pl.DataFrame()

    def add(
        self,
        measure: str,
        method: str,
        *,
        ages: Sequence[str] | None = None,
        dates: NDArray[np.datetime64] | None = None,
        quantile: float | None = None,
        strata: Sequence[int] | None = None,
        notes: Mapping[str, NDArray[np.bool_]] | None = None,
        **numbers: NDArray[np.float64] | float,
    ) -> None:
        """Numbers are (strata,), or (strata, ages) or (strata, dates); rows without an estimate are left out."""
        estimate = np.asarray(numbers["estimate"], dtype=np.float64)
        shape = estimate.shape
        columns: dict[str, object] = {
            name: np.broadcast_to(np.asarray(numbers.get(name, np.nan), dtype=np.float64), shape).ravel()
            for name in NUMBERS
        }
        each = shape[1] if len(shape) == 2 else 1
        at = np.repeat(np.arange(shape[0]) if strata is None else np.asarray(strata, dtype=np.intp), each)
        frame = pl.DataFrame(columns).with_columns(pl.col(NUMBERS).fill_nan(None))
        said: NDArray[np.object_] = np.full(estimate.size, "", dtype=object)
        for text, mask in (notes or {}).items():
            flat = np.broadcast_to(mask, shape).ravel()
            said[flat] = [f"{had}; {text}" if had else text for had in said[flat]]
        frame = frame.with_columns(
            pl.Series("age_group", self._groups(ages, at), pl.String),
            pl.Series("date", np.tile(dates, shape[0])).cast(pl.Date)
            if dates is not None
            else pl.lit(None, pl.Date).alias("date"),
            pl.lit(measure).alias("measure"),
            pl.lit(method).alias("method"),
            pl.lit(quantile, pl.Float64).alias("quantile"),
            pl.lit(self.level, pl.Float64).alias("level"),
            pl.Series("note", [text or None for text in said], pl.String),
        ).select(COLUMNS)
        if self.keys.width:
            frame = pl.concat([self.keys[at.tolist()], frame], how="horizontal")
        self.parts.append(frame.filter(pl.col("estimate").is_not_null()))

    def _groups(self, ages: Sequence[str] | None, at: NDArray[np.intp]) -> Sequence[str | None]:
        if ages is not None:
            return [*ages] * (at.size // len(ages))
        return [None] * at.size if self.ages is None else [self.ages[i] for i in at]

    def table(self) -> pl.DataFrame:
        return pl.concat(self.parts)


def percent(estimate: float, low: float | None = None, high: float | None = None) -> str:
    """`12.3 (8.1–15.0)`, with as many digits as a small risk needs; a dash for none."""
    if np.isnan(estimate):
        return "–"
    scale = estimate if estimate > 0 or high is None else high / 10
    digits = 1 if scale >= 0.1 else 2 if scale >= 0.001 or estimate == 0 else 3
    text = f"{100 * estimate:.{digits}f}"
    return text if low is None or high is None else f"{text} ({100 * low:.{digits}f}–{100 * high:.{digits}f})"


def figure(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:,.0f}"


def people_table(first: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(Text(first), overflow="fold")
    for heading in headings:
        table.add_column(Text(heading), justify="right")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
