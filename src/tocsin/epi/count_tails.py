"""Tails and quantiles of the Poisson and the negative binomial distribution, one count at a time.

The negative binomial is given by its mean mu and its variance over mean phi > 1 (size mu / (phi - 1),
probability 1 / phi), as quasi-Poisson models estimate it; phi = 1 is the Poisson distribution.

A tail is the probability of its first count times a sum that a continued fraction gives in a
dozen steps, so that a tail of 1e-12 is as exact as one of a half. That probability is found by
the saddle-point expansion of Loader C (2000), Fast and accurate computation of binomial
probabilities: differences of log gamma functions would lose every digit as phi comes near to 1.
"""

import math

import numpy as np

from tocsin.epi.compilation import kernel

__all__ = ["probability_of", "quantile", "upper_tail"]

_HALF_LOG_2PI = 0.9189385332046728
NEAR = 32
HIGHEST = 1e300
# Counts beyond this are normal to more digits than are asked for, and sums over them would take for ever.
_NORMAL_MEAN = 1e9
_NORMAL_SPREAD = 1e-4  # largest squared coefficient of variation for that


@kernel
def _stirling_error(n: float) -> float:
    """log Gamma(n + 1) less Stirling's formula for it, n > 0."""
    if n < 16.0:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_2PI
    nn = n * n
    series = 1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * nn)) / nn
    return (1.0 / 12.0 - (1.0 / 360.0 - series / nn) / nn) / n


@kernel
def _deviance(x: float, m: float) -> float:
    """x log(x / m) + m - x, without cancellation where x is near to m."""
    if abs(x - m) > 0.1 * (x + m):
        return x * math.log(x / m) + m - x
    v = (x - m) / (x + m)
    total = (x - m) * v
    term = 2.0 * x * v
    for j in range(1, 100):
        term *= v * v
        after = total + term / (2 * j + 1)
        if after == total:
            break
        total = after
    return total


@kernel
def probability_of(y: float, mu: float, phi: float) -> float:
    """P(Y = y) for mean mu and variance phi mu."""
    if mu <= 0.0:
        return 1.0 if y == 0.0 else 0.0
    if phi <= 1.0:
        if y == 0.0:
            return math.exp(-mu)
        return math.exp(-_stirling_error(y) - _deviance(y, mu) - _HALF_LOG_2PI) / math.sqrt(y)
    n = mu / (phi - 1.0)
    if y == 0.0:
        return math.exp(-n * math.log1p(phi - 1.0))
    total = n + y
    exponent = _stirling_error(total) - _stirling_error(n) - _stirling_error(y)
    exponent -= _deviance(n, total / phi) + _deviance(y, total * ((phi - 1.0) / phi)) + _HALF_LOG_2PI
    return math.exp(exponent) * math.sqrt(total / (n * y)) * (n / total)


@kernel
def _beta_fraction(a: float, b: float, x: float) -> float:
    """a B(a, b) I_x(a, b) / (x^a (1 - x)^b), the continued fraction 26.5.8 of Abramowitz and Stegun."""
    before_top, top = 1.0, 1.0
    before_bottom, bottom = 0.0, 1.0
    value = 1.0
    for m in range(1, 10_000):
        d = -(a + m - 1) * (a + b + m - 1) * x / ((a + 2 * m - 2) * (a + 2 * m - 1))
        before_top, top = top, top + d * before_top
        before_bottom, bottom = bottom, bottom + d * before_bottom
        d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        before_top, top = top, top + d * before_top
        before_bottom, bottom = bottom, bottom + d * before_bottom
        # Kept at unit size, as both grow without bound.
        scale = 1.0 / bottom
        top *= scale
        before_top *= scale
        before_bottom *= scale
        bottom = 1.0
        if abs(top - value) <= 1e-15 * abs(top):
            break
        value = top
    return 1.0 / top


@kernel
def upper_tail(y: float, mu: float, phi: float) -> float:
    """P(Y >= y) for mean mu and variance phi mu; y a whole number."""
    if y <= 0.0:
        return 1.0
    if mu <= 0.0:
        return 0.0
    if mu > _NORMAL_MEAN and phi < _NORMAL_SPREAD * mu:
        return 0.5 * math.erfc((y - 0.5 - mu) / math.sqrt(2.0 * phi * mu))
    return _tail_from(probability_of(y, mu, phi), y, mu, phi)


