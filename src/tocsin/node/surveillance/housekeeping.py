"""The night's upkeep of counts: packed series that nobody reads are deleted, archives merged, left previews and kept
pictures cleared.

Nothing is lost by it: every count that was ever reported stays in the archive, and whoever asks for a day whose packed
series are gone is answered from there (`panels.many_series_counts`).
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from django.db.models import Count, Max, Min
from django.utils import timezone

from tocsin.node.surveillance import kept_pictures
from tocsin.node.surveillance.intake import generations, recovery
from tocsin.node.surveillance.intake.previews import PROBLEMS
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.models import Screening, SeriesCounts, Source, Upload

__all__ = ["HousekeepingFailed", "keep"]

log = logging.getLogger(__name__)

KEPT = timedelta(days=35)  # that packed series stay after they were replaced
KEPT_A_SERIES = 21  # of each series however old: what its page shows of its history, and never its last
KEPT_CANCELLED = timedelta(days=30)
SERIES_AT_ONCE, ROWS_AT_ONCE = 500, 1_000


class HousekeepingFailed(Exception):
    """Some sources could not be kept in order; the others were."""


def keep() -> int:
    """All sources, one after the other. Returns how many rows and files were deleted. Raises HousekeepingFailed."""
    gone, failed = _clear_cancelled() + kept_pictures.remove_old(), []
    for source in Source.objects.order_by("pk"):
        try:
            gone += _keep(source)
        except Exception:
            log.exception("the counts of source %s could not be kept in order", source.pk)
            failed.append(source.name)
    if failed:
        raise HousekeepingFailed(f"not kept in order, see the log: {', '.join(failed)}")
    return gone


def _keep(source: Source) -> int:
    """One source, unless a table of it is being taken. One that comes meanwhile waits, and then goes on."""
    taking = Upload.objects.filter(source=source, status=Upload.Status.TAKING)
    gone = 0
    try:
        with generations.alone(source.pk) as alone:
            if not alone or taking.exists():
                return 0
            gone = _delete_replaced(source)
            _tend_archive(source)
    finally:
        # Whoever found the lock taken went away.
        for upload in taking.all():
            recovery.recover(upload)
    return gone


def _tend_archive(source: Source) -> None:
    archive = generations.archive_of(source)
    if archive.head() >= 0:
        archive.compact()
        archive.vacuum()


def _delete_replaced(source: Source) -> int:
    """Packed series that were replaced long ago, but for the last of each series."""
    horizon, gone = _horizon(source), 0
    for series in _series_with_many(source):
        gone += _delete(list(_replaced(series, horizon)))
    return gone


def _horizon(source: Source) -> int:
    """The newest generation so old that what it replaced may go; 0 if there is none. Pinned generations stay whole."""
    old = Upload.objects.filter(
        source=source, status=Upload.Status.TAKEN, taken_at__lt=timezone.now() - KEPT
    ).aggregate(newest=Max("generation"))
    running = Screening.objects.filter(source=source, status=Screening.Status.RUNNING)
    pinned = [running.aggregate(oldest=Min("generation"))["oldest"]]
    previews = Upload.objects.filter(source=source, status__in=(Upload.Status.READING, Upload.Status.PREVIEWED))
    pinned += previews.values_list("preview__generation", flat=True)
    return min(old["newest"] or 0, *(one for one in pinned if one is not None), source.generation)


def _series_with_many(source: Source) -> Iterator[list[int]]:
    rows = SeriesCounts.objects.filter(source=source).order_by().values("series").annotate(kept=Count("pk"))
    many = sorted(rows.filter(kept__gt=KEPT_A_SERIES).values_list("series", flat=True))
    for start in range(0, len(many), SERIES_AT_ONCE):
        yield many[start : start + SERIES_AT_ONCE]


def _replaced(series: list[int], horizon: int) -> Iterator[int]:
    rows = SeriesCounts.objects.filter(series__in=series).order_by("series", "from_generation")
    listed = rows.values_list("series", "pk", "until_generation")
    for _, history in groupby(listed.iterator(), key=itemgetter(0)):
        yield from (pk for _, pk, until in list(history)[:-KEPT_A_SERIES] if until <= horizon)


def _delete(keys: list[int]) -> int:
    chunks = (keys[start : start + ROWS_AT_ONCE] for start in range(0, len(keys), ROWS_AT_ONCE))
    return sum(SeriesCounts.objects.filter(pk__in=chunk).delete()[0] for chunk in chunks)


def _clear_cancelled() -> int:
    """What previews kept beside tables that were cancelled long ago; the table itself stays as it came."""
    before = timezone.now() - KEPT_CANCELLED
    left = Upload.objects.filter(status=Upload.Status.CANCELLED, received_at__lt=before).exclude(file_path="")
    files = [path_of(path + PROBLEMS) for path in left.values_list("file_path", flat=True)]
    there = [file for file in files if file.exists()]
    for file in there:
        file.unlink(missing_ok=True)
    return len(there)
