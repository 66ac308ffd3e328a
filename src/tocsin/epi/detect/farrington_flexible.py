"""Farrington's method as improved by Noufaily et al.: what is usual at this time of year, and its limit.

Noufaily A, Enki DG, Farrington P, Garthwaite P, Andrews N, Charlett A (2013). An improved
algorithm for outbreak detection in multiple surveillance systems. Statistics in Medicine
32(7), 1206-1222. doi:10.1002/sim.5595
Salmon M, Schumacher D, Hoehle M (2016). Monitoring count time series in R: aberration
detection in public health surveillance. Journal of Statistical Software 70(10).
doi:10.18637/jss.v070.i10 (the delta and "muan" thresholds, and the options' names in R)
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.compilation import kernel
from tocsin.epi.count_tails import quantile, upper_tail
from tocsin.epi.detect.detection import FarringtonDetection
from tocsin.epi.detect.farrington_regression import CHUNK, Options, Regression, regress
from tocsin.epi.detect.farrington_threshold import Limits, delta_threshold, detection, power_of
from tocsin.epi.detect.panel import Evaluate, Exclude, panel, probability, whole_number
from tocsin.epi.detect.reference_periods import first_with_history, flexible_reference, periods_in_a_year
from tocsin.epi.errors import InvalidOption
from tocsin.epi.threads import over_chunks

__all__ = ["farrington_flexible"]

Floats = NDArray[np.float64]

THRESHOLDS = ("negative_binomial", "delta", "muan")


def farrington_flexible(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    evaluate: Evaluate = None,
    years_back: int = 5,
    half_window: int = 3,
    seasonal_periods: int = 10,
    skip_recent: int | None = 26,
    reweight: bool = True,
    residual_threshold: float = 2.58,
    trend: bool = True,
    trend_p_value: float = 1.0,
    threshold: str = "negative_binomial",
    alpha: float = 0.01,
    population: ArrayLike | None = None,
    min_recent: tuple[int, int] = (5, 4),
    power: str = "2/3",
    exclude: Exclude = None,
    periods_per_year: int | None = None,
    jobs: int | None = None,
) -> FarringtonDetection:
    """Screen every series against a quasi-Poisson model of its past years.

    counts               (series, periods) cases, >= 0; nan where none was reported
    dates                (periods,) first days; None counts by index, a year being `periods_per_year` periods
    evaluate             how many last periods, a slice or indexes; None is every period with enough history
    years_back           years of history compared with (R: b)
    half_window          periods on each side of the same period of past years (w)
    seasonal_periods     blocks of the seasonal factor; 1 compares with the windows alone (noPeriods)
    skip_recent          last periods left out, as an outbreak under way would hide itself; None is
                         half_window (pastWeeksNotIncluded)
    reweight             weigh down reference counts that look like past outbreaks ...
    residual_threshold   ... whose Anscombe residual exceeds this (weightsThreshold)
    trend, trend_p_value try a linear trend; keep it if its p-value is below, years_back is at least 3 and what
                         it expects exceeds no reference count (pThresholdTrend)
    threshold            "negative_binomial" (nbPlugin), "delta", or "muan"
    alpha                probability that an ordinary count exceeds the threshold
    population           (series, periods) persons; counts are then compared as rates (populationOffset)
    min_recent           (cases, periods): nothing is said of a series with fewer cases in its last periods (limit54)
    power                transformation of the delta method: "2/3", "1/2" or "none" (powertrans)
    exclude              periods that enter no baseline, see `panel`
    periods_per_year     52, 12, 365, ...; None takes it from the dates' spacing, or 52
    jobs                 threads; None is one a core
    returns              FarringtonDetection; `p_value` is P(Y >= observed) for the two count thresholds and the
                         normal tail beyond the observed count for "delta"
    raises               InvalidCounts, InvalidDates, InvalidOption, HistoryTooShort

    Valid for counts without structure inside the year that the blocks cannot follow; a series that is
    zero for years has a threshold of no use: `fixed_rule` sees its first case.
    """
    whole_number("years_back", years_back, least=1)
    whole_number("half_window", half_window, least=0)
    per_year = periods_in_a_year(dates, periods_per_year)
    first = first_with_history(dates, years_back, half_window, per_year)
    data = panel(counts, dates, evaluate, first=first, exclude=exclude)
    skip = half_window if skip_recent is None else whole_number("skip_recent", skip_recent, least=0)
    whole_number("seasonal_periods", seasonal_periods, least=1)
    probability("alpha", alpha)
    if threshold not in THRESHOLDS:
        raise InvalidOption(f"threshold is {threshold!r}; it must be one of {', '.join(THRESHOLDS)}")
    exponent = power_of(power)
    if not 0 < trend_p_value <= 1:
        raise InvalidOption(f"trend_p_value is {trend_p_value}; it must be above 0 and at most 1")
    if residual_threshold <= 0:
        raise InvalidOption(f"residual_threshold is {residual_threshold}; it must be above 0, such as 2.58")
    references = [
        flexible_reference(data, int(now), years_back=years_back, half_window=half_window,
                           seasonal_periods=seasonal_periods, skip_recent=skip, periods_per_year=per_year)
        for now in data.periods
    ]  # fmt: skip
    options = Options(
        trend=trend and years_back >= 3, trend_p_value=trend_p_value, reweight=reweight,
        residual_threshold=residual_threshold, prior_weights=reweight, floored=False,
    )  # fmt: skip
    people = None if population is None else np.atleast_2d(np.asarray(population))
    found = regress(data, references, options, people, jobs)
    observed = data.observed()
    if threshold == "delta":
        limits = delta_threshold(observed, found, exponent, alpha)
    else:
        limits = _count_threshold(observed, found, alpha, plug_in=threshold == "negative_binomial", jobs=jobs)
    used = {
        "years_back": years_back,
        "half_window": half_window,
        "seasonal_periods": seasonal_periods,
        "skip_recent": skip,
        "reweight": reweight,
        "residual_threshold": residual_threshold,
        "trend": trend,
        "trend_p_value": trend_p_value,
        "threshold": threshold,
        "alpha": alpha,
        "power": power,
        "population": population is not None,
        "periods_per_year": per_year,
    }
    return detection("farrington_flexible", used, data, found, limits, min_recent)


def _count_threshold(observed: Floats, found: Regression, alpha: float, *, plug_in: bool, jobs: int | None) -> Limits:
    """Quantile of the negative binomial at what is expected, or ("muan") at the upper limit of what is expected."""
    z = float(-ndtri(alpha))
    with np.errstate(over="ignore"):
        expected = np.exp(found.eta)
        mean = expected if plug_in else np.exp(found.eta + z * np.sqrt(found.variance))
    limit, p_value = (np.full(observed.shape, np.nan) for _ in range(2))
    y, mu, phi, limits, tails = (a.reshape(-1) for a in (observed, mean, found.dispersion, limit, p_value))

    def work(part: slice) -> None:
        _negative_binomial_limits(y[part], mu[part], phi[part], limits[part], tails[part], alpha, z)

    over_chunks(work, y.size, jobs=jobs, chunk=8 * CHUNK)
    return expected, limit, p_value


@kernel
def _negative_binomial_limits(
    observed: Floats, mean: Floats, phi: Floats, limit: Floats, p_value: Floats, alpha: float, z: float
) -> None:
    for i in range(observed.size):
        if np.isfinite(mean[i]) and np.isfinite(phi[i]):
            limit[i] = quantile(alpha, z, mean[i], phi[i])
            if np.isfinite(observed[i]):
                p_value[i] = upper_tail(np.ceil(observed[i]), mean[i], phi[i])
