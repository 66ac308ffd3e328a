"""Weekly tables, each without what comes late, taken one after the other: the archive knows how late reports are."""

from datetime import UTC, datetime, time, timedelta

import numpy as np
from django.utils import timezone
from tests.node.surveillance.counts_given import given_counts

from tocsin.counts.archive.rows import ROWS
from tocsin.node.surveillance.intake.generations import archive_of
from tocsin.node.surveillance.models import Series, Source, Upload

SHARES = (0.5, 0.3, 0.15, 0.05)  # of a week's cases, that come with the table after it, and with the next ones
WEEKS, TABLES = 90, 24
MONDAY = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
FIRST = MONDAY - timedelta(weeks=WEEKS)


def rising(weeks: int = WEEKS, mean: float = 20.0, growth: float = 0.0, seed: int = 1) -> np.ndarray:
    """Cases by week, steady until the last ten weeks, in which they change by `growth` a week."""
    expected = np.full(weeks, mean) * np.exp(growth * np.maximum(np.arange(weeks) - (weeks - 10), 0))
    return np.random.default_rng(seed).poisson(expected).astype(float)


def reported(truth: np.ndarray, tables: int = TABLES, seed: int = 2) -> np.ndarray:
    """(tables, weeks) what each table says; the last comes after the last week, the others a week apart before it."""
    rng = np.random.default_rng(seed)
    parts = rng.multinomial(truth.astype(int), SHARES).cumsum(axis=1)
    weeks, known = len(truth), np.full((tables, len(truth)), np.nan)
    for table in range(tables):
        ended = weeks - (tables - 1 - table)
        delay = np.minimum(ended - 1 - np.arange(ended), len(SHARES) - 1)
        known[table, :ended] = parts[np.arange(ended), delay]
    return known


def tables_taken(source: Source, truths: dict[tuple[str, str], np.ndarray], tables: int = TABLES) -> dict[str, Series]:
    """Tables of {(disease, place code): true counts} as if they had come one a week, on Mondays at noon."""
    import polars as pl

    known = {key: reported(truth, tables, seed) for seed, (key, truth) in enumerate(truths.items())}
    now = {(*key, ""): list(np.where(np.isnan(rows[-1]), None, rows[-1])) for key, rows in known.items()}
    series = given_counts(source, now, FIRST)
    archive, version = archive_of(source), -1
    for table in range(tables):
        moment = datetime.combine(MONDAY - timedelta(weeks=tables - 1 - table), time(12), tzinfo=UTC)
        rows = [row for key, counts in known.items() for row in _changed(series[(*key, "")], key, counts, table)]
        upload = Upload.objects.create(
            source=source, via="page", status="taken", received_at=moment, taken_at=moment, generation=table + 1,
            file_name=f"{table}.csv", sha256=f"{table:064}", size=1,
        )  # fmt: skip
        frame = pl.DataFrame([(*row, moment) for row in rows], schema=ROWS, orient="row")
        version = archive.append(frame, upload=str(upload.pk), generation=table + 1)
        Upload.objects.filter(pk=upload.pk).update(archive_version=version)
    Upload.objects.filter(source=source, generation=tables).update(generation=source.generation)
    source.archive_version, source.last_taken_at = version, moment
    source.save(update_fields=["archive_version", "last_taken_at"])
    return {disease: one for (disease, _, _), one in series.items()}


def _changed(series: Series, key: tuple[str, str], counts: np.ndarray, table: int) -> list[tuple]:
    before = counts[table - 1] if table else np.full(counts.shape[1], np.nan)
    changed = np.flatnonzero(~np.isnan(counts[table]) & (counts[table] != before))
    days = [FIRST + timedelta(weeks=int(week)) for week in changed]
    return [(series.pk, *key, "", day, int(counts[table, week])) for day, week in zip(days, changed, strict=True)]
