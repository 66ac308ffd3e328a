"""Hours of the week, in a clinician's own time zone: ours to FHIR's `availableTime`, and back.

FHIR has no 24:00. A day without a beginning begins at midnight there, one without an end ends at midnight.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["available_times", "hours_of"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT, END = "00:00", "24:00"
MOST = 21

Json = dict[str, Any]


def available_times(availability: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Our hours as FHIR writes them, in their order."""
    return [{"daysOfWeek": [DAYS[day - 1] for day in one["days"]], **_span(one)} for one in availability]


def hours_of(role: Mapping[str, Any]) -> tuple[list[Json], list[str]]:
    """FHIR's hours as ours, at most MOST, and what of them was left out or taken otherwise."""
    hours: list[Json] = []
    left_out: list[str] = []
    for one in role.get("availableTime", []):
        if not one.get("daysOfWeek"):
            left_out.append("hours without days are taken for those of every day")
        days = [DAYS.index(day) + 1 for day in one.get("daysOfWeek") or DAYS if day in DAYS]
        if days:
            hours += _spans(list(dict.fromkeys(days)), *_ends(one))
        else:
            left_out.append("hours are left out whose days are none of a week")
    if len(hours) > MOST:
        left_out.append(f"of {len(hours)} spans of hours the first {MOST} are taken")
    return hours[:MOST], left_out


def _span(one: Mapping[str, Any]) -> Json:
    if (one["from"], one["until"]) == (MIDNIGHT, END):
        return {"allDay": True}
    until = {} if one["until"] == END else {"availableEndTime": f"{one['until']}:00"}
    return {"availableStartTime": f"{one['from']}:00", **until}


def _ends(one: Mapping[str, Any]) -> tuple[str, str]:
    if one.get("allDay"):
        return MIDNIGHT, END
    return one.get("availableStartTime", MIDNIGHT)[:5], one.get("availableEndTime", END)[:5]


def _spans(days: list[int], start: str, end: str) -> Iterator[Json]:
    """One span, or two where the hours end on the next day. An end at midnight is that of the day itself."""
    if start < end:
        yield {"days": days, "from": start, "until": end}
        return
    yield {"days": days, "from": start, "until": END}
    if end != MIDNIGHT:
        yield {"days": [day % 7 + 1 for day in days], "from": MIDNIGHT, "until": end}
