"""The request itself: opened, amended without taking away what others rely on, renewed, ended."""

from copy import deepcopy
from datetime import timedelta
from fractions import Fraction

import pytest
from tests.exchange.types.assisting import ACTS, ALTAGRAD, REQUEST, item, typed
from tests.joint.acting import BEGIN, Acting
from tests.joint.assistance.scene import (
    DAY,
    ITEMS,
    O1,
    Scene,
    accepted,
    amounts,
    arrived,
    handed_over,
    offered,
    planned,
)

from tocsin.joint.acts import Act, Applied, ObjectId
from tocsin.joint.assistance import RequestStatus, next_machine_act, request_of, try_act


def amended(scene, *items, **said):
    return scene.does("AL", "amend_request", items=list(items) or deepcopy(ITEMS), **said)


def test_a_request_says_what_is_asked_for():
    request = Scene().request
    assert request.status == RequestStatus.OPEN == "open"
    assert request.owner == "AL"
    assert [(one.id, one.code, one.quantity, one.packing.unit) for one in request.items] == [
        ("i1", "respirator", 10_000, "piece"),
        ("i2", "vaccine-plague", 5_000, "dose"),
    ]
    assert request.items[0].basis["level"] == "0.9"
    assert request.asked.place.names.ru == ALTAGRAD["names"]["ru"]
    assert (request.asked.needed_by.isoformat(), request.lapses_on.isoformat()) == ("2026-03-20", "2026-05-01")
    assert request.coverage("i1") == 0
    assert request.coverage("no such item") == 0
    assert not request.refused


def test_nothing_is_a_request_until_its_owner_has_opened_it():
    assert request_of(()).status == RequestStatus.UNOPENED
    acting = Acting("AL", noun="assistance")
    opening = acting.order("offer", deepcopy(ACTS["offer"]))
    request = request_of([Applied(opening, 1, BEGIN)])
    assert [one.code for one in request.refused] == ["not-open-yet"]
    assert request.status == RequestStatus.UNOPENED
    assert (request.owner, request.items, request.accepted("i1")) == (None, (), 0)


def test_an_opening_gives_the_request_its_identifier_and_is_the_owners():
    opening = Scene().owned[0]
    named = Act(**{name: getattr(opening, name) for name in Act.__dataclass_fields__} | {"id": "another"})
    assert request_of([Applied(named, 1, BEGIN)]).refused[0].code == "not-open-yet"
    of_another = Act(**{name: getattr(opening, name) for name in Act.__dataclass_fields__} | {"origin": "BO"})
    assert request_of([Applied(of_another, 1, BEGIN)]).refused[0].code == "not-the-owner"
    assert Scene().does("AL", "request").refusal() == ("already-open", {})


@pytest.mark.parametrize(
    ("said", "code", "values"),
    [
        ({"lapses_on": "2026-06-08"}, "lapses-too-late", {"day": "2026-06-08", "latest": "2026-06-07", "days": 90}),
        ({"lapses_on": "2026-03-08"}, "day-over", {"field": "lapses_on", "day": "2026-03-08", "today": "2026-03-09"}),
        ({"lapses_on": "2026-02-30"}, "no-such-day", {"field": "lapses_on", "day": "2026-02-30"}),
        ({"needed_by": "2026-02-30"}, "no-such-day", {"field": "needed_by", "day": "2026-02-30"}),
        ({"items": [item(), item()]}, "item-twice", {"item": "i1"}),
        ({"items": [typed("i1", "other", 1, "set")]}, "name-missing", {"item": "i1"}),
        ({"items": [item(unit="box")]}, "pack-size-missing", {"item": "i1", "unit": "box"}),
    ],
)
def test_a_request_that_cannot_be_is_not_opened(said, code, values):
    scene = Scene(**said)
    assert scene.request.status == RequestStatus.UNOPENED
    assert scene.refusal() == (code, values)


def test_a_request_stands_to_the_ninetieth_day_and_no_longer():
    assert Scene(lapses_on="2026-06-07").request.lapses_on.isoformat() == "2026-06-07"
    assert Scene(lapses_on="2026-03-09").request.status == RequestStatus.OPEN


def test_what_is_asked_for_may_change_while_nobody_relies_on_it():
    scene = amended(Scene(), typed("i9", "ventilator", 4, "piece"), title={"ru": "Аппараты"}, needed_by="2026-03-25")
    assert [one.code for one in scene.request.items] == ["ventilator"]
    assert scene.request.asked.title == {"ru": "Аппараты"}
    assert scene.request.asked.needed_by.isoformat() == "2026-03-25"
    assert scene.request.lapses_on.isoformat() == REQUEST["lapses_on"]


