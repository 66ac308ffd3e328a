"""From acts in their order to the state of a session: each act in its turn, or a reason why it changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.limits import counted, is_too_many, most_of
from tocsin.joint.refusing import NotAllowed, Refused
from tocsin.joint.sessions import convening, sitting
from tocsin.joint.sessions.state import Session, Status, Step

__all__ = ["after", "session_of", "try_act"]

Does = Callable[[Session, Applied, BodyRules], Session]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Who may do it (`owner`, an `invited` state), in which states of the session, and what it does."""

    by: str
    when: frozenset[Status]
    does: Does


def _ordered(session: Session, applied: Applied, rules: BodyRules) -> Session:
    """The act that only takes in acts of others; they have taken effect before it."""
    return session


CONVENED, SITTING, CLOSED = frozenset({Status.CONVENED}), frozenset({Status.OPEN}), frozenset({Status.CLOSED})
RULES: Mapping[str, _Rule] = {
    "order": _Rule("owner", frozenset(Status) - {Status.NONE}, _ordered),
    "delegation": _Rule("invited", CONVENED | SITTING, sitting.delegate),
    "set_agenda": _Rule("owner", CONVENED | SITTING, convening.set_agenda),
    "set_chair": _Rule("owner", CONVENED | SITTING, convening.set_chair),
    "postpone": _Rule("owner", CONVENED, convening.postpone),
    "open": _Rule("owner", CONVENED, convening.open_session),
    "attend": _Rule("invited", SITTING | CLOSED, sitting.attend),
    "speak": _Rule("invited", SITTING | CLOSED, sitting.speak),
    "take_up": _Rule("owner", SITTING, sitting.take_up),
    "conclude": _Rule("owner", SITTING, sitting.conclude),
    "close": _Rule("owner", SITTING, convening.close),
    "cancel": _Rule("owner", CONVENED, convening.cancel),
    "minutes": _Rule("owner", CLOSED, sitting.give_minutes),
    "approve_minutes": _Rule("invited", CLOSED, sitting.approve_minutes),
}
BEFORE_MINUTES = frozenset({"attend", "speak"})


def session_of(applied: Sequence[Applied], *, rules: BodyRules) -> Session:
    """The session that these acts, in this order, have made. Never raises; refused acts are in `refused`.

    rules  those of its body, with every state in `members` that was entitled when it was convened
    """
    session = Session()
    for one in applied:
        session = after(session, one, rules=rules)
    return session


def after(session: Session, applied: Applied, *, rules: BodyRules) -> Session:
    """The session once this act has its place behind all before."""
    counts = counted(session.counts, applied.act)
    try:
        made = _done(session, applied, rules)
    except NotAllowed as refusal:
        refused = Refused(applied, refusal.code, refusal.values)
        return replace(session, refused=session.refused.with_(refused), counts=counts)
    return replace(made, history=made.history.with_(Step(applied, made.status)), counts=counts)


def try_act(applied: Sequence[Applied], act: Act, *, rules: BodyRules, at: datetime) -> Refused | None:
    """Why `act` would change nothing, if it came next into the order, at that moment of the owner's time."""
    last = applied[-1] if applied else None
    number = last.number + 1 if last else 1
    placed = Applied(act, number, max(at, last.at) if last else at)
    made = after(session_of(applied, rules=rules), placed, rules=rules)
    return made.refused[-1] if made.refused and made.refused[-1].applied is placed else None


def _done(session: Session, applied: Applied, rules: BodyRules) -> Session:
    act = applied.act
    if is_too_many(session.counts, act):
        raise NotAllowed("too-many", state=act.origin, most=most_of(act))
    if act.kind == "convene" and act.is_owners:
        if session.status is not Status.NONE:
            raise NotAllowed("opened-already")
        return convening.convene(session, applied, rules)
    if session.status is Status.NONE:
        raise NotAllowed("not-open")
    rule = RULES.get(act.kind)
    if rule is None:
        raise NotAllowed("not-owner" if act.kind == "convene" else "act-unknown", act=act.kind)
    if rule.by == "owner" and act.origin != session.owner:
        raise NotAllowed("not-owner", owner=session.owner)
    if rule.by == "invited" and act.origin not in session.invited:
        raise NotAllowed("not-invited", state=act.origin)
    if session.status not in rule.when:
        raise NotAllowed("not-now", status=str(session.status))
    if act.kind in BEFORE_MINUTES and session.minutes:
        raise NotAllowed("minutes-are-out")
    return rule.does(session, applied, rules)
