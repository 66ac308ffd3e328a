"""A disk that is full is said in one sentence when it begins, hourly while it lasts, and once when it is over."""

import errno
import logging
import os
import sqlite3

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from tocsin.node.work import full_disk, worker
from tocsin.node.work.full_disk import FullDisk, has_room, is_full
from tocsin.node.work.worker import TaskWorker

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def home(settings, tmp_path):
    """The node's folders; the archive is not made yet."""
    settings.HOME, settings.ARCHIVE, settings.UPLOADS = tmp_path, tmp_path / "archive" / "a", tmp_path / "uploads"
    return tmp_path


@pytest.fixture
def room(monkeypatch):
    """Whether there is any, as long as the test says nothing else; the file system is asked in its place."""
    has = {"room": True}

    def reserve(handle, start, size):
        if not has["room"]:
            raise FULL

    monkeypatch.setattr(os, "posix_fallocate", reserve)
    return has


@pytest.fixture
def disk(home, room):
    now = [0.0]
    made = FullDisk(logging.getLogger("node"), monotonic=lambda: now[0])
    made.now = now
    return made


def said(caplog):
    return [record.getMessage() for record in caplog.records if record.name == "node"]


def wrapped(cause):
    """As Django raises what a database's driver raised."""
    try:
        raise OperationalError(str(cause)) from cause
    except OperationalError as error:
        return error


def sqlite_full(tmp_path):
    """What SQLite itself raises where a file may not grow."""
    database = sqlite3.connect(tmp_path / "small.sqlite3")
    database.execute("PRAGMA max_page_count = 2")
    try:
        database.execute("CREATE TABLE t (c)")
        for _ in range(10):
            database.execute("INSERT INTO t VALUES (?)", [bytes(4_000)])
    except sqlite3.OperationalError as error:
        return error
    finally:
        database.close()
    raise AssertionError("it found room")


def test_a_full_disk_is_known_by_whatever_it_is_told_in(home, room, tmp_path):
    psycopg = pytest.importorskip("psycopg")
    assert is_full(FULL)
    assert is_full(OSError(errno.EDQUOT, "Disk quota exceeded"))
    assert is_full(wrapped(sqlite_full(tmp_path)))
    assert is_full(wrapped(psycopg.errors.DiskFull("could not extend file")))
    assert is_full(RuntimeError("Generic error: No space left on device (os error 28)"))


def test_other_faults_are_none(home, room):
    assert not is_full(OSError(errno.EACCES, "Permission denied"))
    assert not is_full(wrapped(sqlite3.OperationalError("database is locked")))
    assert not is_full(None)


def test_an_input_output_error_is_of_a_full_disk_where_nothing_fits(home, room):
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    assert not is_full(wrapped(error))
    room["room"] = False
    assert is_full(wrapped(error))


def test_it_is_said_when_it_begins_and_every_hour_and_not_in_between(disk, room, caplog):
    room["room"] = False
    for second in range(0, 7_300):
        disk.now[0] = second
        assert disk.met(FULL)
        assert not disk.over()
    assert len(said(caplog)) == 3
    assert not any(record.exc_info for record in caplog.records)


def test_what_is_said_names_the_folder_what_is_free_and_what_to_do(disk, room, caplog, home):
    room["room"] = False
    disk.met(FULL)
    [sentence] = said(caplog)
    assert f"the disk of {home} is full" in sentence
    assert "B are free there" in sentence
    assert "make room, and the node goes on by itself; nothing is lost" in sentence


def test_that_it_is_over_is_said_once_when_there_is_room_and_nothing_failed_for_a_while(disk, room, caplog):
    room["room"] = False
    disk.met(FULL)
    disk.now[0] = 600
    assert not disk.over()
    room["room"] = True
    disk.met(FULL)  # something larger than what was tried
    assert disk.over(), "there may be room enough for others"
    assert disk.lasts
    disk.now[0] += full_disk.QUIET
    assert disk.over()
    assert not disk.lasts
    assert disk.over()
    assert said(caplog)[1:] == ["there is room on the disk again; what waited goes on"]
    disk.met(FULL)
    assert len(said(caplog)) == 3, "another time is said at once"


def test_whether_there_is_room_is_tried_in_each_folder_and_leaves_nothing_there(home):
    before = sorted(home.rglob("*"))
    assert has_room()
    assert sorted(home.rglob("*")) == before


@task(queue_name="people")
def writes() -> None:
    raise FULL


@pytest.mark.django_db(transaction=True)
def test_a_task_that_finds_no_room_waits_for_it_however_often_it_is_tried(home, room, caplog, monkeypatch):
    monkeypatch.setattr(worker, "disk", FullDisk(logging.getLogger("node")))
    writes.enqueue()
    for _ in range(8):
        DBTaskResult.objects.update(run_after=timezone.now())
        assert TaskWorker().run_one()
    row = DBTaskResult.objects.get()
    assert (row.status, row.worker_ids) == (TaskResultStatus.READY, [])
    assert row.run_after > timezone.now()
    assert len(said(caplog)) == 1
