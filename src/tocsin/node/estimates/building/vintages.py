"""What was known of some series on each day on which a table of their source came, from the archive."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.node.surveillance.models import Source, Upload

__all__ = ["known_when"]


def known_when(
    source: Source, generation: int, series: Sequence[int], dates: NDArray[np.datetime64]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Days (vintages,) on which counts were published, and the counts (series, vintages, periods) as they were then.

    series  keys, in the order wanted
    dates   (periods,) first days, of which the counts are wanted

    nan where a series had no count then. Nothing at all where the source has no archive. Needs Polars.
    """
    nothing = np.empty(0, "datetime64[D]"), np.empty((len(series), 0, len(dates)))
    version = _version(source, generation)
    if version is None or not len(series) or not len(dates):
        return nothing
    import polars as pl

    from tocsin.counts.archive import Archive
    from tocsin.counts.errors import ArchiveError

    try:
        rows = Archive(Path(settings.ARCHIVE) / str(source.pk)).revisions(version=version, series=list(series))
    except ArchiveError:
        return nothing
    first, last = dates[0].astype(object), dates[-1].astype(object)
    # In the order in which they hold: of several of one day the last is written over the others below.
    zone = str(timezone.get_default_timezone())
    day = pl.col("reported").dt.convert_time_zone(zone).dt.date()
    rows = rows.with_columns(day=day)
    came = {*rows["day"].unique().to_list(), *_tables(source, generation)}
    vintages = np.array(sorted(came), dtype="datetime64[D]")
    rows = rows.filter(pl.col("period").is_between(first, last))
    order = np.argsort(np.asarray(series))
    row = order[np.searchsorted(np.asarray(series)[order], rows["series"].to_numpy())]
    at = np.searchsorted(dates, rows["period"].to_numpy().astype("datetime64[D]"))
    when = np.searchsorted(vintages, rows["day"].to_numpy().astype("datetime64[D]"))
    # A count that was withdrawn is one whose reports were all taken back.
    counts = rows["count"].cast(pl.Float64).fill_null(0.0).to_numpy()
    known = np.full((len(series), len(vintages), len(dates)), np.nan)
    known[row, when, at] = counts
    for k in range(1, len(vintages)):
        known[:, k] = np.where(np.isnan(known[:, k]), known[:, k - 1], known[:, k])
    return vintages, known


def _version(source: Source, generation: int) -> int | None:
    """Of the archive, that the generation stood with."""
    taken = Upload.objects.filter(source=source, status=Upload.Status.TAKEN, generation=generation)
    version = taken.values_list("archive_version", flat=True).first()
    if version is None and generation == source.generation and source.archive_version >= 0:
        version = source.archive_version
    return None if version is None or version < 0 else int(version)


def _tables(source: Source, generation: int) -> list[date]:
    """Days on which tables came, those that changed nothing included."""
    taken = Upload.objects.filter(
        source=source, status=Upload.Status.TAKEN, undoes=None, generation__lte=generation
    ).values_list("received_at", flat=True)
    return [timezone.localdate(one, timezone.get_default_timezone()) for one in taken]
