"""From acts in their order to the state of a decision: each act in its turn, or a reason why it changes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.joint.acts import Act, Applied
from tocsin.joint.bodies import BodyRules
from tocsin.joint.decisions import absence, adopting, afterwards, answers, silence, texts
from tocsin.joint.decisions.measures import MEASURE_ACTS
from tocsin.joint.decisions.state import OPEN, OVER, STANDS, Decision, Status, Step
from tocsin.joint.limits import counted, is_too_many, most_of
from tocsin.joint.refusing import NotAllowed, Refused

__all__ = ["after", "decision_of", "try_act"]

Does = Callable[[Decision, Applied, BodyRules], Decision]


@dataclass(frozen=True, slots=True)
class _Rule:
    """Who may do it, in which states of the decision, and what it does.

    by  `owner`; `concerned`: a state concerned that is not left out; `both`: either of these; `anybody`
    """

    by: str
    when: frozenset[Status]
    does: Does


def _ordered(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    """The act that only takes in acts of others; they have taken effect before it."""
    return decision


OPENED = frozenset(Status) - {Status.NONE}
BEFORE = frozenset({Status.PROPOSED, Status.UNDER_CONSIDERATION})
RUNS = frozenset({Status.SILENCE_PROCEDURE})
RULES: Mapping[str, _Rule] = {
    "order": _Rule("owner", OPENED, _ordered),
    "consider": _Rule("owner", BEFORE, texts.consider),
    "amend": _Rule("both", BEFORE, texts.amend),
    "translate": _Rule("anybody", OPENED, texts.translate),
    "comment": _Rule("anybody", OPENED, texts.comment),
    "position": _Rule("concerned", OPENED, texts.position),
    "consent": _Rule("concerned", OPEN, answers.consent),
    "stay_out": _Rule("concerned", OPEN, answers.stay_out),
    "object": _Rule("concerned", OPEN, answers.object_to),
    "lift_objection": _Rule("concerned", OPEN, answers.lift_objection),
    "clear": _Rule("concerned", OPEN | STANDS, answers.clear),
    "not_clear": _Rule("concerned", OPEN | STANDS, answers.not_clear),
    "silence": _Rule("owner", BEFORE, silence.begin_silence),
    "received": _Rule("concerned", OPENED, silence.receive),
    "call": _Rule("owner", RUNS, silence.call),
    "reconsider": _Rule("owner", RUNS, silence.reconsider),
    "adopt": _Rule("owner", OPEN, adopting.adopt),
    "not_agreed": _Rule("owner", OPEN, adopting.not_agreed),
    "withdraw": _Rule("owner", OPEN, adopting.withdraw),
    "enter_force": _Rule("owner", frozenset({Status.ADOPTED}), afterwards.enter_force),
    "implement": _Rule("owner", frozenset({Status.IN_FORCE}), afterwards.implement),
    "lapse": _Rule("owner", STANDS, afterwards.lapse),
    "revoke": _Rule("owner", STANDS, afterwards.revoke),
    "accede": _Rule("anybody", STANDS, afterwards.accede),
    "leave_out": _Rule("owner", OPEN | STANDS, absence.leave_out),
    "bring_back": _Rule("owner", OPEN | STANDS, absence.bring_back),
} | {
    kind: _Rule("owner" if rule.by == "owner" else "anybody", STANDS, afterwards.move_measure)
    for kind, rule in MEASURE_ACTS.items()
}


def decision_of(applied: Sequence[Applied], *, rules: BodyRules) -> Decision:
    """The decision that these acts, in this order, have made. Never raises; refused acts are in `refused`.

    rules  those of its body, with every state in `members` that was entitled when it was opened, suspended or not
    """
    decision = Decision()
    for one in applied:
        decision = after(decision, one, rules=rules)
    return decision


def after(decision: Decision, applied: Applied, *, rules: BodyRules) -> Decision:
    """The decision once this act has its place behind all before."""
    counts = counted(decision.counts, applied.act)
    try:
        made = _done(decision, applied, rules)
    except NotAllowed as refusal:
        refused = Refused(applied, refusal.code, refusal.values)
        return replace(decision, refused=decision.refused.with_(refused), counts=counts)
    return replace(made, history=made.history.with_(Step(applied, made.status)), counts=counts)


def try_act(applied: Sequence[Applied], act: Act, *, rules: BodyRules, at: datetime) -> Refused | None:
    """Why `act` would change nothing, if it came next into the order, at that moment of the owner's time."""
    last = applied[-1] if applied else None
    number = last.number + 1 if last else 1
    placed = Applied(act, number, max(at, last.at) if last else at)
    made = after(decision_of(applied, rules=rules), placed, rules=rules)
    return made.refused[-1] if made.refused and made.refused[-1].applied is placed else None


def _done(decision: Decision, applied: Applied, rules: BodyRules) -> Decision:
    act = applied.act
    if is_too_many(decision.counts, act):
        raise NotAllowed("too-many", state=act.origin, most=most_of(act))
    if act.kind == "propose" and act.is_owners:
        if decision.status is not Status.NONE:
            raise NotAllowed("opened-already")
        return texts.propose(decision, applied, rules)
    if decision.status is Status.NONE:
        raise NotAllowed("not-open")
    rule = RULES.get(act.kind)
    if rule is None:
        raise NotAllowed("not-owner" if act.kind == "propose" else "act-unknown", act=act.kind)
    _check_entitled(decision, act, rule)
    if decision.status not in rule.when:
        raise _not_now(decision, act.kind)
    return rule.does(decision, applied, rules)


def _check_entitled(decision: Decision, act: Act, rule: _Rule) -> None:
    owner, concerned = act.origin == decision.owner, act.origin in decision.concerned
    if rule.by == "owner" and not owner:
        raise NotAllowed("not-owner", owner=decision.owner)
    if rule.by == "concerned" or (rule.by == "both" and not owner):
        if not concerned:
            raise NotAllowed("not-concerned", state=act.origin)
        if act.origin in decision.left_out:
            raise NotAllowed("left-out", state=act.origin)


def _not_now(decision: Decision, kind: str) -> NotAllowed:
    status = decision.status
    if kind == "object" and decision.adopted is not None:
        return NotAllowed("objection-late", until=decision.adopted.at, answered=True)
    if kind == "amend" and decision.adopted is not None:
        return NotAllowed("text-is-adopted")
    if kind == "amend" and status is Status.SILENCE_PROCEDURE:
        return NotAllowed("text-under-silence")
    return NotAllowed("decision-over" if status in OVER else "not-now", status=str(status))
