"""The process that does the work of the background: one task after another, what people wait for first.

While a task runs, a second thread says every few seconds that the worker lives, starts what the schedule says is due,
and frees tasks whose workers are gone.
"""

import fcntl
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from importlib import import_module
from types import FrameType

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.db.models import BooleanField, Case, Value, When
from django.db.utils import DatabaseError, InterfaceError
from django.utils import timezone
from django.utils.module_loading import module_has_submodule
from django_tasks import TaskContext, TaskResultStatus
from django_tasks.signals import task_finished, task_started
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from tocsin.node.work import leases, schedule
from tocsin.node.work.failing import claimed, fail
from tocsin.node.work.full_disk import FullDisk
from tocsin.node.work.models import Worker
from tocsin.node.work.processes import give_way

__all__ = ["TaskWorker", "run", "sweep"]

log = logging.getLogger(__name__)
disk = FullDisk(log)

# Pages come first. What somebody waits for comes before the night's work, where a worker does nothing else. None gives
# way wholly: whoever holds the database's one pen and gets no time to write keeps everybody from writing.
NICE, NICE_TO_ALL = 5, 10
POLL = 0.3
BEAT = 10.0
ROUND = 30.0
AGAIN_AFTER = 5  # seconds, times attempts so far
AGAIN_WITH_ROOM = timedelta(minutes=1)

# What says nothing about the task, only about the moment: the database was locked, restarted, out of reach.
PASSING = (OperationalError, InterfaceError)


