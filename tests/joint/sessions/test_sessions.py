"""Sessions: convened, held and minuted by its owner and the states invited, in the order of the owner."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.types.council import AGENDA, ELSEWHERE, SESSION_ACTS, TEXT, TITLE, paragraph
from tests.joint.acting import BEGIN
from tests.joint.decisions.deciding import RULES, hours
from tests.joint.sessions.sitting import DELEGATES, Sitting, closed, opened

from tocsin.exchange.suite import digest
from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.sessions.folding import after, session_of, try_act
from tocsin.joint.sessions.state import Session, Status

OTHERS = [DELEGATES[1], DELEGATES[0] | {"id": "c", "name": "Ли Вэй"}]


def test_a_session_goes_from_convened_to_closed():
    made = Sitting()
    assert (made.session.status, made.session.chair, made.session.starts_at) == (Status.CONVENED, "AL", hours(1))
    assert made.session.brief["zh-hans"].startswith("疑似")
    made.owner_does("postpone", starts_at="2026-03-09T09:00:00Z")
    made.owner_does("set_chair", chair="BO")
    made.owner_does("open")
    assert (made.session.status, made.session.chair, made.session.starts_at) == (Status.OPEN, "BO", hours(3))
    made.owner_does("postpone", starts_at="2026-03-09T10:00:00Z")
    assert made.code == "not-now"
    made.owner_does("close")
    assert (made.session.status, made.session.ended.act.kind) == (Status.CLOSED, "close")


def test_a_session_is_cancelled_before_it_is_open_and_not_after():
    made = Sitting()
    made.owner_does("cancel", reason="Событие опровергнуто.")
    assert made.session.status is Status.CANCELLED
    made.owner_does("open")
    assert made.code == "not-now"
    made = opened()
    made.owner_does("cancel", reason="")
    assert made.code == "not-now"


def test_who_is_there_is_known_as_data():
    made = opened()
    assert made.session.quorum.invited == 3
    assert made.session.quorum.present == ("BO",)
    assert [one.part for one in made.session.present("BO")] == ["head", "adviser"]
    made.does("BO", "attend", present=[])
    assert made.session.quorum.present == ()


def test_a_delegate_replaced_in_the_middle_is_there_no_more_and_says_nothing_more():
    made = opened()
    made.does("BO", "speak", item="1", delegate="a", text="Поддерживаем.")
    made.does("BO", "delegation", delegates=OTHERS)
    assert [one.id for one in made.session.present("BO")] == ["b"]
    made.does("BO", "speak", item="1", delegate="a", text="Не поддерживаем.")
    assert (made.code, made.session.refused[-1].values["name"]) == ("delegate-replaced", "Анна Иванова")
    made.does("BO", "attend", present=["a", "b"])
    assert made.code == "delegate-replaced"
    made.does("BO", "speak", item="1", delegate="c", text="Поддерживаем.")
    assert [one.delegate.name for one in made.session.statements] == ["Анна Иванова", "Ли Вэй"]
    assert len(made.session.delegations["BO"]) == 2


def test_of_two_delegations_at_once_the_last_in_the_stream_counts():
    made = Sitting()
    first = made.say("BO", "delegation", {"delegates": DELEGATES})
    second = made.say("BO", "delegation", {"delegates": OTHERS})
    made.owner_does_order(second)
    assert [one.applied.act for one in made.session.delegations["BO"]] == [first, second]
    assert made.session.delegation("BO").delegate("c")


def test_another_person_under_the_name_of_one_who_was_there_is_not_taken_for_present():
    made = opened()
    made.does(
        "BO", "delegation", delegates=[DELEGATES[0] | {"name": "Ли Вэй"}, DELEGATES[1] | {"title": "эпидемиолог"}]
    )
    assert [one.id for one in made.session.present("BO")] == ["b"]


def test_items_are_taken_up_and_concluded_once_and_lead_to_decisions():
    made = opened()
    assert made.session.item("1").decision == ObjectId.of(ELSEWHERE)
    other = {"origin": "AL", "id": ELSEWHERE["id"]}
    made.owner_does("conclude", item="2", outcome={"ru": "Отложить."}, decision=None)
    assert made.code == "item-not-taken-up"
    made.owner_does("conclude", item="1", outcome={"ru": "Принять."}, decision=other)
    assert made.session.item("1").decision == ObjectId.of(other)
    assert made.session.item("1").outcome == {"ru": "Принять."}
    made.owner_does("conclude", item="1", outcome={"ru": "Отложить."}, decision=None)
    assert made.code == "item-concluded"
    made.owner_does("take_up", item="1")
    assert made.code == "item-concluded"
    made.owner_does("take_up", item="9")
    assert made.code == "no-such-item"


def test_what_was_taken_up_stays_on_the_agenda_with_what_became_of_it():
    made = opened()
    made.owner_does("set_agenda", agenda=[AGENDA[1]])
    assert (made.code, made.session.refused[-1].values["items"]) == ("item-taken-up", ["1"])
    renamed = AGENDA[0] | {"title": {"ru": "Чума"}}
    made.owner_does("set_agenda", agenda=[renamed, {"id": "3", "title": TITLE, "decision": None}])
    assert [one.id for one in made.session.agenda] == ["1", "3"]
    assert made.session.item("1").taken_up
    assert made.session.item("1").title == {"ru": "Чума"}
    made.owner_does("set_agenda", agenda=[AGENDA[0], AGENDA[0]])
    assert made.code == "item-twice"


def test_what_was_on_its_way_when_it_closed_is_taken_until_the_minutes_are_out():
    made = closed()
    made.does("BO", "speak", item=None, delegate=None, text="Благодарим.")
    assert made.session.statements[-1].text == "Благодарим."
    made.owner_does("minutes", text=TEXT)
    made.does("BO", "speak", item=None, delegate=None, text="Ещё раз благодарим.")
    assert made.code == "minutes-are-out"


def test_minutes_are_approved_by_their_number_and_new_ones_anew():
    made = closed()
    made.does("BO", "approve_minutes", number=1)
    assert made.code == "no-minutes"
    made.owner_does("minutes", text=TEXT)
    number = made.session.minutes[-1].number
    assert number == len(made.owned)
    made.does("BO", "approve_minutes", number=number)
    assert made.session.not_approved == ("AL", "CE")
    made.does("BO", "approve_minutes", number=number)
    assert made.code == "approved-already"
    made.owner_does("minutes", text={"paragraphs": [paragraph(rev=1)]})
    assert made.session.not_approved == ("AL", "BO", "CE")
    assert made.session.minutes[-1].text.version == 2
    made.does("BO", "approve_minutes", number=number)
    assert made.code == "minutes-not-current"
    made.owner_does("minutes", text={"paragraphs": [paragraph(), paragraph()]})
    assert made.code == "same-id-twice"


@pytest.mark.parametrize(
    ("state", "kind", "said", "code"),
    [
        ("DE", "delegation", {"delegates": DELEGATES}, "not-invited"),
        ("DE", "speak", {"item": None, "delegate": None, "text": "Просим слова."}, "not-invited"),
        ("BO", "open", {}, "not-owner"),
        ("BO", "convene", {}, "not-owner"),
        ("AL", "convene", {}, "opened-already"),
        ("BO", "vote", {}, "act-unknown"),
        ("AL", "set_chair", {"chair": "DE"}, "chair-not-invited"),
        ("AL", "postpone", {"starts_at": "2026-02-30T06:00:00Z"}, "no-such-moment"),
        ("BO", "delegation", {"delegates": [DELEGATES[0]] * 2}, "delegate-twice"),
        ("BO", "speak", {"item": None, "delegate": None, "text": "Рано."}, "not-now"),
        ("AL", "minutes", {"text": TEXT}, "not-now"),
    ],
)
def test_what_a_party_may_not_do_changes_nothing(state, kind, said, code):
    made = Sitting()
    before = made.session
    made.does(state, kind, **said)
    assert made.code == code
    assert replace(made.session, refused=(), history=()) == replace(before, history=())


def test_a_delegate_that_the_state_never_named_is_not_there():
    made = opened()
    made.does("BO", "attend", present=["z"])
    assert made.code == "no-such-delegate"
    made.does("CE", "speak", item="9", delegate=None, text="Да.")
    assert made.code == "no-such-item"


@pytest.mark.parametrize(
    ("convened", "code"),
    [
        ({"body": "another-body"}, "other-body"),
        ({"chair": "DE"}, "chair-not-invited"),
        ({"starts_at": "2026-02-30T06:00:00Z"}, "no-such-moment"),
    ],
)
def test_a_session_that_the_rules_do_not_allow_is_not_convened(convened, code):
    session = Sitting(**convened).session
    assert (session.status, session.refused[0].code) == (Status.NONE, code)


def test_a_state_that_the_body_does_not_let_decide_convenes_nothing():
    opening = Sitting().applied[0].act
    assert try_act((), opening, rules=replace(RULES, members=("BO",)), at=BEGIN).code == "owner-not-entitled"
    assert try_act((), opening, rules=RULES, at=BEGIN) is None


@st.composite
def histories(draw):
    """Acts of anybody in some order, those that belong to a session's course more often."""
    object_id = ObjectId("AL", "0197c2aa-0000-7000-8000-000000000001")
    applied = []
    for number in range(1, draw(st.integers(2, 40))):
        usual = ["open", "delegation", "attend", "take_up", "speak", "conclude", "close", "minutes", "approve_minutes"]
        kind = "convene" if number == 1 else draw(st.sampled_from([*SESSION_ACTS, *usual * 3]))
        said = dict(SESSION_ACTS[kind])
        if kind == "approve_minutes":
            said["number"] = draw(st.integers(1, number))
        elif kind == "delegation" and draw(st.booleans()):
            said["delegates"] = OTHERS
        id = object_id.id if number == 1 else f"0197c2aa-0000-7000-8000-{number:012d}"
        origin = "AL" if number == 1 else draw(st.sampled_from(["AL", "AL", "BO", "CE", "DE"]))
        act = Act(object_id, id, origin, digest(id.encode()), kind, said, BEGIN)
        applied.append(Applied(act, number, BEGIN))
    return applied


@given(histories())
@settings(max_examples=100, deadline=None)
def test_whatever_anybody_says_an_act_takes_effect_or_changes_nothing(applied):
    session = Session()
    for one in applied:
        before, session = session, after(session, one, rules=RULES)
        if session.refused != before.refused:
            assert replace(session, refused=before.refused) == before
        else:
            assert session.history[-1].applied is one
    assert session == session_of(applied, rules=RULES)
    for item in session.agenda:
        assert item.concluded is None or item.taken_up.number < item.concluded.number
    for minutes in session.minutes:
        assert set(minutes.approvals) <= set(session.invited)
        assert all(one.number > minutes.number for one in minutes.approvals.values())
    for one in session.statements:
        assert one.applied.act.origin in session.invited
