"""Opinions: signed by one expert, amended by the same, retracted; and nothing that was signed is ever lost."""

import pytest
from tests.joint.consultations.scene import (
    BORENIA,
    CARA,
    CERANIA,
    CERANIAN,
    DOCTOR,
    EXPERT,
    LIN,
    SECOND,
    WEI,
    Scene,
    acknowledged,
    allocated,
    answered,
    closed,
    convened,
    followed_up,
    ids,
    taken,
)


def both_signed():
    scene = Scene().does(BORENIA, "allocate", experts=[LIN, WEI])
    return scene.does(EXPERT, "sign").does(SECOND, "sign", id="o2")


def test_an_opinion_answers_the_case():
    scene = taken().does(EXPERT, "sign")
    case = scene.case
    assert (scene.code, scene.status) == ("", "answered")
    opinion = case.opinion("o1")
    assert ids(LIN) == {opinion.by}
    assert (opinion.round, opinion.stands, opinion.last.note.origin, len(opinion.revisions)) == (1, True, "BO", 1)
    assert case.first_answer.act.kind == "sign"
    assert case.changes == 1
    assert scene.does(EXPERT, "sign").refusal() == ("name-taken", {"what": "opinion", "id": "o1"})
    assert scene.does(EXPERT, "sign", id="o2").case.first_answer == case.first_answer


def test_experts_of_several_hospitals_sign_beside_one_another():
    scene = answered().does(CERANIA, "allocate", experts=[CARA]).does(CERANIAN, "sign", id="o2")
    assert [one.hospital.origin for one in scene.case.opinions] == ["BO", "CE"]


def test_its_author_signs_it_anew_and_what_stood_before_is_kept():
    scene = answered().does(EXPERT, "amend")
    opinion = scene.case.opinion("o1")
    assert (len(opinion.revisions), opinion.last.reason) == (2, "Новый анализ.")
    assert opinion.revisions[0] == answered().case.opinion("o1").last
    assert scene.case.changes == 2
    assert scene.does(EXPERT, "amend").refusal() == ("changed-meanwhile", {"revisions": 2})
    assert scene.does(EXPERT, "amend", after=2).code == ""


@pytest.mark.parametrize("kind", ["amend", "retract"])
def test_nobody_changes_what_another_signed(kind):
    scene = both_signed()
    assert scene.does(SECOND, kind, opinion="o1").refusal() == ("not-the-author", {"opinion": "o1"})
    assert scene.does(SECOND, kind, opinion="o9").refusal() == ("no-such-opinion", {"opinion": "o9"})
    assert scene.does(CERANIA, "allocate", experts=[CARA]).does(CERANIAN, kind).code == "not-the-author"


@pytest.mark.parametrize("voice", [EXPERT, BORENIA])
def test_it_is_taken_back_by_its_author_or_their_coordinator_and_stays_to_be_read(voice):
    scene = answered().does(voice, "retract")
    opinion = scene.case.opinion("o1")
    assert (scene.code, opinion.stands, len(opinion.revisions)) == ("", False, 1)
    assert opinion.retracted.act.kind == "retract"
    assert scene.status == "in_review", "there is no answer any more"
    for kind in ("amend", "retract"):
        assert scene.does(EXPERT, kind).refusal() == ("opinion-retracted", {"opinion": "o1"})
    assert scene.does(EXPERT, "sign").code == "name-taken", "its name is not used for another"
    assert scene.does(EXPERT, "sign", id="o2").status == "answered"


def test_another_hospitals_coordinator_takes_nothing_back():
    assert answered().does(CERANIA, "retract").refusal() == ("not-the-author", {"opinion": "o1"})


@pytest.mark.parametrize("stage", [acknowledged, followed_up])
@pytest.mark.parametrize("kind", ["amend", "sign"])
def test_what_is_signed_after_the_acknowledgement_is_to_be_read_again(stage, kind):
    scene = stage().does(EXPERT, kind, **({"id": "o2"} if kind == "sign" else {}))
    assert scene.status == "answered"
    assert scene.does(DOCTOR, "follow_up").code == "not-now"
    after = "acknowledged" if stage is acknowledged else "followed_up"
    assert scene.does(DOCTOR, "acknowledge").status == after


def test_a_case_whose_only_opinion_is_taken_back_has_no_answer():
    scene = acknowledged().does(EXPERT, "retract")
    assert scene.status == "in_review"
    assert scene.does(DOCTOR, "acknowledge").code == "not-now"


@pytest.mark.parametrize("kind", ["amend", "retract"])
def test_a_wrong_advice_is_put_right_in_a_closed_case_too(kind):
    scene = closed().does(EXPERT, kind)
    assert (scene.code, scene.status, scene.case.has_unread_change) == ("", "closed", True)
    assert scene.does(DOCTOR, "acknowledge").code == ""
    assert (scene.status, scene.case.has_unread_change) == ("closed", False)
    assert scene.does(DOCTOR, "acknowledge").code == "nothing-new"
    assert closed().does(EXPERT, "sign", id="o2").code == "case-ended"


@pytest.mark.parametrize("kind", ["amend", "retract"])
def test_of_a_case_that_was_withdrawn_nothing_is_said(kind):
    assert answered().does(DOCTOR, "withdraw").does(EXPERT, kind).code == "case-ended"


def test_an_open_panel_holds_an_answer_back():
    scene = convened().does(EXPERT, "sign")
    assert scene.status == "in_review"
    assert scene.case.first_answer is not None
    assert scene.does(EXPERT, "dissolve").status == "answered"


def test_an_opinion_of_an_earlier_round_answers_no_later_one():
    scene = closed().does(DOCTOR, "reopen")
    assert scene.status == "allocated"
    assert scene.does(EXPERT, "amend").status == "allocated"
    assert scene.does(EXPERT, "sign", id="o2").status == "answered"
    assert [one.round for one in scene.case.opinions] == [1, 2]
    assert allocated().case.opinions == ()
