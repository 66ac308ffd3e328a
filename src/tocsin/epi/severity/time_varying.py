"""How the risk changes: the deaths of each day, or of the week around it, over the outcomes that fell due then.

Nishiura H, Klinkenberg D, Roberts M, Heesterbeek JAP (2009). Early epidemiological assessment of the virulence of
emerging infectious diseases: a case study of an influenza pandemic. PLoS ONE 4(8):e6852.
doi:10.1371/journal.pone.0006852, as R's `cfr` carries it on to single days: d_t is binomial of k_t trials, k_t the
outcomes of day t (`known_outcomes`), rounded.

A single day has few deaths and a weekday of its own. `method="effective"` sums w days: with q_s,t the probability
that a case of day s, should it die, dies in the w days that end on day t,

    p_t = (d_t-w+1 + ... + d_t) / sum over s of c_s q_s,t

and takes the interval of `static` with U = sum of c q, S = sum of c q^2. The risk found for day t is that of the cases
whose deaths fall into the window: on average those of a delay before.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.severity.counts import daily, outcome_delay
from tocsin.epi.severity.estimate import Limits, Method, Severity, checked_method, effective
from tocsin.epi.severity.known_outcomes import convolved, known_outcomes
from tocsin.epi.severity.proportion import Interval, checked_interval, proportion_interval

__all__ = ["time_varying"]


def time_varying(
    cases: ArrayLike,
    deaths: ArrayLike,
    *,
    delay: ArrayLike | None = None,
    method: Method = "effective",
    window: int = 7,
    burn_in: int = 7,
    smoothing_window: int | None = None,
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
) -> Severity:
    """The risk by day of death.

    cases, deaths, delay  as for `static`; without a delay deaths of a day are set against cases of that day
    method                "effective": windows of `window` days; "cfr": single days, as R's cfr
    window                days that end on day t, at least 1; "effective" only
    burn_in               first days that are left nan
    smoothing_window      odd number of days over which "cfr" takes running medians of cases and deaths first; the last
                          so many days are nan. None for no smoothing
    interval, level       as for `static`
    returns               arrays (series, days), `cases` being those of the day or window; nan in the burn-in, where no
                          outcome falls due, and for "cfr" where more died than outcomes fell due
    raises                InvalidCounts, InvalidDelay, InvalidOption
    """
    checked_method(method, level)
    checked_interval(interval, level)
    whole_number("window", window, least=1)
    whole_number("burn_in", burn_in, least=0)
    counts = daily(cases, deaths, totals=False)
    series, days = counts.cases.shape
    if burn_in >= days:
        raise InvalidOption(f"burn_in is {burn_in}, but there are {days} days; leave fewer out")
    late = np.zeros((series, days), dtype=bool)
    if delay is not None:
        late |= known_outcomes(counts.cases, delay).delay_longer_than_window[:, None]
    if method == "cfr":
        C, D = (_running_median(x, smoothing_window) for x in (counts.cases, counts.deaths))
        U = C if delay is None else np.round(known_outcomes(C, delay).outcomes)
        last = days - (smoothing_window or 0)
        said = np.zeros((series, days), dtype=bool)
        said[:, burn_in : max(last, burn_in)] = True
        limits = _binomial(D, U, said & (U > 0) & (D <= U), interval, level)
        return Severity(*limits, C, D, U, float(level), said & (D > U), late)
    if smoothing_window is not None:
        raise InvalidOption("smoothing_window belongs to method='cfr'; choose the days by window instead")
    C, D = (_sums(x, window) for x in (counts.cases, counts.deaths))
    if delay is None:
        U = S = C
    else:
        f = outcome_delay("delay", delay, series=series, days=days)
        q = _sums(f, window)
        U, S = convolved(counts.cases, q), convolved(counts.cases, q * q)
    early = np.arange(days) < burn_in
    limits = tuple(np.where(early, np.nan, x) for x in effective(D, U, S, interval, level))  # type: ignore[assignment]
    return Severity(*limits, C, D, U, float(level), (D > U) & ~early, late)


def _binomial(
    D: NDArray[np.float64], U: NDArray[np.float64], said: NDArray[np.bool_], interval: Interval, level: float
) -> Limits:
    n, x = np.where(said, U, np.nan), np.where(said, D, np.nan)
    return (x / n, *proportion_interval(x, n, interval=interval, level=level))


def _sums(x: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """(series, days) sum of the `window` days that end on each."""
    total = np.cumsum(np.pad(x, ((0, 0), (window, 0))), axis=1)
    found: NDArray[np.float64] = np.maximum(total[:, window:] - total[:, :-window], 0.0)
    return found


def _running_median(x: NDArray[np.float64], width: int | None) -> NDArray[np.float64]:
    """Medians of `width` days; the first and last few days, which have no full window, stay as they are."""
    if width is None:
        return x
    if whole_number("smoothing_window", width, least=1) % 2 == 0:
        raise InvalidOption(f"smoothing_window is {width}; a running median has an odd number of days")
    found = x.copy()
    half = width // 2
    if width <= x.shape[1]:
        found[:, half : x.shape[1] - half] = np.median(sliding_window_view(x, width, axis=1), axis=-1)
    return found
