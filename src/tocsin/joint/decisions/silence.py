"""The silence procedure: the owner begins it, each state's node says that it has it, a closing call ends it.

The silence of a state begins where the order takes in its node's receipt, so a state that is cut off is not silent: it
is missing. It ends `hours` later by the owner's time. Then the owner calls; the receipt of the call stands in a state's
stream behind all that the state had said, so that nothing is adopted before what was on its way has been ordered.
The owner needs no receipts of itself: its own acts say that it has them.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tocsin.joint.acts import Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions.answers import with_silence_broken
from tocsin.joint.decisions.silences import Silence, StateSilence, ends_after
from tocsin.joint.decisions.state import Decision, Status
from tocsin.joint.decisions.texts import check_current
from tocsin.joint.refusing import NotAllowed
from tocsin.joint.texts.standing import ready_to_adopt

__all__ = ["begin_silence", "call", "check_ready", "receive", "reconsider", "running", "to_call"]


def begin_silence(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """Begin a silence procedure on the version on the table, where the body allows one."""
    said = applied.act.said
    if not rules.silence:
        raise NotAllowed("silence-not-allowed", body=decision.body)
    if rules.silence_hours is not None and said["hours"] < rules.silence_hours:
        raise NotAllowed("silence-too-short", hours=said["hours"], least=rules.silence_hours)
    check_current(decision, said["version"])
    if decision.objecting:
        raise NotAllowed("objection-stands", states=decision.objecting)
    check_ready(decision)
    silence = Silence(applied, said["version"], said["hours"])
    if decision.owner in decision.waited_for:
        silence = _begun(silence, decision.owner, applied)
    return replace(decision, status=Status.SILENCE_PROCEDURE, silences=(*decision.silences, silence))


def check_ready(decision: Decision) -> None:
    """Refuse a text that is not complete in every official language, or not agreed."""
    if findings := ready_to_adopt(decision.text, decision.official):
        first = findings[0]
        values = {"findings": len(findings), "first": first.code, "paragraph": first.paragraph}
        raise NotAllowed("text-not-ready", **values, language=first.language)


def receive(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """A state's node has received the order up to a number: its silence begins, or its answer to the call is there."""
    silence, state, through = decision.silence, applied.act.origin, applied.act.said["through"]
    if silence is None:
        raise NotAllowed("no-silence")
    if through >= applied.number:
        raise NotAllowed("order-not-known", through=through)
    own, called = silence.states.get(state), silence.call_for(state)
    if own is None:
        if through < silence.begins_from(state):
            raise NotAllowed("received-too-early", through=through, number=silence.begins_from(state))
        silence = _begun(silence, state, applied)
    elif own.closed is not None or called is None or through < called.number:
        raise NotAllowed("nothing-to-receive")
    else:
        silence = _with(silence, {state: replace(own, closed=applied)})
    return _running(decision, silence)


def call(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The closing call to all whose silence has ended; only once none runs."""
    silence = decision.silence
    assert silence is not None
    if states := running(decision, applied.at):
        raise NotAllowed("silence-still-runs", states=states)
    if not to_call(decision, applied.at):
        raise NotAllowed("nobody-to-call")
    silence = replace(silence, calls=(*silence.calls, applied))
    own = silence.states.get(decision.owner)
    if own is not None and own.closed is None and own.is_over(applied.at):
        silence = _with(silence, {decision.owner: replace(own, closed=applied)})
    return _running(decision, silence)


def running(decision: Decision, at: datetime) -> tuple[str, ...]:
    """States that are waited for and whose silence has begun and not ended by then."""
    states = decision.silence.states if decision.silence else {}
    silent = [state for state in decision.waited_for if decision.standing(state).kind == "silent"]
    return tuple(state for state in silent if not states[state].is_over(at))


def to_call(decision: Decision, at: datetime) -> tuple[str, ...]:
    """States whose silence has ended and that no call has asked since."""
    silence = decision.silence
    silent = [state for state in decision.waited_for if decision.standing(state).kind == "silent"]
    return tuple(
        state for state in silent if silence and silence.states[state].is_over(at) and silence.call_for(state) is None
    )


def reconsider(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The owner takes it back to consideration: no silence runs any more."""
    return with_silence_broken(decision, applied)


def _begun(silence: Silence, state: str, applied: Applied) -> Silence:
    own = StateSilence(applied.at, ends_after(silence.hours, applied.at), applied)
    return _with(silence, {state: own})


def _with(silence: Silence, states: Mapping[str, StateSilence]) -> Silence:
    return replace(silence, states={**silence.states, **states})


def _running(decision: Decision, silence: Silence) -> Decision:
    return replace(decision, silences=(*decision.silences[:-1], silence))
