"""Baselines: the counts before an evaluated period that a method compares it with.

EARS, Bayes, RKI and the fixed rules all look back by fixed numbers of periods (lags), so
one kernel serves them. A missing or excluded period is left out and the rest is used.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.panel import Panel

__all__ = ["CHUNK", "baseline_counts", "baseline_moments", "detection", "undefined"]

CHUNK = 4096  # series a thread works on at once: its copies stay in the processor's cache


def baseline_counts(p: Panel, rows: slice, columns: slice) -> NDArray[np.float64]:
    """A float64 copy of some counts, nan where none was reported or the period is excluded."""
    y = p.counts[rows, columns].astype(np.float64, order="C")
    if p.excluded is not None:
        left_out = p.excluded[columns] if p.excluded.ndim == 1 else p.excluded[rows, columns]
        y[np.broadcast_to(left_out, y.shape)] = np.nan
    return y


def baseline_moments(
    p: Panel, rows: slice, periods: NDArray[np.intp], lags: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Number, sum and sum of squared deviations of the counts `lags` before each of `periods`.

    returns  three arrays (rows, periods); deviations are from the mean of the counts that are there
    """
    first, stop = int(periods[0] - lags.max()), int(periods[-1] - lags.min()) + 1
    y = baseline_counts(p, rows, slice(first, stop))
    number, total, squares = np.empty((3, y.shape[0], periods.size))
    _moments(y, (periods - first).astype(np.int64), lags, number, total, squares)
    return number, total, squares


@kernel
def _moments(
    y: NDArray[np.float64],
    at: NDArray[np.int64],
    lags: NDArray[np.int64],
    number: NDArray[np.float64],
    total: NDArray[np.float64],
    squares: NDArray[np.float64],
) -> None:
    for i in range(y.shape[0]):
        for j in range(at.size):
            n, s = 0, 0.0
            for lag in lags:
                value = y[i, at[j] - lag]
                if not np.isnan(value):
                    n += 1
                    s += value
            # A second pass over the few values: a running sum of squares would cancel.
            mean, d = s / n, 0.0
            for lag in lags:
                value = y[i, at[j] - lag]
                if not np.isnan(value):
                    d += (value - mean) * (value - mean)
            number[i, j], total[i, j], squares[i, j] = n, s, d


def undefined(shape: tuple[int, ...]) -> NDArray[np.float64]:
    """nan throughout, read-only, in the memory of one number."""
    return np.broadcast_to(np.float64(np.nan), shape)


def detection(
    method: str,
    options: Mapping[str, object],
    p: Panel,
    *,
    observed: NDArray[np.float64],
    expected: NDArray[np.float64],
    threshold: NDArray[np.float64],
    alarm: NDArray[np.bool_],
    exceedance: NDArray[np.float64],
    p_value: NDArray[np.float64] | None = None,
) -> Detection:
    """The result of a method that estimates no dispersion."""
    nothing = undefined(observed.shape)
    return Detection(
        method=method,
        options=options,
        periods=p.periods,
        dates=p.evaluated_dates,
        observed=observed,
        expected=expected,
        threshold=threshold,
        alarm=alarm,
        exceedance=exceedance,
        p_value=nothing if p_value is None else p_value,
        dispersion=nothing,
    )
