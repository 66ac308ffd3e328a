"""A worker without its thread and its signals, and workers that are gone."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.work import jobs

from tocsin.node.work import leases, processes
from tocsin.node.work.models import Worker
from tocsin.node.work.worker import TaskWorker


@pytest.fixture
def worker(db):
    """worker("people"): a registered worker of these queues, to be driven task by task."""

    def make(*queues):
        made = TaskWorker(*queues)
        made.worker = leases.register(queues)
        return made

    jobs.done.clear()
    jobs.refusals.clear()
    return make


@pytest.fixture
def ended_process():
    """(pid, mark) of a process that ran and ended."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    mark = processes.mark_of(process.pid)
    process.communicate()
    return process.pid, mark


@pytest.fixture
def gone(db, ended_process):
    """A worker that was killed a moment ago: it spoke just now, but its process is no more."""
    pid, mark = ended_process
    return Worker.objects.create(id="gone", host=processes.here(), pid=pid, mark=mark)


@pytest.fixture
def silent(db):
    """A worker of another machine that has said nothing for a minute."""
    heard = timezone.now() - leases.SILENCE - timedelta(seconds=1)
    return Worker.objects.create(id="silent", host="elsewhere", pid=os.getpid(), mark="1", beat_at=heard)
