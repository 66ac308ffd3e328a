"""AL with the places that the script needs, and people who direct and play."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from tests.node.events.laboratory_scenes import laboratory, lena, sample, sent  # noqa: F401 - fixtures
from tests.node.post.conftest import alliance_list, joined, nothing_remembered, partner

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.exercises import delivering
from tocsin.node.exercises.actions.running import begin
from tocsin.node.exercises.models import Exercise
from tocsin.node.exercises.scripts import Script, scripts
from tocsin.node.surveillance.actions.setting_up import add_place
from tocsin.node.surveillance.models import Place

__all__ = ["alliance_list", "joined", "nothing_remembered", "partner"]


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


@pytest.fixture
def script() -> Script:
    return scripts()["cholera-on-the-river"]


@pytest.fixture
def land(state, diseases) -> dict[str, Place]:
    """Altania, as far as the script goes."""
    root = add_place(code="AL", kind="country", parent=None, names=("Altania", "Алтания", "阿尔坦尼亚"), state=state)
    made = {"AL": root}
    region = add_place(code="AL-08", kind="region", parent=root, names=("Tolgan Land", "", ""), state=state)
    for code, name in (("AL-0803", ("Karsu", "Карсу", "卡尔苏")), ("AL-0802", ("Tolgan", "Толган", "托尔甘"))):
        made[code] = add_place(code=code, kind="district", parent=region, names=name, state=state)
    made["AL-0803-X"] = add_place(
        code="AL-0803-X", kind="point_of_entry", parent=made["AL-0803"], names=("Karsu crossing", "", ""), state=state
    )
    return made


@pytest.fixture
def dora(person) -> Person:
    """Directs."""
    return person("duty_officer", name="Dora")


@pytest.fixture
def vera(person) -> Person:
    """A duty officer, who plays."""
    return person("duty_officer", name="Vera")


@pytest.fixture
def begun(script, land, dora) -> Callable[..., Exercise]:
    """begun(minutes_a_day=10, …): an exercise that has begun."""

    def make(**given: object) -> Exercise:
        defaults = script.defaults["exercise"]
        given = {
            "code_word": "Grey Heron", "states": defaults["states"], "places": defaults["places"],
            "minutes_a_day": 10, "by": dora, **given,
        }  # fmt: skip
        return begin(script, **given)

    return make


@pytest.fixture
def played(begun, clock) -> Callable[..., Exercise]:
    """played(day=9): an exercise on that day, with all that has come until then."""

    def make(day: float = 22, **given: object) -> Exercise:
        exercise = begun(**given)
        clock.on(minutes=(day - 1) * exercise.minutes_a_day)
        delivering.deliver()
        return Exercise.objects.get(pk=exercise.pk)

    return make


@pytest.fixture
def real_alliance() -> Iterator[None]:
    """The alliance as one that is no exercise."""
    kept = here()
    object.__setattr__(kept, "is_exercise", False)
    yield
    object.__setattr__(kept, "is_exercise", True)
