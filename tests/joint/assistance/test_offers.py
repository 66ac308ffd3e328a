"""Offers: pledged, confirmed, accepted in part or whole, and never more than is offered or asked for."""

from fractions import Fraction

import pytest
from tests.exchange.types.assisting import ACTS, item, line
from tests.joint.assistance.scene import DAY, LINES, O1, Scene, accepted, amounts, handed, offered, planned

from tocsin.joint.assistance import OfferStatus, RequestStatus


def status(scene):
    return scene.request.offer(O1).status


def test_an_offer_is_counted_in_the_units_of_what_is_asked_for():
    scene = offered()
    one = scene.request.offer(O1)
    assert [(each.item, each.quantity, each.rate) for each in one.lines] == [("i1", 50, 100), ("i2", 100, 10)]
    assert (scene.request.offered("i1"), scene.request.offered("i2")) == (5_000, 1_000)
    assert scene.request.accepted("i1") == 0
    assert one.from_place.names.zh == "多林"
    assert (one.costs, one.languages, one.team["members"]) == ("donation", ("zh-hans", "ru"), 60)
    assert one.expires_on.isoformat() == "2026-04-01"


def test_a_part_of_a_pack_that_is_asked_for_is_a_fraction():
    scene = Scene(items=[item("i1", unit="box", pack_size=300)]).does("BO", "offer", lines=[LINES[0]])
    assert scene.request.offer(O1).lines[0].rate == Fraction(1, 3)
    scene.does("AL", "accept", lines=amounts(i1=1))
    assert scene.request.coverage("i1") == Fraction(1, 30_000)


def test_a_pledge_is_confirmed_before_it_is_accepted():
    scene = offered(confirmed=False)
    assert status(scene) == OfferStatus.PLEDGED
    assert scene.does("AL", "accept").refusal() == ("offer-not-confirmed", {"offer": "o1"})
    scene.does("BO", "confirm_offer")
    assert status(scene) == OfferStatus.CONFIRMED
    assert scene.does("AL", "accept").refused is None
    assert scene.does("BO", "confirm_offer").refusal() == ("nothing-changes", {"offer": "o1"})


@pytest.mark.parametrize(
    ("said", "code", "values"),
    [
        ({"lines": [line("i9")]}, "no-such-item", {"item": "i9"}),
        ({"lines": [line(), line()]}, "item-twice", {"item": "i1"}),
        ({"lines": [line(pack_size=None)]}, "pack-size-missing", {"item": "i1", "unit": "box"}),
        (
            {"lines": [line("i2", 1, "kg", None)]},
            "unit-not-convertible",
            {"item": "i2", "given": "kg", "wanted": "dose", "missing": "relation"},
        ),
        (
            {"lines": [line("i1", 1, "vial", 10)]},
            "unit-not-convertible",
            {"item": "i1", "given": "vial of 10", "wanted": "piece", "missing": "relation"},
        ),
        ({"available_from": "2026-02-30"}, "no-such-day", {"field": "available_from", "day": "2026-02-30"}),
        ({"expires_on": "2026-02-30"}, "no-such-day", {"field": "expires_on", "day": "2026-02-30"}),
        ({"expires_on": "2026-03-08"}, "day-over", {"field": "expires_on", "day": "2026-03-08", "today": "2026-03-09"}),
    ],
)
def test_an_offer_that_cannot_be_is_refused_and_says_why(said, code, values):
    scene = offered(**said)
    assert scene.refusal() == (code, values)
    assert scene.request.offers == ()


def test_nobody_offers_to_itself_nor_the_same_offer_twice():
    assert Scene().does("AL", "offer").refusal() == ("own-request", {"state": "AL"})
    assert offered().does("BO", "offer").refusal() == ("offer-exists", {"offer": "o1"})
    assert offered().does("CE", "offer").refused is None  # its own o1


