"""Tables: which counts are totals of which others, over ages, sexes and places."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import PARENTS, row

from tocsin.exchange.types.tables import age_range, key_of, overlapping, relations


def related(*labels, column):
    rows = [row(**{column: label}) for label in labels]
    found = relations({index: key_of(one) for index, one in enumerate(rows)}, PARENTS)
    return {labels[total]: ([labels[part] for part in parts], covered) for total, parts, covered in found}


def test_all_ages_are_the_total_of_groups_that_cover_every_year():
    assert related("0-4", "all", "5+", column="age") == {"all": (["0-4", "5+"], True)}
    assert related("0-4", "all", "5+", "unknown", column="age") == {"all": (["unknown", "0-4", "5+"], True)}


@pytest.mark.parametrize("labels", [["0-4", "6+"], ["1+"], ["0-4", "5-64"], ["unknown"], ["0-4", "65+"]])
def test_groups_with_a_gap_leave_somebody_out(labels):
    assert related("all", *labels, column="age") == {"all": (labels, False)}


def test_each_group_is_the_total_of_the_largest_inside_it():
    assert related("all", "0-14", "0-4", "5-14", "15+", "20-29", column="age") == {
        "all": (["0-14", "15+"], True),
        "0-14": (["0-4", "5-14"], True),
        "15+": (["20-29"], False),
    }


def test_women_and_men_leave_out_only_those_of_whom_it_is_not_known():
    assert related("all", "female", "male", column="sex") == {"all": (["female", "male"], True)}
    assert related("all", "female", "unknown", column="sex") == {"all": (["female", "unknown"], False)}
    assert related("female", "male", column="sex") == {}


def test_places_are_totals_of_those_inside_at_any_depth():
    assert related("AL", "AL-01", "AL-02", "AL-0101", column="place") == {
        "AL": (["AL-01", "AL-02"], True),
        "AL-01": (["AL-0101"], False),
    }
    assert related("AL", "AL-0101", "AL-0102", "AL-02", column="place") == {
        "AL": (["AL-0101", "AL-0102", "AL-02"], True)
    }
    assert related("AL", "AL-0101", "AL-02", column="place") == {"AL": (["AL-0101", "AL-02"], False)}


def test_a_crossing_is_part_of_nothing():
    assert related("AL", "AL-01", "AL-01-X", column="place") == {"AL": (["AL-01"], False)}


def test_rows_that_differ_in_more_than_one_column_are_not_related():
    keys = dict(
        enumerate(key_of(one) for one in (row(), row(age="0-4", sex="male"), row(age="0-4", week="2026-02-23")))
    )
    assert list(relations(keys, PARENTS)) == []


ages = st.one_of(
    st.sampled_from(["all", "unknown"]),
    st.integers(0, 20).map("{}+".format),
    st.tuples(st.integers(0, 20), st.integers(0, 20)).map(sorted).map(lambda pair: f"{pair[0]}-{pair[1]}"),
)


def years(label):
    """The slow oracle: an age group as the set of years in it; -1 stands for a year not known."""
    first, last = age_range(label)
    return set(range(first, min(last, 150) + 1))


@given(st.lists(ages, unique=True, max_size=8))
def test_parts_are_inside_their_total_and_nobody_is_in_two_of_them(labels):
    for total, (parts, covered) in related(*labels, column="age").items():
        together = [year for part in parts for year in years(part)]
        assert len(together) == len(set(together))
        assert set(together) <= years(total)
        if covered:
            assert years(total) - {-1} <= set(together)


@given(st.lists(ages, unique=True, max_size=8))
def test_age_groups_that_do_not_nest_are_found(labels):
    crossing = [
        pair
        for pair in combinations(labels, 2)
        if years(pair[0]) & years(pair[1]) and years(pair[0]) - years(pair[1]) and years(pair[1]) - years(pair[0])
    ]
    found = overlapping(labels)
    assert bool(found) == bool(crossing)
    assert not found or found in crossing or found[::-1] in crossing
