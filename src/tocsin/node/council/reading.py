"""A decision as its acts make it, and the rules that it follows."""

from collections.abc import Sequence

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.carried import rules_carried
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.decisions.state import Decision
from tocsin.joint.ordering import Arrangement
from tocsin.node.alliance.alliance_file import alliance
from tocsin.node.alliances.bodies import Body, rules_of
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject

__all__ = ["answers_anew", "body_named", "decision_here", "differing", "folded", "rules_differ"]


def body_named(code: str) -> Body | None:
    """The body of this code in the alliance's file here; None where it names none."""
    try:
        return alliance().body(code)
    except KeyError:
        return None


def rules_differ(opening: Act) -> list[str]:
    """Which of the rules that a decision carries are others than the alliance's file has here: for a warning."""
    return differing(rules_carried(opening))


def differing(carried: BodyRules) -> list[str]:
    """The same of rules that were carried, wherever they were read."""
    body = body_named(carried.code)
    if body is None:
        return ["body"]
    here = rules_of(body, alliance())
    found = []
    if carried.silence and (not here.silence or (here.silence_hours or 0) > (carried.silence_hours or 0)):
        found.append("silence")
    if set(carried.members) - set(here.members):
        found.append("members")
    if set(carried.kinds) - set(here.kinds):
        found.append("kinds")
    if carried.official != here.official:
        found.append("official")
    if set(carried.may_join) - set(here.may_join) - set(here.members):
        found.append("may_join")
    return found


def folded(applied: Sequence[Applied]) -> Decision:
    """What these acts have made of a decision."""
    return decision_of(applied, rules=rules_carried(applied[0].act if applied else None))


def decision_here(of: JointObject, arrangement: Arrangement | None = None) -> Decision:
    """A decision as far as its order is followed here."""
    return (arrangement or arrangement_of(of)).folded(folded)


def answers_anew(decision: Decision, state: str) -> bool:
    """Whether a state objects to a version before the one that stands: it is asked whether it agrees to this one."""
    said = decision.standing(state)
    return said.kind == "objects" and said.version < decision.version.number
