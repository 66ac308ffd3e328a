import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from tests.epi.reproduction.reference_cases import I, W

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import cori, growth_of, growth_rate, growth_to_reproduction, reproduction_to_growth


@settings(max_examples=60, deadline=None)
@given(r=st.floats(-1.5, 1.5))
def test_r_and_growth_are_one_to_one(r):
    R = growth_to_reproduction(r, W)
    assert pytest.approx(1 / sum(W[s] * np.exp(-r * s) for s in range(7)), rel=1e-12) == R
    assert reproduction_to_growth(R, W) == pytest.approx(r, abs=1e-10)


def test_exponential_growth_has_the_r_of_wallinga_and_lipsitch():
    y = 1e4 * np.exp(0.08 * np.arange(40))
    R = cori(y, W, window=1).mean[0, -1]
    assert pytest.approx(growth_to_reproduction(0.08, W), rel=1e-4) == R


def test_limits_of_r():
    found = reproduction_to_growth([0.0, 1.0, np.nan, np.inf, 1e-12, 1e12], W)
    assert found[0] == -np.inf
    assert found[1] == pytest.approx(0, abs=1e-12)
    assert np.isnan(found[2])
    assert found[3] == np.inf
    assert found[4] == -np.inf or found[4] < -3
    assert found[5] == np.inf or found[5] > 3


def test_an_exact_exponential_is_found_exactly():
    y = 500 * np.exp(-0.07 * np.arange(30))
    estimate = growth_rate(y, window=10)
    np.testing.assert_allclose(estimate.mean, -0.07, rtol=1e-8)
    median = list(estimate.levels).index(0.5)
    np.testing.assert_allclose(estimate.doubling_time[..., median], -np.log(2) / 0.07, rtol=1e-7)
    assert (estimate.t_end - estimate.t_start == 9).all()


def test_is_the_quasi_poisson_maximum():
    estimate = growth_rate(I, window=15)
    y, t = I[:15], np.arange(15.0)

    def loss(b):
        return np.sum(np.exp(b[0] + b[1] * t) - y * (b[0] + b[1] * t))

    best = minimize(loss, [1, 0.1], method="BFGS", options={"gtol": 1e-9}).x
    mu = np.exp(best[0] + best[1] * t)
    phi = max(1, np.sum((y - mu) ** 2 / mu) / 13)
    information = np.array([[mu.sum(), (mu * t).sum()], [(mu * t).sum(), (mu * t * t).sum()]])
    assert estimate.mean[0, 0] == pytest.approx(best[1], rel=1e-5)
    assert estimate.sd[0, 0] == pytest.approx(np.sqrt(phi * np.linalg.inv(information)[1, 1]), rel=1e-5)


def test_intervals_hold_the_truth():
    rng = np.random.default_rng(1)
    mean = 40 * np.exp(0.05 * np.arange(14))
    y = np.concatenate([rng.poisson(mean, (1500, 14)), rng.negative_binomial(8, 8 / (8 + mean), (1500, 14))])
    q = growth_rate(y).quantiles[:, 0]
    covered = (q[:, 0] < 0.05) & (q[:, -1] > 0.05)
    assert 0.94 < covered[:1500].mean() < 0.985
    assert 0.92 < covered[1500:].mean() < 0.975


def test_missing_days_are_left_out_and_few_cases_say_nothing():
    y = 100 * np.exp(0.03 * np.arange(14))
    y[[3, 9]] = np.nan
    assert growth_rate(y).mean[0, 0] == pytest.approx(0.03, rel=1e-8)
    y[2:] = np.nan
    few = np.array([[1.0] * 9 + [0] * 5, y, [0] * 14])
    estimate = growth_rate(few)
    assert np.isnan(estimate.mean).all()
    assert np.isnan(estimate.growing).all()
    assert [bool(reason) for reason in estimate.reason] == [False, False, True]


def test_growth_of_an_estimate_goes_quantile_by_quantile():
    R = cori(I, W)
    growth = growth_of(R, W)
    np.testing.assert_allclose(growth_to_reproduction(growth.quantiles, W), R.quantiles, rtol=1e-9)
    dr = 1e-6
    slope = (growth_to_reproduction(growth.mean + dr, W) - growth_to_reproduction(growth.mean - dr, W)) / (2 * dr)
    np.testing.assert_allclose(growth.sd, R.sd / slope, rtol=1e-4)
    sure = growth.quantiles[0, :, 0] > 0
    assert (growth.growing[0, sure] == 1).all()
    assert growth.doubling_time[0, 6, 3] == pytest.approx(np.log(2) / growth.quantiles[0, 6, 3])


def test_refuses():
    with pytest.raises(InvalidOption, match="R holds -1"):
        reproduction_to_growth([1, -1.0], W)
    with pytest.raises(InvalidOption, match="r holds 9"):
        growth_to_reproduction(9.0, W)
    with pytest.raises(InvalidDelay, match="lag 0"):
        growth_to_reproduction(0.1, [0.5, 0.5])
    with pytest.raises(InvalidOption, match="window is 2"):
        growth_rate(I, window=2)
    with pytest.raises(InvalidOption, match="least_cases is 0"):
        growth_rate(I, least_cases=0)
    with pytest.raises(HistoryTooShort, match="window of 31 days"):
        growth_rate(I, window=31)
    with pytest.raises(InvalidCounts, match="is -3"):
        growth_rate([1, 2, -3.0])
