"""What holds of all that a partner has said: for every cell the last word.

Of documents for one audience the last that names a cell holds: the one with the highest number in the audience's
stream, of the latest epoch. That order is signed, and no clock can turn it round. Of several audiences the last that
does not withhold the cell, since a state may tell all members what is not small, and some of them everything. Streams
have no order among each other but their origin's clock: a last word counts as said when it was recorded or, if the
clock was set back in between, when anything before it was that the same audience was told of the cell.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from tocsin.node.indicators.intake.cells import CellKey, Said

if TYPE_CHECKING:
    from tocsin.node.indicators.models import PartnerDocument

__all__ = ["Holding", "Voice", "fold", "in_order"]


class Voice(NamedTuple):
    """One document: who may have it, its place among what these were told, when it was recorded, and what it says."""

    document: UUID
    audience: str
    place: tuple[int, int]  # epoch, number
    recorded_at: datetime
    cells: Mapping[CellKey, Said]


class Holding(NamedTuple):
    """What holds of a cell, and which document says so."""

    document: UUID
    said: Said


class _Word(NamedTuple):
    """The last that an audience was told of a cell, and when it counts as said."""

    said_at: datetime
    holding: Holding


def fold(voices: Iterable[Voice], wanted: Collection[CellKey]) -> dict[CellKey, Holding]:
    """What holds of the cells in `wanted` that anybody names; `voices` in any order."""
    last: dict[CellKey, dict[str, _Word]] = {}
    for voice in sorted(voices, key=attrgetter("place", "document")):
        few, many = sorted((voice.cells, wanted), key=len)
        for key in few:
            if key in many:
                words = last.setdefault(key, {})
                before = words.get(voice.audience)
                said_at = max(voice.recorded_at, before.said_at) if before else voice.recorded_at
                words[voice.audience] = _Word(said_at, Holding(voice.document, voice.cells[key]))
    return {key: _best(by_audience.values()) for key, by_audience in last.items()}


def _best(words: Iterable[_Word]) -> Holding:
    return max(words, key=_order_among_audiences).holding


def _order_among_audiences(word: _Word) -> tuple[bool, datetime, UUID]:
    return not word.holding.said.is_withheld, word.said_at, word.holding.document


def in_order(documents: Iterable["PartnerDocument"]) -> list["PartnerDocument"]:
    """All that a partner said, by the clock, and none before another that its stream has before it."""
    latest: dict[str, datetime] = {}
    found = []
    for one in sorted(documents, key=attrgetter("epoch", "number", "pk")):
        latest[one.audience] = max(one.recorded_at, latest.get(one.audience, one.recorded_at))
        found.append((latest[one.audience], one))
    return [one for _, one in sorted(found, key=lambda said: said[0])]
