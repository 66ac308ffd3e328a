"""Acts of mutual assistance and registers: each is taken where it may stand, and what cannot be is found."""

import json
from copy import deepcopy
from typing import Any

import pytest
from tests.exchange.specimens import EARLIER
from tests.exchange.types.assisting import (
    ACTS,
    ALTAGRAD,
    BASIS,
    CAPABILITIES,
    LINES,
    OF_PARTNERS,
    OFFER,
    REQUEST,
    THE_NODE,
    act,
    item,
    line,
    typed,
)
from tests.exchange.types.bodies import found, of_document
from tests.exchange.types.notified import full

from tocsin.exchange.saying import SENTENCES
from tocsin.exchange.types import assistance
from tocsin.exchange.types.registry import TYPES
from tocsin.joint.assistance import folding
from tocsin.joint.assistance.catalogue import OTHER, catalogue
from tocsin.joint.assistance.units import UNITS

DEFINITIONS = TYPES["assistance", 1].schema["$defs"]
HALF = ALTAGRAD | {"longitude": None}
STOCK = CAPABILITIES["stocks"][0]


def requested(**changes: Any):
    return act("request", items=[item(**changes)])


def register(**body: Any):
    return full("capabilities", **body)


def texts_of(value: Any, path: tuple[Any, ...] = ()):
    if isinstance(value, str):
        yield path
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts_of(inner, (*path, key))


def test_acts_units_and_kinds_are_the_same_wherever_they_are_listed():
    acts = DEFINITIONS["assistance_act"]["enum"]
    assert set(acts) == set(ACTS) == set(folding.ACTS)
    assert set(DEFINITIONS["supply_unit"]["enum"]) == set(UNITS)
    fields = TYPES["capabilities", 1].schema["$defs"]["expert_field"]["enum"]
    assert fields == [entry.field for entry in catalogue().values() if entry.field]
    assert {entry.cold_chain for entry in catalogue().values()} <= set(DEFINITIONS["cold_chain"]["enum"])
    assert {entry.emt_type for entry in catalogue().values() if entry.emt_type} == set(DEFINITIONS["emt_type"]["enum"])
    assert set(acts) > assistance.OWNERS
    assert not assistance.OWNERS & OF_PARTNERS


@pytest.mark.parametrize("kind", ACTS)
def test_every_act_is_taken_from_whom_it_is(kind):
    assert not found(act(kind)), list(found(act(kind)))


@pytest.mark.parametrize("kind", [*sorted(assistance.OWNERS), "request", "order"])
def test_what_is_the_requesters_to_say_is_not_taken_from_another(kind):
    codes = of_document(found(act(kind, origin="BO", body={"order": None})))
    assert ("contradiction", "/body/act") in codes


@pytest.mark.parametrize("kind", ACTS)
def test_a_machine_may_only_take_in_what_others_said_and_let_a_request_lapse(kind):
    wrong = [] if kind in ("order", "lapse") else [("contradiction", "/body/by/role")]
    assert of_document(found(act(kind, body={"by": THE_NODE}))) == wrong


@pytest.mark.parametrize("kind", [kind for kind in ACTS if ACTS[kind]])
def test_what_an_act_says_has_every_member_and_no_other(kind):
    for name in ACTS[kind]:
        made = act(kind)
        said = {key: value for key, value in made.body["said"].items() if key != name}
        assert of_document(found(act(kind, body={"said": said}))) == [("schema", "/body/said")], name
    assert of_document(found(act(kind, also=1))) == [("schema", "/body/said")]


@pytest.mark.parametrize("kind", ACTS)
def test_no_text_of_an_act_may_hold_what_nobody_sees(kind):
    for path in texts_of(act(kind).body["said"]):
        said = deepcopy(act(kind).body["said"])
        holder: Any = said
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] += "\u200b"
        assert found(act(kind, body={"said": said})).codes & {"bidi-control", "schema"}, path


