"""Negative binomial GLR chart: as the Poisson one, for counts that vary more than Poisson.

Höhle M, Paul M (2008). Count data regression charts for the monitoring of surveillance time
series. Computational Statistics & Data Analysis 52(9):4357-4368. doi:10.1016/j.csda.2008.02.015

With variance mu + alpha mu^2 a count x adds to l_k
x log(mu_1 / mu_0) - (x + 1 / alpha) log((1 + alpha mu_1) / (1 + alpha mu_0)),
mu_1 = exp(kappa) mu_0 ("intercept") or mu_0 + lambda x_{t-1} ("epi").
"""

from numpy.typing import ArrayLike

from tocsin.epi.detect.chart import ChartDetection
from tocsin.epi.detect.glr import Change, Direction, Options, run_glr, scan
from tocsin.epi.detect.panel import Evaluate, Exclude

__all__ = ["glr_negative_binomial"]


def glr_negative_binomial(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    limit: float = 5.0,
    mu0: ArrayLike | None = None,
    overdispersion: float | None = None,
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
                      log-linear negative binomial model of all periods before the chart, continued
    overdispersion    alpha: the variance is mu + alpha mu^2. None to estimate it with the model (0
                      where those counts vary no more than Poisson); must be given if `mu0` is
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
                      exceedance is statistic / limit; dispersion is 1 + alpha mu0; p_value is nan

    The first min_window - 1 periods after a start, and series without a case to learn from, are nan.
    Raises InvalidOption, HistoryTooShort.
    """
    options = Options(
        limit, mu0, harmonics, trend, overdispersion, window, min_window, change, direction, periods_per_year, run_in
    )
    return run_glr("glr_negative_binomial", counts, dates, evaluate, exclude, jobs, options, scan)
