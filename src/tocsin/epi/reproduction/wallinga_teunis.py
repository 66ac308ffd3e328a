"""The cohort reproduction number: how many cases those of a day go on to infect.

Wallinga J, Teunis P (2004). Different epidemic curves for severe acute respiratory syndrome reveal similar impacts of
control measures. American Journal of Epidemiology 160(6):509-516. doi:10.1093/aje/kwh255.
Cauchemez S, Boelle P-Y, Thomas G, Valleron A-J (2006). Estimating in real time the efficacy of measures to control
emerging communicable diseases. American Journal of Epidemiology 164(6):591-597. doi:10.1093/aje/kwj274.

    p_t,j = w_t-j / sum over k of w_t-k I_k      the share of a case of day t that a case of day j infected
    R_j = sum over t of p_t,j I_t

Those infected who fall ill after the last day T are not counted yet; Cauchemez divides by the share that is, F_T-j, F
the distribution function of w: for a window by the share of its cases' infected, sum of I_j F_T-j over sum of I_j.
Inside the functions the symbols are the papers'.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from tocsin.epi.detect.panel import probability
from tocsin.epi.errors import InvalidCounts
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.reproduction.binomial_sums import binomial_sum_quantiles
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.infectivity import convolve, reach
from tocsin.epi.reproduction.inputs import checked_serial_interval, daily_incidence
from tocsin.epi.reproduction.windows import sliding_windows
from tocsin.epi.threads import over_chunks

__all__ = ["wallinga_teunis"]


def wallinga_teunis(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    window: int = 7,
    t_start: ArrayLike | None = None,
    t_end: ArrayLike | None = None,
    truncation: bool = True,
    least_seen: float = 0.2,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
) -> Reproduction:
    """Mean number infected by the cases of each window.

    incidence        (series, days) new cases by onset, all of them known
    serial_interval  (S,) probability of 0, 1 ... S-1 days; that of 0 days is 0
    dates, window, t_start, t_end
                     as in `cori`
    truncation       correct for those infected whose onset is still to come; False is EpiEstim's `wallinga_teunis`,
                     which falls towards 0 at the end
    least_seen       windows of which a smaller share of those infected can have fallen ill are nan
    levels           of the quantiles
    returns          mean, sd and quantiles over who may have infected whom. Without truncation they are exact where
                     EpiEstim simulates; with it the quantiles are those of the gamma with that mean and sd
    raises           InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort

    Windows without cases, and before the first case, are nan; so is a series with none. Every case but the first
    must have been infected by another of the same series: imports bias R upwards.
    """
    I = daily_incidence(incidence, dates)  # noqa: E741 - the paper's symbol
    w = checked_serial_interval(serial_interval)
    if np.isnan(I.counts).any():
        series, day = np.argwhere(np.isnan(I.counts))[0]
        raise InvalidCounts(
            f"series {series} has no count on day {day}; who infected whom needs all days: use another method, or give "
            "the days that are known for certain to have had no case a 0"
        )
    if (I.counts != np.floor(I.counts)).any():
        raise InvalidCounts("counts hold fractions of cases; this method counts who infected whom: round them")
    first, last = sliding_windows(I.days, window, t_start, t_end)
    q = checked_levels(levels)
    probability("least_seen", least_seen)
    w = w[: reach(w)]
    series = len(I.counts)
    mean, sd = np.full((2, series, len(first)), np.nan)
    quantiles = np.full((series, len(first), len(q)), np.nan)

    def work(rows: slice) -> None:
        for i in range(rows.start, rows.stop):
            if I.counts[i].any():
                mean[i], sd[i], quantiles[i] = _one_series(
                    I.counts[i], w, first, last, q, least_seen if truncation else 0.0
                )

    over_chunks(work, series, jobs=jobs, chunk=4)
    return Reproduction(
        method="wallinga_teunis",
        options={"window": window, "truncation": truncation, "least_seen": least_seen},
        t_start=first,
        t_end=last,
        dates=None if I.dates is None else I.dates[last],
        levels=q,
        mean=mean,
        sd=sd,
        quantiles=quantiles,
        reason=reasons(I.without_cases()),
    )


def _one_series(
    I: NDArray[np.float64],  # noqa: E741
    w: NDArray[np.float64],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    levels: NDArray[np.float64],
    least_seen: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and sd (windows,), quantiles (windows, levels); `least_seen` 0 is without truncation."""
    T = len(I)
    Lambda = convolve(I[np.newaxis], w)[0]
    a_case = np.divide(1.0, Lambda, out=np.zeros(T), where=Lambda > 0)
    cumulated = np.cumsum(w)
    seen = cumulated[np.minimum(T - 1 - np.arange(T), len(w) - 1)]
    windows = len(first)
    mean, sd = np.full((2, windows), np.nan)
    quantiles = np.full((windows, len(levels)), np.nan)
    cases_before = np.concatenate([[0.0], np.cumsum(I)])
    for j in range(windows):
        own = slice(first[j], last[j] + 1)
        cases = I[own].sum()
        if cases == 0 or cases_before[first[j]] == 0:
            continue
        end = min(T, last[j] + len(w))
        # Share of each later case that the window's cases infected: they compete with everybody else.
        pi = np.convolve(I[own], w)[: end - first[j]] * a_case[first[j] : end]
        pi = np.minimum(pi, 1.0)
        n = I[first[j] : end]
        infected, variance = n @ pi, n @ (pi * (1 - pi))
        if least_seen == 0:
            mean[j], sd[j] = infected / cases, np.sqrt(variance) / cases
            quantiles[j] = binomial_sum_quantiles(n, pi, levels) / cases
            continue
        share = I[own] @ seen[own] / cases
        if share < least_seen:
            continue
        # As if R were one through the window: those seen over the share of all that can be; of those to come, how many
        # there are is as uncertain as that share is small.
        mean[j] = infected / (cases * share)
        sd[j] = np.sqrt(variance + infected * (1 - min(share, 1.0))) / (cases * share)
    if least_seen > 0:
        spread = sd > 0
        shape = (mean[spread] / sd[spread]) ** 2
        quantiles[spread] = gammaincinv(shape[:, np.newaxis], levels) * (mean[spread] / shape)[:, np.newaxis]
        quantiles[sd == 0] = mean[sd == 0, np.newaxis]
    return mean, sd, quantiles
