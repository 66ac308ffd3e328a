"""What one state may say of one object is limited, by rules that are the same at every node."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.council import SESSION_ACTS
from tests.joint.assistance.scene import Scene, accepted, amounts, line
from tests.joint.decisions.deciding import DAY, RULES, Deciding, hours, in_silence
from tests.joint.sessions.sitting import opened

from tocsin.joint import limits
from tocsin.joint.assistance import Key, offering, shipping
from tocsin.joint.decisions.due import due_at, next_machine_act, owes_receipt
from tocsin.joint.decisions.folding import decision_of
from tocsin.joint.growing import Growing


@pytest.fixture
def few(monkeypatch):
    """Three acts of each sort, where the rules have two thousand."""
    monkeypatch.setattr(limits, "MOST_ACTS", 3)
    monkeypatch.setattr(limits, "MOST_PASSING", 3)


def comment(made: Deciding, state: str = "BO") -> Deciding:
    made.does(state, "comment", version=1, paragraph=None, text="Read.")
    return made


def test_behind_so_many_acts_of_a_state_nothing_more_has_effect(few):
    made = Deciding()
    for _ in range(3):
        made.does("BO", "consent", version=9, ad_referendum=False)
        assert made.code == "version-not-current"
    made.does("BO", "consent", version=1, ad_referendum=False)
    assert made.code == "too-many"
    assert dict(made.last_refused.values) == {"state": "BO", "most": 3}
    made.does("CE", "consent", version=1, ad_referendum=False)
    assert made.code == "", "nobody else is held up"
    assert made.decision.standing("BO").kind == "outstanding"


def test_comments_are_counted_apart(few):
    made = Deciding()
    for _ in range(3):
        comment(made)
        assert made.code == ""
    assert comment(made).code == "too-many"
    made.does("BO", "consent", version=1, ad_referendum=False)
    assert made.code == ""


@given(st.lists(st.sampled_from(["comment", "position", "object", "lift_objection"]), max_size=14))
def test_what_binds_does_not_hang_on_what_may_be_erased(kinds):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "MOST_ACTS", 3)
        patch.setattr(limits, "MOST_PASSING", 3)
        made = Deciding()
        said = {
            "comment": {"version": 1, "paragraph": None, "text": "Read."},
            "position": {"paragraph": None, "text": "So."},
            "object": {"version": 1, "paragraph": None, "reason": "No."},
            "lift_objection": {},
        }
        for kind in kinds:
            made.does("BO", kind, **said[kind])
        whole, left = made.applied, [one for one in made.applied if not one.act.is_passing]
        full, erased = decision_of(whole, rules=RULES), decision_of(left, rules=RULES)
        binding = [one for one in full.refused if not one.applied.act.is_passing]
        assert tuple(binding) == erased.refused
        assert full.standing("BO") == erased.standing("BO")


def test_an_owner_orders_what_others_say_for_ever(few):
    made = Deciding()
    for state in ("BO", "CE", "DE", "FO"):
        for _ in range(3):
            comment(made, state)
    assert [one.code for one in made.decision.refused] == []
    assert made.decision.history[-1].applied.act.kind == "order"


def test_whoever_can_object_no_more_is_not_silent(monkeypatch):
    monkeypatch.setattr(limits, "MOST_ACTS", 4)
    made = in_silence()
    for _ in range(4):
        made.does("BO", "clear", reason="")
    made.does("BO", "object", version=1, paragraph=None, reason="No.")
    assert made.code == "too-many"
    made.receives("CE", at=2)
    made.owner_does("call", at=2 + DAY + 0.01)
    assert not owes_receipt(made.decision, "BO", through=len(made.owned)), "it would be refused, and owed again"
    assert owes_receipt(made.decision, "CE", through=len(made.owned))
    made.receives("BO")
    assert made.code == "too-many"


def test_receipts_of_a_machine_do_not_silence_its_state(few):
    made = in_silence()
    for _ in range(5):
        made.receives("BO", at=1)
    assert made.code == "too-many"
    made.does("BO", "object", version=1, paragraph=None, reason="No.")
    assert made.code == ""
    assert made.decision.objecting == ("BO",)


def test_a_machine_says_nothing_that_would_be_refused_for_ever(few):
    made = in_silence()
    made.receives("CE", at=2)
    assert made.code == "", "propose, consider, silence: the owner has said its three"
    assert next_machine_act(made.decision, hours(3 * DAY)) is None
    assert due_at(made.decision) is None


def test_a_session_has_the_same_limits(few):
    made = opened()
    for _ in range(2):
        made.does("BO", "delegation", delegates=SESSION_ACTS["delegation"]["delegates"])
    assert made.code == "too-many"
    made.does("BO", "speak", item=None, delegate=None, text="Thanks.")
    assert made.code == ""


def test_a_request_has_the_same_limits(few):
    scene = Scene()
    for number in range(3):
        scene.does("BO", "offer", id=f"o{number}", lines=[line("i1", 1)])
    scene.does("BO", "withdraw_offer", offer={"origin": "BO", "id": "o0"})
    assert scene.refusal() == ("too-many", {"state": "BO", "what": "acts", "most": 3})
    assert scene.request.offer(Key("BO", "o0")).ended is None


def test_a_state_has_so_many_offers_that_are_open(monkeypatch):
    monkeypatch.setattr(offering, "MOST_OFFERS", 2)
    scene = Scene()
    for number in range(3):
        scene.does("BO", "offer", id=f"o{number}", lines=[line("i1", 1)], confirmed=True)
    assert scene.refusal() == ("too-many", {"state": "BO", "what": "offers", "most": 2})
    scene.does("CE", "offer", id="o1", lines=[line("i1", 1)])
    assert scene.refused is None
    scene.does("AL", "accept", offer={"origin": "BO", "id": "o0"}, lines=amounts(i1=1))
    scene.does("BO", "offer", id="o2", lines=[line("i1", 1)])
    assert scene.refused is None, "one that is accepted wholly is open no more"
    scene.does("BO", "withdraw_offer", offer={"origin": "BO", "id": "o1"})
    scene.does("BO", "offer", id="o3", lines=[line("i1", 1)])
    assert scene.refused is None


def test_a_state_plans_so_many_shipments(monkeypatch):
    monkeypatch.setattr(shipping, "MOST_SHIPMENTS", 2)
    scene = accepted()
    for number in range(3):
        scene.does("BO", "plan_shipment", id=f"s{number}", lines=amounts(i1=1))
    assert scene.refusal() == ("too-many", {"state": "BO", "what": "shipments", "most": 2})
    scene.does("BO", "call_off_shipment", shipment={"origin": "BO", "id": "s0"})
    scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=1))
    assert scene.refusal() == ("too-many", {"state": "BO", "what": "shipments", "most": 2})


@given(st.lists(st.tuples(st.integers(0, 30), st.integers())))
def test_a_growing_sequence_is_as_a_tuple(steps):
    """Each step lengthens any that there is, the longest or one that was lengthened before."""
    plain, growing = [()], [Growing[int]()]
    for place, one in steps:
        at = place % len(plain)
        plain.append((*plain[at], one))
        growing.append(growing[at].with_(one))
    for one, other in zip(plain, growing, strict=True):
        assert other == one
        assert (list(other), len(other), other[-2:], list(reversed(other))) == (
            list(one), len(one), one[-2:], list(reversed(one)),
        )  # fmt: skip
        with pytest.raises(IndexError):
            other[len(one)]


def test_the_longest_is_lengthened_without_a_copy():
    made = [Growing([0])]
    for one in range(1, 100):
        made.append(made[-1].with_(one))
    assert len({id(one._items) for one in made}) == 1
