"""What follows an answer: read, asked how it went, told, closed, opened again."""

from datetime import date, timedelta

import pytest
from tests.joint.acting import BEGIN
from tests.joint.consultations.scene import (
    AT_HOME,
    BORENIA,
    DAY,
    DOCTOR,
    EXPERT,
    LIN,
    WEI,
    acknowledged,
    allocated,
    answered,
    closed,
    convened,
    followed_up,
    ids,
    taken,
)

from tocsin.joint.consultations import next_machine_act, try_act

DUE = BEGIN.replace(day=23, hour=0)


def test_what_was_signed_is_read_and_a_day_is_named():
    scene = answered().does(AT_HOME, "acknowledge")
    assert (scene.code, scene.status) == ("", "acknowledged")
    told = scene.case.acknowledged
    assert (told.follow_up_on, told.changes, told.rating) == (date(2026, 3, 23), 1, 4)
    assert scene.does(DOCTOR, "acknowledge").refusal() == ("not-now", {"status": "acknowledged"})


@pytest.mark.parametrize("stage", [allocated, taken, convened])
def test_there_is_nothing_to_read_before_an_answer(stage):
    assert stage().does(DOCTOR, "acknowledge").code == "not-now"
    assert stage().does(DOCTOR, "follow_up").code == "not-now"
    assert stage().does(DOCTOR, "close").code == "not-now"


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        ("2026-03-09", None),
        ("2026-06-07", None),
        ("2026-03-08", ("day-over", {"field": "follow_up_on", "day": "2026-03-08", "today": "2026-03-09"})),
        ("2026-06-08", ("follow-up-too-late", {"day": "2026-06-08", "latest": "2026-06-07", "days": 90})),
        ("2026-02-30", ("no-such-day", {"field": "follow_up_on", "day": "2026-02-30"})),
    ],
)
def test_the_day_is_from_today_to_ninety_days_on(day, refusal):
    assert answered().does(DOCTOR, "acknowledge", follow_up_on=day).refusal() == refusal


def test_on_that_day_it_is_asked_how_it_went():
    scene = acknowledged()
    assert next_machine_act(scene.case, at=DUE - timedelta(seconds=1)) is None
    assert next_machine_act(scene.case, at=DUE) == "ask_follow_up"
    assert scene.does(None, "ask_follow_up").code == "not-yet"
    assert scene.does(None, "ask_follow_up", at=14 * DAY).status == "follow_up_due"
    assert next_machine_act(scene.case, at=DUE + timedelta(days=90)) is None
    assert scene.does(DOCTOR, "follow_up").status == "followed_up"


def test_the_time_of_an_order_alone_asks():
    assert acknowledged().passes(15 * DAY).status == "follow_up_due"
    assert followed_up().passes(15 * DAY).status == "followed_up"


def test_another_day_may_be_named_with_what_is_read_anew():
    scene = acknowledged().passes(15 * DAY).does(EXPERT, "amend")
    assert scene.status == "answered"
    scene.does(DOCTOR, "acknowledge", follow_up_on="2026-04-10")
    assert scene.status == "acknowledged"
    assert next_machine_act(scene.case, at=DUE.replace(month=4, day=10)) == "ask_follow_up"
    assert scene.passes(20 * DAY).status == "follow_up_due"


def test_it_is_told_before_the_day_and_more_than_once():
    scene = acknowledged().does(DOCTOR, "follow_up", outcome="worse", note=None)
    assert (scene.status, scene.case.followed_up.outcome) == ("followed_up", "worse")
    notes = len(scene.case.notes)
    scene.does(DOCTOR, "follow_up")
    assert (scene.case.followed_up.outcome, scene.case.followed_up.rating) == ("recovered", 5)
    assert len(scene.case.notes) == notes + 1


def test_what_was_followed_up_is_closed():
    assert acknowledged().does(DOCTOR, "close").refusal() == ("not-now", {"status": "acknowledged"})
    scene = followed_up().does(DOCTOR, "close", reason="Выписан.")
    assert (scene.status, scene.case.ended.reason) == ("closed", "Выписан.")
    assert scene.does(DOCTOR, "close").code == "case-ended"
    assert next_machine_act(scene.case, at=BEGIN + timedelta(days=900)) is None


def test_a_closed_case_is_opened_again_for_those_who_had_it():
    scene = closed().does(DOCTOR, "reopen")
    case = scene.case
    assert (scene.status, case.round, case.begun.act.kind) == ("allocated", 2, "reopen")
    assert case.experts == ids(LIN)
    assert (case.acknowledged, case.followed_up, case.first_answer, case.taken) == (None, None, None, {})
    assert len(case.opinions) == 1, "what was signed stays to be read"
    scene.does(EXPERT, "sign", id="o2").does(DOCTOR, "acknowledge")
    assert scene.case.first_answer.act.said["id"] == "o2"
    assert scene.status == "acknowledged"


def test_questions_that_nobody_answered_are_not_asked_again():
    scene = answered().does(EXPERT, "ask").does(EXPERT, "ask", id="q2").does(DOCTOR, "reply")
    scene.does(DOCTOR, "acknowledge").does(DOCTOR, "follow_up").does(DOCTOR, "close").does(DOCTOR, "reopen")
    assert [one.id for one in scene.case.questions] == ["q1"]
    assert scene.status == "allocated"


def test_a_case_that_did_not_close_is_not_opened_again():
    assert answered().does(DOCTOR, "reopen").refusal() == ("not-now", {"status": "answered"})
    withdrawn = answered().does(DOCTOR, "withdraw")
    assert withdrawn.does(DOCTOR, "reopen").refusal() == ("case-ended", {"status": "withdrawn"})


def test_the_experts_of_a_case_may_change_while_it_is_followed_up():
    scene = acknowledged().does(BORENIA, "allocate", experts=[WEI])
    assert (scene.code, scene.status, scene.case.experts) == ("", "acknowledged", ids(WEI))


def test_an_act_is_tried_before_it_is_sent():
    scene = answered()
    act = scene.say("AL", "acknowledge", answered().does(DOCTOR, "acknowledge").applied[-1].act.said)
    at = BEGIN + timedelta(hours=9)
    assert try_act(scene.applied, act, at=at) is None
    assert try_act(scene.applied[:1], act, at=at).code == "not-now"
    assert try_act((), act, at=at).code == "not-open"
    assert try_act(scene.applied, act, at=BEGIN + timedelta(days=30)).code == "day-over"
    late = acknowledged().passes(40 * DAY)
    assert try_act(late.applied, act, at=BEGIN).applied.at == late.applied[-1].at, "time goes back for nobody"
