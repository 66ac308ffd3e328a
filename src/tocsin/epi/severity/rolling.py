"""The risk as it was known on each day: from the first day to that one.

Nishiura H, Klinkenberg D, Roberts M, Heesterbeek JAP (2009). Early epidemiological assessment of the virulence of
emerging infectious diseases: a case study of an influenza pandemic. PLoS ONE 4(8):e6852.
doi:10.1371/journal.pone.0006852. The equations are those of `static` with sums until day t: D_t / U_t.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import whole_number
from tocsin.epi.severity.counts import daily
from tocsin.epi.severity.estimate import Method, Severity, checked_method, effective, profile
from tocsin.epi.severity.known_outcomes import known_outcomes
from tocsin.epi.severity.proportion import Interval, checked_interval

__all__ = ["rolling"]


def rolling(
    cases: ArrayLike,
    deaths: ArrayLike,
    *,
    delay: ArrayLike | None = None,
    method: Method = "effective",
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
    poisson_threshold: int = 100,
) -> Severity:
    """What `static` would have said at the end of each day. Arguments and refusals are those of `static`.

    returns  arrays (series, days). A day on which more had died than had fallen ill is nan without a delay

    It shows how an estimate settles, not how the risk changes: for that see `time_varying`.
    """
    checked_method(method, level)
    checked_interval(interval, level)
    whole_number("poisson_threshold", poisson_threshold, least=1)
    counts = daily(cases, deaths, totals=True)
    C, D = np.cumsum(counts.cases, axis=1), np.cumsum(counts.deaths, axis=1)
    late: NDArray[np.bool_]
    if delay is None:
        U, S, late = C, C, np.zeros(C.shape, dtype=bool)
    else:
        known = known_outcomes(counts.cases, delay)
        U, S = known.cumulative, known.squares
        late = _longer_than_window(delay, C.shape)
    if method == "cfr" and delay is not None:
        limits = profile(C, D, U, poisson_threshold)
    elif delay is None:
        limits = tuple(np.where(D > C, np.nan, x) for x in effective(np.minimum(D, C), U, S, interval, level))  # type: ignore[assignment]
    else:
        limits = effective(D, U, S, interval, level)
    return Severity(*limits, C, D, U, float(level), D > U, late)


def _longer_than_window(delay: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """(series, days) where more than 5 % of the delay lies beyond the days from the first until this one."""
    f = np.atleast_2d(np.asarray(delay, dtype=np.float64))
    beyond = f.sum(axis=1, keepdims=True) - np.cumsum(f, axis=1)
    found = np.zeros((len(f), shape[1]), dtype=bool)
    reach = min(shape[1], f.shape[1])
    found[:, :reach] = beyond[:, :reach] > 0.05
    return np.broadcast_to(found, shape).copy()
