import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from tests.epi.severity.china_cdc import CASES, DEATHS, POPULATION

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity import proportion_interval, standardised_risk


def test_is_the_weighted_sum_of_the_groups():
    s = standardised_risk(DEATHS, CASES, POPULATION)
    assert s.estimate == pytest.approx(sum(POPULATION / POPULATION.sum() * DEATHS / CASES))
    assert s.crude == pytest.approx(1023 / 44672)
    assert s.estimate < s.crude  # China is younger than those who were found
    assert standardised_risk(DEATHS, CASES, CASES).estimate == pytest.approx(1023 / 44672)


def test_the_gamma_interval_is_fay_and_feuers():
    s = standardised_risk(DEATHS, CASES, POPULATION, interval="gamma")
    w = POPULATION / POPULATION.sum()
    r, v, m = sum(w * DEATHS / CASES), sum((w / CASES) ** 2 * DEATHS), max(w / CASES)
    assert s.low == pytest.approx(v / (2 * r) * chi2.ppf(0.025, 2 * r * r / v))
    assert s.high == pytest.approx((v + m * m) / (2 * (r + m)) * chi2.ppf(0.975, 2 * (r + m) ** 2 / (v + m * m)))


def test_one_group_alone_has_the_intervals_of_a_proportion_and_of_a_poisson_count():
    mover, gamma = (standardised_risk([7], [900], [1.0], interval=name) for name in ("mover", "gamma"))
    assert (mover.low, mover.high) == pytest.approx(tuple(map(float, proportion_interval(7, 900, interval="wilson"))))
    assert (gamma.low * 900, gamma.high * 900) == pytest.approx((chi2.ppf(0.025, 14) / 2, chi2.ppf(0.975, 16) / 2))


@pytest.mark.parametrize(("interval", "bounds"), [("mover", (0.94, 0.965)), ("gamma", (0.95, 1))])
def test_covers_the_truth(interval, bounds):
    rng = np.random.default_rng(8)
    n, w = np.array([80, 200, 150, 60]), np.array([0.4, 0.3, 0.2, 0.1])
    p = np.array([0.005, 0.02, 0.08, 0.2])
    s = standardised_risk(rng.binomial(n, p, (4000, 4)), np.tile(n, (4000, 1)), w, interval=interval)
    truth = (w * p).sum()
    assert bounds[0] < np.mean((s.low <= truth) & (truth <= s.high)) <= bounds[1]


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 300), st.floats(0.01, 5)), min_size=1, max_size=8),
    interval=st.sampled_from(["mover", "gamma"]),
)
def test_lies_between_its_limits_and_between_the_groups(rows, interval):
    x, more, w = (np.array(v, dtype=float) for v in zip(*rows, strict=True))
    n = x + more + 1
    s = standardised_risk(x, n, w, interval=interval)
    assert 0 <= s.low <= s.estimate + 1e-12 <= s.high + 2e-12 <= 1 + 3e-12
    assert (x / n).min() - 1e-12 <= s.estimate <= (x / n).max() + 1e-12


def test_no_deaths_at_all_still_have_an_upper_limit():
    for interval in ("mover", "gamma"):
        s = standardised_risk([0, 0], [50, 80], [1, 1], interval=interval)
        assert s.low == s.estimate == 0
        assert 0.01 < s.high < 0.1


def test_a_group_without_weight_may_be_missing():
    assert standardised_risk([np.nan, 2], [np.nan, 8], [0, 5]).estimate == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("events", "persons", "standard", "options", "error", "words"),
    [
        ([0, 1], [0, 9], [1, 1], {}, InvalidCounts, "age group 0 has weight 0.5"),
        ([np.nan, 1], [4, 9], [1, 1], {}, InvalidCounts, "join it with the group beside it"),
        ([1, 1], [4, 9], [1, 1, 1], {}, InvalidOption, "one weight for each of 2"),
        ([1, 1], [4, 9], [1, -1], {}, InvalidOption, "negative"),
        ([1, 1], [4, 9], [0, 0], {}, InvalidOption, "only zeros"),
        ([1, 1], [4, 9], [1, 1], {"interval": "wald"}, InvalidOption, "interval is 'wald'"),
        ([5, 1], [4, 9], [1, 1], {}, InvalidCounts, "5 events of 4 persons"),
    ],
)
def test_refuses(events, persons, standard, options, error, words):
    with pytest.raises(error, match=words):
        standardised_risk(events, persons, standard, **options)
