"""What is due is started once, however many workers look; a downtime is caught up with once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.work import jobs

from tocsin.node.home import Configuration
from tocsin.node.work import schedule, tasks
from tocsin.node.work.models import ScheduledRun
from tocsin.node.work.schedule import SCHEDULE, Scheduled, every, nightly, start_due

NIGHT = (Scheduled("night", jobs.screen.using(), nightly()),)


@pytest.fixture
def almaty(settings):
    settings.CONFIGURATION = Configuration(time_zone="Asia/Almaty", nightly="02:00")
    return ZoneInfo("Asia/Almaty")


@pytest.fixture
def scheduled(db, almaty):
    return (Scheduled("night", tasks.keep_house, nightly()), Scheduled("mail", tasks.mail_notices, every(minutes=10)))


def at(zone, day, clock):
    return datetime.fromisoformat(f"2026-03-{day:02}T{clock}").replace(tzinfo=zone).astimezone(UTC)


def test_the_night_begins_by_the_nodes_own_clock(almaty):
    due = nightly()
    assert due(at(almaty, 10, "02:00")) == at(almaty, 10, "02:00")
    assert due(at(almaty, 10, "01:59")) == at(almaty, 9, "02:00")
    assert due(at(almaty, 10, "23:59")) == at(almaty, 10, "02:00")


def test_something_after_the_night(almaty):
    due = nightly(timedelta(hours=3))
    assert due(at(almaty, 10, "04:59")) == at(almaty, 9, "05:00")
    assert due(at(almaty, 10, "05:00")) == at(almaty, 10, "05:00")


def test_a_night_when_the_clock_is_changed(settings):
    """In Berlin the hour from two to three is missing on one night of March and there twice on one of October."""
    settings.CONFIGURATION = Configuration(time_zone="Europe/Berlin", nightly="02:30")
    due = nightly()
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        midnight = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
        moments = {due(midnight + timedelta(minutes=m)).astimezone(UTC) for m in range(0, hours * 60, 10)}
        assert len(moments) == 2


def test_every_ten_minutes():
    due = every(minutes=10)
    assert due(datetime(2026, 3, 10, 12, 39, 59, tzinfo=UTC)) == datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
    assert due(datetime(2026, 3, 10, 12, 40, tzinfo=UTC)) == datetime(2026, 3, 10, 12, 40, tzinfo=UTC)


def test_what_is_due_is_started_once(scheduled, almaty):
    now = at(almaty, 10, "02:05")
    assert start_due(now, scheduled) == ["night 2026-03-10T02:00+0500", "mail 2026-03-09T21:00+0000"]
    assert start_due(now, scheduled) == []
    assert start_due(now + timedelta(minutes=5), scheduled) == ["mail 2026-03-09T21:10+0000"]
    assert set(DBTaskResult.objects.values_list("task_path", flat=True)) == {
        "tocsin.node.work.tasks.keep_house",
        "tocsin.node.work.tasks.mail_notices",
    }


def test_two_workers_that_look_at_once_start_it_once(scheduled, almaty, monkeypatch):
    """The second looked before the first had claimed: the row that both make decides."""
    now = at(almaty, 10, "02:05")
    start_due(now, scheduled)
    queued = DBTaskResult.objects.count()
    monkeypatch.setattr(schedule.ScheduledRun.objects, "filter", lambda **given: ScheduledRun.objects.none())
    assert start_due(now, scheduled) == []
    assert DBTaskResult.objects.count() == queued


def test_three_nights_off_are_one_night_of_work(scheduled, almaty):
    start_due(at(almaty, 7, "02:05"), scheduled)
    DBTaskResult.objects.update(status="SUCCESSFUL")
    assert start_due(at(almaty, 10, "09:00"), scheduled)[0] == "night 2026-03-10T02:00+0500"
    assert DBTaskResult.objects.filter(status="READY", task_path__endswith="keep_house").count() == 1


def test_runs_that_nobody_has_come_to_do_not_pile_up(scheduled, almaty):
    for minutes in (5, 15, 25, 35):
        start_due(at(almaty, 10, f"02:{minutes:02}"), scheduled)
    assert DBTaskResult.objects.filter(task_path__endswith="mail_notices").count() == 1
    assert ScheduledRun.objects.filter(key__startswith="mail").count() == 4


def test_a_claim_whose_task_cannot_be_queued_is_none(scheduled, almaty, monkeypatch):
    def refuse(task):
        raise IntegrityError("the queue is full")

    monkeypatch.setattr(schedule, "_waiting", refuse)
    assert start_due(at(almaty, 10, "02:05"), scheduled) == []
    assert not ScheduledRun.objects.exists()


def test_every_piece_of_work_has_a_name_of_its_own_and_a_queue_that_is_served(settings):
    assert len({work.name for work in SCHEDULE}) == len(SCHEDULE)
    assert {work.task.queue_name for work in SCHEDULE} <= set(settings.TASKS["default"]["QUEUES"])


def test_rows_that_nobody_will_read_are_deleted(db):
    def task(status, days):
        jobs.preview.enqueue(days)
        row = DBTaskResult.objects.latest("enqueued_at")
        row.status, row.finished_at = status, timezone.now() - timedelta(days=days)
        row.save()

    for status, days in (("SUCCESSFUL", 1), ("SUCCESSFUL", 3), ("FAILED", 3), ("FAILED", 31), ("RUNNING", 31)):
        task(status, days)
    long_ago = timezone.now() - timedelta(days=3)
    ScheduledRun.objects.create(key="mail 1", at=long_ago)
    ScheduledRun.objects.create(key="mail 2")
    ScheduledRun.objects.create(key=f"{tasks.ONCE}files", at=long_ago)
    Session.objects.create(session_key="a", session_data="", expire_date=long_ago)
    assert tasks.keep_house.call() == 4
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == ["FAILED", "RUNNING", "SUCCESSFUL"]
    assert sorted(ScheduledRun.objects.values_list("key", flat=True)) == ["mail 2", f"{tasks.ONCE}files"]
