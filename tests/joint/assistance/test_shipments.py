"""Shipments: each step by the side that takes it, and a hand-over that both have signed."""

import pytest
from tests.exchange.types.assisting import ALTAGRAD
from tests.joint.assistance.scene import (
    O1,
    S1,
    Scene,
    accepted,
    amounts,
    arrived,
    handed,
    handed_over,
    offered,
    planned,
)

from tocsin.joint.assistance import ShipmentStatus
from tocsin.joint.assistance.shipping import PLANNED

STEPS = ("clear_shipment", "dispatch", "in_transit", "arrive")


def status(scene):
    return scene.request.shipment(S1).status


def taken(steps: int) -> Scene:
    """A shipment after so many of the steps."""
    scene = planned()
    for kind in STEPS[:steps]:
        scene.does("BO" if kind in ("dispatch", "in_transit") else "AL", kind)
    return scene


def test_a_shipment_goes_its_way_step_by_step():
    scene = planned()
    seen = [status(scene)]
    for doer, kind in (("AL", "clear_shipment"), ("BO", "dispatch"), ("BO", "in_transit"), ("AL", "arrive")):
        seen.append(status(scene.does(doer, kind)))
        assert scene.refused is None
    handed(scene, by="BO", i1=50)
    assert status(scene) == ShipmentStatus.ARRIVED  # one side alone
    handed(scene, by="AL", i1=50)
    assert [*seen, status(scene)] == ["planned", "cleared", "dispatched", "in_transit", "arrived", "handed_over"]
    one = scene.request.shipment(S1)
    assert [step.act.kind for step in one.steps] == ["plan_shipment", *STEPS, "hand_over", "hand_over"]
    assert {signed.by: signed.signed[0]["name"] for signed in one.signed} == {"BO": "Пётр Ли", "AL": "Пётр Ли"}
    assert len(one.documents) == 2  # the sender's, and those of customs


def test_what_is_on_its_way_and_delivered_is_counted_as_it_was_asked_for():
    scene = planned(30)
    request = scene.request
    assert (request.shipped("i1"), request.on_its_way("i1"), request.delivered("i1")) == (3_000, 0, 0)
    scene.does("AL", "clear_shipment").does("BO", "dispatch")
    assert scene.request.on_its_way("i1") == 3_000
    scene.does("AL", "arrive")
    handed(handed(scene, by="AL", i1=29), by="BO", i1=29)
    request = scene.request
    assert (request.shipped("i1"), request.on_its_way("i1"), request.delivered("i1")) == (2_900, 0, 2_900)
    assert request.accepted("i1") == 5_000


@pytest.mark.parametrize(
    ("kind", "doers"),
    [
        ("clear_shipment", {"AL"}), ("dispatch", {"BO"}), ("in_transit", {"BO"}), ("arrive", {"AL"}),
        ("delay", {"AL", "BO"}), ("damage", {"AL", "BO"}), ("divert", {"AL", "BO"}), ("hand_over", {"AL", "BO"}),
        ("return_shipment", {"AL", "BO"}), ("donate", {"BO"}), ("demobilise", {"AL", "BO"}),
        ("call_off_shipment", {"BO"}),
    ],
)  # fmt: skip
def test_every_step_is_taken_by_the_side_that_is_entitled(kind, doers):
    before = {"clear_shipment": 0, "call_off_shipment": 0, "dispatch": 1, "in_transit": 2, "hand_over": 4}
    for state in ("AL", "BO", "CE"):
        scene = handed_over() if kind in ("donate", "demobilise") else taken(before.get(kind, 3))
        values = {"state": state, "origin": ",".join(sorted(doers))}
        assert scene.does(state, kind).refusal() == (None if state in doers else ("not-yours", values)), state


