"""Who is called when, until a person acknowledges: the ladder, as data of node.toml. No models, no clock.

[duty]
repeat = 30                                             # minutes; the last rung again and again

[[duty.ladder]]
after = 0                                               # minutes after the alert was raised
whom = ["first"]                                        # first, second: on call by the roster; all: who stands duty
by = ["push", "mail"]                                   # push, mail, gateway
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

__all__ = ["CHANNELS", "USUAL", "WHOM", "BadLadder", "Ladder", "Rung", "read"]

WHOM = ("first", "second", "all")
CHANNELS = ("push", "mail", "gateway")
MOST_RUNGS, LONGEST = 20, 24 * 60


class BadLadder(ValueError):
    """The ladder in node.toml cannot be climbed; the message says which rung and why."""


@dataclass(frozen=True, slots=True)
class Rung:
    """After so many minutes, these people by these channels."""

    after: int
    whom: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs in their order; the last one is repeated every `repeat` minutes until a person acknowledges."""

    rungs: tuple[Rung, ...]
    repeat: int = 30

    def rung(self, number: int) -> Rung:
        """The rung that is climbed as the `number`th, from 0: after the last, the last again."""
        return self.rungs[min(number, len(self.rungs) - 1)]

    def gap(self, number: int) -> timedelta:
        """Between the `number`th and the one after it."""
        if number + 1 >= len(self.rungs):
            return timedelta(minutes=self.repeat)
        return timedelta(minutes=self.rungs[number + 1].after - self.rungs[number].after)

    def is_repeat(self, number: int) -> bool:
        """Whether the `number`th is the last rung once more."""
        return number >= len(self.rungs)

    def as_json(self) -> dict[str, Any]:
        """As an alert keeps it: who is called for it does not change while it is open."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Ladder":
        """What as_json gave."""
        rungs = (Rung(one["after"], tuple(one["whom"]), tuple(one["by"])) for one in kept["rungs"])
        return cls(tuple(rungs), kept["repeat"])


USUAL = Ladder(
    (
        Rung(0, ("first",), ("push", "mail")),
        Rung(10, ("second",), ("push", "mail")),
        Rung(20, ("all",), ("push", "mail", "gateway")),
    )
)


def read(duty: Mapping[str, Any]) -> Ladder:
    """The ladder of the table [duty] of node.toml; what it does not say is as usual. Raises BadLadder."""
    repeat = _minutes(duty.get("repeat", USUAL.repeat), "repeat", least=1)
    given = duty.get("ladder")
    if given is None:
        return Ladder(USUAL.rungs, repeat)
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_RUNGS:
        raise BadLadder(f"[[duty.ladder]] has from 1 to {MOST_RUNGS} rungs")
    rungs = tuple(_rung(one, number) for number, one in enumerate(given, 1))
    for number, (before, after) in enumerate(pairwise(rungs), 2):
        if after.after < before.after:
            raise BadLadder(f"[[duty.ladder]], rung {number}: after = {after.after} is before the rung above it")
    if rungs[0].after != 0:
        raise BadLadder("[[duty.ladder]], rung 1: after is 0, so that somebody is called at once")
    if "all" not in rungs[-1].whom:
        raise BadLadder('[[duty.ladder]]: the last rung calls "all", or an alert may wait for nobody')
    return Ladder(rungs, repeat)


def _rung(given: Any, number: int) -> Rung:
    where = f"[[duty.ladder]], rung {number}"
    if not isinstance(given, Mapping) or set(given) != {"after", "whom", "by"}:
        raise BadLadder(f"{where}: says after, whom and by, and nothing else")
    return Rung(
        _minutes(given["after"], f"{where}: after", least=0),
        _names(given["whom"], WHOM, f"{where}: whom"),
        _names(given["by"], CHANNELS, f"{where}: by"),
    )


def _minutes(value: Any, name: str, *, least: int) -> int:
    if type(value) is not int or not least <= value <= LONGEST:
        raise BadLadder(f"{name} is a whole number of minutes from {least} to {LONGEST}, not {value!r:.40}")
    return value


def _names(value: Any, known: Sequence[str], name: str) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or any(one not in known for one in given):
        raise BadLadder(f"{name} names one or several of {', '.join(known)}, not {value!r:.60}")
    return tuple(dict.fromkeys(given))
