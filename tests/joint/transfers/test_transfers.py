"""Transfers: asked for, accepted with a bed from a moment until another, on the way, handed over by both."""

from datetime import timedelta

import pytest
from tests.exchange.types.consulting import A1, A2, AIDA, ALIM, ANNA, B1, B2, BAO, C1, CARA, GIVEN, LIN, WEI, as_of
from tests.joint.acting import BEGIN
from tests.joint.consultations.scene import ids
from tests.joint.transfers.moving import (
    COLLEAGUE,
    DAY,
    DOCTOR,
    INTENSIVIST,
    RECEIVER,
    SECOND,
    SENDER,
    Moving,
    accepted,
    arrived,
    departed,
    ended,
    handed_over,
)

from tocsin.joint.transfers import next_machine_act, try_act

RUNNING = [Moving, accepted, departed, arrived, handed_over]
OVER = [
    ended,
    lambda: Moving().does(RECEIVER, "decline"),
    lambda: Moving().does(DOCTOR, "cancel"),
    lambda: Moving().passes(72),
]
NO_LONGER = {"given": False, "on": None, "basis": "patient"}


def test_a_patient_goes_from_one_hospital_to_another():
    scene = Moving()
    seen = [scene.status]
    for voice, kind in ((INTENSIVIST, "accept"), (DOCTOR, "depart"), (RECEIVER, "arrive"), (INTENSIVIST, "sign"),
                        (DOCTOR, "sign"), (RECEIVER, "end")):  # fmt: skip
        seen.append(scene.does(voice, kind).status)
        assert scene.code == "", kind
    assert seen == ["requested", "accepted", "departed", "arrived", "arrived", "handed_over", "ended"]
    transfer = scene.transfer
    assert transfer.hospitals == ids(A1, B1)
    assert (transfer.case.origin, transfer.urgency, transfer.transport) == ("AL", "emergency", "aeroplane")
    assert (transfer.ended.reason, transfer.ended.note.origin) == ("recovered", "BO")
    assert transfer.may_be_told
    assert {one.origin for one in transfer.notes} == {"AL", "BO"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"to": A1}, "own-hospital"),
        ({"consent": GIVEN | {"given": False}}, "consent-missing"),
        ({"as": SENDER}, "clinician-missing"),
        ({"as": as_of(A1, LIN)}, "not-of-one-state"),
        ({"as": INTENSIVIST}, "not-in-its-name"),
    ],
)
def test_what_cannot_be_asked_opens_nothing(said, code):
    scene = Moving(**said)
    assert (scene.code, scene.status) == (code, "none")
    assert scene.does(INTENSIVIST, "accept").code == "not-open"
    assert scene.does(DOCTOR, "request").code == "not-open"
    assert next_machine_act(scene.transfer, at=BEGIN + timedelta(days=99)) is None


def test_a_transfer_is_asked_for_once():
    assert Moving().does(DOCTOR, "request").code == "open-already"
    scene = Moving()
    scene.order("teleport", {"as": DOCTOR}, at=1)
    assert scene.refusal() == ("act-unknown", {"act": "teleport"})


STEPS = {
    "accept": ("requested", INTENSIVIST),
    "decline": ("requested", RECEIVER),
    "take_back": ("accepted", INTENSIVIST),
    "depart": ("accepted", DOCTOR),
    "arrive": ("departed", RECEIVER),
    "sign": ("arrived", DOCTOR),
    "end": ("handed_over", INTENSIVIST),
}


@pytest.mark.parametrize("kind", STEPS)
def test_each_step_is_taken_from_its_place_and_no_other(kind):
    place, voice = STEPS[kind]
    for stage in [*RUNNING, *OVER]:
        scene = stage()
        status = scene.status
        expected = None if status == place else ("not-now", {"status": status})
        assert scene.does(voice, kind).refusal() == expected, status


@pytest.mark.parametrize("kind", ["accept", "decline", "take_back", "arrive", "end"])
def test_what_is_the_receivers_to_say_no_other_says(kind):
    for voice in (DOCTOR, SENDER, as_of(B2, BAO), as_of(C1, CARA)):
        assert Moving().does(voice, kind).code == "not-the-receiver"
    assert accepted().does(SECOND, kind).code == "not-on-the-transfer", "Lin has it there"
    assert accepted().does(as_of(B1, CARA), kind).code == "not-of-one-state"


@pytest.mark.parametrize("kind", ["supplement", "cancel", "consent", "depart"])
def test_what_is_the_senders_to_say_no_other_says(kind):
    for voice in (INTENSIVIST, as_of(A2, AIDA), as_of(C1, CARA)):
        assert accepted().does(voice, kind).code == "not-the-sender"
    assert accepted().does(COLLEAGUE, kind).code == "not-on-the-transfer"


