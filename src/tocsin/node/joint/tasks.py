"""What the machine owes when time has passed: closing calls, adoptions, lapses of what is ours."""

from django_tasks import task

__all__ = ["tend_open"]


@task(queue_name="people", priority=40)
def tend_open() -> int:
    """Look at each object of ours in which time may change something. Returns at how many."""
    from tocsin.node.joint import tending

    return tending.tend_open()
