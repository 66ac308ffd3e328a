"""The alliance that this node belongs to, as its file says, read once a process."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from tocsin.node.alliances.reading import AllianceFile, read_alliance

__all__ = ["Here", "alliance", "here"]


@dataclass(frozen=True, slots=True)
class Here:
    """The state that runs this node, in three languages."""

    code: str
    names: dict[str, str]
    is_exercise: bool

    def __str__(self) -> str:
        return self.names.get(get_language() or "en", self.names["en"])


@cache
def alliance() -> AllianceFile:
    return read_alliance(settings.CONFIGURATION.alliance)


@cache
def here() -> Here:
    """The state, or the secretariat, named in node.toml; without one, the first state of the alliance's file."""
    seats = alliance().seats
    entry = next((seat for seat in seats if seat.code == settings.CONFIGURATION.state), seats[0])
    names = {"en": entry.short.en, "ru": entry.short.ru, "zh-hans": entry.short.zh}
    return Here(entry.code, names, alliance().exercise)
