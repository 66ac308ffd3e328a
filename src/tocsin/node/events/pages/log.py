"""The timeline as a page shows it: newest first, a piece at a time."""

from dataclasses import dataclass

from tocsin.node.events.models import Event, TimelineEntry
from tocsin.node.events.timeline import sentence

__all__ = ["A_PIECE", "Said", "piece"]

A_PIECE = 40


@dataclass(frozen=True, slots=True)
class Said:
    entry: TimelineEntry
    sentence: str
    is_late: bool  # written down long after it happened


def piece(event: Event, before: int | None = None, *, most: int = A_PIECE) -> tuple[list[Said], int | None]:
    """Entries older than the one of number `before`, and the number to go on from; None at the end.

    It goes by what happened when, and by number where that is the same: an address that was sent shows the same piece.
    """
    found = event.timeline.select_related("by")
    if before is not None and (last := event.timeline.filter(pk=before).first()):
        found = found.filter(happened_at__lte=last.happened_at).exclude(
            happened_at=last.happened_at, pk__gte=last.pk
        )  # fmt: skip
    entries = list(found[: most + 1])
    more = entries[most - 1].pk if len(entries) > most else None
    return [_said(entry) for entry in entries[:most]], more


def _said(entry: TimelineEntry) -> Said:
    late = (entry.recorded_at - entry.happened_at).total_seconds() > 3600
    return Said(entry, sentence(entry), late)
