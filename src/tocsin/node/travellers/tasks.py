"""Destroying in the background what has run out."""

from django_tasks import task

__all__ = ["destroy_expired", "sweep"]


@task(queue_name="people", priority=50)
def destroy_expired() -> int:
    """Destroy what has run out, and what is left of it on the disk. Returns how many messages and answers it was."""
    from tocsin.node.travellers.actions import expiring

    return expiring.run()


def sweep() -> None:
    """What a node does when it starts: what ran out while it stood still, or was left half-way, is destroyed."""
    from tocsin.node.travellers.models import TravellerAnswer, TravellerMessage

    if TravellerMessage.objects.kept().exists() or TravellerAnswer.objects.filter(destroyed_at=None).exists():
        destroy_expired.enqueue()
