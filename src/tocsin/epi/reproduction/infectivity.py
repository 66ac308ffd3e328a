"""Overall infectivity: how many cases a day would bring if each case infected one other.

Cori A, Ferguson NM, Fraser C, Cauchemez S (2013). A new framework and software to estimate time-varying
reproduction numbers during epidemics. American Journal of Epidemiology 178(9):1505-1512. doi:10.1093/aje/kwt133.

    Lambda_t = sum over s >= 1 of w_s I_t-s

Inside the functions the symbols are the paper's: I incidence, w serial interval.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.reproduction.inputs import checked_serial_interval, daily_incidence
from tocsin.epi.threads import over_chunks

__all__ = ["convolve", "infectivity_of", "overall_infectivity", "reach"]

CHUNK = 256
KNOWN = 0.5
"""Least share of a day's weight that must fall on reported days; the paper has no missing days."""


def overall_infectivity(
    incidence: ArrayLike, serial_interval: ArrayLike, *, jobs: int | None = None
) -> NDArray[np.float64]:
    """Lambda of each day: the cases expected if the reproduction number were 1.

    incidence        (series, days) new cases, imported ones among them; nan where none was reported
    serial_interval  (S,) probability of 0, 1 ... S-1 days; that of 0 days is 0
    returns          (series, days) cases; nan on the first day, which has no past, and where less than half of the
                     weight falls on reported days (what falls on the others is shared out over the reported ones)
    raises           InvalidCounts, InvalidDelay
    """
    I = daily_incidence(incidence)  # noqa: E741 - the paper's symbol
    w = checked_serial_interval(serial_interval)
    Lambda = np.empty_like(I.counts)

    def work(rows: slice) -> None:
        Lambda[rows] = infectivity_of(I.counts[rows], w)

    over_chunks(work, len(Lambda), jobs=jobs, chunk=CHUNK)
    return Lambda


def infectivity_of(I: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: E741
    """`overall_infectivity` of checked input."""
    missing = np.isnan(I)
    if not missing.any():
        Lambda = convolve(I, w)
    else:
        Lambda = convolve(np.where(missing, 0.0, I), w)
        rows = np.flatnonzero(missing.any(axis=1))
        known = convolve(1.0 - missing[rows], w)
        whole = convolve(np.ones((1, I.shape[1])), w)
        share = np.divide(known, whole, out=np.zeros_like(known), where=whole > 0)
        enough = share >= KNOWN
        Lambda[rows] = np.divide(Lambda[rows], share, out=np.full_like(share, np.nan), where=enough)
    Lambda[:, 0] = np.nan
    return Lambda


def reach(w: NDArray[np.float64]) -> int:
    """Number of leading entries of w up to the last that is above 0."""
    return int(np.flatnonzero(w)[-1]) + 1


def convolve(I: NDArray[np.float64], w: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: E741
    """(series, days) sum over s >= 1 of w_s I_t-s; 0 on the first day."""
    found = np.zeros_like(I)
    _convolve(np.ascontiguousarray(I), np.ascontiguousarray(w[: reach(w)]), found)
    return found


@kernel
def _convolve(I: NDArray[np.float64], w: NDArray[np.float64], found: NDArray[np.float64]) -> None:  # noqa: E741
    series, days = I.shape
    for i in range(series):
        # Lag by lag over all days: each pass is one multiplication and addition over neighbouring numbers.
        for s in range(1, min(len(w), days)):
            weight = w[s]
            for t in range(s, days):
                found[i, t] += weight * I[i, t - s]
