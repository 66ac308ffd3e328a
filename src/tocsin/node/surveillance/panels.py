"""Counts as the engine and the pages read them: packed series of one generation of a source, side by side.

A generation is pinned before reading, so that an upload taken meanwhile changes nothing: rows of it hold from a later
generation, and rows that it replaces hold until then. Numpy alone is needed here; pages import it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import F, QuerySet
from numpy.typing import NDArray

from tocsin.counts.packing import unpack_rows
from tocsin.node.surveillance.intake.past_counts import packed_again
from tocsin.node.surveillance.models import Series, SeriesCounts, Source, Upload

__all__ = [
    "SourcePanel",
    "counts_at",
    "many_series_counts",
    "number_of",
    "panel_as_of",
    "period_starts",
    "series_counts",
    "source_panel",
]

ROWS_AT_ONCE = 2_000
UNITS = {"day": "datetime64[D]", "week": "datetime64[D]", "month": "datetime64[M]"}
FIELDS = ("series_id", "series__disease_id", "series__place_id", "series__stratum", "series__is_derived")
BLOB = ("first_period", "packed")


@dataclass(frozen=True, slots=True)
class SourcePanel:
    """All series of a source over the same periods, in the order of their keys.

    ids            (n,) int64 keys of Series
    disease_codes  n codes
    place_ids      (n,) int64 keys of Place
    strata         n texts, "" for all
    is_derived     (n,) bool: the node's own sums
    dates          (periods,) datetime64[D] first day of each period, without gaps
    counts         (n, periods) float64 cases; nan where nothing was reported
    generation     of the source, that was read
    every          "day", "week" or "month"
    """

    ids: NDArray[np.int64]
    disease_codes: tuple[str, ...]
    place_ids: NDArray[np.int64]
    strata: tuple[str, ...]
    is_derived: NDArray[np.bool_]
    dates: NDArray[np.datetime64]
    counts: NDArray[np.float64]
    generation: int
    every: str


def source_panel(
    source: Source,
    *,
    generation: int | None = None,
    diseases: Iterable[str] | None = None,
    places: Iterable[int] | None = None,
    series: Iterable[int] | None = None,
) -> SourcePanel:
    """The whole source, or the series of some diseases, places (keys) or series (keys).

    generation  None is the one that `source` had when it was loaded. One that was replaced long ago may have lost
                series to housekeeping: `panel_as_of` has them
    """
    pinned = source.generation if generation is None else generation
    rows = counts_at(source, pinned)
    if diseases is not None:
        rows = rows.filter(series__disease_id__in=list(diseases))
    if places is not None:
        rows = rows.filter(series__place_id__in=list(places))
    if series is not None:
        rows = rows.filter(series_id__in=list(series))
    return _panel(rows.order_by("series_id"), source.every, pinned)


def counts_at(source: Source, generation: int) -> QuerySet[SeriesCounts]:
    """Packed series as they stood in a generation, one a series."""
    return SeriesCounts.objects.filter(
        source=source, from_generation__lte=generation, until_generation__gt=generation
    ).order_by()


def series_counts(
    series: Series, *, generation: int | None = None
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """First day of each period and the counts of one series, by one query; both empty where it has none.

    generation  of its source; None is the present one. What housekeeping has deleted is read from the archive
    """
    dates, counts = many_series_counts([series.pk], every=None, generation=generation)
    return dates, counts[0]


def many_series_counts(
    series: Sequence[Series | int], *, every: str | None = None, generation: int | None = None
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Several series of the same source over the periods of all, by one query: dates (periods,), counts (n, periods).

    series      in the order of the rows wanted; one that has no counts is a row of nan
    every       of the source; None asks the database
    generation  of the source; None is the present one
    """
    keys = [one.pk if isinstance(one, Series) else int(one) for one in series]
    at: Any = F("source__generation") if generation is None else generation
    rows = SeriesCounts.objects.filter(series_id__in=keys, from_generation__lte=at, until_generation__gt=at)
    found = list(rows.order_by().values_list("series_id", "source__every", "first_period", "periods", "packed"))
    if generation and len(found) < len(keys):  # before the first generation there is nothing
        found += packed_again(sorted({*keys} - {row[0] for row in found}), generation)
    if not found:
        return np.empty(0, "datetime64[D]"), np.full((len(keys), 0), np.nan)
    every = every or found[0][1]
    firsts = number_of([first for _, _, first, _, _ in found], every)
    first, end = int(firsts.min()), int((firsts + np.array([row[3] for row in found])).max())
    counts = np.full((len(keys), end - first), np.nan)
    place = {key: row for row, key in enumerate(keys)}
    counts[[place[row[0]] for row in found]] = unpack_rows([row[4] for row in found], firsts - first, end - first)
    return period_starts(first, end - first, every, _phase(found[0][2], every)), counts


