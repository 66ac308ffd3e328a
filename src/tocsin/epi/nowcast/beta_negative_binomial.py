"""The beta negative binomial distribution: failures before the n-th success when the chance of success is Beta(a, b).

    P(k) = Gamma(n+k) / (k! Gamma(n)) * B(a+n, b+k) / B(a, b)

Höhle and an der Heiden (2014), doi:10.1111/biom.12194, section 2.2, where it is the posterior of the cases yet to be
reported under a flat prior.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln

__all__ = ["beta_negative_binomial_quantiles"]

BLOCK = 256
MOST = 2**18
"""Counts that are added up at the most; where the tail is so heavy that a quantile lies above, it is inf."""


def beta_negative_binomial_quantiles(
    n: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64], levels: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The smallest k with P(count <= k) of at least each level: (..., levels) for n, a, b (...) above 0."""
    shape = np.shape(n)
    n, a, b = (np.ravel(x) for x in (n, a, b))
    found = np.full((len(n), len(levels)), np.inf)
    below = np.zeros(len(n))
    which, first, block = np.arange(len(n)), 0, BLOCK
    while len(which) and first < MOST:
        k = np.arange(first, first + block, dtype=np.float64)
        m, p, q = (x[which, np.newaxis] for x in (n, a, b))
        log = gammaln(m + k) - gammaln(k + 1) - gammaln(m) + betaln(p + m, q + k) - betaln(p, q)
        reached = below[which, np.newaxis] + np.cumsum(np.exp(log), axis=1)
        # Rows are increasing: how many counts lie below each level is the quantile's place.
        place = np.stack([np.searchsorted(row, levels) for row in reached])
        new = (place < block) & np.isinf(found[which])
        found[which] = np.where(new, first + place, found[which])
        below[which] = reached[:, -1]
        which = which[np.isinf(found[which]).any(axis=1)]
        first, block = first + block, block * 2
    return found.reshape(*shape, len(levels))
