"""Tails and quantiles against SciPy, exact fractions and their own definitions."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import betainc
from scipy.stats import nbinom, norm, poisson

from tocsin.epi.count_tails import probability_of, quantile, upper_tail

means = st.floats(-7, 9).map(math.exp)
dispersions = st.one_of(st.just(1.0), st.floats(-27, 8).map(lambda x: 1 + math.exp(x)))


def law(mu, phi):
    return poisson(mu) if phi == 1 else nbinom(mu / (phi - 1), 1 / phi)


@settings(max_examples=300, deadline=None)
@given(mu=means, phi=dispersions, z=st.floats(-5, 8))
def test_agrees_with_scipy(mu, phi, z):
    y = max(0.0, round(mu + z * math.sqrt(mu * phi)))
    exact = betainc(y, mu / (phi - 1), (phi - 1) / phi) if phi > 1 and y > 0 else law(mu, phi).sf(y - 1)
    assert upper_tail(y, mu, phi) == pytest.approx(exact, rel=1e-9, abs=1e-250)


@settings(max_examples=300, deadline=None)
@given(mu=means, phi=dispersions, alpha=st.sampled_from([0.5, 0.05, 0.01, 0.001, 1e-9]))
def test_the_quantile_is_the_smallest_count_exceeded_so_rarely(mu, phi, alpha):
    x = quantile(alpha, float(norm.isf(alpha)), mu, phi)
    assert upper_tail(x + 1, mu, phi) <= alpha * (1 + 1e-10)
    assert x == 0 or upper_tail(x, mu, phi) > alpha * (1 - 1e-10)


def test_exact_fractions():
    # mean 2, variance 4: size 2, probability 1/2, so P(Y = y) = (y + 1) / 2^(y + 2)
    for y in range(40):
        exact = Fraction(y + 1, 2 ** (y + 2))
        assert probability_of(float(y), 2.0, 2.0) == pytest.approx(float(exact), rel=1e-14)
        tail = 1 - sum(Fraction(k + 1, 2 ** (k + 2)) for k in range(y))
        assert upper_tail(float(y), 2.0, 2.0) == pytest.approx(float(tail), rel=1e-13)


def test_the_tail_is_whole_far_out():
    # geometric: mean 1, variance 2, P(Y >= y) = 2^-y exactly
    for y in (1, 10, 100, 900):
        assert upper_tail(float(y), 1.0, 2.0) == pytest.approx(2.0**-y, rel=1e-11)


def test_dispersion_just_above_one_is_all_but_poisson():
    for y in (0.0, 3.0, 20.0):
        assert upper_tail(y, 5.0, 1 + 1e-12) == pytest.approx(upper_tail(y, 5.0, 1.0), rel=1e-10)


@pytest.mark.parametrize(
    ("mu", "phi"), [(1e21, 3.0), (1e21, 1.0), (1e15, 1e6), (1.0, 1e9), (1e-3, 1e12), (1e10, 1e9), (9e8, 1.0)]
)
def test_the_search_ends_for_means_and_dispersions_gone_astray(mu, phi):
    x = quantile(0.01, 2.3263478740408408, mu, phi)
    assert np.isfinite(x)
    assert upper_tail(x + 1, mu, phi) == pytest.approx(0.01, rel=1e-3) or upper_tail(x + 1, mu, phi) < 0.01


def test_large_counts_pass_into_the_normal_without_a_step():
    below, above = (quantile(0.01, 2.3263478740408408, mu, 2.0) / mu - 1 for mu in (0.999e9, 1.001e9))
    assert below == pytest.approx(above, rel=2e-3)


def test_a_mean_of_nothing_expects_nothing():
    assert quantile(0.01, 2.33, 0.0, 1.0) == 0
    assert upper_tail(0.0, 0.0, 1.0) == 1
    assert upper_tail(1.0, 0.0, 1.0) == 0
    assert probability_of(0.0, 0.0, 1.0) == 1
