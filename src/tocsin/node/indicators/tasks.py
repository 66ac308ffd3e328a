"""Work on what is shared that people do not wait for at a page. Tasks take keys and may run twice."""

from django_tasks import task

__all__ = ["prepare_sharing", "settle_partner", "sweep"]


@task(queue_name="people")
def prepare_sharing(preparation_id: str) -> None:
    """Make ready what would be sent."""
    from tocsin.node.indicators.actions import preparing

    preparing.prepare(preparation_id)


@task(queue_name="night")
def settle_partner(state: str) -> None:
    """Have the series of a partner say what its documents say."""
    from tocsin.node.indicators.intake import settling

    settling.settle(state)


def sweep() -> None:
    """What a node does when it starts: whatever came and is in no series yet is taken."""
    from tocsin.node.indicators.models import PartnerDocument

    for state in PartnerDocument.objects.waiting().order_by().values_list("state", flat=True).distinct():
        settle_partner.enqueue(state)
