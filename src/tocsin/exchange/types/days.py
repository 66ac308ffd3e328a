"""Days and moments that a body names, set against the moment at which its document was recorded.

A day has no zone: it is taken to be as late as where days begin first. There it is tomorrow from 10:00 UTC on.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from tocsin.exchange import limits
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.exchange.saying import say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found, member_of

__all__ = ["check_day", "check_moment", "check_order", "day_of", "recorded_day", "recorded_until"]

EASTMOST = timedelta(hours=14)  # a day is over there that has not begun elsewhere
EARLIEST, LATEST = date(1900, 1, 1), datetime(9999, 12, 30, tzinfo=UTC)  # room to reckon with what anybody writes
SKEW = timedelta(seconds=limits.SKEW_SECONDS)


def day_of(text: str) -> date | None:
    """The day; None for what is none, or too far away to reckon with."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= date.max - timedelta(days=7) else None


def recorded_until(document: Document, context: Context) -> datetime:
    """The moment at which it was recorded; what says it was later than now is taken as now."""
    recorded_at = min(document.recorded_at, LATEST)
    return recorded_at if context.now is None else min(recorded_at, context.now + SKEW)


def recorded_day(document: Document, context: Context) -> date:
    """The latest day that it was anywhere when the document was recorded."""
    return (recorded_until(document, context) + EASTMOST).date()


def check_day(text: str | None, pointer: str, today: date | None, found: Found) -> date | None:
    """The day, if there is one. Found is what is no day, and what is after `today`, which is None for days to come."""
    if text is None:
        return None
    day = day_of(text)
    if day is None:
        found.document("period-invalid", say("no-such-day", text=member_of(pointer), day=text), pointer)
    elif today is not None and day > today:
        found.document("future-period", say("day-ahead", text=member_of(pointer), day=text, today=today), pointer)
    return day


def check_order(days: Sequence[tuple[str, date | None]], found: Found) -> None:
    """Days by their pointers, which follow one another; one that is None is not known."""
    known = [(pointer, day) for pointer, day in days if day is not None]
    for (earlier, before), (later, day) in pairwise(known):
        if day < before:
            values = {"text": member_of(later), "day": day, "earlier": member_of(earlier), "before": before}
            found.document("contradiction", say("days-backwards", **values), later)


def check_moment(document: Document, text: str, pointer: str, found: Found, *, past: bool) -> datetime | None:
    """The moment. Found is what is none, and what is not before (`past`) or after the document was recorded."""
    try:
        at = read_moment(text, code="schema", what=member_of(pointer))
    except Malformed:
        found.document("schema", say("no-such-moment", text=member_of(pointer), moment=text), pointer)
        return None
    if past and at - document.recorded_at > SKEW:
        found.document("contradiction", say("moment-ahead", text=member_of(pointer), moment=text), pointer)
    elif not past and document.recorded_at - at > SKEW:
        found.document("contradiction", say("moment-over", text=member_of(pointer), moment=text), pointer)
    return at
