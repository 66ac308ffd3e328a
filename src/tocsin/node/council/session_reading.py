"""A session as its acts make it, and the rules that it follows."""

from collections.abc import Sequence

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.ordering import Arrangement
from tocsin.joint.sessions.folding import session_of
from tocsin.joint.sessions.state import Session
from tocsin.node.alliance.alliance_file import alliance, here
from tocsin.node.alliances.bodies import Body
from tocsin.node.council.reading import body_named
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.models import JointObject

__all__ = ["bodies_here", "folded", "is_entitled", "may_convene", "rules_for", "session_here"]


def rules_for(opening: Act | None) -> BodyRules:
    """The rules that a session follows, from its opening alone: the same on every node, whatever its alliance's file.

    Whether the body lets its owner convene is checked where it is convened, and told wherever it is read.
    """
    if opening is None or opening.kind != "convene":
        return BodyRules("", (), False, None, (), (), ())
    return BodyRules(opening.said["body"], (), False, None, (opening.origin,), (), ())


def folded(applied: Sequence[Applied]) -> Session:
    """What these acts have made of a session."""
    return session_of(applied, rules=rules_for(applied[0].act if applied else None))


def session_here(of: JointObject, arrangement: Arrangement | None = None) -> Session:
    """A session as far as its order is followed here."""
    return (arrangement or arrangement_of(of)).folded(folded)


def is_entitled(body: Body | None, state: str) -> bool:
    """Whether the alliance's file here lets a state convene this body: its members, and the seat that keeps its
    papers.
    """
    if body is None:
        return False
    return state == body.secretary or state in alliance().codes_of(body.members)


def may_convene(body: Body) -> bool:
    """Whether this state may."""
    return is_entitled(body_named(body.code), here().code)


def bodies_here() -> list[Body]:
    """Those that this state may convene, in the file's order."""
    return [body for body in alliance().bodies if may_convene(body)]
