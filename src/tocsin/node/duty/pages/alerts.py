"""What the pages of alerts show: the sentence, and the ladder as it was climbed, in the order of time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from django.utils.translation import gettext as _

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Role
from tocsin.node.duty.channels.outcome import why_named
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert, Step
from tocsin.node.duty.words import mark

__all__ = ["Call", "Climbed", "Shown", "ladder_of", "shown", "to_come"]

STATES = {
    Step.State.WAITING: "waiting",
    Step.State.TRYING: "being_called",
    Step.State.HANDED_OVER: "handed_over",
    Step.State.FAILED: "failed",
    Step.State.UNKNOWN: "interrupted",
    Step.State.CALLED_OFF: "called_off",
}


@dataclass(frozen=True)
class Shown:
    """An alert as lists and its page name it."""

    alert: Alert
    said: str
    mark: str

    @property
    def took(self) -> timedelta | None:
        """From its raising to a person's word."""
        return self.alert.acknowledged_at - self.alert.raised_at if self.alert.acknowledged_at else None

    @property
    def role(self) -> str:
        return str(Role(self.alert.by_role).label) if self.alert.by_role in Role.values else self.alert.by_role


@dataclass(frozen=True)
class Call:
    """One call: how it ended, in words."""

    step: Step
    state: str
    why: str
    after: timedelta


@dataclass
class Climbed:
    """One rung as it was climbed: who was meant, when it was due, each person with their calls."""

    title: str
    due_at: datetime
    late: timedelta | None
    people: list[tuple[Person, list[Call]]] = field(default_factory=list)


def shown(alerts: Iterable[Alert]) -> list[Shown]:
    """Alerts with their sentences."""
    return [Shown(alert, sentence(alert), mark(alert)) for alert in alerts]


def ladder_of(alert: Alert) -> list[Climbed]:
    """What was done so far, the first first."""
    steps = alert.steps.select_related("person").order_by("rung", "due_at", "person__name", "channel", "attempt")
    rungs = [_climbed(alert, number, list(group)) for number, group in groupby(steps, key=lambda step: step.rung)]
    return rungs


def to_come(alert: Alert) -> tuple[str, datetime] | None:
    """Whom the next rung calls, and when, while nobody has acknowledged."""
    if alert.next_at is None:
        return None
    return _meant(list(alert.climbs.rung(alert.rung).whom), repeat=alert.climbs.is_repeat(alert.rung)), alert.next_at


def _climbed(alert: Alert, number: int, steps: list[Step]) -> Climbed:
    due = min(step.due_at for step in steps)
    tried = [step.tried_at for step in steps if step.tried_at]
    late = min(tried) - due if tried else None
    found = list(dict.fromkeys(step.found_as for step in steps))
    climbed = Climbed(
        _meant(found, repeat=alert.climbs.is_repeat(number)),
        due,
        late if late and late > timedelta(minutes=2) else None,
    )
    for _key, group in groupby(sorted(steps, key=lambda step: str(step.person)), key=lambda step: step.person_id):
        calls = list(group)
        climbed.people.append((calls[0].person, [_call(alert, step) for step in calls]))
    return climbed


def _call(alert: Alert, step: Step) -> Call:
    why = why_named(step.why) if step.why else ""
    at = step.tried_at or step.due_at
    return Call(step, STATES[Step.State(step.state)], why, max(at - alert.raised_at, timedelta()))


def _meant(whom: list[str], *, repeat: bool) -> str:
    words = {
        "first": _("First on call"),
        "second": _("Second on call"),
        "all": _("All who stand duty, once more") if repeat else _("All who stand duty"),
        "manager": _("Nobody stands duty: whoever keeps the roster"),
    }
    return " · ".join(words.get(one, one) for one in whom)
