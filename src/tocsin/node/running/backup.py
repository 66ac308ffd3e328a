"""A copy of a node while it runs.

The database first, then the files: an upload's rows are in the archive, and its file on disk, before the database names
them, and nothing is ever changed there. So whatever the copied database names is among the files copied after it, and
what came later is in no row, which is how a crash would have left it.
"""

import fcntl
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl
from deltalake import DeltaTable
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from tocsin import __version__
from tocsin.node.running import postgresql
from tocsin.node.running.bundle import DATABASE, HOME, Writer, new_file
from tocsin.node.running.refusals import CannotBackUp

__all__ = ["archives", "back_up"]

TRIES = 3
ROOM = ".copying-"
ALONE = ("node.toml", "secret")
FOLDERS = ("uploads", "boundaries")
UNFINISHED = (".part", ".unfinished")


def back_up(path: Path, say: Callable[[str], None] = lambda line: None) -> int:
    """Write the node's copy to a new file. Returns the number of files in it. Raises CannotBackUp."""
    with new_file(path) as file, tarfile.open(fileobj=file, mode="w:", format=tarfile.PAX_FORMAT) as tar:
        writer = Writer(tar)
        migrations = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
        with _room() as folder:
            _copy_database(folder / DATABASE)
            writer.add(folder / DATABASE, DATABASE)
        say("The database is copied")
        versions = {archive.name: _add_archive(writer, archive) for archive in archives()}
        for found in _files():
            _add(writer, found)
        writer.finish(
            tocsin=__version__, made_at=timezone.now().isoformat(), database=connection.vendor, migrations=migrations,
            archives=versions,
        )  # fmt: skip
    return len(writer.files)


def archives() -> list[Path]:
    """The folder of every source's archive."""
    return sorted(log.parent for log in settings.ARCHIVE.glob("*/_delta_log"))


@contextmanager
def _room() -> Iterator[Path]:
    """A folder for the database's copy, on the node's own disk; what a killed attempt left there goes first."""
    with (settings.HOME / "copying.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotBackUp("another copy of this node is being made; wait for it") from None
        for left in settings.HOME.glob(f"{ROOM}*"):
            shutil.rmtree(left)
        with tempfile.TemporaryDirectory(prefix=ROOM, dir=settings.HOME) as folder:
            yield Path(folder)


def _copy_database(into: Path) -> None:
    if connection.vendor == "postgresql":
        postgresql.dump(connection.settings_dict, into)
        return
    # In one step: all of it is of one moment, and writers need not wait for readers.
    source = sqlite3.connect(f"file:{settings.DATABASES['default']['NAME']}?mode=ro", uri=True, timeout=60)
    with closing(source), closing(sqlite3.connect(into)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")


def _add_archive(writer: Writer, folder: Path) -> int:
    """An archive's newest version: the log up to it and the files that it lists.

    A merge of small files may end in between, and much later their deletion; then it is tried again.
    """
    for _ in range(TRIES):
        table = DeltaTable(str(folder))
        names = [*_log_up_to(folder / "_delta_log", table.version()), *_data(table)]
        present = [name for name in names if (folder / name).is_file()]
        if present == names:
            for name in names:
                _add(writer, folder / name, must=True)
            return table.version()
    raise CannotBackUp(f"the archive {folder} changed {TRIES} times while it was copied; try again")


def _data(table: DeltaTable) -> list[str]:
    """Paths of the files that belong to the version, relative to the table."""
    return sorted(pl.DataFrame(table.get_add_actions(flatten=True))["path"].to_list())


def _log_up_to(log: Path, version: int) -> Iterator[str]:
    for entry in sorted(log.iterdir()):
        number = entry.name[:20]
        if number.isdigit() and int(number) <= version and entry.suffix in {".json", ".parquet"}:
            yield f"_delta_log/{entry.name}"


def _files() -> Iterator[Path]:
    for name in ALONE:
        if (settings.HOME / name).is_file():
            yield settings.HOME / name
    for name in FOLDERS:
        for folder, _, files in sorted(os.walk(settings.HOME / name)):
            yield from (Path(folder) / file for file in sorted(files) if not file.endswith(UNFINISHED))


def _add(writer: Writer, path: Path, *, must: bool = False) -> None:
    try:
        writer.add(path, HOME + path.relative_to(settings.HOME).as_posix())
    except FileNotFoundError:
        if must:
            raise CannotBackUp(f"{path} disappeared while it was copied; try again") from None
