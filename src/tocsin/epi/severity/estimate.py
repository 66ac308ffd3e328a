"""What the estimates from daily counts have in common: one result, and the two ways to an interval."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlog1py, xlogy

from tocsin.epi.errors import InvalidOption
from tocsin.epi.severity.proportion import Interval, proportion_interval

__all__ = ["Method", "Severity", "effective", "profile"]

Method = Literal["effective", "cfr"]
Array = NDArray[np.float64]
Points = NDArray[np.int64]
Limits = tuple[Array, Array, Array]

POINTS = 10_000
STEP = 1e-4
DROP = 1.92
LOW_RISK = 0.05


@dataclass(frozen=True, slots=True)
class Severity:
    """A risk with its interval, and the numbers that it comes from.

    estimate, low, high        (series,) or (series, days) between 0 and 1; nan where nothing can be said
    cases, deaths              same shape: those that count for the estimate
    outcomes                   same shape: cases whose death would be known if all died; without a delay all cases
    level                      probability that the interval is to cover
    more_deaths_than_outcomes  same shape: True where more died than could be known to have: the delay given is too
                               long, or cases were missed, and the estimate stands at 1 or at nan (`method="cfr"`)
    delay_longer_than_window   same shape: True where more than 5 % of the delay lies beyond what was observed
    """

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    cases: NDArray[np.float64]
    deaths: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    level: float
    more_deaths_than_outcomes: NDArray[np.bool_]
    delay_longer_than_window: NDArray[np.bool_]


def checked_method(method: str, level: float) -> None:
    if method not in ("effective", "cfr"):
        raise InvalidOption(f"method is {method!r}; it is 'effective', or 'cfr' for what R's cfr computes")
    if method == "cfr" and level != 0.95:
        raise InvalidOption(f"level is {level:g}, but method='cfr' has intervals of 0.95 alone; leave it out")


def effective(
    deaths: NDArray[np.float64],
    outcomes: NDArray[np.float64],
    squares: NDArray[np.float64],
    interval: Interval,
    level: float,
) -> Limits:
    """Estimate and limits from deaths whose number is a sum of binomials (`static` has the equations)."""
    some = outcomes > 0
    U, S = np.where(some, outcomes, 1.0), np.where(some, squares, 1.0)
    n = U * U / S
    estimate = np.where(some, np.minimum(deaths / U, 1.0), np.nan)
    low, high = proportion_interval(np.minimum(deaths, n), n, interval=interval, level=level)
    # A share p of n effective cases is a risk of p U / S: not all of the cases can have died yet.
    return (
        estimate,
        np.where(some, np.minimum(low * U / S, 1.0), np.nan),
        np.where(some, np.minimum(high * U / S, 1.0), np.nan),
    )


def profile(
    cases: NDArray[np.float64], deaths: NDArray[np.float64], outcomes: NDArray[np.float64], poisson_threshold: int
) -> Limits:
    """Estimate and limits on R's grid of 0.0001: the highest point, and those less than 1.92 below it.

    Below `poisson_threshold` cases, or from a risk of 5 % on, the likelihood is binomial, of `outcomes` as they are;
    otherwise Poisson, of the outcomes rounded. Both have one summit, which bisection finds among the 10,000 points.
    """
    C, D, U = cases, deaths, outcomes
    N = np.round(U)
    with np.errstate(divide="ignore", invalid="ignore"):
        p_mid = np.nan_to_num(D / N, nan=0.0, posinf=np.inf)
    poisson = (poisson_threshold <= C) & (p_mid < LOW_RISK)
    silent = ((C == 0).astype(int) + (D == 0) + (U == 0) >= 2) | (D > U)
    # Where as many died as could be known, R's logarithm of 0 times 0 takes the last point out of the grid.
    last = np.where(~poisson & (U == D), POINTS - 1, POINTS)

    def likelihood(k: Points) -> Array:
        p = k * STEP
        binomial = xlogy(D, p) + xlog1py(np.where(silent, 0.0, U - D), -np.minimum(p, 1.0))
        found: Array = np.where(poisson, xlogy(D, p) - p * N, binomial)
        return found

    with np.errstate(divide="ignore", invalid="ignore"):
        exact = np.nan_to_num(np.where(poisson, D / N, D / U), nan=0.0, posinf=1.0)
    below = np.clip(np.floor(exact / STEP).astype(np.int64), 1, last)
    above = np.minimum(below + 1, last)
    best = np.where(likelihood(above) > likelihood(below), above, below)
    best = np.where(poisson & (N == 0), 1, best)
    limit = likelihood(best) - DROP
    first = _edge(likelihood, limit, best, np.ones_like(best))
    final = _edge(likelihood, limit, best, last)
    return tuple(np.where(silent, np.nan, k * STEP) for k in (best, first, final))  # type: ignore[return-value]


def _edge(likelihood: Callable[[Points], Array], limit: Array, inside: Points, outside: Points) -> Points:
    """The last point from `inside` towards `outside` whose likelihood is not below the limit."""
    reached = likelihood(outside) >= limit
    a, b = inside.copy(), outside.copy()
    for _ in range(int(np.ceil(np.log2(POINTS))) + 1):
        middle = (a + b) // 2
        middle = np.where(a > b, -((-a - b) // 2), middle)  # rounded towards b, where a is above
        high = likelihood(middle) >= limit
        a, b = np.where(high, middle, a), np.where(high, b, middle)
    found: Points = np.where(reached, outside, a)
    return found
