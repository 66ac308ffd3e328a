"""Totals among strata whose last counts are still rising."""

import numpy as np
import polars as pl
import pytest

from tocsin.counts.sums import Group, groups_with_totals


@pytest.fixture
def parts():
    return np.random.default_rng(1).poisson(np.array([[20.0], [40.0], [10.0]]), (3, 120)).astype(float)


def keys(**columns):
    return pl.DataFrame(columns)


def ages(*names):
    return keys(age=list(names))


def test_the_sum_of_all_others_is_a_total_whatever_its_name(parts):
    counts = np.vstack([parts[:2], parts.sum(axis=0), parts[2:]])
    assert groups_with_totals(ages("a", "b", "c", "d"), counts, week=7) == (Group((0, 1, 2, 3), 2, "age"),)


def test_cases_of_unknown_age_may_be_in_the_total_only(parts):
    total = parts.sum(axis=0)
    total[::2] += 2  # 1 in 70
    assert groups_with_totals(ages("00+", "a", "b", "c"), np.vstack([total, parts]), week=7)[0].total == 0


@pytest.mark.parametrize("days", [slice(None), slice(-60, None), slice(-7, None), slice(-21, -14)])
def test_what_differs_in_any_part_is_none(parts, days):
    total = parts.sum(axis=0)
    total[days] *= 1.06
    counts = np.vstack([total, parts])
    assert groups_with_totals(ages("00+", "a", "b", "c"), counts, week=7) == (Group((0, 1, 2, 3)),)


@pytest.mark.parametrize("days", [slice(0, 100), slice(-60, -56)])
def test_a_sum_must_hold_over_all_and_of_late(days):
    """The first only by all periods together, the second only by the last sixty: both lie before the last weeks."""
    counts = np.full((3, 600), 20.0)
    total = counts.sum(axis=0)
    counts = np.vstack([total, counts])
    assert groups_with_totals(ages("00+", "a", "b", "c"), counts, week=7)[0].total == 0
    counts[0, days] *= 1.5
    assert groups_with_totals(ages("00+", "a", "b", "c"), counts, week=7)[0].total is None


def test_one_stratum_beside_another_is_no_total(parts):
    two = np.vstack([parts[0], parts[0]])
    assert groups_with_totals(ages("a", "b"), two, week=7) == (Group((0, 1)),)
    assert groups_with_totals(ages("a", "b", "c"), np.vstack([two, 0 * parts[0]]), week=7) == (Group((0, 1, 2)),)


def test_few_cases_that_agree_by_chance_are_none():
    counts = np.zeros((3, 120))
    counts[:, -40] = (2, 1, 1)
    assert groups_with_totals(ages("a", "b", "c"), counts, week=7) == (Group((0, 1, 2)),)
    assert groups_with_totals(ages("a", "b", "c"), 0 * counts, week=7) == (Group((0, 1, 2)),)


def test_a_place_each_with_its_total_is_a_group_of_its_own(parts):
    total = parts.sum(axis=0)
    counts = np.vstack([total, parts, 2 * total, 2 * parts, parts[0]])
    places = keys(place=["N"] * 4 + ["S"] * 4 + ["W"], age=["00+", "a", "b", "c"] * 2 + ["a"])
    assert groups_with_totals(places, counts, week=7) == (
        Group((0, 1, 2, 3), 0, "age"),
        Group((4, 5, 6, 7), 0, "age"),
        Group((8,)),
    )


def test_ages_come_before_places_and_places_if_only_they_have_a_total(parts):
    whole = np.vstack([parts.sum(axis=0), parts])
    both = np.concatenate([whole, 2 * whole, 3 * whole])
    names = keys(age_group=["00+", "a", "b", "c"] * 3, place=["x"] * 4 + ["y"] * 4 + ["x+y"] * 4)
    assert {group.column for group in groups_with_totals(names, both, week=7)} == {"age_group"}
    only = keys(sex=["f"] * 4, place=["all", "x", "y", "z"])
    assert groups_with_totals(only, whole, week=7) == (Group((0, 1, 2, 3), 0, "place"),)


def test_a_single_stratum_has_no_keys(parts):
    assert groups_with_totals(pl.DataFrame(), parts[:1], week=7) == (Group((0,)),)


def test_weeks_are_compared_one_by_one(parts):
    total = parts.sum(axis=0)
    total[-3] += 5
    counts = np.vstack([total, parts])
    assert groups_with_totals(ages("00+", "a", "b", "c"), counts, week=1)[0].total is None
    assert groups_with_totals(ages("00+", "a", "b", "c"), counts, week=7)[0].total == 0
