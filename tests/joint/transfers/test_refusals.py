"""Refusals: every code that an act on a transfer may be refused with is listed, reached, told, and has its values."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.exchange.types.consulting import A1, GIVEN, LIN, as_of
from tests.joint.consultations.test_refusals import raised, told
from tests.joint.transfers.moving import DOCTOR, INTENSIVIST, RECEIVER, SECOND, SENDER, Moving, accepted, arrived
from tests.joint.transfers.test_any_sequence import stories

from tocsin.joint import limits, parties
from tocsin.joint.transfers import folding
from tocsin.joint.transfers.acting import UNANSWERED
from tocsin.joint.transfers.refusals import REFUSALS

SOURCES = [*Path(folding.__file__).parent.glob("*.py"), Path(parties.__file__)]
PAGE = Path(__file__).parents[3] / "docs" / "transfers.md"


def not_known() -> Moving:
    scene = Moving()
    scene.order("teleport", {"as": DOCTOR}, at=1)
    return scene


def in_another_name() -> Moving:
    scene = Moving()
    scene.order(includes=[scene.say("CE", "arrive", {"as": RECEIVER})], at=1)
    return scene


REACHED: dict[str, Callable[[], Moving]] = {
    "not-open": lambda: Moving(to=A1).does(INTENSIVIST, "accept"),
    "open-already": lambda: Moving().does(DOCTOR, "request"),
    "act-unknown": not_known,
    "not-now": lambda: Moving().does(DOCTOR, "depart"),
    "consent-missing": lambda: Moving(consent=GIVEN | {"given": False}),
    "own-hospital": lambda: Moving(to=A1),
    "not-of-one-state": lambda: Moving().does(as_of(A1, LIN), "cancel"),
    "not-in-its-name": in_another_name,
    "not-the-sender": lambda: Moving().does(INTENSIVIST, "cancel"),
    "not-the-receiver": lambda: Moving().does(DOCTOR, "accept"),
    "clinician-missing": lambda: arrived().does(SENDER, "sign"),
    "not-on-the-transfer": lambda: accepted().does(SECOND, "take_back"),
    "not-of-the-hospital": lambda: Moving().does(SENDER, "name_team", clinicians=[LIN]),
    "no-such-moment": lambda: accepted(until="2026-02-30T00:00:00Z"),
    "moment-over": lambda: accepted(ready_at="2026-03-09T01:00:00Z", until="2026-03-09T02:00:00Z"),
    "bed-too-late": lambda: accepted(until="2026-03-09T12:00:00Z"),
    "signed-already": lambda: arrived().does(DOCTOR, "sign").does(DOCTOR, "sign"),
    "nothing-changes": lambda: Moving().does(SENDER, "name_team", clinicians=[DOCTOR["clinician"]]),
    "not-yet": lambda: Moving().does(None, "lapse"),
}


def test_the_list_is_what_the_rules_say():
    assert raised(SOURCES) == {code: {tuple(sorted(values))} for code, values in REFUSALS.items()}


@pytest.mark.parametrize("code", REACHED)
def test_every_code_is_reached(code):
    scene = REACHED[code]()
    assert scene.code == code
    assert set(scene.refusal()[1]) == set(REFUSALS[code])


def test_none_is_left_out_but_that_of_a_limit():
    assert set(REFUSALS) - set(REACHED) == {"too-many"}, "that one is reached below"


def test_a_state_that_has_said_too_much_is_heard_no_more(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ACTS", 1)
    scene = accepted()
    assert scene.does(INTENSIVIST, "take_back").refusal() == ("too-many", {"state": "BO", "what": "acts", "most": 1})


def test_the_page_tells_every_code_act_and_limit():
    page, text = told(PAGE), PAGE.read_text("utf-8")
    for code, values in REFUSALS.items():
        assert set(values) <= page[code], code
    for kind in folding.ACTS:
        assert f"`{kind}`" in text, kind
    assert f"{UNANSWERED.days} days" in text


@settings(max_examples=50)
@given(stories())
def test_a_refusal_has_the_values_of_its_code_and_each_can_be_written_down(scene):
    for refused in scene.transfer.refused:
        assert set(refused.values) == set(REFUSALS[refused.code])
        assert all(isinstance(value, int | str) for value in refused.values.values())
