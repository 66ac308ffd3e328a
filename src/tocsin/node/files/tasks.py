"""Work on files that nobody waits for at a page. Tasks take keys and may run twice."""

from uuid import UUID

from django_tasks import task

__all__ = ["check_upload", "expire_uploads"]


@task(queue_name="people")
def check_upload(pk: str) -> str:
    """Look at a large file. Returns what it was found to be, or nothing where it is gone."""
    from tocsin.node.files.actions.checking import check
    from tocsin.node.files.models import Upload

    try:
        return str(check(UUID(pk)).state)
    except Upload.DoesNotExist:
        return ""


@task(queue_name="night")
def expire_uploads() -> int:
    """Take away uploads that nobody has gone on with, and ask again for checks that a kill prevented."""
    from tocsin.node.files.actions import checking, uploading

    return uploading.expire() + checking.sweep()
