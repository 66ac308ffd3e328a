"""What a state says of a decision: consent, objection, position. Each is one signed act in the state's name.

`seen` is `joint.actions.acting.token` of the decision as the person saw it. All raise Changed, NotAllowed, Waiting,
ActRefused, PermissionDenied, as `acting.act` does.
"""

from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.joint.actions.acting import act
from tocsin.node.joint.models import JointAct, JointObject

__all__ = [
    "accede", "clear", "comment", "consent", "lift_objection", "not_clear", "object_to", "stay_out", "take_position",
]  # fmt: skip


def consent(
    of: JointObject, *, version: int, ad_referendum: bool = False, seen: str | None = None, by: Person
) -> JointAct:
    """Agree to one version of the text; ad referendum: until the capital has cleared it."""
    said = {"version": version, "ad_referendum": ad_referendum}
    return act(of, "consent", said, needs=Ability.DECIDE, seen=seen, by=by)


def stay_out(
    of: JointObject, *, version: int, reason: str, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Let others adopt it without this state."""
    said = {"version": version, "reason": reason}
    return act(of, "stay_out", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def object_to(
    of: JointObject,
    *,
    version: int,
    reason: str,
    paragraph: str | None = None,
    language: str,
    seen: str | None = None,
    by: Person,
) -> JointAct:
    """Object: nothing is adopted while it stands."""
    said = {"version": version, "paragraph": paragraph, "reason": reason}
    return act(of, "object", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def lift_objection(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """Object no longer. It is no consent."""
    return act(of, "lift_objection", needs=Ability.DECIDE, seen=seen, by=by)


def take_position(
    of: JointObject, *, text: str, paragraph: str | None = None, language: str, seen: str | None = None, by: Person
) -> JointAct:
    """Put the state's own view on record. It stops nothing."""
    said = {"paragraph": paragraph, "text": text}
    return act(of, "position", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def comment(
    of: JointObject, *, version: int, text: str, paragraph: str | None = None, language: str, by: Person
) -> JointAct:
    """Say something of the text, for all who read it."""
    said = {"version": version, "paragraph": paragraph, "text": text}
    return act(of, "comment", said, needs=Ability.PREPARE_COUNCIL, language=language, by=by)


def clear(of: JointObject, *, seen: str | None = None, by: Person) -> JointAct:
    """The capital has cleared what was agreed to ad referendum."""
    return act(of, "clear", {"reason": ""}, needs=Ability.DECIDE, seen=seen, by=by)


def not_clear(of: JointObject, *, reason: str, language: str, seen: str | None = None, by: Person) -> JointAct:
    """The capital has not cleared it: the state stays out."""
    return act(of, "not_clear", {"reason": reason}, needs=Ability.DECIDE, seen=seen, language=language, by=by)


def accede(of: JointObject, *, declaration: str, language: str, seen: str | None = None, by: Person) -> JointAct:
    """Join what others have adopted, however long ago."""
    said = {"declaration": declaration}
    return act(of, "accede", said, needs=Ability.DECIDE, seen=seen, language=language, by=by)
