"""Whether forecasts are as sure as they may be: coverage of intervals, bias, probability integral transform.

Gneiting T, Balabdaoui F, Raftery AE (2007). Probabilistic forecasts, calibration and sharpness. Journal of the Royal
Statistical Society B 69(2):243-268. doi:10.1111/j.1467-9868.2007.00587.x
Czado C, Gneiting T, Held L (2009). Predictive model assessment for count data. Biometrics 65(4):1254-1261.
doi:10.1111/j.1541-0420.2009.01191.x: the transform for counts, where F jumps at y from F(y - 1) to F(y).
Funk S et al. (2019). Assessing the performance of real-time epidemic forecasts. PLoS Computational Biology
15(2):e1006785. doi:10.1371/journal.pcbi.1006785: the bias, as R's scoringutils has it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.score.crps import checked_draws
from tocsin.epi.score.interval_scores import checked_forecast, require_symmetric

__all__ = [
    "Coverage",
    "bias_of_draws",
    "bias_of_quantiles",
    "interval_coverage",
    "pit_histogram_of_draws",
    "pit_histogram_of_quantiles",
    "pit_of_draws",
]

HALF = 1e-9  # how near to 0.5 a level is the median's


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the observations lay where they should.

    interval   (intervals,) nominal level of each central interval, the widest first
    within     (intervals,) share of observations in it, its ends included; nan without any
    levels     (levels,) of the quantiles
    at_most    (levels,) share of observations at or below each quantile
    forecasts  that were scored: those with an observation and all quantiles
    missing    that were not
    """

    interval: NDArray[np.float64]
    within: NDArray[np.float64]
    levels: NDArray[np.float64]
    at_most: NDArray[np.float64]
    forecasts: int
    missing: int


def interval_coverage(observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike) -> Coverage:
    """The coverage of all forecasts together; those without an observation, or with a nan, are left out.

    observed  (...); quantiles (..., levels); levels symmetric about 0.5. Raises InvalidOption
    """
    y, q, tau = checked_forecast(observed, quantiles, levels)
    require_symmetric(tau)
    known = ~(np.isnan(y) | np.isnan(q).any(axis=-1))
    y, q = y[known], q[known]
    n, half = len(y), len(tau) // 2
    inside = (y[:, None] >= q[:, :half]) & (y[:, None] <= q[:, len(tau) - half :][:, ::-1])
    return Coverage(
        interval=1 - 2 * tau[:half],
        within=inside.mean(axis=0) if n else np.full(half, np.nan),
        levels=tau,
        at_most=(y[:, None] <= q).mean(axis=0) if n else np.full(len(tau), np.nan),
        forecasts=n,
        missing=int((~known).sum()),
    )


def bias_of_quantiles(observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike) -> NDArray[np.float64]:
    """(...) from -1, where all of the forecast lay below what came, to 1, where all of it lay above; 0 is best.

    1 - 2 tau with the highest level whose quantile is at most the observation if that lies below the median, the
    lowest whose quantile is at least the observation if it lies above; 0 on the median. Outside all quantiles it is 1
    or -1. Without a level of 0.5 the median is interpolated between its neighbours.

    observed  (...); quantiles (..., levels); levels on both sides of 0.5. nan where one of them is
    raises    InvalidOption
    """
    y, q, tau = checked_forecast(observed, quantiles, levels)
    if tau[0] > 0.5 or tau[-1] < 0.5:
        raise InvalidOption("levels lie on one side of 0.5; bias is measured from the median")
    median, y = _median(q, tau), y[..., None]
    highest = np.where(q <= y, tau, 0.0).max(axis=-1)
    lowest = np.where(q >= y, tau, 1.0).min(axis=-1)
    y = y[..., 0]
    bias = np.where(y < median, 1 - 2 * highest, np.where(y > median, 1 - 2 * lowest, 0.0))
    return np.where(np.isnan(y) | np.isnan(q).any(axis=-1), np.nan, bias)


def _median(q: NDArray[np.float64], tau: NDArray[np.float64]) -> NDArray[np.float64]:
    at = int(np.argmin(np.abs(tau - 0.5)))
    if abs(tau[at] - 0.5) < HALF:
        middle: NDArray[np.float64] = q[..., at]
        return middle
    above = int(np.searchsorted(tau, 0.5))
    weight = (0.5 - tau[above - 1]) / (tau[above] - tau[above - 1])
    between: NDArray[np.float64] = q[..., above - 1] + weight * (q[..., above] - q[..., above - 1])
    return between


