"""What every page of one event has on top: the answer, chips, clocks, tabs, and the one primary act."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tocsin.node.alliance.exercise_mark import is_exercise
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.clocks import timeliness_kept
from tocsin.node.events.models import Event
from tocsin.node.events.pages.clock_lines import Line, lines
from tocsin.node.events.pages.figures import answer
from tocsin.node.events.serials import serial

__all__ = ["Act", "Chip", "Head", "Tab", "act_by", "chips", "head", "tab_by"]

# The states of the axes, and the chips that show them: "none" is another state on each.
CHIPS = {"assessment": {"none": "not_assessed"}, "response": {"none": "no_response"}}


@dataclass(frozen=True, slots=True)
class Chip:
    axis: str
    state: str
    label: Any


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of an event: the name of its address, its word, and who may see it. `order` is its place in the row."""

    name: str
    label: Any
    ability: Ability
    order: int


@dataclass(frozen=True, slots=True)
class Act:
    """The one thing to do next: a link, or a button that posts `values`."""

    label: Any
    url: str
    values: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    event: Event
    serial: str
    answer: str
    chips: list[Chip]
    clocks: list[Line]
    tabs: list[tuple[str, Any, bool]]
    act: Act | None
    merged_into: Event | None
    may_write: bool
    is_exercise: bool


_tabs: list[Tab] = [
    Tab("event", _("Overview"), Ability.READ_EVENTS, 0),
    Tab("event_assessment", _("Assessment"), Ability.READ_EVENTS, 20),
    Tab("event_laboratory", _("Laboratory"), Ability.READ_CASES, 50),
    Tab("event_clocks", _("Clocks"), Ability.READ_EVENTS, 60),
    Tab("event_files", _("Files"), Ability.READ_CASES, 80),
    Tab("event_log", _("Log"), Ability.READ_EVENTS, 90),
]
_acts: list[Callable[[Event, Person], Act | None]] = []


def tab_by(tab: Tab) -> None:
    """Add a page to every event; apps that know events say it when they start."""
    if tab.name not in {one.name for one in _tabs}:
        _tabs.append(tab)
        _tabs.sort(key=lambda one: one.order)


def act_by(offering: Callable[[Event, Person], Act | None]) -> None:
    """Have `offering` say what is to be done next with an event; the first that has something is shown."""
    if offering not in _acts:
        _acts.append(offering)


def chips(event: Event) -> list[Chip]:
    """How the event stands on its three axes."""
    found = []
    for axis in ("verification", "assessment", "response"):
        state = getattr(event, axis)
        label = getattr(event, f"get_{axis}_display")()
        found.append(Chip(axis, CHIPS.get(axis, {}).get(state, state), label))
    return found


def head(event: Event, person: Person, here: str) -> Head:
    """The head of the page whose address is named `here`."""
    mine = [tab for tab in _tabs if person.may(tab.ability)]
    act = next((act for offering in _acts if (act := offering(event, person))), None)
    return Head(
        event=event,
        serial=serial(event),
        answer=answer(event),
        chips=chips(event),
        clocks=lines(timeliness_kept(event.clocks)),
        tabs=[(reverse(tab.name, args=[event.pk]), tab.label, tab.name == here) for tab in mine],
        act=act,
        merged_into=event.merged_into,
        may_write=person.may(Ability.WRITE_EVENTS) and event.merged_into_id is None,
        is_exercise=is_exercise(event),
    )
