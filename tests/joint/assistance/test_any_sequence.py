"""Whatever anybody says in whatever order: nothing is raised, no invariant breaks, and every node comes to the same."""

from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.types.assisting import ACTS, act, item, line, typed
from tests.exchange.types.bodies import found
from tests.joint.assistance.scene import Scene, amounts

from tocsin.joint.assistance import Request, RequestStatus, advanced, asking, offering, request_of
from tocsin.joint.assistance.folding import ACTS as STEPS
from tocsin.joint.ordering import arranged

STATES = ("AL", "BO", "CE")
DAYS = ("2026-02-30", "2026-03-08", "2026-03-10", "2026-05-30", "2026-06-20")
names = st.sampled_from(["i1", "i2", "i3"])
owners = st.sampled_from(STATES)
offers = st.builds(dict, origin=st.sampled_from(["BO", "CE"]), id=st.sampled_from(["o1", "o2"]))
shipments = st.builds(dict, origin=st.sampled_from(["BO", "CE"]), id=st.sampled_from(["s1", "s2"]))
quantities = st.integers(1, 60)
lines = st.lists(
    st.builds(lambda name, quantity: amounts(**{name: quantity})[0], names, quantities), min_size=1, max_size=2
)
offered = st.lists(
    st.builds(line, names, quantities, st.sampled_from(["box", "piece", "dose", "vial"]), st.sampled_from([None, 10])),
    min_size=1, max_size=2,
)  # fmt: skip
asked = st.lists(
    st.one_of(
        st.builds(lambda id, quantity: item(id, quantity=quantity), names, st.integers(1, 3_000)),
        st.builds(lambda id, quantity: typed(id, "vaccine-plague", quantity, "dose"), names, quantities),
        st.builds(lambda id: typed(id, "other", 3, "box", pack_size=7), names),
    ),
    min_size=1, max_size=3,
)  # fmt: skip
days = st.sampled_from(DAYS)


@st.composite
def said(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """What an act of this kind may say: it follows the schema, and is often nonsense."""
    given = deepcopy(ACTS[kind])
    for name, values in (("offer", offers), ("shipment", shipments), ("lapses_on", days), ("expires_on", days)):
        if name in given:
            given[name] = draw(values)
    if "items" in given:
        given["items"] = draw(asked)
    if "lines" in given and kind != "cost":
        given["lines"] = draw(offered if kind in ("offer", "change_offer") else lines)
    if kind == "hand_over":
        given["lines"] = [one | {"condition": "good"} for one in given["lines"]]
    if kind in ("offer", "plan_shipment"):
        given["id"] = draw(st.sampled_from(["o1", "o2"] if kind == "offer" else ["s1", "s2"]))
    return given


@st.composite
def acts(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], float]:
    kind = draw(st.sampled_from(sorted(STEPS)))
    return draw(owners), kind, draw(said(kind)), draw(st.sampled_from([0, 0, 0, 1, 5, 24, 600]))


Said = tuple[str, str, dict[str, Any], float]  # who, what kind of act, its words, hours after the last


@st.composite
def stories(draw: st.DrawFn) -> Scene:
    """A request that two states answer step by step, with steps left out, repeated, and anything else in between."""
    scene = Scene(
        items=[item("i1", quantity=3_000), typed("i2", "vaccine-plague", 200, "dose")], lapses_on="2026-05-30"
    )
    ways = [list(draw(way(origin))) for origin in draw(st.sampled_from([["BO"], ["BO", "CE"]]))]
    told: list[Said] = []
    while any(ways):
        told += [one.pop(0) for one in ways if one and draw(st.integers(0, 9)) < 9]
    for at, one in draw(st.lists(st.tuples(st.integers(0, len(told)), acts()), max_size=8)):
        told.insert(at, one)
    for at in draw(st.lists(st.integers(0, max(len(told) - 1, 0)), max_size=3)):
        told[at : at + 1] = draw(st.sampled_from([[], told[at : at + 1] * 2]))
    for origin, kind, words, hours in told:
        scene.does(origin, kind, at=scene.at + hours, **words)
    return scene


@st.composite
def way(draw: st.DrawFn, origin: str) -> list[Said]:
    """What usually follows an offer."""
    offer, shipment = {"origin": origin, "id": "o1"}, {"origin": origin, "id": "s1"}
    boxes, damaged, theirs, ours = (draw(st.integers(1, 20)) for _ in range(4))
    both = [{origin: theirs, "AL": theirs}, {origin: theirs, "AL": ours}][draw(st.integers(0, 1))]
    ends = draw(st.sampled_from(["return_shipment", "donate", "demobilise", "after_action", "cost"]))
    end = {"shipment": shipment} if "shipment" in ACTS[ends] else {}
    return [
        (origin, "offer", {"lines": [line("i1", 20), line("i2", 10, "vial", 10)], "expires_on": None}, 0),
        ("AL", "accept", {"offer": offer, "lines": amounts(i1=boxes, i2=draw(st.integers(1, 12)))}, 0),
        (origin, "plan_shipment", {"offer": offer, "id": "s1", "lines": amounts(i1=draw(st.integers(1, boxes)))}, 1),
        ("AL", "clear_shipment", {"shipment": shipment}, 1),
        (origin, "dispatch", {"shipment": shipment}, 1),
        (origin, "damage", {"shipment": shipment, "lines": amounts(i1=damaged)}, 0),
        ("AL", "arrive", {"shipment": shipment}, 24),
        *((state, "hand_over", {"shipment": shipment, "lines": signed(count)}, 0) for state, count in both.items()),
        ("AL", "release", {"offer": offer, "lines": amounts(i1=draw(st.integers(1, boxes)))}, 0),
        (origin, ends, end, 0),
    ]


