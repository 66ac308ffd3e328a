import numpy as np
import pytest
from tests.epi.forecast.epidemics import growing

from tocsin.epi.forecast.exponential_smoothing import fit_smoothing
from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.rhythm import DAILY


def fit(level, **options):
    level = np.atleast_2d(level)
    plain = Regular(level, np.ones((len(level), 1)))
    return fit_smoothing(plain, DAILY, **{"ahead": 14, "origins": 3, "blocks": 2} | options)


def test_levels_and_trends_are_the_equations_read_aloud():
    y = np.exp(4 + np.cumsum(np.random.default_rng(1).normal(0, 0.02, 90)))
    y[40] = np.nan
    found = fit(y)
    for g, (alpha, beta, phi) in enumerate(zip(*DAILY.smoothing_grid(), strict=True)):
        level, trend = np.log(y[0] + 2), 0.0
        for value in y[1:]:
            e = 0.0 if np.isnan(value) else np.log(value + 2) - (level + phi * trend)
            level, trend = level + phi * trend + alpha * e, phi * trend + beta * e
        assert found.state[0, g] == pytest.approx(level, rel=1e-10)
        assert found.trend[0, g] == pytest.approx(trend, rel=1e-9, abs=1e-12)
    h = np.arange(1, 15)
    phi = DAILY.smoothing_grid()[2]
    reach = np.array([found.state[0] + sum(phi**k for k in range(1, n + 1)) * found.trend[0] for n in h])
    np.testing.assert_allclose(found.path[0], np.exp(reach @ found.weight[0]) - 2, rtol=1e-10)


def test_the_spread_of_draws_is_that_of_the_published_variance():
    """Hyndman et al. 2008, table 6.1: 1 + sum of (alpha + beta (phi + ... + phi^j))^2, at one point of the grid."""
    found = fit(1000 * np.exp(np.random.default_rng(2).normal(0, 0.05, 200)))
    found.weight[0] = 0.0
    found.weight[0, -1] = 1.0
    alpha, beta, phi = (values[-1] for values in DAILY.smoothing_grid())
    draws = np.empty((14, 20_000))
    found.draw(0, np.random.default_rng(3), draws)
    c = [alpha + beta * sum(phi**k for k in range(1, j + 1)) for j in range(1, 14)]
    expected = found.spread[0, -1] * np.sqrt(1 + np.cumsum(np.r_[0.0, np.square(c)]))
    np.testing.assert_allclose(np.log(draws + 2).std(axis=1), expected, rtol=0.03)


def test_growth_goes_on_and_slows_down():
    steps = np.diff(np.log(fit(growing(100, 0.05)).path[0]))
    assert 0.02 < steps[0] < 0.05
    assert (np.diff(steps) < 0).all()
    assert steps[-1] > 0.005


def test_a_leap_of_one_day_moves_the_forecast_little():
    y = 500 * np.exp(np.random.default_rng(4).normal(0, 0.05, 100))
    leapt = y.copy()
    leapt[-1] *= 20
    assert fit(leapt).path[0].mean() < 1.2 * fit(y).path[0].mean()


def test_what_was_known_then_is_all_an_earlier_origin_uses():
    y = 500 * np.exp(np.random.default_rng(5).normal(0, 0.1, (2, 100)))
    np.testing.assert_allclose(fit(y).past[:, 1:], fit(y[:, :-7]).past[:, :2], rtol=1e-12)
