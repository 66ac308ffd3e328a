"""The silence procedure: it begins for a state with its receipt, an objection stops it, a cut-off state is missing."""

from dataclasses import replace

import pytest
from tests.exchange.types.council import paragraph
from tests.joint.decisions.deciding import DAY, RULES, Deciding, hours, in_closed_silence, in_silence, text

from tocsin.joint.decisions.adopting import Missing, Pending, adoptable, pending
from tocsin.joint.decisions.due import due_at, late_objections, next_machine_act, owes_receipt
from tocsin.joint.decisions.folding import try_act
from tocsin.joint.decisions.state import Adoption, Status

SECOND = 1 / 3600
OBJECTION = {"version": 1, "paragraph": None, "reason": "Срок."}


def why(made: Deciding, at: float) -> dict[str, str]:
    return {one.state: one.why for one in pending(made.decision, hours(at))}


def test_the_silence_of_a_state_begins_with_its_receipt_and_lasts_by_the_owners_time():
    made = in_silence()
    assert made.decision.status is Status.SILENCE_PROCEDURE
    standing = made.decision.standing("BO")
    assert (standing.kind, standing.since, standing.until) == ("silent", hours(1), hours(1 + DAY))
    assert made.decision.standing("AL").since == hours(0)  # the owner has its own order
    assert why(made, 2) == {"AL": "silence-runs", "BO": "silence-runs", "CE": "not-received"}
    assert why(made, 2 + DAY) == {"AL": "not-called", "BO": "not-called", "CE": "not-received"}


def test_a_state_that_is_cut_off_is_waited_for_however_long_and_adopted_with_once_it_is_back():
    made = in_silence()
    made.owner_does("call", at=2 + DAY)
    made.receives("BO")
    long_after = 1000 * DAY
    assert adoptable(made.decision, hours(long_after)) == Missing((Pending("CE", "not-received"),))
    assert next_machine_act(made.decision, hours(long_after)) is None
    made.owner_does("adopt", at=long_after, version=1, states=[])
    assert (made.code, made.decision.status) == ("states-missing", Status.SILENCE_PROCEDURE)
    made.receives("CE", at=long_after)
    assert why(made, long_after) == {"CE": "silence-runs"}
    assert next_machine_act(made.decision, hours(long_after + DAY)) is None
    assert next_machine_act(made.decision, hours(long_after + DAY + SECOND)) == "call"
    made.owner_does("call", at=long_after + DAY + SECOND)
    assert why(made, long_after + 2 * DAY) == {"CE": "not-closed"}  # the others answered the first call
    made.receives("CE")
    assert next_machine_act(made.decision, hours(made.at)) == "adopt"
    made.adopts()
    assert {one.by for one in made.decision.adoption.citations} == {"silence"}
    assert pending(made.decision, hours(made.at)) == ()
    assert made.decision.standing("CE").kind == "silent"


def test_silence_cites_the_receipt_that_began_it_and_the_one_that_answered_the_call():
    made = in_closed_silence()
    found = adoptable(made.decision, hours(made.at))
    receipts = [step.applied.act for step in made.decision.history if step.applied.act.kind == "received"]
    own = [step.applied.act.id for step in made.decision.history if step.applied.act.kind in {"silence", "call"}]
    of_bo = tuple(act.id for act in receipts if act.origin == "BO")
    assert found.citations[0].acts == tuple(own)
    assert found.citations[1].acts == of_bo
    wrong = found.as_said()
    wrong["states"][1]["acts"] = [of_bo[0], receipts[-1].id]
    made.owner_does("adopt", **wrong)
    assert (made.code, made.last_refused.values["states"]) == ("citation-false", ("BO",))


@pytest.mark.parametrize(("off", "stops"), [(-SECOND, True), (0, True), (SECOND, False)])
def test_an_objection_up_to_the_end_of_the_silence_stops_it_and_one_after_that_does_not(off, stops):
    made = in_silence()
    made.receives("CE", at=2)
    made.does("BO", "object", at=1 + DAY + off, **OBJECTION)
    if stops:
        assert made.code == ""
        assert made.decision.objecting == ("BO",)
        assert made.decision.status is Status.UNDER_CONSIDERATION
        assert made.decision.silence is None
    else:
        assert made.code == "objection-late"
        assert made.last_refused.values["until"] == hours(1 + DAY)
        assert made.decision.status is Status.SILENCE_PROCEDURE
        assert made.decision.objecting == ()


