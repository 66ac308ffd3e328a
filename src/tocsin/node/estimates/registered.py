"""What other apps call: each loads what it needs when it is first called, so that a process starts without it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tocsin.node.alliance.models import Person
from tocsin.node.surveillance.models import Screening, Source, Thread
from tocsin.node.surveillance.pages.beside import Section

if TYPE_CHECKING:
    from tocsin.node.exports.situation_report import Chapter

__all__ = ["ask", "of_report", "of_signal", "of_situation"]


def ask(screening: Screening) -> None:
    from tocsin.node.estimates.actions import estimating

    estimating.ask(screening)


def of_signal(thread: Thread, person: Person) -> Section | None:
    from tocsin.node.estimates.pages import sections

    return sections.of_signal(thread, person)


def of_situation(sources: Sequence[Source], person: Person) -> Section | None:
    from tocsin.node.estimates.pages import sections

    return sections.of_situation(sources, person)


def of_report(sources: Sequence[Source], person: Person) -> "Chapter | None":
    from tocsin.node.estimates.pages import paper

    return paper.of_report(sources, person)
