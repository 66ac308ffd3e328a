"""EARS C1, C2 and C3: a count against the mean and standard deviation of the last week or so.

Hutwagner L, Thompson W, Seeman GM, Treadwell T (2003). The bioterrorism preparedness and
response Early Aberration Reporting System (EARS). Journal of Urban Health 80(2 Suppl 1):i89-i96.
doi:10.1007/PL00022319
Fricker RD, Hegler BL, Dunfee DA (2008). Comparing syndromic surveillance detection methods:
EARS' versus a CUSUM-based methodology. Statistics in Medicine 27(17):3407-3429. doi:10.1002/sim.3197
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from tocsin.epi.detect.baseline import CHUNK, baseline_moments, detection
from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.detection import exceedance as exceedance_of
from tocsin.epi.detect.panel import Evaluate, Exclude, Panel, panel, probability, whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.threads import over_chunks

__all__ = ["ears"]

GAP = {"C1": 0, "C2": 2, "C3": 2}  # periods between the baseline and the evaluated one
LEAST_VALUES = 3  # fewer give no standard deviation worth the name


def ears(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    method: Literal["C1", "C2", "C3"] = "C1",
    baseline: int = 7,
    alpha: float = 0.001,
    min_sigma: float = 0.0,
    centre: Literal["observed", "mean"] = "observed",
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> Detection:
    """Counts above mean + z s of the `baseline` periods before (C1) or two periods earlier (C2, C3).

    counts     (series, periods) cases; nan where none was reported
    dates      (periods,) first day of each period; only names the results
    method     C1, C2, or C3, which lowers C2's threshold by what the two periods before had in
               excess of one standard deviation
    baseline   periods, at least 3
    alpha      probability of a false signal if counts were normal; z is its upper quantile
    min_sigma  cases; a smaller standard deviation s is raised to it
    centre     of C3's threshold: "observed" is what R's surveillance computes, and signals by the
               two earlier periods alone; "mean" is the published rule
    evaluate   number of last periods, slice or indexes; all with a full baseline if None
    exclude    periods that enter no baseline, nor the sum of C3
    returns    expected is the mean of the baseline, p_value the normal upper tail at
               (observed - mean) / s (for C3 too: that of this count alone), exceedance for C3
               (C3's sum) / z; dispersion is nan

    A period with fewer than 3 counts in its baseline is nan. With s = 0 any count above the mean
    signals (C1, C2); in C3 an earlier period that equals its mean with s = 0 is 0/0: nan, as in R.
    Raises InvalidOption, HistoryTooShort. Not for series with season or trend over the baseline.
    """
    lag, z = _checked(method, baseline, alpha, min_sigma, centre)
    p = panel(counts, dates, evaluate, first=lag, exclude=exclude)
    p.require_history(lag, f"{method} with baseline={baseline} needs {lag}")
    observed = p.observed()
    expected, threshold, exceedance, p_value = np.empty((4, *observed.shape))

    def work(rows: slice) -> None:
        mean, sigma = _baseline(p, rows, p.periods, method, baseline, min_sigma)
        y = observed[rows]
        if method == "C3":
            earlier = sum(_excess(p, rows, step, baseline, min_sigma) for step in (2, 1))
            level, score = (y, earlier) if centre == "observed" else (mean, earlier + _score(y, mean, sigma))
            with np.errstate(invalid="ignore"):
                limit = np.maximum(0.0, level + sigma * (z - earlier))
        else:
            limit = mean + z * sigma
        silent = np.isnan(limit) | np.isnan(y)
        threshold[rows] = np.where(silent, np.nan, limit)
        expected[rows] = mean
        p_value[rows] = np.where(silent, np.nan, _upper_tail(y, mean, sigma))
        exceedance[rows] = (
            np.where(silent, np.nan, score / z) if method == "C3" else exceedance_of(y, mean, threshold[rows])
        )

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=CHUNK)
    options = {"method": method, "baseline": baseline, "alpha": alpha, "min_sigma": min_sigma, "centre": centre}
    with np.errstate(invalid="ignore"):
        alarm = observed > threshold
    return detection(
        f"ears {method}",
        options,
        p,
        observed=observed,
        expected=expected,
        threshold=threshold,
        alarm=alarm,
        exceedance=exceedance,
        p_value=p_value,
    )


def _checked(method: str, baseline: int, alpha: float, min_sigma: float, centre: str) -> tuple[int, float]:
    """Periods of history that the method needs, and the quantile z."""
    if method not in GAP:
        raise InvalidOption(f"method is {method!r}; EARS has C1, C2 and C3")
    if centre not in ("observed", "mean"):
        raise InvalidOption(f"centre is {centre!r}; it must be 'observed' (as in R) or 'mean' (as published)")
    if not min_sigma >= 0:
        raise InvalidOption(f"min_sigma is {min_sigma!r}; it is a number of cases and must be at least 0")
    whole_number("baseline", baseline, least=LEAST_VALUES)
    lag = baseline + GAP[method] + (2 if method == "C3" else 0)
    return lag, -float(ndtri(probability("alpha", alpha)))


def _baseline(
    p: Panel, rows: slice, periods: NDArray[np.intp], method: str, baseline: int, min_sigma: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lags = np.arange(GAP[method] + 1, GAP[method] + baseline + 1)
    n, total, squares = baseline_moments(p, rows, periods, lags)
    n[n < LEAST_VALUES] = np.nan
    return total / n, np.maximum(np.sqrt(squares / (n - 1)), min_sigma)


def _score(y: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return (y - mean) / sigma


def _excess(p: Panel, rows: slice, step: int, baseline: int, min_sigma: float) -> NDArray[np.float64]:
    """max(0, C2 - 1) of the period `step` before; 0 where it was missing, excluded or had no baseline."""
    periods = p.periods - step
    mean, sigma = _baseline(p, rows, periods, "C2", baseline, min_sigma)
    there, y, _ = baseline_moments(p, rows, periods, np.zeros(1, dtype=np.int64))
    return np.where((there == 0) | np.isnan(mean), 0.0, np.maximum(0.0, _score(y, mean, sigma) - 1))


def _upper_tail(y: NDArray[np.float64], mean: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(a count of at least y) under the normal; with sigma = 0 the mean is certain."""
    score = _score(y, mean, sigma)
    score[(sigma == 0) & (y == mean)] = -np.inf
    tail: NDArray[np.float64] = ndtr(-score)
    return tail