@pytest.mark.parametrize(
    ("steps", "doer", "kind"),
    [
        (0, "BO", "dispatch"), (0, "AL", "arrive"), (0, "BO", "damage"), (0, "AL", "return_shipment"),
        (1, "BO", "in_transit"), (1, "AL", "clear_shipment"), (1, "AL", "arrive"), (2, "BO", "call_off_shipment"),
        (2, "BO", "dispatch"), (3, "AL", "hand_over"), (3, "BO", "hand_over"), (3, "BO", "donate"),
        (4, "BO", "in_transit"), (4, "BO", "delay"), (4, "BO", "divert"), (4, "AL", "demobilise"),
    ],
)  # fmt: skip
def test_no_step_is_taken_before_its_time_or_twice(steps, doer, kind):
    scene = taken(steps)
    before = status(scene)
    code, values = scene.does(doer, kind).refusal()
    assert (code, values["status"]) == ("shipment-elsewhere", str(before))
    assert str(before) not in values["needs"].split(",")
    assert status(scene) == before


def test_a_shipment_that_is_not_there_is_named_in_the_refusal():
    strange = {"origin": "BO", "id": "s9"}
    refused = taken(1).does("BO", "dispatch", shipment=strange).refusal()
    assert refused == ("no-such-shipment", {"origin": "BO", "shipment": "s9"})


def test_no_more_is_sent_than_was_accepted_in_all_shipments_together():
    scene = planned(30)
    scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=21))
    assert scene.refusal() == ("above-accepted", {"item": "i1", "quantity": 51, "accepted": 50})
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=20)).refused is None
    assert scene.request.shipped("i1") == 5_000
    assert [one.key.id for one in scene.request.of_offer(O1)] == ["s1", "s2"]


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"lines": amounts(i9=1)}, ("no-such-line", {"item": "i9"})),
        ({"lines": amounts(i1=1) * 2}, ("item-twice", {"item": "i1"})),
        ({"lines": amounts(i2=1)}, ("above-accepted", {"item": "i2", "quantity": 1, "accepted": 0})),
        ({"expected_on": "2026-02-30"}, ("no-such-day", {"field": "expected_on", "day": "2026-02-30"})),
    ],
)
def test_a_plan_that_cannot_be_is_refused(said, refusal):
    assert accepted().does("BO", "plan_shipment", **said).refusal() == refusal


def test_a_shipment_is_planned_once_and_for_what_was_accepted():
    assert planned(1).does("BO", "plan_shipment", lines=amounts(i1=1)).refusal() == (
        "shipment-exists", {"shipment": "s1"},
    )  # fmt: skip
    assert offered().does("BO", "plan_shipment").refusal()[0] == "above-accepted"


def test_what_was_called_off_may_be_planned_anew():
    scene = planned().does("BO", "call_off_shipment")
    assert status(scene) == ShipmentStatus.CALLED_OFF
    assert scene.request.shipped("i1") == 0
    assert scene.does("BO", "plan_shipment", id="s2").refused is None


def test_a_delay_a_diversion_and_where_it_is_are_told():
    scene = taken(2).does("BO", "in_transit", where="Карса").does("AL", "delay", expected_on=None, reason="Граница.")
    scene.does("BO", "divert", place=ALTAGRAD | {"code": "AL-02"})
    one = scene.request.shipment(S1)
    assert one.met("in_transit")[-1].act.said["where"] == "Карса"
    assert (one.expected_on, one.met("delay")[0].act.said["reason"]) == (None, "Граница.")
    assert one.place.code == "AL-02"
    assert one.status == ShipmentStatus.IN_TRANSIT
    assert scene.does("BO", "delay", expected_on="2026-03-31").request.shipment(S1).expected_on.day == 31
    assert scene.does("BO", "delay", expected_on="2026-04-31").refusal()[0] == "no-such-day"


