"""Publishing a new generation of a source's counts: all of an upload becomes visible at one moment, or none of it.

intended   the upload has its generation's number; nobody else takes anything of this source
hidden     packed series of that generation stand in the database, and nobody reads them yet
appended   the changed cells stand in the archive, in a version that no row names yet
flipped    one short transaction: the source names the generation and the version

Whatever ends the process between two of these, `carry_out` goes on: before "appended" it takes back what is hidden
and writes it again (the table may match other names by now), after it it flips. A failure that is no crash takes
everything back, and says on the upload why.
"""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tocsin.counts.archive import Archive
from tocsin.counts.errors import CountsError, InvalidReading
from tocsin.node.alliance import audit
from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.intake import cells as cell_files
from tocsin.node.surveillance.intake import sums
from tocsin.node.surveillance.intake.comparing import series_of
from tocsin.node.surveillance.intake.hidden import Overlay, Writer, take_back
from tocsin.node.surveillance.intake.progress import Progress
from tocsin.node.surveillance.intake.tables import Key, matched, read_upload, sentence
from tocsin.node.surveillance.models import Place, Series, Source, Upload
from tocsin.node.surveillance.panels import counts_at, number_of, period_starts
from tocsin.node.work.windows import at

__all__ = ["alone", "archive_of", "carry_out"]

LOG = logging.getLogger(__name__)


def archive_of(source: Source) -> Archive:
    return Archive(Path(settings.ARCHIVE) / str(source.pk))


def carry_out(upload_id: UUID) -> None:
    """Publish an upload that is TAKING; nothing if it no longer is, or if another process is at it."""
    source = Upload.objects.values_list("source_id", flat=True).get(pk=upload_id)
    with alone(source) as is_alone:
        upload = Upload.objects.select_related("source__place", "undoes").get(pk=upload_id)
        if not is_alone or upload.status != Upload.Status.TAKING:
            return
        archive = archive_of(upload.source)
        try:
            _publish(upload, archive)
        except Exception as error:
            if archive.version_of(str(upload.pk)) is not None:
                raise  # everything is written: the next start flips
            _give_up(upload, error)
            if not isinstance(error, (CountsError, OSError)):
                raise


def _publish(upload: Upload, archive: Archive) -> None:
    generation = _intend(upload)
    at("taking.intended")
    version = archive.version_of(str(upload.pk))
    if version is None:
        take_back(upload.source, generation)
        cells = _write_hidden(upload, generation, archive)
        at("taking.hidden")
        # What an upload that failed may have left behind the version that the source names must never come to count.
        archive.forget_after(upload.source.archive_version)
        version = archive.append(cells, upload=str(upload.pk), generation=generation)
    at("taking.appended")
    _flip(upload, generation, version)
    at("taking.flipped")


@transaction.atomic
def _intend(upload: Upload) -> int:
    source = Source.objects.select_for_update().get(pk=upload.source_id)
    upload.generation = source.generation + 1
    upload.save(update_fields=["generation"])
    return upload.generation


def _write_hidden(upload: Upload, generation: int, archive: Archive) -> pl.DataFrame:
    """Packed series of the new generation, and the rows for the archive."""
    source, progress = upload.source, Progress(upload)
    known = series_of(source)
    overlay = _overlay(upload, archive, known, progress)
    writer = Writer(source, generation, known, progress)
    writer.write(overlay, derived=False)
    # A partner gives its totals itself; a sum of what it gives would pass for one, without what it withholds.
    for disease in () if source.shared_by_id else sorted(writer.diseases):
        progress("adding_up")
        writer.write(
            sums.overlay(source, generation, known, disease, overlay, undone=bool(upload.undoes_id)), derived=True
        )
    progress("archiving")
    upload.cells_changed = writer.cells_given
    upload.preview["taken"] = {
        "own": writer.now_own,
        "derived": writer.now_derived,
        "last_period": _last_period(source, generation),
        "series": writer.series_given,
        "cells": writer.cells_given,
        "derived_cells": writer.cells_derived,
    }
    upload.save(update_fields=["cells_changed", "preview"])
    return _archive_rows(upload, writer)


def _overlay(upload: Upload, archive: Archive, known: dict[Key, tuple[int, bool]], progress: Progress) -> Overlay:
    if upload.undoes_id:
        return _of_undo(upload, archive, known)
    return cell_files.overlay(upload) if upload.via == Upload.Via.EXCHANGE else _of_table(upload, progress)


def _of_table(upload: Upload, progress: Progress) -> Overlay:
    progress("reading")
    try:
        table = read_upload(upload)
    except CountsError as error:
        raise type(error)(sentence(error, upload)) from error
    given, unmatched = matched(table, upload)
    left_out = bool((~table.problems["taken"]).any())
    if unmatched or (upload.whole and left_out):
        raise InvalidReading(
            "names or rows of the table no longer fit since it was confirmed; look at the preview again"
        )
    # An illegible row withdraws nothing: then empty cells leave what stands.
    touched = np.isfinite(given.counts) | (not left_out)
    first = int(number_of(given.dates[:1], upload.source.every)[0])
    phase = int(given.dates[0].astype("datetime64[D]").astype(np.int64)) % 7
    return Overlay(given.keys, first, phase, given.counts, touched)


