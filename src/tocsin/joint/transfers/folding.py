"""The state of a transfer: a function of its acts in order, and of nothing else. docs/transfers.md.

Total, as every joint object's: what the rules do not allow changes nothing and is kept with its reason.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from tocsin.joint.acts import Act, Applied
from tocsin.joint.limits import counted, is_too_many, most_of
from tocsin.joint.refusing import NotAllowed, Refused
from tocsin.joint.transfers import acting
from tocsin.joint.transfers.state import Transfer

__all__ = ["ACTS", "advanced", "next_machine_act", "transfer_of", "try_act"]

OPENING = "request"
Step = Callable[[Transfer, Applied], Transfer]

ACTS: Mapping[str, Step] = {
    OPENING: acting.request,
    "order": lambda transfer, applied: transfer,
    "supplement": acting.supplement,
    "name_team": acting.name_team,
    "accept": acting.accept,
    "take_back": acting.take_back,
    "decline": acting.decline,
    "cancel": acting.cancel,
    "consent": acting.consent,
    "lapse": acting.lapse,
    "depart": acting.depart,
    "arrive": acting.arrive,
    "sign": acting.sign,
    "end": acting.end,
    "message": acting.message,
}


def transfer_of(applied: Iterable[Applied]) -> Transfer:
    """The transfer after all these acts, in this order."""
    transfer = Transfer()
    for one in applied:
        transfer = advanced(transfer, one)
    return transfer


def advanced(transfer: Transfer, applied: Applied) -> Transfer:
    """The transfer after one act more. The time of its order counts even where the act itself is refused."""
    transfer = acting.passed(transfer, applied)
    counts = counted(transfer.counts, applied.act)
    try:
        changed = _step(transfer, applied)
    except NotAllowed as no:
        refused = Refused(applied, no.code, MappingProxyType(no.values))
        return replace(transfer, refused=transfer.refused.with_(refused), counts=counts)
    return replace(changed, history=changed.history.with_(applied), counts=counts)


def _step(transfer: Transfer, applied: Applied) -> Transfer:
    act = applied.act
    if is_too_many(transfer.counts, act):
        raise NotAllowed("too-many", state=act.origin, what="passing" if act.is_passing else "acts", most=most_of(act))
    step = ACTS.get(act.kind)
    if step is None:
        raise NotAllowed("act-unknown", act=act.kind)
    if transfer.opened is None and act.kind != OPENING:
        raise NotAllowed("not-open")
    return step(transfer, applied)


def try_act(applied: Sequence[Applied], act: Act, *, at: datetime) -> Refused | None:
    """Whether `act` would be refused if the next order included it now; None if it would have effect."""
    last = applied[-1] if applied else None
    following = Applied(act, last.number + 1 if last else 1, max(at, last.at) if last else at)
    before = transfer_of(applied)
    after = advanced(before, following)
    return after.refused[-1] if len(after.refused) > len(before.refused) else None


def next_machine_act(transfer: Transfer, *, at: datetime) -> str | None:
    """What the owner's machine is to say by itself: that nobody answered, or that the bed is not kept any longer."""
    until = acting.stands_until(transfer)
    return "lapse" if until is not None and at >= until else None
