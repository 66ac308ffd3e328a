"""The renewal forecast: today's cases infect tomorrow's, with a reproduction number that drifts and calms down.

Cori A, Ferguson NM, Fraser C, Cauchemez S (2013). A new framework and software to estimate time-varying reproduction
numbers during epidemics. American Journal of Epidemiology 178(9):1505-1512. doi:10.1093/aje/kwt133
(the renewal equation)
Gardner ES, McKenzie E (1985). Forecasting trends in time series. Management Science 31(10):1237-1246.
doi:10.1287/mnsc.31.10.1237 (damping)

    E(I_t) = f_t R_t sum over s >= 1 of w_s I_t-s / f_t-s,        I_t negative binomial, variance mu + c mu^2
    log R_t = phi log R_t-1 + (1 - phi) g_t + sigma e_t,          g_t = - pull (log Lambda_t - its mean of months)

f are weekday factors, w the serial interval, e standard normal. sigma and c are averaged over a grid by how well each
pair foretold the next count lately; log R is followed by an extended Kalman filter whose errors are cut at four
standard deviations. Inside the functions the symbols are those of the equation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.renewal_filter import follow, prepare, simulate
from tocsin.epi.forecast.rhythm import Rhythm

__all__ = ["PULL", "Renewal", "fit_renewal", "weekly_interval"]

PULL = 0.08
"""How strongly log R is drawn below 0 by each logarithm that cases stand above their mean of months: immunity, care."""


@dataclass(frozen=True, slots=True)
class Renewal:
    """A fit to each of some series.

    past     (series, origins, blocks) expected counts of the weeks after each origin; the first origin is now
    unsure   (series, origins, blocks) variance of their logarithm that log R and its drift leave open
    path     (series, ahead) expected counts of each period ahead
    scatter  (series,) c, averaged over the grid
    The rest is the filter's last state, for `draw`.
    """

    past: NDArray[np.float64]
    unsure: NDArray[np.float64]
    path: NDArray[np.float64]
    scatter: NDArray[np.float64]
    rhythm: Rhythm
    w: NDArray[np.float64]
    z: NDArray[np.float64]
    factors: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: NDArray[np.float64]
    variance: NDArray[np.float64]
    usual: NDArray[np.float64]
    pull: float

    def draw(self, i: int, rng: np.random.Generator, out: NDArray[np.float64]) -> None:
        """Fill out (ahead, draws) with counts of series i simulated from the model, its parameters drawn too."""
        sigma, scatter = self.rhythm.renewal_grid()
        state = (self.weight[i], self.mean[i], self.variance[i], float(self.usual[i]))
        simulate(
            self.z[i], self.factors[i], self.w, *state, sigma, scatter, self.rhythm.phi, self.pull, rng, out
        )  # fmt: skip


def fit_renewal(
    regular: Regular,
    rhythm: Rhythm,
    w: NDArray[np.float64],
    *,
    ahead: int,
    origins: int,
    blocks: int,
    pull: float = PULL,
) -> Renewal:
    """Follow log R through each series and look `ahead` periods on from now, `blocks` weeks from `origins` weeks."""
    level = regular.level
    sigma, scatter = rhythm.renewal_grid()
    series, G = len(level), len(sigma)
    z, pressure = np.empty_like(level), np.empty_like(level)
    first = np.empty(series, dtype=np.int64)
    prepare(level, w, rhythm.phi, rhythm.gain, z, pressure, first)
    past, unsure = np.empty((2, series, origins, blocks))
    path = np.empty((series, ahead))
    of_state, of_drift = responses(w, rhythm.phi, blocks, rhythm.block)
    weight, mean, variance = np.empty((3, series, G))
    usual = np.empty(series)
    follow(
        level, z, pressure, first, regular.factors, w, sigma, scatter, rhythm.phi, rhythm.forget, pull, rhythm.block,
        rhythm.memory, of_state, of_drift, past, unsure, path, weight, mean, variance, usual,
    )  # fmt: skip
    return Renewal(
        past, unsure, path, weight @ scatter, rhythm, w, z, regular.factors, weight, mean, variance, usual, pull
    )  # fmt: skip


def responses(
    w: NDArray[np.float64], phi: float, blocks: int, block: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(blocks,) variance of log I in each block's middle by a unit of variance of log R now, and of a step's drift.

    To first order log I_h strays by delta_h = rho_h + sum over s of w_s delta_h-s, where rho = log R - its forecast.
    """
    middle = block * np.arange(blocks) + (block + 1) // 2
    last = int(middle[-1])
    psi = np.zeros(last)
    psi[0] = 1.0
    for h in range(1, last):
        lags = np.arange(1, min(h, len(w) - 1) + 1)
        psi[h] = w[lags] @ psi[h - lags]
    c = np.convolve(psi, phi ** np.arange(last))[:last]
    return (phi * c[middle - 1]) ** 2, np.cumsum(c**2)[middle - 1]


def weekly_interval(w: NDArray[np.float64]) -> NDArray[np.float64]:
    """A serial interval of days as one of weeks, for those infected evenly over a week.

    A case of day d, 0 to 6, infects s days later in week (d + s) // 7. Who infects within one week is part of that
    week's count: with p_0 the share of lag 0, I = R (p_0 I + p_1 I_-1 + ...) is I = R' (p_1 I_-1 + ...) / (1 - p_0),
    where R' = R (1 - p_0) / (1 - R p_0) is 1 where R is. Returned is p_1 ... over 1 - p_0, with 0 for lag 0.
    """
    lag = (np.arange(7)[:, None] + np.arange(len(w))[None, :]) // 7
    p = np.bincount(lag.ravel(), weights=np.tile(w / 7, 7))
    p[0] = 0.0
    return p / p.sum() if p.sum() > 0 else np.array([0.0, 1.0])