def test_an_objection_is_tried_at_the_moment_at_which_it_would_be_said():
    made = in_silence()
    objection = made.say("BO", "object", OBJECTION)
    assert try_act(made.applied, objection, rules=RULES, at=hours(1 + DAY)) is None
    assert try_act(made.applied, objection, rules=RULES, at=hours(2 + DAY)).code == "objection-late"
    made.receives("CE", at=2 + DAY)
    assert try_act(made.applied, objection, rules=RULES, at=hours(1)).code == "objection-late"  # time never runs back


def test_each_state_has_its_own_silence():
    """BO's has ended; CE, which heard of it ten hours later, objects in time."""
    made = in_silence()
    made.receives("CE", at=11)
    made.does("BO", "object", at=2 + DAY, **OBJECTION)
    assert made.code == "objection-late"
    made.does("CE", "object", at=3 + DAY, **OBJECTION)
    assert made.decision.objecting == ("CE",)


def test_a_state_whose_silence_has_not_begun_is_never_late():
    made = in_silence()
    made.does("CE", "object", at=100 * DAY, **OBJECTION)
    assert made.decision.objecting == ("CE",)


def test_an_objection_after_adoption_is_late_and_on_record():
    made = in_closed_silence()
    made.adopts()
    made.does("CE", "object", **OBJECTION)
    assert made.code == "objection-late"
    assert made.decision.status is Status.ADOPTED
    made.does("CE", "position", paragraph=None, text="Остаёмся при своём.")
    assert [one.text for one in made.decision.positions] == ["Остаёмся при своём."]


def test_no_machine_adopts_over_an_objection_that_may_have_been_on_its_way():
    made = in_silence()
    made.receives("CE", at=2)
    made.does("BO", "object", at=1 + DAY + SECOND, **OBJECTION)
    made.owner_does("call", at=3 + DAY)
    made.receives("BO")
    made.receives("CE")
    assert isinstance(adoptable(made.decision, hours(made.at)), Adoption)
    assert next_machine_act(made.decision, hours(made.at)) is None
    assert [one.applied.act.origin for one in late_objections(made.decision)] == ["BO"]
    made.adopts()  # a person of the owner may
    assert made.decision.status is Status.ADOPTED


def test_an_objection_behind_the_answer_to_the_call_holds_nothing_up():
    made = in_closed_silence()
    made.does("BO", "object", **OBJECTION)
    assert made.code == "objection-late"
    assert late_objections(made.decision) == ()
    assert next_machine_act(made.decision, hours(made.at)) == "adopt"


@pytest.mark.parametrize(
    ("through", "code"), [(1, "received-too-early"), (2, "received-too-early"), (3, ""), (4, "order-not-known")]
)
def test_a_receipt_counts_if_the_node_had_the_silence_and_names_what_exists(through, code):
    made = Deciding()
    made.owner_does("silence", version=1, hours=DAY)  # number 3
    made.does("BO", "received", through=through)  # in number 4
    assert made.code == code
    assert (made.decision.standing("BO").kind == "silent") == (not code)


def test_receipts_where_none_is_asked_for_change_nothing():
    made = Deciding()
    made.receives("BO")
    assert made.code == "no-silence"
    made = in_silence()
    made.receives("BO", at=20)  # once more
    assert made.code == "nothing-to-receive"
    assert made.decision.standing("BO").until == hours(1 + DAY)
    made.does("DE", "received", through=3)
    assert made.code == "not-concerned"


def test_an_answer_that_stood_before_the_call_does_not_answer_it():
    made = in_silence()
    made.receives("CE", at=2)
    early = made.say("BO", "received", {"through": len(made.owned)})
    made.owner_does("call", at=3 + DAY)
    made.owner_does("order", includes=[early])
    assert made.code == "nothing-to-receive"
    assert why(made, made.at)["BO"] == "not-closed"


def test_the_closing_call_comes_once_no_silence_runs():
    made = in_silence()
    made.receives("CE", at=10)
    made.owner_does("call", at=2 + DAY)
    assert (made.code, made.last_refused.values["states"]) == ("silence-still-runs", ("CE",))
    made.owner_does("call", at=11 + DAY)
    assert made.code == ""
    made.owner_does("call", at=12 + DAY)
    assert made.code == "nobody-to-call"


@pytest.mark.parametrize(
    ("rules", "said", "code"),
    [
        (replace(RULES, silence=False, silence_hours=None), {}, "silence-not-allowed"),
        (RULES, {"hours": 23}, "silence-too-short"),
        (RULES, {"version": 2}, "version-not-current"),
    ],
)
def test_silence_is_only_begun_where_the_body_allows_it(rules, said, code):
    made = Deciding(rules=rules)
    made.owner_does("silence", **({"version": 1, "hours": DAY} | said))
    assert made.code == code
    assert made.decision.status is Status.UNDER_CONSIDERATION


