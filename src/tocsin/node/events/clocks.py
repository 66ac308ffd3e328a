"""The clocks of an event: from what people said of it to the instruments, for one event and for lists of them.

What lists need is kept on the event (`Event.clocks` and the columns of the intervals, by `kept_fields`) when somebody
sets a milestone or an action; how it stands depends on the day, and is reckoned when somebody looks.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.events.instruments.seven_one_seven import (
    ACTIONS,
    INTERVALS,
    TARGETS,
    Action,
    Record,
    Timeliness,
    evaluate,
)
from tocsin.node.events.instruments.seven_one_seven import Milestone as When
from tocsin.node.events.models import EarlyAction, Event, Milestone
from tocsin.node.events.standing import LAST_EVENT, zone_of

__all__ = [
    "MILESTONES",
    "NOTHING_KEPT",
    "kept",
    "kept_fields",
    "milestone_kept",
    "record_of",
    "targets",
    "timeliness",
    "timeliness_kept",
]

# Milestones that people set; early response is the last of the seven actions, and has none of its own.
MILESTONES = ("emergence", "detection", "notification", "who_notified", LAST_EVENT)
OF_717 = ("emergence", "detection", "notification")
# What an event keeps of its clocks while nobody has said anything.
NOTHING_KEPT: Mapping[str, Any] = {
    "clocks": {}, **{f"{code}_{kept}": None for code in INTERVALS for kept in ("days", "since")},
}  # fmt: skip


def record_of(event: Event, episode: int | None = None) -> Record:
    """What people said of one episode of an event, by default of the one that runs."""
    number = event.episode if episode is None else episode
    milestones = Milestone.objects.filter(event=event, episode=number, is_current=True, kind__in=OF_717)
    when = {row.kind: When(row.at or row.on, row.precision == Milestone.Precision.ESTIMATED) for row in milestones}
    actions = EarlyAction.objects.filter(event=event, episode=number, is_current=True)
    return Record(**when, actions=tuple(_action(row) for row in actions))


def _action(row: EarlyAction) -> Action:
    estimated = row.precision == Milestone.Precision.ESTIMATED
    done = When(row.completed_on, estimated) if row.completed_on else None
    return Action(row.action, done, row.applicable is not False)


def timeliness(event: Event, *, now: datetime | None = None, episode: int | None = None) -> Timeliness:
    """How 7-1-7 stands for an event."""
    return _evaluated(record_of(event, episode), now)


def targets() -> dict[str, int]:
    """Days by interval: those of the alliance, where its file sets some."""
    return {**TARGETS, **alliance().rules.days}


def _evaluated(record: Record, now: datetime | None) -> Timeliness:
    return evaluate(record, zone=zone_of(), now=now or timezone.now(), targets=targets())


def kept(record: Record) -> dict[str, Any]:
    """A record as lists keep it: {"emergence": ["2026-03-01", false], …, "actions": {"investigation": [day, …]}}."""
    dates = {name: _written(getattr(record, name)) for name in OF_717}
    actions = {one.code: _written(one.done) if one.applicable else "not_applicable" for one in record.actions}
    return {**dates, "actions": actions}


def kept_fields(record: Record) -> dict[str, Any]:
    """All that an event keeps of a record: `clocks`, and of each interval its days or since when it runs."""
    fields: dict[str, Any] = {"clocks": kept(record)}
    for one in _evaluated(record, None).intervals:
        fields[f"{one.code}_days"] = one.days
        fields[f"{one.code}_since"] = one.begins if one.clock is not None else None
    return fields


def timeliness_kept(clocks: Mapping[str, Any], *, now: datetime | None = None) -> Timeliness:
    """The same, from what is kept on the event."""
    return _evaluated(_read_record(clocks), now)


def milestone_kept(clocks: Mapping[str, Any], name: str) -> When | None:
    """A milestone of 7-1-7, from what is kept on the event."""
    return _read(clocks.get(name))


def _written(when: When | None) -> list[Any] | None:
    return [when.at.isoformat(), when.estimated] if when is not None else None


def _read(value: Any) -> When | None:
    if not value:
        return None
    text, estimated = value  # as `_written` wrote it
    return When(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text), estimated)


def _read_record(clocks: Mapping[str, Any]) -> Record:
    said = clocks.get("actions", {})
    actions = tuple(
        Action(code, None, False) if said.get(code) == "not_applicable" else Action(code, _read(said.get(code)))
        for code in ACTIONS
    )
    return Record(**{name: _read(clocks.get(name)) for name in OF_717}, actions=actions)
