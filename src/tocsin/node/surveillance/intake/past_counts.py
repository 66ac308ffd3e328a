"""Counts of generations whose packed series housekeeping has deleted, from the archive."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
from django.conf import settings

from tocsin.counts.packing import pack_rows
from tocsin.node.surveillance.models import Series, SeriesCounts, Upload

__all__ = ["packed_again"]


def packed_again(series: list[int], generation: int) -> Iterator[tuple[int, str, date, int, bytes]]:
    """(series, every, first period, periods, packed) of those of some series that had counts in a generation.

    series  of one source, without a packed row of that generation
    """
    # Housekeeping keeps the last rows of every series: one without later rows had nothing deleted.
    later = SeriesCounts.objects.filter(series__in=series, from_generation__gt=generation)
    wanted = sorted(set(later.values_list("series", flat=True)))
    if not wanted:
        return
    source = Series.objects.select_related("source").get(pk=wanted[0]).source
    taken = Upload.objects.filter(source=source, generation=generation, status=Upload.Status.TAKEN)
    version = taken.values_list("archive_version", flat=True).first()
    if version is None:
        return
    from tocsin.counts.archive import Archive
    from tocsin.node.surveillance.panels import number_of

    cells = Archive(Path(settings.ARCHIVE) / str(source.pk)).view(version=version, series=wanted)
    for key, rows in cells.group_by("series"):
        days = rows["period"].to_numpy().astype("datetime64[D]")
        numbers = number_of(days, source.every)
        counts = np.full((1, int(numbers.max() - numbers.min()) + 1), np.nan)
        counts[0, numbers - numbers.min()] = rows["count"].to_numpy()
        yield key[0], source.every, days.min().item(), counts.shape[1], pack_rows(counts)[0]