WRONG = {
    "two items of one name": (act("request", items=[item(), item()]), "/body/said/items/1/id"),
    "a forecast without a basis": (requested(basis=None), "/body/said/items/0/basis"),
    "a typed need with one": (requested(need="typed"), "/body/said/items/0/basis"),
    "a basis that ends before it begins": (
        requested(basis=BASIS | {"until": "2026-03-08"}),
        "/body/said/items/0/basis/until",
    ),
    "something else without a name": (
        act("request", items=[typed("i1", OTHER, 1, "set")]),
        "/body/said/items/0/called",
    ),
    "something else with an empty name": (
        act("request", items=[typed("i1", OTHER, 1, "set", called={"en": "", "ru": "", "zh": ""})]),
        "/body/said/items/0/called",
    ),
    "half a position": (act("request", place=HALF), "/body/said/place/longitude"),
    "half a position of an offer": (act("offer", from_place=HALF), "/body/said/from_place/longitude"),
    "diverted to half a position": (act("divert", place=HALF), "/body/said/place/longitude"),
    "two lines of an offer about one item": (act("offer", lines=[line(), line()]), "/body/said/lines/1/item"),
    "accepted twice": (act("accept", lines=LINES * 2), "/body/said/lines/1/item"),
    "two entries of one name": (register(stocks=[STOCK, STOCK]), "/body/stocks/1/id"),
    "a stock without a name": (register(stocks=[STOCK | {"item": OTHER}]), "/body/stocks/0/called"),
    "a stock at half a position": (register(stocks=[STOCK | {"place": HALF}]), "/body/stocks/0/place/longitude"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_keeps_a_document_apart_for_that_alone(name):
    document, pointer = WRONG[name]
    (finding,) = found(document)
    assert (finding.code, finding.pointer) == ("contradiction", pointer)
    assert finding.said
    assert finding.said.name in SENTENCES


@pytest.mark.parametrize(
    ("document", "code", "pointer"),
    [
        (act("request", needed_by="2026-02-30"), "period-invalid", "/body/said/needed_by"),
        (act("renew", lapses_on="2026-02-30"), "period-invalid", "/body/said/lapses_on"),
        (act("offer", available_from="2026-04-31"), "period-invalid", "/body/said/available_from"),
        (act("offer", expires_on="2026-04-31"), "period-invalid", "/body/said/expires_on"),
        (act("delay", expected_on="2026-04-31"), "period-invalid", "/body/said/expected_on"),
        (act("offer", lines=[line(best_before="2026-04-31")]), "period-invalid", "/body/said/lines/0/best_before"),
        (requested(basis=BASIS | {"from": "2026-02-30"}), "period-invalid", "/body/said/items/0/basis/from"),
        (register(as_of="2026-03-11"), "future-period", "/body/as_of"),
        (register(stocks=[STOCK | {"best_before": "2026-02-30"}]), "period-invalid", "/body/stocks/0/best_before"),
        (requested(quantity=0), "schema", "/body/said/items/0/quantity"),
        (requested(unit="pallet"), "schema", "/body/said/items/0/unit"),
        (requested(pack_size=0), "schema", "/body/said/items/0/pack_size"),
        (act("request", items=[]), "schema", "/body/said/items"),
        (act("request", title={}), "schema", "/body/said/title"),
        (act("request", place=ALTAGRAD | {"latitude": 90_000_001}), "schema", "/body/said/place/latitude"),
        (act("offer", id="O 1"), "schema", "/body/said/id"),
        (act("cost", lines=[ACTS["cost"]["lines"][0] | {"currency": "rub"}]), "schema", "/body/said/lines/0/currency"),
        (act("hand_over", signed=[]), "schema", "/body/said/signed"),
        (act("accept", body={"act": "bid"}), "schema", "/body/act"),
        (act("offer", conditions="<b>"), "markup", "/body/said/conditions"),
    ],
)
def test_what_has_not_the_form_is_found_where_it_stands(document, code, pointer):
    assert of_document(found(document)) == [(code, pointer)]


def test_prose_may_have_paragraphs_and_a_line_may_not():
    assert not found(act("request", note="Первое.\n\nВторое.", items=[item(specification="а\nб")]))
    lined = act("request", consignee=REQUEST["consignee"] | {"name": "Склад\n1"})
    assert of_document(found(lined)) == [("bidi-control", "/body/said/consignee/name")]


def test_a_request_is_not_about_itself():
    itself = {"origin": "AL", "id": act("request").id}
    assert of_document(found(act("request", event=itself))) == [("contradiction", "/body/said/event")]
    assert not found(act("request", event={"origin": "AL", "id": EARLIER}))


def test_costs_of_one_thing_may_stand_in_several_lines():
    assert not found(act("cost", lines=ACTS["cost"]["lines"] * 2))


def test_every_kind_of_item_may_be_asked_for_and_offered():
    for entry in catalogue().values():
        called = {"en": "Tent", "ru": "", "zh": ""} if entry.code == OTHER else None
        assert not found(act("request", items=[typed("i1", entry.code, 1, entry.unit, called=called)])), entry.code
    assert json.loads(json.dumps(OFFER)) == OFFER