def test_no_third_hospital_signs_or_speaks():
    for kind in ("sign", "message", "name_team"):
        assert arrived().does(as_of(C1, CARA), kind).code == "not-the-receiver"
        scene = arrived()
        scene.order(includes=[scene.say("CE", kind, {"as": INTENSIVIST})], at=9)
        assert scene.refusal() == ("not-in-its-name", {"state": "CE", "origin": "BO"})


def test_a_bed_is_kept_from_a_moment_until_another():
    one = accepted().transfer.accepted
    assert (one.specialty, one.until - one.ready_at) == ("intensive_care", timedelta(days=1))
    soon, before = "2026-03-09T07:00:01Z", "2026-03-09T07:00:00Z"
    for ready_at, until, refusal in (
        (before, soon, None),
        (soon, soon, ("bed-too-late", {"until": soon, "ready_at": soon})),
        ("2026-03-09T06:00:00Z", before, ("moment-over", {"field": "until", "moment": before})),
        ("2026-02-30T06:00:00Z", soon, ("no-such-moment", {"field": "ready_at", "moment": "2026-02-30T06:00:00Z"})),
        (soon, "2026-02-30T06:00:00Z", ("no-such-moment", {"field": "until", "moment": "2026-02-30T06:00:00Z"})),
    ):
        assert accepted(ready_at=ready_at, until=until).refusal() == refusal


def test_the_clinicians_who_accept_have_it_there():
    assert Moving().transfer.readers == ids(ANNA)
    assert accepted().transfer.readers == ids(ANNA, LIN)
    by_coordinator = Moving().does(RECEIVER, "accept")
    assert by_coordinator.transfer.readers == ids(ANNA)
    assert by_coordinator.does(SECOND, "arrive").code == "not-now", "whoever the hospital lets speak, until it says who"
    named = by_coordinator.does(RECEIVER, "name_team", clinicians=[WEI])
    assert named.transfer.readers == ids(ANNA, WEI)
    assert named.does(INTENSIVIST, "take_back").code == "not-on-the-transfer"


@pytest.mark.parametrize("stage", RUNNING)
def test_either_hospital_says_who_has_it(stage):
    scene = stage().does(SENDER, "name_team", clinicians=[ALIM]).does(RECEIVER, "name_team", clinicians=[WEI])
    assert scene.transfer.readers == ids(ALIM, WEI)
    assert scene.does(DOCTOR, "supplement").code == "not-on-the-transfer"
    assert scene.does(SENDER, "name_team", clinicians=[ALIM]).code == "nothing-changes"
    assert scene.does(SENDER, "name_team", clinicians=[WEI]).code == "not-of-the-hospital"
    assert scene.does(COLLEAGUE, "supplement").code == ""


@pytest.mark.parametrize("stage", OVER)
def test_what_is_over_is_added_to_by_nobody(stage):
    scene = stage()
    status = scene.status
    for kind in ("supplement", "name_team"):
        assert scene.does(DOCTOR, kind).refusal() == ("not-now", {"status": status})
    assert scene.does(DOCTOR, "message").code == "", "and may still be spoken of"


@pytest.mark.parametrize("stage", RUNNING)
def test_the_sender_cancels_until_the_patient_is_there(stage):
    scene = stage()
    status = scene.status
    scene.does(DOCTOR, "cancel")
    if status in ("arrived", "handed_over"):
        assert scene.refusal() == ("not-now", {"status": status})
    else:
        assert (scene.status, scene.transfer.ended.reason) == ("cancelled", "not_indicated")


def test_a_hospital_that_cannot_take_the_patient_declines():
    scene = Moving().does(RECEIVER, "decline")
    assert (scene.status, scene.transfer.ended.reason, scene.transfer.ended.note.origin) == (
        "declined", "no_bed", "BO",
    )  # fmt: skip


def test_the_hand_over_is_signed_by_both_and_by_each_once():
    scene = arrived().does(DOCTOR, "sign")
    assert scene.status == "arrived"
    assert scene.does(DOCTOR, "sign").code == "signed-already"
    assert scene.does(SENDER, "sign").code == "clinician-missing"
    assert scene.does(SENDER, "name_team", clinicians=[ANNA, ALIM]).does(COLLEAGUE, "sign").code == "signed-already"
    assert scene.does(RECEIVER, "sign").code == "clinician-missing"
    assert scene.does(INTENSIVIST, "sign").status == "handed_over"
    assert [one.act.origin for one in scene.transfer.signed] == ["AL", "BO"]


