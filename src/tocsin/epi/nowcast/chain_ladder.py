"""Chain ladder with the errors of past nowcasts: the baseline "KIT simple" of the German hospitalisation nowcast hub.

Bracher J (2021). Documentation KIT-simple_nowcast. github.com/KITmetricslab/hospitalization-nowcast-hub, code/baseline
Wolffram D et al. (2023). Collaborative nowcasting of COVID-19 hospitalization incidences in Germany. PLOS Computational
Biology 19(8):e1011394. doi:10.1371/journal.pcbi.1011394
Mack T (1993). Distribution-free calculation of the standard error of chain ladder reserve estimates. ASTIN Bulletin
23(2):213-225. doi:10.2143/AST.23.2.2005092

    theta_d = sum of X_{t,d} / sum of X_{t,<d}      over the last `history` periods t whose delay d is known
    expected to come = X_{t,<=d} (prod over e > d of (1 + theta_e) - 1)

The same is done for each of `past` earlier days, and what has come since of the sum that ended h periods before is
compared with what was expected: NB(expected, size_h), size_h by maximum likelihood. A negative binomial stays one with
the same size when its cases are thinned, so that days of which not all has come yet serve too.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import psi

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.negative_binomials import mixture_quantiles
from tocsin.epi.nowcast.plain_reports import plain_reports
from tocsin.epi.nowcast.result import Nowcast, checked_draws, checked_sum, rolling_sum
from tocsin.epi.nowcast.triangle import ReportingTriangle
from tocsin.epi.quantiles import LEVELS, checked_levels

__all__ = ["chain_ladder"]

SIZES = (0.1, 1000.0)  # the range that the hub's optimiser searches
PADDING = 0.1  # cases added to what was expected of past nowcasts, so that a size exists where that is 0
LEAST_PAST = 7  # past nowcasts; fewer give no size worth the name
STEPS = 40
PRECISE = 1e-6  # of the logarithm of the size


def chain_ladder(
    triangle: ReportingTriangle,
    *,
    levels: ArrayLike = LEVELS,
    sum_over: int = 1,
    longest: int | None = None,
    history: int = 60,
    past: int = 60,
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> Nowcast:
    """Counts in the end as earlier periods were completed, as uncertain as earlier nowcasts were wrong.

    triangle  reports by period and delay, as they are known on its `as_of`
    levels    of the quantiles
    sum_over  periods summed, ending with each; the errors are those of past sums, so that no draws are needed
    longest   periods; a longer delay counts as this one; that of the triangle if None
    history   last periods from which the factors are taken, more than `longest`
    past      earlier nowcasts whose errors are used, as far as there is history for them
    draws     so many draws are returned, independent of each other over periods
    rng       needed for draws
    returns   mean is what is reported and what is expected to come
    raises    InvalidOption, HistoryTooShort

    A delay that was never reported gets the factor 1; where nothing is reported, nothing is expected.
    """
    q = checked_levels(levels)
    over = checked_sum(sum_over, len(triangle.dates))
    checked_draws(draws, rng)
    plain = plain_reports(triangle, longest)
    _require_whole("history", history, plain.longest + 1)
    _require_whole("past", past, LEAST_PAST)
    # As if each period ended on its own day of a triangle that begins with the first period.
    last = int(plain.known[-1]) + len(plain.dates) - 1 if plain.known[-1] < plain.longest else None
    reported, mean = plain.reported, plain.reported.copy()
    total = rolling_sum(reported, over)
    size = np.full(mean.shape, np.inf)
    if last is not None:
        earlier = min(past, last - plain.longest)
        if earlier < LEAST_PAST:
            raise HistoryTooShort(
                f"{last + 1} periods up to {plain.as_of} are enough for {max(0, earlier)} past nowcasts with delays of "
                f"up to {plain.longest} periods; {LEAST_PAST} are needed: give more history, or a smaller longest"
            )
        expected, sizes = _expected_and_sizes(plain, last, over, history, earlier)
        age = last - np.arange(len(plain.dates))
        young = np.flatnonzero(age < plain.longest)
        mean[:, young] += expected[:, age[young]]
        size[:, young] = sizes[:, age[young]]
    mean = rolling_sum(mean, over)
    to_come = np.maximum(mean - total, 0.0)
    quantiles = np.repeat(total[..., np.newaxis], len(q), axis=2)
    open_cells = np.nan_to_num(to_come) > 0
    to_come, sizes_there = to_come[open_cells], size[open_cells]
    success = sizes_there / (sizes_there + to_come)
    quantiles[open_cells] += mixture_quantiles(np.ones((len(success), 1)), sizes_there, success[:, np.newaxis], q)
    drawn = None
    if draws:
        assert rng is not None  # checked_draws
        drawn = np.repeat(total[np.newaxis], draws, axis=0)
        drawn[:, open_cells] += rng.negative_binomial(sizes_there, success, (draws, len(success)))
    options = {"longest": plain.longest, "history": history, "past": past}
    return Nowcast(
        "chain ladder",
        options,
        plain.dates,
        plain.as_of,
        plain.step,
        over,
        q,
        total,
        quantiles,
        mean,
        drawn,
    )


def _require_whole(name: str, value: object, least: int) -> None:
    if not isinstance(value, (int, np.integer)) or isinstance(value, bool) or value < least:
        raise InvalidOption(f"{name} is {value!r}; give a whole number of periods of at least {least}")


def _expected_and_sizes(
    plain: ReportingTriangle, last: int, over: int, history: int, past: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By age of a period, 0 ... longest - 1: what is expected to come of it, and the size of the sum that ends with it.

    last  number of the period that the reports end with, which may come after the last period of events
    """
    D, periods = plain.longest, len(plain.dates)
    X = np.zeros((plain.reports.shape[0], last + 1, D + 1))
    X[:, :periods] = np.nan_to_num(plain.reports)
    C = np.cumsum(X, axis=2)
    ends = last - np.arange(past + 1)  # today first, then the past nowcasts
    ladder = _ladder(X, C, ends, history)
    c = np.arange(D)
    rows = ends[:, np.newaxis] - c  # the period whose delay c is the last known: (nowcasts, ages)
    until = np.minimum(c + np.arange(past + 1)[:, np.newaxis], D)  # delays known today
    until[0] = D
    known = C[:, rows, c]
    growth = np.take_along_axis(ladder, np.broadcast_to(until, (len(X), *until.shape)), axis=2) / ladder[..., :D] - 1
    expected = known * growth
    came = C[:, rows, until] - known
    sizes = _sizes(_young_sums(came[:, 1:], over), _young_sums(expected[:, 1:], over) + PADDING)
    return expected[:, 0], sizes


