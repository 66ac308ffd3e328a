"""Quantiles of mixtures of negative binomial distributions, of many at once."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammaincinv

__all__ = ["mixture_quantiles"]

BEYOND = 2.0**53  # counts above are not told apart by doubles


def mixture_quantiles(
    weights: NDArray[np.float64], size: NDArray[np.float64], success: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The smallest k with P(count <= k) of at least each level.

    weights  (rows, parts) that sum to 1
    size     (rows,) above 0: of the negative binomial with mean size (1 - success) / success
    success  (rows, parts) above 0, at most 1
    returns  (rows, levels) whole numbers; inf above 2^53
    """
    rows = np.repeat(np.arange(len(size)), len(levels))
    level = np.tile(levels, len(size))

    def reaches(k: NDArray[np.float64], which: NDArray[np.intp]) -> NDArray[np.bool_]:
        r = rows[which]
        below = betainc(size[r, np.newaxis], k[:, np.newaxis] + 1.0, success[r])
        enough: NDArray[np.bool_] = (weights[r] * below).sum(axis=1) >= level[which]
        return enough

    guess, step = _guess(weights, size, success, levels)
    low, high = np.full(len(rows), -1.0), guess + step
    # Out from the guess until the quantile lies in (low, high], then halve.
    which = np.arange(len(rows))
    reach = step.copy()
    while len(which):
        short = which[~reaches(high[which], which)]
        low[short] = high[short]
        reach[short] *= 4
        high[short] += reach[short]
        which = short[high[short] < BEYOND]
        high[short[high[short] >= BEYOND]] = np.inf
    which = np.flatnonzero((low < 0) & np.isfinite(high) & (guess - step >= 0))
    below = guess - step
    reach = step.copy()
    while len(which):
        over = reaches(below[which], which)
        low[which[~over]] = below[which[~over]]
        which = which[over]
        high[which] = below[which]
        reach[which] *= 4
        below[which] -= reach[which]
        which = which[below[which] >= 0]
    while True:
        which = np.flatnonzero(np.isfinite(high) & (high - low > 1))
        if not len(which):
            break
        middle = np.floor((low[which] + high[which]) / 2)
        enough = reaches(middle, which)
        high[which[enough]] = middle[enough]
        low[which[~enough]] = middle[~enough]
    return high.reshape(len(size), len(levels))


def _guess(
    weights: NDArray[np.float64], size: NDArray[np.float64], success: NDArray[np.float64], levels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Quantiles (rows x levels,) of a gamma distribution with the same mean and variance, and a step to search with."""
    odds = (1 - success) / success
    mean = size * (weights * odds).sum(axis=1)
    variance = size * (weights * odds * (1 + odds)).sum(axis=1) + size**2 * (
        (weights * odds**2).sum(axis=1) - (weights * odds).sum(axis=1) ** 2
    )
    variance = np.maximum(variance, mean)
    shape = np.divide(mean**2, variance, out=np.ones_like(mean), where=variance > 0)
    scale = np.divide(variance, mean, out=np.zeros_like(mean), where=mean > 0)
    near = np.floor(gammaincinv(shape[:, np.newaxis], levels) * scale[:, np.newaxis])
    step = np.repeat(1 + np.floor(0.05 * np.sqrt(variance))[:, np.newaxis], len(levels), axis=1)
    return np.minimum(near, BEYOND / 4).ravel(), np.minimum(step, BEYOND / 8).ravel()
