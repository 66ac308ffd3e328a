"""Sections that apps which surveillance does not know put beside what its pages show."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Source, Thread

if TYPE_CHECKING:  # what makes documents is loaded by who makes one
    from tocsin.node.exports.situation_report import Chapter

__all__ = [
    "Section",
    "of_report",
    "of_signal",
    "of_situation",
    "report_chapter_by",
    "signal_section_by",
    "situation_section_by",
]


class Section(NamedTuple):
    """A template, and what it is given as `section`."""

    template: str
    said: Any


OfSignal = Callable[[Thread, Person], Section | None]
OfSituation = Callable[[Sequence[Source], Person], Section | None]
OfReport = Callable[[Sequence[Source], Person], "Chapter | None"]
_of_signal: list[OfSignal] = []
_of_situation: list[OfSituation] = []
_of_report: list[OfReport] = []


def signal_section_by(telling: OfSignal) -> None:
    """Have `telling` asked for each thread that is shown to somebody who reads surveillance."""
    if telling not in _of_signal:
        _of_signal.append(telling)


def situation_section_by(telling: OfSituation) -> None:
    """Have `telling` asked for the situation page; it is given the node's own sources in use."""
    if telling not in _of_situation:
        _of_situation.append(telling)


def report_chapter_by(telling: OfReport) -> None:
    """Have `telling` asked for the situation report, in its language; it is given what the situation page gives."""
    if telling not in _of_report:
        _of_report.append(telling)


def of_signal(thread: Thread, person: Person) -> list[Section]:
    return [section for telling in _of_signal if (section := telling(thread, person)) is not None]


def of_situation(sources: Sequence[Source], person: Person) -> list[Section]:
    return [section for telling in _of_situation if (section := telling(sources, person)) is not None]


def of_report(sources: Sequence[Source], person: Person) -> "list[Chapter]":
    return [chapter for telling in _of_report if (chapter := telling(sources, person)) is not None]
