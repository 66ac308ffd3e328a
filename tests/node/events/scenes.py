"""Events, and threads that tell of them, for tests."""

from datetime import timedelta

from tests.node.surveillance.screened import MONDAY

from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.models import Event
from tocsin.node.surveillance.models import Thread

__all__ = ["a_thread", "an_event"]


def a_thread(disease, place, **fields) -> Thread:
    """As one screening would leave it."""
    first = MONDAY - timedelta(weeks=1)
    given = {"headline_place": place, "observed": 60, "expected": 10, "first_period": first, "last_period": first}
    return Thread.objects.create(disease=disease, place=place, **{**given, **fields})


def an_event(disease, place, by, **options) -> Event:
    """Opened by an act, as all are."""
    return open_event(disease=disease, place=place, by=by, **options)
