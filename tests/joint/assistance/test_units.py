"""Units: what converts does so exactly, what does not is refused and says what is missing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.joint.assistance.units import ANY, REMEDIES, UNITS, Inconvertible, converted

quantities = st.integers(1, 10**10)
sizes = st.integers(1, 10**6)
codes = st.sampled_from(sorted(UNITS))


@pytest.mark.parametrize(
    ("quantity", "frm", "size", "to", "to_size", "expected"),
    [
        (3, "piece", None, "piece", None, 3),
        (3, "pair", None, "piece", None, 6),
        (5, "box", 100, "piece", None, 500),
        (5, "box", 100, "pair", None, 250),
        (250, "piece", None, "box", 100, Fraction(5, 2)),
        (2, "box", 50, "pack", 10, 10),
        (3, "box", 50, "box", 100, Fraction(3, 2)),
        (4, "box", None, "box", None, 4),
        (7, "vial", 10, "dose", None, 70),
        (7, "dose", None, "vial", 10, Fraction(7, 10)),
        (7, "test", None, "kit", 96, Fraction(7, 96)),
        (2, "course", 10, "tablet", None, 20),
        (2, "box", 20, "dose", None, 40),
        (3, "t", None, "kg", None, 3_000),
        (3, "g", None, "kg", None, Fraction(3, 1_000)),
        (2, "m3", None, "litre", None, 2_000),
        (4, "cylinder", 40, "m3", None, Fraction(4, 25)),
        (3, "bottle", 500, "litre", None, Fraction(3, 2)),
        (2, "canister", 20, "bottle", 500, 80),
    ],
)
def test_a_quantity_is_the_same_in_another_unit(quantity, frm, size, to, to_size, expected):
    assert converted(quantity, frm, to, pack_size=size, to_pack_size=to_size) == expected


@pytest.mark.parametrize(
    ("quantity", "frm", "size", "to", "to_size", "missing"),
    [
        (0, "piece", None, "piece", None, "quantity"),
        (-1, "box", 10, "piece", None, "quantity"),
        (1, "pallet", None, "piece", None, "unit"),
        (1, "piece", None, "pallet", None, "unit"),
        (1, "box", None, "piece", None, "pack_size"),
        (1, "piece", None, "box", None, "pack_size_wanted"),
        (1, "box", None, "box", 100, "pack_size"),
        (1, "box", 0, "piece", None, "pack_size"),
        (1, "piece", None, "box", -1, "pack_size_wanted"),
        (1, "box", 100, "box", None, "pack_size_wanted"),
        (1, "kg", None, "litre", None, "relation"),
        (1, "piece", None, "dose", None, "relation"),
        (1, "vial", 10, "test", None, "relation"),
        (1, "box", 20, "vial", 10, "relation"),  # of vials, or of doses?
        (1, "box", 20, "kg", None, "relation"),
        (1, "box", 20, "person", None, "relation"),
        (1, "team", None, "person", None, "relation"),
    ],
)
def test_what_cannot_be_converted_says_what_is_missing(quantity, frm, size, to, to_size, missing):
    with pytest.raises(Inconvertible) as refused:
        converted(quantity, frm, to, pack_size=size, to_pack_size=to_size)
    assert refused.value.missing == missing
    assert REMEDIES[missing] in str(refused.value)
    assert frm in str(refused.value)
    assert to in str(refused.value)


@given(quantities, codes, codes, sizes, sizes)
def test_there_and_back_is_the_same_whatever_the_packs(quantity, frm, to, size, to_size):
    rate, back = _rate(frm, to, size, to_size), _rate(to, frm, to_size, size)
    assert (rate is None) == (back is None)
    if rate is not None and back is not None:
        assert rate > 0
        assert rate * back == 1
        assert converted(quantity, frm, to, pack_size=size, to_pack_size=to_size) == quantity * rate


def _rate(frm, to, size, to_size):
    try:
        return converted(1, frm, to, pack_size=size, to_pack_size=to_size)
    except Inconvertible as refused:
        return None if refused.missing == "relation" else 0


def test_a_unit_holds_another_unit_or_anything():
    assert all(unit.holds in (None, ANY, *UNITS) for unit in UNITS.values())
    assert all(unit.size > 0 and code == unit.code for code, unit in UNITS.items())
