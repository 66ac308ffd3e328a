"""Bayes' rule for one count, against adaptive quadrature."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import nbinom, norm, poisson

from tocsin.epi.compilation import kernel
from tocsin.epi.reproduction.one_count import log_constant, updated


@kernel
def _posterior(m, v, count, Lambda, inverse_k):
    log_z, mean, variance = updated(m, v, count, Lambda, inverse_k)
    return log_z + log_constant(count, inverse_k), mean, variance


def _exact(m, v, count, Lambda, inverse_k):
    def density(x):
        mu = Lambda * x * x / 4
        p = poisson.pmf(count, mu) if inverse_k == 0 else nbinom.pmf(count, 1 / inverse_k, 1 / (1 + mu * inverse_k))
        return p * norm.pdf(x, m, np.sqrt(v))

    peak = np.sqrt(4 * max(count, 0.2) / Lambda)
    edges = sorted({max(1e-9, m - 10 * np.sqrt(v)), m, peak, max(peak, m) + 10 * np.sqrt(v)})
    total, first, second = (
        sum(quad(lambda x, k=k: x**k * density(x), a, b, limit=400)[0] for a, b in pairwise(edges)) for k in range(3)
    )
    return np.log(total), first / total, second / total - (first / total) ** 2


@pytest.mark.parametrize("inverse_k", [0.0, 0.02, 0.2])
@pytest.mark.parametrize(
    ("m", "v", "count", "Lambda"),
    [
        (2.0, 0.01, 100, 90.0), (2.0, 0.5, 3, 5.0), (1.0, 0.04, 0, 4.0), (2.5, 2.25, 7, 2.0), (2.0, 0.2, 2000, 1000.0),
        (1.6, 0.01, 40, 20.0), (2.0, 0.09, 1, 8.0), (3.5, 0.02, 55, 13.0),
    ],
)  # fmt: skip
def test_moments_and_probability_are_those_of_the_exact_posterior(m, v, count, Lambda, inverse_k):
    log_z, mean, variance = _posterior(m, v, float(count), Lambda, inverse_k)
    exact = _exact(m, v, count, Lambda, inverse_k)
    assert log_z == pytest.approx(exact[0], abs=0.004)
    assert mean == pytest.approx(exact[1], abs=0.01 * np.sqrt(exact[2]))
    assert variance == pytest.approx(exact[2], rel=0.03)


def test_no_case_is_a_normal_likelihood_exactly():
    log_z, mean, variance = _posterior(1.5, 0.3, 0.0, 6.0, 0.0)
    precision = 1 / 0.3 + 6 / 2
    assert (mean, variance) == pytest.approx((1.5 / 0.3 / precision, 1 / precision), rel=1e-12)
    assert log_z == pytest.approx(-0.5 * np.log(0.3 * precision) - 1.5**2 / 2 * (6 / 2) / (0.3 * precision), rel=1e-12)