def bias_of_draws(observed: ArrayLike, draws: ArrayLike, *, counts: bool = True) -> NDArray[np.float64]:
    """(...) 1 - F(y) - F(y - 1) of counts, 1 - 2 F(y) of others, F being the draws' step function.

    observed  (...); draws (..., draws); counts  whether they are whole numbers. nan where one is. Raises InvalidOption
    """
    y, x = checked_draws(observed, draws)
    upper, lower = _steps(y, x, counts)
    return np.where(np.isnan(y) | np.isnan(x).any(axis=-1), np.nan, 1 - (upper + lower))


def pit_of_draws(
    observed: ArrayLike, draws: ArrayLike, *, counts: bool = True, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(...) probability integral transform: F(y), of counts at random between F(y - 1) and F(y).

    Uniform between 0 and 1 if the forecasts are as sure as they may be. nan where an observation or a draw is.

    observed  (...); draws (..., draws); counts whether they are whole numbers; rng chooses between the steps
    raises    InvalidOption
    """
    y, x = checked_draws(observed, draws)
    upper, lower = _steps(y, x, counts)
    v = rng.random(y.shape) if counts else np.ones(y.shape)
    return np.where(np.isnan(y) | np.isnan(x).any(axis=-1), np.nan, lower + v * (upper - lower))


def pit_histogram_of_draws(
    observed: ArrayLike, draws: ArrayLike, *, bins: int = 10, counts: bool = True
) -> NDArray[np.float64]:
    """(bins,) the transform without chance: what share of each forecast's transform lies in each bin, on average.

    Each bar is 1 / bins if forecasts are as sure as they may be; high ends mean too sure, a hump too unsure.

    observed  (...); draws (..., draws); forecasts with a nan are left out, and without any the bars are nan
    bins      at least 2. Raises InvalidOption
    """
    if bins < 2:
        raise InvalidOption(f"bins is {bins}; a histogram has at least 2")
    y, x = checked_draws(observed, draws)
    known = ~(np.isnan(y) | np.isnan(x).any(axis=-1))
    if not known.any():
        return np.full(bins, np.nan)
    upper, lower = _steps(y[known], x[known], counts)
    edges = np.linspace(0, 1, bins + 1)
    upper, lower = upper[:, None], lower[:, None]
    width = upper - lower
    share = np.where(
        width > 0,
        np.clip((edges - lower) / np.where(width > 0, width, 1), 0, 1),
        # Where F has no step at y, all of the transform is at one point, which ends its bin.
        edges >= np.maximum(upper, 1e-12),
    )
    found: NDArray[np.float64] = np.diff(share, axis=-1).mean(axis=0)
    return found


def pit_histogram_of_quantiles(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(levels + 1,) share of observations between successive quantiles, and the share there should be.

    An observation equal to several quantiles is divided among the bins that meet there. Forecasts with a nan are left
    out; without any the shares are nan. Arguments as of `interval_coverage`. Raises InvalidOption
    """
    y, q, tau = checked_forecast(observed, quantiles, levels)
    nominal = np.diff(np.concatenate([[0.0], tau, [1.0]]))
    known = ~(np.isnan(y) | np.isnan(q).any(axis=-1))
    if not known.any():
        return np.full(len(nominal), np.nan), nominal
    y, q = y[known][:, None], q[known]
    first, last = (q < y).sum(axis=1), (q <= y).sum(axis=1)
    bins = np.arange(len(nominal))
    held = np.where((bins >= first[:, None]) & (bins <= last[:, None]), nominal, 0.0)
    shares: NDArray[np.float64] = (held / held.sum(axis=1, keepdims=True)).mean(axis=0)
    return shares, nominal


def _steps(
    y: NDArray[np.float64], x: NDArray[np.float64], counts: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """F(y), and F(y - 1) of counts; F(y) twice of others."""
    upper = (x <= y[..., None]).mean(axis=-1)
    return upper, (x <= y[..., None] - 1).mean(axis=-1) if counts else upper
