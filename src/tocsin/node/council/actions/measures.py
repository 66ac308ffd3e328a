"""What is done by a decision: measures assigned, taken on, reported, verified.

`seen` and what is raised: as in `answering`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["accept", "assign", "decline", "extend", "finish", "reassign", "report", "send_back", "verify"]

Evidence = Sequence[Mapping[str, str]]


def assign(
    of: JointObject, *, measure: Mapping[str, Any], language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Give a state something to do, once the decision is adopted."""
    return act(of, "assign_measure", {"measure": measure}, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def accept(of: JointObject, *, measure: str, seen: str | None = None, by: Person) -> JointAct:
    """Take it on."""
    return act(of, "accept_measure", {"measure": measure}, needs=Ability.DECIDE, seen=seen, by=by)


def decline(
    of: JointObject, *, measure: str, reason: str, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Say why this state does not do it."""
    said = {"measure": measure, "reason": reason}
    return act(of, "decline_measure", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def report(of: JointObject, *, measure: str, text: str, evidence: Evidence = (), language: str, by: Person) -> JointAct:
    """Say how far it is."""
    said = {"measure": measure, "text": text, "evidence": list(evidence)}
    return act(of, "report_measure", said, needs=Ability.KEEP_MEASURES, language=language, by=by)


def finish(of: JointObject, *, measure: str, text: str, evidence: Evidence = (), language: str, by: Person) -> JointAct:
    """Say that it is done, and what shows it."""
    said = {"measure": measure, "text": text, "evidence": list(evidence)}
    return act(of, "finish_measure", said, needs=Ability.KEEP_MEASURES, language=language, by=by)


def verify(of: JointObject, *, measure: str, seen: str | None = None, by: Person) -> JointAct:
    """Confirm that another state has done it."""
    return act(of, "verify_measure", {"measure": measure}, needs=Ability.DECIDE, seen=seen, by=by)


def send_back(
    of: JointObject, *, measure: str, reason: str, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Say what is missing before it is done."""
    said = {"measure": measure, "reason": reason}
    return act(of, "return_measure", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def extend(
    of: JointObject, *, measure: str, deadline: date, reason: str, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Give it more time."""
    said = {"measure": measure, "deadline": deadline.isoformat(), "reason": reason}
    return act(of, "extend_measure", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def reassign(of: JointObject, *, measure: str, state: str, seen: str | None = None, by: Person) -> JointAct:
    """Give it to another state."""
    said = {"measure": measure, "state": state}
    return act(of, "reassign_measure", said, needs=Ability.DECIDE, seen=seen, by=by)
