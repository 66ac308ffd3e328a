"""What one count says about x = 2 sqrt(R): Bayes' rule for a normal x, as kernels.

With mu = Lambda x^2 / 4 the count is Poisson of mean mu or negative binomial. On this scale the likelihood is close to
a normal of variance 1 / Lambda whatever x is, so a normal posterior with the exact first two moments is a good one.
They come from Laplace's expansion about the mode to the fourth derivative, or from quadrature where that is skew.
A normal x and its mirror image -x mean the same R.
"""

import math

import numpy as np

from tocsin.epi.compilation import inner_kernel

__all__ = ["log_constant", "updated"]

NODES, _WEIGHTS = np.polynomial.hermite.hermgauss(9)
LOG_WEIGHTS = np.log(_WEIGHTS) + NODES**2
SKEW = 0.02  # squared skewness of the posterior above which quadrature takes over
NEWTON = 12
LOG_2PI = math.log(2 * math.pi)
SMALLEST = 1e-4


@inner_kernel
def log_constant(count: float, inverse_k: float) -> float:
    """What of the log-probability of `count` does not depend on its mean."""
    found = -math.lgamma(count + 1.0)
    if inverse_k > 0:
        k = 1 / inverse_k
        found += math.lgamma(count + k) - math.lgamma(k) - count * math.log(k)
    return found


@inner_kernel
def _log_likelihood(x: float, count: float, Lambda: float, inverse_k: float) -> float:
    mu = Lambda * x * x / 4
    found = count * math.log(mu) if count > 0 else 0.0
    if inverse_k > 0:
        return found - (count + 1 / inverse_k) * math.log(1 + mu * inverse_k)
    return found - mu


@inner_kernel
def _curvature(x: float, count: float, Lambda: float, inverse_k: float) -> float:
    """Minus the second derivative of the log-likelihood, kept above a third of its expectation."""
    if inverse_k == 0:
        return (2 * count / (x * x) if count > 0 else 0.0) + Lambda / 2
    k = 1 / inverse_k
    mu = Lambda * x * x / 4
    bent = 2 * count / (x * x) + (count + k) * (Lambda / 2) * (k - mu) / (k + mu) ** 2
    return max(bent, Lambda * k / (k + mu) / 3)


@inner_kernel
def _mode(m: float, v: float, count: float, Lambda: float, inverse_k: float) -> float:
    if inverse_k == 0:
        bend = Lambda / 2 + 1 / v
        return (m / v + math.sqrt((m / v) ** 2 + 8 * count * bend)) / (2 * bend)
    k = 1 / inverse_k
    told = Lambda * k / (k + count)
    x = (m / v + told * 2 * math.sqrt(count / Lambda)) / (1 / v + told)
    for _ in range(NEWTON):
        x = max(x, SMALLEST)
        mu = Lambda * x * x / 4
        slope = 2 / x * (count - (count + k) * mu / (k + mu)) - (x - m) / v
        bend = _curvature(x, count, Lambda, inverse_k) + 1 / v
        step = slope / bend
        x += step
        # Within a thousandth of the posterior's sd the next step would be a millionth of it.
        if step * step * bend < 1e-6:
            break
    return max(x, SMALLEST)


@inner_kernel
def updated(m: float, v: float, count: float, Lambda: float, inverse_k: float) -> tuple[float, float, float]:
    """Log of the count's probability less `log_constant`, and mean and variance of x given the count.

    m, v       mean, above 0, and variance of x before
    Lambda     infectivity, above 0
    inverse_k  1 / k of the negative binomial, 0 for Poisson
    """
    x = _mode(m, v, count, Lambda, inverse_k)
    h2 = _curvature(x, count, Lambda, inverse_k) + 1 / v
    if count == 0 and inverse_k == 0:
        return -Lambda * x * x / 4 - (x - m) ** 2 / (2 * v) - 0.5 * math.log(v * h2), x, 1 / h2
    if x > SMALLEST:
        h3 = 4 * count / x**3
        h4 = -12 * count / x**4
        if inverse_k > 0:
            k, a = 1 / inverse_k, Lambda / 4
            r = a / (k + a * x * x)
            h3 += (count + k) * r * r * x * (12 - 16 * r * x * x)
            h4 += (count + k) * r * r * (12 - 96 * r * x * x + 96 * (r * x * x) ** 2)
        skew = h3 * h3 / h2**3
        flat = h4 / (h2 * h2)
        if skew < SKEW and abs(flat) < SKEW:
            top = _log_likelihood(x, count, Lambda, inverse_k) - (x - m) ** 2 / (2 * v)
            return (
                top - 0.5 * math.log(v * h2) + flat / 8 + 5 * skew / 24,
                x + h3 / (2 * h2 * h2),
                (1 + flat / 2 + skew) / h2,
            )
    return _by_quadrature(x, h2, m, v, count, Lambda, inverse_k)


@inner_kernel
def _by_quadrature(
    x: float, h2: float, m: float, v: float, count: float, Lambda: float, inverse_k: float
) -> tuple[float, float, float]:
    width = math.sqrt(2 / h2)
    middle = _log_likelihood(x, count, Lambda, inverse_k) - (x - m) ** 2 / (2 * v)
    total, first, second = 0.0, 0.0, 0.0
    for i in range(len(NODES)):
        u = x + width * NODES[i]
        if u > 0:
            here = _log_likelihood(u, count, Lambda, inverse_k) - (u - m) ** 2 / (2 * v)
            f = math.exp(here - middle + LOG_WEIGHTS[i])
            total += f
            first += f * (u - x)
            second += f * (u - x) ** 2
    first /= total
    return (
        math.log(total) + middle + math.log(width) - 0.5 * (LOG_2PI + math.log(v)),
        x + first,
        max(second / total - first * first, 1e-12),
    )