def _of_undo(upload: Upload, archive: Archive, known: dict[Key, tuple[int, bool]]) -> Overlay:
    """What stood before the other upload, where nothing has been reported since; the node's own sums are made anew."""
    source, turned = upload.source, upload.undoes.preview["taken"]
    given = {pk: key for key, (pk, derived) in known.items() if not derived or pk in set(turned["derived"])}
    before = archive.before(str(upload.undoes_id), version=source.archive_version)
    before = before.filter(pl.col("series").is_in(list(given)))
    # Where a given total took the place of a sum, what stood before was that sum, and no report.
    before = before.with_columns(pl.when(~pl.col("series").is_in(turned["own"])).then("count").alias("count"))
    if before.is_empty():
        return Overlay([], 0, 0, np.empty((0, 0)), np.empty((0, 0), dtype=bool))
    series = before["series"].unique().sort()
    days = before["period"].to_numpy().astype("datetime64[D]")
    numbers = number_of(days, source.every)
    first = int(numbers.min())
    shape = (len(series), int(numbers.max()) - first + 1)
    counts, touched = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    rows = series.search_sorted(before["series"]).to_numpy()
    counts[rows, numbers - first] = before["count"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    touched[rows, numbers - first] = True
    return Overlay([given[pk] for pk in series], first, int(days[0].astype(np.int64)) % 7, counts, touched)


def _last_period(source: Source, generation: int) -> str | None:
    spans = counts_at(source, generation).values_list("first_period", "periods").distinct()
    ends = [(int(number_of([first], source.every)[0]) + periods, first) for first, periods in spans]
    if not ends:
        return None
    end, first = max(ends)
    phase = int(np.datetime64(first, "D").astype(np.int64)) % 7
    return str(period_starts(end - 1, 1, source.every, phase)[0])


def _archive_rows(upload: Upload, writer: Writer) -> pl.DataFrame:
    cells = writer.cells(period_starts)
    codes = dict(Place.objects.within(upload.source.place).values_list("pk", "code"))
    named = {pk: key for key, (pk, _) in writer.known.items()}
    series = cells["series"].unique()
    labels = pl.DataFrame(
        {
            "series": series,
            "disease": [named[pk][0] for pk in series],
            "place": [codes[named[pk][1]] for pk in series],
            "stratum": [named[pk][2] for pk in series],
        },
        schema={"series": pl.Int64, "disease": pl.String, "place": pl.String, "stratum": pl.String},
    )
    # A table that came before another and is taken after it holds from then on: cells go by (reported, commit).
    taken = Upload.objects.filter(source=upload.source, status=Upload.Status.TAKEN)
    reported = max(filter(None, (upload.received_at, taken.aggregate(last=Max("taken_at"))["last"])))
    moment = pl.lit(reported.astimezone(UTC), dtype=pl.Datetime("us", "UTC"))
    return cells.join(labels, on="series", how="left").with_columns(moment.alias("reported"))


@transaction.atomic
def _flip(upload: Upload, generation: int, version: int) -> None:
    source = Source.objects.select_for_update().get(pk=upload.source_id)
    taken, now = upload.preview["taken"], timezone.now()
    Series.objects.filter(pk__in=taken["own"]).update(is_derived=False)
    Series.objects.filter(pk__in=taken["derived"]).update(is_derived=True)
    if upload.via == Upload.Via.EXCHANGE:
        cell_files.publish_withheld(upload)
    Upload.objects.filter(pk=upload.pk).update(
        status=Upload.Status.TAKEN, archive_version=version, taken_at=now, progress={}, problem={}
    )
    source.generation, source.archive_version = generation, version
    source.last_taken_at = _last_table(source) if upload.undoes_id else now
    source.last_period = date.fromisoformat(taken["last_period"]) if taken["last_period"] else None
    source.save(update_fields=["generation", "archive_version", "last_taken_at", "last_period"])
    act = "upload.undone" if upload.undoes_id else "upload.taken"
    audit.record(act, upload, by=upload.taken_by, source=str(source), generation=generation, cells=taken["cells"])
    tasks.measure_quality.enqueue(str(source.pk))
    _ask_for_screening(source)


def _last_table(source: Source) -> datetime | None:
    """When the last table that still holds was taken: an undo is none, and the source may be late again by it."""
    tables = Upload.objects.filter(source=source, status=Upload.Status.TAKEN, undoes=None).order_by("-taken_at")
    return next((table.taken_at for table in tables.iterator(chunk_size=20) if _holds(table)), None)


def _holds(upload: Upload) -> bool:
    undo = Upload.objects.filter(undoes=upload, status=Upload.Status.TAKEN).first()
    return undo is None or not _holds(undo)


def _ask_for_screening(source: Source) -> None:
    if not source.is_on:
        return
    from tocsin.node.surveillance.actions import screening

    screening.ask(source, by=None)


def _give_up(upload: Upload, error: Exception) -> None:
    """All that was hidden is taken back; the person may try again, and sees why it was not taken."""
    LOG.warning("upload %s of source %s was not taken: %s", upload.pk, upload.source_id, error)
    take_back(upload.source, upload.source.generation + 1)
    expected = isinstance(error, CountsError)
    problem = {
        "code": type(error).__name__ if expected else "not_taken",
        "text": str(error) if expected else "It could not be taken; nothing was changed. Try again.",
    }
    # An undo has no preview to go back to: it is cancelled, and may be asked for again.
    back = {"status": Upload.Status.PREVIEWED}
    if upload.undoes_id:
        back = {"status": Upload.Status.CANCELLED, "undoes": None}
    with transaction.atomic():
        Upload.objects.filter(pk=upload.pk, status=Upload.Status.TAKING).update(
            **back, problem=problem, generation=None, progress={}
        )
        audit.record("upload.not_taken", upload, by=None, why=problem["code"])


@contextmanager
def alone(source: UUID) -> Iterator[bool]:
    """Whether this process alone takes uploads of a source now; the system frees the lock of one that dies."""
    folder = Path(settings.ARCHIVE)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"_{source}.taking").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
