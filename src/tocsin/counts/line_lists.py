"""Line lists of patients: onset, outcome, and its date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.ages import BANDS, band_of, by_age, checked_bands, is_single_year, unknown_age
from tocsin.counts.dates import DAY, RULE, TIMES, DateOptions, clean_date, dates_of
from tocsin.counts.errors import BadRows
from tocsin.counts.files import ROW, Table
from tocsin.counts.names import says, words_of
from tocsin.counts.notes import Notebook, listed, numbered
from tocsin.counts.outcomes import Outcome, outcomes_of
from tocsin.counts.rows import collect
from tocsin.counts.severity_columns import Found

__all__ = ["Patients", "read_patients"]

NONE = "(unknown)"
MOST_YEARS = 20
GROUPS = frozenset({"group", "groups", "class", "band", "bands", "category", "группа"})  # numbers in them are codes


@dataclass(frozen=True, slots=True)
class Patients:
    """Patients with what is known of each.

    onset    (persons,) datetime64[D], NaT where missing
    end      (persons,) datetime64[D] of the outcome, NaT where missing
    outcome  (persons,) "died", "recovered" or "neither"
    groups   column of `by` to the group of each person, "(unknown)" where the cell is empty
    order    the same columns to their groups in order
    row      (persons,) row of the table
    last     the latest day in any column of days
    said     sentences on what was guessed, found and done
    """

    onset: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    outcome: NDArray[np.str_]
    groups: Mapping[str, NDArray[np.str_]]
    order: Mapping[str, tuple[str, ...]]
    row: NDArray[np.int64]
    last: np.datetime64
    said: tuple[str, ...]


def read_patients(
    table: Table,
    found: Found,
    *,
    by: Sequence[str],
    words: Mapping[str, str],
    age_bands: Sequence[int] | None,
    day_first: bool | None,
    early: str,
    notes: Notebook,
) -> Patients:
    """The patients of a table.

    early   of an outcome before onset: "refuse" or "leave out"
    raises  BadRows, InvalidReading, and what dates refuse
    """
    assert found.onset is not None
    assert found.outcome is not None
    days = [found.onset, *found.end]
    others = [name for name in found.days if name not in days]
    frame = collect(table.lazy.select(ROW, *dict.fromkeys([*days, *others, found.outcome, *by]))).sort(ROW)
    said: list[str] = []
    dated = {name: _days(frame, name, day_first, notes, said, own=name in days) for name in (*days, *others)}
    nothing = np.full(frame.height, np.datetime64("NaT", "D"))
    onset, end = dated[found.onset], nothing
    for name in found.end:
        end = np.where(np.isnat(end), dated[name], end)
    texts = frame[found.outcome].str.strip_chars()
    meaning = outcomes_of(found.outcome, texts.unique().to_list(), words)
    ill = {Outcome.SEVERE, Outcome.MILD}
    kinds = {text: str(Outcome.NEITHER if kind in ill else kind) for text, kind in meaning.items()}
    outcome = np.array([kinds[text] for text in texts.to_list()])
    row = frame[ROW].to_numpy().astype(np.int64)
    known = ~np.isnat(onset) & ~np.isnat(end)
    wrong = known & (end < onset)
    if wrong.any():
        i = int(np.flatnonzero(wrong)[0])
        have = numbered(int(wrong.sum()), "patient has", "patients have")
        which = f"an outcome before onset, the first in row {row[i]}: onset {onset[i]}, outcome {end[i]}"
        if early != "leave out":
            raise BadRows(
                f"{have} {which}; correct the dates, name other columns by onset= and outcome_date=, or leave such "
                "patients out with early='leave out'"
            )
        said.append(f"{have} {which}; left out.")
    all_days = np.concatenate(list(dated.values()))
    if np.isnat(all_days).all():
        raise BadRows("no patient has a date that can be read")
    groups, order = {}, {}
    for name in by:
        groups[name], order[name] = _grouped(frame[name], name, age_bands, said)
    groups = {name: labels[~wrong] for name, labels in groups.items()}
    return Patients(
        onset[~wrong],
        end[~wrong],
        outcome[~wrong],
        groups,
        order,
        row[~wrong],
        all_days[~np.isnat(all_days)].max(),
        (*dict.fromkeys(note.text for note in notes.all()), *said),
    )


def _days(
    frame: pl.DataFrame, name: str, day_first: bool | None, notes: Notebook, said: list[str], *, own: bool
) -> NDArray[np.datetime64]:
    """(persons,) the days of a column; what cannot be read is missing, and said where it matters."""
    texts = frame.select(clean_date(name).alias("__text"))
    if not texts["__text"].str.len_chars().sum():
        return np.full(frame.height, np.datetime64("NaT", "D"))
    different = texts.group_by("__text").agg(pl.len().cast(pl.Int64).alias(TIMES)).sort("__text")
    dated = dates_of(different, ["__text"], [name], DateOptions(day_first, None), notes if own else Notebook())
    read = texts.join(dated.frame.select("__text", DAY, RULE), on="__text", how="left", maintain_order="left")
    bad = read[RULE].is_not_null() & (read[RULE] != "no_date")
    if own and bad.any():
        at = int(bad.arg_true()[0])
        text = read["__text"][at]
        if 2 * int(bad.sum()) > frame.height:
            raise BadRows(
                f"{int(bad.sum())} of {frame.height} dates of '{name}' cannot be read, the first in row "
                f"{frame[ROW][at]}: '{text}'; write them as 2026-03-09"
            )
        said.append(
            f"{numbered(int(bad.sum()), 'date', 'dates')} of '{name}' cannot be read and are taken as missing, the "
            f"first in row {frame[ROW][at]}: '{text}'."
        )
    return read[DAY].to_numpy().astype("datetime64[D]")


def _grouped(
    cells: pl.Series, name: str, age_bands: Sequence[int] | None, said: list[str]
) -> tuple[NDArray[np.str_], tuple[str, ...]]:
    texts = [text.strip() for text in cells.to_list()]
    ages = says(name, "age")
    change = {text: NONE if unknown_age(text) else text for text in set(texts)}
    years = [text for text in change if is_single_year(text)]
    many = len(years) > MOST_YEARS or not GROUPS.intersection(words_of(name))
    if ages and years and (age_bands or (age_bands is None and many)):
        firsts = checked_bands(BANDS if age_bands is None else age_bands)
        change |= {text: band_of(text, firsts) or NONE for text in years}
        if age_bands is None:
            bands = by_age({change[text] for text in years} - {NONE})
            said.append(f"Years of age in '{name}' are put into bands: {listed(bands, 12)}; age_bands= changes them.")
    groups = [change[text] for text in texts]
    names = set(groups) - {NONE}
    order = by_age(names) if ages else sorted(names)
    return np.array(groups), (*order, *([NONE] if NONE in groups else []))
