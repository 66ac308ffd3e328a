"""Panels: called together, joined, discussed, an outcome drafted and signed off, with what a minority holds."""

import pytest
from tests.joint.consultations.scene import (
    ALIM,
    ANNA,
    B2,
    BAO,
    BORENIA,
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
    allocated,
    answered,
    as_of,
    closed,
    convened,
    drafted,
    gathered,
    ids,
    note,
    party,
    signed_off,
    taken,
)

OF_MEMBERS = ["join", "position", "draft_outcome", "stand", "sign_off"]


def status(scene):
    return str(scene.case.panel.status)


def test_a_panel_goes_its_way():
    scene = convened()
    seen = [status(scene), status(scene.does(EXPERT, "join")), status(scene.does(SECOND, "join"))]
    seen += [status(scene.does(SECOND, "position")), status(scene.does(EXPERT, "draft_outcome"))]
    seen += [status(scene.does(EXPERT, "stand")), status(scene.does(SECOND, "stand"))]
    assert not scene.case.refused
    assert seen == ["convened", "convened", "quorum", "discussion", "outcome_drafted", "outcome_drafted", "consensus"]
    scene.does(EXPERT, "sign_off")
    assert (status(scene), scene.status) == ("signed_off", "answered")
    assert (scene.case.changes, scene.case.first_answer.act.kind) == (1, "sign_off")


def test_members_have_the_case_as_long_as_it_is_their_panel():
    scene = convened(members=[LIN, BAO, ANNA, CARA])
    assert scene.case.readers == ids(ANNA, ALIM, LIN, BAO, CARA)
    scene.does(EXPERT, "dissolve").does(EXPERT, "convene", members=[LIN, WEI])
    assert scene.case.readers == ids(ANNA, ALIM, LIN, WEI)
    assert closed().does(DOCTOR, "reopen").case.panel is None


def test_members_of_an_earlier_round_have_the_case_no_longer():
    scene = signed_off().does(DOCTOR, "acknowledge").does(DOCTOR, "follow_up").does(DOCTOR, "close")
    assert ids(WEI, CARA) < scene.case.readers
    assert scene.does(DOCTOR, "reopen").case.readers == ids(ANNA, ALIM, LIN)
    assert scene.status == "allocated"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"chair": BAO}, "not-a-member"),
        ({"members": [LIN, party("DO", "d1")]}, "not-a-member"),
        ({"quorum": 4}, "quorum-too-large"),
    ],
)
def test_what_no_panel_can_be(said, code):
    scene = convened(**said)
    assert (scene.code, scene.case.panel) == (code, None)
    if code == "quorum-too-large":
        assert scene.refusal()[1] == {"quorum": 4, "members": 3}


def test_one_panel_at_a_time_is_called_by_those_who_are_asked():
    assert convened().does(EXPERT, "convene").code == "panel-is-open"
    assert taken().does(DOCTOR, "convene").code == "hospital-not-asked"
    assert taken().does(NOT_ASKED, "convene").code == "hospital-not-asked"
    assert taken().does(CERANIA, "convene").code == ""
    assert answered().does(EXPERT, "convene").status == "in_review", "what was signed waits for the panel"
    assert closed().does(EXPERT, "convene").code == "case-ended"


@pytest.mark.parametrize("kind", [*OF_MEMBERS, "dissolve"])
def test_there_is_nothing_to_do_in_a_panel_that_is_not(kind):
    assert taken().does(EXPERT, kind).code == "no-panel"
    assert signed_off().does(EXPERT, kind).code == "no-panel"
    assert convened().does(EXPERT, "dissolve").does(EXPERT, kind).code == "no-panel"


def test_in_a_case_that_was_given_back_a_panel_rests():
    scene = convened().does(BORENIA, "return")
    assert scene.does(EXPERT, "join").refusal() == ("not-now", {"status": "returned"})


@pytest.mark.parametrize("kind", OF_MEMBERS)
def test_only_members_who_are_there_speak(kind):
    assert drafted().does(as_of(B2, BAO), kind).code == "not-a-member"
    assert drafted().does(DOCTOR, kind).code == "not-a-member"
    assert drafted().does(BORENIA, kind).code == "clinician-missing"
    if kind != "join":
        assert drafted().does(CERANIAN, kind).code == "not-joined"
        alone = convened().does(EXPERT, "join").does(EXPERT, kind)
        assert alone.refusal() == ("no-quorum", {"joined": 1, "quorum": 2})


