"""Items from a forecast: the chosen quantile less the stock, in whole packs, with what it was reckoned from."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.assisting import act
from tests.exchange.types.bodies import found
from tests.joint.assistance.scene import Scene

from tocsin.joint.assistance.from_demand import Need, NeedError, items_of, missing
from tocsin.joint.assistance.units import Packing

RESPIRATORS = Need(
    resource="respirators",
    item="respirator",
    unit="piece",
    packing=Packing("box", 100),
    needed={"0.5": 9_000.4, "0.9": 12_000.2},
    in_stock=2_000,
    since=date(2026, 3, 9),
    until=date(2026, 4, 5),
    note="28 дней",
)
VENTILATORS = replace(
    RESPIRATORS, resource="ventilator", item="ventilator", packing=Packing("piece"), needed={"0.9": 31.2}, in_stock=30
)


def test_what_is_missing_is_rounded_up_to_whole_packs():
    assert missing(RESPIRATORS, "0.5") == 71  # 7,001 pieces
    assert missing(RESPIRATORS, "0.9") == 101  # 10,001 pieces
    assert missing(VENTILATORS, "0.9") == 2
    assert missing(replace(VENTILATORS, in_stock=40), "0.9") == 0


def test_items_are_those_of_a_request_and_say_what_they_were_reckoned_from():
    items = items_of([RESPIRATORS, replace(VENTILATORS, in_stock=99), VENTILATORS], first=3)
    assert [(one["id"], one["item"], one["quantity"], one["unit"], one["pack_size"]) for one in items] == [
        ("i3", "respirator", 101, "box", 100),
        ("i4", "ventilator", 2, "piece", None),
    ]
    assert items[0]["basis"] == {
        "resource": "respirators", "from": "2026-03-09", "until": "2026-04-05", "level": "0.9", "needed": 12_001,
        "in_stock": 2_000, "note": "28 дней",
    }  # fmt: skip
    assert not found(act("request", items=list(items)))
    assert [one.need for one in Scene(items=list(items)).request.items] == ["forecast", "forecast"]


def test_what_the_catalogue_knows_of_an_item_is_filled_in():
    (vaccine,) = items_of([replace(RESPIRATORS, item="vaccine-plague", unit="dose", packing=Packing("vial", 10))])
    assert (vaccine["cold_chain"], vaccine["un2814"]) == ("2_8", False)
    (unknown,) = items_of([replace(RESPIRATORS, item="of-a-later-release")])
    assert unknown["cold_chain"] == "none"


@pytest.mark.parametrize(
    ("change", "level", "said"),
    [
        ({}, "0.95", "has no quantile 0.95; it has 0.5, 0.9"),
        ({"needed": {"0.9": float("nan")}}, "0.9", "the quantile 0.9 of respirators is nan"),
        ({"needed": {"0.9": -1.0}}, "0.9", "a need is a number from 0 on"),
        ({"in_stock": -3}, "0.9", "the stock of respirators is -3; give a number from 0 on"),
        ({"in_stock": float("inf")}, "0.9", "the stock of respirators is inf"),
        ({"packing": Packing("box")}, "0.9", "respirators: 10001 piece cannot be given in box"),
        ({"packing": Packing("vial", 10)}, "0.9", "they measure different things"),
    ],
)
def test_a_need_that_cannot_be_an_item_is_refused_by_its_name(change, level, said):
    with pytest.raises(NeedError, match=said):
        missing(replace(RESPIRATORS, **change), level)


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.integers(1, 1_000))
def test_what_is_asked_for_covers_what_is_missing_and_no_pack_more(needed, in_stock, size):
    need = replace(RESPIRATORS, needed={"0.9": needed}, in_stock=in_stock, packing=Packing("box", size))
    packs = missing(need, "0.9")
    lacking = Fraction(needed) - Fraction(in_stock)
    assert packs * size >= lacking
    assert packs == 0 or (packs - 1) * size < lacking + 1  # pieces are whole too
