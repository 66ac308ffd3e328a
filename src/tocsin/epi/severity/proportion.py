"""Intervals of a proportion from few: of seven cases, three died.

Clopper CJ, Pearson ES (1934). The use of confidence or fiducial limits illustrated in the case of the binomial.
Biometrika 26:404-413. doi:10.1093/biomet/26.4.404. Every proportion under which neither this many nor more, nor this
many nor fewer, would be rarer than (1 - level) / 2: the limits are quantiles of beta distributions. It is never wrong
more often than it says, and the default: whoever plans by a fatality should not be told less than the whole doubt.

Wilson EB (1927). Probable inference, the law of succession, and statistical inference. Journal of the American
Statistical Association 22:209-212. doi:10.1080/01621459.1927.10502953. Right on average, and shorter.

Jeffreys: the posterior under the prior Beta(1/2, 1/2), with the ends closed at none and all, after Brown LD, Cai TT,
DasGupta A (2001). Interval estimation for a binomial proportion. Statistical Science 16:101-133.
doi:10.1214/ss/1009213286.

The number of trials need not be whole: it is an effective one where a delay or a censoring takes from what was seen.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri

from tocsin.epi.errors import InvalidCounts, InvalidOption

__all__ = ["INTERVALS", "Interval", "proportion_interval"]

Interval = Literal["clopper_pearson", "wilson", "jeffreys"]
INTERVALS = ("clopper_pearson", "wilson", "jeffreys")


def proportion_interval(
    events: ArrayLike, trials: ArrayLike, *, interval: Interval = "clopper_pearson", level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Lower and upper limit of events / trials.

    events, trials  any shapes that broadcast; need not be whole; 0 <= events <= trials
    interval        "clopper_pearson", "wilson" or "jeffreys"
    level           probability that the interval is to cover, 0.95
    returns         two arrays; nan where there are no trials, or either is nan
    raises          InvalidCounts, InvalidOption
    """
    checked_interval(interval, level)
    x, n = np.broadcast_arrays(np.asarray(events, dtype=np.float64), np.asarray(trials, dtype=np.float64))
    wrong = (x < 0) | (x > n) | np.isinf(n)
    if wrong.any():
        raise InvalidCounts(
            f"{x[wrong][0]:g} events of {n[wrong][0]:g} trials; events are from 0 to the number of trials, "
            "which is finite"
        )
    none = ~(n > 0) | np.isnan(x)
    x, n = np.where(none, 0.0, x), np.where(none, 1.0, n)
    low, high = _LIMITS[interval](x, n, (1 - level) / 2)
    low, high = np.where(x == 0, 0.0, low), np.where(x == n, 1.0, high)
    return np.where(none, np.nan, low), np.where(none, np.nan, high)


def checked_interval(interval: str, level: float) -> None:
    if interval not in INTERVALS:
        raise InvalidOption(f"interval is {interval!r}; it is one of {', '.join(INTERVALS)}")
    checked_level(level)


def checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise InvalidOption(f"level is {level!r}; it is the probability that an interval is to cover, such as 0.95")
    return float(level)


Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def _clopper_pearson(x: NDArray[np.float64], n: NDArray[np.float64], tail: float) -> Limits:
    low = betaincinv(np.maximum(x, 1e-12), n - x + 1, tail)
    high = betaincinv(x + 1, np.maximum(n - x, 1e-12), 1 - tail)
    return low, high


def _wilson(x: NDArray[np.float64], n: NDArray[np.float64], tail: float) -> Limits:
    z = float(ndtri(1 - tail))
    p = x / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _jeffreys(x: NDArray[np.float64], n: NDArray[np.float64], tail: float) -> Limits:
    return betaincinv(x + 0.5, n - x + 0.5, tail), betaincinv(x + 0.5, n - x + 0.5, 1 - tail)


_LIMITS = {"clopper_pearson": _clopper_pearson, "wilson": _wilson, "jeffreys": _jeffreys}