@kernel
def _tail_from(first: float, y: float, mu: float, phi: float) -> float:
    """P(Y >= y) from P(Y = y), y at least 1: by the sum or the fraction that falls off fastest."""
    n = mu / (phi - 1.0) if phi > 1.0 else math.inf
    q = (phi - 1.0) / phi
    if y <= mu:
        # The fraction of the lower tail loses its digits as the size n grows; its sum does not.
        below = first * (y / n) * _beta_fraction(n, y, 1.0 / phi) if n < 1e4 else _sum_below(first, y, mu / phi, q)
        return max(0.0, 1.0 - below)
    if n > 1e12:
        return first * _sum_above(y, mu / phi, q)
    if y >= mu + phi - 2.0:
        return min(1.0, first * _beta_fraction(y, n, q))
    if y <= 1000.0:
        return max(0.0, -math.expm1(-n * math.log1p(phi - 1.0)) - _sum_from_one(y, n, q, phi))
    return max(0.0, 1.0 - first * (y / n) * _beta_fraction(n, y, 1.0 / phi))


@kernel
def _sum_above(y: float, m: float, q: float) -> float:
    """P(Y >= y) / P(Y = y), each probability from the one before; m = mu / phi."""
    term, total, k = 1.0, 1.0, y
    while term > 1e-17 * total:
        term *= (k * q + m) / (k + 1.0)
        total += term
        k += 1.0
    return total


@kernel
def _sum_below(first: float, y: float, m: float, q: float) -> float:
    """P(Y < y), each probability from the one after."""
    term, total, k = first, 0.0, y
    while k > 0.0 and term > 1e-17 * total:
        term *= k / ((k - 1.0) * q + m)
        total += term
        k -= 1.0
    return total


@kernel
def _sum_from_one(y: float, n: float, q: float, phi: float) -> float:
    """P(1 <= Y < y), exact where the size n is small and nearly all of the probability lies at 0."""
    term, total = math.exp(-n * math.log1p(phi - 1.0)) * n * q, 0.0
    for k in range(1, int(y)):
        total += term
        term *= (n + k) * q / (k + 1.0)
    return total


@kernel
def quantile(alpha: float, z: float, mu: float, phi: float) -> float:
    """The smallest count that is exceeded with a probability of at most alpha.

    z  the standard normal's upper alpha quantile, from which the search starts
    """
    if mu <= 0.0:
        return 0.0
    # Cornish and Fisher's first correction: the quantile of a normal, moved by the skewness.
    skewness = (2.0 * phi - 1.0) / math.sqrt(phi * mu)
    x: float = max(0.0, np.floor(mu + math.sqrt(phi * mu) * (z + skewness * (z * z - 1.0) / 6.0)))
    if mu > _NORMAL_MEAN and phi < _NORMAL_SPREAD * mu:
        return x
    size = mu / (phi - 1.0) if phi > 1.0 else 0.0
    q = (phi - 1.0) / phi
    above = probability_of(x + 1.0, mu, phi)
    tail = _tail_from(above, x + 1.0, mu, phi)
    p = above * (x + 1.0) / ((x + size) * q) if phi > 1.0 else above * (x + 1.0) / mu
    # Nearly always the start is a few counts off, and one probability follows from its neighbour.
    for _ in range(NEAR):
        if tail > alpha:
            p *= (x + size) * q / (x + 1.0) if phi > 1.0 else mu / (x + 1.0)
            tail -= p
            x += 1.0
            if tail <= alpha:
                return x
        elif x > 0.0 and tail + p <= alpha:
            tail += p
            p *= x / ((x - 1.0 + size) * q) if phi > 1.0 else x / mu
            x -= 1.0
        else:
            return x
    return _search(x, alpha, mu, phi)


@kernel
def _search(x: float, alpha: float, mu: float, phi: float) -> float:
    """The same quantile by doubled steps and halving, for a start that is far off."""
    low, high, step = -1.0, x, 1.0
    # low is exceeded with a probability above alpha, high is not.
    while high < HIGHEST and upper_tail(high + 1.0, mu, phi) > alpha:
        low, high, step = high, high + step, 2.0 * step
    if low < 0.0:
        step, at = 1.0, high - 1.0
        while at >= 0.0 and upper_tail(at + 1.0, mu, phi) <= alpha:
            high, at, step = at, at - step, 2.0 * step
        low = max(at, -1.0)
    while high - low > 1.0 and low < 0.5 * (low + high) < high:
        middle = np.floor(0.5 * (low + high))
        if upper_tail(middle + 1.0, mu, phi) > alpha:
            low = middle
        else:
            high = middle
    return high