def test_a_member_joins_once():
    assert gathered().does(EXPERT, "join").code == "nothing-changes"


def test_the_chair_proposes_outcomes_and_the_last_counts():
    scene = drafted()
    assert scene.does(SECOND, "draft_outcome", after=1).code == "not-the-chair"
    assert scene.does(EXPERT, "draft_outcome").refusal() == ("outcome-changed", {"drafts": 1})
    scene.does(SECOND, "stand").does(EXPERT, "draft_outcome", after=1, note=note("6b"))
    panel = scene.case.panel
    assert (len(panel.drafts), panel.stances) == (2, {}), "what was said of the one before was said of that"
    assert scene.does(SECOND, "stand").refusal() == ("outcome-changed", {"drafts": 2})
    assert scene.does(EXPERT, "sign_off").refusal() == ("outcome-changed", {"drafts": 2})
    assert scene.does(SECOND, "stand", draft=2).code == ""


def test_there_is_nothing_to_agree_on_before_an_outcome():
    """It is drafted before the panel can agree on it."""
    scene = gathered()
    assert scene.does(SECOND, "stand").code == "no-outcome"
    assert scene.does(EXPERT, "sign_off").code == "no-outcome"


def test_the_chair_signs_once_all_who_are_there_have_spoken():
    scene = drafted(EXPERT, SECOND, CERANIAN)
    scene.does(EXPERT, "stand").does(SECOND, "stand")
    assert scene.does(SECOND, "sign_off").code == "not-the-chair"
    assert scene.does(EXPERT, "sign_off").refusal() == ("members-silent", {"members": 1})
    scene.does(CERANIAN, "stand", stance="disagrees", note=note())
    assert status(scene) == "divided"
    scene.does(EXPERT, "sign_off")
    panel = scene.case.panel
    assert (scene.code, status(scene), scene.status) == ("", "signed_off", "answered")
    assert set(panel.minority) == set(ids(CARA)), "the minority is kept beside the outcome"
    assert panel.minority[next(iter(ids(CARA)))].note.origin == "CE"


def test_half_is_no_majority():
    scene = drafted().does(EXPERT, "stand").does(SECOND, "stand", stance="disagrees")
    assert scene.does(EXPERT, "sign_off").refusal() == ("no-majority", {"agreeing": 1, "joined": 2})
    assert scene.does(SECOND, "stand").does(EXPERT, "sign_off").code == "", "a member may change their mind"


def test_who_comes_late_speaks_too():
    scene = drafted().does(EXPERT, "stand").does(SECOND, "stand").does(CERANIAN, "join")
    assert status(scene) == "outcome_drafted"
    assert scene.does(EXPERT, "sign_off").code == "members-silent"


def test_a_panel_ends_without_an_outcome_by_its_chair_or_a_coordinator():
    assert status(convened().does(EXPERT, "dissolve")) == "dissolved"
    assert convened().does(BORENIA, "dissolve").status == "in_review"
    assert convened().does(CERANIA, "dissolve").code == ""
    assert convened().does(SECOND, "dissolve").code == "not-the-chair"
    assert convened().does(as_of(B2), "dissolve").code == "hospital-not-asked"
    assert convened().does(COLLEAGUE, "dissolve").code == "not-the-chair"


def test_an_outcome_stands_whatever_becomes_of_a_later_panel():
    scene = signed_off().does(EXPERT, "convene")
    assert scene.status == "in_review"
    assert scene.does(EXPERT, "dissolve").status == "answered"
    assert [str(one.status) for one in scene.case.panels] == ["signed_off", "dissolved"]


def test_a_panel_may_be_called_before_anybody_has_the_case():
    scene = Scene().does(BORENIA, "convene")
    assert scene.status == "allocated"
    assert scene.does(EXPERT, "join").status == "in_review"
    assert scene.does(EXPERT, "ask").code == "not-on-the-case", "a member is no expert of a hospital that is asked"
    assert allocated().does(EXPERT, "convene").status == "allocated"
