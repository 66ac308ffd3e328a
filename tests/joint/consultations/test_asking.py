"""Those who ask: submitted, added to, handed over, withdrawn; what the patient agrees to; what time ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.exchange.types.consulting import GIVEN
from tests.joint.acting import BEGIN
from tests.joint.consultations.scene import (
    A1,
    AIDA,
    ALIM,
    ANNA,
    AT_HOME,
    B1,
    B2,
    BORENIA,
    C1,
    CERANIA,
    COLLEAGUE,
    DAY,
    DOCTOR,
    EXPERT,
    LIN,
    Scene,
    acknowledged,
    allocated,
    answered,
    as_of,
    closed,
    convened,
    followed_up,
    ids,
    taken,
)

from tocsin.joint.acts import Applied
from tocsin.joint.consultations import case_of, next_machine_act

NO_CARE = {"kind": "care", "given": False}
STAGES = [Scene, allocated, taken, answered, acknowledged, followed_up]


def test_a_case_begins_with_the_hospital_that_asks_and_all_whom_it_asks():
    case = Scene(team=[ALIM]).case
    assert (case.status, case.round, case.owner, case.urgency) == ("submitted", 1, "AL", "routine")
    assert ids(A1) == {case.asking}
    assert frozenset(case.asked) == ids(B1, C1)
    assert case.readers == ids(ANNA, ALIM), "whoever asks is of the team, named or not"
    assert case.hospitals == ids(A1, B1, C1)
    assert case.may_be_told
    assert {kind: one.given for kind, one in case.consents.items()} == {
        "care": True, "registry": True, "research": False, "teaching": False,
    }  # fmt: skip
    assert [one.origin for one in case.notes] == ["AL"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"as": AT_HOME}, "clinician-missing"),
        ({"asked": [B1, A1]}, "own-hospital"),
        ({"team": [LIN]}, "not-of-the-hospital"),
        ({"as": as_of(A1, LIN)}, "not-of-one-state"),
        ({"as": EXPERT}, "not-in-its-name"),
        ({"consent": {"care": GIVEN | {"given": False}}}, "consent-missing"),
        ({"consent": {"registry": GIVEN}}, "consent-missing"),
    ],
)
def test_what_cannot_be_asked_opens_nothing(said, code):
    scene = Scene(**said)
    assert (scene.code, scene.status) == (code, "none")
    assert scene.does(BORENIA, "allocate").code == "not-open"
    assert next_machine_act(scene.case, at=BEGIN + timedelta(days=365)) is None


def test_a_case_is_opened_once_and_by_the_document_that_names_it():
    assert Scene().does(DOCTOR, "submit").code == "open-already"
    scene = Scene(**{"as": AT_HOME})
    assert scene.does(DOCTOR, "submit").code == "not-open", "it would have another's identifier"
    opening = Scene().applied[0].act
    theirs = replace(opening, origin="BO", said={**opening.said, "as": EXPERT})
    assert case_of([Applied(theirs, 1, BEGIN)]).refused[-1].code == "not-open", "nor does another open it"


def test_an_act_that_is_not_known_changes_nothing():
    scene = Scene()
    scene.order("diagnose", {"as": DOCTOR}, at=1)
    assert scene.refusal() == ("act-unknown", {"act": "diagnose"})


@pytest.mark.parametrize("kind", ["supplement", "reply", "name_team", "consent", "withdraw", "acknowledge", "follow_up",
                                  "close", "reopen", "resubmit"])  # fmt: skip
def test_only_those_who_ask_say_what_is_theirs(kind):
    """A patient has one hospital that asks; another of the same state has no part in the case."""
    for voice, code in ((as_of(B1, LIN), "hospital-not-asking"), (as_of(A1, AIDA), "not-on-the-case")):
        scene = closed().does(voice, kind)
        assert scene.code == code
    assert closed().does(as_of(A1, LIN), kind).code == "not-of-one-state"


@pytest.mark.parametrize("stage", STAGES)
def test_something_may_be_added_until_the_end(stage):
    before = stage()
    status, notes = before.status, len(before.case.notes)
    scene = before.does(COLLEAGUE, "supplement", **{"as": AT_HOME})
    assert (scene.code, scene.status, len(scene.case.notes)) == ("", status, notes + 1)
    ended = closed().does(DOCTOR, "supplement")
    assert ended.refusal() == ("case-ended", {"status": "closed"})


def test_a_question_is_answered_once():
    scene = taken().does(EXPERT, "ask")
    assert scene.status == "info_requested"
    assert scene.does(DOCTOR, "reply", question="q2").refusal() == ("no-such-question", {"question": "q2"})
    assert scene.does(DOCTOR, "reply").status == "in_review"
    assert scene.case.question("q1").reply.act.kind == "reply"
    assert scene.does(DOCTOR, "reply").refusal() == ("question-answered", {"question": "q1"})
    ended = taken().does(EXPERT, "ask").does(DOCTOR, "withdraw")
    assert ended.does(DOCTOR, "reply").refusal() == ("case-ended", {"status": "withdrawn"})


def test_the_case_is_handed_over_and_whoever_had_it_has_it_no_longer():
    scene = Scene().does(AT_HOME, "name_team", clinicians=[ALIM])
    assert scene.case.readers == ids(ALIM)
    assert scene.does(DOCTOR, "supplement").code == "not-on-the-case"
    assert scene.does(COLLEAGUE, "supplement").code == ""
    assert scene.does(AT_HOME, "name_team", clinicians=[ALIM]).code == "nothing-changes"
    assert scene.does(AT_HOME, "name_team", clinicians=[LIN]).code == "not-of-the-hospital"
    assert scene.does(DOCTOR, "name_team", clinicians=[ANNA]).code == "not-on-the-case"
    assert closed().does(AT_HOME, "name_team").code == "", "somebody answers for a case that is closed"
    assert closed().does(AT_HOME, "consent", **NO_CARE).does(AT_HOME, "name_team").code == "case-ended"


@pytest.mark.parametrize("stage", [*STAGES, closed])
def test_without_consent_to_care_a_case_is_over_for_good(stage):
    scene = stage().does(AT_HOME, "consent", **NO_CARE)
    assert (scene.code, scene.status, scene.case.may_be_told) == ("", "withdrawn", False)
    assert scene.case.ended.reason == "consent"
    again = {"kind": "care", "given": True}
    assert scene.does(DOCTOR, "consent", **again).refusal() == ("case-ended", {"status": "withdrawn"})
    for voice, kind in ((DOCTOR, "reopen"), (DOCTOR, "supplement"), (BORENIA, "allocate"), (EXPERT, "sign")):
        assert scene.does(voice, kind).refused
    assert scene.status == "withdrawn"
    assert scene.does(DOCTOR, "consent", **NO_CARE).code == "nothing-changes"


def test_a_case_that_ended_otherwise_is_withdrawn_too():
    scene = Scene().does(DOCTOR, "withdraw")
    assert scene.case.may_be_told
    assert scene.does(DOCTOR, "consent", **NO_CARE).code == ""
    assert not scene.case.may_be_told
    expired = Scene(urgency="emergency").passes(25)
    assert expired.does(DOCTOR, "consent", **NO_CARE).status == "withdrawn"


def test_other_uses_are_agreed_to_and_not_as_often_as_the_patient_changes_their_mind():
    scene = Scene()
    for given in (False, True, False):
        scene.does(DOCTOR, "consent", kind="registry", given=given, basis="representative")
        assert (scene.code, scene.case.consents["registry"].given) == ("", given)
        assert scene.case.consents["registry"].basis == "representative"
    assert scene.does(DOCTOR, "consent", kind="registry", given=False).code == "nothing-changes"
    assert scene.status == "submitted"
    assert scene.does(DOCTOR, "withdraw").does(DOCTOR, "consent", kind="registry", given=True).code == ""


@pytest.mark.parametrize("stage", STAGES)
def test_those_who_asked_may_need_no_answer_any_more(stage):
    scene = stage().does(DOCTOR, "withdraw")
    assert (scene.status, scene.case.ended.reason) == ("withdrawn", "Больной переведён.")
    assert scene.does(DOCTOR, "withdraw").code == "case-ended"
    assert scene.does(EXPERT, "sign", id="o9").refused, "nothing is said of it any more"


def returned(reason="images_missing"):
    return taken(asked=[B1]).does(BORENIA, "return", reason=reason)


def test_what_was_given_back_is_asked_again_of_others_and_otherwise():
    scene = returned()
    assert (scene.status, scene.case.returned.reason, scene.case.experts) == ("returned", "images_missing", frozenset())
    assert scene.does(DOCTOR, "resubmit", asked=[C1], urgency="urgent").status == "submitted"
    case = scene.case
    assert (case.asked, case.urgency, case.specialty, case.round) == (tuple(ids(C1)), "urgent", "intensive_care", 1)
    assert case.begun.act.kind == "resubmit"
    assert scene.does(BORENIA, "allocate").code == "hospital-not-asked"
    assert scene.does(CERANIA, "allocate", experts=[AIDA]).code == "not-of-the-hospital"
    assert scene.does(DOCTOR, "resubmit").refusal() == ("not-now", {"status": "submitted"})
    assert returned().does(DOCTOR, "resubmit", asked=[A1]).code == "own-hospital"


@pytest.mark.parametrize(("urgency", "days"), [("emergency", 1), ("urgent", 3), ("routine", 14)])
def test_what_nobody_takes_is_over_by_itself(urgency, days):
    scene = Scene(urgency=urgency).passes(days * DAY - 2)
    due = BEGIN + timedelta(days=days)
    assert scene.status == "submitted"
    assert scene.does(None, "expire").code == "not-yet"
    assert next_machine_act(scene.case, at=due - timedelta(seconds=1)) is None
    assert next_machine_act(scene.case, at=due) == "expire"
    assert scene.does(None, "expire", at=days * DAY).code == ""
    assert scene.status == "expired"
    assert next_machine_act(scene.case, at=due) is None
    assert Scene(urgency=urgency).does(BORENIA, "allocate", at=days * DAY).refusal() == (
        "case-ended", {"status": "expired"},
    )  # fmt: skip


def test_what_somebody_has_is_not_over_by_itself():
    for scene in (allocated(urgency="emergency"), convened(), answered(urgency="emergency")):
        assert next_machine_act(scene.case, at=BEGIN + timedelta(days=400)) is None
        assert scene.passes(400 * DAY).case.ended is None


def test_who_gives_a_case_up_leaves_time_to_find_another():
    """A day for an emergency is counted from when nobody has it, not from when it was asked."""
    scene = allocated(urgency="emergency").does(EXPERT, "hand_back", at=40)
    assert scene.status == "submitted"
    assert scene.passes(23).status == "submitted"
    assert scene.passes(1).status == "expired"
    other = allocated(urgency="emergency").does(BORENIA, "decline", at=40)
    assert other.does(CERANIA, "allocate", experts=[C1 | {"origin": "CE"}], at=63).status == "allocated"


def test_a_panel_works_on_a_case_that_no_single_expert_has():
    scene = Scene(urgency="emergency").does(BORENIA, "convene")
    assert scene.status == "allocated"
    assert scene.does(EXPERT, "join", at=30).status == "in_review"
    assert scene.does(EXPERT, "dissolve", at=40).status == "submitted"
    assert scene.passes(23).status == "submitted"
    assert scene.passes(1).status == "expired"


def test_what_nobody_comes_back_to_is_over_by_itself():
    scene = returned()
    since = scene.case.returned.applied.at
    assert next_machine_act(scene.case, at=since + timedelta(days=30)) == "expire"
    assert scene.passes(30 * DAY - 1).status == "returned"
    assert scene.passes(1).status == "expired"
    assert scene.does(DOCTOR, "resubmit").code == "case-ended"


def test_only_the_node_of_those_who_ask_says_that_a_case_is_over():
    scene = Scene(urgency="emergency").passes(25)
    for kind in ("expire", "ask_follow_up"):
        scene.order(includes=[scene.say("BO", kind)], at=26)
        assert scene.case.refused[-1].code == "hospital-not-asking"
    assert Scene().does(DOCTOR, "withdraw").does(None, "expire").refusal() == ("case-ended", {"status": "withdrawn"})


def test_a_hospital_of_the_same_state_may_be_asked():
    scene = Scene(asked=[B1, B2]).does(as_of(B2), "allocate", experts=[LIN])
    assert scene.status == "allocated"
    at_home = Scene(asked=[B1 | {"origin": "AL"}])
    assert at_home.does(as_of(B1 | {"origin": "AL"}), "allocate", experts=[AIDA]).status == "allocated"
