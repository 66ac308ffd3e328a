"""The reference values of the Bayes and RKI methods: recent periods, and the same season in past years."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidOption

__all__ = ["reference_lags"]


def reference_lags(
    *, years_back: int, half_window: int, use_recent: bool, periods_per_year: int
) -> tuple[NDArray[np.int64], int]:
    """How many periods before the evaluated one each reference value lies, and the history needed.

    The `half_window` periods just before (if `use_recent`), and for each of `years_back` years
    the period one, two, ... years earlier with `half_window` periods on either side.
    """
    whole_number("years_back", years_back, least=0)
    whole_number("half_window", half_window, least=0)
    whole_number("periods_per_year", periods_per_year, least=1)
    if years_back and half_window >= periods_per_year:
        raise InvalidOption(
            f"half_window is {half_window}, so that last year's window of {periods_per_year} periods ago would hold "
            "the evaluated period itself; give a half_window below periods_per_year"
        )
    recent = np.arange(1, half_window + 1) if use_recent else np.arange(0)
    around = np.arange(-half_window, half_window + 1)
    lags = np.concatenate([recent, *(year * periods_per_year + around for year in range(1, years_back + 1))])
    if lags.size == 0:
        raise InvalidOption(
            f"years_back={years_back}, half_window={half_window} and use_recent={use_recent} leave no reference "
            "value; use recent periods or go back at least one year"
        )
    return lags.astype(np.int64), years_back * periods_per_year + half_window
