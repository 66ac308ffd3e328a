"""Hospitals that are asked: who gets the case, takes it, asks back, gives it back; and what all of them say."""

import pytest
from tests.joint.consultations.scene import (
    A1,
    AIDA,
    ALIM,
    ANNA,
    AT_HOME,
    B1,
    BORENIA,
    C1,
    CARA,
    CERANIA,
    CERANIAN,
    COLLEAGUE,
    DOCTOR,
    EXPERT,
    LIN,
    NOT_ASKED,
    SECOND,
    WEI,
    Scene,
    acknowledged,
    allocated,
    answered,
    as_of,
    closed,
    convened,
    ids,
    taken,
)

OF_EXPERTS = ["take", "hand_back", "ask", "sign", "amend"]
OF_ASKED = ["allocate", "decline", "return", "convene", "retract", *OF_EXPERTS]
WORKED_ON = [Scene, allocated, taken, answered]


def test_a_hospital_gives_the_case_to_experts_of_its_own():
    scene = Scene().does(BORENIA, "allocate", experts=[LIN, WEI])
    assert (scene.code, scene.status) == ("", "allocated")
    assert scene.case.experts == ids(LIN, WEI)
    assert scene.case.readers == ids(ANNA, ALIM, LIN, WEI)
    (one,) = scene.case.allocations.values()
    assert not one.by_rule
    assert allocated(team=[]).does(CERANIA, "allocate", experts=[CARA], by_rule=True).case.experts == ids(LIN, CARA)
    assert scene.does(CERANIA, "allocate", experts=[LIN]).code == "not-of-the-hospital"
    assert scene.does(BORENIA, "allocate", experts=[WEI, LIN]).code == "nothing-changes"


def test_whoever_has_the_case_no_longer_reads_it_no_longer():
    scene = taken().does(EXPERT, "allocate", experts=[WEI])
    assert (scene.code, scene.status) == ("", "allocated"), "Wei has not begun"
    assert scene.case.readers == ids(ANNA, ALIM, WEI)
    for kind in (*OF_EXPERTS, "allocate", "message"):
        assert scene.does(EXPERT, kind).code == "not-on-the-case", kind


@pytest.mark.parametrize("kind", OF_ASKED)
def test_only_a_hospital_that_is_asked_says_what_is_theirs(kind):
    assert answered().does(NOT_ASKED, kind).code == "hospital-not-asked"
    assert answered().does(AT_HOME, kind).code == "hospital-not-asked"
    assert answered().does(SECOND, kind).code == "not-on-the-case"
    assert answered().does(as_of(B1, CARA), kind).code == "not-of-one-state"
    declined = Scene().does(BORENIA, "decline")
    assert declined.does(BORENIA, kind).code == "hospital-declined"
    with_cara = answered().does(CERANIA, "allocate", experts=[CARA])
    with_cara.order(includes=[with_cara.say("CE", kind, {"as": EXPERT})], at=9)
    assert with_cara.refusal() == ("not-in-its-name", {"state": "CE", "origin": "BO"})


@pytest.mark.parametrize("kind", OF_EXPERTS)
def test_nobody_speaks_for_an_expert(kind):
    assert answered().does(BORENIA, kind).code == "clinician-missing"


def test_an_expert_says_once_that_they_have_begun():
    scene = allocated().does(EXPERT, "take")
    assert (scene.status, set(scene.case.taken)) == ("in_review", set(ids(LIN)))
    assert scene.does(EXPERT, "take").code == "nothing-changes"


@pytest.mark.parametrize("kind", ["ask", "sign"])
def test_who_asks_or_signs_has_begun(kind):
    assert set(allocated().does(EXPERT, kind).case.taken) == set(ids(LIN))
    before = taken().case.taken
    assert taken().does(EXPERT, kind).case.taken == before


def test_a_question_is_asked_by_name_and_once():
    scene = taken().does(EXPERT, "ask")
    assert (scene.status, scene.case.question("q1").by) == ("info_requested", *ids(LIN))
    assert scene.does(EXPERT, "ask").refusal() == ("name-taken", {"what": "question", "id": "q1"})
    assert scene.does(EXPERT, "ask", id="q2").code == ""
    assert [one.id for one in scene.case.open_questions] == ["q1", "q2"]


