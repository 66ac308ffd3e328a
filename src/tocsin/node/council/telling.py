"""Who is called or told when something is said in the Council.

Called, until a person acknowledges, is whoever stands duty: where the state has to answer within a time that runs (a
silence), so that a delegate is found. Delegates are told of everything by notices.
"""

from collections.abc import Sequence

from tocsin.joint.decisions.state import Decision
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.notices import notify
from tocsin.node.alliance.roles import Ability
from tocsin.node.council import links
from tocsin.node.council.decision_rows import needs_us
from tocsin.node.duty.actions.alerts import raise_alert
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.post.telling import names_of, people_who

__all__ = ["of_decision", "titles"]

LANGUAGES = ("en", "ru", "zh-hans")
# What is told of what others say, by act.
TOLD = {
    "propose": "decision.proposed",
    "amend": "decision.amended",
    "object": "decision.objected",
    "lift_objection": "decision.objection_lifted",
    "adopt": "decision.adopted",
    "not_agreed": "decision.not_agreed",
    "withdraw": "decision.withdrawn",
    "consider": "decision.asked",
    "silence": "decision.silence_runs",
    "comment": "decision.commented",
    "position": "decision.commented",
    "assign_measure": "decision.measure",
    "return_measure": "decision.measure",
    "finish_measure": "decision.measure",
    "accede": "decision.acceded",
}


def of_decision(of: JointObject, decision: Decision, new: Sequence[JointAct]) -> None:
    """Tell delegates; call them where a silence runs for this state."""
    if not decision.versions:
        return
    new = [row for row in new if _is_said(row, of, decision)]
    values = {"decision": titles(decision)}
    states = names_of({row.origin for row in new})
    if (
        any(row.kind == "silence" for row in new)
        and here().code in decision.waited_for
        and needs_us(decision, here().code)
    ):
        raise_alert(
            kind="decision.silence", subject_type="decision", subject_id=f"{of.pk} {decision.version.number}",
            link=links.decision(of.pk), values={**values, "state": states.get(of.origin, of.origin)},
        )  # fmt: skip
    told = {(TOLD[row.kind], row.origin) for row in new if row.kind in TOLD}
    people = people_who(Ability.DECIDE) if told else []
    for kind, origin in sorted(told):
        notify(people, kind, link=links.decision(of.pk), state=states[origin], **values)


def _is_said(row: JointAct, of: JointObject, decision: Decision) -> bool:
    """Whether it is told: not what the rules refused, and of its owner only what has taken effect."""
    act = str(row.document_id)
    if row.origin == of.origin:
        return any(step.applied.act.id == act for step in decision.history)
    return all(one.applied.act.id != act for one in decision.refused)


def titles(decision: Decision) -> dict[str, str]:
    """Its title in each language of the interface; where there is none, in the first official one that there is."""
    title = decision.title
    known = next((title[language] for language in (*decision.official, *title) if language in title), "")
    return {language: title.get(language, known) for language in LANGUAGES}
