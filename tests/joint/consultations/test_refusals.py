"""Refusals: every code that an act may be refused with is listed, reached, told on the page, and has its values."""

import ast
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.joint.consultations.scene import (
    A1,
    ANNA,
    AT_HOME,
    BORENIA,
    CARA,
    CERANIA,
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
    taken,
)
from tests.joint.consultations.stories import stories

from tocsin.joint import limits, parties
from tocsin.joint.consultations import folding
from tocsin.joint.consultations.asking import MOST_DAYS_RETURNED, WAITS_FOR_ALLOCATION
from tocsin.joint.consultations.following import MOST_DAYS_TO_FOLLOW_UP
from tocsin.joint.consultations.refusals import REFUSALS

SOURCES = [*Path(folding.__file__).parent.glob("*.py"), Path(parties.__file__)]
PAGE = Path(__file__).parents[3] / "docs" / "consultations.md"


def raised(sources=SOURCES) -> dict[str, set[tuple[str, ...]]]:
    """Every code that the rules refuse with, and the values that each place gives."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "NotAllowed":
                said = node.args[0]
                codes = [said.body, said.orelse] if isinstance(said, ast.IfExp) else [said]
                for code in codes:
                    found.setdefault(code.value, set()).add(tuple(sorted(str(one.arg) for one in node.keywords)))
    return found


def told(page: Path) -> dict[str, set[str]]:
    """Codes and values, as a page's table has them."""
    rows = re.findall(r"^\| (`[a-z-]+`(?:, `[a-z-]+`)*) \|([^|]*)\|", page.read_text("utf-8"), flags=re.MULTILINE)
    return {
        code: set(re.findall("`([a-z_]+)`", values)) for codes, values in rows for code in re.findall("`(.+?)`", codes)
    }


def not_known() -> Scene:
    scene = Scene()
    scene.order("diagnose", {"as": DOCTOR}, at=1)
    return scene


def in_another_name() -> Scene:
    scene = Scene()
    scene.order(includes=[scene.say("CE", "allocate", {"as": BORENIA, "experts": [LIN], "by_rule": False})], at=1)
    return scene


REACHED: dict[str, Callable[[], Scene]] = {
    "not-open": lambda: Scene(consent={}).does(BORENIA, "allocate"),
    "open-already": lambda: Scene().does(DOCTOR, "submit"),
    "act-unknown": not_known,
    "case-ended": lambda: closed().does(DOCTOR, "withdraw"),
    "not-now": lambda: Scene().does(DOCTOR, "follow_up"),
    "consent-missing": lambda: Scene(consent={}),
    "not-of-one-state": lambda: Scene().does(as_of(A1, LIN), "supplement"),
    "not-in-its-name": in_another_name,
    "hospital-not-asking": lambda: Scene().does(BORENIA, "withdraw"),
    "hospital-not-asked": lambda: Scene().does(NOT_ASKED, "allocate"),
    "own-hospital": lambda: Scene(asked=[A1]),
    "clinician-missing": lambda: Scene(**{"as": AT_HOME}),
    "not-on-the-case": lambda: Scene().does(EXPERT, "take"),
    "not-of-the-hospital": lambda: Scene().does(BORENIA, "allocate", experts=[CARA]),
    "hospital-declined": lambda: Scene().does(BORENIA, "decline").does(BORENIA, "allocate"),
    "others-work-on-it": lambda: allocated().does(CERANIA, "return"),
    "no-such-day": lambda: answered().does(DOCTOR, "acknowledge", follow_up_on="2026-02-30"),
    "day-over": lambda: answered().does(DOCTOR, "acknowledge", follow_up_on="2026-03-08"),
    "follow-up-too-late": lambda: answered().does(DOCTOR, "acknowledge", follow_up_on="2026-12-31"),
    "not-yet": lambda: Scene().does(None, "expire"),
    "name-taken": lambda: answered().does(EXPERT, "sign"),
    "no-such-question": lambda: taken().does(DOCTOR, "reply"),
    "question-answered": lambda: taken().does(EXPERT, "ask").does(DOCTOR, "reply").does(DOCTOR, "reply"),
    "no-such-opinion": lambda: taken().does(EXPERT, "retract"),
    "not-the-author": lambda: answered().does(BORENIA, "allocate", experts=[WEI]).does(SECOND, "amend"),
    "opinion-retracted": lambda: answered().does(EXPERT, "retract").does(EXPERT, "amend"),
    "changed-meanwhile": lambda: answered().does(EXPERT, "amend", after=2),
    "nothing-new": lambda: closed().does(DOCTOR, "acknowledge"),
    "nothing-changes": lambda: taken().does(EXPERT, "take"),
    "panel-is-open": lambda: convened().does(BORENIA, "convene"),
    "no-panel": lambda: taken().does(EXPERT, "join"),
    "not-a-member": lambda: convened().does(DOCTOR, "join"),
    "not-the-chair": lambda: gathered().does(SECOND, "draft_outcome"),
    "not-joined": lambda: convened().does(EXPERT, "position"),
    "quorum-too-large": lambda: convened(members=[LIN, ANNA], quorum=3),
    "no-quorum": lambda: convened().does(EXPERT, "join").does(EXPERT, "position"),
    "no-outcome": lambda: gathered().does(EXPERT, "stand"),
    "outcome-changed": lambda: drafted().does(EXPERT, "stand", draft=2),
    "members-silent": lambda: drafted().does(EXPERT, "sign_off"),
    "no-majority": lambda: (
        drafted().does(EXPERT, "stand").does(SECOND, "stand", stance="disagrees").does(EXPERT, "sign_off")
    ),
}


