"""Exponential smoothing with a damped trend, of the logarithm of counts without their weekdays.

Hyndman RJ, Koehler AB, Ord JK, Snyder RD (2008). Forecasting with Exponential Smoothing: The State Space Approach.
Springer. doi:10.1007/978-3-540-71918-2. Its model ETS(A,Ad,N) of x_t = log(I_t / f_t + offset):

    x_t = l_t-1 + phi b_t-1 + e_t,    l_t = l_t-1 + phi b_t-1 + alpha e_t,    b_t = phi b_t-1 + beta e_t

e is normal with a standard deviation that follows the errors. alpha, beta and phi are averaged over a grid by how well
each triple foretold the next count lately. An error beyond four standard deviations is cut there.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.rhythm import Rhythm
from tocsin.epi.forecast.smoothing_filter import follow, simulate

__all__ = ["OFFSET", "Smoothing", "fit_smoothing"]

OFFSET = 2.0
"""Cases added before a logarithm is taken: of one day, or of one week."""


@dataclass(frozen=True, slots=True)
class Smoothing:
    """A fit to each of some series; the fields as in `Renewal`, of smoothing."""

    past: NDArray[np.float64]
    path: NDArray[np.float64]
    rhythm: Rhythm
    periods: int
    offset: float
    factors: NDArray[np.float64]
    weight: NDArray[np.float64]
    state: NDArray[np.float64]
    trend: NDArray[np.float64]
    spread: NDArray[np.float64]

    def draw(self, i: int, rng: np.random.Generator, out: NDArray[np.float64]) -> None:
        """Fill out (ahead, draws) with values of series i simulated from the model, its parameters drawn too."""
        simulate(
            self.factors[i], self.periods, *self.rhythm.smoothing_grid(), self.offset, self.weight[i], self.state[i],
            self.trend[i], self.spread[i], rng, out,
        )  # fmt: skip


def fit_smoothing(
    regular: Regular,
    rhythm: Rhythm,
    *,
    ahead: int,
    origins: int,
    blocks: int,
    offset: float = OFFSET,
    at_end: bool = False,
) -> Smoothing:
    """Smooth each series and look `ahead` periods on from now, `blocks` weeks from `origins` weeks.

    at_end  a week's value is that of its last period, as of beds occupied, and not the sum
    """
    level = regular.level
    alpha, beta, phi = rhythm.smoothing_grid()
    series = len(level)
    past, path = np.empty((series, origins, blocks)), np.empty((series, ahead))
    weight, state, trend, spread = np.empty((4, series, len(alpha)))
    follow(
        level, regular.factors, alpha, beta, phi, offset, rhythm.forget, rhythm.block, at_end,
        past, path, weight, state, trend, spread,
    )  # fmt: skip
    return Smoothing(past, path, rhythm, level.shape[1], offset, regular.factors, weight, state, trend, spread)
