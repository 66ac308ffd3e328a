"""In which order the letters of a thread stand. Pure: it does not depend on the order in which they came.

By the time at which each was written, and never before what it answers: the clocks of two nodes may differ by minutes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

__all__ = ["Placed", "in_order"]

Key = tuple[str, str]  # origin and identifier, as documents name a letter


@dataclass(frozen=True, slots=True)
class Placed:
    """What the place of a letter depends on. answers: the letter that it answers, which may not be here."""

    key: Key
    written_at: datetime
    answers: Key | None = None

    @classmethod
    def of(cls, key: Mapping[str, str], written_at: datetime, answers: Mapping[str, str] | None) -> Self:
        """As documents name letters."""
        before = (answers["origin"], answers["id"]) if answers else None
        return cls((key["origin"], key["id"]), written_at, before)


def in_order(letters: Iterable[Placed]) -> list[Key]:
    """Keys in the order of reading. Letters that claim to answer one another in a circle stand by their times."""
    known = {one.key: one for one in letters}
    places: dict[Key, tuple[datetime, int]] = {}
    for key in known:
        _place(key, known, places)
    return sorted(known, key=lambda key: (*places[key], known[key].written_at, key))


def _place(key: Key, known: Mapping[Key, Placed], places: dict[Key, tuple[datetime, int]]) -> None:
    """The time at which a letter stands, and how many letters it has to stand behind at that same time."""
    chain: list[Key] = []
    seen: set[Key] = set()
    at: Key | None = key
    while at is not None and at in known and at not in places and at not in seen:
        seen.add(at)
        chain.append(at)
        at = known[at].answers
    circle = set(chain[chain.index(at) :]) if at in seen else set()
    for one in reversed(chain):
        written, before = known[one].written_at, known[one].answers
        if one in circle or before is None or before not in places:
            places[one] = (written, 0)
            continue
        time, depth = places[before]
        places[one] = (written, 0) if written > time else (time, depth + 1)