def signed(quantity: int) -> list[dict[str, Any]]:
    return [one | {"condition": "good"} for one in amounts(i1=quantity)]


def check(request: Request) -> None:
    """What holds of every request at any time."""
    for offer in request.offers:
        for one in offer.lines:
            assert 0 <= one.accepted <= one.quantity
            shipped = request.shipped_of(offer.key, one.item)
            assert 0 <= shipped <= one.accepted
    for wanted in request.items:
        accepted, shipped = request.accepted(wanted.id), request.shipped(wanted.id)
        delivered, on_its_way = request.delivered(wanted.id), request.on_its_way(wanted.id)
        assert delivered + on_its_way <= shipped <= accepted <= wanted.quantity
        assert accepted <= request.offered(wanted.id)
        assert request.coverage(wanted.id) == Fraction(accepted, wanted.quantity)
    check_books(request)
    for shipment in request.shipments:
        assert request.offer(shipment.offer) is not None
        for one in shipment.lines:
            assert 0 <= one.damaged <= one.quantity
            assert shipment.handed is None or shipment.handed.get(one.item, 0) <= one.quantity


def check_books(request: Request) -> None:
    """What the books add up as acts come is what all offers and shipments come to."""
    every = [(offer, line) for offer in request.offers for line in offer.lines]
    for name in ("i1", "i2", "i3"):
        assert request.accepted(name) == sum(one.accepted * one.rate for _, one in every if one.item == name)
        binding = [offer.key for offer, one in every if one.item == name and offer.binds]
        assert sorted(offer.key for offer in request.offers.binding(name)) == sorted(binding)
    for offer, one in every:
        carried = [shipment for shipment in request.shipments if shipment.offer == offer.key]
        assert request.shipped_of(offer.key, one.item) == sum(shipment.counted(one.item) for shipment in carried)
        assert request.of_offer(offer.key) == tuple(carried)
    for state in STATES:
        own = [offer for offer in request.offers if offer.key.origin == state]
        assert request.offers.open_of(state) == sum(offer.takes_more for offer in own)
        assert request.offers.has_of(state) == bool(own)
        assert request.shipments.of_state(state) == sum(one.key.origin == state for one in request.shipments)


@settings(max_examples=300)
@given(stories())
def test_no_sequence_of_acts_breaks_what_holds_of_every_request(scene):
    request = Request()
    for applied in scene.applied:
        before, request = request, advanced(request, applied)
        check(request)
        refused = len(request.refused) - len(before.refused)
        assert (refused, len(request.history) - len(before.history)) in ((1, 0), (0, 1))
        if refused:
            assert held(request) == held(offering.expired(asking.passed(before, applied), applied))
    assert request == scene.request


def held(request: Request) -> Request:
    """All but what was refused and what was said."""
    return replace(request, refused=(), history=())


@given(stories(), st.data())
def test_a_beginning_and_what_follows_make_the_whole(scene, data):
    applied = scene.applied
    cut = data.draw(st.integers(0, len(applied)))
    assert reduce(advanced, applied[cut:], request_of(applied[:cut])) == request_of(applied)


@given(stories(), st.randoms(use_true_random=False))
def test_documents_may_come_in_any_order(scene, random):
    """Every node that has the same documents has the same request."""
    owned, others = list(scene.owned), list(scene.others.items())
    random.shuffle(owned)
    random.shuffle(others)
    assert request_of(arranged(owned, dict(others)).applied) == scene.request


@given(stories(), acts())
def test_nothing_is_accepted_after_the_end(scene, last):
    for kind in ("cancel", "close"):
        ended = request_of(scene.applied)
        scene.does("AL", kind, at=scene.at + 24 * 100)
        origin, act_kind, given_said, hours = last
        after = scene.does(origin, act_kind, at=scene.at + hours, **given_said).request
        assert after.status in (RequestStatus.LAPSED, RequestStatus.CANCELLED, RequestStatus.CLOSED)
        for wanted in ended.items:
            assert after.accepted(wanted.id) <= ended.accepted(wanted.id)


@settings(max_examples=50)
@given(st.data())
@pytest.mark.parametrize("kind", [kind for kind in STEPS if kind not in ("order", "lapse")])
def test_what_these_stories_say_is_what_documents_may_say(kind, data):
    """The fold is tried with acts that pass the schema: what does not never comes so far."""
    given_said = data.draw(said(kind))
    assert "schema" not in found(act(kind, **given_said)).codes
