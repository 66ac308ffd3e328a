"""Uncertainty that comes from before: counts of a nowcast, a serial interval that is itself estimated.

What is not known is given as draws; R is estimated from each of them, and the answer is the even mixture of the
posteriors. Its mean and variance are exact, by the law of total variance. Its quantiles are those of `POINTS` evenly
spread quantiles of each posterior, put together.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.quantiles import checked_levels
from tocsin.epi.reproduction.cori import EPIESTIM_LEVELS, cori
from tocsin.epi.reproduction.estimate import Reproduction

__all__ = ["all_levels", "cori_of_draws", "draws_from_quantiles", "draws_of_counts", "joined", "mixture"]

POINTS = 40
AT_ONCE = 1000  # draws of series


def cori_of_draws(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    levels: Sequence[float] = EPIESTIM_LEVELS,
    jobs: int | None = None,
    **options: float | ArrayLike | None,
) -> Reproduction:
    """`cori` of counts that are not known for certain, as those of a nowcast.

    incidence  (draws, series, days) new cases, each draw as likely as any other
    imported   (series, days) or (draws, series, days)
    options    window, t_start, t_end, prior_mean, prior_sd as in `cori`
    raises     what `cori` does

    One estimate for the mixture; `reason` is "" unless no draw has a case.
    """
    draws = draws_of_counts(incidence)
    n, _, days = draws.shape
    brought = None
    if imported is not None:
        given = np.asarray(imported, dtype=np.float64)
        brought = np.broadcast_to(given[np.newaxis] if given.ndim == 2 else given, draws.shape)
    # Some series at a time: the quantiles of all draws of all of them at once would not fit.
    parts = []
    step = max(1, AT_ONCE // n)
    for start in range(0, draws.shape[1], step):
        some = slice(start, start + step)
        each = cori(
            draws[:, some].reshape(-1, days),
            serial_interval,
            dates=dates,
            imported=None if brought is None else brought[:, some].reshape(-1, days),
            levels=tuple(all_levels(levels)),
            jobs=jobs,
            **options,  # type: ignore[arg-type]
        )
        parts.append(mixture(each, n, levels))
    return joined(parts)


def joined(parts: Sequence[Reproduction]) -> Reproduction:
    """One result of several of the same windows, series after series."""
    return replace(
        parts[0],
        mean=np.concatenate([part.mean for part in parts]),
        sd=np.concatenate([part.sd for part in parts]),
        quantiles=np.concatenate([part.quantiles for part in parts]),
        reason=tuple(reason for part in parts for reason in part.reason),
    )


def draws_from_quantiles(quantiles: ArrayLike, levels: ArrayLike, *, draws: int = 100) -> NDArray[np.float64]:
    """Counts as `cori_of_draws` and `filter_of_draws` take them, from quantiles such as a nowcast gives.

    quantiles  (series, days, levels) of cases; all levels equal where a day is known
    levels     (levels,) increasing
    draws      how many
    returns    (draws, series, days) whole cases: draw k has the quantile at (k + 1/2) / draws on every day, as if the
               same cause made all days high or low together, which is the cautious reading: R's intervals are as wide
               as the nowcast allows. Beyond the outermost levels the line through the two outermost goes on.
    raises     InvalidCounts, InvalidOption
    """
    q = np.asarray(quantiles, dtype=np.float64)
    at = checked_levels(levels)
    whole_number("draws", draws, least=2)
    if q.ndim != 3 or q.shape[2] != len(at) or len(at) < 2:
        raise InvalidCounts(
            f"quantiles has shape {q.shape}; with {len(at)} levels it is (series, days, {len(at)}), of 2 or more levels"
        )
    if (np.diff(q, axis=2) < 0).any():
        raise InvalidCounts("quantiles decrease from one level to a higher one; sort them along the last axis")
    wanted = spread_levels(draws)
    right = np.clip(np.searchsorted(at, wanted), 1, len(at) - 1)
    share = (wanted - at[right - 1]) / (at[right] - at[right - 1])
    found = q[..., right - 1] + share * (q[..., right] - q[..., right - 1])
    return np.ascontiguousarray(np.moveaxis(np.rint(np.maximum(found, 0.0)), -1, 0))


def draws_of_counts(given: ArrayLike) -> NDArray[np.float64]:
    """(draws, series, days), from that or (draws, days). Raises InvalidCounts."""
    draws = np.asarray(given, dtype=np.float64)
    if draws.ndim == 2:
        draws = draws[:, np.newaxis]
    if draws.ndim != 3 or not draws.size:
        raise InvalidCounts(f"incidence has shape {draws.shape}; draws of counts are (draws, series, days)")
    return draws


def spread_levels(n: int) -> NDArray[np.float64]:
    """The middles of n equal parts of 0 to 1."""
    spread: NDArray[np.float64] = (np.arange(n) + 0.5) / n
    return spread


def all_levels(levels: ArrayLike) -> NDArray[np.float64]:
    """The levels that `mixture` needs of each draw's posterior to give these."""
    return np.union1d(checked_levels(levels), spread_levels(POINTS))


def mixture(each: Reproduction, draws: int, levels: ArrayLike) -> Reproduction:
    """One estimate a series from one a draw and series (draws before series), which has `all_levels(levels)`.

    Draws that are nan in a window are left out of it. Where all draws agree their own quantiles are kept.
    """
    q = checked_levels(levels)
    series, windows = len(each.mean) // draws, each.mean.shape[1]
    if len(each.mean) != draws * series:
        raise InvalidOption(f"{len(each.mean)} estimates are no whole number of series of {draws} draws")
    mean, sd = each.mean.reshape(draws, series, windows), each.sd.reshape(draws, series, windows)
    there = np.isfinite(mean)
    n = there.sum(axis=0)
    none = n == 0
    average = _mean(mean, there, n)
    within = _mean(sd**2, there, n)
    between = _mean((mean - np.where(none, 0.0, average)) ** 2, there, n)
    all_quantiles = each.quantiles.reshape(draws, series, windows, -1)
    points = all_quantiles[..., np.searchsorted(each.levels, spread_levels(POINTS))]
    own = all_quantiles[..., np.searchsorted(each.levels, q)]
    quantiles = np.full((series, windows, len(q)), np.nan)
    agree = there.all(axis=0) & (np.ptp(mean, axis=0) == 0) & (np.ptp(sd, axis=0) == 0)
    quantiles[agree] = own[0][agree]
    for i, window in np.argwhere(~agree & ~none):
        pooled = points[:, i, window].ravel()
        quantiles[i, window] = np.quantile(pooled[~np.isnan(pooled)], q)
    reason = tuple(
        "" if any(not each.reason[d * series + i] for d in range(draws)) else each.reason[i] for i in range(series)
    )
    return replace(
        each,
        options={**each.options, "draws": draws},
        levels=q,
        mean=average,
        sd=np.sqrt(within + between),
        quantiles=quantiles,
        reason=reason,
    )


def _mean(values: NDArray[np.float64], there: NDArray[np.bool_], n: NDArray[np.intp]) -> NDArray[np.float64]:
    total = np.where(there, values, 0.0).sum(axis=0)
    found: NDArray[np.float64] = np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
    return found
