"""Numbers as people type them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.clinical.decimals import is_ambiguous, number_of, plain, written


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("38,5", "38.5"), ("３８．５", "38.5"), ("38。5", "38.5"), ("38，5", "38.5"), (" +.5", "0.5"), ("007", "7"),
        ("-0", "0"), ("-0,0", "0.0"), ("−3", "-3"), ("–3", "-3"), ("5.", "5"), ("0,125", "0.125"), ("12.50", "12.50"),
        ("0", "0"), ("00,5", "0.5"),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_people_type_it(typed, said):
    assert plain(typed) == said
    assert number_of(said) == Fraction(said)


@pytest.mark.parametrize("typed", ["1,200", "150,000", "-3,500", "1,200,000", "１，２００"])
def test_a_comma_that_may_be_of_thousands_is_not_guessed(typed):
    assert is_ambiguous(typed)
    assert number_of(plain(typed)) is None


@pytest.mark.parametrize(
    "typed", ["", ".", "-", ",", "abc", "1 200", "1e5", "1.2.3", "0x1", "NaN", "1,2,3", "½", "٣٫٥"]
)
def test_what_is_no_number_is_none(typed):
    assert number_of(plain(typed)) is None
    assert not is_ambiguous(typed)


@given(st.text())
def test_plain_done_twice_is_as_done_once(text):
    once = plain(text)
    assert plain(once) == once


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_is_itself(value):
    assert number_of(plain(f"{value:f}")) == Fraction(value)
    assert number_of(plain(f"{value:f}".replace(".", ",", 1))) == Fraction(value)


@pytest.mark.parametrize(
    ("value", "places", "said"),
    [
        ("1/3", 2, "0.33"),
        ("2/3", 2, "0.67"),
        ("5", 2, "5"),
        ("-1/2", 0, "-1"),
        ("1/200", 2, "0.01"),
        ("-1/1000", 2, "0"),
    ],
)
def test_numbers_are_written_short(value, places, said):
    assert written(Fraction(value), places=places) == said
