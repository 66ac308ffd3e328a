"""Whatever anybody says, in any order: nothing raises, nothing is adopted over an objection, every citation is true."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.types.council import DECISION_ACTS, paragraph
from tests.joint.acting import BEGIN
from tests.joint.decisions.deciding import PROPOSED, RULES

from tocsin.exchange.suite import digest
from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.decisions.adopting import adoptable, pending
from tocsin.joint.decisions.due import due_at, next_machine_act, owes_receipt
from tocsin.joint.decisions.folding import after, decision_of, try_act
from tocsin.joint.decisions.state import OPEN, OVER, STANDS, Adoption, Decision, Status

STATES = ["AL", "BO", "CE", "DE", "XX"]
ANSWERS = ("consent", "stay_out", "object", "lift_objection", "not_clear", "clear")
# What brings a decision on is said more often than the rest, lest most histories stop early.
KINDS = [*DECISION_ACTS, *["consent", "received", "silence", "call", "adopt", "consider", "object"] * 4]
FOLLOWS = {
    Status.NONE: {Status.PROPOSED},
    Status.PROPOSED: OPEN | {Status.NOT_AGREED, Status.WITHDRAWN},
    Status.UNDER_CONSIDERATION: OPEN - {Status.PROPOSED} | {Status.ADOPTED, Status.NOT_AGREED, Status.WITHDRAWN},
    Status.SILENCE_PROCEDURE: OPEN - {Status.PROPOSED} | {Status.ADOPTED, Status.NOT_AGREED, Status.WITHDRAWN},
    Status.ADOPTED: {Status.IN_FORCE, Status.LAPSED, Status.REVOKED},
    Status.IN_FORCE: {Status.IMPLEMENTED, Status.LAPSED, Status.REVOKED},
    Status.IMPLEMENTED: {Status.LAPSED, Status.REVOKED},
} | {status: set() for status in OVER}


def said_by(draw, kind, decision, number, at):
    """Something that the schema lets the act say, true more often than chance would have it."""
    said = dict(PROPOSED if kind == "propose" else DECISION_ACTS[kind])
    current = decision.version.number if decision.versions else 1
    for name in ("version", "base"):
        if name in said:
            said[name] = draw(st.sampled_from([current, current, current, 1, current + 1]))
    if kind == "received":
        said["through"] = draw(st.sampled_from([max(number - 1, 1), max(number - 1, 1), number, 1, 3]))
    elif kind == "silence":
        said["hours"] = draw(st.sampled_from([24, 24, 1, 48]))
    elif kind == "amend":
        said["changes"] = [{"paragraph": "p2", "after": "p1", "to": paragraph("p2")}]
    elif kind in {"leave_out", "bring_back"}:
        said["state"] = draw(st.sampled_from(STATES))
    elif kind == "adopt" and isinstance(found := adoptable(decision, at), Adoption) and draw(st.integers(0, 3)):
        said = found.as_said()
    return said


HELPS = {"not-received": "received", "not-closed": "received", "silence-runs": "call", "not-called": "call"}


def helpful(draw, decision, at):
    """Whose act, and which, would bring the decision on."""
    waits = [(one.state, HELPS.get(one.why, "consent")) for one in pending(decision, at)]
    if decision.status is Status.PROPOSED:
        return "AL", "consider"
    if not waits:
        return "AL", "adopt"
    state, kind = draw(st.sampled_from(waits))
    if kind == "consent" and decision.silence is None and draw(st.booleans()):
        kind = "silence"
    return ("AL" if kind in OWNERS else state), kind


class History(list):
    """Acts in their order, shown in brief."""

    def __repr__(self):
        return ", ".join(f"{one.number} {one.at - BEGIN} {one.act.origin} {one.act.kind}" for one in self)


@st.composite
def histories(draw):
    """The acts of some decision in their order, by anybody."""
    applied, decision, at = History(), Decision(), BEGIN
    object_id = ObjectId("AL", "0197c2aa-0000-7000-8000-000000000001")
    for number in range(1, draw(st.integers(3, 40))):
        at += timedelta(hours=draw(st.sampled_from([0, 0, 1, 12, 25, 400])))
        if number > 1 and decision.status in OPEN and draw(st.integers(0, 3)):
            origin, kind = helpful(draw, decision, at)
        else:
            kind = "propose" if number == 1 else draw(st.sampled_from(KINDS))
            origin = "AL" if kind in OWNERS and draw(st.booleans()) else draw(st.sampled_from(STATES))
        id = object_id.id if number == 1 else f"0197c2aa-0000-7000-8000-{number:012d}"
        act = Act(
            object=object_id, id=id, origin="AL" if number == 1 else origin, digest=digest(id.encode()), kind=kind,
            said=said_by(draw, kind, decision, number, at), recorded_at=BEGIN,
        )  # fmt: skip
        applied.append(Applied(act, number, at))
        decision = after(decision, applied[-1], rules=RULES)
    return applied


OWNERS = {
    "consider", "silence", "call", "reconsider", "adopt", "not_agreed", "withdraw", "lapse", "enter_force", "implement",
    "revoke", "leave_out", "bring_back", "assign_measure", "extend_measure", "reassign_measure", "order",
}  # fmt: skip


def states_of(applied):
    """The decision after each act, the one before all first."""
    decisions = [Decision()]
    for one in applied:
        decisions.append(after(decisions[-1], one, rules=RULES))
    return decisions


@given(histories())
@settings(max_examples=120, deadline=None)
def test_an_act_takes_effect_or_is_refused_and_then_changes_nothing(applied):
    decisions = states_of(applied)
    for one, before, made in zip(applied, decisions[:-1], decisions[1:], strict=True):
        if made.refused != before.refused:
            assert made.refused[-1].applied is one
            assert replace(made, refused=before.refused) == before
        else:
            assert made.history[-1].applied is one
        assert made.status is before.status or made.status in FOLLOWS[before.status]
    assert len(decisions[-1].history) + len(decisions[-1].refused) == len(applied)


@given(histories(), st.data())
@settings(max_examples=100, deadline=None)
def test_the_state_is_that_of_the_order_and_of_nothing_else(applied, data):
    cut = data.draw(st.integers(0, len(applied)))
    made = decision_of(applied[:cut], rules=RULES)
    for one in applied[cut:]:
        tried = try_act(applied[: applied.index(one)], one.act, rules=RULES, at=one.at)
        before = made
        made = after(made, one, rules=RULES)
        assert (tried is None) == (made.refused == before.refused)
    assert made == decision_of(applied, rules=RULES)


@given(histories())
@settings(max_examples=250, deadline=None)
def test_what_is_adopted_nobody_objected_to_in_time_and_every_citation_is_true(applied):
    for made in states_of(applied):
        if made.status in STANDS and made.history[-1].applied is made.adopted:
            check_adoption(made)


def check_adoption(decision):
    """Read from the acts that took effect alone, not from the state that they left."""
    took = [step.applied for step in decision.history[:-1]]
    (adoption,) = [step.applied for step in decision.history if step.applied.act.kind == "adopt"]
    cited = {one["state"]: one for one in adoption.act.said["states"]}
    assert len(cited) == len(adoption.act.said["states"])
    assert set(cited) == set(decision.concerned) - left_out(took)
    assert any(one["by"] != "stays_out" for one in cited.values())
    changed = max(one.number for one in took if one.act.kind in {"propose", "amend"})
    begun = max((place for place, one in enumerate(took) if one.act.kind == "silence"), default=None)
    for state, one in cited.items():
        own = [
            each for each in took if each.act.origin == state and each.act.kind in ANSWERS and each.act.kind != "clear"
        ]
        last = own[-1] if own else None
        assert last is None or last.act.kind != "object"
        if one["by"] == "silence":
            assert last is None or last.act.kind == "lift_objection" or last.number < changed
            check_silence(took[begun:], state, one["acts"], adoption)
        else:
            assert last.act.id == one["acts"][0]
            assert last.act.kind in ({"consent"} if one["by"] == "consent" else {"stay_out", "not_clear"})
            assert last.act.kind == "not_clear" or last.act.said["version"] == adoption.act.said["version"]


def left_out(took):
    out = set()
    for one in took:
        if one.act.kind == "leave_out":
            out.add(one.act.said["state"])
        elif one.act.kind == "bring_back":
            out.discard(one.act.said["state"])
    return out


def check_silence(took, state, acts, adoption):
    by_id = {one.act.id: one for one in took}
    began, closed = by_id[acts[0]], by_id[acts[1]]
    silence = took[0]
    assert began.act.origin == closed.act.origin == state
    until = began.at + timedelta(hours=silence.act.said["hours"])
    assert adoption.at > until
    assert closed.at > until
    calls = [one for one in took if one.act.kind == "call" and one.at > until and one.number <= closed.number]
    assert calls
    if state != "AL":
        assert (began.act.kind, closed.act.kind) == ("received", "received")
        assert began.act.said["through"] >= silence.number
        assert any(closed.act.said["through"] >= call.number for call in calls)
    assert not [one for one in took if one.act.kind in {"object", "amend", "reconsider"}]


@given(histories(), st.sampled_from([0, 1, 30, 10**6]))
@settings(max_examples=100, deadline=None)
def test_what_machines_owe_is_allowed_when_they_say_it(applied, later):
    decision = decision_of(applied, rules=RULES)
    at = applied[-1].at + timedelta(hours=later)
    kind = next_machine_act(decision, at)
    if kind is not None:
        said = adoptable(decision, at).as_said() if kind == "adopt" else {}
        act = replace(applied[0].act, id="0197c2aa-0000-7000-8000-00000000ffff", kind=kind, said=said)
        assert try_act(applied, act, rules=RULES, at=at) is None
    for state in STATES:
        if owes_receipt(decision, state, through=applied[-1].number):
            said = {"through": applied[-1].number}
            act = replace(applied[0].act, id="0197c2aa-0000-7000-8000-00000000ffff", kind="received", said=said,
                          origin=state)  # fmt: skip
            assert try_act(applied, act, rules=RULES, at=at) is None
    if (due := due_at(decision)) is not None and due > at:
        assert next_machine_act(decision, at) is None
    assert {one.state for one in pending(decision, at)} <= set(decision.waited_for)
