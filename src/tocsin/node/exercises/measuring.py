"""When each objective was reached, by the records that people's work left: nobody is asked, and nothing is guessed.

What counts is of this exercise alone: threads of the signals that it made, the events that they tell of, what partners
were told of these; and what the states that play told this one of the disease while it ran.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.models import Annex2Assessment, EarlyAction, Event
from tocsin.node.exercises.models import Exercise
from tocsin.node.exercises.scripts import Objective
from tocsin.node.notifications.models import Notification, Relevance, VerificationAnswer, VerificationRequest
from tocsin.node.surveillance.models import Thread, Verdict

__all__ = ["Measured", "measured"]


@dataclass(frozen=True, slots=True)
class Measured:
    """One objective: when the inject came that it is measured from, when it was reached, and how long that took.

    took          None where it is not reached, or was before the inject came
    took_days     the same in days of the exercise
    """

    objective: Objective
    begun_at: datetime | None
    reached_at: datetime | None
    inject: int
    took: timedelta | None
    took_days: float | None


def measured(exercise: Exercise) -> list[Measured]:
    """Every objective of this state's part, in the script's order. A dozen queries at most, whatever there is."""
    records = _Records(exercise)
    numbers = {one.code: one.number for one in exercise.script.injects}
    came = dict(exercise.injects.delivered().values_list("code", "delivered_at"))
    found = []
    for objective in exercise.script.objectives_for(exercise.role):
        begun, reached = came.get(objective.after), MEASURES[objective.measure](records)
        took = max(reached - begun, timedelta()) if begun and reached else None
        days = took / exercise.pace if took is not None else None
        found.append(Measured(objective, begun, reached, numbers[objective.after], took, days))
    return found


class _Records:
    """What people did in one exercise, each looked up once."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        # Documents say whole seconds: what was signed in the very first is not before the beginning.
        since, until = exercise.starts_at.replace(microsecond=0), exercise.ended_at
        self.within = {"gte": since, **({"lte": until} if until else {})}

    def during(self, field: str) -> Q:
        """Between its beginning and its end."""
        return Q(**{f"{field}__{bound}": moment for bound, moment in self.within.items()})

    def first(self, rows: QuerySet[Any], field: str) -> datetime | None:
        found: datetime | None = rows.filter(self.during(field)).aggregate(first=Min(field))["first"]
        return found

    @cached_property
    def threads(self) -> set[UUID]:
        """Those of the signals that it made, and those that they went into."""
        signals = self.exercise.injects.exclude(signal=None)
        found = set(signals.values_list("signal__thread_id", flat=True))
        into = Thread.objects.filter(pk__in=found, merged_into__isnull=False)
        return found | set(into.values_list("merged_into_id", flat=True))

    @cached_property
    def events(self) -> list[UUID]:
        """Those that the threads tell of, and exercises of the disease that were typed in meanwhile."""
        typed = Q(disease=self.exercise.script.disease, is_exercise=True) & self.during("opened_at")
        found = Event.objects.filter(Q(threads__thread__in=self.threads) | typed)
        return list(found.values_list("pk", flat=True).distinct())

    @cached_property
    def sent(self) -> list[UUID]:
        """Documents by which partners were told of these events."""
        rows = Notification.objects.filter(of__event__in=self.events, is_ours=True).standing()
        return list(rows.filter(self.during("recorded_at")).values_list("document_id", flat=True))

    @cached_property
    def came(self) -> list[UUID]:
        """Documents by which a state that plays told this one of the disease."""
        rows = Notification.objects.filter(
            is_ours=False, origin__in=self.exercise.states.values(), of__disease_code=self.exercise.script.disease
        ).standing()
        return list(rows.filter(self.during("came_at")).values_list("document_id", flat=True))


def _signal_verified(records: _Records) -> datetime | None:
    rows = Verdict.objects.filter(thread__in=records.threads, to_status=Thread.Status.VERIFIED)
    return records.first(rows, "at")


def _event_opened(records: _Records) -> datetime | None:
    return records.first(Event.objects.filter(pk__in=records.events), "opened_at")


def _annex2_assessed(records: _Records) -> datetime | None:
    return records.first(Annex2Assessment.objects.filter(event__in=records.events), "at")


def _action_completed(records: _Records) -> datetime | None:
    rows = EarlyAction.objects.filter(event__in=records.events, completed_on__isnull=False)
    return records.first(rows, "entered_at")


def _partners_notified(records: _Records) -> datetime | None:
    return records.first(Notification.objects.filter(document_id__in=records.sent, is_ours=True), "recorded_at")


def _partner_acknowledged(records: _Records) -> datetime | None:
    rows = Acknowledgement.objects.filter(of_id__in=records.sent, is_ours=False).standing()
    return records.first(rows, "acknowledged_at")


def _notification_acknowledged(records: _Records) -> datetime | None:
    rows = Acknowledgement.objects.filter(of_id__in=records.came, is_ours=True).standing()
    return records.first(rows, "acknowledged_at")


def _relevance_said(records: _Records) -> datetime | None:
    rows = Relevance.objects.filter(notification__in=records.came, is_ours=True).standing()
    return records.first(rows, "recorded_at")


def _question_asked(records: _Records) -> datetime | None:
    rows = VerificationRequest.objects.filter(is_ours=True).standing()
    return records.first(_addressed(rows, records.exercise.states.values()), "recorded_at")


def _question_answered(records: _Records) -> datetime | None:
    asked = VerificationRequest.objects.filter(records.during("came_at"), is_ours=False)
    rows = VerificationAnswer.objects.filter(is_ours=True, request__in=asked.values("pk")).standing()
    return records.first(rows, "recorded_at")


def _addressed(rows: QuerySet[Any], nodes: Iterable[str]) -> QuerySet[Any]:
    """Addressees are a list in JSON, which SQLite cannot look into; there are few questions."""
    wanted = set(nodes)
    keys = [key for key, to in rows.values_list("pk", "addressees") if wanted & set(to)]
    return rows.filter(pk__in=keys)


MEASURES: Mapping[str, Callable[[_Records], datetime | None]] = {
    "signal_verified": _signal_verified,
    "event_opened": _event_opened,
    "annex2_assessed": _annex2_assessed,
    "partners_notified": _partners_notified,
    "partner_acknowledged": _partner_acknowledged,
    "notification_acknowledged": _notification_acknowledged,
    "relevance_said": _relevance_said,
    "question_asked": _question_asked,
    "question_answered": _question_answered,
    "action_completed": _action_completed,
}
