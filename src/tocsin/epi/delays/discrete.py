"""Delays in whole days, as simulators and estimators take them: the probability of 0, 1, 2 … days.

Both events are known by their day. If the first happens at any moment of its day, and the delay has distribution
function F with integral G(t), the second comes k days later with probability

    p_k = integral of (1 - |u - k|)+ dF(u) = G(k + 1) - 2 G(k) + G(k - 1)        double interval
    p_k = F(k + 1) - F(k), or F(k + 1/2) - F(k - 1/2), or F(k) - F(k - 1)        rounded down, to the nearest, up

The rounded ones take the first event for the beginning (noon, end) of its day. The serial interval of EpiEstim is
1 day plus a gamma, by the first line:

Cori A, Ferguson NM, Fraser C, Cauchemez S (2013). A new framework and software to estimate time-varying
reproduction numbers during epidemics. American Journal of Epidemiology 178(9):1505-1512. doi:10.1093/aje/kwt133,
web appendix 11.
"""

import math
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays.distribution import DelayDistribution
from tocsin.epi.errors import InvalidDelay

__all__ = ["checked_delay", "discretised", "gamma_serial_interval", "lognormal_delay", "renormalised"]

ONE = 1e-9  # how far from 1 the probabilities may add up to
LEAST_TAIL = 1e-15  # what is less cannot be told from nothing beside 1
MOST_DAYS = 5000  # a delay that needs more is none in days
Method = Literal["double_interval", "down", "nearest", "up"]


def checked_delay(name: str, given: ArrayLike, *, shortest: int = 0) -> NDArray[np.float64]:
    """`given` as probabilities of 0, 1 … days. Raises InvalidDelay where it is none.

    name      of the argument, for the message
    shortest  days below which nothing may lie: 1 for a serial interval or generation time
    """
    p = np.asarray(given, dtype=np.float64)
    if p.ndim != 1 or not len(p):
        raise InvalidDelay(f"{name} has shape {p.shape}; it is one row of probabilities, of 0, 1, 2 ... days")
    if not np.isfinite(p).all() or (p < 0).any():
        raise InvalidDelay(f"{name} holds {p[~np.isfinite(p) | (p < 0)][0]:g}; probabilities are from 0 to 1")
    if abs(p.sum() - 1) > ONE:
        raise InvalidDelay(f"{name} adds up to {p.sum():g}; the probabilities of all delays add up to 1")
    if (p[:shortest] > 0).any():
        day = int(np.flatnonzero(p[:shortest])[0])
        raise InvalidDelay(
            f"{name} gives {p[day]:g} to {day} days, but nobody infects another on the day of their own infection "
            "in this method; if your probabilities begin at 1 day, prepend a 0"
        )
    return p


def renormalised(probabilities: ArrayLike) -> NDArray[np.float64]:
    """(..., days) divided by their sum over the days. Raises InvalidDelay where that is 0."""
    p = np.asarray(probabilities, dtype=np.float64)
    total = p.sum(axis=-1, keepdims=True)
    if (total <= 0).any():
        raise InvalidDelay("the probabilities of a delay add up to 0; choose a longer longest")
    found: NDArray[np.float64] = p / total
    return found


def discretised(
    distribution: DelayDistribution,
    *,
    method: Method = "double_interval",
    longest: int | None = None,
    shortest: int = 0,
    tail: float = 1e-6,
    renormalise: bool = True,
) -> NDArray[np.float64]:
    """A distribution in whole days.

    distribution  of any shape (...)
    method        "double_interval", or rounded "down" (cumulative differences), to the "nearest" day, or "up"
    longest       last day that gets a probability; the first beyond which lies less than `tail` if None
    shortest      days below which nothing may lie: 1 for a serial interval or generation time
    tail          probability that may be cut off if `longest` is None; of many, the longest decides
    renormalise   divide what is from `shortest` to `longest` by its sum; without it, the rest is missing from 1
    returns       (..., longest + 1) probability of 0, 1 … longest days. Negative days of a normal are left out
    raises        InvalidDelay
    """
    if method not in get_args(Method):
        raise InvalidDelay(f"method is {method!r}; it is one of {', '.join(get_args(Method))}")
    if longest is None:
        longest = _longest(distribution, tail)
    if not 0 <= shortest <= longest:
        raise InvalidDelay(f"shortest is {shortest} and longest {longest}; a delay has 0 <= shortest <= longest days")
    if method == "double_interval":
        p = _double_interval(distribution, longest)
    else:
        first = {"down": 0.0, "nearest": -0.5, "up": -1.0}[method]
        edges = np.arange(longest + 2) + first
        # Above the mean, differences of what lies beyond: 1 - F still has digits where F is 1.
        up, down = np.diff(distribution.cdf(edges), axis=-1), -np.diff(distribution.sf(edges), axis=-1)
        p = np.where(edges[:-1] > distribution.mean[..., None], down, up)
    p[..., :shortest] = 0.0
    return renormalised(p) if renormalise else p


