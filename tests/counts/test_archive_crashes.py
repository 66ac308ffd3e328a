"""The archive under SIGKILL at seeded moments and at every window of a commit, and under two writers at once."""

import random
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from tocsin.counts.archive import ROWS, Archive

SERIES = 2_000
LOADED = datetime(2026, 6, 1, tzinfo=UTC)

WRITER = """
import os, signal, sys
from tests.counts import test_archive_crashes as crashes
from tocsin.counts.archive import Archive, log

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(window):
    write, create, sync = log.write, log.DeltaTable.create_write_transaction, log.sync
    def written_then_die(*arguments, **options):
        write(*arguments, **options)
        die()
    def committed_then_die(*arguments, **options):
        create(*arguments, **options)
        die()
    def synced_then_die(*paths):
        sync(*paths)
        if any(path.suffix == ".json" for path in paths):
            die()
    if window == "before the rows are written":
        log.write = die
    elif window == "before the commit":
        log.write = written_then_die
    elif window == "before the disk has the commit":
        log.DeltaTable.create_write_transaction = committed_then_die
    elif window == "before the caller hears":
        log.sync = synced_then_die

folder, window, *uploads = sys.argv[1:]
archive = Archive(folder)
batches = [(upload, crashes.upload_of(int(upload.split("-")[-1]))) for upload in uploads]
print("ready", flush=True)
sys.stdin.readline()
die_at(window)
for upload, rows in batches:
    archive.append(rows, upload=upload, generation=1)
    print(upload, flush=True)
"""


def upload_of(number: int) -> pl.DataFrame:
    """Rows that set every series' one cell to `number`."""
    return pl.DataFrame(
        {"series": range(SERIES)},
        schema={"series": pl.Int64},
    ).select(
        "series",
        disease=pl.lit("Measles"),
        place=pl.lit("District"),
        stratum=pl.lit("all"),
        period=pl.lit(date(2026, 1, 5)),
        count=pl.lit(number, pl.Int32),
        reported=pl.lit(LOADED).cast(ROWS["reported"]),
    )


class Writer:
    """A process that has everything imported and waits for the word to append."""

    def __init__(self, folder: Path, *uploads: str, window: str = "none") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(folder), window, *uploads],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def __enter__(self):
        assert self.process.stdout.readline() == "ready\n"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def begin(self) -> None:
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def end(self) -> list[str]:
        """The uploads it said to be committed, after it ended."""
        said = self.process.stdout.read().split()
        self.process.wait(timeout=60)
        return said


def holds(archive: Archive, version: int) -> set[int]:
    """The counts in a view that must be one upload's, whole."""
    view = archive.view(version=version)
    assert view.height in {0, SERIES}
    return set(view["count"])


def check_all_or_nothing(archive: Archive, upload: str, before: int) -> bool:
    number = int(upload.rsplit("-", maxsplit=1)[-1])
    version = archive.version_of(upload)
    if version is None:
        assert holds(archive, archive.head()) == holds(archive, before)
        return False
    assert version > before
    assert holds(archive, version) == {number}
    assert archive.changed_by(upload, version=version).height == SERIES
    return True


@pytest.mark.parametrize(
    ("window", "landed"),
    [
        ("before the rows are written", False),
        ("before the commit", False),
        ("before the disk has the commit", True),
        ("before the caller hears", True),
    ],
)
def test_a_writer_killed_in_a_window_leaves_all_or_nothing(tmp_path, window, landed):
    archive = Archive(tmp_path / "archive")
    before = archive.append(upload_of(1), upload="upload-1", generation=1)
    with Writer(archive.folder, "upload-2", window=window) as writer:
        writer.begin()
        assert writer.end() == []
        assert writer.process.returncode == -signal.SIGKILL
    assert check_all_or_nothing(archive, "upload-2", before) is landed
    version = archive.append(upload_of(2), upload="upload-2", generation=1)
    assert version == before + 1
    assert holds(archive, version) == {2}


@pytest.mark.verify
def test_writers_killed_at_any_moment_leave_all_or_nothing(tmp_path):
    archive = Archive(tmp_path / "archive")
    chance = random.Random(3)
    before = archive.append(upload_of(0), upload="upload-0", generation=1)
    landed = 0
    for first in range(10, 70, 10):
        uploads = [f"upload-{number}" for number in range(first, first + 8)]
        with Writer(archive.folder, *uploads) as writer:
            writer.begin()
            time.sleep(chance.uniform(0, 0.15))
            writer.process.kill()
            said = writer.end()
        for upload in uploads:
            if upload in said:
                assert archive.version_of(upload) is not None
            if archive.version_of(upload) is None:
                break
            assert check_all_or_nothing(archive, upload, before)
            before, landed = archive.version_of(upload), landed + 1
        assert not check_all_or_nothing(archive, "upload-999", before)
        before = archive.append(upload_of(first), upload=f"after-{first}", generation=1)
        assert holds(archive, before) == {first}
    assert archive.revisions(version=before).height == SERIES * (1 + landed + 6)


def test_two_processes_append_at_once_and_none_is_lost(tmp_path):
    archive = Archive(tmp_path / "archive")
    one = [f"one-{number}" for number in range(6)]
    two = [f"two-{number}" for number in range(6)]
    with Writer(archive.folder, *one, "both-7") as first, Writer(archive.folder, *two, "both-7") as second:
        first.begin()
        second.begin()
        assert first.end() == [*one, "both-7"]
        assert second.end() == [*two, "both-7"]
    versions = [archive.version_of(upload) for upload in [*one, *two, "both-7"]]
    assert sorted(versions) == list(range(1, 14))
    history = archive.revisions(version=archive.head())
    assert history.height == 13 * SERIES
    assert dict(history.select("upload", "commit").unique().rows()) == dict(
        zip([*one, *two, "both-7"], versions, strict=True)
    )
