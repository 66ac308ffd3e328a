"""Limits of a delay-adjusted risk where the delay itself is known only as draws of a posterior.

The limits of `static` are the risks under which as many deaths as were seen, or more, have probability (1 - level) / 2,
and likewise as many or fewer. Here that probability is its mean over the draws, the prior predictive one. Box GEP
(1980). Sampling and Bayes' inference in scientific modelling and robustness. Journal of the Royal Statistical Society A
143:383-430. doi:10.2307/2982063. With one draw, or draws that agree, nothing changes.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from tocsin.epi.severity.estimate import Limits

__all__ = ["mixed"]

Array = NDArray[np.float64]

STEPS = 45


def mixed(deaths: Array, outcomes: Array, squares: Array, level: float) -> Limits:
    """Estimate (the median over draws) and limits, each (series,).

    deaths             (series,)
    outcomes, squares  (draws, series) of `known_outcomes` at the last day
    """
    some = outcomes > 0
    U, S = np.where(some, outcomes, 1.0), np.where(some, squares, 1.0)
    n = U * U / S
    d = np.minimum(deaths, n)
    tail = (1 - level) / 2

    def as_many_or_more(risk: Array) -> Array:
        found: Array = np.where(d > 0, betainc(np.maximum(d, 1e-12), n - d + 1, risk * S / U), 1.0).mean(axis=0)
        return found

    def as_many_or_fewer(risk: Array) -> Array:
        found: Array = np.where(d < n, 1 - betainc(d + 1, np.maximum(n - d, 1e-12), risk * S / U), 1.0).mean(axis=0)
        return found

    low = np.where(deaths > 0, _where(lambda risk: as_many_or_more(risk) < tail, deaths.shape), 0.0)
    high = _where(lambda risk: as_many_or_fewer(risk) >= tail, deaths.shape)
    silent = ~some.any(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.median(np.minimum(deaths / U, 1.0), axis=0)
    return tuple(np.where(silent, np.nan, x) for x in (estimate, low, high))  # type: ignore[return-value]


def _where(holds: Callable[[Array], NDArray[np.bool_]], shape: tuple[int, ...]) -> Array:
    """The risk up to which a statement holds, between 0 and 1, by halving."""
    below, above = np.zeros(shape), np.ones(shape)
    for _ in range(STEPS):
        middle = (below + above) / 2
        true = holds(middle)
        below, above = np.where(true, middle, below), np.where(true, above, middle)
    return above
