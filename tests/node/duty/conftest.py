"""A node whose people stand duty, with a clock that a test moves and channels that note whom they reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.duty import configuration, escalating, kinds
from tocsin.node.duty.actions.alerts import raise_alert
from tocsin.node.duty.channels import Outcome
from tocsin.node.duty.models import Alert, Step
from tocsin.node.duty.words import Words

__all__ = ["Calls", "alliance_list", "joined", "nothing_remembered", "partner"]


@dataclass
class Calls:
    """All channels: whom they reached, and for whom what goes wrong."""

    made: list[tuple[str, str]] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    fails: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    def prepare(self, channel: str, person: Person, words: Words) -> Callable[[], Outcome]:
        def call() -> Outcome:
            self.made.append((person.name, channel))
            self.words.append(words)
            return self.fails.get((person.name, channel)) or self.fails.get(("*", channel)) or Outcome()

        return call

    @property
    def channels(self) -> dict[str, "OneChannel"]:
        return {name: OneChannel(name, self) for name in ("push", "mail", "gateway")}

    def since(self) -> list[tuple[str, str]]:
        """Whom it reached since it was last asked."""
        found, self.made = sorted(self.made), []
        return found


@dataclass
class OneChannel:
    name: str
    calls: Calls

    def prepare(self, person: Person, words: Words) -> Callable[[], Outcome]:
        return self.calls.prepare(self.name, person, words)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@dataclass
class Clock:
    """The time as the node sees it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def on(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@pytest.fixture
def clock(monkeypatch) -> Clock:
    made = Clock(timezone.now().replace(microsecond=0))
    monkeypatch.setattr(timezone, "now", made)
    return made


@pytest.fixture(autouse=True)
def usual_ladder():
    configuration.forget()
    yield
    configuration.forget()


@pytest.fixture(autouse=True)
def kinds_of_the_test(monkeypatch):
    """What a test registers is gone after it."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    monkeypatch.setattr(kinds, "_hooks", {name: list(found) for name, found in kinds._hooks.items()})
    kinds.register("test", "Something from %(state)s")


@pytest.fixture
def olga(person) -> Person:
    """First on call in these tests."""
    return person("duty_officer", name="Olga", telephone="+7 000 111")


@pytest.fixture
def pavel(person) -> Person:
    """Second on call."""
    return person("duty_officer", name="Pavel", language="ru")


@pytest.fixture
def quan(person) -> Person:
    """Stands duty, and is at home."""
    return person("duty_officer", name="Quan", language="zh-hans")


@pytest.fixture
def roster(olga, pavel, quan, clock) -> None:
    """Olga first, Pavel second, from an hour ago."""
    for somebody, line in ((olga, "first"), (pavel, "second")):
        DutyShift.objects.create(
            person=somebody, line=line, starts_at=clock.now - timedelta(hours=1), ends_at=clock.now + timedelta(days=3)
        )


@pytest.fixture
def raised(state, clock) -> Callable[..., Alert]:
    """raised("subject"): an alert of a kind that only these tests have."""

    def make(subject: str = "1", **more: object) -> Alert:
        given = {"kind": "test", "subject_type": "parcel", "subject_id": subject, "link": "/messages/", **more}
        return raise_alert(values={"state": {"en": "Borenia", "ru": "Борения", "zh-hans": "博雷尼亚"}}, **given)

    return make


@pytest.fixture
def call(clock, calls) -> Callable[[], list[tuple[str, str]]]:
    """call(): what the scheduled task does now; gives whom it reached."""

    def run() -> list[tuple[str, str]]:
        escalating.escalate(clock, calls.channels)
        return calls.since()

    return run


def record_of(alert: Alert) -> list[tuple[int, str, str, str]]:
    """(rung, person, channel, state) of each call, in order."""
    steps = Step.objects.filter(alert=alert).order_by("rung", "person__name", "channel", "attempt")
    return [(step.rung, step.person.name, step.channel, step.state) for step in steps]