def test_the_list_is_what_the_rules_say():
    assert raised() == {code: {tuple(sorted(values))} for code, values in REFUSALS.items()}


@pytest.mark.parametrize("code", REACHED)
def test_every_code_is_reached(code):
    scene = REACHED[code]()
    assert scene.code == code
    assert set(scene.refusal()[1]) == set(REFUSALS[code])


def test_none_is_left_out_but_that_of_a_limit():
    assert set(REFUSALS) - set(REACHED) == {"too-many"}, "that one is reached below"


def test_a_state_that_has_said_too_much_is_heard_no_more(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ACTS", 3)
    monkeypatch.setattr(limits, "MOST_PASSING", 2)
    scene = Scene()
    for kind in ("allocate", "return", "decline"):
        scene.does(BORENIA, kind)
    assert scene.does(BORENIA, "allocate").refusal() == ("too-many", {"state": "BO", "what": "acts", "most": 3})
    for _ in range(2):
        assert scene.does(BORENIA, "message").code == ""
    assert scene.does(BORENIA, "message").refusal() == ("too-many", {"state": "BO", "what": "passing", "most": 2})
    assert scene.does(CERANIA, "message").code == "", "nobody else is held up"


def test_the_page_tells_every_code_and_its_values():
    page = told(PAGE)
    for code, values in REFUSALS.items():
        assert set(values) <= page[code], code


def test_the_page_tells_every_act_and_every_time_limit():
    text = PAGE.read_text("utf-8")
    for kind in folding.ACTS:
        assert f"`{kind}`" in text, kind
    for urgency, waits in WAITS_FOR_ALLOCATION.items():
        days = waits // timedelta(days=1)
        assert re.search(rf"{urgency}\D{{1,20}}{days} day", text), urgency
    assert f"{MOST_DAYS_RETURNED.days} days" in text
    assert f"{MOST_DAYS_TO_FOLLOW_UP} days" in text


@settings(max_examples=50)
@given(stories())
def test_a_refusal_has_the_values_of_its_code_and_each_can_be_written_down(scene):
    for refused in scene.case.refused:
        assert set(refused.values) == set(REFUSALS[refused.code])
        assert all(isinstance(value, int | str) for value in refused.values.values())
