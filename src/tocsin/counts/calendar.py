"""Days, epidemiological weeks and months: where each period begins.

A week belongs to the year that holds at least four of its days, whatever its first day: ISO 8601
for Monday, the same rule as printed on the epidemiological calendars for Sunday (the Americas)
and Saturday (the Eastern Mediterranean). The first week is the one with 4 January.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from tocsin.counts.series import Every, WeekStart

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "month_start",
    "next_start",
    "start_of",
    "systems_of",
    "week_start_of",
    "weeks_in",
]

FIRST_YEAR, LAST_YEAR = 1800, 2199
WEEKDAY = {WeekStart.MONDAY: 0, WeekStart.SATURDAY: 5, WeekStart.SUNDAY: 6}


def start_of(day: date, every: Every, week_start: WeekStart) -> date:
    """First day of the period that holds `day`."""
    if every is Every.DAY:
        return day
    if every is Every.MONTH:
        return day.replace(day=1)
    return day - timedelta(days=(day.weekday() - WEEKDAY[week_start]) % 7)


def next_start(start: date, every: Every) -> date:
    """First day of the period after the one that begins on `start`."""
    if every is Every.MONTH:
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=7 if every is Every.WEEK else 1)


def weeks_in(year: int, week_start: WeekStart) -> int:
    """52 or 53."""
    return (_first_week(year + 1, week_start) - _first_week(year, week_start)).days // 7


def week_start_of(year: int, week: int, week_start: WeekStart) -> date | None:
    """First day of a numbered week; None where the year has no such week."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= week <= weeks_in(year, week_start):
        return None
    return _first_week(year, week_start) + timedelta(weeks=week - 1)


def month_start(year: int, month: int) -> date | None:
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        return None
    return date(year, month, 1)


def systems_of(weeks: Iterable[tuple[int, int]]) -> list[WeekStart]:
    """The week systems in which every given (year, week) exists; all of them if none has."""
    long_years = {year for year, week in weeks if week == 53 and FIRST_YEAR <= year <= LAST_YEAR}
    fitting = [system for system in WeekStart if all(weeks_in(year, system) == 53 for year in long_years)]
    return fitting or list(WeekStart)


def _first_week(year: int, week_start: WeekStart) -> date:
    return start_of(date(year, 1, 4), Every.WEEK, week_start)
