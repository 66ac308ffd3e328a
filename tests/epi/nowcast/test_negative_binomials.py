import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betanbinom, nbinom

from tocsin.epi.nowcast.beta_negative_binomial import beta_negative_binomial_quantiles
from tocsin.epi.nowcast.negative_binomials import mixture_quantiles

LEVELS = np.array([0.001, 0.025, 0.5, 0.9, 0.999])


def test_one_part_is_the_negative_binomial():
    rng = np.random.default_rng(1)
    size, success = rng.gamma(0.5, 40, 200) + 0.01, rng.beta(0.6, 0.6, 200) * 0.999 + 0.001
    found = mixture_quantiles(np.ones((200, 1)), size, success[:, None], LEVELS)
    np.testing.assert_array_equal(found, nbinom.ppf(LEVELS, size[:, None], success[:, None]))


@settings(max_examples=60, deadline=None)
@given(size=st.floats(0.01, 1e4), parts=st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=6), seed=st.integers(0, 99))
def test_is_the_smallest_count_that_reaches_the_level(size, parts, seed):
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(parts)))
    success = np.array(parts)
    k = mixture_quantiles(weights[None], np.array([size]), success[None], LEVELS)[0]
    reached = (weights * nbinom.cdf(k[:, None], size, success)).sum(1)
    short = (weights * nbinom.cdf(k[:, None] - 1, size, success)).sum(1)
    assert (reached >= LEVELS - 1e-9).all()
    assert (short <= LEVELS + 1e-9).all()


def test_counts_beyond_telling_apart_are_unbounded():
    k = mixture_quantiles(np.ones((1, 1)), np.array([2.0]), np.array([[1e-18]]), np.array([0.5]))
    assert np.isinf(k).all()
    certain = mixture_quantiles(np.ones((1, 1)), np.array([2.0]), np.array([[1.0]]), LEVELS)
    assert (certain == 0).all()


def test_beta_negative_binomial_is_that_of_scipy():
    n, a, b = np.array([1.0, 5, 40]), np.array([3.0, 12, 8]), np.array([2.0, 0.1, 15])
    found = beta_negative_binomial_quantiles(n, a, b, LEVELS)
    np.testing.assert_array_equal(found, betanbinom.ppf(LEVELS, n[:, None], a[:, None], b[:, None]))
