"""Names of groups as tables have them, told as ages; what cannot be told for certain is not."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.estimates.building.age_groups import age_groups

OLD = "70+"  # a group by itself is no division by age


def code_of(text: str) -> str | None:
    """What a name means beside a group of the old."""
    found = age_groups([text, OLD])
    return found.codes[0] if found else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0-4", "0-4"), ("5–9", "5-9"), ("00-04", "0-4"), ("A00-A04", "0-4"), ("Y5-9", "5-9"),
        ("5 to 14 years", "5-14"),
        ("0-4 лет", "0-4"), ("от 5 до 9 лет", "5-9"), ("15～19岁", "15-19"), ("16-65 years old", "16-65"),
        ("<1", "0"), ("＜1岁", "0"), ("under 5", "0-4"), ("Y_LT5", "0-4"), ("младше 5 лет", "0-4"), ("≤4", "0-4"),
        ("4岁及以下", "0-4"), ("0岁", "0"), ("3 года", "3"), ("infants", "0"), ("до года", "0"), ("婴儿", "0"),
        ("0-11 months", "0"), ("12–23 мес.", "1"), ("6-11 months", "6-11m"), ("6 months - 2 years", "6-35m"),
        ("0-5个月", "0-5m"),
    ],
)  # fmt: skip
def test_names_of_groups_in_three_languages(text, code):
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("65+", "65+"), ("80 and over", "80+"), ("85 years and older", "85+"), ("A80+", "80+"), ("≥65", "65+"),
        ("65 и старше", "65+"), ("65 лет и старше", "65+"), ("старше 64", "65+"), (">64", "65+"), ("80岁以上", "80+"),
        ("60岁及以上", "60+"), ("Y_GE85", "85+"),
    ],
)  # fmt: skip
def test_open_ends(text, code):
    assert age_groups(["0-4", text]).codes == ("0-4", code)


@pytest.mark.parametrize("text", ["confirmed", "dose 1-2", "2023-2024", "9-5", "200+", "5", "elderly", "65"])
def test_what_is_no_age_for_certain_leaves_all_ages_together(text):
    assert age_groups(["0-4", "5-64", text]) is None
    assert age_groups([text, OLD]) is None


def test_groups_go_from_young_to_old_whatever_their_order():
    found = age_groups(["65+", "", "5-64", "0-4"])
    assert found.codes == ("0-4", "5-64", "65+")
    assert found.rows == ((3,), (2,), (0,))


def test_up_to_an_age_means_what_the_next_group_leaves():
    assert age_groups(["до 14 лет", "15 лет и старше"]).codes == ("0-14", "15+")
    assert age_groups(["до 1 года", "1-4 года", "5+"]).codes == ("0", "1-4", "5+")
    assert age_groups(["5岁以下", "5岁以上"]).codes == ("0-4", "5+")
    assert age_groups(["до 14 лет", "20+"]) is None


def test_sexes_of_an_age_are_added_up():
    found = age_groups(["0-4 · female", "5+ · female", "0-4 · male", "5+ · male"])
    assert found.codes == ("0-4", "5+")
    assert found.rows == ((0, 2), (1, 3))
    assert age_groups(["female · 0-4", "female · 5+", "female · (unknown)"]).rows == ((0,), (1,))


def test_an_age_alone_is_not_added_to_its_sexes():
    strata = ["0-4", "5+", "0-4 · female", "0-4 · male", "5+ · female", "5+ · male", "female", "male"]
    assert age_groups(strata).rows == ((0,), (1,))


def test_unknown_ages_are_no_group():
    found = age_groups(["0-4", "5+", "(unknown)", "неизвестно"])
    assert found.codes == ("0-4", "5+")
    assert found.rows == ((0,), (1,))


@pytest.mark.parametrize(
    "strata",
    [
        ["0-4", "4-9"], ["0-17", "0-4", "5-17"], ["65+", "80+"], ["0-4", "5-5", "5+"], ["0-4"], ["", "0-4"], [], [""],
        ["0-4 · 1-2", "5+ · 1-2"], ["female", "male"],
    ],
)  # fmt: skip
def test_what_overlaps_or_is_one_is_no_division_by_age(strata):
    assert age_groups(strata) is None


def test_two_names_of_one_age_are_one_group():
    assert age_groups(["0-11 months", "0岁", "1-4"]).rows == ((0, 1), (2,))


def test_of_three_parts_it_takes_all_or_the_age_alone():
    crossed = ["0-4 · female · confirmed", "0-4 · male · confirmed", "5+ · female · confirmed"]
    assert age_groups(crossed).rows == ((0, 1), (2,))
    assert age_groups(["0-4 · female", "0-4 · confirmed", "5+ · female", *crossed]) is None


def test_a_column_of_ages_decides_which_part_is_one():
    strata = ["1 · 0-4", "2 · 0-4", "1 · 5-9"]
    assert age_groups(strata, ["age", "ward"]).codes == ("1", "2")
    assert age_groups(strata, ["ward", "возраст"]).codes == ("0-4", "5-9")
    assert age_groups(["1", "2"]) is None


@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=12, unique=True).map(sorted), st.sampled_from(["-", "–", " to "])
)
def test_any_division_is_read_as_it_was_written(firsts, dash):
    codes = [f"{a}-{b - 1}" if b - 1 > a else str(a) for a, b in pairwise(firsts)]
    names = [code.replace("-", dash) for code in codes] + [f"{firsts[-1]}+"]
    found = age_groups(names[::-1], ["age"])
    if len(firsts) == 1:
        assert found is None
    else:
        assert found.codes == (*codes, f"{firsts[-1]}+")


@given(st.lists(st.text(alphabet="0123456789-+<>≥ летyearsдо岁以上·female", max_size=12), max_size=6))
def test_nothing_that_a_table_says_breaks_it(strata):
    found = age_groups(strata)
    if found is not None:
        assert len(found.codes) == len(found.rows) == len(set(found.codes)) >= 2
        assert sorted({row for rows in found.rows for row in rows}) == sorted(
            row for rows in found.rows for row in rows
        )
