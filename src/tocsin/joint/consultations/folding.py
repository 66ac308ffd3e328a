"""The state of a consultation: a function of its acts in order, and of nothing else. docs/consultations.md.

It is total: an act that the rules do not allow where it stands changes nothing and is kept with its reason. Every node
that has the same acts in the same order comes to the same state.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from tocsin.joint.acts import Act, Applied
from tocsin.joint.consultations import answering, asking, following, opinions, panels
from tocsin.joint.consultations.state import Case, Status
from tocsin.joint.limits import counted, is_too_many, most_of
from tocsin.joint.refusing import NotAllowed, Refused

__all__ = ["ACTS", "advanced", "case_of", "next_machine_act", "try_act"]

OPENING, ORDER = "submit", "order"
Step = Callable[[Case, Applied], Case]

ACTS: Mapping[str, Step] = {
    OPENING: asking.submit,
    ORDER: lambda case, applied: case,
    "resubmit": asking.resubmit,
    "supplement": asking.supplement,
    "reply": asking.reply,
    "name_team": asking.name_team,
    "consent": asking.consent,
    "withdraw": asking.withdraw,
    "expire": asking.expire,
    "allocate": answering.allocate,
    "take": answering.take,
    "hand_back": answering.hand_back,
    "decline": answering.decline,
    "return": answering.give_back,
    "ask": answering.ask,
    "message": answering.message,
    "sign": opinions.sign,
    "amend": opinions.amend,
    "retract": opinions.retract,
    "convene": panels.convene,
    "join": panels.join,
    "position": panels.state_position,
    "draft_outcome": panels.draft_outcome,
    "stand": panels.stand,
    "sign_off": panels.sign_off,
    "dissolve": panels.dissolve,
    "acknowledge": following.acknowledge,
    "ask_follow_up": following.ask_follow_up,
    "follow_up": following.follow_up,
    "close": following.close,
    "reopen": following.reopen,
}


def case_of(applied: Iterable[Applied]) -> Case:
    """The case after all these acts, in this order."""
    case = Case()
    for one in applied:
        case = advanced(case, one)
    return case


def advanced(case: Case, applied: Applied) -> Case:
    """The case after one act more. The time of its order counts even where the act itself is refused."""
    case = following.passed(asking.passed(case, applied), applied)
    counts = counted(case.counts, applied.act)
    try:
        changed = _step(case, applied)
    except NotAllowed as no:
        refused = Refused(applied, no.code, MappingProxyType(no.values))
        return replace(case, refused=case.refused.with_(refused), counts=counts)
    return replace(_waiting(changed, applied), history=changed.history.with_(applied), counts=counts)


def _waiting(case: Case, applied: Applied) -> Case:
    """Since when nobody has the case, however that came: submitted, handed back, declined by one, a panel dissolved."""
    if case.status is not Status.SUBMITTED:
        return case if case.untaken is None else replace(case, untaken=None)
    return replace(case, untaken=applied) if case.untaken is None else case


def _step(case: Case, applied: Applied) -> Case:
    act = applied.act
    if is_too_many(case.counts, act):
        raise NotAllowed("too-many", state=act.origin, what="passing" if act.is_passing else "acts", most=most_of(act))
    step = ACTS.get(act.kind)
    if step is None:
        raise NotAllowed("act-unknown", act=act.kind)
    if case.opened is None and act.kind != OPENING:
        raise NotAllowed("not-open")
    return step(case, applied)


def try_act(applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
    """Whether `act` would be refused if the next order included it now; None if it would have effect."""
    last = applied[-1] if applied else None
    following_one = Applied(act, last.number + 1 if last else 1, max(at, last.at) if last else at)
    before = case_of(applied)
    after = advanced(before, following_one)
    return after.refused[-1] if len(after.refused) > len(before.refused) else None


def next_machine_act(case: Case, *, at: datetime) -> str | None:
    """What the owner's machine is to say by itself: that nobody took it, or that it is the day to tell how it went."""
    if case.opened is None or case.ended is not None:
        return None
    if case.acknowledged is not None and case.status is Status.ACKNOWLEDGED:
        return "ask_follow_up" if at.astimezone(UTC).date() >= case.acknowledged.follow_up_on else None
    if (until := asking.ends_by_itself_at(case)) is not None and at >= until:
        return "expire"
    return None
