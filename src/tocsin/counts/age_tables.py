"""Tables by age: cases, severe cases, deaths and persons of each group, wide or long, of one stratum or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.ages import BANDS, all_ages, band_of, by_age, checked_bands, is_single_year, unknown_age
from tocsin.counts.errors import BadRows, InvalidReading
from tocsin.counts.files import ROW, Table
from tocsin.counts.notes import listed, numbered
from tocsin.counts.numbers import count_of, decimal_comma, is_missing
from tocsin.counts.outcomes import Outcome, outcomes_of
from tocsin.counts.rows import collect
from tocsin.counts.severity_columns import Found

__all__ = ["AgeTable", "read_ages"]

AGE = "__age"
WHY = "__why"
MOSTLY_UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class AgeTable:
    """Counts by age.

    keys     one row a stratum: the `by` columns as text, rows sorted; no column at all if there is one stratum
    ages     names of the groups, from young to old
    counts   "cases", "deaths", "severe", and further columns by their own names, to (strata, ages); nan where a cell
             is empty, or the stratum has no row of the group
    said     sentences on what was guessed, found and done
    """

    keys: pl.DataFrame
    ages: tuple[str, ...]
    counts: Mapping[str, NDArray[np.float64]]
    said: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """One label a stratum."""
        return tuple(" · ".join(row) for row in self.keys.iter_rows()) if self.keys.width else ("all",)


def read_ages(
    table: Table,
    found: Found,
    *,
    by: Sequence[str],
    more: Sequence[str] = (),
    words: Mapping[str, str],
    age_bands: Sequence[int] | None,
) -> AgeTable:
    """The table's counts added up by stratum and age. Raises BadRows, InvalidReading."""
    assert found.age is not None
    assert found.cases is not None
    roles = {"cases": found.cases, "deaths": found.deaths, "severe": found.severe, **{name: name for name in more}}
    columns = {role: name for role, name in roles.items() if name is not None}
    long = found.outcome is not None and found.deaths is None and found.severe is None
    kept = [found.age, *by, *columns.values(), *([found.outcome] if long and found.outcome else [])]
    frame = collect(table.lazy.select(ROW, *dict.fromkeys(kept))).sort(ROW)
    said: list[str] = []
    frame = _numbers(frame, columns)
    frame = _by_outcome(frame, found.outcome, words, said) if long and found.outcome else frame
    counts = [name for name in frame.columns if name.startswith("__count_")]
    frame = _aged(frame, found.age, age_bands, said)
    keys = frame.select(pl.col(by).str.strip_chars()).unique().sort(by) if by else pl.DataFrame()
    cells = (
        frame.with_columns(pl.col(by).str.strip_chars())
        .group_by(*by, AGE)
        .agg(pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name) for name in counts)
    )
    ages = tuple(by_age(cells[AGE].unique().to_list()))
    at = pl.DataFrame({AGE: ages}).with_row_index("__at")
    cells = cells.join(at, on=AGE)
    if by:
        cells = cells.join(keys.with_row_index("__stratum"), on=list(by))
    else:
        cells = cells.with_columns(pl.lit(0, pl.UInt32).alias("__stratum"))
    filled: dict[str, NDArray[np.float64]] = {}
    for name in counts:
        values = np.full((max(1, keys.height), len(ages)), np.nan)
        # A long table has no row for a group in which nobody fell ill; a wide one that lacks a row says nothing.
        values[cells["__stratum"].to_numpy(), cells["__at"].to_numpy()] = cells[name].cast(pl.Float64).to_numpy()
        filled[name.removeprefix("__count_")] = np.nan_to_num(values) if long else values
    return AgeTable(keys, ages, filled, tuple(said))


