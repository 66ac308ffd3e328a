"""A request of a partner: what we offer waits for its order, what it accepts we send, and both sign."""

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.assistance.scenes import TheirRequest, day, item, line, offer_to, offered, place, seen, whose

from tocsin.joint.assistance import Key
from tocsin.node.assistance.actions.answering import accept
from tocsin.node.assistance.actions.drafting import make_offer_draft, submit
from tocsin.node.assistance.actions.handing_over import (
    Cost,
    Handed,
    Signature,
    donate,
    hand_over,
    return_shipment,
    review,
    state_costs,
)
from tocsin.node.assistance.actions.offering import confirm_offer, withdraw_offer
from tocsin.node.assistance.actions.releasing import release_offer
from tocsin.node.assistance.actions.shipping import damage, delay, dispatch, divert, plan_shipment, tell_where
from tocsin.node.assistance.models import Offer, Request, RequestItem, Shipment
from tocsin.node.assistance.reading import request_here
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.joint.models import JointAct
from tocsin.node.joint.refusals import NotAllowed, Waiting

pytestmark = pytest.mark.django_db
OURS = Key("AL", "o1")
SHIPMENT = Key("AL", "s1")


@pytest.fixture
def their(joined, partner):
    return TheirRequest(partner, joined)


def accepted(their, lin, dara, quantity: int = 6):
    """An offer of ours that BO has accepted."""
    row = offer_to(their.of, lin, dara, line("i1", 6))
    their.includes(row)
    their.order("accept", {"offer": whose(OURS), "lines": [{"item": "i1", "quantity": quantity}], "note": ""})
    return their.of


def sent(their, lin, dara):
    """A shipment of it that has arrived at BO."""
    of = accepted(their, lin, dara)
    row = plan_shipment(of, offer="o1", quantities={"i1": 6}, carrier="Air", **seen(of), by=lin)
    their.includes(row)
    their.order("clear_shipment", {"shipment": whose(SHIPMENT), "documents": [], "note": ""})
    row = dispatch(of, SHIPMENT, **seen(of), by=lin)
    their.includes(row)
    return of


def test_an_offer_of_ours_counts_once_their_order_has_it(their, lin, dara):
    row = offer_to(their.of, lin, dara, line("i1", 6))
    of = their.of
    assert (row.said["id"], of.proposals) == ("o1", 1)
    assert not Offer.objects.exists()
    assert Request.objects.get().we_offered is True, "what was sent is not asked of people again"
    their.includes(row)
    offer = Offer.objects.get()
    assert (offer.origin, offer.is_ours, offer.status) == ("AL", True, "confirmed")


def test_what_they_accept_we_send_and_both_sign_for(their, lin, dara):
    of = accepted(their, lin, dara)
    assert Request.objects.get().needs == ["ship"]
    row = plan_shipment(of, offer="o1", quantities={"i1": 6}, **seen(of), by=lin)
    assert Request.objects.get().needs == [], "what we have said already is not asked for again"
    their.includes(row)
    their.order("clear_shipment", {"shipment": whose(SHIPMENT), "documents": [], "note": ""})
    assert Request.objects.get().needs == ["dispatch"]
    their.includes(dispatch(of, SHIPMENT, **seen(of), by=lin))
    their.includes(tell_where(of, SHIPMENT, where="Lake pass", **seen(of), by=lin))
    their.order("arrive", {"shipment": whose(SHIPMENT), "note": ""})
    assert Request.objects.get().needs == ["sign"]
    signature = {"name": "A. Karim", "title": ""}
    handed = {"item": "i1", "quantity": 5, "condition": "incomplete"}
    said = {"shipment": whose(SHIPMENT), "lines": [handed], "signed": [signature], "note": ""}
    their.order("hand_over", said)
    mine = hand_over(of, SHIPMENT, lines=[Handed("i1", 6)], signed=[Signature("Lin")], **seen(of), by=lin)
    their.includes(mine)
    assert (Shipment.objects.get().status, RequestItem.objects.get(item="i1").delivered) == ("disputed", 0)
    assert Request.objects.get().needs == ["sign"]
    mine = hand_over(of, SHIPMENT, lines=[Handed("i1", 5, "incomplete")], signed=[Signature("Lin")], **seen(of), by=lin)
    their.includes(mine)
    assert (Shipment.objects.get().status, RequestItem.objects.get(item="i1").delivered) == ("handed_over", 5)
    their.includes(donate(of, SHIPMENT, **seen(of), by=dara))
    assert Shipment.objects.get().status == "donated"
    assert request_here(of).refused == ()


