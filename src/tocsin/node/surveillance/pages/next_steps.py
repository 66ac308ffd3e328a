"""What else may be done with a thread of signals, by apps that know threads and that surveillance does not know."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Thread

__all__ = ["Step", "offered_by", "steps"]


class Step(NamedTuple):
    """A link; `is_primary` is the one thing to do next with a thread of this status."""

    label: Any
    url: str
    is_primary: bool = False


Offering = Callable[[Thread, Person], Iterable[Step]]
_offerings: list[Offering] = []


def offered_by(offering: Offering) -> None:
    """Have `offering` asked for each thread that is shown."""
    if offering not in _offerings:
        _offerings.append(offering)


def steps(thread: Thread, person: Person) -> list[Step]:
    """All that is offered to this person."""
    return [step for offering in _offerings for step in offering(thread, person)]