@pytest.mark.parametrize("kind", ["confirm_offer", "change_offer", "withdraw_offer", "plan_shipment"])
def test_only_its_own_state_speaks_for_an_offer(kind):
    for other in ("CE", "AL"):
        assert accepted().does(other, kind).refusal() == ("not-yours", {"state": other, "origin": "BO"})


@pytest.mark.parametrize("kind", ["accept", "release", "decline_offer"])
def test_only_the_owner_answers_an_offer(kind):
    assert offered().does("BO", kind).refusal() == ("not-the-owner", {"state": "BO", "owner": "AL"})


@pytest.mark.parametrize(
    "kind", ["confirm_offer", "change_offer", "withdraw_offer", "accept", "release", "decline_offer", "plan_shipment"]
)
def test_an_offer_that_is_not_there_is_named_in_the_refusal(kind):
    doer = "AL" if kind in ("accept", "release", "decline_offer") else "BO"
    strange = {"origin": "BO", "id": "o2"}
    assert offered().does(doer, kind, offer=strange).refusal() == ("no-such-offer", {"origin": "BO", "offer": "o2"})


def test_an_offer_is_accepted_in_parts_up_to_the_whole():
    scene = accepted(20)
    assert status(scene) == OfferStatus.PARTLY_ACCEPTED
    assert scene.request.accepted("i1") == 2_000
    values = {"item": "i1", "quantity": 51, "offered": 50}
    assert scene.does("AL", "accept", lines=amounts(i1=31)).refusal() == ("above-offered", values)
    scene.does("AL", "accept", lines=amounts(i1=30, i2=100))
    assert status(scene) == OfferStatus.ACCEPTED
    assert (scene.request.accepted("i1"), scene.request.accepted("i2")) == (5_000, 1_000)


def test_no_more_is_accepted_than_is_asked_for_whoever_offers_it():
    scene = Scene(items=[item("i1", quantity=5_050)])
    for state in ("BO", "CE"):
        scene.does(state, "offer", lines=[LINES[0]])
    scene.does("AL", "accept", lines=amounts(i1=50))
    of_ce = {"origin": "CE", "id": "o1"}
    values = {"item": "i1", "quantity": 5_100, "requested": 5_050}
    assert scene.does("AL", "accept", offer=of_ce, lines=amounts(i1=1)).refusal() == ("above-requested", values)
    scene.does("AL", "amend_request", items=[item("i1", quantity=5_100)])
    assert scene.does("AL", "accept", offer=of_ce, lines=amounts(i1=1)).request.status == RequestStatus.COVERED


def test_an_acceptance_is_taken_whole_or_not_at_all():
    scene = offered().does("AL", "accept", lines=amounts(i1=1, i2=101))
    assert scene.refusal() == ("above-offered", {"item": "i2", "quantity": 101, "offered": 100})
    assert scene.request.accepted("i1") == 0
    assert scene.does("AL", "accept", lines=amounts(i9=1)).refusal() == ("no-such-line", {"item": "i9"})
    assert scene.does("AL", "accept", lines=amounts(i1=1) * 2).refusal() == ("item-twice", {"item": "i1"})


def test_an_offer_changes_but_not_below_what_was_accepted():
    scene = accepted(20).does("BO", "change_offer", lines=[line("i1", 19)])
    assert scene.refusal() == ("below-accepted", {"item": "i1", "quantity": 19, "accepted": 20})
    scene.does("BO", "change_offer", lines=[LINES[1]])
    assert scene.refusal() == ("below-accepted", {"item": "i1", "quantity": 0, "accepted": 20})
    scene.does("BO", "change_offer", lines=[line("i1", 2_000, "piece", None)])
    assert scene.refusal() == ("below-accepted", {"item": "i1", "quantity": 2_000, "accepted": 20})
    scene.does("BO", "change_offer", lines=[line("i1", 20)], costs="lent", confirmed=False)
    one = scene.request.offer(O1)
    assert (one.status, one.costs, one.confirmed) == (OfferStatus.ACCEPTED, "lent", True)
    assert one.line("i2") is None