@pytest.mark.parametrize("stage", [*RUNNING, *OVER])
def test_a_patient_who_agrees_no_longer_ends_it_for_good_however_far_it_was(stage):
    scene = stage().does(SENDER, "consent", **NO_LONGER)
    assert (scene.code, scene.status, scene.transfer.may_be_told) == ("", "withdrawn", False)
    over = scene.transfer.ended
    refusal = ("not-now", {"status": "withdrawn"})
    for voice, kind in (
        (DOCTOR, "consent"), (DOCTOR, "message"), (RECEIVER, "message"), (DOCTOR, "supplement"), (RECEIVER, "accept"),
        (DOCTOR, "depart"), (RECEIVER, "arrive"), (DOCTOR, "sign"), (RECEIVER, "end"), (DOCTOR, "cancel"),
        (SENDER, "name_team"),
    ):  # fmt: skip
        assert scene.does(voice, kind).refusal() == refusal, kind
    assert scene.does(DOCTOR, "consent", given=True).refusal() == refusal, "what was destroyed is asked for anew"
    assert scene.passes(400).transfer.ended == over
    assert next_machine_act(scene.transfer, at=BEGIN + timedelta(days=99)) is None
    assert scene.does(None, "lapse").code == "not-yet"


@pytest.mark.parametrize("stage", [*RUNNING, *OVER])
def test_a_patient_who_still_agrees_is_on_record_and_it_goes_on(stage):
    scene = stage()
    status = scene.status
    said = {"given": True, "on": "2026-03-09", "basis": "representative"}
    assert scene.does(DOCTOR, "consent", **said).code == ""
    consent = scene.transfer.consent
    assert (scene.status, consent.given, consent.basis, consent.on) == (status, True, "representative", "2026-03-09")
    assert consent.applied == scene.applied[-1], "as it was said last"
    assert scene.does(DOCTOR, "consent", **said).code == "", "and may be said again"


def test_what_nobody_answers_lapses_after_three_days():
    due = BEGIN + timedelta(days=3)
    scene = Moving().passes(3 * DAY - 2)
    assert scene.does(None, "lapse").code == "not-yet"
    assert next_machine_act(scene.transfer, at=due - timedelta(seconds=1)) is None
    assert next_machine_act(scene.transfer, at=due) == "lapse"
    scene.does(None, "lapse")
    assert (scene.code, scene.status) == ("", "lapsed")
    assert next_machine_act(scene.transfer, at=due) is None
    assert Moving().does(INTENSIVIST, "accept", at=72).refusal() == ("not-now", {"status": "lapsed"})


def test_a_bed_that_is_not_kept_any_longer_lapses_unless_the_patient_has_left():
    assert accepted().passes(28).status == "accepted"
    assert accepted().passes(29).status == "lapsed"
    assert accepted().does(DOCTOR, "depart", at=30).code == "not-now"
    assert departed().passes(400).status == "departed"
    assert next_machine_act(departed().transfer, at=BEGIN + timedelta(days=9)) is None


def test_a_bed_that_is_taken_back_is_asked_for_anew_and_the_time_begins_anew():
    scene = Moving().does(INTENSIVIST, "accept", until="2026-03-20T06:00:00Z").does(INTENSIVIST, "take_back", at=100)
    assert (scene.status, scene.transfer.accepted) == ("requested", None)
    assert scene.passes(3 * DAY - 1).status == "requested"
    assert accepted().does(INTENSIVIST, "take_back").does(SECOND, "accept").code == "not-on-the-transfer"
    assert scene.passes(1).status == "lapsed"


def test_only_the_node_of_the_sender_says_that_it_has_lapsed():
    scene = Moving().passes(72)
    scene.order(includes=[scene.say("BO", "lapse")], at=73)
    assert scene.transfer.refused[-1].code == "not-the-sender"


def test_either_says_something_to_the_other():
    for voice in (DOCTOR, SENDER, INTENSIVIST, RECEIVER):
        assert accepted().does(voice, "message").code == ""
    assert accepted().does(COLLEAGUE, "message").code == "not-on-the-transfer"


def test_an_act_is_tried_before_it_is_sent():
    scene = Moving()
    act = scene.say("BO", "accept", accepted().transfer.accepted.applied.act.said)
    assert try_act(scene.applied, act, at=BEGIN) is None
    assert try_act(scene.applied, act, at=BEGIN + timedelta(days=3)).code == "not-now"
    assert try_act((), act, at=BEGIN).code == "not-open"