def test_silence_is_not_begun_over_an_objection_nor_on_an_unfinished_text():
    made = Deciding()
    made.does("BO", "object", **OBJECTION)
    made.owner_does("silence", version=1, hours=DAY)
    assert made.code == "objection-stands"
    made = Deciding(text=text(paragraph("p1", ru="[Немедленно].", zh="[立即]。")))
    made.owner_does("silence", version=1, hours=DAY)
    assert made.code == "text-not-ready"


def test_under_silence_the_text_stays_and_the_owner_may_take_it_back():
    made = in_silence()
    made.does("BO", "amend", base=1, changes=[], measures=[], duties=None, note="")
    assert made.code == "text-under-silence"
    made.owner_does("reconsider", reason="")
    assert made.decision.status is Status.UNDER_CONSIDERATION
    made.owner_does("silence", version=1, hours=2 * DAY)
    assert why(made, 3)["BO"] == "not-received"  # what was received was the first one
    assert len(made.decision.silences) == 2


def test_a_state_may_speak_while_silence_runs_and_needs_no_receipt_then():
    made = in_silence()
    made.consents("CE")
    made.does("BO", "stay_out", version=1, reason="")
    made.owner_does("call", at=2 + DAY)
    assert next_machine_act(made.decision, hours(made.at)) == "adopt"
    made.adopts()
    assert [one.by for one in made.decision.adoption.citations] == ["silence", "stays_out", "consent"]


def test_nodes_owe_receipts_for_the_silence_and_for_the_call_each_once():
    made = in_silence()
    decision, through = made.decision, len(made.owned)
    assert [state for state in ["AL", "BO", "CE", "DE"] if owes_receipt(decision, state, through=through)] == ["CE"]
    assert not owes_receipt(decision, "CE", through=2)  # it has not the silence itself yet
    sent = made.say("CE", "received", {"through": through})
    assert not owes_receipt(decision, "CE", through=through, sent=[sent])
    made.owner_does("order", includes=[sent], at=2)
    made.owner_does("call", at=3 + DAY)
    through = len(made.owned)
    assert owes_receipt(made.decision, "BO", through=through)
    assert not owes_receipt(made.decision, "BO", through=through - 1)
    early = made.say("BO", "received", {"through": through - 1})
    assert owes_receipt(made.decision, "BO", through=through, sent=[early])
    made.owner_does("order", includes=[made.say("BO", "received", {"through": through})])
    assert not owes_receipt(made.decision, "BO", through=through + 1)
    assert not owes_receipt(Deciding().decision, "BO", through=2)


def test_it_is_known_when_time_alone_asks_for_the_call():
    made = in_silence()
    at = due_at(made.decision)
    assert at == hours(1 + DAY + SECOND)
    assert next_machine_act(made.decision, at) == "call"
    assert next_machine_act(made.decision, hours(1 + DAY)) is None
    assert due_at(in_closed_silence().decision) is None
    assert due_at(Deciding().decision) is None


def test_a_state_left_out_is_not_waited_for_and_brought_back_begins_its_silence_anew():
    made = in_silence()
    made.receives("CE", at=2)
    made.owner_does("leave_out", at=3, state="BO", reason="suspended")
    assert "BO" not in why(made, 4)
    made.does("BO", "object", at=4, **OBJECTION)
    assert made.code == "left-out"
    made.owner_does("bring_back", at=20, state="BO", reason="suspended")
    number = len(made.owned)
    assert why(made, 21)["BO"] == "not-received"
    made.does("BO", "received", at=21, through=number - 1)
    assert made.code == "received-too-early"
    made.receives("BO", at=22)
    assert made.decision.standing("BO").until == hours(22 + DAY)


def test_nobody_is_left_out_whose_objection_stands():
    """Or an owner could pass over it by saying that its state is suspended."""
    made = Deciding().consents("AL", "CE")
    made.does("BO", "object", **OBJECTION)
    made.owner_does("leave_out", state="BO", reason="suspended")
    assert made.code == "objection-stands"
    assert made.decision.objecting == ("BO",)
    made.owner_does("silence", version=1, hours=DAY)
    assert made.code == "objection-stands"
    made.does("BO", "lift_objection")
    made.owner_does("leave_out", state="BO", reason="suspended")
    assert made.decision.waited_for == ("AL", "CE")


def test_a_silence_that_no_calendar_can_end_does_not_end():
    made = Deciding()
    made.owner_does("silence", version=1, hours=8760, at=24 * 365.2425 * 7973)
    assert made.decision.standing("AL").until.year == 9999
    assert due_at(made.decision) is None
