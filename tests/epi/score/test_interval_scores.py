"""Scores of forecasts given as quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.score import (
    absolute_error,
    quantile_score,
    weighted_interval_score,
    weighted_interval_score_parts,
)

# The forecasts on which covidHubUtils and R's scoringutils are tested (tests/testthat/test-metrics-quantile.R).
OBSERVED = np.array([1.0, -15.0, 22.0])
QUANTILES = np.array([[-1, 0, 1, 2, 3], [-2, 1, 2, 2, 4], [-2, 0, 3, 3, 4]], dtype=float)
LEVELS = [0.1, 0.25, 0.5, 0.75, 0.9]


def interval_score(y, lower, upper, alpha):
    return (upper - lower) + 2 / alpha * max(lower - y, 0) + 2 / alpha * max(y - upper, 0)


def oracle(y, q, levels):
    """The equation of Bracher et al. read aloud."""
    levels = list(levels)
    total, weight = 0.0, 0.0
    for tau in levels:
        if tau < 0.5:
            other = min(range(len(levels)), key=lambda j: abs(levels[j] - (1 - tau)))
            alpha = 2 * tau
            total += alpha / 2 * interval_score(y, q[levels.index(tau)], q[other], alpha)
            weight += 1
        elif tau == 0.5:
            total += abs(y - q[levels.index(tau)]) / 2
            weight += 0.5
    return total / weight


def test_scores_are_those_of_the_hubs():
    expected = (
        0.5 * np.abs(OBSERVED - QUANTILES[:, 2])
        + (QUANTILES[:, 4] - QUANTILES[:, 0]) * 0.1
        + [0, -2 + 15, 22 - 4]
        + (QUANTILES[:, 3] - QUANTILES[:, 1]) * 0.25
        + [0, 1 + 15, 22 - 3]
    ) / 2.5
    np.testing.assert_allclose(weighted_interval_score(OBSERVED, QUANTILES, LEVELS), expected, rtol=1e-12)
    np.testing.assert_allclose(expected, [0.36, 15.34, 19.14], rtol=1e-12)


def test_one_interval_and_only_a_median_are_scored_as_the_hubs_do():
    outer = weighted_interval_score(OBSERVED, QUANTILES[:, [0, 4]], [0.1, 0.9])
    np.testing.assert_allclose(outer, [0.4, 0.6 + 13, 0.6 + 18])
    np.testing.assert_allclose(weighted_interval_score(OBSERVED, QUANTILES[:, [2]], [0.5]), [0, 17, 19])
    np.testing.assert_array_equal(absolute_error(OBSERVED, QUANTILES, LEVELS), [0, 17, 19])


def test_the_parts_say_on_which_side_it_was_wrong():
    p = weighted_interval_score_parts(OBSERVED, QUANTILES, LEVELS)
    np.testing.assert_allclose(p.overprediction, [0, (13 + 16 + 8.5) / 2.5, 0])
    np.testing.assert_allclose(p.underprediction, [0, 0, (18 + 19 + 9.5) / 2.5])
    np.testing.assert_allclose(p.dispersion, [0.36, (0.6 + 0.25) / 2.5, (0.6 + 0.75) / 2.5])


forecasts = st.integers(1, 5).flatmap(
    lambda half: st.tuples(
        st.lists(st.floats(0.005, 0.495), min_size=half, max_size=half, unique_by=lambda x: round(x, 4)),
        st.booleans(),
        st.lists(st.floats(-50, 200), min_size=2 * half + 1, max_size=2 * half + 1),
        st.floats(-60, 220),
    )
)


@settings(max_examples=150, deadline=None)
@given(forecasts)
def test_is_the_equation_read_aloud_and_twice_the_mean_quantile_score(forecast):
    lower, median, values, y = forecast
    lower = sorted(lower)
    levels = lower + [0.5] * median + [1 - tau for tau in reversed(lower)]
    q = np.sort(values)[: len(levels)]
    found = weighted_interval_score_parts(y, q, levels)
    assert float(found.score) == pytest.approx(oracle(y, list(q), levels), abs=1e-9)
    assert float(found.score) == pytest.approx(2 * quantile_score(y, q, levels).mean(), abs=1e-9)
    assert min(found.dispersion, found.overprediction, found.underprediction) >= 0
    assert float(found.score) == pytest.approx(
        float(found.dispersion + found.overprediction + found.underprediction), abs=1e-12
    )


def test_the_log_scale_is_the_score_of_logarithms():
    y, q = np.array([0.0, 9.0]), np.array([[0.0, 3.0, 8.0], [1.0, 7.0, 20.0]])
    levels = [0.05, 0.5, 0.95]
    np.testing.assert_allclose(
        weighted_interval_score(y, q, levels, scale="log"), weighted_interval_score(np.log1p(y), np.log1p(q), levels)
    )


def test_with_many_levels_it_is_the_score_of_the_whole_distribution():
    """CRPS of a normal: sd (z (2 Phi(z) - 1) + 2 phi(z) - 1 / sqrt(pi)); Gneiting & Raftery 2007, equation 21."""
    n = 4001
    levels = (np.arange(n) + 0.5) / n
    z = 0.7
    crps = 3 * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))
    assert float(weighted_interval_score(5 + 3 * z, 5 + 3 * norm.ppf(levels), levels)) == pytest.approx(crps, rel=1e-3)


def test_what_is_missing_has_no_score_and_the_others_have_theirs():
    y = np.array([[1.0, np.nan], [2.0, 3.0]])
    q = np.broadcast_to([1.0, 2.0, 4.0], (2, 2, 3)).copy()
    q[1, 1, 0] = np.nan
    levels = [0.1, 0.5, 0.9]
    p = weighted_interval_score_parts(y, q, levels)
    for part in (p.score, p.dispersion, p.overprediction, p.underprediction):
        assert np.isnan(part).tolist() == [[False, True], [False, True]]
    assert p.score[0, 0] == weighted_interval_score(1.0, [1.0, 2.0, 4.0], levels)
    median = q.copy()
    median[0, 0, 1] = np.nan
    assert np.isnan(weighted_interval_score(y, median, levels)[0, 0])


def test_one_observation_serves_many_forecasts():
    q = np.stack([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]])
    assert weighted_interval_score(2.0, q, [0.25, 0.5, 0.75]).shape == (2,)


@pytest.mark.parametrize(
    ("observed", "quantiles", "levels", "scale", "error", "said"),
    [
        (1.0, [1.0, 2.0], [0.1, 0.5, 0.9], "natural", InvalidOption, r"quantiles has shape \(2,\) and there are 3"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], [0.1, 0.5, 0.9], "natural", InvalidOption, r"observed has shape \(2,\)"),
        (1.0, [1.0, 0.5, 3.0], [0.1, 0.5, 0.9], "natural", InvalidOption, "1 at level 0.1 and 0.5 at 0.5"),
        (1.0, [1.0, 2.0, 3.0], [0.1, 0.5, 0.8], "natural", InvalidOption, "levels holds 0.1 without 0.9"),
        (1.0, [1.0, 2.0], [0.9, 0.1], "natural", InvalidOption, "0.9 before 0.1"),
        (1.0, [1.0], [0.5], "sqrt", InvalidOption, "scale is 'sqrt'"),
        (-1.0, [1.0], [0.5], "log", InvalidCounts, "observed holds -1"),
        (1.0, [-2.0], [0.5], "log", InvalidCounts, "quantiles holds -2"),
    ],
)
def test_what_is_no_forecast_is_refused(observed, quantiles, levels, scale, error, said):
    with pytest.raises(error, match=said):
        weighted_interval_score(observed, quantiles, levels, scale=scale)


def test_quantiles_that_rounding_has_crossed_pass():
    assert weighted_interval_score(2.0, [1.0, 1.0 - 1e-13, 3.0], [0.1, 0.5, 0.9]) > 0


def test_an_absolute_error_needs_a_median():
    with pytest.raises(InvalidOption, match=r"levels does not hold 0.5"):
        absolute_error(1.0, [1.0, 2.0], [0.1, 0.9])
