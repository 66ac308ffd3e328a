"""Moments as the protocol writes them: UTC, whole seconds. docs/exchange.md, section 1."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tocsin.exchange.errors import Malformed

__all__ = ["Clock", "moment", "read_moment", "seconds_apart"]

Clock = Callable[[], datetime]  # aware, UTC

FORM = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def moment(at: datetime) -> str:
    """`at` as `2026-03-09T06:00:00Z`. A moment without a zone is nobody's: ValueError."""
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def read_moment(text: object, *, code: str, what: str) -> datetime:
    """The moment that `text` says. Raises Malformed."""
    if isinstance(text, str) and FORM.fullmatch(text):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:  # the 30th of February
            pass
        else:
            if moment(at) == text:  # later Pythons read 24:00 too, as the next day
                return at
    raise Malformed(code, f"{what} is {text!r:.40}; a moment is written 2026-03-09T06:00:00Z")


def seconds_apart(a: datetime, b: datetime) -> float:
    """How far apart two moments are."""
    return abs((a - b) / timedelta(seconds=1))
