"""Calling people in the background."""

from django_tasks import task

__all__ = ["escalate", "sweep"]


@task(queue_name="people", priority=100)
def escalate() -> int:
    """Make the calls that are due now. Returns how many were tried."""
    from tocsin.node.duty import escalating

    return escalating.escalate()


def sweep() -> None:
    """What a node does when it starts: calls that a killed process left go on."""
    from tocsin.node.duty.models import Alert

    if Alert.objects.open().exists():
        escalate.enqueue()
