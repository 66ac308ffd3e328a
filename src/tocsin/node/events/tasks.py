"""Work on events that nobody waits for at a page. Tasks take keys and may run twice."""

from django_tasks import task

__all__ = ["estimate_event", "sweep"]


@task(queue_name="night")
def estimate_event(event_id: str) -> bool:
    """Estimate what goes on in an event from its line list, unless that was done already."""
    from tocsin.node.events.actions import estimating

    return estimating.run(event_id)


def sweep() -> None:
    """What a node does when it starts: estimates that a kill kept from being made are asked for again."""
    from tocsin.node.events.actions import estimating

    estimating.sweep()
