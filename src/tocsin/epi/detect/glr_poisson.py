"""Poisson GLR chart: has the mean risen since some unknown period, by some unknown factor?

Höhle M, Paul M (2008). Count data regression charts for the monitoring of surveillance time
series. Computational Statistics & Data Analysis 52(9):4357-4368. doi:10.1016/j.csda.2008.02.015
Höhle M (2006). Poisson regression charts for the monitoring of surveillance time series.
SFB 386 Discussion Paper 500, University of Munich. doi:10.5282/ubm/epub.1867

For a change of the intercept kappa is known in closed form: with s and m the sums of counts and
means since k, l_k = s log(s / m) - (s - m) if s > m, else 0.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.detect.chart import ChartDetection
from tocsin.epi.detect.glr import Change, Direction, Options, run_glr, scan
from tocsin.epi.detect.panel import Evaluate, Exclude

__all__ = ["glr_poisson"]

Array = NDArray[np.float64]


def glr_poisson(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    limit: float = 5.0,
    mu0: ArrayLike | None = None,
    harmonics: int = 1,
    trend: bool = False,
    window: int | None = None,
    min_window: int = 1,
    change: Change = "intercept",
    direction: Direction = "inc",
    periods_per_year: float = 52,
    run_in: int = 0,
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> ChartDetection:
    """Signals when the log likelihood ratio of a change reaches `limit`, then starts anew.

    counts            (series, periods) cases; nan where none was reported
    dates             (periods,) first day of each period; only names the results
    limit             of the statistic; at 5 half of quiet charts of known mean run for 275 periods or more
    mu0               in-control mean in cases: a number, an array (series, 1), (run,) or (series, run)
                      over the periods from the chart's start to the last evaluated; None for a
                      log-linear Poisson model of all periods before the chart, continued
    harmonics, trend  of that model: pairs of waves a year, and whether it grows
    window            a change is sought at most this many periods back; None for any number
    min_window        a change is sought only among spells of at least this many periods
    change            "intercept": the mean is multiplied by exp(kappa); "epi": lambda times the count
                      of the period before is added to it
    direction         "inc" for a rise, "dec" for a fall
    periods_per_year  52 for weeks, 12 for months
    run_in            periods before the first evaluated one from which the chart runs
    evaluate          number of last periods, slice or indexes; the chart runs through those between. If
                      None all after two years (all for a given `mu0`)
    exclude           periods that are neither learned from nor carried on; evaluated, they show the
                      statistic with their count, and do not start the chart anew
    returns           expected is mu0; threshold the count at which the statistic reaches the limit,
                      given the past (for "dec" a count of at most that signals, -inf if none can; inf
                      if none can for "epi", where no case the period before means no epidemic);
                      exceedance is statistic / limit; p_value and dispersion are nan

    The first min_window - 1 periods after a start, and series without a case to learn from, are nan.
    Raises InvalidOption, HistoryTooShort. Counts that vary more than Poisson signal too often.
    """
    options = Options(
        limit, mu0, harmonics, trend, 0.0, window, min_window, change, direction, periods_per_year, run_in
    )
    run = scan if change == "epi" else _scan
    return run_glr("glr_poisson", counts, dates, evaluate, exclude, jobs, options, run)


def _scan(
    x: Array, mean: Array, keep: NDArray[np.bool_], alpha: Array, options: Options, G: Array, limit: Array
) -> None:
    window = x.shape[1] if options.window is None else options.window
    _run(x, mean, keep, options.sign, options.limit, window, options.min_window, G, limit)


@kernel
def _run(
    x: Array,
    mean: Array,
    keep: NDArray[np.bool_],
    sign: int,
    c: float,
    window: int,
    shortest: int,
    G: Array,
    limit: Array,
) -> None:
    """h and m are the counts and means of the run since the last signal; both are 0 in a gap."""
    periods = x.shape[1]
    for i in range(x.shape[0]):
        h, m = np.zeros(periods), np.zeros(periods)
        reset, carried = 0, 0.0
        for n in range(periods):
            G[i, n] = carried
            if np.isnan(x[i, n]) or np.isnan(mean[i, n]):
                continue
            h[n], m[n] = x[i, n], mean[i, n]
            first, last = max(reset, n - window), n - shortest + 1
            G[i, n] = 0.0
            if last >= first:
                G[i, n], limit[i, n] = _at(h, m, sign, c, first, last, n)
            if not keep[i, n]:
                h[n], m[n] = 0.0, 0.0
                continue
            carried = G[i, n]
            if G[i, n] >= c and last >= first:
                reset, carried = n + 1, 0.0


@kernel
def _at(h: Array, m: Array, sign: int, c: float, first: int, last: int, n: int) -> tuple[float, float]:
    """GLR(n) over changes from first to last, and the count x_n at which it is c."""
    best, nearest = 0.0, sign * np.inf
    s, mu = 0.0, 0.0
    for k in range(n, first - 1, -1):
        s += h[k]
        mu += m[k]
        if k <= last:
            best = max(best, _gain(s, mu, sign))
            past = s - h[n]
            # Only a k whose ratio is already at c for the nearest count so far can have a nearer one.
            if np.isinf(nearest) or _gain(past + nearest, mu, sign) > c:
                nearest = mu * _ratio(c / mu, sign) - past
    if sign > 0:
        return best, max(nearest, 0.0)
    return best, nearest if nearest >= 0 else -np.inf


@kernel
def _gain(s: float, m: float, sign: int) -> float:
    if sign * (s - m) <= 0:
        return 0.0
    return (s * np.log(s / m) if s > 0 else 0.0) - (s - m)


@kernel
def _ratio(c: float, sign: int) -> float:
    """r with r log r - r + 1 = c, above 1, or below it where there is one, else -inf."""
    if sign < 0 and c > 1:
        return -np.inf
    # The function is convex: from beyond the root Newton's steps come down to it and never pass it.
    r = 1 + c / 3 + np.sqrt(c * c / 9 + 2 * c) if sign > 0 else 1e-300
    for _ in range(200):
        step = (r * np.log(r) - r + 1 - c) / np.log(r)
        r -= step
        if abs(step) <= 1e-15 * r:
            break
    return r
