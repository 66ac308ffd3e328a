"""Windows of days over which one reproduction number is estimated."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction.inputs import long_enough

__all__ = ["sliding_windows"]


def sliding_windows(
    days: int, window: int, t_start: ArrayLike | None, t_end: ArrayLike | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and last day of each window, both in it; the first day of the series is in none, as it has no past.

    days     of the series
    window   days of each window, which then ends on every day that it can; not used where t_start is given
    t_start  (windows,) indexes from 1, with t_end
    raises   InvalidOption, HistoryTooShort
    """
    if (t_start is None) != (t_end is None):
        raise InvalidOption("of t_start and t_end only one is given; give both, or a window")
    if t_start is None:
        whole_number("window", window, least=1)
        long_enough(days, window + 1, f"a window of {window} days after the first day")
        first = np.arange(1, days - window + 1)
        return first, first + window - 1
    first, last = (np.atleast_1d(np.asarray(given)) for given in (t_start, t_end))
    if first.ndim != 1 or first.shape != last.shape or not len(first):
        raise InvalidOption(f"t_start has shape {first.shape} and t_end {last.shape}; give one of each a window")
    if first.dtype.kind not in "iu" or last.dtype.kind not in "iu":
        raise InvalidOption("t_start and t_end are indexes of days; give whole numbers")
    if (wrong := (first < 1) | (last < first) | (last >= days)).any():
        at = int(np.flatnonzero(wrong)[0])
        raise InvalidOption(
            f"a window is from day {first[at]} to {last[at]}; windows lie between day 1 (day 0 has no past) and the "
            f"last, {days - 1}, and do not end before they begin"
        )
    return first.astype(np.intp), last.astype(np.intp)
