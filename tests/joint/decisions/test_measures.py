"""Measures: assigned with the adoption or later, moved by their state and its verifier, overdue by a day."""

from datetime import date

import pytest
from tests.exchange.types.council import EVIDENCE, MEASURE
from tests.joint.decisions.deciding import Deciding, adopted

NEW = MEASURE | {"id": "m2", "state": "CE", "verifier": "SEC", "deadline": "2026-06-01"}


def measure(made: Deciding, id: str = "m1"):
    return made.decision.measure(id)


def test_the_measures_of_the_version_adopted_are_assigned_and_there_are_none_before():
    assert Deciding().decision.measures == ()
    made = adopted()
    assert (measure(made).status, measure(made).measure.state) == ("ASSIGNED", "BO")
    assert measure(made).measure.links[0].kind == "session"


def test_a_measure_goes_from_its_state_to_its_verifier_and_back():
    made = adopted()
    steps = [
        ("BO", "accept_measure", {}, "ACCEPTED"),
        ("BO", "report_measure", {"text": "Начато.", "evidence": []}, "IN_PROGRESS"),
        ("BO", "finish_measure", {"text": "Проведено.", "evidence": EVIDENCE}, "DONE"),
        ("AL", "return_measure", {"reason": "Нет протокола."}, "IN_PROGRESS"),
        ("BO", "finish_measure", {"text": "Вот он.", "evidence": EVIDENCE}, "DONE"),
        ("AL", "verify_measure", {}, "VERIFIED"),
    ]
    for state, kind, said, status in steps:
        made.does(state, kind, measure="m1", **said)
        assert (made.code, measure(made).status) == ("", status)
    assert [one.text for one in measure(made).reports] == ["Начато.", "Проведено.", "Вот он."]
    assert measure(made).reports[1].evidence == (("Протокол", "https://example.org/1"),)
    assert [one.act.kind for one in measure(made).history] == ["adopt", *(kind for _, kind, _, _ in steps)]


@pytest.mark.parametrize(
    ("state", "kind", "said", "code"),
    [
        ("CE", "accept_measure", {}, "not-measure-owner"),
        ("CE", "decline_measure", {"reason": ""}, "not-measure-owner"),
        ("AL", "finish_measure", {"text": "Сделано.", "evidence": []}, "not-measure-owner"),
        ("BO", "verify_measure", {}, "not-verifier"),
        ("BO", "extend_measure", {"deadline": "2026-06-01", "reason": ""}, "not-owner"),
        ("BO", "reassign_measure", {"state": "CE"}, "not-owner"),
        ("BO", "finish_measure", {"text": "Сделано.", "evidence": []}, "measure-not-now"),
        ("AL", "verify_measure", {}, "measure-not-now"),
        ("AL", "extend_measure", {"deadline": "2026-04-01", "reason": ""}, "deadline-not-later"),
        ("AL", "extend_measure", {"deadline": "2026-04-31", "reason": ""}, "no-such-day"),
        ("BO", "accept_measure", {"measure": "m9"}, "no-such-measure"),
        ("AL", "assign_measure", {"measure": MEASURE}, "measure-twice"),
        ("BO", "assign_measure", {"measure": NEW}, "not-owner"),
        ("AL", "assign_measure", {"measure": NEW | {"state": "DE"}}, "not-bound"),
        ("AL", "reassign_measure", {"state": "DE"}, "not-bound"),
    ],
)
def test_what_moves_no_measure(state, kind, said, code):
    made = adopted()
    before = made.decision.measures
    made.does(state, kind, **({"measure": "m1"} | said))
    assert made.code == code
    assert made.decision.measures == before


def test_a_measure_is_declined_and_given_to_another_state():
    made = adopted()
    made.does("BO", "decline_measure", measure="m1", reason="Нет лаборатории.")
    assert measure(made).status == "DECLINED"
    made.owner_does("reassign_measure", measure="m1", state="CE")
    made.does("BO", "accept_measure", measure="m1")
    assert made.code == "not-measure-owner"
    made.does("CE", "accept_measure", measure="m1")
    assert measure(made).status == "ACCEPTED"


def test_a_state_that_stays_out_is_given_no_measure_until_it_accedes():
    made = Deciding()
    made.consents("AL", "BO")
    made.does("CE", "stay_out", version=1, reason="")
    made.adopts(at=1)
    made.owner_does("reassign_measure", measure="m1", state="CE")
    assert (made.code, made.last_refused.values["state"]) == ("not-bound", "CE")
    made.does("CE", "accede", declaration="Да.")
    made.owner_does("reassign_measure", measure="m1", state="CE")
    assert measure(made).measure.state == "CE"


def test_measures_are_assigned_later_too_and_verified_by_whoever_is_named():
    made = adopted()
    made.owner_does("assign_measure", measure=NEW)
    made.does("CE", "accept_measure", measure="m2")
    made.does("CE", "finish_measure", measure="m2", text="Сделано.", evidence=[])
    made.does("SEC", "verify_measure", measure="m2")
    assert measure(made, "m2").status == "VERIFIED"


def test_a_measure_is_overdue_the_day_after_its_deadline_until_it_is_done():
    made = adopted()
    assert not measure(made).is_overdue(date(2026, 4, 1))
    assert measure(made).is_overdue(date(2026, 4, 2))
    made.owner_does("extend_measure", measure="m1", deadline="2026-05-01", reason="Паводок.")
    assert not measure(made).is_overdue(date(2026, 4, 2))
    made.does("BO", "accept_measure", measure="m1")
    made.does("BO", "finish_measure", measure="m1", text="Сделано.", evidence=[])
    assert not measure(made).is_overdue(date(2026, 6, 1))


def test_a_state_that_is_left_out_moves_no_measure():
    made = adopted()
    made.owner_does("leave_out", state="BO", reason="suspended")
    made.does("BO", "accept_measure", measure="m1")
    assert made.code == "left-out"


def test_measures_stand_still_once_the_decision_is_over():
    made = adopted()
    made.owner_does("lapse", reason="")
    made.does("BO", "accept_measure", measure="m1")
    assert made.code == "decision-over"


def test_an_amendment_of_measures_alone_is_a_version():
    made = Deciding()
    made.does("BO", "amend", base=1, changes=[], measures=[NEW], duties=None, note="")
    assert made.decision.version.number == 2
    assert [one.id for one in made.decision.version.measures] == ["m2"]
    made.does("BO", "amend", base=2, changes=[], measures=[NEW], duties=None, note="")
    assert made.code == "nothing-changed"
    made.does("BO", "amend", base=2, changes=[], measures=[NEW, NEW], duties=None, note="")
    assert made.code == "measure-twice"
