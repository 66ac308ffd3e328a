"""Ranges of bytes as HTTP writes them (RFC 9110, 14): what a browser sends, and what it asks for."""

import re
from typing import NamedTuple

__all__ = ["Sent", "asked_range", "wanted_range"]

_SENT = re.compile(r"bytes (\d{1,15})-(\d{1,15})/(\d{1,15})")
_WANTED = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class Sent(NamedTuple):
    """A range of an upload: first and last byte, and how many the file has."""

    first: int
    last: int
    total: int


def asked_range(header: str) -> Sent | None:
    """What a Content-Range says; None for what is none, or backwards."""
    match = _SENT.fullmatch(header)
    if match is None:
        return None
    sent = Sent(*map(int, match.groups()))
    return sent if sent.first <= sent.last else None


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """First byte, and the one after the last, of what a Range asks for; None for the whole.

    Several ranges at once, and other units, are answered with the whole, as the standard allows. Raises ValueError for
    what lies beyond the end.
    """
    match = _WANTED.fullmatch(header.strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:  # the last so many
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
    if start >= end:
        raise ValueError(f"bytes {start} to {end} of {size}")
    return start, end
