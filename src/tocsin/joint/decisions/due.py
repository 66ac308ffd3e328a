"""What machines owe to a decision: the owner's its closing acts, each state's its receipts."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from tocsin.joint.acts import Act
from tocsin.joint.decisions.adopting import adoptable
from tocsin.joint.decisions.afterwards import force_waits_for
from tocsin.joint.decisions.silence import running, to_call
from tocsin.joint.decisions.silences import NEVER
from tocsin.joint.decisions.state import Adoption, Decision, Status
from tocsin.joint.limits import is_spent
from tocsin.joint.refusing import Refused

__all__ = ["due_at", "late_objections", "next_machine_act", "owes_receipt"]


def next_machine_act(decision: Decision, at: datetime) -> str | None:
    """What the owner's machine says at that moment of its time: `call`, `adopt`, `enter_force`, or nothing.

    It adopts only what a silence procedure has completed. Where an objection was ordered too late and may have been on
    its way in time, it adopts nothing by itself: a person of the owner adopts, or reconsiders.
    """
    if is_spent(decision.counts, decision.owner):
        return None  # it would be refused, and owed again
    if decision.status is Status.ADOPTED:
        return None if force_waits_for(decision, at) else "enter_force"
    if decision.status is not Status.SILENCE_PROCEDURE or running(decision, at):
        return None
    if to_call(decision, at):
        return "call"
    if late_objections(decision) or not isinstance(adoptable(decision, at), Adoption):
        return None
    return "adopt"


def late_objections(decision: Decision) -> tuple[Refused, ...]:
    """Objections of states still silent that were ordered after their silence, before they had answered the call."""
    silence = decision.silence
    if silence is None:
        return ()
    return tuple(
        one
        for one in decision.refused
        if one.code == "objection-late"
        and not one.values["answered"]
        and one.applied.number >= silence.applied.number
        and one.applied.act.origin in decision.waited_for
        and decision.standing(one.applied.act.origin).kind == "silent"
    )


def owes_receipt(decision: Decision, state: str, *, through: int, sent: Iterable[Act] = ()) -> bool:
    """Whether the node of a state concerned has to say that it has received the order up to `through`.

    sent  acts of that node that no order has included yet: what it has said it does not say again
    """
    silence = decision.silence
    if silence is None or state == decision.owner or state not in decision.waited_for:
        return False
    if is_spent(decision.counts, state):
        return False  # it would be refused, and owed again
    own = silence.states.get(state)
    if decision.standing(state).kind not in {"outstanding", "silent"} or (own and own.closed):
        return False
    call = silence.call_for(state)
    if own is not None and call is None:
        return False
    asked = call.number if call else silence.begins_from(state)
    said = [act.said["through"] for act in sent if act.origin == state and act.kind == "received"]
    return through >= asked and not any(one >= asked for one in said)


def due_at(decision: Decision) -> datetime | None:
    """When time alone next lets the owner's machine do something, if nobody says anything before."""
    if is_spent(decision.counts, decision.owner):
        return None
    if decision.status is Status.ADOPTED and decision.in_force.when == "on" and decision.in_force.on is not None:
        return datetime.combine(decision.in_force.on, time(), UTC) if decision.bound else None
    silence = decision.silence
    if silence is None:
        return None
    silent = [state for state in decision.waited_for if decision.standing(state).kind == "silent"]
    untils = [silence.states[state].until for state in silent if silence.call_for(state) is None]
    return max(untils) + timedelta(seconds=1) if untils and max(untils) < NEVER else None