def test_a_quantity_is_not_amended_below_what_is_accepted():
    scene = accepted(50)  # boxes of 100
    less = amended(scene, item("i1", quantity=4_999), ITEMS[1])
    assert less.refusal() == ("below-accepted", {"item": "i1", "quantity": 4_999, "accepted": 5_000})
    assert less.request.items[0].quantity == 10_000
    just = amended(scene, item("i1", quantity=5_000), ITEMS[1])
    assert just.refused is None
    assert just.request.coverage("i1") == 1


@pytest.mark.parametrize(
    "items",
    [[ITEMS[1]], [item("i1", unit="pair"), ITEMS[1]], [item("i1", item="gown"), ITEMS[1]],
     [item("i1", unit="box", pack_size=50), ITEMS[1]]],
)  # fmt: skip
def test_an_item_that_is_offered_is_neither_taken_away_nor_made_another(items):
    scene = amended(offered(), *items)
    assert scene.refusal() == ("item-is-offered", {"item": "i1", "states": "BO"})
    after = amended(offered().does("AL", "decline_offer"), *items)
    assert after.refused is None
    assert len(after.request.items) == len(items)


def test_what_is_accepted_of_an_offer_that_has_ended_is_still_relied_on():
    scene = accepted(1).does("BO", "withdraw_offer")
    assert amended(scene, ITEMS[1]).refusal() == ("item-is-offered", {"item": "i1", "states": "BO"})


def test_a_request_is_renewed_for_ninety_days_from_then():
    scene = Scene().does("AL", "renew", lapses_on="2026-06-17", at=10 * DAY)
    assert scene.request.lapses_on.isoformat() == "2026-06-17"
    assert scene.does("AL", "renew", lapses_on="2026-06-18").refusal()[0] == "lapses-too-late"
    values = {"day": "2026-06-17", "before": "2026-06-17"}
    assert scene.does("AL", "renew", lapses_on="2026-06-17").refusal() == ("not-later", values)


def test_a_request_lapses_by_the_time_of_the_order_whether_anybody_says_so_or_not():
    last_day = Scene(lapses_on="2026-03-10").does("BO", "offer", at=41.9)  # 23:54 on the 10th
    assert last_day.refused is None
    after = Scene(lapses_on="2026-03-10").does("BO", "offer", at=42)  # midnight
    assert after.refusal() == ("request-ended", {"status": "lapsed"})
    assert after.request.status == RequestStatus.LAPSED
    assert after.does("AL", "renew", lapses_on="2026-05-01").refusal() == ("request-ended", {"status": "lapsed"})


def test_a_lapse_that_is_said_too_early_has_no_effect():
    scene = Scene(lapses_on="2026-03-10")
    assert scene.does("AL", "lapse").refusal() == ("not-yet-lapsed", {"day": "2026-03-10"})
    assert scene.request.status == RequestStatus.OPEN
    assert scene.does("AL", "lapse", at=2 * DAY).refused is None
    assert scene.request.status == RequestStatus.LAPSED
    assert scene.request.ended.applied.act.kind == "lapse"


def test_the_owners_machine_says_that_a_request_has_lapsed_when_its_day_is_over():
    scene = Scene(lapses_on="2026-03-10")
    assert next_machine_act(scene.request, at=BEGIN + timedelta(hours=41.9)) is None
    assert next_machine_act(scene.request, at=BEGIN + timedelta(hours=42)) == "lapse"
    assert next_machine_act(scene.does("AL", "lapse", at=42).request, at=BEGIN + timedelta(days=9)) is None
    assert next_machine_act(Scene().does("AL", "close").request, at=BEGIN + timedelta(days=90)) is None
    assert next_machine_act(request_of(()), at=BEGIN) is None


@pytest.mark.parametrize(("kind", "status"), [("cancel", "cancelled"), ("close", "closed")])
def test_nothing_is_offered_accepted_or_planned_after_the_end(kind, status):
    ended = ("request-ended", {"status": status})
    for scene, doer, act, said in (
        (Scene(), "BO", "offer", {}),
        (offered(), "AL", "accept", {}),
        (offered(confirmed=False), "BO", "confirm_offer", {}),
        (offered(), "BO", "change_offer", {}),
        (accepted(), "BO", "plan_shipment", {}),
        (Scene(), "AL", "amend_request", {}),
        (Scene(), "AL", "renew", {}),
        (Scene(), "AL", "lapse", {}),
        (Scene(), "AL", "cancel", {}),
        (Scene(), "AL", "close", {}),
    ):
        scene.does("AL", kind)
        assert scene.request.status == status
        assert scene.does(doer, act, **said).refusal() == ended, act
    assert Scene().does("AL", kind).request.ended.reason == ACTS[kind]["reason"]