def test_what_was_damaged_is_not_handed_over_and_may_be_sent_anew():
    scene = arrived().does("BO", "damage", lines=amounts(i1=8)).does("AL", "damage", lines=amounts(i1=2))
    assert (scene.request.shipped("i1"), scene.request.on_its_way("i1")) == (4_000, 4_000)
    assert scene.does("AL", "damage", lines=amounts(i1=41)).refusal() == (
        "above-shipped", {"item": "i1", "quantity": 41, "shipped": 40},
    )  # fmt: skip
    assert scene.does("AL", "damage", lines=amounts(i2=1)).refusal() == ("no-such-line", {"item": "i2"})
    assert scene.does("AL", "damage", lines=amounts(i1=1) * 2).refusal() == ("item-twice", {"item": "i1"})
    assert handed(scene, by="AL", i1=41).refusal()[0] == "above-shipped"
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=11)).refusal()[0] == "above-accepted"
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=10)).refused is None


def test_a_shipment_may_be_lost_whole():
    scene = arrived().does("BO", "damage", lines=amounts(i1=50))
    assert scene.refused is None
    assert (scene.request.shipped("i1"), scene.request.on_its_way("i1")) == (0, 0)
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=50)).refused is None


def test_sides_that_have_signed_for_different_quantities_are_in_dispute_until_they_agree():
    scene = handed(handed(arrived(), by="BO", i1=50), by="AL", i1=48)
    assert status(scene) == ShipmentStatus.DISPUTED
    assert {one.by: dict(one.quantities) for one in scene.request.shipment(S1).signed} == {
        "BO": {"i1": 50}, "AL": {"i1": 48},
    }  # fmt: skip
    assert (scene.request.delivered("i1"), scene.request.on_its_way("i1")) == (0, 5_000)
    handed(scene, by="BO", i1=49)
    assert status(scene) == ShipmentStatus.DISPUTED
    handed(scene, by="BO", i1=48)
    assert status(scene) == ShipmentStatus.HANDED_OVER
    assert scene.request.delivered("i1") == 4_800
    assert handed(scene, by="AL", i1=50).refusal()[0] == "shipment-elsewhere"


def test_one_side_cannot_sign_for_both():
    scene = handed(handed(arrived(), by="AL", i1=50), by="AL", i1=50)
    assert status(scene) == ShipmentStatus.ARRIVED
    assert len(scene.request.shipment(S1).signed) == 1


def test_what_a_side_does_not_name_was_not_handed_over():
    scene = accepted(50, 100).does("BO", "plan_shipment", lines=amounts(i1=50, i2=100))
    scene.does("AL", "clear_shipment").does("BO", "dispatch").does("AL", "arrive")
    handed(handed(scene, by="AL", i1=50), by="BO", i1=50, i2=0)
    assert status(scene) == ShipmentStatus.HANDED_OVER
    assert (scene.request.delivered("i1"), scene.request.delivered("i2")) == (5_000, 0)
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i2=100)).refused is None
    assert handed(arrived(), by="AL", i9=1).refusal() == ("no-such-line", {"item": "i9"})
    twice = [one | {"condition": "good"} for one in amounts(i1=1) * 2]
    assert arrived().does("AL", "hand_over", lines=twice).refusal() == ("item-twice", {"item": "i1"})


@pytest.mark.parametrize(
    ("kind", "end"), [("return_shipment", "returned"), ("donate", "donated"), ("demobilise", "demobilised")]
)
def test_what_was_handed_over_stays_delivered_whatever_becomes_of_it(kind, end):
    scene = handed_over().does("BO", kind)
    assert status(scene) == end
    assert scene.request.delivered("i1") == 5_000
    assert scene.does("BO", "plan_shipment", id="s2", lines=amounts(i1=1)).refusal()[0] == "above-accepted"
    assert scene.does("BO", kind).refusal()[0] == "shipment-elsewhere"


def test_what_goes_back_from_the_border_was_never_delivered():
    scene = taken(3).does("AL", "return_shipment")
    assert (scene.request.delivered("i1"), scene.request.shipped("i1")) == (0, 0)
    assert scene.does("BO", "plan_shipment", id="s2").refused is None
    assert scene.request.shipment(S1).status != PLANNED
