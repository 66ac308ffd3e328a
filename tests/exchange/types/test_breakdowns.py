"""The breakdown of a notification, by a reader who has its totals: none is contradicted, nobody is found by them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.types.bodies import PARENTS, found, table
from tests.exchange.types.notified import NOTIFICATION, notification
from tests.exchange.types.test_suppression import Attacker, people, small, thresholds

from tocsin.exchange.types.breakdowns import withheld
from tocsin.exchange.types.tables import VALUE

PLACES = [NOTIFICATION["places"][0] | {"code": code} for code in ("AL-01", "AL-02", "AL-0101", "AL-0102")]
NOBODY_ELSE = {"hospitalised": None, "intensive_care": None, "health_workers": None, "probable": 0, "confirmed": 0}


def rows_of(counts, indicator="cases"):
    """All rows of a table of people as a notification has them."""
    return [[one[0], one[2], *one[4:]] for one in table(counts, indicator=indicator)]


def as_table(rows):
    return [[one[0], "cholera", one[1], "2026-03-02", *one[2:]] for one in rows]


def told(cases, deaths=None):
    return {"suspected": sum(cases), "deaths": None if deaths is None else sum(deaths)} | NOBODY_ELSE


def sealed(rows, counts, below, before=()):
    return withheld(rows, counts, origin="AL", below=below, parents=PARENTS, before=before)


def totals(counts):
    named = (("cases", counts["suspected"]), ("deaths", counts["deaths"]))
    return as_table([[name, "AL", "all", "all", count] for name, count in named if count is not None])


@settings(max_examples=25, deadline=None)
@given(people, thresholds)
def test_nobody_is_found_by_a_breakdown_and_the_total_beside_it(cases, below):
    rows, counts = rows_of(cases), told(cases)
    inside = [one for one in rows if one[1:4] != ["AL", "all", "all"]]
    for given_rows in (rows, inside):
        published = sealed(given_rows, counts, below)
        if any(one[VALUE - 2] for one in published if one[1:4] != ["AL", "all", "all"]):
            reader = Attacker(as_table(published) + totals(counts))
            assert not reader.can_tell(as_table(inside), below)


@settings(max_examples=25, deadline=None)
@given(people, people, thresholds, st.booleans())
def test_what_is_withheld_agrees_with_the_counts_beside_it(cases, deaths, below, with_deaths):
    deaths = list(map(min, cases, deaths))
    counts = told(cases, deaths if with_deaths else None)
    rows = sealed(rows_of(cases) + (rows_of(deaths, "deaths") if with_deaths else []), counts, below)
    rule = {"below": below, "rule": "small-cells-and-complements"}
    one = notification(counts=counts, rows=rows, suppression=rule, places=PLACES)
    assert not found(one), list(found(one))


def test_of_a_small_total_not_even_a_zero_is_left():
    rows = [["cases", "AL-01", "all", "all", 3], ["cases", "AL-02", "all", "all", 0]]
    assert sealed(rows, told([3]), 5) == []
    deaths = [["deaths", "AL-01", "all", "all", 3], ["deaths", "AL-02", "all", "all", 0]]
    cases = [["cases", "AL-01", "all", "all", 20], ["cases", "AL-02", "all", "all", 12]]
    assert sealed(cases + deaths, told([32], [3]), 5) == cases


def test_a_total_of_nobody_may_be_broken_down():
    rows = [["cases", "AL-01", "all", "all", 32], ["deaths", "AL-01", "all", "all", 0]]
    assert sealed(rows, told([32], [0]), 5) == rows


def test_a_count_is_withheld_that_the_total_would_give_away():
    rows = [["cases", "AL-01", "all", "all", 28], ["cases", "AL-02", "all", "all", 4]]
    assert sealed(rows, told([32]), 5) == [[*one[:4], None, "suppressed"] for one in rows]
    assert sealed(rows, told([32]) | {"probable": None}, 5) == [rows[0], [*rows[1][:4], None, "suppressed"]]


def test_what_the_version_before_withheld_is_withheld_again():
    rows = [["cases", "AL-01", "all", "all", 28], ["cases", "AL-02", "all", "all", 4]]
    later = [["cases", "AL-01", "all", "all", 28], ["cases", "AL-02", "all", "all", 6]]
    first = sealed(rows, told([32]), 5)
    assert sealed(later, told([34]), 5) == later
    assert sealed(later, told([34]), 5, before=first) == first


def test_a_rest_that_the_total_would_give_away_is_protected_too():
    rows = [["cases", "AL", "0-4", "all", 29]]
    assert sealed(rows, told([32]), 5) == [[*rows[0][:4], None, "suppressed"]]
    assert sealed(rows, told([60]), 5) == rows


def test_the_attacker_of_these_tests_finds_what_primary_suppression_gives_away():
    cases = [3, *[20] * 17]
    rows = rows_of(cases)
    primary = [[*one[:4], None, "suppressed"] if 0 < one[4] < 5 else one for one in rows]
    assert small(as_table(rows), 5)
    assert Attacker(as_table(primary) + totals(told(cases))).can_tell(as_table(rows), 5)


@pytest.mark.parametrize("below", [2, 5, 10])
def test_a_breakdown_of_many_is_told_whole(below):
    cases = [40] * 18
    assert sealed(rows_of(cases), told(cases), below) == rows_of(cases)
