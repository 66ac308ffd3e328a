"""Days and moments of clinical content: that they exist, and that they have come."""

from datetime import date, datetime, timedelta

from tocsin.clinical.content.problems import Problem

__all__ = ["check_day", "check_moment", "check_span", "day_of"]

OLDEST = timedelta(days=121 * 366)


def day_of(text: object) -> date | None:
    """The day that a text says, or begins with; None if there is none."""
    try:
        return date.fromisoformat(text[:10]) if isinstance(text, str) else None
    except ValueError:
        return None


def check_day(text: str | None, field: str, *, today: date, may_lie_ahead: bool = False) -> list[Problem]:
    """What is wrong with a day; None is no day, and all right."""
    if text is None:
        return []
    day = day_of(text)
    if day is None:
        return [Problem(field, "no-such-day", {"day": text})]
    return _of_day(day, field, today, may_lie_ahead)


def check_moment(text: str, field: str, *, today: date) -> list[Problem]:
    """What is wrong with a moment in UTC, or with a day in its place."""
    day = day_of(text)
    if day is None or not _is_moment(text):
        return [Problem(field, "no-such-moment", {"at": text})]
    return _of_day(day, field, today, may_lie_ahead=False)


def check_span(begins: str | None, until: str | None, field: str, *, today: date) -> list[Problem]:
    """What is wrong with the days from which and until which something was given; both may lie ahead."""
    found = [
        *check_day(begins, f"{field}/from", today=today, may_lie_ahead=True),
        *check_day(until, f"{field}/until", today=today, may_lie_ahead=True),
    ]
    first, last = day_of(begins), day_of(until)
    if first and last and last < first:
        found.append(Problem(f"{field}/until", "until-before-from", {"until": str(last), "begins": str(first)}))
    return found


def _of_day(day: date, field: str, today: date, may_lie_ahead: bool) -> list[Problem]:
    if day > today and not may_lie_ahead:
        return [Problem(field, "day-ahead", {"day": str(day), "today": str(today)})]
    if (today - day) > OLDEST:
        return [Problem(field, "day-too-early", {"day": str(day)})]
    return []


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