def _ladder(
    X: NDArray[np.float64], C: NDArray[np.float64], ends: NDArray[np.intp], history: int
) -> NDArray[np.float64]:
    """(strata, nowcasts, delays) product of 1 + theta over the delays up to each, as each of the `ends` knew it."""
    D = X.shape[2] - 1
    d = np.arange(1, D + 1)
    reported, before = (np.zeros((X.shape[0], X.shape[1] + 1, D)) for _ in range(2))
    np.cumsum(X[:, :, 1:], axis=1, out=reported[:, 1:])
    np.cumsum(C[:, :, :-1], axis=1, out=before[:, 1:])
    to = np.maximum(ends[:, np.newaxis] + 1 - d, 0)
    since = np.minimum(np.maximum(ends[:, np.newaxis] + 1 - history, 0), to)
    n = reported[:, to, d - 1] - reported[:, since, d - 1]
    of = before[:, to, d - 1] - before[:, since, d - 1]
    ladder = np.ones((X.shape[0], len(ends), D + 1))
    np.cumprod(1 + n / np.maximum(of, 1.0), axis=2, out=ladder[..., 1:])
    return ladder


def _young_sums(x: NDArray[np.float64], over: int) -> NDArray[np.float64]:
    """Of (strata, nowcasts, ages): sums over `over` ages from each on; older periods are complete and add nothing."""
    padded = np.concatenate([x, np.zeros((*x.shape[:2], over - 1))], axis=2)
    sums: NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(padded, over, axis=2).sum(axis=3)
    return sums


def _sizes(came: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """(strata, ages) most likely size of NB(expected, size) for what came (strata, nowcasts, ages), within SIZES.

    The slope of the log likelihood over log size is followed to its zero by the Illinois method.
    """
    y, mu = (np.moveaxis(x, 1, -1).reshape(-1, x.shape[1]) for x in (came, expected))

    def slope(log_size: NDArray[np.float64], which: NDArray[np.intp]) -> NDArray[np.float64]:
        s = np.exp(log_size)[:, np.newaxis]
        x, m = y[which], mu[which]
        each = psi(x + s) - psi(s) + np.log(s / (s + m)) + (m - x) / (s + m)
        total: NDArray[np.float64] = each.sum(axis=1) * s[:, 0]
        return total

    everything = np.arange(len(y))
    low, high = (np.full(len(y), np.log(s)) for s in SIZES)
    at_low, at_high = slope(low, everything), slope(high, everything)
    found = np.where(at_low <= 0, low, high)  # no zero between: the nearer end
    which = everything[(at_low > 0) & (at_high < 0)]
    side = np.zeros(len(y))
    for _ in range(STEPS):
        if not len(which):
            break
        middle = (low[which] * at_high[which] - high[which] * at_low[which]) / (at_high[which] - at_low[which])
        value = slope(middle, which)
        moved = np.abs(middle - found[which])
        found[which] = middle
        up, down = which[value > 0], which[value <= 0]
        low[up], at_low[up] = middle[value > 0], value[value > 0]
        high[down], at_high[down] = middle[value <= 0], value[value <= 0]
        # An end that stays twice running is weighed half: otherwise it would stay for ever.
        at_high[up] *= np.where(side[up] > 0, 0.5, 1.0)
        at_low[down] *= np.where(side[down] < 0, 0.5, 1.0)
        side[up], side[down] = 1.0, -1.0
        which = which[(moved > PRECISE) & (value != 0)]
    return np.exp(found).reshape(came.shape[0], came.shape[2])