def test_we_do_not_send_more_than_was_accepted(their, lin, dara):
    of = accepted(their, lin, dara, quantity=4)
    with pytest.raises(NotAllowed, match="“ventilator”: 4 was accepted") as refusal:
        plan_shipment(of, offer="o1", quantities={"i1": 5}, **seen(of), by=lin)
    assert refusal.value.code == "above-accepted"


def test_what_is_withdrawn_is_what_was_not_accepted(their, lin, dara):
    of = accepted(their, lin, dara, quantity=4)
    their.includes(withdraw_offer(of, "o1", reason="Needed at home", **seen(of), by=dara))
    assert Offer.objects.get().status == "partly_accepted"
    assert Offer.objects.get().takes_more is False
    plan_shipment(of, offer="o1", quantities={"i1": 4}, **seen(of), by=lin)


def test_a_pledge_of_ours_waits_for_us_to_confirm_it(their, lin, dara):
    row = offer_to(their.of, lin, dara, line("i1", 6), confirmed=False)
    their.includes(row)
    assert Request.objects.get().needs == ["confirm_offer"]
    of = their.of
    their.includes(confirm_offer(of, "o1", **seen(of), by=dara))
    assert (Request.objects.get().needs, Offer.objects.get().status) == ([], "confirmed")


def test_an_offer_is_changed_by_two_people_and_not_below_what_was_accepted(their, lin, dara):
    of = accepted(their, lin, dara, quantity=4)
    draft = make_offer_draft(of, offer="o1", said={"lines": [line("i1", 3)]}, by=lin)
    with pytest.raises(NotAllowed, match="4 was accepted already"):
        release_offer(submit(draft, version=1, by=lin), version=1, by=dara)
    draft = make_offer_draft(of, offer="o1", said={"lines": [line("i1", 9)]}, by=lin)
    assert draft.said["from_place"]["names"]["en"] == "Borvik", "what it said before is there"
    row = release_offer(submit(draft, version=1, by=lin), version=1, by=dara)
    their.includes(row)
    assert Offer.objects.get().lines[0]["quantity"] == 9


def test_an_offer_after_the_request_was_cancelled_is_refused_before_it_is_sent(their, lin, dara):
    draft = submit(make_offer_draft(their.of, said=offered(line("i1", 6)), by=lin), version=1, by=lin)
    their.order("cancel", {"reason": "Over"})
    with pytest.raises(InvalidInput, match="The request has ended"):
        release_offer(draft, version=1, by=dara)
    assert not JointAct.objects.filter(kind="offer").exists()


def test_units_that_cannot_be_converted_are_named_with_what_is_missing(their, lin, dara):
    draft = make_offer_draft(their.of, said=offered(line("i1", 6, "kg"), line("i2", 4, "kit")), by=lin)
    with pytest.raises(InvalidInput) as refusal:
        submit(draft, version=1, by=lin)
    found = {problem.field: problem.message for problem in refusal.value.problems}
    assert found["lines.0.unit"] == (
        "“ventilator” is asked for in pieces; it cannot be given in kilograms: they measure different things."
    )
    assert found["lines.1.pack_size"] == "“PCR kit, by agent” is counted in kits. Say how many are in one."


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"lines": []}, "lines", "at least one thing"),
        ({"lines": [line("i1", 0)]}, "lines.0.quantity", "the quantity is 0"),
        ({"lines": [line("i9", 1)]}, "lines.0.item", "no line “i9”"),
        ({"lines": [line("i1", 1), line("i1", 2)]}, "lines.1.item", "twice"),
        ({"available_from": day(-1)}, "available_from", "is over"),
        ({"expires_on": day(-1)}, "expires_on", "is over"),
        ({"expires_on": "2026-02-30"}, "expires_on", "no day of the calendar"),
        ({"from_place": place("")}, "from_place.names", "Name the place"),
        ({"from_place": {**place(), "longitude": None}}, "from_place.longitude", "both latitude and longitude"),
    ],
)
def test_bad_offers_are_refused_by_line_value_and_rule(their, lin, change, field, why):
    draft = make_offer_draft(their.of, said=offered(**change), by=lin)
    with pytest.raises(InvalidInput) as refusal:
        submit(draft, version=1, by=lin)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert why in refusal.value.problems[0].message


