"""A task that a killed worker was doing is done by another, and one that kills its workers is given up."""

import os
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.node.work import jobs

from tocsin.node.alliance.models import Notice
from tocsin.node.work import leases, processes
from tocsin.node.work.models import Worker

pytestmark = pytest.mark.django_db


def running(worker_id, *earlier):
    jobs.screen.enqueue(1)
    task = DBTaskResult.objects.latest("enqueued_at")
    for holder in (*earlier, worker_id):
        task.claim(holder)
    return task


def status(task):
    return DBTaskResult.objects.get(pk=task.pk).status


def test_a_killed_workers_task_is_ready_at_once(gone):
    task = running(gone.pk)
    assert leases.release() == 1
    assert status(task) == "READY"


def test_a_silent_workers_task_is_ready_after_a_minute(silent):
    task = running(silent.pk)
    assert leases.release() == 1
    assert status(task) == "READY"


def test_a_worker_heard_within_the_minute_keeps_its_task(monkeypatch):
    now = timezone.now()
    monkeypatch.setattr(leases.timezone, "now", lambda: now)
    away = Worker.objects.create(
        id="away", host="elsewhere", pid=1, mark="1", beat_at=now - leases.SILENCE + timedelta(seconds=5)
    )
    task = running(away.pk)
    assert leases.release() == 0
    assert status(task) == "RUNNING"


def test_a_living_worker_keeps_its_task(worker):
    task = running(worker().worker.pk)
    assert leases.release() == 0
    assert status(task) == "RUNNING"


def test_a_task_of_a_worker_that_nobody_knows_is_taken_back():
    task = running("never-registered")
    assert leases.release() == 1
    assert status(task) == "READY"


def test_the_fifth_lost_worker_is_the_last(gone, people):
    task = running(gone.pk, "first", "second", "third", "fourth")
    leases.release()
    assert status(task) == "FAILED"
    [notice] = Notice.objects.filter(kind="work.failed")
    assert notice.person == people["administrator"]
    assert notice.values == {"task": "screen"}


def test_the_fourth_is_not(gone, people):
    task = running(gone.pk, "first", "second", "third")
    leases.release()
    assert status(task) == "READY"
    assert not Notice.objects.exists()


def test_what_a_worker_does_while_it_is_given_up_counts_for_nothing(worker, silent):
    """It was asleep with its machine: another has done the task, and its own end must not overwrite that."""
    asleep, awake = worker(), worker()
    jobs.preview.enqueue(7)
    task = asleep._next()
    Worker.objects.filter(pk=asleep.worker.pk).update(beat_at=timezone.now() - 2 * leases.SILENCE)
    leases.release()
    again = awake._next()
    asleep._do(task)
    row = DBTaskResult.objects.get(pk=task.pk)
    assert row.worker_ids == [asleep.worker.pk, awake.worker.pk]
    assert row.status == "RUNNING"
    awake._do(again)
    assert status(task) == "SUCCESSFUL"


def test_a_worker_whose_row_was_removed_registers_again(worker):
    mine = worker().worker
    leases.forget(mine)
    leases.beat(mine)
    assert [one.pk for one in leases.alive()] == [mine.pk]


def test_a_process_is_told_from_a_later_one_of_its_number(ended_process):
    pid, mark = ended_process
    assert processes.mark_of(pid) == ""
    assert processes.is_gone(processes.here(), pid, mark)
    assert processes.is_gone(processes.here(), os.getpid(), mark)
    assert not processes.is_gone(processes.here(), os.getpid(), processes.mark_of(os.getpid()))
    assert not processes.is_gone("elsewhere", pid, mark)
