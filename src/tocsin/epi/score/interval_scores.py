"""Scores of forecasts given as quantiles: the quantile score, and the weighted interval score with its parts.

Bracher J, Ray EL, Gneiting T, Reich NG (2021). Evaluating epidemic forecasts in an interval format. PLoS Computational
Biology 17(2):e1008618. doi:10.1371/journal.pcbi.1008618. With K central intervals [l_k, u_k] of level 1 - alpha_k and
the median m:

    IS_alpha = (u - l) + 2 / alpha (l - y)+ + 2 / alpha (y - u)+
    WIS = (|y - m| / 2 + sum over k of alpha_k / 2 IS_alpha_k) / (K + 1/2)

Without a median it is the sum over K. It is twice the mean over the levels of the quantile score.

Bosse NI, Abbott S, Cori A, van Leeuwen E, Bracher J, Funk S (2023). Scoring epidemiological forecasts on transformed
scales. PLoS Computational Biology 19(8):e1011393. doi:10.1371/journal.pcbi.1011393. The log scale: all of it after
log(x + 1).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.quantiles import checked_levels

__all__ = [
    "Scale",
    "WeightedIntervalScoreParts",
    "absolute_error",
    "checked_forecast",
    "quantile_score",
    "weighted_interval_score",
    "weighted_interval_score_parts",
]

Scale = Literal["natural", "log"]
SAME = 1e-9  # two levels that differ by less are one
CROSSING = 1e-9  # of the size of the quantiles: what rounding makes of equal ones


@dataclass(frozen=True, slots=True)
class WeightedIntervalScoreParts:
    """The weighted interval score and what it is the sum of, each of the shape of `observed`; nan where one was nan.

    score           in cases, or in log cases on the log scale; 0 is perfect
    dispersion      what the width of the intervals costs
    overprediction  what lies below the intervals costs: the forecast was too high
    underprediction what lies above them costs: the forecast was too low
    """

    score: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    overprediction: NDArray[np.float64]
    underprediction: NDArray[np.float64]


def checked_forecast(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """observed (...), quantiles (..., levels) and levels (levels,) as numbers that fit each other, on this scale.

    observed is broadcast against the leading axes of the quantiles. Raises InvalidOption, InvalidCounts.
    """
    tau = checked_levels(levels)
    q = np.asarray(quantiles, dtype=np.float64)
    if q.ndim < 1 or q.shape[-1] != len(tau):
        raise InvalidOption(
            f"quantiles has shape {q.shape} and there are {len(tau)} levels; the last axis has one quantile a level"
        )
    try:
        y = np.broadcast_to(np.asarray(observed, dtype=np.float64), q.shape[:-1])
    except ValueError:
        raise InvalidOption(
            f"observed has shape {np.shape(observed)} and quantiles {q.shape}; observed has the quantiles' leading axes"
        ) from None
    with np.errstate(invalid="ignore"):
        crossed = np.diff(q, axis=-1) < -CROSSING * (1 + np.abs(q[..., 1:]))
    if crossed.any():
        at = tuple(int(i) for i in np.argwhere(crossed)[0])
        raise InvalidOption(
            f"quantiles has {q[at]:g} at level {tau[at[-1]]:g} and {q[(*at[:-1], at[-1] + 1)]:g} at "
            f"{tau[at[-1] + 1]:g}; quantiles do not fall with the level"
        )
    return on_scale(y, scale, "observed"), on_scale(q, scale, "quantiles"), tau


def on_scale(x: NDArray[np.float64], scale: Scale, name: str) -> NDArray[np.float64]:
    """`x`, or log(x + 1). Raises InvalidOption, and InvalidCounts of what is below 0 on the log scale."""
    if scale == "natural":
        return x
    if scale != "log":
        raise InvalidOption(f"scale is {scale!r}; it is 'natural' or 'log'")
    if (x < 0).any():
        raise InvalidCounts(f"{name} holds {x[x < 0][0]:g}; on the log scale, log(x + 1), there is nothing below 0")
    return np.log1p(x)


def quantile_score(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> NDArray[np.float64]:
    """(..., levels) the quantile ("pinball") score: (1 - level) of how far a quantile is too high, level of too low.

    observed   (...) what came; nan where it is not known, and its score then
    quantiles  (..., levels) not falling along the last axis; nan where there was no forecast
    levels     (levels,) increasing, between 0 and 1
    scale      "natural", or "log": of log(x + 1)
    raises     InvalidOption; InvalidCounts of values below 0 on the log scale
    """
    y, q, tau = checked_forecast(observed, quantiles, levels, scale=scale)
    over = q - y[..., None]
    found: NDArray[np.float64] = np.maximum((1 - tau) * over, -tau * over)
    return found


def weighted_interval_score(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> NDArray[np.float64]:
    """(...) the weighted interval score: that of an absolute error, for a whole distribution. Smaller is better.

    observed   (...) what came; nan where it is not known, and its score then
    quantiles  (..., levels) not falling along the last axis; nan where there was no forecast
    levels     (levels,) increasing, between 0 and 1, and each with its mirror image: 0.025 with 0.975
    scale      "natural", or "log": of log(x + 1)
    raises     InvalidOption; InvalidCounts of values below 0 on the log scale
    """
    return weighted_interval_score_parts(observed, quantiles, levels, scale=scale).score


def weighted_interval_score_parts(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> WeightedIntervalScoreParts:
    """`weighted_interval_score` with its three parts. Arguments and refusals are the same."""
    y, q, tau = checked_forecast(observed, quantiles, levels, scale=scale)
    require_symmetric(tau)
    size, half = len(tau), len(tau) // 2
    lower, upper, alpha = q[..., :half], q[..., size - half :][..., ::-1], 2 * tau[:half]
    y = y[..., None]
    over = np.maximum(lower - y, 0).sum(axis=-1)
    under = np.maximum(y - upper, 0).sum(axis=-1)
    dispersion = ((upper - lower) * alpha / 2).sum(axis=-1)
    if size % 2:
        error = q[..., half] - y[..., 0]
        over = over + np.maximum(error, 0) / 2
        under = under + np.maximum(-error, 0) / 2
    whole = np.where(np.isnan(over + under + dispersion), np.nan, 2 / size)
    over, under, dispersion = over * whole, under * whole, dispersion * whole
    return WeightedIntervalScoreParts(
        score=over + under + dispersion, dispersion=dispersion, overprediction=over, underprediction=under
    )


def absolute_error(
    observed: ArrayLike, quantiles: ArrayLike, levels: ArrayLike, *, scale: Scale = "natural"
) -> NDArray[np.float64]:
    """(...) the absolute error of the median. Arguments as of `quantile_score`; levels must hold 0.5."""
    y, q, tau = checked_forecast(observed, quantiles, levels, scale=scale)
    middle = np.flatnonzero(np.abs(tau - 0.5) < SAME)
    if not len(middle):
        raise InvalidOption("levels does not hold 0.5; the absolute error is that of the median")
    found: NDArray[np.float64] = np.abs(q[..., middle[0]] - y)
    return found


def require_symmetric(tau: NDArray[np.float64]) -> None:
    """Raises InvalidOption where a level has no mirror image."""
    alone = np.abs(tau + tau[::-1] - 1) > SAME
    if alone.any():
        raise InvalidOption(
            f"levels holds {tau[alone][0]:g} without {1 - tau[alone][0]:g}, or in another number than on the other "
            "side; central intervals need both ends"
        )
