"""What of a partner's documents is in no series of a source: whoever takes them in says so, and registers itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Source

__all__ = ["Unused", "UnusedRows", "told_by", "unused_rows"]


@dataclass(frozen=True, slots=True)
class Unused:
    """Rows of one document.

    apart      how many are kept apart, and `whys` of them; `link` to where people decide, if the reader may see that
    unusable   how many were taken and no series can hold, and why, with the codes that are not known
    """

    written_at: datetime
    rows: int
    apart: int
    whys: Sequence[str]
    link: str
    unusable: int
    reasons: Sequence[str]


@dataclass(frozen=True, slots=True)
class UnusedRows:
    """All of a source: the newest documents that have any, and how many further ones there are."""

    apart: int
    unusable: int
    documents: Sequence[Unused]
    more: int


Telling = Callable[[Source, Person], UnusedRows]
_telling: list[Telling] = []


def told_by(telling: Telling) -> None:
    """Have `telling` say it of the sources that partners fill."""
    _telling[:] = [telling]


def unused_rows(source: Source, person: Person) -> UnusedRows | None:
    """None of a source of one's own, and where everything could be used."""
    if source.shared_by_id is None or not _telling:
        return None
    found = _telling[0](source, person)
    return found if found.documents else None