def test_what_is_asked_waits_for_nobody_where_nobody_has_the_case():
    scene = taken().does(EXPERT, "ask").does(EXPERT, "hand_back")
    assert scene.status == "submitted"
    assert scene.does(BORENIA, "allocate", experts=[WEI]).status == "info_requested", "it is still to be answered"
    assert scene.does(DOCTOR, "reply").status == "allocated"


def test_an_answer_may_be_given_with_questions_open():
    scene = taken().does(EXPERT, "ask").does(EXPERT, "sign")
    assert scene.status == "answered"
    assert scene.case.open_questions


def test_an_expert_who_cannot_gives_the_case_back_to_their_hospital():
    both = Scene().does(BORENIA, "allocate", experts=[LIN, WEI]).does(EXPERT, "take").does(EXPERT, "hand_back")
    assert (both.status, both.case.experts, both.case.taken) == ("allocated", ids(WEI), {})
    assert both.does(SECOND, "hand_back").status == "submitted"
    assert both.case.allocations == {}
    assert both.does(BORENIA, "allocate", experts=[LIN]).status == "allocated"
    assert acknowledged().does(EXPERT, "hand_back").code == "not-now"


def test_a_hospital_that_cannot_answer_declines():
    scene = taken().does(BORENIA, "decline")
    assert (scene.status, scene.case.hospitals) == ("submitted", ids(A1, C1))
    assert scene.case.readers == ids(ANNA, ALIM)
    scene.does(CERANIA, "decline", reason="not_my_field")
    case = scene.case
    assert (case.status, case.returned.reason) == ("returned", "declined"), "nobody is left who could answer"
    assert case.returned.note.origin == "CE"
    assert answered().does(BORENIA, "decline").refusal() == ("not-now", {"status": "answered"})


def test_a_case_is_given_back_with_what_is_missing():
    scene = taken().does(BORENIA, "return")
    assert (scene.status, scene.case.returned.reason) == ("returned", "images_missing")
    assert scene.case.experts == frozenset()
    assert scene.does(BORENIA, "return").code == "not-now"
    assert scene.does(EXPERT, "sign").code == "not-on-the-case"
    assert answered().does(BORENIA, "return").refusal() == ("not-now", {"status": "answered"})


def test_nobody_gives_back_what_another_hospital_works_on():
    scene = allocated().does(CERANIA, "allocate", experts=[CARA])
    assert scene.does(BORENIA, "return").code == "others-work-on-it"
    assert scene.does(CERANIAN, "hand_back").does(BORENIA, "return").status == "returned"


@pytest.mark.parametrize("kind", ["take", "ask", "sign", "allocate"])
@pytest.mark.parametrize("stage", [closed, lambda: allocated().does(DOCTOR, "withdraw")])
def test_nobody_works_on_a_case_that_has_ended(kind, stage):
    scene = stage()
    status = scene.status
    assert scene.does(EXPERT, kind).refusal() == ("case-ended", {"status": status})


@pytest.mark.parametrize("stage", [*WORKED_ON, acknowledged, closed])
@pytest.mark.parametrize("voice", [DOCTOR, COLLEAGUE, AT_HOME, BORENIA, CERANIA])
def test_whoever_has_the_case_says_something_to_the_others(stage, voice):
    before = stage()
    status = before.status
    scene = before.does(voice, "message")
    assert (scene.code, scene.status) == ("", status)


@pytest.mark.parametrize(
    ("voice", "code"),
    [
        (NOT_ASKED, "not-on-the-case"),
        (SECOND, "not-on-the-case"),
        (CERANIAN, "not-on-the-case"),
        (as_of(A1, AIDA), "not-on-the-case"),
        (as_of(B1, CARA), "not-of-one-state"),
    ],
)
def test_nobody_else_does(voice, code):
    assert taken().does(voice, "message").code == code


def test_a_hospital_that_declined_has_the_case_no_longer():
    assert Scene().does(BORENIA, "decline").does(BORENIA, "message").code == "not-on-the-case"


def test_a_member_of_a_panel_has_the_case_whichever_their_hospital():
    scene = convened(members=[LIN, WEI])
    assert scene.does(SECOND, "message").code == ""
    assert scene.does(as_of(NOT_ASKED["hospital"], WEI), "message").code == ""


def test_nothing_is_said_of_a_case_that_was_withdrawn():
    assert taken().does(DOCTOR, "withdraw").does(DOCTOR, "message").code == "case-ended"
