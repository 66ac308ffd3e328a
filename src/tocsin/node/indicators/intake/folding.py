"""What holds of all that a partner has said: for every cell the last word.

Of documents for one audience the last that names a cell holds. Of several audiences the last that does not withhold
it: a state may tell all members what is not small, and some of them everything.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from tocsin.node.indicators.intake.cells import CellKey, Said

__all__ = ["Holding", "Voice", "fold"]


class Voice(NamedTuple):
    """One document: who may have it, and what it says."""

    document: UUID
    audience: str
    cells: Mapping[CellKey, Said]


class Holding(NamedTuple):
    """What holds of a cell, and which document says so."""

    document: UUID
    said: Said


def fold(voices: Iterable[Voice], wanted: Collection[CellKey]) -> dict[CellKey, Holding]:
    """What holds of the cells in `wanted` that anybody names; `voices` in the order of what they say."""
    last: dict[CellKey, dict[str, tuple[int, Holding]]] = {}
    for order, voice in enumerate(voices):
        few, many = sorted((voice.cells, wanted), key=len)
        for key in few:
            if key in many:
                last.setdefault(key, {})[voice.audience] = order, Holding(voice.document, voice.cells[key])
    return {key: _best(by_audience.values()) for key, by_audience in last.items()}


def _best(words: Iterable[tuple[int, Holding]]) -> Holding:
    return max(words, key=lambda word: (not word[1].said.is_withheld, word[0]))[1]