def _double_interval(distribution: DelayDistribution, longest: int) -> NDArray[np.float64]:
    t = np.arange(-1.0, longest + 2)
    below, above = (np.diff(integral(t), n=2, axis=-1) for integral in (distribution.below, distribution.above))
    return np.maximum(np.where(t[:-2] > distribution.mean[..., None], above, below), 0.0)


def _longest(distribution: DelayDistribution, tail: float) -> int:
    if not LEAST_TAIL <= tail < 1:
        raise InvalidDelay(f"tail is {tail:g}; it is a probability from {LEAST_TAIL:g} to below 1")
    found = np.nanmax(np.atleast_1d(distribution.quantile(1 - tail))) if not np.isnan(distribution.mean).all() else 0.0
    if found > MOST_DAYS:
        raise InvalidDelay(
            f"{tail:g} of a delay with mean {np.nanmax(distribution.mean):g} lie beyond {MOST_DAYS} days; give "
            "longest, or a larger tail"
        )
    return math.ceil(found) + 1


def gamma_serial_interval(mean: ArrayLike, sd: ArrayLike, *, longest: int) -> NDArray[np.float64]:
    """EpiEstim's `discr_si`: 1 day plus a gamma, both cases at any moment of their day.

    mean     days, above 1; any shape, broadcast against sd
    sd       days, above 0
    longest  last day that gets a probability, at least 1
    returns  (..., longest + 1) probability of 0, 1 … longest days; that of 0 is 0. They are not divided by their sum:
             what is missing from 1 lies beyond `longest` (`renormalised` divides)
    raises   InvalidDelay
    """
    if longest < 1:
        raise InvalidDelay(f"longest is {longest}; a serial interval has probabilities from 1 day on")
    m = np.asarray(mean, dtype=np.float64)
    if not (np.isfinite(m) & (m > 1)).all():
        raise InvalidDelay(
            f"mean is {m[~(np.isfinite(m) & (m > 1))].flat[0]:g}; this serial interval is 1 day plus a gamma, and its "
            "mean above 1 day"
        )
    beyond = DelayDistribution("gamma", m - 1, np.asarray(sd, dtype=np.float64))
    w = _double_interval(beyond, longest - 1)
    return np.concatenate([np.zeros((*w.shape[:-1], 1)), w], axis=-1)


def lognormal_delay(median: float, dispersion: float, *, longest: int, shortest: int = 0) -> NDArray[np.float64]:
    """A lognormal delay rounded to the nearest day, without what is shorter or longer than asked.

    median      days, above 0
    dispersion  exp of the standard deviation of the logarithm, above 1: two thirds of all lie between
                median / dispersion and median * dispersion
    longest     last day that has a probability; shortest the first: 1 where nothing happens on the same day
    returns     (longest + 1,) probability of 0, 1 … longest days; they add up to 1
    raises      InvalidDelay
    """
    if not median > 0 or not math.isfinite(median):
        raise InvalidDelay(f"median is {median:g}; a lognormal delay has a median above 0 days")
    if not dispersion > 1 or not math.isfinite(dispersion):
        raise InvalidDelay(f"dispersion is {dispersion:g}; it is exp(sd of the logarithm) and so above 1")
    if not 0 <= shortest <= longest:
        raise InvalidDelay(f"shortest is {shortest} and longest {longest}; a delay has 0 <= shortest <= longest days")
    whole = DelayDistribution.of_parameters("lognormal", math.log(median), math.log(dispersion))
    p = discretised(whole, method="nearest", longest=longest, shortest=shortest, renormalise=False)
    if not p.sum() > 0:
        raise InvalidDelay(
            f"of a delay with median {median:g} nothing lies from {shortest} to {longest} days; choose a longer longest"
        )
    return renormalised(p)
