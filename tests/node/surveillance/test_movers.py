"""Which diseases moved most: closed cases, and what a screening keeps of them."""

import json
import math
from datetime import date

import numpy as np
import pytest
from tests.node.surveillance.counts_given import given_counts
from tests.node.surveillance.screened import WEEKS, ending, given, screened, usual

from tocsin.node.surveillance.models import Place, Source
from tocsin.node.surveillance.panels import source_panel
from tocsin.node.surveillance.runs.movers import MOST, SHOWN, movement, movers, national_totals, usual_by_period

MONDAY = date(2015, 1, 5)


def years_of(*totals: int) -> np.ndarray:
    """Weeks of 0 cases, but for the last four of each year, which have these cases in all; the last is this year's."""
    counts = np.zeros(round(len(totals) * 365.25 / 7) + 4)
    for back, total in enumerate(reversed(totals)):
        counts[len(counts) - round(back * 365.25 / 7) - 1] = total
    return counts


def A(x: float) -> float:
    return 2 * math.sqrt(x + 3 / 8)


def test_the_last_four_weeks_stand_against_the_median_of_the_same_weeks_of_earlier_years():
    moved = movement(years_of(10, 30, 20, 50, 40, 90), "week")
    assert (moved["recent"], moved["usual"], moved["against"]) == (90, 30, "years")
    deviations = sorted(abs(A(x) - A(30)) for x in (10, 20, 30, 40, 50))
    assert moved["score"] == pytest.approx((A(90) - A(30)) / (1.4826 * deviations[2]), abs=1e-3)


def test_one_odd_year_changes_little():
    quiet, odd = movement(years_of(20, 22, 21, 19, 20, 60), "week"), movement(years_of(20, 22, 900, 19, 20, 60), "week")
    assert quiet["usual"] == odd["usual"] == 20
    assert odd["score"] == pytest.approx(quiet["score"], rel=0.35)


def test_a_difference_is_never_held_for_more_than_chance_makes():
    """Years that are equal to the last case have no spread; chance alone gives A a spread of 1."""
    assert movement(years_of(16, 16, 16, 25), "week")["score"] == pytest.approx(A(25) - A(16), abs=1e-3)


def test_a_fall_is_a_movement_too():
    assert movement(years_of(50, 50, 50, 5), "week")["score"] < -5


def test_without_two_earlier_years_the_four_weeks_before_are_the_usual():
    moved = movement(np.array([5.0] * 8 + [20.0] * 4), "week")
    assert (moved["recent"], moved["usual"], moved["against"]) == (80, 20, "before")
    assert moved["score"] == pytest.approx((A(80) - A(20)) / math.sqrt(2), abs=1e-3)


def test_a_disease_that_jumps_all_the_time_has_moved_less_than_one_that_does_not():
    calm = np.array([10.0] * 28 + [40.0] * 4)
    restless = np.array(([40.0] * 4 + [10.0] * 4) * 4)[4:]
    restless = np.concatenate([restless, [40.0] * 4])
    assert movement(calm, "week")["score"] > 2 * movement(restless, "week")["score"]


def test_incomplete_weeks_are_not_compared():
    counts = np.concatenate([[5.0] * 12, [0.0, 0.0]])
    assert movement(counts, "week", incomplete=2)["recent"] == 20
    assert movement(counts, "week")["recent"] == 10


@pytest.mark.parametrize("counts", [[], [3.0] * 3, [3.0] * 7, [3.0] * 10 + [math.nan, 3.0], [math.nan] * 40])
def test_what_cannot_be_compared_is_not(counts):
    assert movement(np.array(counts, dtype=float), "week") is None


@pytest.mark.parametrize(("every", "periods", "window"), [("day", 28, 28), ("month", 1, 1)])
def test_days_and_months_have_windows_of_about_four_weeks(every, periods, window):
    moved = movement(np.ones(3 * periods), every)
    assert (moved["recent"], moved["usual"]) == (window, window)


def test_the_usual_line_is_the_median_of_neighbouring_weeks_of_earlier_years():
    counts = np.zeros(200)
    for back, height in ((52, 30.0), (104, 60.0), (157, 90.0)):
        counts[199 - back - 1 : 199 - back + 2] = height
    usual_line = usual_by_period(counts, "week")
    assert usual_line[199] == 60
    assert np.isnan(usual_line[:104]).all()


@pytest.fixture
def panel_of(source, diseases):
    def make(counts, **given_options):
        given_counts(source, counts, MONDAY, **given_options)
        places = Place.objects.in_bulk()
        return source_panel(Source.objects.get(pk=source.pk)), places

    return make


def test_national_totals_add_the_outermost_places_and_no_stratum_twice(panel_of):
    panel, places = panel_of(
        {
            ("dengue", "XX-1", ""): [1, 2], ("dengue", "XX-1", "0-4"): [1, 1], ("dengue", "XX-11", ""): [9, 9],
            ("dengue", "XX-2", "0-4"): [10, None], ("dengue", "XX-2", "5-14"): [100, None],
            ("measles", "XX", ""): [7, None], ("measles", "XX-1", ""): [3, 3],
        }
    )  # fmt: skip
    totals = {disease: counts.tolist() for disease, (_rows, counts) in national_totals(panel, places).items()}
    assert totals["dengue"] == [111, 2]
    assert totals["measles"][0] == 7
    assert math.isnan(totals["measles"][1])


def test_the_greatest_movement_comes_first_up_or_down_and_only_so_many(panel_of, diseases):
    codes = sorted(set(diseases) - {"measles"})[: MOST + 2]
    counts = {(code, "XX", ""): [20] * 36 + [20 + at] * 4 for at, code in enumerate(codes)}
    counts["measles", "XX", ""] = [50] * 36 + [0] * 4
    kept = movers(*panel_of(counts), incomplete=0)
    order = [one["disease"] for one in kept["diseases"]]
    assert order == ["measles", *reversed(codes)][:MOST]
    assert [len(one["counts"]) for one in kept["diseases"]] == [SHOWN] * MOST
    assert len(kept["dates"]) == SHOWN
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept


def test_a_screening_keeps_what_moved_of_the_counts_it_screened(source, diseases):
    given(source, {("dengue", "XX", ""): ending(usual(10), 10, 10, 10, 60), ("measles", "XX", ""): usual(10, seed=4)})
    kept = screened(source).movers
    assert kept["diseases"][0]["disease"] == "dengue"
    assert kept["diseases"][0]["recent"] == 90
    assert kept["diseases"][0]["series"] == source.series.get(disease="dengue").pk
    assert kept["diseases"][0]["counts"][-1] == 60
    assert len(kept["dates"]) == min(SHOWN, WEEKS)


def test_a_disease_without_a_case_in_half_a_year_has_not_moved(source, diseases):
    given(source, {("plague", "XX", ""): np.zeros(WEEKS)})
    assert screened(source).movers == {}
