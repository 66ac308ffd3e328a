"""Quantiles of a sum of independent binomials, exact where it is small.

The probabilities of the sum are the Fourier transform of the product of the parts' characteristic functions; large
sums are so near the normal that the first two terms of the Cornish-Fisher series correct the rest.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

__all__ = ["binomial_sum_quantiles"]

LARGE = 400.0  # variance from which on the series takes over


def binomial_sum_quantiles(
    n: NDArray[np.float64], p: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(levels,) smallest whole number not exceeded with at least that probability.

    n, p  (parts,) whole trials and probability of each
    """
    part = (n > 0) & (p > 0)
    n, p = n[part], p[part]
    mean, variance = n @ p, n @ (p * (1 - p))
    if variance < 1e-12:
        return np.full(len(levels), np.rint(mean))
    if variance > LARGE:
        skew = n @ (p * (1 - p) * (1 - 2 * p)) / variance**1.5
        z = ndtri(levels)
        x = mean + np.sqrt(variance) * (z + (z**2 - 1) * skew / 6)
        found: NDArray[np.float64] = np.ceil(np.maximum(x - 0.5, 0.0))
        return found
    # Only the numbers within reach matter; whatever lies beyond them wraps round, and is nothing.
    reach = int(np.ceil(12 * np.sqrt(variance))) + 12
    low = max(0, int(mean) - reach)
    width = int(min(n.sum(), mean + reach)) - low + 1
    theta = 2 * np.pi * np.arange(width) / width
    log_phi = n @ np.log1p(p[:, np.newaxis] * np.expm1(1j * theta)[np.newaxis])
    pmf = np.fft.fft(np.exp(log_phi - 1j * theta * low)).real / width
    cumulated = np.cumsum(np.maximum(pmf, 0.0))
    return low + np.searchsorted(cumulated, levels - 1e-10).clip(0, width - 1).astype(np.float64)
