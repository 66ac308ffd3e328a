"""What is estimated of an event: asked for when its line list changes, computed in the background."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tocsin import __version__
from tocsin.node.estimates.building.estimating import estimated
from tocsin.node.estimates.building.intervals import serial_intervals
from tocsin.node.estimates.building.severity import severity_of_persons
from tocsin.node.events.line_list.given import counts_given, listed, persons_given
from tocsin.node.events.models import Event, EventCase, EventEstimate
from tocsin.node.work import windows

__all__ = ["ask", "run", "sweep"]

State = tuple[datetime | None, str]
SETTLED = timedelta(seconds=6)  # after a change; a person types the next case meanwhile
SURELY_LATER = timedelta(seconds=3)  # than the end of any act


def ask(event: Event) -> None:
    """Queue its estimates, inside the act that changed the list or the disease; once for changes that come together.

    A task that is about to begin might read the list before this act ends: only one that still waits is relied on.
    """
    from tocsin.node.events.tasks import estimate_event

    now = timezone.now()
    waiting = _queued(status=TaskResultStatus.READY, run_after__gt=now + SURELY_LATER, run_after__lte=now + SETTLED)
    if str(event.pk) not in waiting:
        estimate_event.using(run_after=now + SETTLED).enqueue(str(event.pk))


def _queued(**chosen: Any) -> set[str]:
    """Keys of the events that such tasks are of."""
    queued = DBTaskResult.objects.filter(task_path__endswith="events.tasks.estimate_event", **chosen)
    return {str(key) for args in queued.values_list("args_kwargs", flat=True) for key in args["args"]}


def run(event_id: UUID | str) -> bool:
    """Estimate, unless it was done of the same list; whether it was."""
    event = Event.objects.filter(pk=event_id).first()
    if event is None or event.list_changed_at is None:
        return False
    if _state_of(EventEstimate.objects.filter(event=event).first()) == _state(event):
        return False
    made = _made(event)
    windows.at("estimates.event_computed")
    return _publish(event, made)


@transaction.atomic
def _publish(event: Event, made: dict[str, Any]) -> bool:
    """Nothing where the list has changed meanwhile: whoever changed it has asked again; nor where the event is gone."""
    now = Event.objects.select_for_update(of=("self",)).filter(pk=event.pk).first()
    if now is None or _state(now) != _state(event):
        return False
    EventEstimate.objects.update_or_create(event=now, defaults=made)
    windows.at("estimates.event_publishing")
    return True


def _state(event: Event) -> State:
    """What tells one state of a line list from another."""
    return event.list_changed_at, event.disease_id or ""


def _state_of(estimate: EventEstimate | None) -> State | None:
    return None if estimate is None else (estimate.list_changed_at, estimate.disease)


def _made(event: Event) -> dict[str, Any]:
    of = listed(EventCase.objects.filter(event=event))
    given = counts_given(of, serial_intervals().get(event.disease_id or ""))
    persons = persons_given(of)
    # Computed twice from the same list, it is the same.
    rng = np.random.default_rng([event.pk.int % 2**32, len(of.outcome)])
    return {
        "list_changed_at": event.list_changed_at,
        "disease": event.disease_id or "",
        "as_of": None if given is None else given.dates[-1].item(),
        "counted_by": "onset" if of.by_onset else "reported",
        "payload": None if given is None else estimated(given, rng=rng)[0],
        "severity": None if persons is None else severity_of_persons(persons),
        "computed_at": timezone.now(),
        "engine": __version__,
    }


def sweep() -> int:
    """Ask again for events whose list has changed since they were estimated, where no task will. Returns how many."""
    there = _queued(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))
    known = {one.event_id: _state_of(one) for one in EventEstimate.objects.defer("payload", "severity")}
    asked = 0
    for event in Event.objects.exclude(list_changed_at=None).only("pk", "list_changed_at", "disease"):
        if str(event.pk) not in there and known.get(event.pk) != _state(event):
            ask(event)
            asked += 1
    return asked
