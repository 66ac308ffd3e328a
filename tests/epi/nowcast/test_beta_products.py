import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import poch

from tocsin.epi.nowcast.beta_products import beta_rule, product_rules

PARAMETER = st.floats(0.05, 2000)


@settings(max_examples=50, deadline=None)
@given(a=PARAMETER, b=PARAMETER)
def test_a_rule_of_a_beta_has_its_moments(a, b):
    x, w = beta_rule(np.array([a]), np.array([b]))
    for k in (0, 1, 2, 5, 12, 31):
        assert (w * x**k).sum() == pytest.approx(np.prod([(a + i) / (a + b + i) for i in range(k)]), rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(PARAMETER, PARAMETER), min_size=2, max_size=6))
def test_a_rule_of_a_product_has_the_product_of_the_moments(factors):
    a, b = np.array(factors).T[:, np.newaxis]
    x, w = product_rules(a, b)
    for first in range(len(factors)):
        for k in (0, 1, 2, 3, 7):
            moment = np.prod(poch(a[0, first:], k) / poch(a[0, first:] + b[0, first:], k)) if k else 1.0
            assert (w[0, first] * x[0, first] ** k).sum() == pytest.approx(moment, rel=1e-7)


def test_shares_of_a_dirichlet_are_beta_again():
    """Both ways to the same nodes: the product over delays, and the one Beta that it is."""
    alpha = np.array([0.1, 3.1, 7.1, 0.1, 20.1, 5.1])
    a, b = np.cumsum(alpha)[:-1], alpha[1:]
    x, w = product_rules(a[np.newaxis], b[np.newaxis])
    direct, weights = beta_rule(a, np.cumsum(alpha[::-1])[::-1][1:])
    for k in range(1, 32):
        np.testing.assert_allclose((w[0] * x[0] ** k).sum(1), (weights * direct**k).sum(1), rtol=1e-8)
    np.testing.assert_allclose(x[0], direct, rtol=1e-5)


def test_a_certain_share_stays_certain():
    x, w = product_rules(np.array([[1e12, 1e12]]), np.array([[1e-3, 1e-3]]))
    assert (w * x).sum(axis=2) == pytest.approx(1.0)
    assert np.isfinite(x).all()
