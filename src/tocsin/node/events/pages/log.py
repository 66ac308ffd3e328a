"""The timeline as a page shows it: newest first, a piece at a time; and what partners said meanwhile, in its place.

What partners say is theirs: it is kept as their documents, and not written into the timeline. Apps that know of it tell
it by `heard_by`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tocsin.node.alliance.models import Person
from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.events.timeline import sentence

__all__ = ["A_PIECE", "Heard", "Hearing", "Said", "heard_by", "piece"]

A_PIECE = 40


@dataclass(frozen=True, slots=True)
class Said:
    entry: TimelineEntry
    sentence: str
    is_late: bool  # written down long after it happened

    @property
    def at(self) -> datetime:
        return self.entry.happened_at


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody outside this state said of an event: when it was known here, who, and what."""

    at: datetime
    who: str
    sentence: str


# (event, person, since, until): what was known from `since` on and before `until`, either of which may be None.
Hearing = Callable[[Event, Person, datetime | None, datetime | None], Iterable[Heard]]
_hearing: list[Hearing] = []


def heard_by(hearing: Hearing) -> None:
    """Let an app put what it knows of others into the logs of events."""
    if hearing not in _hearing:
        _hearing.append(hearing)


def piece(
    event: Event, person: Person, before: int | None = None, *, most: int = A_PIECE
) -> tuple[list[Said | Heard], int | None]:
    """Entries older than the one of number `before`, and the number to go on from; None at the end.

    It goes by what happened when, and by number where that is the same: an address that was sent shows the same piece.
    """
    found, until = event.timeline.select_related("by"), None
    if before is not None and (last := event.timeline.filter(pk=before).first()):
        until = last.happened_at
        found = found.filter(happened_at__lte=until).exclude(happened_at=until, pk__gte=last.pk)
    entries = list(found[: most + 1])
    more = entries[most - 1].pk if len(entries) > most else None
    since = entries[most - 1].happened_at if more is not None else None
    heard = [one for hearing in _hearing for one in hearing(event, person, since, until)]
    said: list[Said | Heard] = [*heard, *map(_said, entries[:most])]
    return sorted(said, key=lambda one: one.at, reverse=True), more


def _said(entry: TimelineEntry) -> Said:
    late = (entry.recorded_at - entry.happened_at).total_seconds() > 3600
    return Said(entry, sentence(entry), late)
