"""Many forecasts judged at once: all scores, by horizon, stratum or whatever else they are told apart by."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.score.calibration import bias_of_quantiles
from tocsin.epi.score.interval_scores import checked_forecast, weighted_interval_score, weighted_interval_score_parts

__all__ = ["Evaluation", "evaluate"]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Mean scores of each group of forecasts; nan where a group has none to score.

    groups           name of each key -> (groups,) its value in each group
    forecasts        (groups,) scored
    missing          (groups,) left out: without an observation or a quantile
    score            (groups,) weighted interval score, cases
    dispersion, overprediction, underprediction  (groups,) its parts
    log_score        (groups,) weighted interval score of log(x + 1)
    absolute_error   (groups,) of the median, cases; nan without a level of 0.5
    bias             (groups,) -1 too low, 1 too high
    interval         (intervals,) nominal level of each central interval, the widest first
    within           (groups, intervals) share of observations in it
    """

    groups: dict[str, NDArray[np.generic]]
    forecasts: NDArray[np.int64]
    missing: NDArray[np.int64]
    score: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    overprediction: NDArray[np.float64]
    underprediction: NDArray[np.float64]
    log_score: NDArray[np.float64]
    absolute_error: NDArray[np.float64]
    bias: NDArray[np.float64]
    interval: NDArray[np.float64]
    within: NDArray[np.float64]


def evaluate(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, by: Mapping[str, ArrayLike] | None = None
) -> Evaluation:
    """Scores of forecasts, averaged over those alike in `by`.

    observed   (...) what came; nan where it is not known, and the forecast is left out
    quantiles  (..., levels), 0 or above (for the log scale)
    levels     (levels,) symmetric about 0.5
    by         name -> what tells forecasts apart, broadcast against observed: horizon, stratum, model; one group of
               all if None
    returns    one group for each combination there is, in the order of the values
    raises     InvalidOption; InvalidCounts of values below 0
    """
    y, q, tau = checked_forecast(observed, quantiles, levels)
    size = y.size
    number, groups = _grouped(by or {}, y.shape)
    y, q = y.reshape(size), q.reshape(size, len(tau))
    parts = weighted_interval_score_parts(y, q, tau)
    known = ~np.isnan(parts.score)
    count = int(number.max(initial=-1)) + 1
    n = np.bincount(number[known], minlength=count)
    middle = np.flatnonzero(np.abs(tau - 0.5) < 1e-9)
    error = np.abs(q[:, middle[0]] - y) if len(middle) else np.full(size, np.nan)

    def mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore"):
            total: NDArray[np.float64] = np.bincount(number[known], values[known], minlength=count) / n
        return total

    half = len(tau) // 2
    inside = (y[:, None] >= q[:, :half]) & (y[:, None] <= q[:, len(tau) - half :][:, ::-1])
    return Evaluation(
        groups=groups,
        forecasts=n.astype(np.int64),
        missing=np.bincount(number[~known], minlength=count).astype(np.int64),
        score=mean(parts.score),
        dispersion=mean(parts.dispersion),
        overprediction=mean(parts.overprediction),
        underprediction=mean(parts.underprediction),
        log_score=mean(weighted_interval_score(y, q, tau, scale="log")),
        absolute_error=mean(error),
        bias=mean(bias_of_quantiles(y, q, tau)),
        interval=1 - 2 * tau[:half],
        within=np.stack([mean(column) for column in inside.T.astype(np.float64)], axis=-1),
    )


def _grouped(
    by: Mapping[str, ArrayLike], shape: tuple[int, ...]
) -> tuple[NDArray[np.intp], dict[str, NDArray[np.generic]]]:
    """The number of each forecast's group, and the values of each group."""
    size = int(np.prod(shape))
    if not by:
        return np.zeros(size, dtype=np.intp), {}
    codes, values = [], []
    for name, given in by.items():
        try:
            key = np.broadcast_to(np.asarray(given), shape).reshape(size)
        except ValueError:
            raise InvalidOption(
                f"{name} has shape {np.shape(given)}; it must fit the forecasts, of shape {shape}"
            ) from None
        distinct, code = np.unique(key, return_inverse=True)
        values.append(distinct)
        codes.append(code.reshape(size))
    rows, number = np.unique(np.stack(codes), axis=1, return_inverse=True)
    groups = {name: distinct[row] for name, distinct, row in zip(by, values, rows, strict=True)}
    return number.reshape(size).astype(np.intp), groups
