"""How good a source's data are, as figures that pages show: measured after each table, kept on the source.

    completeness  which of the counts expected in the last periods are in, by place; a series is expected from its
                  first count on
    zeros         how many of them say "none occurred"
    timeliness    when the last tables came, and when they were due
    delays        days from the end of a period to its first count
    revisions     how much of what is known today was known so many weeks after the end of a period
    rejected      rows of the last tables that could not be used

Delays and revisions come from a sample of series in the archive. Counts that first came more than 13 weeks after their
period are history that was loaded, not reports that were slow, and stay out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.counts.packing import unpack_rows
from tocsin.node.surveillance.models import Source, Upload
from tocsin.node.surveillance.panels import counts_at, number_of, period_starts

__all__ = ["AGES", "PERIODS", "PLACES_SHOWN", "Coverage", "coverage", "figures", "measure"]

PERIODS = 12
PLACES_SHOWN = 40
TABLES = 12
SAMPLE = 300
AGES = 9  # weeks 0 to 8 after the end of a period
HISTORY_AFTER_DAYS = 13 * 7
LOOK_BACK = timedelta(days=2 * 365)
QUANTILES = (0.5, 0.75, 0.95)
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of the last periods, each array (places, periods) but `dates` (periods,) and `places` (places,).

    expected   series of the place that had begun by then
    reported   those of them with a count
    zeros      those with the count 0
    """

    dates: NDArray[np.datetime64]
    places: NDArray[np.int64]
    expected: NDArray[np.int64]
    reported: NDArray[np.int64]
    zeros: NDArray[np.int64]


def measure(source: Source) -> dict[str, Any]:
    """Figures of the source as it is now, kept on it. A table taken meanwhile is measured by its own call."""
    found = figures(source)
    Source.objects.filter(pk=source.pk, generation=source.generation).update(quality=found)
    return found


def figures(source: Source) -> dict[str, Any]:
    """The figures as JSON; pages read them by the names used here."""
    uploads = list(_taken(source))
    delays, revisions = _from_archive(source)
    return {
        "generation": source.generation,
        "measured_at": timezone.now().isoformat(),
        **_completeness(coverage(source)),
        "tables": _tables(source, uploads),
        "rejected": [
            [one.taken_at.isoformat(), one.rows, one.problems or 0, str(one.pk)]
            for one in uploads
            if one.rows is not None
        ][-TABLES:],
        "delays": delays,
        "revisions": revisions,
    }


def coverage(source: Source, periods: int = PERIODS) -> Coverage:
    """Counts in the last periods of the source, by place; the node's own sums stay out. Read a part at a time."""
    rows = counts_at(source, source.generation).filter(series__is_derived=False)
    spans = list(rows.values_list("first_period", "periods").distinct())
    if not spans:
        nothing = np.zeros((0, 0), dtype=np.int64)
        return Coverage(np.empty(0, "datetime64[D]"), np.empty(0, np.int64), nothing, nothing, nothing)
    begins = number_of([day for day, _ in spans], source.every)
    first = int((begins + np.array([length for _, length in spans])).max()) - periods
    parts = _parts(rows, source.every, first, periods)
    keys = np.concatenate([part[0] for part in parts])
    places, row = np.unique(keys, return_inverse=True)
    sums = []
    for which in (1, 2, 3):
        sums.append(np.zeros((len(places), periods), dtype=np.int64))
        np.add.at(sums[-1], row, np.concatenate([part[which] for part in parts]))
    phase = int(np.datetime64(spans[0][0], "D").astype(np.int64)) % 7 if source.every == "week" else 0
    dates = period_starts(first, periods, source.every, phase)
    return Coverage(dates, places, *sums)


def _parts(rows: Any, every: str, first: int, periods: int) -> list[tuple[NDArray[Any], ...]]:
    """(places, expected, reported, zeros) of some series each."""
    found = rows.values_list("series__place_id", "first_period", "packed").iterator(chunk_size=ROWS_AT_ONCE)
    parts = []
    while chunk := list(islice(found, ROWS_AT_ONCE)):
        begins = number_of([row[1] for row in chunk], every)
        counts = unpack_rows([row[2] for row in chunk], begins - first, periods)
        expected = np.arange(first, first + periods) >= begins[:, None]
        parts.append((np.array([row[0] for row in chunk]), expected, ~np.isnan(counts), counts == 0))
    return parts


