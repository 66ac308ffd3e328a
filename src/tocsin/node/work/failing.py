"""A task that nobody will try again: its row says why, and the administrators are told."""

import logging
from traceback import format_exception

from django.db import models, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tocsin.node.alliance.models import Notice, Person
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Role

__all__ = ["administrators", "claimed", "fail"]

log = logging.getLogger(__name__)

KIND = "work.failed"


def claimed(task: DBTaskResult) -> models.QuerySet[DBTaskResult]:
    """The task's row for as long as nobody else has taken it: the moment of the claim is what tells claims apart."""
    return DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, started_at=task.started_at)


def fail(task: DBTaskResult, why: str, error: BaseException | None = None) -> int:
    """Give a task up; `why` is an English sentence for the log. Returns 1, or 0 if it was somebody else's by now."""
    kind = type(error)
    with transaction.atomic():
        done = claimed(task).update(
            status=TaskResultStatus.FAILED,
            finished_at=timezone.now(),
            return_value=None,
            exception_class_path=f"{kind.__module__}.{kind.__qualname__}" if error else "",
            traceback="".join(format_exception(error)) if error else why,
        )
        if done:
            _tell(task)
    if done:
        log.error("task %s %s failed: %s", task.task_path, task.pk, why, exc_info=error)
    return done


def administrators() -> list[Person]:
    return [person for person in Person.objects.filter(is_active=True) if Role.ADMINISTRATOR in person.roles]


def _tell(task: DBTaskResult) -> None:
    """Once until somebody has seen it: what fails every minute would bury all other notices."""
    name = task.task_path.rpartition(".")[2].replace("_", " ")
    told = Notice.objects.filter(kind=KIND, values__task=name, seen_at=None).values("person")
    notify([person for person in administrators() if person.pk not in {row["person"] for row in told}], KIND, task=name)
