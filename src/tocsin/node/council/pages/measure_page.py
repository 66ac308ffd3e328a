"""One measure: what is asked, how far it is, what was said of it and by whom, what may be done with it now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tocsin.joint.acts import Act, Applied
from tocsin.joint.decisions.measures import MEASURE_ACTS, MeasureState, Report
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.naming import named, names
from tocsin.node.council.measure_words import OPEN, chip_of, deadline_words, is_overdue
from tocsin.node.council.pages.decision_words import Title, body_name, role_word, shown_title, tag
from tocsin.node.council.pages.measure_acts import ahead, possible
from tocsin.node.council.pages.measure_linked import Linked, linked
from tocsin.node.council.reading import folded
from tocsin.node.council.wording import decision_refused
from tocsin.node.events.vocabulary import word
from tocsin.node.joint.models import JointObject
from tocsin.node.language.formats import short_date
from tocsin.node.look.states import STATES

__all__ = ["MeasurePage", "ReportShown", "StepShown", "measure_page", "reports_shown"]


@dataclass(frozen=True, slots=True)
class StepShown:
    """An act on the measure. `note`: why it changed nothing, or that it waits; `said`: what it says besides."""

    what: str
    state: str
    who: str
    capacity: str
    at: datetime
    said: str = ""
    tag: str = ""
    chip: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReportShown:
    """What the state says of it, and what shows that: names with addresses, which may be empty."""

    state: str
    who: str
    capacity: str
    at: datetime
    text: str
    tag: str
    evidence: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """What the page shows. `left`: of its time, empty once it is done; `wording`: of the text that it carries out;
    `waits_for`: whose document is missing; `bound`: the states that the decision binds.
    """

    of: JointObject
    measure: MeasureState
    title: Title
    answer: str
    decision: Title
    body: str
    state: str
    verifier: str
    chip: str
    left: str
    is_over: bool
    wording: str
    wording_tag: str
    links: list[Linked]
    reports: list[ReportShown]
    steps: list[StepShown]
    acts: list[str]
    waits_for: str
    bound: tuple[str, ...]


def measure_page(
    of: JointObject, arrangement: Arrangement, id: str, person: Person, *, day: date
) -> MeasurePage | None:
    """None where the decision has no such measure, or is not adopted."""
    decision = folded(arrangement.applied)
    measure = decision.measure(id)
    if measure is None:
        return None
    one, status = measure.measure, measure.status.lower()
    coming = ahead(arrangement.applied, arrangement.proposals)
    next_measure = coming.measure(id) or measure
    known = names({one.state, one.verifier})
    title = shown_title(one.title, decision.official)
    wording, language = _wording(decision, one.paragraph)
    chip = chip_of(status, one.deadline, day)
    left = deadline_words(status, one.deadline, day) if status in OPEN else ""
    values = {"measure": title, "state": known[one.state], "how_far": left or STATES[chip].label}
    return MeasurePage(
        of=of, measure=measure, title=title, answer=_("%(measure)s: %(state)s, %(how_far)s") % values,
        decision=shown_title(decision.title, decision.official), body=body_name(decision.body),
        state=known[one.state], verifier=known[one.verifier], chip=chip,
        left=left, is_over=is_overdue(status, one.deadline, day), wording=wording,
        wording_tag=tag(language), links=linked(one.links, person), reports=reports_shown(measure.reports),
        steps=_steps(decision, measure, arrangement.proposals),
        acts=[] if of.waiting_for else possible(coming, next_measure, person, own=here().code),
        waits_for=named([of.waiting_for["origin"]]) if of.waiting_for else "", bound=coming.bound,
    )  # fmt: skip


def _wording(decision: Decision, paragraph: str | None) -> tuple[str, str]:
    found = decision.text.paragraph(paragraph) if paragraph else None
    if found is None:
        return "", ""
    shown = shown_title({language: said.text for language, said in found.texts.items()}, decision.official)
    return str(shown), shown.language


def reports_shown(reports: Sequence[Report]) -> list[ReportShown]:
    """The latest first."""
    known = names({one.applied.act.origin for one in reports})
    return [
        ReportShown(
            known[(act := one.applied.act).origin], act.name, role_word(act.role), one.applied.at, one.text,
            tag(act.language), one.evidence,
        )
        for one in reversed(reports)
    ]  # fmt: skip


def _steps(decision: Decision, measure: MeasureState, proposals: Sequence[Act]) -> list[StepShown]:
    """Whatever was said of it, in its order: what moved it, what changed nothing, what no order has yet."""
    id = measure.measure.id
    refused = [one for one in decision.refused if _is_about(one.applied.act, id)]
    sent = [act for act in proposals if _is_about(act, id)]
    placed = sorted(
        [*((one, "") for one in measure.history),
         *((one.applied, decision_refused(one.code, one.values)) for one in refused)],
        key=lambda one: (one[0].number, one[0].act.is_owners),
    )  # fmt: skip
    known = names({one.act.origin for one, _why in placed} | {act.origin for act in sent} | {decision.owner})
    steps = [_step(one, known, "act_refused" if why else "", why) for one, why in placed]
    waits = _("It counts once the order of %(state)s has it.") % {"state": known[decision.owner]}
    return [*steps, *(_step(Applied(act, 0, act.recorded_at), known, "act_sent", waits) for act in sent)]


def _is_about(act: Act, id: str) -> bool:
    return act.kind in MEASURE_ACTS and _named(act.said) == id


def _named(said: Any) -> str:
    measure = said["measure"]
    return str(measure if isinstance(measure, str) else measure["id"])


def _step(one: Applied, known: dict[str, str], chip: str, note: str) -> StepShown:
    act = one.act
    is_plain = act.kind in MEASURE_ACTS
    what = word("decision_act", act.kind) if is_plain else _("assigned with the adoption")
    return StepShown(
        what, known[act.origin], act.name, role_word(act.role), one.at, _said(act) if is_plain else "",
        tag(act.language), chip, note,
    )  # fmt: skip


def _said(act: Act) -> str:
    said = act.said
    if act.kind == "extend_measure":
        try:
            until = short_date(date.fromisoformat(said["deadline"]))
        except ValueError:
            until = said["deadline"]
        return _("until %(day)s: %(reason)s") % {"day": until, "reason": said["reason"]}
    if act.kind == "reassign_measure":
        return named([said["state"]])
    return str(said.get("text") or said.get("reason") or "")
