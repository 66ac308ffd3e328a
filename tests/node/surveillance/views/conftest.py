"""Threads of signals, written straight into the database."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

import pytest
from django.utils import timezone

from tocsin.node.surveillance.models import Series, Signal, Thread
from tocsin.node.surveillance.threads.priority import priority

WEEK = date(2026, 3, 9)
numbers = count(1)


@pytest.fixture
def thread(diseases, places, source) -> Callable[..., Thread]:
    """thread("cholera", "XX-11", observed=14, …): a thread with one signal of a model; takes fields of Thread."""

    def make(disease: str = "cholera", place: str = "XX-11", **given: object) -> Thread:
        own = {"disease": diseases[disease], "place": places[place], "headline_place": places[place]}
        figures = {"observed": 14.0, "expected": 3.1, "threshold": 7.0, "exceptionality": 4.0, "kinds": ["model"]}
        when = {"first_period": WEEK, "last_period": WEEK, "last_signal_at": timezone.now()}
        rest = {"sparkline": [0, 2, None, 3, 14], "signals_count": 1, "gravity": diseases[disease].gravity}
        fields = {**own, **figures, **when, **rest, **given}
        fields.setdefault("priority", priority(gravity=fields["gravity"], exceptionality=4.0, kinds=fields["kinds"]))
        keys = (fields["disease"], fields["headline_place"])
        fields.setdefault("search_key", " ".join(each.search_key for each in keys if each))
        made = Thread.objects.create(**fields)
        made.headline = signal_of(made, source)
        made.save(update_fields=["headline"])
        return made

    return make


def signal_of(thread: Thread, source: object, **given: object) -> Signal:
    """A model's signal, of a series and a count that no other has."""
    series, _made = Series.objects.get_or_create(
        source=source, disease=thread.disease, place=given.get("place", thread.headline_place), stratum=""
    )
    fields = {
        "kind": "model", "disease": thread.disease, "place": series.place, "period": thread.last_period,
        "series": series, "method": "farrington_flexible", "observed": thread.observed + next(numbers) * 1e-6,
        "expected": thread.expected, "threshold": thread.threshold, "p_value": 0.0005,
        "exceptionality": thread.exceptionality,
    }  # fmt: skip
    return Signal.objects.create(thread=thread, **{**fields, **given})


def days(number: int) -> timedelta:
    return timedelta(days=number)
