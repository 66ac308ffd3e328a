"""Looking at deadlines of measures. May run twice: people are told once."""

from django_tasks import task

__all__ = ["warn_of_measures"]


@task(queue_name="people")
def warn_of_measures() -> int:
    """Tell people of measures of this state whose deadline is near or over. Returns of how many."""
    from tocsin.node.council.actions import measure_warnings

    return measure_warnings.warn()