def _numbers(frame: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    for role, name in columns.items():
        number = count_of(name, comma=decimal_comma(frame[name].head(10_000)))
        frame = frame.with_columns(number.alias(f"__count_{role}"))
        value = pl.col(f"__count_{role}")
        for rule, wrong in (
            ("is no number", value.is_null() & ~is_missing(name)),
            ("is below zero", value < 0),
            ("is not whole", (value - value.round()).abs() > 1e-9),
        ):
            bad = frame.filter(wrong)
            if not bad.is_empty():
                raise BadRows(
                    f"row {bad[ROW][0]}, column '{name}': '{bad[name][0]}' {rule}; a count of persons is a whole "
                    "number from 0 on. Correct the table, or name another column"
                )
    return frame


def _by_outcome(frame: pl.DataFrame, outcome: str, words: Mapping[str, str], said: list[str]) -> pl.DataFrame:
    """A long table's numbers as cases, and those of its words that say so as severe cases and deaths."""
    text = frame[outcome].str.strip_chars()
    meaning = outcomes_of(outcome, text.unique().to_list(), words)
    kinds = set(meaning.values())
    told = {kind: [repr(word) for word, is_ in meaning.items() if is_ is kind and word] for kind in sorted(kinds)}
    said.append(
        f"Words of '{outcome}' are read as: "
        + "; ".join(f"{kind}: {', '.join(sorted(names))}" for kind, names in told.items() if names)
        + "; word= changes it."
    )
    if not kinds & {Outcome.DIED, Outcome.SEVERE}:
        raise InvalidReading(
            f"column '{outcome}' names nobody who died or was severely ill; say which words mean it, as in "
            f"word='{text[0]}=severe'"
        )
    frame = frame.with_columns(pl.Series("__kind", [str(meaning[word]) for word in text.to_list()]))
    number = pl.col("__count_cases")
    if Outcome.SEVERE in kinds:
        dead = [str(Outcome.DIED)] if Outcome.DIED in kinds else []
        if dead:
            said.append("Who died is counted among the severe cases too.")
        severe = pl.col("__kind").is_in([str(Outcome.SEVERE), *dead])
        frame = frame.with_columns(pl.when(severe).then(number).otherwise(0.0).alias("__count_severe"))
    if Outcome.DIED in kinds:
        died = pl.col("__kind") == str(Outcome.DIED)
        frame = frame.with_columns(pl.when(died).then(number).otherwise(0.0).alias("__count_deaths"))
    return frame


def _aged(frame: pl.DataFrame, column: str, age_bands: Sequence[int] | None, said: list[str]) -> pl.DataFrame:
    """Rows with the AGE group of each; rows of no group are left out and said."""
    texts = frame[column].str.strip_chars()
    different = texts.unique().to_list()
    change: dict[str, str | None] = {text: None if unknown_age(text) else text for text in different}
    totals = [text for text in different if all_ages(text)]
    if totals and len(totals) < len(different):
        change |= dict.fromkeys(totals)
        said.append(f"Rows of {listed(totals)} in '{column}' are sums of the ages and left out.")
    years = [text for text in different if change[text] is not None and is_single_year(text)]
    if years and (age_bands or (age_bands is None and len(years) > 20)):
        firsts = checked_bands(BANDS if age_bands is None else age_bands)
        change |= {text: band_of(text, firsts) for text in years}
        bands = by_age({band for text in years if (band := change[text]) is not None})
        said.append(f"Years of age in '{column}' are put into bands: {listed(bands, 12)}; age_bands= changes them.")
    frame = frame.with_columns(pl.Series(AGE, [change[text] for text in texts.to_list()], pl.String))
    lost = frame.filter(pl.col(AGE).is_null() & ~texts.is_in(totals))
    if not lost.is_empty():
        there = frame.filter(~texts.is_in(totals))
        cases, of = (float(part["__count_cases"].sum() or 0) for part in (lost, there))
        example = lost[column][0].strip() or "(empty)"
        if lost.height == there.height or cases > MOSTLY_UNKNOWN * of:
            raise BadRows(
                f"{cases:,.0f} of {of:,.0f} cases have no age that is known, the first in row {lost[ROW][0]}: "
                f"'{example}'; a risk by age takes the ages of most cases"
            )
        said.append(
            f"{numbered(int(cases), 'case', 'cases')} of {of:,.0f} have no age that is known ('{example}') and belong "
            "in no group: left out."
        )
    return frame.filter(pl.col(AGE).is_not_null())
