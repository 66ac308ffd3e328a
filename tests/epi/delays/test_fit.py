"""Delays estimated from line lists."""

import math

import numpy as np
import pytest
from scipy import integrate
from tests.epi.delays.r_figures import AS_OF, FIRST, FIRST_LAST, SECOND, SECOND_LAST, R

from tocsin.epi.delays import DelayDistribution, compare_families, fit_delay
from tocsin.epi.delays.families import family_of
from tocsin.epi.delays.likelihood import log_likelihood, windows
from tocsin.epi.errors import InvalidDates, InvalidDelay, InvalidOption

FAMILIES = ["gamma", "lognormal", "weibull", "normal"]


def line_list(cases, *, family="gamma", mean=6.0, sd=3.0, days=40, growth=0.1, seed=1):
    """Days of both events of cases in exponential growth, of which the second came within the days."""
    rng = np.random.default_rng(seed)
    first = np.log1p(rng.random(cases) * math.expm1(growth * days)) / growth
    second = first + DelayDistribution(family, mean, sd).quantile(rng.uniform(1e-12, 1, cases))
    seen = second < days
    return np.floor(first[seen]).astype(int), np.floor(second[seen]).astype(int)


@pytest.mark.parametrize("truncated", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_is_what_r_finds_by_integrating(family, truncated):
    f = fit_delay(FIRST, FIRST_LAST, SECOND, SECOND_LAST, family=family, as_of=AS_OF if truncated else None)
    r = {name: float(value) for name, value in R[family, truncated].items() if name != "family"}
    assert f.converged.all()
    assert f.log_likelihood[0] == pytest.approx(r["log_likelihood"], abs=1e-6)
    assert f.aic[0] == pytest.approx(4 - 2 * r["log_likelihood"], abs=1e-5)
    np.testing.assert_allclose([f.distribution.mean[0], f.distribution.sd[0]], [r["mean"], r["sd"]], rtol=2e-5)
    np.testing.assert_allclose(f.estimate[0], [r["first"], r["second"]], atol=2e-5)
    np.testing.assert_allclose(
        f.covariance[0], [[r["var11"], r["var12"]], [r["var12"], r["var22"]]], rtol=1e-3, atol=1e-6
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_the_likelihood_is_an_integral_over_the_first_window(family):
    known = family_of(family)
    width, low, high = np.array([1, 3, 3]), np.array([2, 0, 5]), np.array([3, 2, 9])
    since, until = np.array([0, -1, 1]), np.array([8, 6, 9])
    cases = np.array([1.0, 2.0, 0.5])
    d = DelayDistribution(family, 4.0, 2.5)
    free = known.to_free(*known.native(np.asarray(4.0), np.asarray(2.5)))
    expected = 0.0
    for w, lo, hi, a, b, n in zip(width, low, high, since, until, cases, strict=True):
        seen, possible = (
            integrate.quad(
                lambda t, e=ends: float(d.cdf(e[1] - t) - d.cdf(e[0] - t)), 0, w, epsabs=1e-12, points=range(1, w)
            )[0]
            / w
            for ends in ((lo, hi), (a, b))
        )
        expected += n * math.log(seen / possible)
    terms = windows(width, low, high, cases, known_from=since, known_until=until)
    assert float(log_likelihood(known, free, terms)) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("family", FAMILIES)
def test_simulated_truth_is_found_though_the_last_are_not_there_yet(family):
    first, second = line_list(6000, family=family)
    whole = fit_delay(first, None, second, None, family=family, as_of=39)
    naive = fit_delay(first, None, second, None, family=family)
    low, high = whole.mean_interval()[0]
    assert low < 6 < high
    assert whole.sd_interval()[0, 0] < 3 < whole.sd_interval()[0, 1]
    assert naive.mean_interval()[0, 1] < 5.6  # what leaving the truncation out costs
    truth = float(DelayDistribution(family, 6.0, 3.0).quantile(0.95))
    assert whole.quantile_interval(0.95)[0, 0] < truth < whole.quantile_interval(0.95)[0, 1]


def test_intervals_cover_the_truth_as_often_as_they_say():
    """400 outbreaks of a hundred cases or so, as strata of one line list; scripts/delay_coverage.py has more."""
    first, second, stratum = [], [], []
    for number in range(400):
        one, two = line_list(180, seed=number)
        first.append(one)
        second.append(two)
        stratum.append(np.full(len(one), f"{number:03}"))
    f = fit_delay(
        *(np.concatenate(first), None, np.concatenate(second), None), as_of=39, stratum=np.concatenate(stratum)
    )
    assert f.converged.mean() > 0.99
    inside = (f.mean_interval()[:, 0] < 6) & (f.mean_interval()[:, 1] > 6)
    assert 0.92 < inside[f.converged].mean() < 0.975  # 0.95 and 2.5 standard errors; Wald's may fall a little short
    tail = float(DelayDistribution("gamma", 6.0, 3.0).quantile(0.9))
    ends = f.quantile_interval(0.9)
    assert 0.91 < ((ends[:, 0] < tail) & (ends[:, 1] > tail))[f.converged].mean() < 0.98


def test_each_stratum_is_estimated_by_itself():
    first, second = line_list(900)
    stratum = np.where(np.arange(len(first)) % 3 == 0, "b", "a")
    both = fit_delay(first, None, second, None, as_of=39, stratum=stratum)
    assert both.strata.tolist() == ["a", "b"]
    for number, name in enumerate("ab"):
        rows = stratum == name
        alone = fit_delay(first[rows], None, second[rows], None, as_of=39)
        assert both.distribution.mean[number] == alone.distribution.mean[0]
        assert both.cases[number] == rows.sum()


def test_one_row_of_many_cases_is_as_many_rows():
    first, second = line_list(300)
    rows, cases = np.unique(np.stack([first, second]), axis=1, return_counts=True)
    one = fit_delay(first, None, second, None, as_of=39)
    counted = fit_delay(rows[0], None, rows[1], None, as_of=39, cases=cases)
    assert counted.log_likelihood[0] == pytest.approx(one.log_likelihood[0])
    assert counted.distribution.mean[0] == pytest.approx(one.distribution.mean[0], rel=1e-7)


def test_dates_are_days_and_missing_ones_are_counted():
    first, second = line_list(300)
    day = np.datetime64("2026-01-01")
    dates, later = day + first, day + second
    later[:3] = np.datetime64("NaT")
    f = fit_delay(dates, None, later, None, as_of=day + 39)
    assert f.left_out[0] == 3
    assert f.cases[0] == len(first) - 3
    numbers = fit_delay(first.astype(float), None, np.where(np.arange(len(first)) < 3, np.nan, second), None, as_of=39)
    assert f.distribution.mean[0] == numbers.distribution.mean[0]
    assert fit_delay(dates, None, later, None, as_of="2026-02-09").distribution.mean[0] == f.distribution.mean[0]


def test_delays_known_only_from_a_day_on_are_not_too_long():
    rng = np.random.default_rng(3)
    first = rng.integers(0, 200, 20000)
    second = np.floor(first + rng.random(20000) + DelayDistribution("gamma", 6.0, 3.0).quantile(rng.random(20000)))
    seen = (second >= 195) & (second < 210)
    ends = (first[seen], None, second[seen], None)
    f = fit_delay(*ends, since=195, as_of=209)
    assert f.mean_interval()[0, 0] < 6 < f.mean_interval()[0, 1]


def test_infected_before_their_infector_need_a_family_that_has_such_delays():
    rng = np.random.default_rng(9)
    first = rng.integers(0, 60, 20000)
    second = np.floor(first + rng.random(20000) + rng.normal(3, 3, 20000)).astype(int)
    assert (second < first).any()
    f = fit_delay(first, None, second, None, family="normal")
    assert f.mean_interval()[0, 0] < 3 < f.mean_interval()[0, 1]
    assert f.sd_interval()[0, 0] < 3 < f.sd_interval()[0, 1]
    with pytest.raises(InvalidDates, match="second is before first; correct the dates"):
        fit_delay(first, None, second, None)


def test_intervals_of_a_lognormal_are_those_of_the_delta_method():
    f = fit_delay(FIRST, FIRST_LAST, SECOND, SECOND_LAST, family="lognormal", as_of=AS_OF)
    V, square = f.covariance[0], math.exp(2 * f.estimate[0, 1])
    # log mean = mu + sigma^2 / 2; by log sigma its derivative is sigma^2.
    half = 1.959963984540054 * math.sqrt(V[0, 0] + 2 * square * V[0, 1] + square**2 * V[1, 1])
    mean = f.distribution.mean[0]
    np.testing.assert_allclose(f.mean_interval()[0], [mean * math.exp(-half), mean * math.exp(half)], rtol=1e-6)
    half = 1.2815515655446004 * math.sqrt(V[0, 0])
    np.testing.assert_allclose(
        f.quantile_interval(0.5, level=0.8)[0], np.exp(f.estimate[0, 0] + np.array([-half, half])), rtol=1e-6
    )


def test_draws_are_spread_as_the_intervals_say():
    first, second = line_list(800)
    stratum = np.where(np.arange(len(first)) < 3, "few", "many")
    f = fit_delay(first, None, second, None, as_of=39, stratum=stratum)
    draws = f.draws(4000, rng=np.random.default_rng(5))
    assert draws.mean.shape == (4000, 2)
    assert np.isnan(draws.mean[:, 0]).all()
    np.testing.assert_allclose(np.quantile(draws.mean[:, 1], [0.025, 0.975]), f.mean_interval()[1], rtol=0.02)
    again = f.draws(4000, rng=np.random.default_rng(5))
    np.testing.assert_array_equal(draws.sd, again.sd)


def test_a_stratum_that_says_nothing_has_no_estimate():
    same = np.arange(30)
    few = fit_delay(same[:4], None, same[:4] + 2, None)
    assert not few.converged[0]
    assert np.isnan(few.distribution.mean[0])
    assert np.isnan(few.mean_interval()).all()
    # One and the same delay; delays within one day; and only the beginning of a long one.
    assert not fit_delay(same, None, same + np.arange(30) % 2, None).converged[0]
    assert not fit_delay(same, None, same + 400, None, as_of=430).converged[0]
    beginning = np.repeat(20, 60), np.repeat(20 + np.arange(6), 10)
    assert not fit_delay(beginning[0], None, beginning[1], None, as_of=25).converged[0]


def test_an_empty_line_list_has_no_estimate():
    f = fit_delay([], None, [], None, as_of="2026-01-01")
    assert f.cases.tolist() == [0]
    assert np.isnan(f.distribution.mean).all()


def test_the_family_that_fits_best_comes_first():
    first, second = line_list(5000, family="lognormal", sd=5.0, days=80)
    fits = compare_families(first, None, second, None, as_of=79)
    assert fits[0].family == "lognormal"
    assert fits[0].aic.sum() < fits[1].aic.sum() < fits[2].aic.sum()


DAYS = np.arange(10)


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"second": DAYS - 1}, InvalidDates, r"in row 0 \(and in 9 more\) second is before first"),
        ({"as_of": 8}, InvalidDates, "in row 9 second is after as_of"),
        (
            {"as_of": np.append(DAYS[:9], np.datetime64("NaT", "D").astype(int))},
            InvalidDates,
            "as_of is missing in row 9",
        ),
        ({"as_of": "soon"}, InvalidDates, "as_of is 'soon'; give a date"),
        ({"as_of": 9.5}, InvalidDates, "as_of holds 9.5"),
        ({"since": 1}, InvalidDates, "in row 0 second is before since"),
        ({"first_last": DAYS - 1}, InvalidDates, "the last day of first is before its first"),
        ({"second_last": DAYS - 1}, InvalidDates, "the last day of second is before its first"),
        ({"second": DAYS[:9]}, InvalidDates, r"second has shape \(9,\); give one column of dates, 10"),
        ({"second": DAYS[:, None]}, InvalidDates, r"second has shape \(10, 1\)"),
        ({"second": DAYS + 0.5}, InvalidDates, "second holds 0.5; days are whole"),
        ({"second": DAYS.astype(str)}, InvalidDates, "second is of type <U"),
        ({"cases": np.full(10, -1.0)}, InvalidOption, "cases is the number of cases of each of 10 rows"),
        ({"stratum": ["a"]}, InvalidOption, r"stratum has shape \(1,\)"),
        ({"family": "beta"}, InvalidDelay, "family is 'beta'"),
    ],
)
def test_what_is_no_line_list_is_refused(given, error, said):
    columns = {"first": DAYS, "first_last": None, "second": DAYS, "second_last": None, **given}
    first, first_last, second, second_last = (
        columns.pop(name) for name in ("first", "first_last", "second", "second_last")
    )
    with pytest.raises(error, match=said):
        fit_delay(first, first_last, second, second_last, **columns)


def test_levels_and_numbers_of_draws_are_checked():
    f = fit_delay(FIRST, FIRST_LAST, SECOND, SECOND_LAST)
    with pytest.raises(InvalidOption, match="level is 1;"):
        f.mean_interval(1.0)
    with pytest.raises(InvalidOption, match="share is 0;"):
        f.quantile_interval(0.0)
    with pytest.raises(InvalidOption, match="size is 0"):
        f.draws(0, rng=np.random.default_rng(1))
    with pytest.raises(InvalidOption, match="families is empty"):
        compare_families(FIRST, None, SECOND, None, families=())
