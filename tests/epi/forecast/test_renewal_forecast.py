import numpy as np
import pytest
from tests.epi.forecast.epidemics import INTERVAL, growing, renewal_counts

from tocsin.epi.forecast import forecast
from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.renewal_forecast import fit_renewal, responses, weekly_interval
from tocsin.epi.forecast.rhythm import DAILY


def fit(counts, **options):
    counts = np.atleast_2d(counts)
    plain = Regular(counts, np.ones((len(counts), 7)))
    return fit_renewal(plain, DAILY, INTERVAL, **{"ahead": 28, "origins": 5, "blocks": 4, "pull": 0.0} | options)


def test_the_path_is_the_equation_read_aloud():
    y = np.random.default_rng(1).poisson(200, 120).astype(float)
    found = fit(y)
    level, w = list(found.z[0]), INTERVAL
    r = float(found.weight[0] @ found.mean[0])
    for h in range(28):
        r *= DAILY.phi
        pressure = sum(w[s] * level[-s] for s in range(1, len(w)))
        level.append(np.exp(r) * pressure)
        assert found.path[0, h] == pytest.approx(level[-1], rel=1e-12)
    np.testing.assert_allclose(found.past[0, 0], np.reshape(level[-28:], (4, 7)).sum(axis=1), rtol=1e-12)


@pytest.mark.parametrize("rate", [-0.05, 0.0, 0.04])
def test_growth_is_found_as_the_R_of_wallinga_and_lipsitch(rate):
    """Under I in proportion to exp(rt), R = 1 / sum of w_s exp(-rs)."""
    found = fit(growing(150, rate, start=2_000_000 if rate < 0 else 200))
    R = np.exp(found.weight[0] @ found.mean[0])
    exact = 1 / (INTERVAL @ np.exp(-rate * np.arange(len(INTERVAL))))
    assert np.log(R) == pytest.approx(np.log(exact), rel=0.1, abs=0.005)


def test_what_was_known_then_is_all_an_earlier_origin_uses():
    y = renewal_counts(3, 150, np.random.default_rng(2)) + 1
    whole, cut = fit(y), fit(y[:, :-14])
    np.testing.assert_allclose(whole.past[:, 2:], cut.past[:, :3], rtol=1e-12)


def test_a_pull_bends_what_stands_high_down_and_leaves_the_mean_alone():
    y = np.r_[np.full(200, 100.0), growing(30, 0.08)]
    assert (fit(y, pull=0.2).path[0] < fit(y).path[0]).all()
    flat = np.full(200, 100.0)
    np.testing.assert_allclose(fit(flat, pull=0.2).path, fit(flat).path, rtol=1e-9)


def test_responses_are_the_variance_of_simulated_paths():
    rng = np.random.default_rng(3)
    lags, draws = len(INTERVAL), 20_000
    strayed = np.zeros((lags + 28, draws))
    r = 0.1 * rng.standard_normal(draws)
    for h in range(28):
        r = DAILY.phi * r + 0.02 * rng.standard_normal(draws)
        strayed[lags + h] = r + sum(INTERVAL[s] * strayed[lags + h - s] for s in range(1, lags))
    state, drift = responses(INTERVAL, DAILY.phi, 4, 7)
    middles = lags + np.array([3, 10, 17, 24])
    np.testing.assert_allclose(strayed[middles].var(axis=1), 0.01 * state + 0.0004 * drift, rtol=0.05)


def test_a_week_is_seven_days_of_infecting():
    """Infectors evenly over a week, one serial interval of 7 days: all infected in the next week."""
    week = np.zeros(8)
    week[7] = 1.0
    np.testing.assert_allclose(weekly_interval(week), [0.0, 1.0])
    ten = np.zeros(11)
    ten[10] = 1.0  # days 0 to 3 infect in the next week, 4 to 6 in the one after
    np.testing.assert_allclose(weekly_interval(ten), [0.0, 4 / 7, 3 / 7])
    one = np.array([0.0, 1.0])  # six of seven within the week itself
    np.testing.assert_allclose(weekly_interval(one), [0.0, 1.0])
    np.testing.assert_allclose(weekly_interval(np.array([1.0])), [0.0, 1.0])


def test_simulated_truth_is_covered_as_often_as_said():
    """Parameters drawn from the grid that the method itself averages over, as simulation-based calibration asks."""
    rng = np.random.default_rng(4)
    series = 400
    sigma, scatter = rng.choice(DAILY.sigma, series), rng.choice(DAILY.scatter, series)
    y = renewal_counts(series, 188, rng, sigma=sigma, scatter=scatter)
    y = y[(y[:, :160].max(axis=1) < 1e7) & (y[:, 130:160].sum(axis=1) > 100)]
    f = forecast(
        y[:, :160], horizon=4, step="day", sum_over=7, method="renewal", serial_interval=INTERVAL, pull=0.0,
        levels=[0.025, 0.25, 0.75, 0.975], draws=400, rng=rng,
    )  # fmt: skip
    came = y[:, 160:].reshape(len(y), 4, 7).sum(axis=2)
    within_95 = ((came >= f.quantiles[..., 0]) & (came <= f.quantiles[..., 3])).mean()
    within_50 = ((came >= f.quantiles[..., 1]) & (came <= f.quantiles[..., 2])).mean()
    assert 0.92 < within_95 < 0.985
    assert 0.45 < within_50 < 0.62
