"""Limits of time: how much of one is used, what is left, and when its warnings are due.

Every moment has its zone; a clock reckons in moments, so that a change of summer time takes no hour from anybody.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache

from tocsin.node.alliances.entries import Names
from tocsin.node.alliances.rules import CLOCKS, NationalClock
from tocsin.node.events.instruments.sources import Evidence, Source, open_data, read_source

__all__ = ["WARNINGS", "Clock", "ClockState", "Limit", "clock", "limits", "national_limits"]

# Shares of a limit at which whoever is responsible is warned.
WARNINGS = (0.5, 0.8, 1.0)


class ClockState(StrEnum):
    """NOT_BEGUN: what starts it has not happened. CONTRADICTION: it ended before it began, so a moment is wrong."""

    NOT_BEGUN = "not_begun"
    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    CONTRADICTION = "contradiction"


@dataclass(frozen=True)
class Limit:
    """A limit as its file has it: from what, to what, within how long, and who says so."""

    code: str
    name: Names
    starts: Names
    ends: Names
    length: timedelta
    source: Source


@dataclass(frozen=True)
class Clock:
    """A limit of one event, at one moment.

    used             share of the limit that is used, 0 or more; above 1 it is overdue; None where it has not begun
    left, over       what is left of it, or by how much it is overdue; never negative, one of them is always 0
    warned           share at which the last warning fell due; None before the first, and once what is timed was done
    next_warning_at  when the next falls due; None after the last, and once what is timed was done
    A missed clock has either ended late (`ended_at`) or is still to be ended.
    """

    state: ClockState
    began_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    used: float | None
    left: timedelta
    over: timedelta
    warned: float | None
    next_warning_at: datetime | None

    @property
    def length(self) -> timedelta | None:
        """The whole limit; None where the clock has not begun."""
        return self.due_at - self.began_at if self.began_at and self.due_at else None


NOTHING = timedelta(0)


def clock(
    *,
    began_at: datetime | None,
    now: datetime,
    ended_at: datetime | None = None,
    length: timedelta | None = None,
    due_at: datetime | None = None,
) -> Clock:
    """How a limit stands at `now`, given as its length or as the last moment that still meets it.

    Raises ValueError for a moment without its zone, or for a limit that is not longer than nothing.
    """
    began_at, due_at, ended_at, now = _in_utc(began_at), _in_utc(due_at), _in_utc(ended_at), _zoned(now)
    if began_at is None:
        return Clock(ClockState.NOT_BEGUN, None, None, ended_at, None, NOTHING, NOTHING, None, None)
    if due_at is None:
        if length is None:
            raise ValueError("neither due_at nor length is given; one of them says how long the limit is")
        due_at = began_at + length
    whole = due_at - began_at
    if whole <= NOTHING:
        raise ValueError(f"the limit is {whole}; it must be longer than nothing")
    used = max((ended_at or now) - began_at, NOTHING)
    warned, next_at = (None, None) if ended_at else _warnings(began_at, whole, now)
    return Clock(
        state=_state(began_at, due_at, ended_at, now),
        began_at=began_at,
        due_at=due_at,
        ended_at=ended_at,
        used=used / whole,
        left=max(whole - used, NOTHING),
        over=max(used - whole, NOTHING),
        warned=warned,
        next_warning_at=next_at,
    )


def _state(began_at: datetime, due_at: datetime, ended_at: datetime | None, now: datetime) -> ClockState:
    if ended_at and ended_at < began_at:
        return ClockState.CONTRADICTION
    if ended_at:
        return ClockState.MET if ended_at <= due_at else ClockState.MISSED
    return ClockState.RUNNING if now < due_at else ClockState.MISSED


def _warnings(began_at: datetime, whole: timedelta, now: datetime) -> tuple[float | None, datetime | None]:
    due = [(share, began_at + whole * share) for share in WARNINGS]
    past = [share for share, at in due if at <= now]
    to_come = [at for _, at in due if at > now]
    return past[-1] if past else None, to_come[0] if to_come else None


def _in_utc(moment: datetime | None) -> datetime | None:
    return _zoned(moment) if moment else None


def _zoned(moment: datetime) -> datetime:
    # Two moments of one zone are subtracted by their clocks' hands, which a change of summer time moves: hence UTC.
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} has no zone; a clock reckons in moments")
    return moment.astimezone(UTC)


@cache
def read_clocks() -> Mapping[str, Limit]:
    """The limits that come with Tocsin, by code, in the order in which they begin."""
    file = open_data("clocks.toml")
    file.only({"clocks", "national"})
    found: dict[str, Limit] = {}
    for entry in file.entries("clocks", "clock"):
        entry.only({"code", "name", "starts", "ends", "hours", "source", "evidence"})
        found[entry.text("code")] = Limit(
            code=entry.text("code"),
            name=entry.names("name"),
            starts=entry.names("starts"),
            ends=entry.names("ends"),
            length=timedelta(hours=entry.whole("hours", least=1)),
            source=read_source(entry),
        )
    if tuple(found) != CLOCKS:
        raise file.error(f"clocks must be {', '.join(CLOCKS)}, in this order")
    return found


def national_limits(clocks: Iterable[NationalClock], disease: str | None) -> tuple[Limit, ...]:
    """The limits of a state's own law that are for a disease: those that name it, else those for all others."""
    given = tuple(clocks)
    named = [entry for entry in given if disease in entry.diseases]
    return tuple(_national(entry) for entry in named or [entry for entry in given if not entry.diseases])


def _national(entry: NationalClock) -> Limit:
    words = open_data("clocks.toml").entry("national")
    source = Source(entry.source, Evidence(entry.evidence))
    length = timedelta(hours=entry.hours)
    return Limit(entry.code, entry.name, words.names("starts"), words.names("ends"), length, source)


def limits(hours: Mapping[str, int] | None = None) -> Mapping[str, Limit]:
    """The limits, with the hours that an alliance set for some of them in place of Tocsin's."""
    given = hours or {}
    if strange := sorted(set(given) - set(CLOCKS)):
        raise ValueError(f"no clocks are {', '.join(strange)}; known are {', '.join(CLOCKS)}")
    return {
        code: replace(limit, length=timedelta(hours=given[code])) if code in given else limit
        for code, limit in read_clocks().items()
    }
