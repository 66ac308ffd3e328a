"""Lawless: reports divided by the share of reports that should have come by now.

Lawless JF (1994). Adjustments for reporting delays and the prediction of occurred but not reported events. Canadian
Journal of Statistics 22(1):15-31. doi:10.2307/3315826.n1

    g_x = n_x / N_x        W_d = prod over x > d of (1 - g_x)        estimate = N / W_d

n_x are the reports with delay x, N_x those with a delay of at most x of the same periods, d is the longest delay of
which a period's reports are known, and N are its reports. The count in the end is taken to be normal around N / W.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from tocsin.epi.errors import InvalidOption
from tocsin.epi.nowcast.plain_reports import plain_reports, reports_by_delay
from tocsin.epi.nowcast.result import Nowcast, checked_draws, checked_sum, nowcast_by_draws
from tocsin.epi.nowcast.triangle import ReportingTriangle
from tocsin.epi.quantiles import LEVELS, checked_levels

__all__ = ["lawless", "lawless_shares"]

Interval = Literal["surveillance", "published"]


def lawless(
    triangle: ReportingTriangle,
    *,
    levels: ArrayLike = LEVELS,
    sum_over: int = 1,
    longest: int | None = None,
    window: int | None = None,
    interval: Interval = "surveillance",
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> Nowcast:
    """Counts in the end as reports divided by their share so far.

    triangle   reports by period and delay, as they are known on its `as_of`
    levels     of the quantiles
    sum_over   periods summed, ending with each; sums are drawn with the periods taken as independent
    longest    periods; a longer delay counts as this one; that of the triangle if None
    window     for each delay, only the last so many periods whose reports with it are known tell the share; all if None
    interval   "surveillance" has the variance and the truncation that R computes; "published" the paper's variance,
               with that of W, of a normal that is truncated below what is reported and rounded to whole cases
    draws      so many draws are returned
    rng        needed for draws and sums
    returns    mean is N / W. A period without reports gets 0 without any doubt, one with W = 0 nan
    raises     InvalidOption, HistoryTooShort
    """
    q = checked_levels(levels)
    over = checked_sum(sum_over, len(triangle.dates))
    checked_draws(draws, rng, why=f"sum_over={over}" if over > 1 else None)
    if interval not in ("surveillance", "published"):
        raise InvalidOption(f"interval is {interval!r}; it is 'surveillance' (as in R) or 'published'")
    plain = plain_reports(triangle, longest)
    share, variance_of_share = _shares(plain, window)
    d = plain.known
    N, W, V = plain.reported, share[:, d], variance_of_share[:, d]
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(W > 0, N / W, np.nan)
        variance = N * (1 - W) / W**2
        if interval == "published":
            variance = variance + N * (N + 1) / W**4 * V
    deviation = np.sqrt(np.where(W > 0, variance, 0.0))
    unfinished = np.flatnonzero(d < plain.longest)

    def at(u: NDArray[np.float64], rows: slice, periods: NDArray[np.intp]) -> NDArray[np.float64]:
        """Quantiles at u (..., strata, periods)."""
        return _quantiles(
            u, N[rows][:, periods], estimate[rows][:, periods], deviation[rows][:, periods], interval == "published"
        )

    def draw(rows: slice, size: int) -> NDArray[np.float64]:
        assert rng is not None  # checked_draws
        return at(rng.random((size, len(N[rows]), len(unfinished))), rows, unfinished)

    everything = np.arange(N.shape[1])
    quantiles = np.moveaxis(at(np.broadcast_to(q[:, None, None], (len(q), *N.shape)), slice(None), everything), 0, -1)
    options = {"longest": plain.longest, "window": window, "interval": interval}
    return nowcast_by_draws(
        "lawless",
        options,
        plain,
        levels=q,
        sum_over=over,
        mean=estimate,
        quantiles=quantiles,
        draw=draw,
        draws=draws,
    )


def lawless_shares(
    triangle: ReportingTriangle, *, longest: int | None = None, window: int | None = None
) -> NDArray[np.float64]:
    """(strata, delays) share of reports with a delay of at most 0, 1 ... `longest` periods. Raises as `lawless`."""
    return _shares(plain_reports(triangle, longest), window)[0]


def _shares(plain: ReportingTriangle, window: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """W and its variance by the delay up to which reports are known, both (strata, delays)."""
    n, N = reports_by_delay(plain, window, sliding=True)
    g = np.divide(n, N, out=np.zeros_like(n), where=N > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = np.where(N > 0, g / (N * (1 - g)), 0.0)
    later = slice(None, 0, -1)  # delays from the longest down to 1
    W, V = np.ones_like(g), np.zeros_like(g)
    W[:, -2::-1] = np.cumprod((1 - g)[:, later], axis=1)
    V[:, -2::-1] = np.cumsum(relative[:, later], axis=1)
    with np.errstate(invalid="ignore"):
        return W, np.where(W > 0, W**2 * V, np.nan)


def _quantiles(
    u: NDArray[np.float64],
    N: NDArray[np.float64],
    estimate: NDArray[np.float64],
    deviation: NDArray[np.float64],
    published: bool,
) -> NDArray[np.float64]:
    spread = np.where(deviation > 0, deviation, 1.0)
    if published:
        below = ndtr((N - 0.5 - estimate) / spread)
        root = estimate + spread * ndtri(below + u * (1 - below)) - 0.5
    else:
        # R divides by the upper tail but does not subtract the lower one.
        root = estimate + spread * ndtri(u * (1 - ndtr((N - estimate) / spread)))
    return np.where(deviation > 0, N + np.maximum(np.ceil(root - N), 0.0), estimate)
