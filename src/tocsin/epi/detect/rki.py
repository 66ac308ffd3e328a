"""The RKI method: a count against Poisson limits or two standard deviations around a reference mean.

Höhle M (2007). surveillance: An R package for the monitoring of infectious diseases.
Computational Statistics 22(4):571-582. doi:10.1007/s00180-007-0074-8 (describes the method, in use
at the Robert Koch Institute, Berlin)
Crow EL, Gardner RS (1959). Confidence intervals for the expectation of a Poisson variable.
Biometrika 46(3-4):441-453. doi:10.1093/biomet/46.3-4.441 (the limits for means up to 20)
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.baseline import CHUNK, baseline_moments, detection
from tocsin.epi.detect.detection import Detection, exceedance
from tocsin.epi.detect.panel import Evaluate, Exclude, panel
from tocsin.epi.detect.reference_weeks import reference_lags
from tocsin.epi.threads import over_chunks

__all__ = ["PRESETS", "rki"]

PRESETS: Mapping[str, Mapping[str, int | bool]] = {
    "rki1": {"years_back": 0, "half_window": 6, "use_recent": True},
    "rki2": {"years_back": 1, "half_window": 6, "use_recent": True},
    "rki3": {"years_back": 2, "half_window": 4, "use_recent": False},
}

# fmt: off
# Upper ends of the 95 % intervals of Crow and Gardner for 0, 1, ... 20 cases.
CROW_GARDNER = np.array([
    3.285, 5.323, 6.686, 8.102, 9.598, 11.177, 12.817, 13.765, 14.921, 16.768, 17.633,
    19.050, 20.335, 21.364, 22.945, 23.762, 25.400, 26.306, 27.735, 28.966, 30.017,
])
# fmt: on


def rki(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    years_back: int = 2,
    half_window: int = 4,
    use_recent: bool = False,
    periods_per_year: int = 52,
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> Detection:
    """Counts above the tabled Poisson limit (reference mean up to 20) or mean + 2 s (above 20).

    counts            (series, periods) cases; nan where none was reported
    dates             (periods,) first day of each period; only names the results: past years are
                      found by counting `periods_per_year` periods back
    years_back        past years whose same season is referred to
    half_window       periods on either side in those years, and the number of recent periods
    use_recent        whether the `half_window` periods just before are referred to
    periods_per_year  52 for weeks, 12 for months
    evaluate          number of last periods, slice or indexes; all with full history if None
    exclude           periods that enter no reference
    returns           expected is the reference mean; p_value and dispersion are nan

    `PRESETS` holds rki1, rki2 and rki3 as options: `rki(counts, **PRESETS["rki1"])`.
    A period none of whose reference values is there is nan, and one with a mean above 20 and a
    single value, which has no s. The limits are fixed: of quiet periods 0.2 % (mean 0.5) to 7 % signal.
    Raises InvalidOption, HistoryTooShort.
    """
    lags, needed = reference_lags(
        years_back=years_back, half_window=half_window, use_recent=use_recent, periods_per_year=periods_per_year
    )
    p = panel(counts, dates, evaluate, first=needed, exclude=exclude)
    p.require_history(needed, f"years_back={years_back} and half_window={half_window} need {needed}")
    observed = p.observed()
    expected, threshold = np.empty((2, *observed.shape))

    def work(rows: slice) -> None:
        n, total, squares = baseline_moments(p, rows, p.periods, lags)
        with np.errstate(divide="ignore", invalid="ignore"):
            expected[rows] = total / n
            limit = _limit(expected[rows], np.sqrt(squares / (n - 1)))
        threshold[rows] = np.where(np.isnan(observed[rows]), np.nan, limit)

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=CHUNK)
    with np.errstate(invalid="ignore"):
        alarm = observed > threshold
    return detection(
        "rki",
        {
            "years_back": years_back,
            "half_window": half_window,
            "use_recent": use_recent,
            "periods_per_year": periods_per_year,
        },
        p,
        observed=observed,
        expected=expected,
        threshold=threshold,
        alarm=alarm,
        exceedance=exceedance(observed, expected, threshold),
    )


def _limit(mean: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    row = np.floor(np.clip(np.where(np.isnan(mean), 0.0, mean), 0, 20)).astype(np.int64)
    return np.where(np.isnan(mean), np.nan, np.where(mean > 20, mean + 2 * sigma, CROW_GARDNER[row]))