def number_of(days: Iterable[date] | NDArray[np.datetime64], every: str) -> NDArray[np.int64]:
    """A running number for the period that each day begins; weeks may begin on any weekday, if all do so on one."""
    asked = np.asarray(days if isinstance(days, np.ndarray) else list(days), dtype="datetime64[D]")
    return asked.astype(UNITS[every]).astype(np.int64) // (7 if every == "week" else 1)


def period_starts(first: int, periods: int, every: str, phase: int = 0) -> NDArray[np.datetime64]:
    """First days of the periods numbered `first` and on; `phase` is a week's offset, as `_phase` gives it."""
    numbers = np.arange(first, first + periods, dtype=np.int64)
    days = numbers * 7 + phase if every == "week" else numbers
    return days.astype(UNITS[every]).astype("datetime64[D]")


def _phase(day: date, every: str) -> int:
    return int(np.datetime64(day, "D").astype(np.int64)) % 7 if every == "week" else 0


def _panel(rows: QuerySet[SeriesCounts], every: str, generation: int) -> SourcePanel:
    spans = list(rows.order_by().values_list("first_period", "periods").distinct())
    total = rows.count()
    firsts = number_of([first for first, _ in spans], every)
    first = int(firsts.min()) if spans else 0
    periods = int((firsts + np.array([length for _, length in spans])).max()) - first if spans else 0
    counts = np.empty((total, periods))
    heads: list[tuple[Any, ...]] = []
    # A chunk's blobs are let go before the next is fetched; the matrix is the only large thing held.
    found = rows.values_list(*FIELDS, *BLOB).iterator(chunk_size=ROWS_AT_ONCE)
    while chunk := list(islice(found, ROWS_AT_ONCE)):
        offsets = number_of([row[-2] for row in chunk], every) - first
        counts[len(heads) : len(heads) + len(chunk)] = unpack_rows([row[-1] for row in chunk], offsets, periods)
        heads += [row[:5] for row in chunk]
    ids, diseases, places, strata, derived = zip(*heads, strict=True) if heads else ((), (), (), (), ())
    return SourcePanel(
        ids=np.array(ids, dtype=np.int64),
        disease_codes=tuple(diseases),
        place_ids=np.array(places, dtype=np.int64),
        strata=tuple(strata),
        is_derived=np.array(derived, dtype=bool),
        dates=period_starts(first, periods, every, _phase(spans[0][0], every) if spans else 0),
        counts=counts,
        generation=generation,
        every=every,
    )


def panel_as_of(source: Source, when: datetime) -> SourcePanel:
    """All counts as the node showed them at a moment, from the archive; nothing before the first table was taken.

    Series that had no count then are not in it. Needs Polars: for work in the background and for single requests.
    """
    taken = Upload.objects.filter(source=source, status=Upload.Status.TAKEN, taken_at__lte=when)
    version, generation = taken.order_by("-generation").values_list("archive_version", "generation").first() or (-1, 0)
    from tocsin.counts.archive import Archive

    cells = Archive(Path(settings.ARCHIVE) / str(source.pk)).view(version=version)
    ids, rows = np.unique(cells["series"].to_numpy(), return_inverse=True)
    days = cells["period"].to_numpy().astype("datetime64[D]")
    numbers = number_of(days, source.every)
    first = int(numbers.min()) if numbers.size else 0
    counts = np.full((len(ids), int(numbers.max()) - first + 1 if numbers.size else 0), np.nan)
    counts[rows, numbers - first] = cells["count"].to_numpy()
    known = Series.objects.filter(source=source).values_list("pk", *(field.partition("__")[2] for field in FIELDS[1:]))
    heads = {pk: about for pk, *about in known.iterator(chunk_size=ROWS_AT_ONCE)}
    phase = _phase(days[0].item(), source.every) if days.size else 0
    about = [heads[pk] for pk in ids.tolist()]
    return SourcePanel(
        ids=ids.astype(np.int64),
        disease_codes=tuple(row[0] for row in about),
        place_ids=np.array([row[1] for row in about], dtype=np.int64),
        strata=tuple(row[2] for row in about),
        is_derived=np.array([row[3] for row in about], dtype=bool),
        dates=period_starts(first, counts.shape[1], source.every, phase),
        counts=counts,
        generation=generation,
        every=source.every,
    )
