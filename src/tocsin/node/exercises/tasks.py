"""Injects delivered in the background."""

from django_tasks import task

__all__ = ["deliver", "sweep"]


@task(queue_name="people", priority=50)
def deliver() -> int:
    """Deliver what is due by now. Returns how many injects were."""
    from tocsin.node.exercises import delivering

    return delivering.deliver()


def sweep() -> None:
    """What a node does when it starts: what fell due while it was down is delivered in its order."""
    from tocsin.node.exercises.models import Exercise

    if Exercise.objects.open().exists():
        deliver.enqueue()