def test_a_change_may_be_the_confirmation():
    scene = offered(confirmed=False).does("BO", "change_offer", lines=[line("i1", 7)])
    assert (status(scene), scene.request.offered("i1")) == (OfferStatus.CONFIRMED, 700)


def test_an_offer_is_withdrawn_but_not_what_was_accepted_of_it():
    scene = offered().does("BO", "withdraw_offer")
    assert status(scene) == OfferStatus.WITHDRAWN
    assert scene.request.offer(O1).reason == ACTS["withdraw_offer"]["reason"]
    assert scene.request.offered("i1") == 0
    ended = ("offer-ended", {"offer": "o1", "status": "withdrawn"})
    assert scene.does("AL", "accept").refusal() == ended
    assert scene.does("BO", "change_offer").refusal() == ended
    half = accepted(20).does("BO", "withdraw_offer")
    assert (status(half), half.request.accepted("i1")) == (OfferStatus.PARTLY_ACCEPTED, 2_000)
    assert half.request.offered("i1") == 2_000
    assert half.does("AL", "accept", lines=amounts(i1=1)).refusal() == ended
    assert half.does("BO", "plan_shipment", lines=amounts(i1=20)).refused is None


def test_an_offer_is_declined_while_nothing_of_it_was_accepted():
    scene = offered().does("AL", "decline_offer", reason="Покрыто.")
    assert (status(scene), scene.request.offer(O1).reason) == (OfferStatus.DECLINED, "Покрыто.")
    assert scene.does("AL", "accept").refusal() == ("offer-ended", {"offer": "o1", "status": "declined"})
    ended = ("offer-ended", {"offer": "o1", "status": "declined"})
    assert scene.does("AL", "decline_offer", reason="Нет.").refusal() == ended
    assert scene.request.offer(O1).reason == "Покрыто."
    assert accepted(1).does("AL", "decline_offer").refusal() == ("offer-accepted", {"offer": "o1"})


def test_an_offer_expires_by_the_time_of_the_order():
    on_the_day = offered(expires_on="2026-03-10").does("AL", "accept", at=41.9)
    assert on_the_day.refused is None
    after = offered(expires_on="2026-03-10").does("AL", "accept", at=42)
    assert after.refusal() == ("offer-ended", {"offer": "o1", "status": "expired"})
    assert status(after) == OfferStatus.EXPIRED
    half = accepted(20, expires_on="2026-03-10").does("BO", "plan_shipment", lines=amounts(i1=20), at=3 * DAY)
    assert half.refused is None
    assert status(half) == OfferStatus.PARTLY_ACCEPTED
    assert status(offered(expires_on=None).does("AL", "renew", at=50 * DAY)) == OfferStatus.CONFIRMED


def test_what_was_accepted_and_never_sent_may_be_given_up_for_others():
    scene = planned(30).does("AL", "release", lines=amounts(i1=21))
    assert scene.refusal() == ("below-shipped", {"item": "i1", "quantity": 29, "shipped": 30})
    scene.does("AL", "release", lines=amounts(i1=20))
    assert scene.request.accepted("i1") == 3_000
    assert status(scene) == OfferStatus.PARTLY_ACCEPTED
    scene.does("BO", "call_off_shipment").does("AL", "release", lines=amounts(i1=30))
    assert (scene.request.accepted("i1"), status(scene)) == (0, OfferStatus.CONFIRMED)
    assert scene.does("AL", "release", lines=amounts(i1=1)).refusal()[0] == "below-shipped"


def test_what_was_handed_over_is_not_given_up():
    scene = planned(30)
    scene.does("AL", "clear_shipment").does("BO", "dispatch").does("AL", "arrive")
    handed(handed(scene, by="AL", i1=28), by="BO", i1=28)
    assert scene.does("AL", "release", lines=amounts(i1=23)).refusal()[1] == {
        "item": "i1",
        "quantity": 27,
        "shipped": 28,
    }
    assert scene.does("AL", "release", lines=amounts(i1=22)).refused is None
