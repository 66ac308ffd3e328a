"""What both of Farrington's methods do with an expected count: the limit above it, and when to say nothing."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from tocsin.epi.detect.detection import FarringtonDetection, exceedance
from tocsin.epi.detect.farrington_regression import Regression
from tocsin.epi.detect.panel import Panel
from tocsin.epi.errors import InvalidOption

__all__ = ["Limits", "delta_threshold", "detection", "enough_recent_cases", "power_of"]

Floats = NDArray[np.float64]
Limits = tuple[Floats, Floats, Floats]  # expected count, threshold, p-value; all (series, evaluated)

POWERS = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}


def power_of(name: str) -> float:
    if name not in POWERS:
        raise InvalidOption(f"power is {name!r}; it must be one of {', '.join(POWERS)}")
    return POWERS[name]


def delta_threshold(observed: Floats, found: Regression, power: float, alpha: float) -> Limits:
    """Expected count, its upper limit and the tail beyond the observed count, on a scale where counts are normal.

    A count to the power 2/3 is nearly symmetric; its variance follows from that of the count
    by the delta method: tau mu is the variance of observed less expected count.
    """
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        # The floor is R's; it shows in series that are empty but for a trend.
        mu = np.maximum(np.exp(found.eta), np.finfo(np.float64).eps)
        # the standard error of the mean is that of its logarithm times the mean
        tau = found.dispersion + found.variance * mu
        sd = power * mu ** (power - 0.5) * np.sqrt(tau)
        limit = (mu**power + -ndtri(alpha) * sd) ** (1 / power)
        p_value = ndtr(-(observed**power - mu**power) / sd)
    return mu, limit, p_value


def detection(
    method: str,
    options: Mapping[str, object],
    data: Panel,
    found: Regression,
    limits: Limits,
    min_recent: tuple[int, int],
) -> FarringtonDetection:
    """What is said of each evaluated period: nothing of the expected count where there are too few cases."""
    observed = data.observed()
    enough = enough_recent_cases(data, min_recent) & ~np.isnan(observed)
    expected, limit = (np.where(enough, x, np.nan) for x in limits[:2])
    return FarringtonDetection(
        method=method,
        options={**options, "min_recent": tuple(min_recent)},
        periods=data.periods,
        dates=data.evaluated_dates,
        observed=observed,
        expected=expected,
        threshold=limit,
        alarm=observed > limit,
        exceedance=exceedance(observed, expected, limit),
        p_value=limits[2],
        dispersion=found.dispersion,
        trend=found.trend,
    )


def enough_recent_cases(panel: Panel, min_recent: tuple[int, int]) -> NDArray[np.bool_]:
    """(series, evaluated) whether the last min_recent[1] periods hold min_recent[0] cases, those missing as none."""
    cases, last = min_recent
    if cases < 0 or last < 1:
        raise InvalidOption(f"min_recent is {min_recent}; give (cases, periods), such as (5, 4), periods at least 1")
    total = np.zeros((panel.counts.shape[0], panel.periods.size))
    for back in range(last):
        usable = panel.periods >= back
        total[:, usable] += np.nan_to_num(panel.counts[:, panel.periods[usable] - back], nan=0.0)
    return total >= cases
