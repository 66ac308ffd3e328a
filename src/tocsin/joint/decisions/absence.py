"""States that are left out, because the alliance has suspended them or they have left it, and brought back."""

from dataclasses import replace

from tocsin.joint.acts import Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.state import Absence, Decision
from tocsin.joint.refusing import NotAllowed

__all__ = ["bring_back", "leave_out"]


def leave_out(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """A state concerned is not waited for from here on. What it has said stays on record; its silence does not run.

    Not one whose objection stands: nobody is left out so that others may pass over it. Such a decision is withdrawn.
    """
    state = applied.act.said["state"]
    if state == decision.owner:
        raise NotAllowed("owner-stays")
    if state not in decision.concerned:
        raise NotAllowed("not-concerned", state=state)
    if state in decision.left_out:
        raise NotAllowed("left-out-already", state=state)
    if state in decision.objecting:
        raise NotAllowed("objection-stands", states=(state,))
    left_out = {**decision.left_out, state: Absence(applied.act.said["reason"], applied)}
    decision = replace(decision, left_out=left_out)
    if decision.silence is None:
        return decision
    states = {name: own for name, own in decision.silence.states.items() if name != state}
    return replace(decision, silences=(*decision.silences[:-1], replace(decision.silence, states=states)))


def bring_back(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The state is waited for again, as it stood.

    Its silence begins anew, with a receipt of this order or a later one: it was not asked meanwhile.
    """
    state = applied.act.said["state"]
    if state not in decision.left_out:
        raise NotAllowed("not-left-out", state=state)
    left_out = {name: absence for name, absence in decision.left_out.items() if name != state}
    decision = replace(decision, left_out=left_out)
    if decision.silence is None:
        return decision
    not_before = {**decision.silence.not_before, state: applied.number}
    return replace(decision, silences=(*decision.silences[:-1], replace(decision.silence, not_before=not_before)))
