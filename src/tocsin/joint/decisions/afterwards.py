"""What becomes of a decision once it is adopted: it enters into force, is implemented, lapses; others accede."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from tocsin.joint.acts import Applied, ObjectId
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.measures import measured
from tocsin.joint.decisions.state import STANDS, Accession, Decision, Status
from tocsin.joint.refusing import NotAllowed

__all__ = ["accede", "enter_force", "force_waits_for", "implement", "lapse", "move_measure", "revoke", "revokes"]


def enter_force(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """It enters into force, once what that waits for has come."""
    if waits := force_waits_for(decision, applied.at):
        raise NotAllowed(waits, states=decision.not_cleared, day=decision.in_force.on)
    return replace(decision, status=Status.IN_FORCE, in_force_since=applied)


def force_waits_for(decision: Decision, at: datetime) -> str:
    """Why an adopted decision cannot enter into force at that moment; empty where it can. Days begin at 00:00 UTC."""
    if not decision.bound:
        return "nobody-bound"
    waits = decision.in_force.when == "cleared" and bool(decision.not_cleared)
    if decision.in_force.when == "on" and decision.in_force.on is not None:
        waits = at < datetime.combine(decision.in_force.on, time(), UTC)
    return "not-in-force-yet" if waits else ""


def implement(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The owner says that what was decided is done."""
    return replace(decision, status=Status.IMPLEMENTED)


def lapse(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """It has run out, or has nothing more to do."""
    return replace(decision, status=Status.LAPSED, ended=applied)


def revoke(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Another decision has revoked it, which its owner names.

    That the other was adopted stands in its own order, which not every reader of this one may have. So this order
    takes the owner's word; `revokes` says whether the other bears it out, before it is said and wherever it is shown.
    """
    if ObjectId.of(applied.act.said["by"]) == decision.object:
        raise NotAllowed("revoked-by-itself")
    return replace(decision, status=Status.REVOKED, ended=applied)


def revokes(other: Decision, decision: Decision) -> bool:
    """Whether `other` was adopted, still stands and names `decision` as what it changes."""
    return other.status in STANDS and other.amends is not None and other.amends == decision.object


def accede(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """A state that is not bound joins, however much later."""
    state = applied.act.origin
    if state in decision.bound:
        raise NotAllowed("bound-already", state=state)
    if state in decision.left_out:
        raise NotAllowed("left-out", state=state)
    if state not in rules.members and state not in rules.may_join:
        raise NotAllowed("may-not-accede", state=state)
    made = Accession(state, applied.act.said["declaration"], applied)
    return replace(decision, accessions=(*decision.accessions, made))


def move_measure(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """One of the acts on measures."""
    if applied.act.origin in decision.left_out:
        raise NotAllowed("left-out", state=applied.act.origin)
    measures = measured(decision.measures, applied)
    given = _given_to(applied)
    if given is not None and given not in decision.bound:
        raise NotAllowed("not-bound", state=given)
    return replace(decision, measures=measures)


def _given_to(applied: Applied) -> str | None:
    """The state that an act gives a measure to."""
    said: Mapping[str, Any] = applied.act.said
    if applied.act.kind == "assign_measure":
        return str(said["measure"]["state"])
    return str(said["state"]) if applied.act.kind == "reassign_measure" else None
