"""When reports come: a country that stops reporting by the day goes on being silent, and then reports all at once.

The chance that a day brings a report, by how many days it has been silent, is a discrete hazard (Kalbfleisch JD,
Prentice RL (2002), The Statistical Analysis of Failure Time Data, 2nd ed., section 2.4, doi:10.1002/9781118032985)
estimated from the series itself, recent days counting more, with a prior:

    h_k = (a p_k + sum of w_t [report at t after k silent days]) / (a + sum of w_t [t came after k silent days])

What is not reported is kept back and comes with the next report. Silences of less than `SHORTEST` days are weekends.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.forecast.regular import Regular

__all__ = ["Reporting", "reporting", "withhold"]

SHORTEST = 5
"""Days without a report that are a silence: of reports by the week, or of none."""

DUE = 20.0
"""Cases that should have come in a silence by the last week before it: a wave's end has zeros too."""

HALF_LIFE = 28.0
"""Days after which a silence counts half."""

NOTICED = 0.5
"""Silent days, each by its age, from which on silences are expected to return."""

LONGEST = 28
PRIOR_DAYS = 1.0
"""How many days the prior is worth, after each number of silent days."""

PRIOR = np.full(LONGEST + 1, 0.15)
PRIOR[0] = 0.97
PRIOR[[6, 13]] = 0.5


@dataclass(frozen=True, slots=True)
class Reporting:
    """How each of some series of days is reported.

    happened  (series, days) counts with what came after a silence spread over it; nan in a silence at the end
    hazard    (series, LONGEST + 1) chance of a report on a day, after 0, 1 ... silent days; 1 where silences are none
    waited    (series,) silent days at the end
    """

    happened: NDArray[np.float64]
    hazard: NDArray[np.float64]
    waited: NDArray[np.int64]


def reporting(counts: NDArray[np.float64], regular: Regular) -> Reporting:
    """Counts (series, days) as they came, and made `regular`."""
    happened = counts.copy()
    hazard = np.ones((len(counts), LONGEST + 1))
    waited = np.zeros(len(counts), dtype=np.int64)
    _follow(counts, regular.level, regular.factors, PRIOR, happened, hazard, waited)
    return Reporting(happened, hazard, waited)


@kernel
def _follow(
    counts: NDArray[np.float64], level: NDArray[np.float64], factors: NDArray[np.float64], prior: NDArray[np.float64],
    happened: NDArray[np.float64], hazard: NDArray[np.float64], waited: NDArray[np.int64],
) -> None:  # fmt: skip
    """A zero whose level is not 0 was taken for silence when the counts were made regular."""
    periods, season = counts.shape[1], factors.shape[1]
    reported, exposed = np.empty(LONGEST + 1), np.empty(LONGEST + 1)
    for i in range(len(counts)):
        reported[:] = PRIOR_DAYS * prior
        exposed[:] = PRIOR_DAYS
        silent = 0.0
        t = 0
        while t < periods:
            end = t
            while end < periods and counts[i, end] == 0.0 and level[i, end] != 0.0:
                end += 1
            run = end - t
            total, known, u = 0.0, 0, t - 1
            while run >= SHORTEST and u >= 0 and known < 7:
                if not np.isnan(level[i, u]):
                    total += level[i, u]
                    known += 1
                u -= 1
            long = run >= SHORTEST and total / max(known, 1) * run > DUE
            if end == periods:
                waited[i] = run
                if run > 0 and not long:  # too short to know yet whether it is one
                    happened[i, t:] = np.nan
                    break
            for u in range(t, min(end + 1, periods)):
                w = 0.5 ** ((periods - 1 - u) / HALF_LIFE)
                k = min(u - t, LONGEST) if long else 0
                exposed[k] += w
                if u == end or not long:
                    reported[k] += w
                if long:
                    happened[i, u] = level[i, u] * factors[i, u % season]
                    silent += w if u < end else 0.0
            t = end + 1
        if silent < NOTICED:
            waited[i] = 0
            continue
        for k in range(LONGEST + 1):
            hazard[i, k] = reported[k] / exposed[k]


@kernel
def withhold(hazard: NDArray[np.float64], waited: int, rng: np.random.Generator, draws: NDArray[np.float64]) -> None:
    """Turn draws (ahead, draws) of what happens into what is reported, in place; `waited` silent days came before."""
    ahead = len(draws)
    week = min(ahead, 7)
    for d in range(draws.shape[1]):
        k, held = waited, 0.0
        for h in range(week):
            held += draws[h, d] * waited / week
        held = np.floor(held + 0.5)
        for h in range(ahead):
            held += draws[h, d]
            if rng.random() < hazard[min(k, LONGEST)]:
                draws[h, d] = held
                held, k = 0.0, 0
            else:
                draws[h, d] = 0.0
                k += 1
