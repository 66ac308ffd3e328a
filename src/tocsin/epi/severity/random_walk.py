"""A random walk seen through counts, on a grid: one pass forwards and one backwards over the groups.

The forward-backward algorithm: Rabiner LR (1989). A tutorial on hidden Markov models and selected applications in
speech recognition. Proceedings of the IEEE 77(2):257-286. doi:10.1109/5.18626.

Most of the grid has no mass that counts: a step starts only from points that have some, and reaches six standard
deviations far.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel

__all__ = ["walk_passes"]

Array = NDArray[np.float64]

NOTHING = 1e-13  # of the whole: what is left out changes no digit that is shown
REACH = 6.0


def walk_passes(likelihood: Array, first: Array, deviations: Array, step: float) -> tuple[Array, Array]:
    """Log evidence, and what all other groups say of each.

    likelihood  (groups, rows, points) of each row's counts, at most 1 at its highest
    first       (points,) prior of the first group, adding up to 1
    deviations  (groups - 1,) standard deviation of the step to each next group, in units of the grid's axis
    step        between points
    returns     (rows,) and (groups, rows, points), the latter so scaled that times the likelihood it sums to 1
    """
    groups, rows, points = likelihood.shape
    lag = np.arange(points, dtype=np.float64)
    weights = np.exp(-0.5 * (lag[None, :] * step / deviations[:, None]) ** 2)
    reach = np.minimum(np.ceil(REACH * deviations / step).astype(np.int64) + 1, points - 1)
    weights[lag[None, :] > reach[:, None]] = 0.0
    # What would leave the grid stays in it: each point's steps add up to 1.
    upwards = np.cumsum(weights, axis=1)
    scale = upwards + upwards[:, ::-1] - weights[:, :1]
    evidence, others = np.zeros(rows), np.zeros((groups, rows, points))
    both_ways = np.concatenate([weights[:, :0:-1], weights], axis=1)
    _passes(np.ascontiguousarray(likelihood), first, both_ways, reach, scale, evidence, others)
    return evidence, others


@inner_kernel
def _spread(mass: Array, divisor: Array, K: Array, reach: int, onto: Array, collect: bool) -> None:
    """Add to `onto` what each point sends to those around it; K has the weights of -points + 1 … points - 1."""
    points = len(mass)
    for i in range(points):
        if mass[i] > NOTHING:
            sent = mass[i] if collect else mass[i] / divisor[i]
            low, high = max(i - reach, 0), min(i + reach + 1, points)
            begin = points - 1 + low - i
            for k in range(high - low):
                onto[low + k] += sent * K[begin + k]
    if collect:
        for i in range(points):
            onto[i] /= divisor[i]


@kernel
def _passes(
    L: Array, first: Array, K: Array, reach: NDArray[np.int64], scale: Array, evidence: Array, others: Array
) -> None:
    groups, rows, points = L.shape
    alpha, beta = np.empty(points), np.empty(points)
    for r in range(rows):
        others[0, r] = first
        for a in range(groups):
            alpha[:] = others[a, r] * L[a, r]
            total = max(alpha.sum(), 1e-300)
            evidence[r] += np.log(total)
            if a < groups - 1:
                alpha /= total
                _spread(alpha, scale[a], K[a], reach[a], others[a + 1, r], False)
        beta[:] = 1.0
        for a in range(groups - 1, -1, -1):
            others[a, r] *= beta
            alpha[:] = others[a, r] * L[a, r]
            others[a, r] /= max(alpha.sum(), 1e-300)
            if a > 0:
                alpha[:] = beta * L[a, r]
                alpha /= max(alpha.max(), 1e-300)
                beta[:] = 0.0
                _spread(alpha, scale[a - 1], K[a - 1], reach[a - 1], beta, True)
