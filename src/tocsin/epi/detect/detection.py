"""What every detection method returns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Detection", "FarringtonDetection", "exceedance"]


@dataclass(frozen=True, slots=True)
class Detection:
    """Observed counts beside what a method expected, for each series and evaluated period.

    method      name of the method, as in `tocsin methods`
    options     the options it ran with, defaults included
    periods     (evaluated,) index of each evaluated period in the input
    dates       (evaluated,) datetime64[D] first day of each period; without dates, its index

    All others have shape (series, evaluated):
    observed    cases counted; nan where no count was reported
    expected    cases expected; nan where the method gives none
    threshold   upper limit of what is ordinary, in cases; nan where the period could not be
                evaluated (no count, too little history, or too few cases by the method's own rule)
    alarm       True where the method signals; never where `threshold` is nan
    exceedance  (observed - expected) / (threshold - expected): above 1 is above the threshold;
                for CUSUM and GLR the statistic over its limit
    p_value     probability of a count at least this high if nothing is out of the ordinary;
                nan for methods that define none
    dispersion  variance over mean that the method estimated, at least 1; nan if it estimates none
    """

    method: str
    options: Mapping[str, object]
    periods: NDArray[np.intp]
    dates: NDArray[np.datetime64] | NDArray[np.intp]
    observed: NDArray[np.float64]
    expected: NDArray[np.float64]
    threshold: NDArray[np.float64]
    alarm: NDArray[np.bool_]
    exceedance: NDArray[np.float64]
    p_value: NDArray[np.float64]
    dispersion: NDArray[np.float64]

    @property
    def evaluated(self) -> NDArray[np.bool_]:
        """(series, evaluated) where the method could say anything."""
        return ~np.isnan(self.threshold)


@dataclass(frozen=True, slots=True)
class FarringtonDetection(Detection):
    """A Detection with the trend that Farrington's methods kept.

    trend  (series, evaluated) slope of log incidence per period; nan where the model has none
    """

    trend: NDArray[np.float64]


def exceedance(
    observed: NDArray[np.float64], expected: NDArray[np.float64], threshold: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(observed - expected) / (threshold - expected); nan where the threshold is not above what is expected."""
    above = threshold > expected
    return np.divide(observed - expected, threshold - expected, out=np.full_like(observed, np.nan), where=above)
