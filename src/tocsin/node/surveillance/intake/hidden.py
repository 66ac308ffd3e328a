"""Packed series of a generation that nobody reads yet, written a thousand at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from django.db import transaction
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.counts.packing import pack_rows, unpack_rows
from tocsin.node.surveillance.intake.comparing import SERIES_AT_ONCE, counts_of
from tocsin.node.surveillance.intake.progress import Progress
from tocsin.node.surveillance.intake.tables import Key
from tocsin.node.surveillance.models import Series, SeriesCounts, Source
from tocsin.node.surveillance.models.series import NOW
from tocsin.node.surveillance.panels import number_of, period_starts
from tocsin.node.work.windows import at

__all__ = ["Overlay", "Writer", "take_back"]

CELLS = {"series": pl.Int64, "period": pl.Date, "count": pl.Int32}


@dataclass(frozen=True, slots=True)
class Overlay:
    """New counts of some series, to be laid over those that stand.

    keys     one a series
    first    number of the first period (panels.number_of)
    phase    of its weeks (panels.period_starts)
    counts   (series, periods); nan where a count is taken back
    touched  (series, periods) bool: elsewhere what stands stays
    """

    keys: list[Key]
    first: int
    phase: int
    counts: NDArray[np.float64]
    touched: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Standing:
    """Full rows of a chunk, over the periods from `first`."""

    first: int
    counts: NDArray[np.float64]


class Writer:
    """Writes only series that change, and keeps their changed cells for the archive.

    known        all series of the source by key, extended by those that are made
    now_own      keys in the database of series that were the node's sums and are given from now on; now_derived: back
    diseases     of the given series that changed
    """

    def __init__(self, source: Source, generation: int, known: dict[Key, tuple[int, bool]], progress: Progress) -> None:
        self.source, self.generation, self.known = source, generation, known
        self.now_own: list[int] = []
        self.now_derived: list[int] = []
        self.diseases: set[str] = set()
        self.series_given = self.cells_given = self.cells_derived = 0
        self._progress = progress
        self._phase = 0
        self._cells: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self._written: set[int] = set()

    def write(self, overlay: Overlay, *, derived: bool) -> None:
        """Lay the overlay over generation - 1 and keep as `generation` what differs."""
        self._phase = overlay.phase if overlay.keys else self._phase
        for start in range(0, len(overlay.keys), SERIES_AT_ONCE):
            if not derived:
                self._progress("writing", start, len(overlay.keys))
            self._write_chunk(overlay, slice(start, start + SERIES_AT_ONCE), derived=derived)
            at("taking.chunk")

    def cells(self, starts: Callable[..., NDArray[np.datetime64]] = period_starts) -> pl.DataFrame:
        """Changed cells: series, period, count (null: no longer reported)."""
        if not self._cells:
            return pl.DataFrame(schema=CELLS)
        series, periods, counts = (np.concatenate(parts) for parts in zip(*self._cells, strict=True))
        first = int(periods.min())
        days = starts(first, int(periods.max()) - first + 1, self.source.every, self._phase)
        frame = pl.DataFrame({"series": series, "period": days[periods - first], "count": counts}, nan_to_null=True)
        return frame.cast(CELLS)  # type: ignore[arg-type]

    def _write_chunk(self, overlay: Overlay, rows: slice, *, derived: bool) -> None:
        keys, touched = overlay.keys[rows], overlay.touched[rows]
        standing = self._standing(keys, overlay)
        left = overlay.first - standing.first
        window = slice(left, left + overlay.counts.shape[1])
        old = standing.counts[:, window].copy()
        new = np.where(touched, overlay.counts[rows], old)
        differs = ~((new == old) | (np.isnan(new) & np.isnan(old)))
        changed = np.flatnonzero(differs.any(axis=1))
        self._mark(keys, derived=derived)
        if derived:
            self._unwrite({self.known[key][0] for key in keys if key in self.known} & self._written)
        if not changed.size:
            return
        standing.counts[:, window] = new
        ids = self._keep([keys[row] for row in changed], standing, changed, derived=derived)
        at_row, at_period = np.nonzero(differs[changed])
        self._cells.append((ids[at_row], at_period + overlay.first, new[changed][at_row, at_period]))
        self._count([keys[row] for row in changed], at_row.size, derived=derived)

    def _unwrite(self, series: set[int]) -> None:
        """Forget series of this generation that are given by nobody any more and now follow as sums (after an undo)."""
        if not series:
            return
        rows = SeriesCounts.objects.filter(series_id__in=list(series))
        with transaction.atomic():
            rows.filter(from_generation=self.generation).delete()
            rows.filter(until_generation=self.generation).update(until_generation=NOW)
        gone = np.array(sorted(series))
        self._cells = [tuple(part[~np.isin(cells[0], gone)] for part in cells) for cells in self._cells]  # type: ignore[misc]

    def _count(self, keys: list[Key], cells: int, *, derived: bool) -> None:
        if derived:
            self.cells_derived += cells
        else:
            self.cells_given += cells
            self.series_given += len(keys)
            self.diseases.update(disease for disease, _, _ in keys)

    def _mark(self, keys: list[Key], *, derived: bool) -> None:
        """Series that change from derived to given, or back; readers see it with the flip."""
        for key in keys:
            pk, was_derived = self.known.get(key, (0, derived))
            if pk and was_derived is not derived:
                (self.now_derived if derived else self.now_own).append(pk)
                self.known[key] = pk, derived
                self.diseases.add(key[0])

    def _standing(self, keys: list[Key], overlay: Overlay) -> _Standing:
        place = {self.known[key][0]: row for row, key in enumerate(keys) if key in self.known}
        rows = counts_of(list(place), self.generation - 1)
        fields = ("series_id", "first_period", "periods", "packed")
        found = [row for row in rows.values_list(*fields) if row[0] in place]
        firsts = number_of([row[1] for row in found], self.source.every)
        first = int(min([overlay.first, *firsts]))
        end = int(max([overlay.first + overlay.counts.shape[1], *(firsts + [row[2] for row in found])]))
        counts = np.full((len(keys), end - first), np.nan)
        if found:
            counts[[place[row[0]] for row in found]] = unpack_rows(
                [row[3] for row in found], firsts - first, end - first
            )
        return _Standing(first, counts)

    @transaction.atomic
    def _keep(
        self, keys: list[Key], standing: _Standing, rows: NDArray[np.intp], *, derived: bool
    ) -> NDArray[np.int64]:
        """Keys in the database of the changed series, whose new rows are written and whose old ones end."""
        self._make_missing(keys, derived=derived)
        ids = [self.known[key][0] for key in keys]
        packed = _packed(standing, rows, self.source.every, self._phase)
        SeriesCounts.objects.filter(series_id__in=ids, until_generation=NOW).update(until_generation=self.generation)
        SeriesCounts.objects.bulk_create(
            [
                SeriesCounts(
                    series_id=pk, source_id=self.source.pk, from_generation=self.generation, first_period=first,
                    periods=periods, packed=blob,
                )
                for pk, (first, periods, blob) in zip(ids, packed, strict=True)
                if periods
            ],
            batch_size=SERIES_AT_ONCE,
        )  # fmt: skip
        self._written.update(ids)
        return np.array(ids, dtype=np.int64)

    def _make_missing(self, keys: list[Key], *, derived: bool) -> None:
        missing = [key for key in keys if key not in self.known]
        made = Series.objects.bulk_create(
            [
                Series(
                    source_id=self.source.pk, disease_id=disease, place_id=place, stratum=stratum, is_derived=derived
                )
                for disease, place, stratum in missing
            ],
            batch_size=SERIES_AT_ONCE,
        )
        self.known.update((key, (series.pk, derived)) for key, series in zip(missing, made, strict=True))


def _packed(standing: _Standing, rows: NDArray[np.intp], every: str, phase: int) -> list[tuple[object, int, bytes]]:
    """First period, number of periods and blob of each row, without the empty periods at its ends; 0 of all empty."""
    reported = np.isfinite(standing.counts[rows])
    some = reported.any(axis=1)
    width = reported.shape[1]
    begins = np.where(some, reported.argmax(axis=1), 0)
    ends = np.where(some, width - reported[:, ::-1].argmax(axis=1), 0)
    days = period_starts(standing.first, width, every, phase).tolist()
    packed: list[tuple[object, int, bytes]] = [(None, 0, b"")] * len(rows)
    spans, group_of = np.unique(np.stack([begins, ends], axis=1), axis=0, return_inverse=True)
    for group, (begin, end) in enumerate(spans.tolist()):
        members = np.flatnonzero(group_of.ravel() == group)
        for place, blob in zip(members.tolist(), pack_rows(standing.counts[rows[members], begin:end]), strict=True):
            packed[place] = days[begin], end - begin, blob
    return packed


def take_back(source: Source, generation: int) -> None:
    """Remove what is hidden of a generation that was never published, as if it had not been written."""
    hidden = SeriesCounts.objects.filter(source=source, from_generation=generation)
    _in_chunks(hidden, lambda chunk: chunk.delete())
    ended = SeriesCounts.objects.filter(source=source, until_generation=generation)
    _in_chunks(ended, lambda chunk: chunk.update(until_generation=NOW))
    _in_chunks(Series.objects.filter(source=source, counts=None, withheld=None), lambda chunk: chunk.delete())


def _in_chunks(rows: QuerySet, act: Callable[[QuerySet], object]) -> None:
    while keys := list(rows.order_by().values_list("pk", flat=True)[:SERIES_AT_ONCE]):
        act(rows.model._default_manager.filter(pk__in=keys))
