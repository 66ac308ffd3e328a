"""What the instruments' own codes are called on a page."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from tocsin.node.alliances.entries import Names
from tocsin.node.events.instruments.annex2 import AgreementState
from tocsin.node.events.instruments.clocks import ClockState
from tocsin.node.events.instruments.seven_one_seven import Standing
from tocsin.node.events.instruments.sources import Evidence, open_data

__all__ = ["word"]

KINDS: Mapping[str, type[StrEnum]] = MappingProxyType(
    {"standing": Standing, "clock_state": ClockState, "agreement": AgreementState, "evidence": Evidence}
)


def word(code: Standing | ClockState | AgreementState | Evidence) -> Names:
    """The code in three languages."""
    return _words()[type(code)][code]


@cache
def _words() -> Mapping[type[StrEnum], Mapping[str, Names]]:
    file = open_data("words.toml")
    file.only(KINDS)
    found: dict[type[StrEnum], Mapping[str, Names]] = {}
    for kind, codes in KINDS.items():
        entry = file.entry(kind)
        entry.only(tuple(codes))
        found[codes] = {code: entry.names(code) for code in codes}
    return found
