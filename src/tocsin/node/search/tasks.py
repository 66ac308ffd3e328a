"""What the index does at night."""

from django_tasks import task

__all__ = ["tidy_index"]


@task(queue_name="people", priority=-50)
def tidy_index() -> int:
    """Take out the words of texts that others have replaced. Returns how many."""
    from tocsin.node.search.writing import tidy

    return tidy()
