"""Beds occupied in the days ahead: a stock, not a count, so neither weekdays nor counting noise as of new cases.

Hyndman RJ, Koehler AB, Ord JK, Snyder RD (2008). Forecasting with Exponential Smoothing: The State Space Approach.
Springer. doi:10.1007/978-3-540-71918-2. The damped trend of `exponential_smoothing` on log(occupied + 2), joined with
"as now" by past errors and widened by them as in `forecast_combination`.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.forecast.exponential_smoothing import fit_smoothing
from tocsin.epi.forecast.forecast_combination import LEAST_VARIANCE, ORIGINS, mixed
from tocsin.epi.forecast.history import checked_horizon, history, whole
from tocsin.epi.forecast.past_performance import combine, widths
from tocsin.epi.forecast.persistence import outcomes, persist
from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.rhythm import DAILY
from tocsin.epi.forecast.sampling import draw_values, quantiles
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.threads import over_chunks

__all__ = ["OccupancyForecast", "forecast_occupancy"]

RHYTHM = replace(
    DAILY, season=1, forget=0.98, smoothing=((0.4, 0.7, 1.0), (0.03, 0.08, 0.2), (0.93, 0.97)), least=14
)  # fmt: skip
"""A stock follows its admissions and discharges smoothly: today's value is nearly all of the level."""

PRIOR = (2.0, 1.0)
USUAL_DEVIATION = 0.14 * np.array([1.0, 2.1, 3.2, 4.2])
"""Standard deviation of log(outcome / forecast) 1 to 4 weeks ahead before any error is known; of intensive care."""

CHUNK = 16


@dataclass(frozen=True, slots=True)
class OccupancyForecast:
    """Quantiles of what will be occupied.

    dates      (horizon,) datetime64[D]; without dates 1, 2 ...
    levels     (levels,) probability of an outcome at or below each quantile
    quantiles  (series, horizon, levels) beds, not rounded
    draws      (draws, series, horizon) beds, of paths; None unless asked for
    weights    (series, weeks, 2) trust in the damped trend and in "as now" for each week ahead
    """

    dates: NDArray[np.datetime64] | NDArray[np.intp]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    draws: NDArray[np.float64] | None
    weights: NDArray[np.float64]


def forecast_occupancy(
    occupied: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    horizon: int,
    capacity: ArrayLike | None = None,
    levels: ArrayLike = LEVELS,
    draws: int = 1000,
    keep_draws: bool = False,
    rng: np.random.Generator,
    jobs: int | None = None,
) -> OccupancyForecast:
    """Occupancy of each series over the days after its last.

    occupied    (series, days) beds occupied at a day's census; nan where none is known
    dates       (days,)
    horizon     days ahead, 1 to 28
    capacity    (series,) or one number: beds that exist, which no forecast exceeds; None for no limit
    levels      of the quantiles
    draws       paths drawn for each series, at least 100
    keep_draws  return them
    rng         source of all randomness; each series has its own stream
    jobs        threads; None for one a core
    raises      InvalidCounts, InvalidDates, InvalidOption; HistoryTooShort below 21 known days

    It sees occupancy alone: admissions that have begun to rise are better forecast as demand from cases.
    """
    whole("draws", draws, least=100)
    h = history("occupied", occupied, dates, "day", "refuse")
    checked_horizon(horizon, "day", 1)
    q = checked_levels(levels)
    series = len(h.counts)
    limit = _capacity(capacity, series)
    y = h.counts[:, -RHYTHM.kept :]
    seeds = rng.integers(0, 2**63 - 1, size=series)
    blocks = -(-horizon // RHYTHM.block)
    found, weights = np.empty((series, horizon, len(q))), np.empty((series, blocks, 2))
    kept = np.empty((draws, series, horizon)) if keep_draws else None

    def work(rows: slice) -> None:
        path, deviation = _fitted(y[rows], horizon, blocks, weights[rows])
        drawn = np.empty((horizon, draws))
        for i in range(*rows.indices(series)):
            own = np.random.Generator(np.random.PCG64(seeds[i]))
            draw_values(path[i - rows.start], deviation[i - rows.start], own, drawn)
            np.minimum(drawn, limit[i], out=drawn)
            quantiles(drawn, q, found[i])
            if kept is not None:
                kept[:, i] = drawn.T

    over_chunks(work, series, jobs=jobs, chunk=CHUNK)
    return OccupancyForecast(h.dates_ahead(horizon, 1), q, found, kept, weights)


def _fitted(
    y: NDArray[np.float64], horizon: int, blocks: int, weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(series, horizon) expected occupancy and the deviation of its logarithm; fills `weight`."""
    plain = Regular(y, np.ones((len(y), 1)))
    smoothing = fit_smoothing(plain, RHYTHM, ahead=horizon, origins=ORIGINS + 1, blocks=blocks, at_end=True)
    same_past, same_path = np.empty_like(smoothing.past), np.empty_like(smoothing.path)
    persist(y, plain.factors, RHYTHM.block, True, same_past, same_path)
    pasts = np.stack([smoothing.past, same_past])
    outcome, together = np.empty(same_past.shape), np.empty(same_past.shape)
    outcomes(y, y, RHYTHM.block, True, outcome)
    combine(pasts, outcome, np.array(PRIOR), together, weight)
    usual = USUAL_DEVIATION[:blocks] ** 2
    width = np.empty((len(y), blocks))
    widths(together, outcome, np.broadcast_to(usual, together.shape).copy(), 1.0, width)
    one = 1.0 / (together[:, 0] + 1.0)
    variance = np.maximum(width**2 * (usual + one), LEAST_VARIANCE * usual)
    path = mixed(np.stack([smoothing.path, same_path]), weight, RHYTHM.block)
    return np.maximum(path, 0.0), _by_day(np.sqrt(variance), horizon)


def _by_day(by_week: NDArray[np.float64], horizon: int) -> NDArray[np.float64]:
    """Deviations hold at a week's last day; before the first they grow with the root of days."""
    at = RHYTHM.block * np.arange(1, by_week.shape[1] + 1)
    days = np.arange(1, horizon + 1)
    early = np.sqrt(np.minimum(days / RHYTHM.block, 1.0))
    return np.stack([np.interp(days, at, row) for row in by_week]) * early


def _capacity(given: ArrayLike | None, series: int) -> NDArray[np.float64]:
    if given is None:
        return np.full(series, np.inf)
    beds = np.asarray(given, dtype=np.float64)
    if beds.shape not in ((), (series,)):
        raise InvalidOption(f"capacity has shape {beds.shape}; it is one number, or one for each of {series} series")
    if not (beds >= 0).all():
        raise InvalidCounts(f"capacity holds {beds[~(beds >= 0)].flat[0]:g}; beds are 0 or more")
    return np.broadcast_to(beds, (series,))
