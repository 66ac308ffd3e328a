"""The Delta log of one archive: opening it, the files it lists, and commits that land whole or not at all.

Every commit is made with the lock held, on the version just read and without Delta's own rebasing, so that its number
is known before: rows carry it. A foreign writer (a Spark job) that takes the number first makes the commit fail, and
the act begins anew.
"""

import json
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from deltalake import CommitProperties, DeltaTable, Field, PostCommitHookProperties, Schema, Transaction
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.schema import PrimitiveType
from deltalake.transaction import AddAction, RemoveAction

from tocsin.counts.archive.durable import sync
from tocsin.counts.archive.rows import ORDER, STORED
from tocsin.counts.errors import ArchiveUnreadable

__all__ = [
    "RUN",
    "CommitFailedError",
    "appended_since",
    "checkpoint",
    "commit",
    "committed_in",
    "create",
    "files",
    "forgotten_mark",
    "mark",
    "new_run",
    "opened",
    "removal",
    "set_aside_torn_entries",
    "write",
]

DELTA_TYPES = {
    pl.Int64(): "long",
    pl.Int32(): "integer",
    pl.String(): "string",
    pl.Date(): "date",
    pl.Datetime("us", "UTC"): "timestamp",
}
CONFIGURATION = {
    "delta.deletedFileRetentionDuration": "interval 7 days",
    "delta.logRetentionDuration": "interval 30 days",
}
RUN = r"^(part-[0-9a-f]{32})-"
ROWS_A_GROUP = 65_536
COMMITS_A_CHECKPOINT = 25
HOUSEKEEPING = {"compact", "forget"}
FILES = {
    "path": pl.String(),
    "num_records": pl.Int64(),
    "min.series": pl.Int64(),
    "max.series": pl.Int64(),
    "min.commit": pl.Int64(),
    "max.commit": pl.Int64(),
}


def opened(folder: Path) -> DeltaTable | None:
    """The table at its newest version, None where there is none yet. Raises ArchiveUnreadable."""
    try:
        table = DeltaTable(str(folder))
    except TableNotFoundError:
        return None
    except (DeltaError, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ArchiveUnreadable(
            f"the archive {folder} cannot be opened: {reason}. If the machine lost power, forget_after(version) with "
            "the newest version that the database names sets the torn end of its log aside; otherwise restore a backup"
        ) from error
    if (names := [field.name for field in table.schema().fields]) != list(STORED):
        raise ArchiveUnreadable(f"{folder} is a Delta table, but not an archive of counts: its columns are {names}")
    return table


def create(folder: Path) -> DeltaTable:
    fields = [Field(name, PrimitiveType(DELTA_TYPES[kind]), nullable=name == "count") for name, kind in STORED.items()]
    table = DeltaTable.create(str(folder), schema=Schema(fields), configuration=CONFIGURATION)
    sync(_entry(folder, 0), folder / "_delta_log", folder, folder.parent)
    return table


def files(table: DeltaTable) -> pl.DataFrame:
    """One row a data file: its path, its number of rows and the ranges of series and commit that it holds."""
    listed = pl.DataFrame(table.get_add_actions(flatten=True))
    if not listed.height:
        return pl.DataFrame(schema=FILES)
    if missing := [name for name in FILES if name not in listed.columns]:
        raise ArchiveUnreadable(f"the files of {table.table_uri} have no statistics {missing}: who wrote them?")
    return listed.select(list(FILES))


def new_run() -> str:
    """A name for the files that one commit writes; it begins theirs."""
    return f"part-{uuid.uuid4().hex}"


def write(folder: Path, rows: pl.DataFrame, run: str, *, data_change: bool) -> AddAction:
    """A data file, sorted, on disk for good, and the action that would make it part of the table."""
    path = folder / f"{run}-{uuid.uuid4().hex[:12]}.zstd.parquet"
    rows = rows.select(list(STORED)).sort(ORDER)
    rows.write_parquet(path, compression="zstd", row_group_size=ROWS_A_GROUP, statistics=True)
    sync(path, folder)
    bounded = ["series", "period", "commit"]
    statistics = {
        "numRecords": rows.height,
        "minValues": {name: _plain(rows[name].min()) for name in bounded},
        "maxValues": {name: _plain(rows[name].max()) for name in bounded},
        "nullCount": {name: rows[name].null_count() for name in rows.columns},
    }
    return AddAction(path.name, path.stat().st_size, {}, _now(), data_change, json.dumps(statistics))


def removal(path: str, *, data_change: bool) -> RemoveAction:
    return RemoveAction(path=path, data_change=data_change, deletion_timestamp=_now())


def commit(
    folder: Path,
    table: DeltaTable,
    actions: Sequence[AddAction | RemoveAction],
    transactions: Mapping[str, int],
    note: Mapping[str, str],
) -> int:
    """Commits as the version after the table's, on disk for good, and returns that version.

    Raises CommitFailedError where somebody else took the version.
    """
    version = table.version() + 1
    table.create_write_transaction(
        list(actions),
        mode="append",
        schema=table.schema(),
        commit_properties=CommitProperties(
            custom_metadata=dict(note),
            max_commit_retries=0,
            app_transactions=[Transaction(app, number) for app, number in transactions.items()],
        ),
        post_commithook_properties=PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False),
    )
    sync(_entry(folder, version), folder / "_delta_log")
    if version % COMMITS_A_CHECKPOINT == 0:
        checkpoint(folder)
    return version


