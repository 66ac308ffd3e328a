"""Background work about people."""

from django_tasks import task

from tocsin.node.alliance import notices

__all__ = ["mail_notices", "sweep"]


@task(queue_name="default")
def mail_notices() -> int:
    return notices.mail_waiting()


def sweep() -> None:
    """Nothing of people's is left half-done by a kill: each of their acts is one transaction."""
