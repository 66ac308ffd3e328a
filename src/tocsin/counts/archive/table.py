"""One source's archive of counts: a Delta Lake table that is only ever added to.

A row says what a cell (series, period) counted as reported at a moment; only cells that changed are appended, so what
was known at a moment is each cell's last row by (reported, commit). A version is a number of the Delta log. The caller
keeps in its own database which versions exist for it, and names one with every question.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import polars as pl
from deltalake import DeltaTable

from tocsin.counts.archive import log, merging, reading
from tocsin.counts.archive.durable import alone, sync
from tocsin.counts.archive.rows import CELL, checked, checked_upload
from tocsin.counts.errors import ArchiveBusy, InvalidQuery, UploadUnknown, VersionMissing

__all__ = ["Archive"]

VIEW = ["series", "period", "count", "reported"]
LABELS = ["disease", "place", "stratum"]
TRIES = 5
SHORTEST_RETENTION = timedelta(hours=1)

T = TypeVar("T")


class Archive:
    """The archive in a folder, which need not exist yet. Holds nothing open; may be used from several threads.

    Every method raises ArchiveUnreadable where the folder holds something else or is damaged.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder).absolute()

    def head(self) -> int:
        """The newest version, -1 where nothing was ever written. Not all of them hold rows."""
        table = log.opened(self.folder)
        return -1 if table is None else table.version()

    def version_of(self, upload: str) -> int | None:
        """The version in which an upload was committed, None if it was not, or was forgotten."""
        table = log.opened(self.folder)
        return None if table is None else log.committed_in(table, checked_upload(upload))

    def append(self, rows: pl.DataFrame, *, upload: str, generation: int) -> int:
        """Appends the cells that an upload changed, whole or not at all, and returns the version.

        rows        columns of `ROWS` (and `upload`, if at all, equal to the one given); a count is null where a cell
                    is no longer reported; none at all where nothing changed
        upload      its id; called again with it, nothing is written and the first version is returned
        generation  version of the app transaction with the upload's id
        raises      InvalidRows; ArchiveBusy where a foreign writer was quicker five times

        On return the disk holds the rows, the log's entry and their folders.
        """
        upload = checked_upload(upload)
        rows = checked(rows, upload)

        def attempt(table: DeltaTable) -> int:
            if (first := log.committed_in(table, upload)) is not None:
                return first
            version = table.version() + 1
            stored = rows.with_columns(upload=pl.lit(upload), commit=pl.lit(version, dtype=pl.Int64))
            run = log.new_run()
            parts = [log.write(self.folder, part, run, data_change=True) for part in merging.parts(stored)]
            marks = {upload: generation, log.mark(upload): version}
            return log.commit(self.folder, table, parts, marks, {"upload": upload, "act": "append"})

        return self._alone(attempt)

    def view(self, *, version: int, when: datetime | None = None, series: Sequence[int] | None = None) -> pl.DataFrame:
        """What was known: columns series, period, count, reported, sorted by cell, one row a cell that was reported.

        version  the newest commit to look at
        when     the moment, with its time zone; None is now
        series   numbers of the series wanted; None is all
        raises   VersionMissing, InvalidQuery
        """
        if when is not None and when.tzinfo is None:
            raise InvalidQuery(f"when is {when.isoformat()} without a time zone; add one, say datetime.UTC")
        _, files = self._listed(version)
        if series is not None:
            return self._known(reading.scanned(self.folder, files, version=version, series=series), when)
        ranges = reading.ranges(files)
        scans = (reading.scanned(self.folder, files, version=version, between=between) for between in ranges)
        return pl.concat([self._known(rows, when) for rows in scans])

    def revisions(self, *, version: int, series: Sequence[int] | None = None) -> pl.DataFrame:
        """Every row, a cell's history in the order in which it holds: what reporting delays are estimated from.

        Beside the stored columns: change (from the row before; null for the first, and beside a withdrawal), revision
        (0 for the first row of a cell) and days, from the first day of the period to the day of the report in UTC:
        subtract the period's length for the days since it ended.
        """
        _, files = self._listed(version)
        rows = reading.scanned(self.folder, files, version=version, series=series)
        return reading.with_delays(reading.in_order(rows))

    def changed_by(self, upload: str, *, version: int) -> pl.DataFrame:
        """The stored rows of one upload, sorted by cell. Raises UploadUnknown."""
        number, files = self._commit_of(upload, version)
        return reading.in_order(reading.scanned(self.folder, files, version=number, since=number))

    def before(self, upload: str, *, version: int) -> pl.DataFrame:
        """What undoing an upload has to write: columns series, disease, place, stratum, period, count, sorted by cell.

        One row for each cell that this upload changed and none committed since; count is what the cell held before,
        null where nothing was reported. Raises UploadUnknown.
        """
        number, files = self._commit_of(upload, version)
        changed = reading.scanned(self.folder, files, version=number, since=number)
        changed = changed.select(*CELL, *LABELS).unique(CELL, keep="any").collect().lazy()
        since = reading.scanned(self.folder, files, version=version, since=number + 1).select(CELL)
        mine = changed.join(since, on=CELL, how="anti").collect()
        earlier = reading.scanned(self.folder, files, version=number - 1).select(*VIEW, "commit")
        held = reading.latest(earlier.join(mine.lazy().select(CELL), on=CELL, how="semi").collect())
        found = mine.join(held.select(*CELL, "count"), on=CELL, how="left")
        return found.select("series", *LABELS, "period", "count").sort(CELL)

    def forget_after(self, version: int) -> None:
        """Makes every commit after `version` one that never was: for those that the database does not name.

        Their rows leave the table by a new commit, their uploads may be appended again, and no number is ever used
        twice. (Delta's own restore would leave their app transactions, so that the upload could never be repeated.)
        An entry of the log that a loss of power left torn is set aside.
        """
        with alone(self.folder):
            log.set_aside_torn_entries(self.folder, version)
        if self.head() > version:
            self._forget(lambda table: log.appended_since(self.folder, table, version))

    def forget(self, upload: str) -> None:
        """Makes one upload's commit one that never was, also where others have been committed since."""
        upload = checked_upload(upload)

        def commits(table: DeltaTable) -> Iterable[int]:
            number = log.committed_in(table, upload)
            return [] if number is None else [number]

        if self.version_of(upload) is not None:
            self._forget(commits)

    def compact(self) -> int:
        """Merges small files, sorted by series, and shortens the log. Every row stays. Returns the newest version."""

        def attempt(table: DeltaTable) -> int:
            files = log.files(table)
            chosen = merging.worth_merging(files)
            if not chosen.height:
                return table.version()
            actions = merging.merged(self.folder, chosen)
            return log.commit(self.folder, table, actions, {}, {"act": "compact"})

        version = self._alone(attempt)
        self.checkpoint()
        return version

    def checkpoint(self) -> None:
        """Sums the log up, so that opening reads one file and not hundreds, and drops entries older than 30 days."""
        with alone(self.folder):
            if log.opened(self.folder) is not None:
                log.checkpoint(self.folder)
                DeltaTable(str(self.folder)).cleanup_metadata()

    def vacuum(self, *, keep: timedelta = timedelta(days=7)) -> int:
        """Deletes files that no longer belong to the table, or never came to, `keep` after they left. Returns how many.

        Views of old versions do not need them; whoever is reading at this moment, or reads old versions by Delta's own
        time travel, does.
        """
        if keep < SHORTEST_RETENTION:
            raise InvalidQuery(
                f"keep is {keep}, but files that may be in use are kept for {SHORTEST_RETENTION} at least"
            )
        hours = -(-int(keep.total_seconds()) // 3600)
        with alone(self.folder):
            table = log.opened(self.folder)
            if table is None:
                return 0
            gone = table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)
            sync(*sorted((self.folder / "_delta_log").glob("*.json")), self.folder / "_delta_log", self.folder)
            return len(gone)

    @contextmanager
    def still(self) -> Iterator[Path]:
        """The folder, with no writer at work inside the block: for copying it."""
        with alone(self.folder):
            yield self.folder

    def _alone(self, attempt: Callable[[DeltaTable], T]) -> T:
        with alone(self.folder):
            for _ in range(TRIES):
                table = log.opened(self.folder) or log.create(self.folder)
                try:
                    return attempt(table)
                except log.CommitFailedError as error:
                    refused = error
        raise ArchiveBusy(
            f"{self.folder} was changed by another program {TRIES} times in a row; try again"
        ) from refused

    def _listed(self, version: int) -> tuple[DeltaTable | None, pl.DataFrame]:
        table = log.opened(self.folder)
        newest = -1 if table is None else table.version()
        if version > newest:
            raise VersionMissing(
                f"version {version} of the archive {self.folder} is asked for, but its newest is {newest}: the folder "
                "is older than the database that names the version; restore both from one backup"
            )
        return table, pl.DataFrame(schema=log.FILES) if table is None else log.files(table)

    @staticmethod
    def _known(rows: pl.LazyFrame, when: datetime | None) -> pl.DataFrame:
        if when is not None:
            rows = rows.filter(pl.col("reported") <= when)
        known = reading.latest(rows.select(*VIEW, "commit").collect())
        return known.select(VIEW).drop_nulls("count")

    def _commit_of(self, upload: str, version: int) -> tuple[int, pl.DataFrame]:
        table, files = self._listed(version)
        number = None if table is None else log.committed_in(table, checked_upload(upload))
        if number is None or number > version:
            raise UploadUnknown(f"upload {upload!r} is not in {self.folder} up to version {version}")
        return number, files

    def _forget(self, commits: Callable[[DeltaTable], Iterable[int]]) -> None:
        def attempt(table: DeltaTable) -> int:
            gone = list(commits(table))
            if not gone:
                return table.version()
            actions = merging.without(self.folder, log.files(table), gone)
            marks = {log.forgotten_mark(number): 1 for number in gone}
            return log.commit(self.folder, table, actions, marks, {"act": "forget"})

        self._alone(attempt)
