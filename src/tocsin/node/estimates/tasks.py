"""Work on estimates that nobody waits for at a page. Tasks take keys and may run twice."""

from django_tasks import task

__all__ = ["estimate", "sweep"]


@task(queue_name="night")
def estimate(screening_id: str) -> int:
    """Estimate what goes on in the series of a source, from the counts that a screening had read."""
    from tocsin.node.estimates.actions import estimating

    return estimating.run(screening_id)


def sweep() -> None:
    """What a node does when it starts: estimates that a kill kept from being made are asked for again."""
    from tocsin.node.estimates.actions import estimating

    estimating.sweep()
