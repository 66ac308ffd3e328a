"""The Bayes method: a count against its predictive distribution given a few reference counts.

Riebler A (2004). Empirischer Vergleich von statistischen Methoden zur Ausbruchserkennung bei
Surveillance Daten. Bachelor's thesis, Department of Statistics, University of Munich.
Höhle M (2007). surveillance: An R package for the monitoring of infectious diseases.
Computational Statistics 22(4):571-582. doi:10.1007/s00180-007-0074-8

With Poisson reference counts y_1..y_n of mean lambda and Jeffreys' prior for lambda, the next
count is negative binomial with size sum(y) + 1/2 and probability n / (n + 1).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, ndtri

from tocsin.epi.detect.baseline import CHUNK, baseline_moments, detection
from tocsin.epi.detect.detection import Detection, exceedance
from tocsin.epi.detect.panel import Evaluate, Exclude, panel, probability
from tocsin.epi.detect.reference_weeks import reference_lags
from tocsin.epi.threads import over_chunks

__all__ = ["PRESETS", "bayes"]

PRESETS: Mapping[str, Mapping[str, int | bool]] = {
    "bayes1": {"years_back": 0, "half_window": 6, "use_recent": True},
    "bayes2": {"years_back": 1, "half_window": 6, "use_recent": True},
    "bayes3": {"years_back": 2, "half_window": 4, "use_recent": False},
}


def bayes(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    years_back: int = 0,
    half_window: int = 6,
    use_recent: bool = True,
    alpha: float = 0.05,
    periods_per_year: int = 52,
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> Detection:
    """Counts above the 1 - alpha quantile of the predictive distribution.

    counts            (series, periods) cases; nan where none was reported
    dates             (periods,) first day of each period; only names the results: past years are
                      found by counting `periods_per_year` periods back
    years_back        past years whose same season is referred to
    half_window       periods on either side in those years, and the number of recent periods
    use_recent        whether the `half_window` periods just before are referred to
    alpha             probability of a count above the threshold if nothing changed
    periods_per_year  52 for weeks, 12 for months
    evaluate          number of last periods, slice or indexes; all with full history if None
    exclude           periods that enter no reference
    returns           expected is the predictive mean, threshold its quantile (a whole number: a
                      signal is a count above it), p_value the predictive probability of a count
                      at least as high; dispersion is nan

    `PRESETS` holds bayes1, bayes2 and bayes3 as options: `bayes(counts, **PRESETS["bayes2"])`.
    A period none of whose reference values is there is nan. Counts that vary more than Poisson
    signal too often. Raises InvalidOption, HistoryTooShort.
    """
    probability("alpha", alpha)
    options = {
        "years_back": years_back,
        "half_window": half_window,
        "use_recent": use_recent,
        "periods_per_year": periods_per_year,
    }
    lags, needed = reference_lags(
        years_back=years_back, half_window=half_window, use_recent=use_recent, periods_per_year=periods_per_year
    )
    p = panel(counts, dates, evaluate, first=needed, exclude=exclude)
    p.require_history(needed, f"years_back={years_back} and half_window={half_window} need {needed}")
    observed = p.observed()
    expected, threshold, p_value = np.empty((3, *observed.shape))

    def work(rows: slice) -> None:
        n, total, _ = baseline_moments(p, rows, p.periods, lags)
        n[n == 0] = np.nan
        y = observed[rows]
        expected[rows] = (total + 0.5) / n
        threshold[rows] = np.where(np.isnan(y), np.nan, _quantile(alpha, total, n))
        p_value[rows] = _upper_tail(y, total, n)

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=CHUNK)
    with np.errstate(invalid="ignore"):
        alarm = observed > threshold
    return detection(
        "bayes",
        {**options, "alpha": alpha},
        p,
        observed=observed,
        expected=expected,
        threshold=threshold,
        alarm=alarm,
        exceedance=exceedance(observed, expected, threshold),
        p_value=p_value,
    )


def _upper_tail(y: NDArray[np.float64], total: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """P(a count of at least y | reference counts)."""
    with np.errstate(invalid="ignore"):
        tail = betainc(np.where(y > 0, y, 1.0), total + 0.5, 1 / (n + 1))
        return np.where(y == 0, np.where(np.isnan(n), np.nan, 1.0), np.where(np.isnan(y), np.nan, tail))


def _quantile(alpha: float, total: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Smallest count that is exceeded with a probability of at most alpha, for each pair.

    Many series share their few small sums, so each distinct pair is solved once.
    """
    quantile = np.full(total.shape, np.nan)
    there = ~np.isnan(n)
    pairs, inverse = np.unique(total[there] + 1j * n[there], return_inverse=True)
    quantile[there] = _solve(alpha, pairs.real + 0.5, pairs.imag)[inverse.ravel()]
    return quantile


def _solve(alpha: float, size: NDArray[np.float64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bracket outwards from a Cornish-Fisher guess, then halve."""

    def reached(count: NDArray[np.float64]) -> NDArray[np.bool_]:
        # The tail is compared, not the distribution function, which loses digits near 1.
        tail = betainc(np.maximum(count + 1, 1.0), size, 1 / (n + 1))
        return np.asarray((count >= 0) & (tail <= alpha * (1 + 1e-12)))

    z, p = -float(ndtri(alpha)), n / (n + 1)
    mean, sigma = size / n, np.sqrt(size / n / p)
    guess = np.maximum(np.round(mean + sigma * (z + (2 - p) / (size * (1 - p)) ** 0.5 * (z * z - 1) / 6)), 0.0)
    low, high, step = guess - 1, guess, 1.0
    while (missed := ~reached(high)).any():
        low[missed], high[missed] = high[missed], high[missed] + step
        step *= 2
    step = 1.0
    while (missed := reached(low)).any():
        high[missed], low[missed] = low[missed], np.maximum(low[missed] - step, -1.0)
        step *= 2
    while ((gap := high - low) > 1).any():
        middle = np.where(gap > 1, np.floor((low + high) / 2), high)
        up = reached(middle)
        high, low = np.where(up, middle, high), np.where(up, low, middle)
    return high
