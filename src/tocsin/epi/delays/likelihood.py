"""The likelihood of delays between two events of which each is known to lie in a window of days.

With the first event anywhere in a window of w days, the second in [lo, hi) from the window's beginning has probability

    P(lo, hi, w) = (G(hi) - G(hi - w) - G(lo) + G(lo - w)) / w,    G(t) = integral of F to t

A case is only known because its second event came before T (and not before L). What it adds is log P(window), less
log P(L, T, w): the probability that it is known at all, given its first window.

Cases of the same windows are counted once; all integrals are of whole days, and worked out once for each number.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.delays.families import Array, Family

__all__ = ["Windows", "log_likelihood", "windows"]

LEAST = 1e-300  # probability of what a distribution holds for impossible: far down, and still to be compared
UNBOUNDED = -(10**6)  # days: a left bound where there is none


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of one stratum: each different one once.

    cases   (terms,) how many; negative for the terms that are divided by
    width   (terms,) days of the first event's window
    at      (terms, 4) where in `days` hi, hi - w, lo and lo - w stand
    lowest  (terms,) lo - w, days
    days    (numbers,) whole days of which integrals are needed
    """

    cases: Array
    width: Array
    at: NDArray[np.intp]
    lowest: Array
    days: Array


def windows(
    width: NDArray[np.int64],
    low: NDArray[np.int64],
    high: NDArray[np.int64],
    cases: Array,
    *,
    known_from: NDArray[np.int64] | None,
    known_until: NDArray[np.int64] | None,
) -> Windows:
    """Of cases (n,): days of the first window, and from its beginning to the second's beginning and end.

    known_from, known_until  (n,) days from the first window's beginning in which a second event is known; None for all
    """
    keys = [np.stack([width, low, high], axis=-1)]
    weights = [cases]
    if known_until is not None or known_from is not None:
        # Nobody's delay is as long as this: with no right bound, all after the left one is known.
        until = np.full(len(width), -UNBOUNDED) if known_until is None else known_until
        since = np.full(len(width), UNBOUNDED) if known_from is None else known_from
        keys.append(np.stack([width, since, until], axis=-1))
        weights.append(-cases)
    distinct, total = [], []
    for key, weight in zip(keys, weights, strict=True):
        rows, inverse = np.unique(key, axis=0, return_inverse=True)
        distinct.append(rows)
        total.append(np.bincount(inverse.ravel(), weights=weight, minlength=len(rows)))
    rows = np.concatenate(distinct)
    ends = np.stack([rows[:, 2], rows[:, 2] - rows[:, 0], rows[:, 1], rows[:, 1] - rows[:, 0]], axis=-1)
    days, at = np.unique(ends, return_inverse=True)
    return Windows(
        cases=np.concatenate(total),
        width=rows[:, 0].astype(np.float64),
        at=at.reshape(ends.shape),
        lowest=ends[:, 3].astype(np.float64),
        days=days.astype(np.float64),
    )


def log_likelihood(family: Family, free: Array, known: Windows) -> Array:
    """(...) at the parameters `free` (..., 2) of the family."""
    a, b = (parameter[..., None] for parameter in family.from_free(free))
    signs = np.array([1.0, -1.0, -1.0, 1.0])
    below = family.below(a, b, known.days)[..., known.at] @ signs
    above = family.above(a, b, known.days)[..., known.at] @ signs
    mean = family.moments(a, b)[0]
    p = np.where(known.lowest > mean, above, below) / known.width
    found: Array = np.log(np.maximum(p, LEAST)) @ known.cases
    return found
