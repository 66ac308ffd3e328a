"""What the machine does about letters by itself."""

from django_tasks import task

__all__ = ["tell_of_readings"]


@task(queue_name="people", priority=20)
def tell_of_readings() -> int:
    """Tell other states which of their letters were read here. Returns how many documents that made."""
    from tocsin.node.correspondence.actions.reading import tell_readings

    return tell_readings()
