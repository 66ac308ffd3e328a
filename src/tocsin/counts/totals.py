"""Rows that are sums of other rows: found by their names and by their sums, and not counted twice.

A table may hold totals along several key columns at once (the country beside its states, all ages
beside each), and not every combination: SurvStat gives ages for the country only. Each column is
therefore judged within series whose other keys agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.counts.notes import Notebook, listed
from tocsin.counts.places import same_name

__all__ = ["collapsed", "without_totals"]

WORDS = (
    "всего итого сумма все total totals tot all overall sum gesamt insgesamt summe ensemble totale todos todas "
    "合计 总计 总数 全部 小计 全国 nationwide national country"
)
PHRASES = ("all ages", "both sexes", "grand total", "оба пола", "все возрасты", "по стране", "男女合计", "00+", "0+")
NAMES = frozenset((*WORDS.split(" "), *PHRASES))
ENDINGS = (" total", " итого", " всего", "合计", "总计")
SHARED_PERIODS = 5
EXACT, NEAR = 0.95, 0.02


@dataclass(frozen=True, slots=True)
class _Found:
    column: str
    name: str
    series: int
    by_name: bool
    difference: float  # median of |total - sum of parts| / total; nan if never compared


def without_totals(
    keys: pl.DataFrame, counts: NDArray[np.float64], notes: Notebook, *, keep: bool
) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """Leave out every series that is the sum of others, unless asked to keep them; one note a name."""
    total = np.zeros(keys.height, bool)
    for column in keys.columns:
        found = _along(keys, counts, column, total)
        for one in _by_value(found):
            _say(one, notes, keep=keep)
    if keep or not total.any():
        return keys, counts
    return keys.filter(pl.Series(~total)), counts[~total]


def _along(keys: pl.DataFrame, counts: NDArray[np.float64], column: str, total: NDArray[np.bool_]) -> list[_Found]:
    """Totals along one column; marks them in `total`."""
    others = [name for name in keys.columns if name != column]
    numbered = keys.with_row_index("__series")
    grouped = numbered.group_by(others or pl.lit(0), maintain_order=True).agg("__series", pl.col(column))
    found: list[_Found] = []
    for members, names in grouped.select(pl.nth(-2), pl.nth(-1)).iter_rows():
        if len(members) < 2:
            continue
        for place, by_name, difference in _totals_among(list(names), counts[members]):
            total[members[place]] = True
            found.append(_Found(column, names[place], 1, by_name, difference))
    return found


def _totals_among(names: Sequence[str], counts: NDArray[np.float64]) -> list[tuple[int, bool, float]]:
    """Which of these series are totals of the others: place, whether by name, median difference from their sum."""
    stem = _stem(names)
    named = [place for place, name in enumerate(names) if _is_total_name(name, stem)]
    if named and len(named) < len(names):
        parts = np.delete(counts, named, axis=0)
        return [(place, True, _difference(counts[place], parts)[0]) for place in named]
    sums = np.nansum(counts, axis=1)
    largest = int(np.argmax(sums))
    if named or len(names) < 3 or not _half_of_all(sums, largest):
        return []
    difference, exact = _difference(counts[largest], np.delete(counts, largest, axis=0))
    return [(largest, False, difference)] if exact else []


def _half_of_all(sums: NDArray[np.float64], largest: int) -> bool:
    rest = sums.sum() - sums[largest]
    return bool(sums[largest] > 0 and abs(rest - sums[largest]) <= NEAR * sums[largest])


def _difference(total: NDArray[np.float64], parts: NDArray[np.float64]) -> tuple[float, bool]:
    """Median relative difference between a series and the sum of others; whether it is their sum."""
    shared = ~np.isnan(total) & ~np.isnan(parts).all(axis=0) & (np.nan_to_num(total) > 0)
    if not shared.any():
        return float("nan"), False
    rest = np.nansum(parts[:, shared], axis=0)
    apart = np.abs(total[shared] - rest) / total[shared]
    several = int((np.nansum(parts[:, shared], axis=1) > 0).sum()) >= 2
    exact = several and shared.sum() >= SHARED_PERIODS and float((apart <= 1e-9).mean()) >= EXACT
    return float(np.median(apart)), bool(exact)


def _is_total_name(name: str, stem: str | None) -> bool:
    plain = same_name(name)
    return name == stem or plain in NAMES or plain.endswith(ENDINGS)


def _stem(names: Sequence[str]) -> str | None:
    """The name that all others carry on, as DE does DE-BY, DE-BE, ...; None if there is none such.

    A name sorts before all that carry it on, so that one pass finds it.
    """
    stem = min(names)
    rest = [name for name in names if name != stem]
    carried_on = all(name.startswith((f"{stem}-", f"{stem}_", f"{stem}.")) for name in rest)
    return stem if 2 <= len(rest) < len(names) and carried_on else None


def _by_value(found: list[_Found]) -> list[_Found]:
    merged: dict[tuple[str, str], list[_Found]] = {}
    for one in found:
        merged.setdefault((one.column, one.name), []).append(one)
    return [
        _Found(column, name, len(ones), any(one.by_name for one in ones), _median([one.difference for one in ones]))
        for (column, name), ones in merged.items()
    ]


def _median(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else float("nan")


def _say(one: _Found, notes: Notebook, *, keep: bool) -> None:
    how = "by its name" if one.by_name else "because it equals their sum"
    sum_said = "" if np.isnan(one.difference) else f" (it differs from their sum by {one.difference:.1%} in the median)"
    done = "kept beside them, as asked" if keep else "left out; totals='keep' keeps it"
    notes.add(
        "rule",
        "totals",
        f"'{one.name}' in '{one.column}' is a total of the others, {how}{sum_said}: {done}.",
        column=one.column,
        name=one.name,
        series=one.series,
        by_name=one.by_name,
        difference=one.difference,
        kept=keep,
    )


def collapsed(
    keys: pl.DataFrame, counts: NDArray[np.float64], by: Sequence[str], notes: Notebook
) -> tuple[pl.DataFrame, NDArray[np.float64]]:
    """Add up the series that agree in `by`; nan only where none of them reported.

    Where a total is given in parts of one kind only (ages for the country, states for all ages),
    the parts of one kind are added and those of the others are not, or they would count twice.
    """
    beside = [name for name in keys.columns if name not in by]
    if not beside:
        return keys, counts
    numbered = keys.with_row_index("__series")
    if not by:
        groups = [(numbered.select(by), list(range(keys.height)))]
        result_keys = pl.DataFrame()
    else:
        grouped = numbered.group_by(by, maintain_order=True).agg("__series").sort(by)
        result_keys = grouped.select(by)
        groups = [(result_keys, list(members)) for members in grouped["__series"]]
    summed = np.full((len(groups), counts.shape[1]), np.nan)
    dropped = 0
    for place, (_, members) in enumerate(groups):
        chosen = _one_kind(keys.select(beside)[members], counts[members])
        dropped += len(members) - len(chosen)
        part = counts[members][chosen]
        summed[place] = np.where(np.isnan(part).all(axis=0), np.nan, np.nansum(part, axis=0))
    said = f"; {dropped} series that give the same cases by another division are not added" if dropped else ""
    text = f"{keys.height} series are added up over {listed(beside)} to {len(groups)}{said}."
    notes.add("rule", "added_over", text, columns=tuple(beside), series=len(groups), not_added=dropped)
    return result_keys, summed


def _one_kind(keys: pl.DataFrame, counts: NDArray[np.float64]) -> list[int]:
    """The series of one kind: none, one or the other column at a total; the kind with the most cases."""
    kinds: dict[tuple[bool, ...], list[int]] = {}
    stems = [_stem(keys[name].unique().to_list()) for name in keys.columns]
    for place, row in enumerate(keys.iter_rows()):
        kind = tuple(_is_total_name(text, stem) for text, stem in zip(row, stems, strict=True))
        kinds.setdefault(kind, []).append(place)
    return max(kinds.values(), key=lambda places: float(np.nansum(counts[places])))
