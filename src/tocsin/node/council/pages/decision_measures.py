"""The measures and duties of a decision as its page shows them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.joint.decisions.measures import Duty, MeasureState
from tocsin.joint.decisions.state import Decision
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliance.naming import names
from tocsin.node.council import measure_links
from tocsin.node.council.pages.decision_words import Title, reader_language, shown_title, tag
from tocsin.node.events.vocabulary import word
from tocsin.node.language.formats import duration

__all__ = ["DutyShown", "MeasureShown", "duties", "measures", "trigger_name"]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """What a state has to do, until when, and how far it is. `report`: what its owner last said of it."""

    id: str
    title: Title
    state: str
    verifier: str
    deadline: date
    chip: str
    is_ours: bool
    evidence: str
    paragraph: str
    report: str = ""
    tag: str = ""
    links: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True, slots=True)
class DutyShown:
    """What a standing agreement asks for once its trigger holds."""

    title: Title
    trigger: str
    owner: str
    within: str


def measures(decision: Decision, *, own: str, day: date, of: UUID | None = None) -> list[MeasureShown]:
    """Of an adopted decision as they stand, each with its page; of any other as they would be."""
    states = decision.measures or tuple(MeasureState(one, "", ()) for one in decision.version.measures)
    known = names({code for one in states for code in (one.measure.state, one.measure.verifier)})
    numbers = {one.id: place for place, one in enumerate(decision.text.paragraphs, start=1)}
    shown = [_measure(one, known, numbers, decision, own, day) for one in states]
    if of is None or not decision.measures:
        return shown
    return [replace(one, url=measure_links.measure(of, one.id)) for one in shown]


def _measure(
    state: MeasureState, known: dict[str, str], numbers: dict[str, int], decision: Decision, own: str, day: date
) -> MeasureShown:
    one, last = state.measure, state.reports[-1] if state.reports else None
    place = numbers.get(one.paragraph or "")
    chip = f"measure_{state.status.lower() or 'to_come'}"
    return MeasureShown(
        one.id, shown_title(one.title, decision.official), known[one.state], known[one.verifier], one.deadline,
        "measure_overdue" if state.status and state.is_overdue(day) else chip, one.state == own, one.evidence,
        _("paragraph %(number)s") % {"number": place} if place else "",
        last.text if last else "", tag(last.applied.act.language) if last else "",
        tuple((word("measure_link", link.kind), link.text) for link in one.links),
    )  # fmt: skip


def duties(decision: Decision) -> list[DutyShown]:
    """Of an agreement."""
    return [_duty(one, decision) for one in decision.version.duties]


def _duty(one: Duty, decision: Decision) -> DutyShown:
    title = shown_title(one.title, decision.official)
    return DutyShown(
        title, trigger_name(one.trigger), word("duty_owner", one.owner), duration(timedelta(hours=one.hours))
    )


def trigger_name(code: str) -> str:
    """What opens a duty, by the alliance's file; its code where that does not name it."""
    found: Any = next((one for one in alliance().triggers if one.code == code), None)
    return found.name.in_language(reader_language()) if found else code
