"""Whose task is whose: a task belongs to its worker for as long as that worker gives signs of life.

A worker that is killed leaves its task RUNNING for ever, as far as the queue knows. Here it becomes READY again, and
after five attempts FAILED, since a task that kills every worker would otherwise stop all others.
"""

import logging
import os
import uuid
from datetime import timedelta

from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tocsin.node.work import processes
from tocsin.node.work.failing import claimed, fail
from tocsin.node.work.models import Worker

__all__ = ["ATTEMPTS", "SILENCE", "alive", "beat", "forget", "register", "release"]

log = logging.getLogger(__name__)

SILENCE = timedelta(seconds=60)
ATTEMPTS = 5


def register(queues: tuple[str, ...] = ()) -> Worker:
    """A row for this process."""
    pid = os.getpid()
    return Worker.objects.create(
        id=uuid.uuid4().hex,
        host=processes.here(),
        pid=pid,
        mark=processes.mark_of(pid),
        queues=",".join(queues),
    )


def beat(worker: Worker) -> None:
    """Say that a worker lives. Its row may have been removed, as after the machine was asleep for a night."""
    worker.beat_at = timezone.now()
    if not Worker.objects.filter(pk=worker.pk).update(beat_at=worker.beat_at):
        worker.save(force_insert=True)


def forget(worker: Worker) -> None:
    """The worker ends in order."""
    Worker.objects.filter(pk=worker.pk).delete()


def alive() -> list[Worker]:
    """Workers whose lease holds."""
    heard = Worker.objects.filter(beat_at__gte=timezone.now() - SILENCE)
    return [worker for worker in heard if not processes.is_gone(worker.host, worker.pid, worker.mark)]


def release() -> int:
    """Take from workers that are gone what they were doing. Returns the number of tasks taken.

    Several may do it at once: each task is changed only if it is still with the worker that was found gone.
    """
    # Tasks before workers: whoever holds one of these had a row by then.
    tasks = list(DBTaskResult.objects.running().order_by("started_at"))
    living = {worker.pk for worker in alive()}
    lost = [task for task in tasks if not task.worker_ids or task.worker_ids[-1] not in living]
    taken = sum(_take_back(task) for task in lost)
    Worker.objects.exclude(pk__in=living).filter(beat_at__lt=timezone.now() - 60 * SILENCE).delete()
    return taken


def _take_back(task: DBTaskResult) -> int:
    if len(task.worker_ids) >= ATTEMPTS:
        return fail(task, f"The process that worked on it ended {len(task.worker_ids)} times.")
    freed = claimed(task).update(status=TaskResultStatus.READY)
    if freed:
        log.warning("task %s %s was with a worker that is gone; it is ready again", task.task_path, task.pk)
    return freed
