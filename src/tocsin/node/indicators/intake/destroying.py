"""An erased document's counts are taken out of whatever this node keeps of them.

Gone are the kept files, the rows of the archive, the packed series of the time when they stood, and what was drawn of
them. What people were told stays: signals that were found in them say what was observed, as does whatever was exported.
"""

import numpy as np
from django.db import transaction

from tocsin.node.indicators.models import PartnerDocument, PartnerTable
from tocsin.node.surveillance.intake import generations
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.models import Screening, Series, SeriesCounts, Source, Thread, Upload
from tocsin.node.surveillance.panels import many_series_counts
from tocsin.node.surveillance.runs.writing import SPARKLINE

__all__ = ["destroy"]

AT_ONCE = 1_000


def destroy(document: PartnerDocument) -> None:
    """After its cells were written anew by what others say; may be done again."""
    tables = PartnerTable.objects.filter(counts_of=document).select_related("upload__source")
    for table in tables:
        upload = table.upload
        with generations.alone(upload.source_id) as is_alone:
            if not is_alone:
                raise Busy(f"source {upload.source_id} is being taken care of at this moment")
            _forget(upload)


class Busy(Exception):
    """Another process is at the same source; it is tried again."""


def _forget(upload: Upload) -> None:
    archive = generations.archive_of(upload.source)
    archive.forget(str(upload.pk))
    _delete_packed(upload)
    if upload.file_path:
        path_of(upload.file_path).unlink(missing_ok=True)
    with transaction.atomic():
        # A digest of few small counts can be guessed from.
        Upload.objects.filter(pk=upload.pk).update(file_path="", sha256=upload.pk.hex, size=0)


def _delete_packed(upload: Upload) -> None:
    """Series that changed with it, as they stood since and no longer stand; the archive has the rest of those days."""
    if upload.generation is None:
        return
    now = Source.objects.values_list("generation", flat=True).get(pk=upload.source_id)
    series = Series.objects.filter(source=upload.source_id, counts__from_generation=upload.generation)
    keys = list(series.values_list("pk", flat=True))
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        _redraw(some)
        SeriesCounts.objects.filter(
            series__in=some, from_generation__gte=upload.generation, until_generation__lte=now
        ).delete()
    screened = Screening.objects.filter(source=upload.source_id, generation__gte=upload.generation)
    screened.filter(generation__lt=now).update(movers={})


def _redraw(series: list[int]) -> None:
    """The small pictures of threads, from the counts that stand now."""
    threads = list(Thread.objects.filter(headline__series__in=series).select_related("headline"))
    if not threads:
        return
    _dates, counts = many_series_counts(series)
    row_of = {key: row for row, key in enumerate(series)}
    for thread in threads:
        last = counts[row_of[thread.headline.series_id], -SPARKLINE:]
        thread.sparkline = [float(count) if np.isfinite(count) else None for count in last]
    Thread.objects.bulk_update(threads, ["sparkline"], batch_size=AT_ONCE)
