"""Who is called or told when something is said in the Council.

Called, until a person acknowledges, is whoever stands duty: where the state has to answer within a time that runs (a
silence), so that a delegate is found. Delegates are told of all else by notices.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.joint.decisions.measures import MEASURE_ACTS
from tocsin.joint.decisions.state import Decision
from tocsin.joint.refusing import Refused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links, measure_links
from tocsin.node.council.decision_rows import needs_us
from tocsin.node.council.held_back import call, no_more, tell
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.news import news_of
from tocsin.node.post.telling import names_of, people_who

__all__ = ["SILENCE", "call_off", "of_decision", "titles"]

LANGUAGES = ("en", "ru", "zh-hans")
SILENCE = "decision.silence"
# What is told of what others say, by act; of measures, see `_of_measure`.
TOLD: Mapping[str, str] = {
    "propose": "decision.proposed",
    "amend": "decision.amended",
    "object": "decision.objected",
    "lift_objection": "decision.objection_lifted",
    "stay_out": "decision.stays_out",
    "clear": "decision.cleared",
    "not_clear": "decision.not_cleared",
    "adopt": "decision.adopted",
    "enter_force": "decision.in_force",
    "not_agreed": "decision.not_agreed",
    "withdraw": "decision.withdrawn",
    "lapse": "decision.lapsed",
    "revoke": "decision.revoked",
    "consider": "decision.asked",
    "silence": "decision.silence_runs",
    "reconsider": "decision.reconsidered",
    "comment": "decision.commented",
    "position": "decision.commented",
    "accede": "decision.acceded",
    "leave_out": "decision.left_out",
    "bring_back": "decision.brought_back",
}
OF_OURS = {"consent": "decision.consented"}  # told to whoever keeps the decision
Telling = tuple[str, str, str, str]  # kind, node, state that is acted on, measure


def of_decision(of: JointObject, decision: Decision) -> None:
    """Tell delegates what is new; call them where a silence runs for this state."""
    if not decision.versions:
        return
    news = news_of(of, (step.applied for step in decision.history), decision.refused)
    if any(row.kind == "silence" for row in news.said):
        _call(of, decision)
    said = Counter(one for row in news.said if (one := _telling(of, decision, row)) is not None)
    lost = Counter(one for row, refused in news.lost if (one := _lost(of, row, refused)) is not None)
    _tell(of, decision, said + lost)


def _call(of: JointObject, decision: Decision) -> None:
    if of.is_ours or decision.silence is None or here().code not in decision.waited_for:
        return
    if needs_us(decision, here().code):
        call(
            SILENCE, of, subject=_subject(of, decision), link=links.decision(of.pk),
            decision=titles(decision), state=names_of([of.origin])[of.origin],
        )  # fmt: skip


def call_off(of: JointObject, decision: Decision) -> None:
    """Nobody need be called any more for a silence that was broken off, or that this state has answered."""
    runs = decision.silence is not None and needs_us(decision, here().code)
    no_more(SILENCE, about=f"{of.pk} ", but=_subject(of, decision) if runs else "")


def _subject(of: JointObject, decision: Decision) -> str:
    """Each silence is one of its own, also of a version of which there was one before."""
    return f"{of.pk} {decision.silence.applied.number}" if decision.silence is not None else ""


def _telling(of: JointObject, decision: Decision, row: JointAct) -> Telling | None:
    """What is told of an act; None where nobody need know."""
    if row.kind in MEASURE_ACTS:
        return _of_measure(of, decision, row)
    kind = TOLD.get(row.kind) or (OF_OURS.get(row.kind) if of.is_ours else None)
    whom = row.said["state"] if row.kind in ("leave_out", "bring_back") else ""
    return (kind, row.origin, whom, "") if kind else None


def _of_measure(of: JointObject, decision: Decision, row: JointAct) -> Telling | None:
    """The state that is given one, that does it, that confirms it, and the one that keeps the decision."""
    own, said = here().code, row.said["measure"]
    id = said["id"] if isinstance(said, dict) else said
    found = decision.measure(id)
    if row.kind in ("assign_measure", "reassign_measure"):
        given = said["state"] if isinstance(said, dict) else row.said["state"]
        if given == own:
            return "measure.assigned", row.origin, "", id
    if of.is_ours or (found is not None and own in (found.measure.state, found.measure.verifier)):
        return "decision.measure", row.origin, "", ""
    return None


def _lost(of: JointObject, row: JointAct, refused: Refused) -> Telling | None:
    """What we said and the owner's order has too late, or not as the rules ask; and a late objection to what is ours,
    since then its adoption waits for a person here.
    """
    is_late = refused.code == "objection-late"
    if row.is_ours:
        return "decision.objection_late" if is_late else "decision.without_effect", of.origin, "", ""
    return ("decision.objected_late", row.origin, "", "") if is_late and of.is_ours else None


def _tell(of: JointObject, decision: Decision, told: Mapping[Telling, int]) -> None:
    if not told:
        return
    states = names_of({state for _kind, by, whom, _id in told for state in (by, whom) if state})
    delegates, keepers = people_who(Ability.DECIDE), people_who(Ability.KEEP_MEASURES)
    for (kind, by, whom, id), n in sorted(told.items()):
        values: dict[str, Any] = {"state": states[by], "decision": titles(decision)}
        people: Sequence[Person] = delegates
        link = links.decision(of.pk)
        if whom:
            values["whom"] = states[whom]
        if id:
            link, people = measure_links.measure(of.pk, id), [*{one.pk: one for one in (*delegates, *keepers)}.values()]
            values["measure"] = _measure(decision, id)
        tell(people, kind, link=link, by=by, n=n, **values)


def _measure(decision: Decision, id: str) -> dict[str, str]:
    found = decision.measure(id)
    title = found.measure.title if found is not None else {}
    known = next(iter(title.values()), id)
    return {language: title.get(language, known) for language in LANGUAGES}


def titles(decision: Decision) -> dict[str, str]:
    """Its title in each language of the interface; where there is none, in the first official one that there is."""
    title = decision.title
    known = next((title[language] for language in (*decision.official, *title) if language in title), "")
    return {language: title.get(language, known) for language in LANGUAGES}
