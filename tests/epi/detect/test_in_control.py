"""The seasonal model of the in-control mean, by what defines a maximum of its likelihood."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom
from tests.epi.detect.random_counts import counts_and_exclusions

from tocsin.epi.detect.in_control import fit_alpha, fit_mean, parameters, seasonal_design


@settings(max_examples=30, deadline=None)
@given(
    data=counts_and_exclusions(periods=60, series=3),
    alpha=st.sampled_from([0.0, 0.2, 3.0]),
    harmonics=st.integers(0, 2),
    trend=st.booleans(),
)
def test_residuals_are_orthogonal_to_the_design(data, alpha, harmonics, trend):
    y, _ = data
    X = seasonal_design(60, 60, harmonics=harmonics, trend=trend, periods_per_year=26)
    beta = fit_mean(y, X, np.full(3, alpha))
    mu = np.exp(beta @ X.T)
    score = np.where(np.isnan(y), 0, (y - mu) / (1 + alpha * mu)) @ X
    fitted = ~np.isnan(beta).any(axis=1)
    # A few cases may have no finite maximum under many waves; 20 in as many counts always had one.
    ample = (np.nansum(y, axis=1) > 20) & ((y > 0).sum(axis=1) > 4 * parameters(harmonics, trend))
    assert fitted[ample].all()
    assert not fitted[np.nansum(y, axis=1) == 0].any()
    np.testing.assert_allclose(score[fitted], 0, atol=1e-6 * (1 + np.nansum(y)))


def test_without_season_the_mean_is_the_mean():
    X = seasonal_design(6, 6, harmonics=0, trend=False, periods_per_year=52)
    for alpha in (0.0, 1.5):
        assert np.exp(fit_mean(np.array([[1.0, 2, np.nan, 4, 5, 0]]), X, np.array([alpha])))[0, 0] == pytest.approx(2.4)


def test_overdispersion_is_the_one_of_highest_likelihood():
    rng = np.random.default_rng(11)
    y = rng.negative_binomial(2, 2 / (2 + 5), (3, 150)).astype(float)
    X = seasonal_design(150, 150, harmonics=1, trend=True, periods_per_year=52)
    beta, alpha = fit_alpha(y, X)

    def likelihood(i, a):
        mu = np.exp(fit_mean(y[i : i + 1], X, np.array([a]))[0] @ X.T)
        return nbinom.logpmf(y[i], 1 / a, 1 / (1 + a * mu)).sum()

    for i in range(3):
        assert 0.2 < alpha[i] < 1.2
        best = likelihood(i, alpha[i])
        assert all(likelihood(i, alpha[i] * factor) < best for factor in (0.99, 0.999, 1.001, 1.01))
    np.testing.assert_allclose(beta, fit_mean(y, X, alpha), rtol=1e-8, atol=1e-10)


def test_counts_that_vary_less_than_poisson_have_none():
    y = np.tile([3.0, 4, 5, 4], (1, 20))
    X = seasonal_design(80, 80, harmonics=0, trend=False, periods_per_year=52)
    beta, alpha = fit_alpha(y, X)
    assert alpha[0] == 0
    assert np.exp(beta[0, 0]) == pytest.approx(4)


def test_one_case_at_the_very_end_has_no_trend():
    """The likelihood grows for ever with the slope, so there is no maximum and no mean."""
    y = np.zeros((1, 60))
    y[0, 59] = 1
    X = seasonal_design(60, 60, harmonics=0, trend=True, periods_per_year=52)
    assert np.isnan(fit_mean(y, X, np.zeros(1))).all()


def test_a_series_without_a_case_has_no_mean_and_says_nothing_on_the_way():
    X = seasonal_design(60, 60, harmonics=0, trend=False, periods_per_year=52)
    beta, alpha = fit_alpha(np.zeros((1, 60)), X)
    assert np.isnan(beta).all()
    assert alpha[0] == 0
