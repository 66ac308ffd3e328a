"""When this state's machine says that it has received a silence, or its closing call.

The order has its owner's time alone, so an owner whose clock runs ahead could call before the time has run. Nothing in
the order can show that; a state's own machine can: it answers no call before the hours have passed by its own clock
since its own receipt. Two readings of one clock differ by what has passed, however wrong the clock is. And it begins
no silence that the alliance's file here does not allow: then a delegate speaks, or nobody does.
"""

from datetime import datetime, timedelta

from tocsin.joint.decisions.silences import Silence
from tocsin.joint.decisions.state import Decision
from tocsin.node.council.reading import rules_differ

__all__ = ["answers_at", "may_receive"]

SKEW = timedelta(minutes=5)  # the moment of a receipt is of whole seconds, and workers look each minute
FORBIDS = frozenset({"body", "silence", "members"})  # of the rules that differ from the file here


def may_receive(decision: Decision, own: str, *, now: datetime) -> bool:
    """Whether the receipt that is owed may be given now, by this node's clock."""
    if decision.opening is None or FORBIDS.intersection(rules_differ(decision.opening.act)):
        return False
    over = _over_at(decision.silence, own)
    return over is None or now >= over


def answers_at(decision: Decision, own: str) -> datetime | None:
    """When a closing call that is here already may be answered; None where none waits."""
    silence = decision.silence
    if silence is None or silence.call_for(own) is None or silence.states[own].closed is not None:
        return None
    return _over_at(silence, own)


def _over_at(silence: Silence | None, own: str) -> datetime | None:
    """When the silence of this state is over by its own clock; None where it has not begun."""
    began = silence.states.get(own) if silence is not None else None
    if silence is None or began is None:
        return None
    return began.began.act.recorded_at + timedelta(hours=silence.hours) - SKEW
