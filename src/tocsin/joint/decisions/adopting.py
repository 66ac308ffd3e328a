"""Adoption: an act of the owner that cites, of every state concerned, by what it is counted. Or the end without one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.joint.acts import Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.measures import assigned
from tocsin.joint.decisions.silence import check_ready
from tocsin.joint.decisions.state import OPEN, Adoption, Citation, Decision, Status
from tocsin.joint.decisions.texts import check_current
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.texts.findings import Finding
from tocsin.joint.texts.standing import ready_to_adopt

__all__ = ["Missing", "Pending", "adopt", "adoptable", "not_agreed", "pending", "withdraw"]


@dataclass(frozen=True, slots=True)
class Pending:
    """A state that adoption waits for, and why.

    not-answered   it has not consented, objected or stayed out, and no silence runs
    not-received   its node has not received the silence, or it is not known that it has
    silence-runs   its time has not run; `until`
    not-called     its time has run, and the owner has not called
    not-closed     its node has not answered the call
    objects        its objection stands
    """

    state: str
    why: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Why nothing can be adopted: who is missing; what the text lacks; a code where it is neither."""

    states: tuple[Pending, ...] = ()
    findings: tuple[Finding, ...] = ()
    code: str = ""


def pending(decision: Decision, at: datetime) -> tuple[Pending, ...]:
    """The states that adoption waits for at that moment of the owner's time, in the order of the decision."""
    if decision.status not in OPEN:
        return ()
    waits = (_waits(decision, state, at) for state in decision.waited_for)
    return tuple(one for one in waits if one is not None)


def _waits(decision: Decision, state: str, at: datetime) -> Pending | None:
    standing, silence = decision.standing(state), decision.silence
    match standing.kind:
        case "consents" | "stays_out":
            return None
        case "objects":
            return Pending(state, "objects")
        case "outstanding":
            return Pending(state, "not-answered" if silence is None else "not-received")
    assert silence is not None
    own = silence.states[state]
    if not own.is_over(at):
        return Pending(state, "silence-runs", own.until)
    if own.closed is None:
        return Pending(state, "not-called" if silence.call_for(state) is None else "not-closed", own.until)
    return None


def adoptable(decision: Decision, at: datetime) -> Adoption | Missing:
    """What the owner's adoption would cite at that moment, or what is missing."""
    if decision.status not in {Status.UNDER_CONSIDERATION, Status.SILENCE_PROCEDURE}:
        return Missing(code="not-now")
    states, findings = pending(decision, at), ready_to_adopt(decision.text, decision.official)
    if states or findings:
        return Missing(states, findings)
    citations = tuple(_citation(decision, state) for state in decision.waited_for)
    if all(one.by == "stays_out" for one in citations):
        return Missing(code="nobody-adopts")
    return Adoption(decision.version.number, citations)


def _citation(decision: Decision, state: str) -> Citation:
    standing = decision.standing(state)
    if standing.kind != "silent":
        assert standing.applied is not None
        by = "consent" if standing.kind == "consents" else "stays_out"
        return Citation(state, by, (standing.applied.act.id,))
    assert decision.silence is not None
    own = decision.silence.states[state]
    assert own.closed is not None
    return Citation(state, "silence", (own.began.act.id, own.closed.act.id))


def adopt(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Adopt the version on the table: nothing else adopts, and only with citations that are true at this place."""
    said = applied.act.said
    check_current(decision, said["version"])
    adoption = adoptable(decision, applied.at)
    if isinstance(adoption, Missing):
        raise _refusal(decision, adoption)
    cited = [Citation(one["state"], one["by"], tuple(one["acts"])) for one in said["states"]]
    if wrong := _false(cited, adoption.citations):
        raise NotAllowed("citation-false", states=wrong)
    silences = decision.silences
    if decision.silence is not None:
        silences = (*silences[:-1], replace(silences[-1], ended=applied))
    return replace(
        decision, status=Status.ADOPTED, adopted=applied, adoption=adoption, silences=silences,
        measures=assigned(decision.version.measures, applied),
    )  # fmt: skip


def _refusal(decision: Decision, missing: Missing) -> NotAllowed:
    if objecting := [one.state for one in missing.states if one.why == "objects"]:
        return NotAllowed("objection-stands", states=tuple(objecting))
    if missing.states:
        return NotAllowed("states-missing", states=tuple((one.state, one.why) for one in missing.states))
    if missing.findings:
        try:
            check_ready(decision)
        except NotAllowed as refusal:
            return refusal
    return NotAllowed(missing.code, status=str(decision.status))


def _false(cited: Iterable[Citation], true: Iterable[Citation]) -> tuple[str, ...]:
    """States of which something else is cited than what is so, or nothing, or more than once."""
    said, so = _sorted(cited), _sorted(true)
    states = sorted({one[0] for one in (*said, *so)})
    return tuple(state for state in states if [one for one in said if one[0] == state] != [
        one for one in so if one[0] == state
    ])  # fmt: skip


def _sorted(citations: Iterable[Citation]) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((one.state, one.by, tuple(sorted(one.acts))) for one in citations)


def not_agreed(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """End it without agreement."""
    return _ended(decision, applied, Status.NOT_AGREED)


def withdraw(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Take the proposal back."""
    return _ended(decision, applied, Status.WITHDRAWN)


def _ended(decision: Decision, applied: Applied, status: Status) -> Decision:
    silences = decision.silences
    if decision.silence is not None:
        silences = (*silences[:-1], replace(silences[-1], ended=applied))
    return replace(decision, status=status, ended=applied, silences=silences)
