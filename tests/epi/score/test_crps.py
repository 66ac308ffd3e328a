"""The continuous ranked probability score."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate
from scipy.stats import norm

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.score import crps_of_draws, crps_of_quantiles, weighted_interval_score


def of_step_function(y, draws):
    """The integral of (F - 1{y <= x}) squared, between all points where it jumps."""
    points = np.sort(np.append(draws, y))
    middle = (points[1:] + points[:-1]) / 2
    F = (np.asarray(draws)[:, None] <= middle).mean(axis=0)
    return float(((F - (middle >= y)) ** 2 * np.diff(points)).sum())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-20, 50), min_size=1, max_size=12), st.floats(-30, 60))
def test_draws_are_scored_as_their_step_function(draws, y):
    assert float(crps_of_draws(y, draws)) == pytest.approx(of_step_function(y, draws), abs=1e-9)


def test_fair_draws_are_scored_as_their_distribution_however_few():
    rng = np.random.default_rng(1)
    y = 0.8
    truth = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
    few = rng.standard_normal((200_000, 3))
    assert crps_of_draws(np.full(len(few), y), few, fair=True).mean() == pytest.approx(truth, abs=0.005)
    assert crps_of_draws(np.full(len(few), y), few).mean() > truth + 0.15


def test_quantiles_near_the_score_of_the_whole_distribution():
    y, truth = 0.8, 0.8 * (2 * norm.cdf(0.8) - 1) + 2 * norm.pdf(0.8) - 1 / np.sqrt(np.pi)
    errors = []
    for n in (9, 99, 999):
        levels = np.arange(1, n + 1) / (n + 1)
        errors.append(abs(float(crps_of_quantiles(y, norm.ppf(levels), levels)) - truth))
    assert errors[0] > 5 * errors[1] > 25 * errors[2]
    levels = (np.arange(7) + 0.5) / 7
    q = norm.ppf(levels)
    assert crps_of_quantiles(y, q, levels) == pytest.approx(float(weighted_interval_score(y, q, levels)))


def test_the_score_is_the_integral_of_the_squared_difference():
    square = (
        integrate.quad(lambda x: norm.cdf(x) ** 2, -10, 0.8)[0] + integrate.quad(lambda x: norm.sf(x) ** 2, 0.8, 10)[0]
    )
    draws = norm.ppf((np.arange(20000) + 0.5) / 20000)
    assert float(crps_of_draws(0.8, draws)) == pytest.approx(square, abs=1e-4)


def test_the_log_scale_and_what_is_missing():
    y = np.array([3.0, np.nan, 2.0])
    x = np.array([[1.0, 5.0], [1.0, 2.0], [np.nan, 2.0]])
    found = crps_of_draws(y, x, scale="log")
    assert found[0] == crps_of_draws(np.log(4.0), np.log1p(x[0]))
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("observed", "draws", "given", "error", "said"),
    [
        (1.0, [1.0], {"fair": True}, InvalidOption, "at least 2"),
        (1.0, np.zeros((2, 0)), {}, InvalidOption, r"draws has shape \(2, 0\)"),
        ([1.0, 2.0], [1.0, 2.0], {}, InvalidOption, r"observed has shape \(2,\)"),
        (1.0, [-1.0], {"scale": "log"}, InvalidCounts, "draws holds -1"),
    ],
)
def test_what_are_no_draws_is_refused(observed, draws, given, error, said):
    with pytest.raises(error, match=said):
        crps_of_draws(observed, draws, **given)