def _completeness(cover: Coverage) -> dict[str, Any]:
    expected, reported = cover.expected, cover.reported
    share = np.divide(reported, expected, out=np.full(expected.shape, np.nan), where=expected > 0)
    missing = (expected - reported).sum(axis=1)
    worst = np.lexsort((cover.places, -missing))[:PLACES_SHOWN]
    return {
        "periods": [str(day) for day in cover.dates],
        "expected": int(expected.sum()),
        "reported": int(reported.sum()),
        "zeros": int(cover.zeros.sum()),
        "by_period": [[int(r), int(e)] for r, e in zip(reported.sum(axis=0), expected.sum(axis=0), strict=True)],
        "places": len(cover.places),
        "complete_places": int((missing == 0).sum()),
        "worst": [
            {"place": int(cover.places[at]), "missing": int(missing[at]), "share": _percents(share[at])}
            for at in worst
            if missing[at]
        ],
    }


def _percents(shares: NDArray[np.float64]) -> list[int | None]:
    """Rounded down, so that 100 says that nothing is missing."""
    return [None if np.isnan(one) else int(100 * one + 1e-9) for one in shares]


def _taken(source: Source) -> Sequence[Upload]:
    """The last tables that were taken, the oldest first, and one before them; undoing sends no table."""
    taken = Upload.objects.filter(source=source, status=Upload.Status.TAKEN, undoes=None, taken_at__isnull=False)
    return list(reversed(taken.only("received_at", "taken_at", "rows", "problems").order_by("-taken_at")[: TABLES + 1]))


def _tables(source: Source, uploads: Sequence[Upload]) -> list[list[Any]]:
    """[taken at, due at, days late, 0 if on time] of the last tables; the first ever was never due."""
    rhythm = timedelta(days=source.due_every_days)
    pairs = pairwise(uploads)
    return [
        [
            one.taken_at.isoformat(),
            (before.taken_at + rhythm).isoformat(),
            _late(before.taken_at + rhythm, one.taken_at),
        ]
        for before, one in pairs
    ]


def _late(due: datetime, came: datetime) -> float:
    return round(max(0.0, (came - due) / timedelta(days=1)), 2)


def _from_archive(source: Source) -> tuple[dict[str, Any] | None, list[list[Any]]]:
    """Delays and revisions of a sample of series over two years; nothing where there is no archive yet."""
    if source.archive_version < 0:
        return None, []
    from tocsin.counts.archive import Archive
    from tocsin.counts.errors import ArchiveError

    try:
        archive = Archive(Path(settings.ARCHIVE) / str(source.pk))
        rows = archive.revisions(version=source.archive_version, series=_sample(source))
    except ArchiveError:
        return None, []
    since = (source.last_period or timezone.localdate()) - LOOK_BACK
    return _delays_of(rows, source.every, since)


def _sample(source: Source) -> list[int]:
    """Keys of series spread evenly over all, always the same ones."""
    keys = list(source.series.filter(is_derived=False).order_by("pk").values_list("pk", flat=True))
    step = max(1, len(keys) // SAMPLE)
    return keys[::step][:SAMPLE]


def _delays_of(rows: Any, every: str, since: date) -> tuple[dict[str, Any] | None, list[list[Any]]]:
    """Of revisions as `Archive.revisions` gives them: quantiles of the first report, and what was known at each age."""
    import polars as pl

    length = {"day": 1, "week": 7, "month": 30}[every]
    rows = rows.filter(pl.col("period") >= since).with_columns(age=pl.col("days") - length)
    first = rows.filter(pl.col("revision") == 0)
    # A cell counts only where its first report came while people still report on that period.
    timely = first.filter(pl.col("age") <= HISTORY_AFTER_DAYS)
    if timely.is_empty():
        return None, []
    ages = np.maximum(timely["age"].to_numpy(), 0)
    delays = {"days": {str(int(100 * q)): float(np.quantile(ages, q)) for q in QUANTILES}, "cells": len(ages)}
    cells = rows.join(timely.select("series", "period"), on=["series", "period"], how="semi")
    return delays, _known_at(cells, pl)


def _known_at(cells: Any, pl: Any) -> list[list[Any]]:
    """[weeks after the end of the period, cases known then, cases known now], of periods old enough for all ages."""
    newest = cells["period"].max()
    old = cells.filter(pl.col("period") <= newest - timedelta(weeks=AGES))
    if old.is_empty():
        return []
    now = old.group_by("series", "period", maintain_order=True).last()["count"].sum()
    known = []
    for weeks in range(AGES):
        then = old.filter(pl.col("age") < 7 * (weeks + 1)).group_by("series", "period", maintain_order=True).last()
        known.append([weeks, int(then["count"].sum()), int(now)])
    return known
