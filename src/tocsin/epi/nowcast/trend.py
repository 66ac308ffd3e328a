"""Counts of the last days, drawn towards the trend of those before as far as their own reports leave room.

A count grossed up by its completeness is uncertain by what is still to come. The logarithm of the expected count
follows a damped local linear trend with a fixed pattern of weekdays; the Kalman filter and the Rauch-Tung-Striebel
smoother give its level, and each day's count is the mean of level and grossed-up count, weighted by what is known of
either.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = ["drawn_to_trend", "weekday_pattern"]

DISPERSION = 3.0  # variance over mean of a day's count about its trend
RELATIVE = 0.003  # and what it has besides, relative to the square of the mean
LEVEL, SLOPE, DAMPING = 1e-4, 1e-4, 0.97  # a day: variances of level and slope, and how much of the slope is left
CHANCE = 3.0  # variance over mean of what is not yet reported
SPARSE = 0.5  # share still missing, from which on reports are a small sample of what will come
HALF = 0.5  # added to reports before their logarithm is taken
RIPE = 14  # days after which a count enters the pattern of weekdays


@kernel
def weekday_pattern(counts: NDArray[np.float64], first: int, ripe: int, pattern: NDArray[np.float64]) -> None:
    """Log ratio of each weekday's counts to the seven days around them, of mean 0, into `pattern`.

    counts  (days,) of which the first `ripe` are used; first: weekday of the first
    """
    top = np.zeros(7)
    bottom = np.zeros(7)
    for i in range(3, ripe - 3):
        around = 0.0
        for j in range(i - 3, i + 4):
            around += counts[j] + HALF
        w = (first + i) % 7
        top[w] += counts[i] + HALF
        bottom[w] += around / 7.0
    mean = 0.0
    for w in range(7):
        pattern[w] = math.log((max(top[w], 0.0) + 5.0) / (max(bottom[w], 0.0) + 5.0))
        mean += pattern[w] / 7.0
    for w in range(7):
        pattern[w] -= mean


@kernel
def drawn_to_trend(
    reports: NDArray[np.float64],
    complete: NDArray[np.float64],
    strayed: NDArray[np.float64],
    first: int,
    pattern: NDArray[np.float64],
    step: float,
) -> NDArray[np.float64]:
    """Expected final counts (periods,).

    Few reports of a hardly complete count say little of how many there will be, but much against very many: their
    chance is judged by how many were expected, where these are more.

    reports  (periods,) so far
    complete (periods,) share that they are of what will be reported
    strayed  (periods,) variance of the log of that share
    first    number of the first period modulo the length of `pattern`
    step     days in a period
    """
    n = len(reports)
    W = len(pattern)
    q_level, q_slope, damping = LEVEL * step, SLOPE * step**3, DAMPING**step
    mean, cov = np.zeros((n, 2)), np.zeros((n, 3))
    prior, prior_cov = np.zeros((n, 2)), np.zeros((n, 3))
    noise = np.zeros(n)
    variance = np.zeros(n)
    y = np.zeros(n)
    for i in range(n):
        y[i] = math.log((max(reports[i], 0.0) + HALF * complete[i]) / complete[i]) - pattern[(first + i) % W]
    m0, m1, c00, c01, c11 = 0.0, 0.0, 4.0, 0.0, 0.01 * step * step
    start = min(7, n)
    for i in range(start):
        m0 += y[i] / start
    for i in range(n):
        if i > 0:
            m0, m1 = m0 + m1, damping * m1
            c00, c01, c11 = (
                c00 + 2.0 * c01 + c11 + q_level,
                damping * (c01 + c11),
                damping * damping * c11 + q_slope,
            )
        prior[i, 0], prior[i, 1] = m0, m1
        prior_cov[i, 0], prior_cov[i, 1], prior_cov[i, 2] = c00, c01, c11
        expected = math.exp(min(max(m0 + pattern[(first + i) % W], 0.0), 30.0))
        noise[i] = DISPERSION / expected + RELATIVE
        missing = max(1.0 - complete[i], 0.0)
        likely = complete[i] * expected if missing > SPARSE else 0.0
        if reports[i] < likely:
            # The score of a Poisson count: a logarithm would make none of few expected into very few.
            y[i] = m0 + (reports[i] - likely) / (likely + HALF)
        variance[i] = strayed[i] + CHANCE * missing / (max(reports[i], likely) + HALF)
        total = c00 + noise[i] + variance[i]
        error = y[i] - m0
        k0, k1 = c00 / total, c01 / total
        m0, m1 = m0 + k0 * error, m1 + k1 * error
        c11 -= k1 * c01
        c01 *= 1.0 - k0
        c00 *= 1.0 - k0
        mean[i, 0], mean[i, 1] = m0, m1
        cov[i, 0], cov[i, 1], cov[i, 2] = c00, c01, c11
    level = np.empty(n)
    s0, s1 = mean[n - 1, 0], mean[n - 1, 1]
    level[n - 1] = s0
    for i in range(n - 2, -1, -1):
        p00, p01, p11 = prior_cov[i + 1, 0], prior_cov[i + 1, 1], prior_cov[i + 1, 2]
        a00, a01 = cov[i, 0] + cov[i, 1], damping * cov[i, 1]
        a10, a11 = cov[i, 1] + cov[i, 2], damping * cov[i, 2]
        det = p00 * p11 - p01 * p01
        e0, e1 = s0 - prior[i + 1, 0], s1 - prior[i + 1, 1]
        f0, f1 = (p11 * e0 - p01 * e1) / det, (p00 * e1 - p01 * e0) / det
        s0, s1 = mean[i, 0] + a00 * f0 + a01 * f1, mean[i, 1] + a10 * f0 + a11 * f1
        level[i] = s0
    out = np.empty(n)
    for i in range(n):
        own = noise[i] / (noise[i] + variance[i])
        out[i] = max(math.exp(level[i] + own * (y[i] - level[i]) + pattern[(first + i) % W]) - HALF, 0.0)
    return out
