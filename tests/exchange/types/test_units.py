"""Switched units: thousands for ones, ones for thousands, rates for counts are found; epidemics are not."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.exchange.types.bodies import WEEK, WEEK_BEFORE, found, indicators, of_rows, row

from tocsin.exchange.types.context import Place

STATE = {f"AL-{number:02}": Place(population) for number, population in enumerate(
    (40_000, 55_000, 70_000, 90_000, 130_000, 200_000, 310_000, 450_000, 700_000, 1_100_000), 1
)}  # fmt: skip
LEVELS = {place: of.population // 2_000 for place, of in STATE.items()}  # a week: 20 to 550


def past_of(levels, *, until=WEEK_BEFORE, weeks=20):
    last = date.fromisoformat(until)
    steady = {
        place: {last - timedelta(weeks=ago): max(0, level + (-1) ** ago * (level // 10)) for ago in range(weeks)}
        for place, level in levels.items()
    }
    return lambda series: steady.get(series.place, {}) if series[:2] == ("cases", "cholera") else {}


def codes(levels, *, before=None, week=WEEK, past=None, extra=(), **key):
    rows = [row(level, place=place, week=week, **key) for place, level in levels.items()]
    past = past or past_of(LEVELS if before is None else before)
    return of_rows(found(indicators([*rows, *extra]), places=STATE, past=past))


def every_row(levels):
    return dict.fromkeys(range(len(levels)), "unit-switched")


def test_counts_in_their_usual_unit_are_taken():
    assert codes(LEVELS) == {}


@pytest.mark.parametrize("factor", [200, 1_000, 10_000])
def test_counts_of_hundreds_of_times_and_more_are_kept_apart(factor):
    small = {place: level // 10 for place, level in LEVELS.items()}
    levels = {place: level * factor for place, level in small.items()}
    past = past_of(small)
    rows = [row(level, place=place) for place, level in levels.items()]
    assert of_rows(found(indicators(rows), places=dict.fromkeys(STATE, Place()), past=past)) == every_row(levels)


def test_counts_of_a_thousandth_are_kept_apart():
    many = {place: level * 100 for place, level in LEVELS.items()}
    levels = {place: level // 1_000 for place, level in many.items()}
    assert codes(levels, before=many) == every_row(levels)


@pytest.mark.parametrize("factor", [0.05, 0.2, 5, 30])
def test_an_epidemic_or_its_end_is_no_switch(factor):
    assert codes({place: int(level * factor) for place, level in LEVELS.items()}) == {}


def test_many_counts_that_all_fall_to_nothing_are_kept_apart_for_a_person_to_look_at():
    assert codes(dict.fromkeys(STATE, 0)) == every_row(STATE)


def test_an_outbreak_in_a_few_places_is_no_switch():
    assert codes(LEVELS | {"AL-01": 30_000, "AL-02": 20_000, "AL-03": 20_000}) == {}


def test_an_outbreak_where_there_was_next_to_nothing_is_no_switch():
    assert codes(dict.fromkeys(STATE, 900), before=dict.fromkeys(STATE, 1)) == {}


@pytest.mark.parametrize("people", [100_000, 1_000_000])
def test_rates_are_not_taken_for_counts(people):
    rates = {place: round(level * people / STATE[place].population * (0.9 + 0.02 * i))
             for i, (place, level) in enumerate(LEVELS.items())}  # fmt: skip
    uneven = {place: level if i % 2 else level * 3 for i, (place, level) in enumerate(LEVELS.items())}
    assert codes(rates) == every_row(rates)
    assert codes(uneven) == {}


def test_a_change_with_the_population_that_gives_no_usual_rate_is_none():
    assert codes({place: round(level * 30_000 / STATE[place].population) for place, level in LEVELS.items()}) == {}


def test_rates_of_a_few_places_or_of_places_alike_are_not_recognised():
    few = dict(list(LEVELS.items())[:7])
    assert codes({place: round(level * 1e5 / STATE[place].population) for place, level in few.items()}) == {}


def test_the_same_weeks_are_compared_where_they_are_known():
    summer = {place: {date.fromisoformat(WEEK): level} for place, level in LEVELS.items()}
    winter = {place: {date.fromisoformat(WEEK_BEFORE): level * 1_000} for place, level in LEVELS.items()}
    both = {place: summer[place] | winter[place] for place in LEVELS}
    assert codes(LEVELS, past=lambda series: both[series.place]) == {}
    assert codes(LEVELS, past=lambda series: winter[series.place]) == every_row(LEVELS)


def test_counts_from_long_after_or_before_say_nothing():
    later = past_of({place: level * 1_000 for place, level in LEVELS.items()}, until="2026-12-28", weeks=2)
    assert codes(LEVELS, past=later) == {}


def test_only_the_disease_and_indicator_that_switched_are_kept_apart():
    levels = {place: min(level * 1_000, 30_000) for place, level in LEVELS.items() if place < "AL-05"}
    extra = [row(3, disease="measles"), row(1, indicator="deaths", place="AL-09")]
    assert codes(levels, extra=extra) == every_row(levels)


def test_a_block_is_judged_by_its_totals_over_age_and_sex():
    asked = []

    def past(series):
        asked.append(series)
        return past_of(LEVELS)(series)

    extra = [row(1, place=place, age="0-4") for place in LEVELS]
    assert codes(LEVELS, past=past, extra=extra) == {}
    assert {(series.age, series.sex) for series in asked} == {("all", "all")}


def test_a_new_series_and_a_node_without_a_past_say_nothing():
    assert codes(LEVELS, past=lambda series: {}) == {}
    rows = [row(20_000, place=place) for place in LEVELS]
    assert of_rows(found(indicators(rows), places=STATE, past=None)) == {}


@given(st.lists(st.sampled_from([1, 2, 3, 1 / 2, 1 / 3, 8, 20]), min_size=10, max_size=10))
def test_no_mixture_of_rises_and_falls_as_seen_in_epidemics_is_a_jump(factors):
    levels = {place: round(level * factor) for (place, level), factor in zip(LEVELS.items(), factors, strict=True)}
    past = past_of(LEVELS)
    rows = [row(level, place=place) for place, level in levels.items()]
    assert of_rows(found(indicators(rows), places=None, past=past)) == {}


@given(st.lists(st.floats(0.5, 2), min_size=10, max_size=10))
def test_a_thousandfold_is_found_under_any_noise(noise):
    levels = {place: round(level * 1_000 * by) for (place, level), by in zip(LEVELS.items(), noise, strict=True)}
    rows = [row(level, place=place) for place, level in levels.items()]
    assert of_rows(found(indicators(rows), places=None, past=past_of(LEVELS))) == every_row(levels)