def test_what_was_accepted_before_a_lapse_is_sent_after_it():
    scene = accepted().does("BO", "plan_shipment", at=60 * DAY)
    assert scene.request.status == RequestStatus.LAPSED
    assert scene.refused is None
    assert scene.does("AL", "accept", lines=amounts(i2=1)).refusal() == ("request-ended", {"status": "lapsed"})


def test_what_is_on_the_road_is_followed_to_its_end_whatever_became_of_the_request():
    scene = planned().does("AL", "close").does("AL", "clear_shipment").does("BO", "dispatch").does("AL", "arrive")
    assert scene.request.on_its_way("i1") == 5_000
    assert scene.does("AL", "after_action").refused is None


def test_status_follows_what_is_covered():
    scene = accepted(50)
    assert scene.request.status == RequestStatus.PARTLY_COVERED
    assert scene.request.coverage("i1") == Fraction(1, 2)
    scene.does(
        "CE", "offer", lines=[ACTS["offer"]["lines"][0] | {"unit": "piece", "pack_size": None, "quantity": 9_000}]
    )
    scene.does("AL", "accept", offer={"origin": "CE", "id": "o1"}, lines=amounts(i1=5_000))
    assert scene.request.coverage("i1") == 1
    assert scene.request.status == RequestStatus.PARTLY_COVERED
    amended(scene, ITEMS[0])
    assert scene.refusal() == ("item-is-offered", {"item": "i2", "states": "BO"})
    scene.does("BO", "change_offer", lines=[ACTS["offer"]["lines"][0]])
    assert amended(scene, ITEMS[0]).request.status == RequestStatus.COVERED


@pytest.mark.parametrize("kind", ["amend_request", "renew", "cancel", "close", "lapse"])
def test_only_the_owner_speaks_for_the_request(kind):
    assert Scene().does("BO", kind).refusal() == ("not-the-owner", {"state": "BO", "owner": "AL"})


def test_an_act_of_a_later_release_is_kept_and_has_no_effect():
    scene = Scene()
    act = scene.say("BO", "insure", {})
    scene.order(includes=[act], at=1)
    assert scene.request.refused[-1].code == "act-unknown"
    assert scene.request.refused[-1].values == {"act": "insure"}


def test_costs_and_reviews_are_those_of_the_parties():
    scene = handed_over().does("AL", "close").does("BO", "cost").does("AL", "cost", offer=None)
    scene.does("BO", "after_action").does("AL", "after_action").does("BO", "after_action", change={"ru": "Ящики."})
    costs, reviews = scene.request.costs, scene.request.reviews
    assert [(one.by, one.offer) for one in costs] == [("BO", O1), ("AL", None)]
    assert costs[0].lines[0]["amount"] == 1_250_000
    assert [(one.by, one.change) for one in reviews] == [("AL", {}), ("BO", {"ru": "Ящики."})]
    assert scene.does("CE", "after_action").refusal() == ("not-a-party", {"state": "CE"})
    assert scene.does("CE", "cost").refusal() == ("not-a-party", {"state": "CE"})
    strange = {"origin": "BO", "id": "o7"}
    assert scene.does("BO", "cost", offer=strange).refusal() == ("no-such-offer", {"origin": "BO", "offer": "o7"})


def test_a_node_can_ask_beforehand_whether_an_act_would_be_refused():
    scene = offered()
    before = scene.applied
    more = Scene().say("AL", "accept", ACTS["accept"] | {"lines": amounts(i1=51)})
    found = try_act(before, more, at=BEGIN + timedelta(hours=3))
    assert (found.code, found.values["offered"]) == ("above-offered", 50)
    assert found.applied.number == before[-1].number + 1
    whole = Scene().say("AL", "accept", ACTS["accept"] | {"lines": amounts(i1=50)})
    assert try_act(before, whole, at=BEGIN) is None
    assert try_act(before, whole, at=BEGIN + timedelta(days=60)).code == "request-ended"
    opening = Act(**{name: getattr(more, name) for name in Act.__dataclass_fields__}
                  | {"kind": "request", "said": REQUEST, "object": ObjectId("AL", more.id)})  # fmt: skip
    assert try_act((), opening, at=BEGIN) is None


def test_an_order_is_tried_at_no_earlier_time_than_the_one_before():
    """A clock that was put back brings no offer back to life."""
    scene = offered(expires_on="2026-03-09").does("AL", "renew", at=2 * DAY)
    accept = Scene().say("AL", "accept", ACTS["accept"])
    assert try_act(scene.applied, accept, at=BEGIN).code == "offer-ended"
    assert arrived().request.refused == ()
