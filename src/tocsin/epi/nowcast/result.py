"""What a nowcast yields, whatever the method: the counts of the end, when all is reported, with their uncertainty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.nowcast.triangle import ReportingTriangle
from tocsin.epi.quantiles import of_draws

__all__ = ["Draw", "Nowcast", "checked_draws", "checked_sum", "nowcast_by_draws", "rolling_sum"]

Draw = Callable[[slice, int], NDArray[np.float64]]
"""Of the strata in a slice, so many draws of the counts of the unfinished periods: (draws, strata, unfinished)."""

DRAWS_OF_SUMS = 1000
STRATA_AT_ONCE = 32  # draws of more would take more memory than the counts themselves


@dataclass(frozen=True, slots=True)
class Nowcast:
    """Counts by period of the event as they will be known in the end, of many strata.

    method     name of the method
    options    its options
    dates      (periods,) datetime64[D] first day of each period; where counts are summed, of the last period of the sum
    as_of      last day whose reports were used
    step       days in a period: 1 or 7
    sum_over   periods that a count is the sum of, ending with its own; 1 is no sum
    levels     (levels,) of the quantiles
    reported   (strata, periods) reported by `as_of`; nan where the sum reaches before the first period
    quantiles  (strata, periods, levels) of the count in the end; nan as above, and where a method cannot tell
    mean       (strata, periods) expected count in the end; inf where a method's has no bound
    draws      (draws, strata, periods) from the distribution, None if none were asked for
    """

    method: str
    options: Mapping[str, object]
    dates: NDArray[np.datetime64]
    as_of: np.datetime64
    step: int
    sum_over: int
    levels: NDArray[np.float64]
    reported: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    mean: NDArray[np.float64]
    draws: NDArray[np.float64] | None


def rolling_sum(x: NDArray[np.float64], over: int) -> NDArray[np.float64]:
    """Sums of the last `over` along the last axis; nan where there are fewer."""
    if over == 1:
        return x
    total = np.full(x.shape, np.nan)
    if x.shape[-1] >= over:
        total[..., over - 1 :] = np.lib.stride_tricks.sliding_window_view(x, over, axis=-1).sum(axis=-1)
    return total


def checked_sum(sum_over: int, periods: int) -> int:
    """Raises InvalidOption."""
    if not isinstance(sum_over, (int, np.integer)) or isinstance(sum_over, bool) or not 1 <= sum_over <= periods:
        raise InvalidOption(
            f"sum_over is {sum_over!r}; give a whole number of periods from 1 (no sum) to all {periods}"
        )
    return int(sum_over)


def checked_draws(draws: int, rng: np.random.Generator | None, *, why: str | None = None) -> None:
    """`why` names what needs random numbers even if no draws are asked for. Raises InvalidOption."""
    if not isinstance(draws, (int, np.integer)) or isinstance(draws, bool) or draws < 0:
        raise InvalidOption(f"draws is {draws!r}; give a whole number, 0 for none")
    if rng is None and (draws or why):
        asked = f"draws={draws}" if draws else why
        raise InvalidOption(f"{asked} needs random numbers; give rng=numpy.random.default_rng(seed)")


def nowcast_by_draws(
    method: str,
    options: Mapping[str, object],
    triangle: ReportingTriangle,
    *,
    levels: NDArray[np.float64],
    sum_over: int,
    mean: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    draw: Draw,
    draws: int,
) -> Nowcast:
    """The nowcast of a method that knows each period's distribution; that of a sum is taken from draws.

    mean, quantiles  of single periods: (strata, periods), (strata, periods, levels)
    """
    reported = triangle.reported
    held = draws or (DRAWS_OF_SUMS if sum_over > 1 else 0)
    kept = np.empty((draws, *reported.shape)) if draws else None
    unfinished = np.flatnonzero(triangle.known < triangle.longest)
    # A sum that ends in an unfinished period may begin in finished ones.
    begin = max(0, (unfinished[0] if len(unfinished) else reported.shape[1]) - (sum_over - 1))
    if sum_over > 1:
        quantiles = np.repeat(rolling_sum(reported, sum_over)[..., np.newaxis], len(levels), axis=2)
    for first in range(0, reported.shape[0] if held else 0, STRATA_AT_ONCE):
        rows = slice(first, first + STRATA_AT_ONCE)
        counts = np.repeat(reported[np.newaxis, rows, begin:], held, axis=0)
        if len(unfinished):
            counts[..., unfinished - begin] = draw(rows, held)
        counts = rolling_sum(counts, sum_over)
        if sum_over > 1 and len(unfinished):
            quantiles[rows, begin + sum_over - 1 :] = of_draws(counts[..., sum_over - 1 :], levels)
        if kept is not None:
            kept[:, rows, :begin] = rolling_sum(reported[rows], sum_over)[:, :begin]
            kept[:, rows, begin:] = np.where(np.isnan(counts), rolling_sum(reported[rows], sum_over)[:, begin:], counts)
    return Nowcast(
        method,
        options,
        triangle.dates,
        triangle.as_of,
        triangle.step,
        sum_over,
        levels,
        rolling_sum(reported, sum_over),
        quantiles,
        rolling_sum(mean, sum_over),
        kept,
    )
