"""Looking at events for the Council: what calls a session, what opens a duty, what begins or runs out soon."""

from django_tasks import task

__all__ = ["look_at_all_events", "look_at_events"]


@task(queue_name="people", priority=30)
def look_at_events() -> int:
    """Events with news, each minute; sessions that begin and duties that run out. Returns of how much was told."""
    from tocsin.node.council import session_telling
    from tocsin.node.council.actions import calling, duties

    return calling.look() + duties.look() + session_telling.tell_of_beginnings() + duties.warn()


@task(queue_name="people", priority=20)
def look_at_all_events() -> int:
    """The same for events without news: rules and agreements may have changed. Returns of how much was told."""
    from tocsin.node.council.actions import calling, duties

    return calling.look(everything=True) + duties.look(everything=True)
