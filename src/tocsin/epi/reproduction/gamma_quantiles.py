"""Quantiles of gamma distributions by the million.

A posterior of counts is gamma with shape a = prior + cases, and cases are whole numbers: up to `TABLE` of them the
quantiles stand in a table. Beyond, the Cornish-Fisher series says that (q - a) / sqrt(a) is a smooth function of
1 / sqrt(a), down to 0: a Chebyshev polynomial through a few exact values gives it to 1e-12.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev, polynomial
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

__all__ = ["DEGREE", "TABLE", "GammaQuantiles", "gamma_quantiles"]

TABLE = 1024
DEGREE = 6


@dataclass(frozen=True, slots=True)
class GammaQuantiles:
    """Quantiles of gammas of scale 1.

    prior  shape without cases
    table  (TABLE, levels) quantiles for prior + 0, 1 ... cases
    tail   (DEGREE + 1, levels) coefficients of (q - a) / sqrt(a) in powers of 1 / sqrt(a), for what is beyond the table
    """

    prior: float
    table: NDArray[np.float64]
    tail: NDArray[np.float64]


@lru_cache(maxsize=16)
def gamma_quantiles(prior: float, levels: tuple[float, ...]) -> GammaQuantiles:
    q = np.array(levels)
    table = gammaincinv(prior + np.arange(TABLE)[:, np.newaxis], q)
    widest = 1 / np.sqrt(TABLE)
    u = (chebyshev.chebpts1(DEGREE + 1) + 1) / 2 * widest
    a = 1 / u**2
    exact = (gammaincinv(a[:, np.newaxis], q) - a[:, np.newaxis]) * u[:, np.newaxis]
    # At the node next to 0 the shape is so large that SciPy's own error shows: there the series itself is exact enough.
    z = ndtri(q)
    near = z + (z**2 - 1) / 3 * u[:, np.newaxis] + (z**3 - 7 * z) / 36 * u[:, np.newaxis] ** 2
    exact = np.where(u[:, np.newaxis] < 2e-4, near, exact)
    tail = np.empty((DEGREE + 1, len(q)))
    for i in range(len(q)):
        series = chebyshev.Chebyshev.fit(u, exact[:, i], DEGREE, domain=[0, widest])
        in_u = series.convert(kind=polynomial.Polynomial)
        tail[:, i] = np.pad(in_u.coef, (0, DEGREE + 1 - len(in_u.coef)))
    return GammaQuantiles(prior, table, tail)
