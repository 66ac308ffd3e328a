"""Quantities as people say them, and the bar that shows how much is covered."""

import re
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tocsin.joint.assistance.units import UNITS, Packing
from tocsin.node.assistance.pages.coverage import WIDTH, Coverage
from tocsin.node.assistance.pages.quantities import COUNTED, amount, comes_to, inside, quantity
from tocsin.node.assistance.pages.request_after import money

LARGE = st.integers(0, 10**9)


def test_every_unit_has_its_words():
    assert set(COUNTED) == set(UNITS)


@pytest.mark.parametrize(
    ("value", "packing", "said"),
    [
        (1, Packing("box", 50), "1 box, 50 in each"),
        (1_200, Packing("piece"), "1,200 pieces"),
        (Fraction(3, 2), Packing("vial", 10), "1.5 vials, 10 in each"),
    ],
)
def test_a_quantity_is_said_with_its_unit(value, packing, said):
    assert quantity(value, packing) == said


def test_a_unit_of_a_later_release_stands_as_it_is():
    assert amount(3, "pallet") == "3 pallet"


def test_what_containers_hold_is_said_in_what_they_hold():
    assert inside(20, Packing("box", 50)) == "= 1,000 pieces"
    assert inside(5, Packing("kit", 96)) == "= 480 tests"
    assert inside(5, Packing("piece")) == ""
    assert inside(5, Packing("box")) == ""
    assert comes_to(5, Packing("kit", 96), Packing("test")) == "= 480 tests"
    assert comes_to(5, Packing("kg"), Packing("litre")) == ""


def test_amounts_of_money_have_the_digits_of_their_currency():
    assert (money(125_050, "USD"), money(1_250, "JPY"), money(1_500, "KWD")) == (
        "1,250.50 USD", "1,250 JPY", "1.500 KWD",
    )  # fmt: skip


@given(requested=st.integers(1, 10**9), shares=st.lists(LARGE, min_size=4, max_size=4))
def test_the_bar_never_leaves_its_frame_and_nothing_overlaps(requested, shares):
    delivered, moving, accepted, offered = map(Fraction, shares)
    cover = Coverage(Fraction(requested), offered, accepted, moving, delivered, Packing("piece"))
    with translation.override("en"):
        drawn = re.findall(r'class="cover-(?!all)\w+" x="([\d.]+)" y="1" width="([\d.]+)"', str(cover.bar))
    end = 0.0
    for begin, width in drawn:
        assert float(begin) >= end - 0.11
        end = float(begin) + float(width)
    assert end <= WIDTH + 0.11


def test_the_share_is_rounded_down_so_that_all_means_all():
    cover = Coverage(*map(Fraction, (1_000, 0, 999, 0, 0)), Packing("piece"))
    assert cover.per_cent == "99%"
    assert "accepted 999" in cover.in_words
