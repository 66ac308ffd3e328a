"""Tasks for tests of the worker."""

from django.db import OperationalError
from django_tasks import task

done: list[object] = []
refusals: list[str] = []


@task(queue_name="people")
def preview(number):
    done.append(("preview", number))
    return {"number": number}


@task(queue_name="night")
def screen(number):
    done.append(("screen", number))


@task(queue_name="default")
def stumble():
    raise ValueError("the table has no header")


@task(queue_name="default")
def locked():
    if refusals:
        raise OperationalError(refusals.pop())
    done.append("written")
