"""A simulated winter for nowcasts: waves, reporting that slows as it is overwhelmed, closed days, a hard start.

What real triangles show one of at a time, with the truth known; made for `nowcast_study.py`. Nothing here is real.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.nowcast import ReportingTriangle

__all__ = ["AGES", "winter"]

AGES = 6
DAYS = 330
LONGEST = 40
MEAN_DELAY = 6.0
HOLIDAYS = (262, 263, 269)
"""Three days on which three quarters of the reports wait until the next."""
LEVEL = ((0, 120, 190, 215, 240, 262, 295, 330), (5.0, 3.2, 4.2, 5.6, 5.7, 5.0, 6.1, 5.6))
"""Day, and log of the daily count of the average age."""
SLOWER = ((0, 190, 212, 245, 270, 330), (0.0, 0.0, 0.4, 0.4, 0.1, 0.2))
"""Day, and by how much the log of the mean delay is above what it was."""


def winter(rng: np.random.Generator) -> ReportingTriangle:
    """Daily reports of six ages and, first, their sum; all of them known."""
    day = np.arange(DAYS)
    level, slower = np.exp(np.interp(day, *LEVEL)), np.interp(day, *SLOWER)
    wander = np.cumsum(0.02 * rng.standard_normal(DAYS))
    busy = np.exp(0.12 * rng.standard_normal(DAYS + LONGEST + 1))
    busy[(np.arange(len(busy)) % 7) >= 5] *= 0.5
    cells = np.zeros((AGES + 1, DAYS, LONGEST + 1))
    delays = np.arange(LONGEST + 1)
    for t in day:
        mean = MEAN_DELAY * np.exp(slower[t] + wander[t])
        shares = (np.exp(-delays / mean) + 0.4 / (1 + delays) ** 2) * busy[t + delays]
        weekend = 0.6 if t % 7 >= 5 else 1.0
        totals = rng.negative_binomial(25, 25 / (25 + level[t] * weekend * np.linspace(0.2, 2, AGES)))
        cells[1:, t] = rng.multinomial(totals, shares / shares.sum())
    _hold_back(cells[1:])
    cells[0] = cells[1:].sum(axis=0)
    dates = np.datetime64("2030-05-01") + day
    nothing = np.zeros(AGES + 1)
    return ReportingTriangle(cells, dates, 1, dates[-1] + LONGEST, nothing, nothing)


def _hold_back(cells: NDArray[np.float64]) -> None:
    for closed in HOLIDAYS:
        for delay in range(LONGEST):
            waiting = np.floor(0.75 * cells[:, closed - delay, delay])
            cells[:, closed - delay, delay] -= waiting
            cells[:, closed - delay, delay + 1] += waiting