class TaskWorker:
    """Takes ready tasks of some queues (none named: all) until told to stop.

    Told once, it finishes what it is doing; told twice, it drops it, and the task is ready again for the next.
    """

    def __init__(self, *queues: str, scheduling: bool = True) -> None:
        self.queues = queues
        self.scheduling = scheduling
        self.worker = Worker()
        self.stopping = threading.Event()

    def run(self) -> None:
        self.worker = leases.register(self.queues)
        keeper = threading.Thread(target=self._keep, name="heartbeat", daemon=True)
        keeper.start()
        try:
            leases.release()
            sweep()
            self._work()
        finally:
            self.stopping.set()
            keeper.join(timeout=BEAT)
            leases.forget(self.worker)

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        if self.stopping.is_set():
            os._exit(1)
        self.stopping.set()

    def run_one(self) -> bool:
        """Do the next ready task, if there is one."""
        task = self._next()
        if task is None:
            return False
        self._do(task)
        return True

    def _work(self) -> None:
        while not self.stopping.is_set():
            try:
                close_old_connections()
                busy = self.run_one()
            except PASSING as error:
                if not disk.met(error):
                    log.warning("the database cannot be used now: %s", error)
                close_old_connections()
                busy = False
                self.stopping.wait(2)
            if not busy:
                self.stopping.wait(POLL)

    def _next(self) -> DBTaskResult | None:
        ready = DBTaskResult.objects.ready()
        if self.queues:
            ready = ready.filter(queue_name__in=self.queues)
        waited_for = Case(When(queue_name="people", then=Value(True)), default=False, output_field=BooleanField())
        for task in ready.order_by(waited_for.desc(), "-priority", "enqueued_at")[:5]:
            if self._claim(task):
                return task
        return None

    def _claim(self, task: DBTaskResult) -> bool:
        """One conditional update, so that of two workers one has it; nothing is locked while there is nothing to do."""
        task.started_at, task.status = timezone.now(), TaskResultStatus.RUNNING
        task.worker_ids = [*task.worker_ids, self.worker.pk]
        mine = {"status": task.status, "started_at": task.started_at, "worker_ids": task.worker_ids}
        return bool(DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.READY).update(**mine))

    def _do(self, task: DBTaskResult) -> None:
        problem: Exception | None = None
        try:
            backend, result = type(task.task.get_backend()), task.task_result
            task_started.send(sender=backend, task_result=result)
            context = (TaskContext(task_result=result),) if task.task.takes_context else ()
            value = normalize_json(task.task.call(*context, *result.args, **result.kwargs))
        except Exception as error:
            problem = error
        # Outside the handler: what fails in the writing of it would be told as a consequence of the task's own error.
        if problem is None:
            self._insist(partial(_succeed, task, value))
            task_finished.send(sender=backend, task_result=result)
        elif disk.met(problem):
            self._wait_for_room(task)
        elif isinstance(problem, PASSING):
            self._again(task, problem)
        else:
            self._insist(partial(fail, task, str(problem) or type(problem).__name__, problem))

    def _wait_for_room(self, task: DBTaskResult) -> None:
        """An attempt that says nothing about the task, however often it is made."""
        close_old_connections()
        freed = {"status": TaskResultStatus.READY, "worker_ids": task.worker_ids[:-1]}
        self._insist(partial(claimed(task).update, run_after=timezone.now() + AGAIN_WITH_ROOM, **freed))

    def _again(self, task: DBTaskResult, error: Exception) -> None:
        attempts = len(task.worker_ids)
        log.warning("task %s %s: %s (attempt %d)", task.task_path, task.pk, error, attempts)
        close_old_connections()
        if attempts >= leases.ATTEMPTS:
            self._insist(partial(fail, task, f"The database refused {attempts} times: {error}", error))
            return
        later = timezone.now() + timedelta(seconds=AGAIN_AFTER * attempts)
        self._insist(partial(claimed(task).update, status=TaskResultStatus.READY, run_after=later))

    def _keep(self) -> None:
        """The second thread, with a connection of its own."""
        next_round = 0.0
        while not self.stopping.wait(BEAT if next_round else 0):
            try:
                close_old_connections()
                leases.beat(self.worker)
                disk.over()
                if time.monotonic() >= next_round:
                    next_round = time.monotonic() + ROUND
                    self._round()
            except DatabaseError as error:
                if not disk.met(error):
                    log.warning("heartbeat: %s", error)
                close_old_connections()
            except Exception as error:
                if not disk.met(error):
                    log.exception("heartbeat")
        connection.close()

    def _round(self) -> None:
        leases.release()
        if self.scheduling:
            schedule.start_due(timezone.now())

    def _insist(self, write: Callable[[], int]) -> None:
        """How a task ended is written as soon as the database takes it; if the process ends first, it runs again."""
        while True:
            try:
                write()
            except PASSING as error:
                if not disk.met(error):
                    log.warning("the end of a task cannot be written yet: %s", error)
                close_old_connections()
                if self.stopping.wait(1):
                    return
            else:
                return


def run(*queues: str, scheduling: bool = True) -> None:
    """Be a worker until SIGTERM or SIGINT."""
    give_way(NICE if queues else NICE_TO_ALL)
    worker = TaskWorker(*queues, scheduling=scheduling)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, worker.stop)
    worker.run()


def sweep() -> None:
    """Let every app mend what a killed process left: `sweep()` of its module `tasks`.

    One worker of a node at a time; an app's sweep may meet tasks of other workers that go on, and must leave them.
    """
    with (settings.HOME / "sweep.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for app in apps.get_app_configs():
            if app.name.startswith("tocsin.") and module_has_submodule(app.module, "tasks"):
                tasks = import_module(f"{app.name}.tasks")
                if hasattr(tasks, "sweep"):
                    _sweep(app.name, tasks.sweep)


def _sweep(app: str, mend: Callable[[], None]) -> None:
    try:
        mend()
    except Exception:
        # What one app cannot mend must not keep the others, and all tasks, from going on.
        log.exception("what %s left half-done could not be mended", app)


def _succeed(task: DBTaskResult, value: object) -> int:
    done = {"status": TaskResultStatus.SUCCESSFUL, "finished_at": timezone.now(), "return_value": value}
    return claimed(task).update(**done, exception_class_path="", traceback="")