def test_what_only_they_may_say_is_refused(their, lin, dara):
    of = accepted(their, lin, dara)
    with pytest.raises(ActRefused, match="Only Borenia, which asks"):
        accept(of, OURS, quantities={"i1": 1}, **seen(of), by=dara)


def test_logistics_does_not_give_away_what_is_the_states(their, lin, dara):
    of = sent(their, lin, dara)
    with pytest.raises(PermissionDenied):
        donate(of, SHIPMENT, **seen(of), by=lin)


def test_what_happens_on_the_way_is_said_as_often_as_anybody_knows(their, lin, dara):
    of = sent(their, lin, dara)
    from datetime import date

    later = date.fromisoformat(day(9))
    rows = [
        delay(of, SHIPMENT, expected_on=later, reason="Snow", **seen(of), by=lin),
        damage(of, SHIPMENT, quantities={"i1": 1}, reason="Fell", **seen(of), by=lin),
        divert(of, SHIPMENT, place=place("Border post"), reason="Road closed", **seen(of), by=lin),
    ]
    their.includes(*rows)
    row = Shipment.objects.get()
    assert (row.is_late, row.expected_on, row.lines[0]["damaged"], row.to_names["en"]) == (
        True,
        later,
        1,
        "Border post",
    )
    their.includes(return_shipment(of, SHIPMENT, **seen(of), by=lin))
    assert Shipment.objects.get().status == "returned"
    assert RequestItem.objects.get(item="i1").moving == 0


def test_costs_and_lessons_stand_beside_what_was_done(their, lin, dara):
    of = accepted(their, lin, dara)
    row = state_costs(of, costs=[Cost("Flight", 1_250_000, "USD", "AL")], offer=OURS, **seen(of), by=lin)
    lessons = review(of, well={"en": "Quick"}, badly={}, change={"en": " "}, **seen(of), by=lin)
    their.includes(row, lessons)
    request = request_here(of)
    assert request.costs[0].lines[0]["amount"] == 1_250_000
    assert (request.reviews[0].well, request.reviews[0].change) == ({"en": "Quick"}, {})


def test_costs_below_zero_and_nothing_learnt_are_refused(their, lin, dara):
    of = accepted(their, lin, dara)
    with pytest.raises(InvalidInput, match="an amount from 0 on"):
        state_costs(of, costs=[Cost("Flight", -1, "USD", "AL")], **seen(of), by=lin)
    with pytest.raises(InvalidInput, match="at least one thing"):
        review(of, well={"en": ""}, badly={}, change={}, **seen(of), by=lin)


def test_nobody_signs_for_less_than_nothing_or_without_a_name(their, lin, dara):
    of = sent(their, lin, dara)
    with pytest.raises(InvalidInput) as refusal:
        hand_over(of, SHIPMENT, lines=[Handed("i1", -1, "perfect")], signed=[Signature("Lin")], **seen(of), by=lin)
    assert [problem.field for problem in refusal.value.problems] == ["lines.i1", "lines.i1.condition"]
    with pytest.raises(InvalidInput, match="who signed"):
        hand_over(of, SHIPMENT, lines=[Handed("i1", 6)], signed=[Signature(" ")], **seen(of), by=lin)
    with pytest.raises(InvalidInput, match="at least one line"):
        hand_over(of, SHIPMENT, lines=[], signed=[Signature("Lin")], **seen(of), by=lin)


def test_where_part_of_their_order_is_missing_nobody_acts_on_a_guess(their, lin, dara):
    missing = {"origin": "CE", "id": their.documents[0].id, "digest": "d" * 43, "epoch": 1, "number": 7,
               "act": "offer"}  # fmt: skip
    their.order(includes=[missing])
    with pytest.raises(Waiting, match="Cetara"):
        offer_to(their.of, lin, dara, line("i1", 6))


def test_two_offers_of_ours_have_names_of_their_own(their, lin, dara):
    first, second = (offer_to(their.of, lin, dara, line("i1", quantity)) for quantity in (1, 2))
    their.includes(first, second)
    assert sorted(Offer.objects.values_list("offer", flat=True)) == ["o1", "o2"]
    assert item()["id"] == "i1"