def checkpoint(folder: Path) -> None:
    table = DeltaTable(str(folder))
    table.create_checkpoint()
    log = folder / "_delta_log"
    sync(*log.glob(f"{table.version():020}.checkpoint*.parquet"), log / "_last_checkpoint", log)


def mark(upload: str) -> str:
    """The app transaction that carries the version in which an upload was committed."""
    return f"{upload}/commit"


def forgotten_mark(version: int) -> str:
    """The app transaction that says of a version that it does not exist."""
    return f"forgotten/{version}"


def committed_in(table: DeltaTable, upload: str) -> int | None:
    version = table.transaction_version(mark(upload))
    if version is None or table.transaction_version(forgotten_mark(version)) is not None:
        return None
    return version


def appended_since(folder: Path, table: DeltaTable, version: int) -> list[int]:
    """Commits after `version` that brought rows, or an upload without any, and were not forgotten."""
    numbers = range(max(version, 0) + 1, table.version() + 1)
    return [n for n in numbers if table.transaction_version(forgotten_mark(n)) is None and _appends(_entry(folder, n))]


def _appends(entry: Path) -> bool:
    """Whether a commit is anything but Tocsin's or Delta's own housekeeping."""
    for line in entry.read_text("utf-8").splitlines():
        if (about := json.loads(line).get("commitInfo")) is not None:
            return about.get("act") not in HOUSEKEEPING and not about.get("operation", "").startswith("VACUUM")
    return True


def set_aside_torn_entries(folder: Path, after: int) -> None:
    """Moves log entries newer than `after` out of the log, from the first that is not whole.

    Delta writes an entry and Tocsin then waits for the disk: of an entry that no row of the database names, a loss of
    power may leave the name without the content.
    """
    entries = sorted((folder / "_delta_log").glob("[0-9]" * 20 + ".json"))
    newer = [entry for entry in entries if int(entry.stem) > after]
    torn = next((place for place, entry in enumerate(newer) if not _is_whole(entry)), len(newer))
    if torn == len(newer):
        return
    aside = folder / "_torn"
    aside.mkdir(exist_ok=True)
    for entry in reversed(newer[torn:]):
        entry.rename(aside / f"{entry.stem}-{uuid.uuid4()}.json")
    sync(aside, folder / "_delta_log", folder)


def _is_whole(entry: Path) -> bool:
    try:
        return bool([json.loads(line) for line in entry.read_text("utf-8").splitlines()])
    except ValueError:
        return False


def _entry(folder: Path, version: int) -> Path:
    return folder / "_delta_log" / f"{version:020}.json"


def _plain(value: object) -> object:
    return value if isinstance(value, int) else str(value)


def _now() -> int:
    return int(time.time() * 1000)
