"""What a table would change: its counts beside those that stand, cell by cell, a thousand series at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.counts.packing import unpack_rows
from tocsin.node.surveillance.intake.tables import Given, Key
from tocsin.node.surveillance.models import Series, SeriesCounts, Source
from tocsin.node.surveillance.panels import number_of

__all__ = ["SERIES_AT_ONCE", "Changes", "compared", "counts_of", "series_of", "standing"]

SERIES_AT_ONCE = 1_000
HISTORY = 52
DENSE = 2
LARGEST = 10
JUMP, JUMP_FROM = 100, 100


@dataclass(slots=True)
class Changes:
    """How the cells of a table differ from those that stand.

    largest, jumps   (row of the table's series, period, before, after), greatest difference first
    usual            median over up to four earlier periods of all counts of these series; nan without history
    """

    new: int = 0
    up: int = 0
    down: int = 0
    withdrawn: int = 0
    new_series: int = 0
    largest: list[tuple[int, int, float, float]] = field(default_factory=list)
    jumps: list[tuple[int, int, float, float]] = field(default_factory=list)
    before: NDArray[np.float64] = field(default_factory=lambda: np.full(HISTORY, np.nan))


def series_of(source: Source) -> dict[Key, tuple[int, bool]]:
    """Every series of a source: its key in the database, and whether it is derived."""
    rows = Series.objects.filter(source=source).order_by()
    fields = ("disease_id", "place_id", "stratum", "pk", "is_derived")
    return {(d, p, s): (pk, derived) for d, p, s, pk, derived in rows.values_list(*fields).iterator(chunk_size=5_000)}


def standing(
    source: Source, generation: int, series: Sequence[int | None], first: int, periods: int
) -> NDArray[np.float64]:
    """Counts of some series (None: not there yet) over periods numbered from `first`.

    returns  (series, periods); nan where nothing was reported
    """
    counts = np.full((len(series), periods), np.nan)
    place = {key: row for row, key in enumerate(series) if key is not None}
    rows = counts_of(list(place), generation).values_list("series_id", "first_period", "packed")
    found = [row for row in rows if row[0] in place]
    if found:
        offsets = number_of([row[1] for row in found], source.every) - first
        counts[[place[row[0]] for row in found]] = unpack_rows([row[2] for row in found], offsets, periods)
    return counts


def counts_of(series: list[int], generation: int) -> QuerySet[SeriesCounts]:
    """Packed series with these keys, and perhaps others: those made together lie together, and a range is read faster.

    The source is not asked for: an index by it would be taken, and all of it be read for each chunk.
    """
    rows = SeriesCounts.objects.filter(from_generation__lte=generation, until_generation__gt=generation)
    if series and max(series) - min(series) < DENSE * len(series):
        return rows.filter(series_id__gte=min(series), series_id__lte=max(series))
    return rows.filter(series_id__in=series)


def compared(given: Given, source: Source, known: Mapping[Key, tuple[int, bool]], *, withdrawing: bool) -> Changes:
    """Count the changes. `withdrawing`: a cell that stands and is empty in the table is taken back."""
    changes = Changes()
    for rows, old, history in _chunks(given, source, known):
        new = given.counts[rows]
        had, has = ~np.isnan(old), ~np.isnan(new)
        changes.new += int((has & ~had).sum())
        changes.up += int((new > old).sum())
        changes.down += int((new < old).sum())
        changes.withdrawn += int((had & ~has).sum()) if withdrawing else 0
        changes.largest = _greatest(changes.largest, rows.start, old, new, had & has & (new != old))
        changes.jumps = _greatest(changes.jumps, rows.start, *_jumps(new, old, history))
        reported = ~np.isnan(history).all(axis=0)
        sums = np.where(reported, np.nansum(history, axis=0), np.nan)
        changes.before = np.where(np.isnan(changes.before), sums, changes.before + np.nan_to_num(sums))
    changes.new_series = sum(key not in known for key in given.keys)
    return changes


def _chunks(
    given: Given, source: Source, known: Mapping[Key, tuple[int, bool]]
) -> Iterator[tuple[slice, NDArray[np.float64], NDArray[np.float64]]]:
    """Rows of the table, what stands in its periods, and what stands in the year (or 52 periods) before."""
    first, periods = int(number_of(given.dates[:1], source.every)[0]), len(given.dates)
    for start in range(0, len(given.keys), SERIES_AT_ONCE):
        keys = given.keys[start : start + SERIES_AT_ONCE]
        series = [known[key][0] if key in known else None for key in keys]
        counts = standing(source, source.generation, series, first - HISTORY, periods + HISTORY)
        yield slice(start, start + len(keys)), counts[:, HISTORY:], counts[:, :HISTORY]


def _jumps(
    new: NDArray[np.float64], old: NDArray[np.float64], history: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Cells that change to a hundred times what is usual in their series: more likely typed wrongly than true.

    Usual is the mean of the 52 periods before the table, or of the series' own other counts in it.
    """
    known = np.isfinite(history).sum(axis=1)
    before = np.nansum(history, axis=1) / np.maximum(known, 1)
    reported = np.isfinite(new).sum(axis=1)
    others = (np.nansum(new, axis=1)[:, None] - np.nan_to_num(new)) / np.maximum(reported - 1, 1)[:, None]
    usual = np.where((known > 0)[:, None], before[:, None], others)
    judged = ((known > 0) | (reported > 4))[:, None]
    jumps = judged & (new >= JUMP_FROM) & (new >= JUMP * np.maximum(usual, 1.0)) & ~(new == old)
    return usual, new, jumps


def _greatest(
    kept: list[tuple[int, int, float, float]],
    start: int,
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    chosen: NDArray[np.bool_],
) -> list[tuple[int, int, float, float]]:
    rows, columns = np.nonzero(chosen)
    if not rows.size:
        return kept
    difference = np.abs(after[rows, columns] - before[rows, columns])
    top = np.argsort(-difference, kind="stable")[:LARGEST]
    more = [
        (
            start + int(rows[at]),
            int(columns[at]),
            float(before[rows[at], columns[at]]),
            float(after[rows[at], columns[at]]),
        )
        for at in top
    ]
    return sorted([*kept, *more], key=lambda one: -abs(one[3] - one[2]))[:LARGEST]
