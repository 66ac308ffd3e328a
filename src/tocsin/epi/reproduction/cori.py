"""The reproduction number of a sliding window, from the cases in it and the infectivity before them.

Cori A, Ferguson NM, Fraser C, Cauchemez S (2013). A new framework and software to estimate time-varying
reproduction numbers during epidemics. American Journal of Epidemiology 178(9):1505-1512. doi:10.1093/aje/kwt133.
Thompson RN, Stockwin JE, van Gaalen RD, et al (2019). Improved inference of time-varying reproduction numbers
during infectious disease outbreaks. Epidemics 29:100356. doi:10.1016/j.epidem.2019.100356, for imported cases.

    R | I is gamma with shape a + sum of I_t, rate 1/b + sum of Lambda_t over the window,   Lambda_t = sum_s w_s I_t-s

a and b are shape and scale of the prior. Imported cases count in Lambda but not in the shape; all cases of the first
day are taken for imported. Inside the functions the symbols are the paper's.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaincinv

from tocsin.epi.compilation import kernel
from tocsin.epi.quantiles import checked_levels
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.gamma_quantiles import DEGREE, TABLE, gamma_quantiles
from tocsin.epi.reproduction.infectivity import infectivity_of
from tocsin.epi.reproduction.inputs import Incidence, checked_serial_interval, daily_incidence, positive
from tocsin.epi.reproduction.windows import sliding_windows
from tocsin.epi.threads import over_chunks

__all__ = ["EPIESTIM_LEVELS", "cori", "posterior", "prior_of"]

EPIESTIM_LEVELS = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)
CHUNK = 128


def cori(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    window: int = 7,
    t_start: ArrayLike | None = None,
    t_end: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    levels: Sequence[float] = EPIESTIM_LEVELS,
    jobs: int | None = None,
) -> Reproduction:
    """R of each window, as EpiEstim's `estimate_R` with the serial interval given.

    incidence        (series, days) new cases by onset, imported ones among them; nan where none was reported
    serial_interval  (S,) probability of 0, 1 ... S-1 days; that of 0 days is 0
    dates            (days,) the days
    window           days of a window; one ends on every day from day `window` on
    t_start, t_end   (windows,) indexes of first and last days, instead of `window`
    imported         (series, days) cases infected elsewhere, among the incidence
    prior_mean       cases infected by one, before any are counted
    prior_sd         its standard deviation
    levels           of the quantiles
    raises           InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort

    Windows that end before the mean serial interval has passed are nan, as in EpiEstim. Days that were not reported
    are left out of their window, and the infectivity of the days after them is made up from the others; a window
    without any day left is nan. A series without a single case is nan (EpiEstim gives the prior).
    Valid where every case is as likely to be counted as any other through the window and the serial interval before:
    unmarked imports and a rising share reported bias R upwards. Not for the last days of a series that are still
    filling up: nowcast them first.
    """
    I = daily_incidence(incidence, dates, imported)  # noqa: E741 - the paper's symbol
    w = checked_serial_interval(serial_interval)
    first, last = sliding_windows(I.days, window, t_start, t_end)
    q = checked_levels(levels)
    prior = prior_of(prior_mean, prior_sd)
    mean, sd, quantiles = posterior(I, w, first, last, prior, q, jobs)
    options = {"window": window, "prior_mean": prior_mean, "prior_sd": prior_sd}
    return Reproduction(
        method="cori",
        options=options,
        t_start=first,
        t_end=last,
        dates=None if I.dates is None else I.dates[last],
        levels=q,
        mean=mean,
        sd=sd,
        quantiles=quantiles,
        reason=reasons(I.without_cases()),
    )


def prior_of(mean: float, sd: float) -> tuple[float, float]:
    """Shape a and scale b of the gamma prior. Raises InvalidOption."""
    positive("prior_mean", mean)
    positive("prior_sd", sd)
    return (mean / sd) ** 2, sd**2 / mean


def posterior(
    I: Incidence,  # noqa: E741
    w: NDArray[np.float64],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    prior: tuple[float, float],
    levels: NDArray[np.float64],
    jobs: int | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and sd (series, windows) and quantiles (series, windows, levels) of checked input."""
    series, windows = len(I.counts), len(first)
    mean, sd = np.empty((series, windows)), np.empty((series, windows))
    quantiles = np.empty((series, windows, len(levels)))
    unit = gamma_quantiles(prior[0], tuple(levels))
    # Before the mean serial interval has passed there is too little past; R counts days from 1.
    early = last + 1 <= w @ np.arange(len(w))

    def work(rows: slice) -> None:
        counts = I.counts[rows]
        local = counts.copy() if I.imported is None else counts - I.imported[rows]
        local[:, 0] = 0.0
        tops = _windows(
            local, infectivity_of(counts, w), first, last, early, prior[0], prior[1], unit.table, unit.tail,
            mean[rows], sd[rows], quantiles[rows],
        )  # fmt: skip
        if tops:
            _fractional(prior[0], mean[rows], sd[rows], quantiles[rows], levels)
        none = ~(np.nan_to_num(counts).max(axis=1) > 0)
        mean[rows][none], sd[rows][none], quantiles[rows][none] = np.nan, np.nan, np.nan

    over_chunks(work, series, jobs=jobs, chunk=CHUNK)
    return mean, sd, quantiles


@kernel
def _windows(
    local: NDArray[np.float64],
    Lambda: NDArray[np.float64],
    first: NDArray[np.intp],
    last: NDArray[np.intp],
    early: NDArray[np.bool_],
    a: float,
    b: float,
    table: NDArray[np.float64],
    tail: NDArray[np.float64],
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    quantiles: NDArray[np.float64],
) -> bool:
    """Fill the last three; True where a shape stands in no table, whose quantiles are then left at -1."""
    levels = tail.shape[1]
    left = False
    for i in range(len(local)):
        for j in range(len(first)):
            cases, rate, days = 0.0, 0.0, 0
            for t in range(first[j], last[j] + 1):
                if not (np.isnan(local[i, t]) or np.isnan(Lambda[i, t])):
                    cases += local[i, t]
                    rate += Lambda[i, t]
                    days += 1
            if early[j] or days == 0:
                mean[i, j] = np.nan
                sd[i, j] = np.nan
                quantiles[i, j, :] = np.nan
                continue
            shape = a + cases
            scale = 1 / (1 / b + rate)
            mean[i, j] = shape * scale
            sd[i, j] = np.sqrt(shape) * scale
            if cases < TABLE:
                n = int(cases)
                if n == cases:
                    for k in range(levels):
                        quantiles[i, j, k] = table[n, k] * scale
                else:
                    quantiles[i, j, :] = -1.0
                    left = True
            else:
                u = 1 / np.sqrt(shape)
                for k in range(levels):
                    p = tail[DEGREE, k]
                    for d in range(DEGREE - 1, -1, -1):
                        p = p * u + tail[d, k]
                    quantiles[i, j, k] = (shape + p / u) * scale
    return left


def _fractional(
    a: float,
    mean: NDArray[np.float64],
    sd: NDArray[np.float64],
    quantiles: NDArray[np.float64],
    levels: NDArray[np.float64],
) -> None:
    """Quantiles of those shapes that are not the prior's plus a whole number: exact, and slower."""
    left = quantiles[:, :, 0] == -1.0
    shape = (mean[left] / sd[left]) ** 2
    quantiles[left] = gammaincinv(shape[:, np.newaxis], levels) * (mean[left] / shape)[:, np.newaxis]
