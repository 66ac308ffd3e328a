"""Tasks one after the other: what people wait for first, failures told, passing troubles tried again."""

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.work import jobs

from tocsin.node.alliance.models import Notice
from tocsin.node.work import leases
from tocsin.node.work import worker as module

pytestmark = pytest.mark.django_db
# A worker that the database refuses gives its connection up, which a test within a transaction cannot survive.
COMMITTING = pytest.mark.django_db(transaction=True)


def test_what_people_wait_for_comes_first(worker):
    jobs.screen.enqueue(1)
    jobs.preview.enqueue(2)
    jobs.preview.enqueue(3)
    mine = worker()
    while mine.run_one():
        pass
    assert jobs.done == [("preview", 2), ("preview", 3), ("screen", 1)]
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_a_worker_for_people_leaves_the_night_alone(worker):
    jobs.screen.enqueue(1)
    jobs.preview.enqueue(2)
    mine = worker("people", "default")
    assert mine.run_one()
    assert not mine.run_one()
    assert jobs.done == [("preview", 2)]


def test_of_two_workers_one_has_a_task(worker):
    jobs.preview.enqueue(1)
    first, second = worker(), worker()
    [task] = DBTaskResult.objects.all()
    other = DBTaskResult.objects.get()
    assert first._claim(task)
    assert not second._claim(other)
    assert DBTaskResult.objects.get().worker_ids == [first.worker.pk]


def test_what_a_task_returns_is_kept(worker):
    jobs.preview.enqueue(4)
    worker().run_one()
    assert DBTaskResult.objects.get().return_value == {"number": 4}


def test_a_failure_is_kept_and_told_once(worker, people):
    mine = worker()
    for _ in range(2):
        jobs.stumble.enqueue()
        mine.run_one()
    failed = DBTaskResult.objects.filter(status="FAILED")
    assert [row.exception_class_path for row in failed] == ["builtins.ValueError"] * 2
    assert "the table has no header" in failed[0].traceback
    assert [notice.person for notice in Notice.objects.all()] == [people["administrator"]]
    assert not mine.run_one()


def test_a_failure_that_was_seen_is_told_again(worker, people):
    mine = worker()
    jobs.stumble.enqueue()
    mine.run_one()
    Notice.objects.update(seen_at=timezone.now())
    jobs.stumble.enqueue()
    mine.run_one()
    assert Notice.objects.count() == 2


@COMMITTING
def test_a_locked_database_is_tried_again_later(worker):
    jobs.locked.enqueue()
    jobs.refusals.append("database is locked")
    mine = worker()
    assert mine.run_one()
    [task] = DBTaskResult.objects.all()
    assert task.status == "READY"
    assert task.run_after > timezone.now()
    assert not mine.run_one()
    DBTaskResult.objects.update(run_after=timezone.now())
    assert mine.run_one()
    assert jobs.done == ["written"]


@COMMITTING
def test_a_database_that_stays_locked_is_not_tried_for_ever(worker, people):
    jobs.locked.enqueue()
    jobs.refusals.extend(["database is locked"] * 9)
    mine = worker()
    for _ in range(leases.ATTEMPTS):
        assert mine.run_one()
        DBTaskResult.objects.update(run_after=timezone.now())
    assert not mine.run_one()
    assert DBTaskResult.objects.get().status == "FAILED"
    assert Notice.objects.count() == 1


@COMMITTING
def test_the_end_of_a_task_is_written_when_the_database_takes_it(worker, monkeypatch):
    tries = []

    def succeed(task, value, real=module._succeed):
        tries.append(value)
        if len(tries) < 3:
            raise OperationalError("database is locked")
        return real(task, value)

    monkeypatch.setattr(module, "_succeed", succeed)
    mine = worker()
    monkeypatch.setattr(mine.stopping, "wait", lambda seconds: False)
    jobs.preview.enqueue(1)
    mine.run_one()
    assert len(tries) == 3
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_task_of_a_release_that_is_no_more_fails_with_a_name(worker):
    jobs.preview.enqueue(1)
    DBTaskResult.objects.update(task_path="tests.node.work.jobs.gone")
    worker().run_one()
    row = DBTaskResult.objects.get()
    assert row.status == "FAILED"
    assert "gone" in row.traceback


@pytest.fixture
def apps_that_mend(db, monkeypatch, settings, tmp_path):
    from tocsin.node.alliance import tasks as people
    from tocsin.node.surveillance import tasks as counts

    settings.HOME = tmp_path
    swept = []
    monkeypatch.setattr(people, "sweep", lambda: swept.append("alliance"))
    monkeypatch.setattr(counts, "sweep", lambda: swept.append("surveillance"))
    return swept


def test_every_app_may_mend_at_the_start(apps_that_mend):
    module.sweep()
    assert apps_that_mend == ["alliance", "surveillance"]


def test_an_app_that_cannot_mend_keeps_nobody_from_going_on(apps_that_mend, monkeypatch, caplog):
    def refuse():
        raise OSError("the disk is gone")

    monkeypatch.setattr("tocsin.node.alliance.tasks.sweep", refuse)
    module.sweep()
    assert apps_that_mend == ["surveillance"]
    assert "what tocsin.node.alliance left half-done could not be mended" in caplog.text
