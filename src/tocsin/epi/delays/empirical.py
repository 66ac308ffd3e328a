"""The distribution of a delay without a family, from cases known until a day.

Lawless JF (1994). Adjustments for reporting delays and the prediction of occurred but not reported events. Canadian
Journal of Statistics 22(1):15-31. doi:10.2307/3315826.n1
Kalbfleisch JD, Lawless JF (1991). Regression models for right truncated data with applications to AIDS incubation
times and reporting lags. Statistica Sinica 1:19-32.

Time turned round: of the cases with a delay of at most k days whose first event lies at least k days back, the share
g_k with a delay of exactly k is not touched by what is still missing. With D the longest delay that could be seen,

    F(k) = product over j = k+1 ... D of (1 - g_j),      var log F(k) = sum over the same j of g_j / ((1 - g_j) n_j)

n_j being how many g_j is a share of. F is the distribution among delays of at most D days; nothing is known beyond.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.delays.line_list import case_windows, summed
from tocsin.epi.errors import InvalidDates, InvalidOption

__all__ = ["EmpiricalDelay", "empirical_delay"]


@dataclass(frozen=True, slots=True, eq=False)
class EmpiricalDelay:
    """What was seen of a delay, for each stratum; nan where none of its cases could be seen for `longest` days.

    strata       (strata,) names; "all" where there was one
    probability  (strata, longest + 1) of 0, 1 … longest days, among delays of at most `longest` days
    cumulative   (strata, longest + 1) of at most 0, 1 … longest days
    lower, upper (strata, longest + 1) ends of the interval of `cumulative`
    at_risk      (strata, longest + 1) cases of which each day's share was taken
    cases        (strata,) that it is of
    left_out     (strata,) cases without one of the dates, or with a delay beyond `longest`
    level        of the interval
    """

    strata: NDArray[np.str_]
    probability: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    cases: NDArray[np.float64]
    left_out: NDArray[np.float64]
    level: float


def empirical_delay(
    first: ArrayLike,
    second: ArrayLike,
    *,
    longest: int,
    as_of: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    level: float = 0.95,
    names: tuple[str, str] = ("first", "second"),
) -> EmpiricalDelay:
    """The delay in days as it was seen, right truncation taken into account.

    first, second  (cases,) days of the two events; dates, or whole numbers of days; missing ones are left out
    longest        days: delays beyond it are left out, and the distribution is of those up to it
    as_of          last day of which second events are known, of everybody or (cases,); None where all are there
    stratum        (cases,) names of strata
    cases          (cases,) how many cases a row stands for; 1 if None
    level          of the interval, which is Wald's on the scale of log(-log F)
    raises         InvalidDates, also where nobody's first event lies `longest` days back; InvalidOption
    """
    if longest < 0:
        raise InvalidOption(f"longest is {longest}; it is a number of days, 0 or above")
    if not 0 < level < 1:
        raise InvalidOption(f"level is {level:g}; it lies between 0 and 1")
    given = case_windows(
        first, None, second, None, as_of=as_of, since=None, stratum=stratum, cases=cases, names=names, ordered=True
    )
    delay, size = given.low, len(given.strata)
    short = delay <= longest
    beyond = summed(given.stratum, given.cases * ~short, size)
    number, delay, weight = given.stratum[short], delay[short], given.cases[short]
    # Days a case could have been seen for: longest is enough.
    seen = np.full(len(delay), longest) if given.known_until is None else given.known_until[short] - 1
    seen = np.minimum(seen, longest)
    reach = _table(number, seen, weight, size, longest)
    if given.known_until is not None and len(seen) and not reach[:, longest].any():
        raise InvalidDates(
            f"no {names[0]} lies {longest} days before as_of, and how many take so long cannot be known; the farthest "
            f"back is {int(seen.max())} days: choose a longest of at most that"
        )
    exact = _table(number, delay, weight, size, longest)
    # With a delay of at most k, and at least k days back: seen >= k and delay <= k.
    known = np.cumsum(exact, axis=1) - _below(number, seen, weight, size, longest)
    with np.errstate(divide="ignore", invalid="ignore"):
        g = np.where(known > 0, exact / np.maximum(known, 1e-300), 0.0)
        left = np.ones_like(g)
        left[:, :-1] = np.cumprod((1 - g)[:, :0:-1], axis=1)[:, ::-1]
        spread = np.zeros_like(g)
        terms = np.where(known > 0, g / ((1 - g) * known), 0.0)
        spread[:, :-1] = np.cumsum(terms[:, :0:-1], axis=1)[:, ::-1]
        width = ndtri((1 + level) / 2) * np.sqrt(spread) / -np.log(left)
        lower, upper = left ** np.exp(width), left ** np.exp(-width)
    some = ((known.sum(axis=1) > 0) & (reach[:, longest] > 0))[:, None]
    certain = (left >= 1) | (left <= 0)
    return EmpiricalDelay(
        strata=given.strata,
        probability=np.where(some, np.diff(left, axis=1, prepend=0.0), np.nan),
        cumulative=np.where(some, left, np.nan),
        lower=np.where(some, np.where(certain, left, lower), np.nan),
        upper=np.where(some, np.where(certain, left, upper), np.nan),
        at_risk=known,
        cases=summed(number, weight, size),
        left_out=given.left_out + beyond,
        level=level,
    )


def _table(
    number: NDArray[np.intp], day: NDArray[np.int64], weight: NDArray[np.float64], size: int, longest: int
) -> NDArray[np.float64]:
    cell = number * (longest + 1) + day
    return summed(cell, weight, size * (longest + 1)).reshape(size, longest + 1)


def _below(
    number: NDArray[np.intp], seen: NDArray[np.int64], weight: NDArray[np.float64], size: int, longest: int
) -> NDArray[np.float64]:
    """(strata, longest + 1) cases that could be seen for fewer days than that: their delay is shorter too."""
    table = np.cumsum(_table(number, seen, weight, size, longest), axis=1)
    return np.concatenate([np.zeros((size, 1)), table[:, :-1]], axis=1)
