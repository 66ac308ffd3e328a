"""What every method here returns."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["NO_CASES", "Reproduction", "reasons"]

NO_CASES = "no case was counted: nothing can be said about transmission"


@dataclass(frozen=True, slots=True)
class Reproduction:
    """Reproduction numbers of each series over windows of days.

    method     name of the method
    options    the options it ran with, defaults included
    t_start    (windows,) index of each window's first day in the input; for the filter, the day itself
    t_end      (windows,) index of its last day, which is in it
    dates      (windows,) datetime64[D] of that last day; None if the call counted by index
    levels     (levels,) of the quantiles
    mean       (series, windows) mean of the reproduction number, cases that one case infects; nan where not estimated
    sd         (series, windows) its standard deviation
    quantiles  (series, windows, levels)
    reason     (series,) why a series was not estimated; "" where it was
    """

    method: str
    options: Mapping[str, object]
    t_start: NDArray[np.intp]
    t_end: NDArray[np.intp]
    dates: NDArray[np.datetime64] | None
    levels: NDArray[np.float64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    reason: tuple[str, ...]


def reasons(without_cases: NDArray[np.bool_]) -> tuple[str, ...]:
    return tuple(NO_CASES if none else "" for none in without_cases)
