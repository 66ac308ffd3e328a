"""How many of the cases so far would be known to have died, if all of them were to die.

Nishiura H, Klinkenberg D, Roberts M, Heesterbeek JAP (2009). Early epidemiological assessment of the virulence of
emerging infectious diseases: a case study of an influenza pandemic. PLoS ONE 4(8):e6852.
doi:10.1371/journal.pone.0006852. With c cases by day and f the probability of a delay from case to death:

    k_t = sum over s of c_t-s f_s            u_t = sum of k to t / sum of c to t

R's `cfr` calls k "estimated outcomes". Beside them stands what the number of deaths varies by: of the c_s cases of day
s a share F(t - s) is known, F the sum of f, and squares_t = sum over s of c_s F(t - s)^2 (`static`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.severity.counts import daily_counts, outcome_delay

__all__ = ["KnownOutcomes", "convolved", "known_outcomes"]

LATE = 0.05
"""A delay is longer than the window where more than this share of it lies beyond the window's last day."""


@dataclass(frozen=True, slots=True)
class KnownOutcomes:
    """Known outcomes day by day.

    outcomes                  (series, days) cases whose death would be dated on that day, were all to die
    cumulative                (series, days) the same until that day
    squares                   (series, days) sum over the cases so far of the square of the share that is known
    known_share               (series, days) u: `cumulative` over the cases so far; nan before the first case
    delay_longer_than_window  (series,) True where more than 5 % of the delay lies beyond the last day: what is known
                              then hangs on the distribution given, not on what was seen
    """

    outcomes: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    squares: NDArray[np.float64]
    known_share: NDArray[np.float64]
    delay_longer_than_window: NDArray[np.bool_]


def known_outcomes(cases: ArrayLike, delay: ArrayLike) -> KnownOutcomes:
    """Expected known outcomes of daily cases.

    cases   (series, days) new cases by day, 0 and above, no gaps
    delay   (S,) or (series, S) probability of 0, 1 … days from case to death. For another outcome give its delay
    raises  InvalidCounts, InvalidDelay
    """
    c = daily_counts("cases", cases)
    series, days = c.shape
    f = outcome_delay("delay", delay, series=series, days=days)
    F = np.cumsum(f, axis=1)
    outcomes, squares = convolved(c, f), convolved(c, F * F)
    cumulative, so_far = np.cumsum(outcomes, axis=1), np.cumsum(c, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(so_far > 0, cumulative / so_far, np.nan)
    late = np.broadcast_to(np.atleast_2d(np.asarray(delay, dtype=np.float64)).sum(axis=1) - F[:, -1] > LATE, (series,))
    return KnownOutcomes(outcomes, cumulative, squares, share, late.copy())


def convolved(c: NDArray[np.float64], f: NDArray[np.float64]) -> NDArray[np.float64]:
    """(series, days) sum over s of c_t-s f_s; f has one row, or one a series."""
    days = c.shape[1]
    lag = np.arange(days)[None, :] - np.arange(days)[:, None]
    if len(f) == 1:
        found: NDArray[np.float64] = c @ np.where(lag >= 0, f[0][np.maximum(lag, 0)], 0.0)
        return found
    return np.stack([np.convolve(row, delay)[:days] for row, delay in zip(c, f, strict=True)])
