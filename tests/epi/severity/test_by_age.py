import numpy as np
import pytest
from tests.epi.severity.china_cdc import AGES, CASES, DEATHS, PUBLISHED

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity import infection_fatality, known_outcomes, proportion_interval, risk_by_age, static


def test_china_cdc_is_what_was_published():
    r = risk_by_age(DEATHS, CASES, ages=AGES)
    for percent, found in zip(PUBLISHED[1:], r.estimate[1:], strict=True):
        assert round(100 * found, 1) == percent
    assert round(100 * float(r.crude), 1) == 2.3
    assert r.few.tolist() == [True] * 3 + [False] * 6
    assert r.high[0] == pytest.approx(1 - 0.025 ** (1 / 416), rel=1e-9)  # none of 416: closed form
    critical = risk_by_age([1023], [2087], risk="hospitalisation_fatality")
    assert round(100 * critical.estimate[0], 1) == 49.0


def test_groups_are_independent_and_strata_too():
    two = risk_by_age(np.stack([DEATHS, 2 * DEATHS]), np.stack([CASES, 3 * CASES]), interval="wilson")
    one = risk_by_age(2 * DEATHS[:4], 3 * CASES[:4], interval="wilson")
    assert two.estimate.shape == (2, 9)
    np.testing.assert_allclose(two.high[1, :4], one.high)
    assert two.crude[0] == pytest.approx(1023 / 44672)


def test_a_group_not_reported_is_nan_and_left_out_of_the_total():
    r = risk_by_age([np.nan, 2, 3], [10, 20, 0 + 30])
    assert np.isnan([r.estimate[0], r.low[0], r.high[0]]).all()
    assert r.crude == pytest.approx(5 / 50)
    empty = risk_by_age([0, 2], [0, 20])
    assert np.isnan(empty.estimate[0])
    assert np.isnan(risk_by_age([0, 0], [0, 0]).crude)


def test_delay_adjusted_by_age_is_static_of_each_group():
    rng = np.random.default_rng(2)
    cases = rng.poisson(5 * np.exp(0.1 * np.arange(30)), (3, 30))
    deaths = np.minimum(rng.poisson(0.1 * cases), cases)
    f = np.ones(14) / 14
    r = risk_by_age(deaths.sum(1), cases.sum(1), known=known_outcomes(cases, f))
    s = static(cases, deaths, delay=f)
    for name in ("estimate", "low", "high"):
        np.testing.assert_allclose(getattr(r, name), getattr(s, name))
    np.testing.assert_allclose(r.outcomes, s.outcomes)


def test_a_pooled_delay_adjusts_all_groups_by_the_same_share():
    cases = np.array([10.0, 20, 40, 80])
    k = known_outcomes(cases, [0.25, 0.25, 0.5])
    u = k.known_share[0, -1]
    r = risk_by_age([3, 9], [50, 100], known=k)
    assert r.estimate == pytest.approx([3 / 50 / u, 9 / 100 / u])
    assert (r.high - r.low > np.subtract(*proportion_interval([3, 9], [50, 100])[::-1])).all()


@pytest.mark.parametrize(
    ("events", "persons", "options", "error", "words"),
    [
        ([3], [2], {}, InvalidCounts, "age group 0 has 3 deaths of 2 cases"),
        ([-3], [2], {}, InvalidCounts, "deaths are -3 in age group 0"),
        ([1, 2], [2], {}, InvalidCounts, "shape"),
        (["x"], ["y"], {}, InvalidCounts, "numbers"),
        ([1, 1], [2, 2], {"ages": ["0-9"]}, InvalidOption, "names 1 groups"),
        ([1, 1], [2, 2], {"ages": ["0-9", None]}, InvalidOption, "age group 1 has no name"),
        ([1, 1], [2, 2], {"ages": ["0-9", float("nan")]}, InvalidOption, "age group 1 has no name"),
        ([1, 1], [2, 2], {"ages": ["0-9", "0-9"]}, InvalidOption, "more than once"),
        ([1, 1], [2, 2], {"risk": "infection_fatality"}, InvalidOption, "seroprevalence"),
        ([1, 1], [2, 2], {"risk": "mortality"}, InvalidOption, "risk is 'mortality'"),
        ([1, 1], [2, 2], {"known": known_outcomes(np.ones((3, 4)), [1])}, InvalidOption, "known has 3 series"),
    ],
)
def test_refuses(events, persons, options, error, words):
    with pytest.raises(error, match=words):
        risk_by_age(events, persons, **options)


def test_infection_fatality_is_deaths_over_those_with_antibodies():
    f = infection_fatality([5, 50, 0], [1e5, 1e5, 1e5], positive=[50, 60, 0], tested=[1000, 1000, 1000])
    assert f.infections == pytest.approx([5000, 6000, 0])
    assert f.estimate[:2] == pytest.approx([0.001, 50 / 6000])
    assert np.isnan([f.estimate[2], f.low[2], f.high[2]]).all()


def test_with_a_certain_survey_the_interval_is_that_of_the_deaths():
    f = infection_fatality([20], [1e6], positive=[5_000_000], tested=[100_000_000])
    low, high = proportion_interval(20, 1e6)
    assert (f.low[0], f.high[0]) == pytest.approx((float(low) / 0.05, float(high) / 0.05), rel=2e-3)


def test_infection_fatality_covers_the_truth():
    rng = np.random.default_rng(4)
    share, risk, runs = 0.08, 0.006, 3000
    deaths = rng.binomial(10_000, share * risk, runs)
    seen = rng.binomial(400, 0.9 * share + 0.02 * (1 - share), runs)
    f = infection_fatality(
        deaths, np.full(runs, 10_000), positive=seen, tested=np.full(runs, 400), sensitivity=0.9, specificity=0.98
    )
    assert 0.94 < np.mean((f.low <= risk) & (risk <= f.high)) <= 1


def test_few_positives_leave_the_upper_limit_open():
    f = infection_fatality([3], [10_000], positive=[1], tested=[50])
    assert f.high[0] > 0.1
    assert f.low[0] < f.estimate[0] < f.high[0]
    assert infection_fatality([3], [1e4], positive=[2], tested=[50], specificity=0.97).high[0] == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({}, InvalidOption, "positive and tested are missing"),
        ({"positive": [5], "tested": [4]}, InvalidCounts, "5 positive of 4 tested"),
        ({"positive": [5, 1], "tested": [9, 9]}, InvalidCounts, "the survey"),
        ({"positive": [5], "tested": [9], "sensitivity": 0}, InvalidOption, "sensitivity is 0"),
        ({"positive": [5], "tested": [9], "sensitivity": 0.4, "specificity": 0.5}, InvalidOption, "add up to 0.9"),
    ],
)
def test_infection_fatality_refuses(options, error, words):
    with pytest.raises(error, match=words):
        infection_fatality([3], [1000], **options)
