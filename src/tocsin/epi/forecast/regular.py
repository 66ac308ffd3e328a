"""Counts as they are reported made fit for a model: corrections, dumps, days on which nobody reports, weekdays.

A country's daily counts hold negative days (an earlier count was too high), days without a report followed by a day
that holds all of them, and a rhythm of the week. A model that takes these for the epidemic forecasts them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel

__all__ = ["Regular", "regular"]

LONGEST_SILENCE = 13
"""Periods of zeros that one later count may hold together; after longer ones they were zeros."""

EXPECTED_IN_SILENCE = 8.0
"""Cases that should have come in a run of zeros before it is taken for silence: P(0) is 0.0003."""

RECENT = 28
"""Known values whose mean is what is to be expected."""

WEEKS = 10
"""Of which weekday factors are estimated: long enough to be steady, short enough to follow a change of habits."""

PRIOR_CASES = 20.0
"""On each weekday, that pull its factor to 1."""

MOST_OF_A_DAY = 50.0
"""Cases a day that a week's weight grows with: a wave's peak would else be the only week heard."""


@dataclass(frozen=True, slots=True)
class Regular:
    """What the models are fitted to.

    level    (series, periods) counts without weekdays, corrections and dumps; nan where none is known
    factors  (series, season) what a period's count is multiplied by, by its index modulo season; mean 1
    """

    level: NDArray[np.float64]
    factors: NDArray[np.float64]


def regular(counts: NDArray[np.float64], season: int) -> Regular:
    """Take corrections and silences out of counts (series, periods), then weekdays if `season` is 7.

    A negative count is a correction of all that came before: earlier counts shrink in proportion, and that period is
    unknown. A count after a run of zeros where cases were to be expected is spread over the run; a run of them at the
    end is unknown.
    """
    level = np.empty_like(counts)
    factors = np.ones((len(counts), season))
    _spread(counts, level)
    if season > 1:
        _season(level, factors)
        level /= factors[:, np.arange(counts.shape[1]) % season]
    return Regular(level, factors)


@inner_kernel
def _usual(level: NDArray[np.float64], before: int) -> float:
    """Mean of the last `RECENT` known values before an index; 0 where there is none."""
    total, known, t = 0.0, 0, before - 1
    while t >= 0 and known < RECENT:
        if not np.isnan(level[t]):
            total += level[t]
            known += 1
        t -= 1
    return total / max(known, 1)


@kernel
def _spread(counts: NDArray[np.float64], level: NDArray[np.float64]) -> None:
    periods = counts.shape[1]
    for i in range(len(counts)):
        run, begin, total = 0, 0, 0.0  # zeros in a row, the first of them, all cases so far
        for t in range(periods):
            y = counts[i, t]
            level[i, t] = y
            if np.isnan(y):
                continue
            if y < 0.0:
                level[i, t] = np.nan
                if total > 0.0:
                    keep = max(0.0, 1.0 + y / total)
                    total *= keep
                    for u in range(t):
                        level[i, u] *= keep
                continue
            total += y
            if y == 0.0:
                begin = t if run == 0 else begin
                run += 1
                continue
            if 0 < run <= LONGEST_SILENCE and _usual(level[i], begin) * run > EXPECTED_IN_SILENCE:
                for u in range(begin, t + 1):
                    if not np.isnan(level[i, u]):
                        level[i, u] = y / (run + 1)
            run = 0
        if 0 < run <= LONGEST_SILENCE and _usual(level[i], begin) * run > EXPECTED_IN_SILENCE:
            level[i, begin:] = np.nan


@kernel
def _season(level: NDArray[np.float64], factors: NDArray[np.float64]) -> None:
    """Shares of whole weeks that fell on each weekday, over the last `WEEKS`, against an even seventh."""
    periods, season = level.shape[1], factors.shape[1]
    counted, even = np.empty(season), np.empty(season)
    for i in range(len(level)):
        counted[:] = PRIOR_CASES
        even[:] = PRIOR_CASES
        for week in range(WEEKS):
            end = periods - season * week
            if end < season:
                break
            total = 0.0
            for t in range(end - season, end):
                total += level[i, t]
            if np.isnan(total) or total <= 0.0:
                continue
            mean = total / season
            weight = min(mean, MOST_OF_A_DAY) / mean
            for t in range(end - season, end):
                counted[t % season] += weight * min(level[i, t], 3.0 * mean)
                even[t % season] += weight * mean
        total = 0.0
        for d in range(season):
            factors[i, d] = counted[d] / even[d]
            total += factors[i, d]
        for d in range(season):
            factors[i, d] *= season / total
