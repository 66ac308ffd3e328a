"""What a crash left half-way, found when a node starts."""

import json

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tocsin.node.surveillance import tasks
from tocsin.node.surveillance.intake import receiving
from tocsin.node.surveillance.models import Upload

__all__ = ["recover", "sweep_uploads"]

UNDER_WAY = (Upload.Status.RECEIVED, Upload.Status.READING, Upload.Status.TAKING)


def sweep_uploads() -> None:
    """Ask again for every upload under way, and clear away files that no upload names."""
    for upload in Upload.objects.filter(status__in=UNDER_WAY).order_by("received_at"):
        recover(upload)
    receiving.clear_left_behind(set(Upload.objects.exclude(file_path="").values_list("file_path", flat=True)))


@transaction.atomic
def recover(upload: Upload) -> None:
    """See that one upload goes on: its task is asked for, unless it waits already. Where it stands, it finds itself."""
    wanted = tasks.take_upload if upload.status == Upload.Status.TAKING else tasks.preview_upload
    waiting = DBTaskResult.objects.ready().filter(task_path=wanted.module_path)
    if not any(json.dumps(row.args_kwargs["args"]) == json.dumps([str(upload.pk)]) for row in waiting):
        wanted.enqueue(str(upload.pk))
