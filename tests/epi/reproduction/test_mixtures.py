import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import ndtri
from scipy.stats import nbinom, norm

from tocsin.epi.compilation import kernel
from tocsin.epi.reproduction.mixtures import count_quantiles, even_mixture, folded_quantiles

LEVELS = np.array([0.025, 0.25, 0.5, 0.75, 0.975])


@kernel
def _folded(w, m, s, levels, z, found):
    folded_quantiles(w, m, s, len(w), levels, z, found)


@kernel
def _counts(w, m, v, inverse_k, Lambda, levels, z, found):
    count_quantiles(w, m, v, inverse_k, len(w), Lambda, levels, z, found)


@pytest.mark.parametrize(
    ("w", "m", "s"),
    [
        ([1.0], [2.0], [0.1]),
        ([0.5, 0.5], [1.6, 2.5], [0.02, 0.05]),
        ([0.97, 0.03], [2.0, 3.0], [0.1, 0.7]),
        ([0.3, 0.7], [0.1, 0.4], [0.5, 0.3]),
    ],
)
def test_quantiles_of_a_mixture_undo_its_distribution_function(w, m, s):
    w, m, s = np.array(w), np.array(m), np.array(s)
    found = np.empty(5)
    _folded(w, m, s, LEVELS, ndtri(LEVELS), found)
    cdf = [w @ (norm.cdf((x - m) / s) - norm.cdf((-x - m) / s)) for x in found]
    np.testing.assert_allclose(cdf, LEVELS, atol=2e-6)
    exact = brentq(lambda x: w @ (norm.cdf((x - m) / s) - norm.cdf((-x - m) / s)) - 0.25, 0, 9)
    assert found[1] == pytest.approx(exact, rel=1e-5)


def test_an_even_mixture_is_the_mixture_of_evenly_weighted_parts():
    m, s = np.array([[1.5, 2], [2.5, 3]]), np.array([[0.1, 0.2], [0.3, 0.1]])
    both, one = np.empty((2, 5)), np.empty(5)
    even_mixture(m, s, LEVELS, ndtri(LEVELS), both)
    for t in range(2):
        _folded(np.array([0.5, 0.5]), m[:, t].copy(), s[:, t].copy(), LEVELS, ndtri(LEVELS), one)
        np.testing.assert_allclose(both[t], one)


@pytest.mark.parametrize("Lambda", [0.05, 3.0, 60.0, 400.0, 20_000.0])
@pytest.mark.parametrize("inverse_k", [0.0, 0.1])
def test_quantiles_of_counts_are_those_of_simulated_ones(Lambda, inverse_k):
    rng = np.random.default_rng(1)
    w, m, v = np.array([0.6, 0.4]), np.array([2.0, 2.4]), np.array([0.02, 0.1])
    found = np.empty(5)
    _counts(w, m, v, np.full(2, inverse_k), Lambda, LEVELS, ndtri(LEVELS), found)
    part = rng.random(200_000) < w[0]
    x = np.where(part, rng.normal(2.0, np.sqrt(0.02), 200_000), rng.normal(2.4, np.sqrt(0.1), 200_000))
    mean = Lambda * x * x / 4
    drawn = rng.poisson(mean if inverse_k == 0 else rng.gamma(1 / inverse_k, mean * inverse_k))
    simulated = np.quantile(drawn, LEVELS, method="inverted_cdf")
    np.testing.assert_allclose(found, simulated, rtol=0.045, atol=1)


def test_a_count_of_known_rate_is_negative_binomial():
    found = np.empty(5)
    _counts(np.ones(1), np.array([2.0]), np.array([1e-12]), np.array([0.25]), 8.0, LEVELS, ndtri(LEVELS), found)
    assert found.tolist() == nbinom.ppf(LEVELS, 4, 4 / 12).tolist()
