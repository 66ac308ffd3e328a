"""When somebody is there: hours of weekdays in a zone of their own, and days on which they are away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

__all__ = ["WHOLE_DAY_ENDS", "Hours", "hours_of", "is_away", "is_zone", "local", "zones"]

WHOLE_DAY_ENDS = "24:00"


@dataclass(frozen=True, slots=True)
class Hours:
    """Some hours on some weekdays. days: 1 is Monday; begins and ends: "HH:MM", the end not included."""

    days: tuple[int, ...]
    begins: str
    ends: str

    def include(self, here: datetime) -> bool:
        """Whether a moment, as clocks there show it, lies in these."""
        return here.isoweekday() in self.days and self.begins <= f"{here:%H:%M}" < self.ends


def hours_of(availability: Sequence[Mapping[str, Any]]) -> tuple[Hours, ...]:
    """As documents say them."""
    return tuple(Hours(tuple(one["days"]), one["from"], one["until"]) for one in availability)


def local(zone: str, at: datetime) -> datetime:
    """What a clock shows there; in UTC where the zone is none that is known here."""
    return at.astimezone(ZoneInfo(zone if is_zone(zone) else "UTC"))


def is_away(status: str, until: date | None, zone: str, at: datetime) -> bool:
    """Whether they are away at a moment. After the last day they named they are back, whether they say so or not."""
    return status == "away" and (until is None or local(zone, at).date() <= until)


@cache
def zones() -> frozenset[str]:
    """Names of all zones known here."""
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Whether a zone of this name is known here."""
    return name in zones()
