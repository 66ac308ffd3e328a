"""Farrington's method of 1996: this week against the same weeks of past years.

Farrington CP, Andrews NJ, Beale AD, Catchpole MA (1996). A statistical algorithm for the early
detection of outbreaks of infectious disease. Journal of the Royal Statistical Society
Series A 159(3), 547-563. doi:10.2307/2983331
"""

import numpy as np
from numpy.typing import ArrayLike

from tocsin.epi.detect.detection import FarringtonDetection
from tocsin.epi.detect.farrington_regression import Options, regress
from tocsin.epi.detect.farrington_threshold import delta_threshold, detection, power_of
from tocsin.epi.detect.panel import Evaluate, Exclude, panel, probability, whole_number
from tocsin.epi.detect.reference_periods import first_with_history, periods_in_a_year, window_reference

__all__ = ["farrington"]

TREND_P_VALUE = 0.05
RESIDUAL_THRESHOLD = 1.0


def farrington(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    evaluate: Evaluate = None,
    years_back: int = 5,
    half_window: int = 3,
    reweight: bool = True,
    trend: bool = True,
    alpha: float = 0.05,
    min_recent: tuple[int, int] = (5, 4),
    power: str = "2/3",
    population: ArrayLike | None = None,
    exclude: Exclude = None,
    periods_per_year: int | None = None,
    jobs: int | None = None,
) -> FarringtonDetection:
    """Screen every series against a quasi-Poisson model of the same weeks of its past years.

    counts            (series, periods) cases, >= 0; nan where none was reported
    dates             (periods,) first days; None counts by index, a year being `periods_per_year` periods
    evaluate          how many last periods, a slice or indexes; None is every period with enough history
    years_back        years of history compared with (R: b); windows that history does not reach are left out
    half_window       periods on each side of the same period of past years (w)
    reweight          weigh down reference counts with an Anscombe residual above 1
    trend             keep a linear trend if it is significant at 5 %, years_back is at least 3 and it expects
                      no more than the largest reference count
    alpha             two-sided: an ordinary count exceeds the threshold with probability alpha / 2
    min_recent        (cases, periods): nothing is said of a series with fewer cases in its last periods (limit54)
    power             transformation to symmetry: "2/3", "1/2" or "none" (powertrans)
    population        (series, periods) persons; counts are then compared as rates
    exclude           periods that enter no baseline, see `panel`
    periods_per_year  52, 12, 365, ...; None takes it from the dates' spacing, or 52
    jobs              threads; None is one a core
    returns           FarringtonDetection; `p_value` is the normal tail beyond the observed count
    raises            InvalidCounts, InvalidDates, InvalidOption, HistoryTooShort

    With 35 reference weeks the trend is uncertain and the threshold too high after past outbreaks:
    `farrington_flexible` mends both and is to be preferred where history allows.
    """
    whole_number("years_back", years_back, least=1)
    whole_number("half_window", half_window, least=0)
    probability("alpha", alpha)
    exponent = power_of(power)
    per_year = periods_in_a_year(dates, periods_per_year)
    first = first_with_history(dates, years_back, half_window, per_year)
    data = panel(counts, dates, evaluate, first=first, exclude=exclude)
    references = [
        window_reference(data, int(now), years_back=years_back, half_window=half_window, periods_per_year=per_year)
        for now in data.periods
    ]
    options = Options(
        trend=trend and years_back >= 3,
        trend_p_value=TREND_P_VALUE,
        reweight=reweight,
        residual_threshold=RESIDUAL_THRESHOLD,
        prior_weights=False,
        floored=True,
    )
    people = None if population is None else np.atleast_2d(np.asarray(population))
    found = regress(data, references, options, people, jobs)
    limits = delta_threshold(data.observed(), found, exponent, alpha / 2)
    used = {
        "years_back": years_back,
        "half_window": half_window,
        "reweight": reweight,
        "trend": trend,
        "alpha": alpha,
        "power": power,
        "population": population is not None,
        "periods_per_year": per_year,
    }
    return detection("farrington", used, data, found, limits, min_recent)
