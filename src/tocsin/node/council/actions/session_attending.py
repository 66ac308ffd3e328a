"""What an invited state does in a session: sends somebody, is there, speaks, approves the minutes.

`seen` and what is raised: as in `session_convening`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject

__all__ = ["approve_minutes", "attend", "name_delegation", "speak"]


def name_delegation(
    of: JointObject, *, delegates: Sequence[Mapping[str, Any]], language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Say whom this state sends, in the place of whom it named before."""
    said = {"delegates": [dict(one) for one in delegates]}
    return act(of, "delegation", said, needs=Ability.PREPARE_COUNCIL, seen=seen, language=language, by=by)


def attend(of: JointObject, *, present: Sequence[str], seen: str | None = None, by: Person) -> JointAct:
    """Say which of our delegates are there."""
    return act(of, "attend", {"present": list(present)}, needs=Ability.PREPARE_COUNCIL, seen=seen, by=by)


def speak(
    of: JointObject,
    *,
    text: str,
    item: str | None = None,
    delegate: str | None = None,
    language: str,
    by: Person,
) -> JointAct:
    """Have a statement placed on record, on an item or in general, in the words of a delegate or of the state."""
    said = {"item": item, "delegate": delegate, "text": text}
    return act(of, "speak", said, needs=Ability.DECIDE, language=language, by=by)


def approve_minutes(of: JointObject, *, number: int, seen: str | None = None, by: Person) -> JointAct:
    """Approve the minutes that the order of this number brought."""
    return act(of, "approve_minutes", {"number": number}, needs=Ability.DECIDE, seen=seen, by=by)
