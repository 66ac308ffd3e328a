"""Delays in whole days, as simulators and estimators take them: the probability of 0, 1, 2 … days."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption

__all__ = ["checked_delay", "lognormal_delay"]

ONE = 1e-9  # how far from 1 the probabilities may add up to


def lognormal_delay(median: float, dispersion: float, *, longest: int, shortest: int = 0) -> NDArray[np.float64]:
    """A lognormal delay rounded to the nearest day, without what is shorter or longer than asked.

    median      days, above 0
    dispersion  exp of the standard deviation of the logarithm, above 1: two thirds of all lie between
                median / dispersion and median * dispersion
    longest     last day that has a probability; shortest the first: 1 where nothing happens on the same day
    returns     (longest + 1,) probability of 0, 1 … longest days; they add up to 1
    raises      InvalidOption
    """
    if not median > 0 or not math.isfinite(median):
        raise InvalidOption(f"median is {median:g}; a lognormal delay has a median above 0 days")
    if not dispersion > 1 or not math.isfinite(dispersion):
        raise InvalidOption(f"dispersion is {dispersion:g}; it is exp(sd of the logarithm) and so above 1")
    if not 0 <= shortest <= longest:
        raise InvalidOption(f"shortest is {shortest} and longest {longest}; a delay has 0 <= shortest <= longest days")
    edges = np.arange(shortest, longest + 2) - 0.5
    below = np.array([_lognormal(edge, median, dispersion) for edge in edges])
    p = np.zeros(longest + 1)
    p[shortest:] = np.diff(below)
    if not p.sum() > 0:
        raise InvalidOption(
            f"of a delay with median {median:g} nothing lies from {shortest} to {longest} days; choose a longer longest"
        )
    p /= p.sum()
    return p


def _lognormal(x: float, median: float, dispersion: float) -> float:
    if x <= 0:
        return 0.0
    return 0.5 * (1 + math.erf(math.log(x / median) / (math.log(dispersion) * math.sqrt(2))))


def checked_delay(name: str, given: ArrayLike, *, shortest: int = 0) -> NDArray[np.float64]:
    """`given` as probabilities of 0, 1 … days. Raises InvalidOption where it is none."""
    p = np.asarray(given, dtype=np.float64)
    if p.ndim != 1 or not len(p):
        raise InvalidOption(f"{name} has shape {p.shape}; it is one row of probabilities, of 0, 1, 2 ... days")
    if not np.isfinite(p).all() or (p < 0).any():
        raise InvalidOption(f"{name} holds {p[~np.isfinite(p) | (p < 0)][0]:g}; probabilities are from 0 to 1")
    if abs(p.sum() - 1) > ONE:
        raise InvalidOption(f"{name} adds up to {p.sum():g}; the probabilities of all delays add up to 1")
    if (p[:shortest] > 0).any():
        day = int(np.flatnonzero(p[:shortest])[0])
        raise InvalidOption(
            f"{name} gives {p[day]:g} to {day} days, but nobody infects another on the day of their own infection "
            "in this method; if your probabilities begin at 1 day, prepend a 0"
        )
    return p
