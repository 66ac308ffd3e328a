"""Suggestions: who could cover what is open, best first, each with its reasons."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.assisting import ALTAGRAD, CAPABILITIES, DOLIN, NOWHERE, REQUEST, typed
from tests.joint.assistance.scene import Scene, accepted

from tocsin.joint.assistance.matching import REASONS, matches
from tocsin.joint.assistance.places import Place, distance_km
from tocsin.joint.assistance.registers import Capability, capabilities_of
from tocsin.joint.assistance.units import Packing

TODAY = date(2026, 3, 9)
STOCK = CAPABILITIES["stocks"][0]
FAR = NOWHERE | {"code": "DA", "latitude": -33_900_000, "longitude": 18_400_000}


def stock(state: str, quantity: int = 120, **said: Any) -> Capability:
    """Boxes of 100 respirators."""
    made = deepcopy(CAPABILITIES) | {"teams": [], "laboratories": [], "experts": []}
    (one,) = capabilities_of(state, made | {"stocks": [STOCK | {"place": NOWHERE, "quantity": quantity} | said]})
    return one


def team(state: str, *languages: str, **said: Any) -> Capability:
    made = CAPABILITIES["teams"][0] | {"languages": list(languages), "place": NOWHERE} | said
    return capabilities_of(state, CAPABILITIES | {"teams": [made]})[0]


def found(scene: Scene, *capabilities: Capability, **more: Any):
    return matches(scene.request, capabilities, on=TODAY, **more)


def ranked(scene: Scene, *capabilities: Capability, **more: Any) -> list[str]:
    return [match.capability.state for match in found(scene, *capabilities, **more)]


def codes(match) -> list[str]:
    return [reason.code for reason in match.reasons]


def asking(*items: dict[str, Any], **said: Any) -> Scene:
    return Scene(items=list(items), **said)


def test_a_register_is_read_entry_by_entry():
    entries = capabilities_of("BO", CAPABILITIES)
    assert [(one.kind, one.item, one.quantity, one.packing) for one in entries] == [
        ("team", "emt-type-2", 1, Packing("team")),
        ("laboratory", "mobile-laboratory", 1, Packing("team")),
        ("expert", "expert-epidemiology", 3, Packing("person")),
        ("stock", "respirator", 400, Packing("box", 100)),
    ]
    assert entries[3].best_before == date(2028, 1, 31)
    assert entries[2].languages == ("ru", "zh-hans")


def test_a_suggestion_says_what_it_would_cover_and_why():
    (match,) = found(Scene(), stock("BO", 60, place=DOLIN, ready_hours=30), neighbours={"AL": ["BO"]})
    assert (match.item.id, match.quantity, match.ready_on) == ("i1", 6_000, date(2026, 3, 11))
    assert codes(match) == ["covers-part", "in-time", "neighbour", "distance"]
    values = {reason.code: dict(reason.values) for reason in match.reasons}
    assert values["covers-part"] == {"quantity": 6_000, "unit": "piece", "missing": 4_000}
    assert values["in-time"] == {"day": "2026-03-11", "needed_by": "2026-03-20"}
    assert values["distance"] == {"km": match.distance_km}
    assert 3_200 < match.distance_km < 3_300


def test_only_what_is_still_open_is_looked_for():
    (match,) = found(accepted(50), stock("CE"))
    assert (match.quantity, codes(match)[0]) == (5_000, "covers-all")
    assert match.reasons[0].values == {"quantity": 5_000, "unit": "piece", "has": 12_000}
    assert found(Scene().does("AL", "cancel"), stock("CE")) == ()
    covered = accepted(50).does(
        "AL", "amend_request", items=[REQUEST["items"][0] | {"quantity": 5_000}, REQUEST["items"][1]]
    )
    assert found(covered, stock("CE")) == ()


@pytest.mark.parametrize(
    "unusable",
    [stock("AL"), stock("BO", available=False), stock("BO", item="gown"), stock("BO", best_before="2026-03-19")],
)
def test_nothing_of_ones_own_kept_back_other_or_out_of_date_is_suggested(unusable):
    assert found(Scene(), unusable) == ()
    assert ranked(Scene(), stock("BO", best_before="2026-03-20")) == ["BO"]


def test_something_that_is_in_no_catalogue_is_left_to_people():
    tents = typed("i1", "other", 2, "set", called={"en": "Tent", "ru": "", "zh": ""})
    assert found(asking(tents), stock("BO", item="other")) == ()


def test_the_larger_share_comes_first_and_more_than_is_needed_is_no_better():
    assert ranked(Scene(), stock("BO", 10), stock("CE", 90)) == ["CE", "BO"]
    assert ranked(Scene(), stock("CE", 900), stock("BO", 100)) == ["BO", "CE"]


def test_what_comes_too_late_comes_after_what_is_in_time():
    late = stock("BO", 100, ready_hours=11 * 24 + 1)
    assert ranked(Scene(), late, stock("CE", 1)) == ["CE", "BO"]
    (match,) = found(Scene(), late)
    assert match.reasons[1].code == "late"
    assert match.reasons[1].values == {"day": "2026-03-21", "days": 1}
    (match,) = found(Scene(), stock("BO", 100, ready_hours=11 * 24))
    assert match.reasons[1].values == {"day": "2026-03-20", "needed_by": "2026-03-20"}


def test_what_is_not_admitted_comes_after_what_is_and_what_is_not_known_is_said():
    vaccine = typed("i1", "vaccine-plague", 1_000, "dose", cold_chain="2_8", regulatory=["registered"])
    vials = {"item": "vaccine-plague", "unit": "vial", "pack_size": 10}
    three = [
        stock("BO", 100, regulatory="unregistered", **vials),
        stock("CE", 1, regulatory="registered", **vials),
        stock("DA", 2, **vials),
    ]
    matched = found(asking(vaccine), *three)
    assert [match.capability.state for match in matched] == ["DA", "CE", "BO"]
    assert [codes(match)[2:4] for match in matched] == [
        ["cold-chain", "regulatory-unknown"],
        ["cold-chain", "regulatory-admitted"],
        ["cold-chain", "regulatory-not-admitted"],
    ]


def test_people_who_speak_a_language_of_the_receivers_come_first():
    wanted = typed("i1", "emt-type-2", 1, "team")
    matched = found(asking(wanted), team("BO", "zh-hans"), team("CE", "en", "ru"))
    assert [match.capability.state for match in matched] == ["CE", "BO"]
    assert matched[0].reasons[2].values == {"languages": ("ru", "en")}
    assert matched[1].reasons[2].code == "language-not-shared"
    silent = found(asking(wanted, languages=[]), team("BO", "zh-hans"))
    assert codes(silent[0]) == ["covers-all", "in-time", "distance-unknown"]


def test_neighbours_come_first_then_who_is_nearer_then_whose_place_nobody_knows():
    near = {"AL": ["FE"]}
    four = [stock("BO"), stock("CE", place=FAR), stock("DA", place=DOLIN), stock("FE")]
    assert ranked(Scene(), *four, neighbours=near) == ["FE", "DA", "CE", "BO"]
    assert ranked(Scene(), *four) == ["DA", "CE", "BO", "FE"]


def test_what_cannot_be_compared_is_shown_last_and_says_what_is_missing():
    loose = stock("BO", unit="kg", pack_size=None)
    matched = found(Scene(), loose, stock("CE", 1, ready_hours=2_000))
    assert [match.capability.state for match in matched] == ["CE", "BO"]
    assert matched[1].quantity is None
    assert matched[1].reasons[0].code == "unit-not-convertible"
    assert matched[1].reasons[0].values == {"given": "kg", "wanted": "piece", "missing": "relation"}


@given(st.permutations([stock("BO"), stock("CE"), stock("DA", place=FAR), stock("FE", 3), stock("GA", id="s2")]))
def test_the_order_of_registers_makes_no_difference(capabilities):
    assert ranked(Scene(), *capabilities) == ["DA", "BO", "CE", "GA", "FE"]


def test_every_reason_is_of_the_list():
    given_all = [stock("BO"), stock("CE", unit="kg", pack_size=None), stock("DA", place=FAR, ready_hours=8_000)]
    for match in found(Scene(), *given_all, neighbours={"AL": ["BO"]}):
        assert set(codes(match)) <= set(REASONS)


positions = st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


def place(position: tuple[int, int]) -> Place:
    return Place.of(NOWHERE | {"latitude": position[0], "longitude": position[1]})


def test_distances_are_those_of_the_great_circle():
    equator, pole = place((0, 0)), place((90_000_000, 0))
    assert distance_km(equator, pole) == 10_008  # a quarter of the meridian of the mean sphere
    assert distance_km(equator, place((0, 180_000_000))) == 20_015
    moscow, beijing = place((55_755_800, 37_617_300)), place((39_904_200, 116_407_400))
    assert distance_km(moscow, beijing) == pytest.approx(5_793, abs=10)
    assert distance_km(moscow, Place.of(NOWHERE)) is None
    for half in ({"latitude": 1}, {"longitude": 1}):
        assert distance_km(moscow, Place.of(NOWHERE | half)) is None
        assert distance_km(Place.of(NOWHERE | half), moscow) is None
    assert Place.of(ALTAGRAD).state == "AL"
    assert Place.of(NOWHERE).state is None


@given(positions, positions)
def test_a_distance_is_the_same_both_ways_and_at_most_half_the_earth(one, other):
    there, back = distance_km(place(one), place(other)), distance_km(place(other), place(one))
    assert there == back
    assert 0 <= there <= 20_016
