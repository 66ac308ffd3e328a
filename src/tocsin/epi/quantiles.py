"""Levels of quantiles: which are asked for, and what a set of draws gives at them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidOption

__all__ = ["LEVELS", "checked_levels", "of_draws"]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""What forecast and nowcast hubs ask for at the least: the median, and intervals of 50, 80 and 95 %."""


def checked_levels(levels: ArrayLike) -> NDArray[np.float64]:
    """(levels,) as given, increasing and strictly between 0 and 1. Raises InvalidOption."""
    q = np.atleast_1d(np.asarray(levels, dtype=np.float64))
    if q.ndim != 1 or not len(q):
        raise InvalidOption(f"quantiles has shape {q.shape}; give one row of levels such as 0.025, 0.5, 0.975")
    if not ((q > 0) & (q < 1)).all():
        raise InvalidOption(
            f"quantiles holds {q[~((q > 0) & (q < 1))][0]:g}; levels lie between 0 and 1, both left out"
        )
    if (np.diff(q) <= 0).any():
        at = int(np.flatnonzero(np.diff(q) <= 0)[0])
        raise InvalidOption(f"quantiles has {q[at]:g} before {q[at + 1]:g}; give each level once, in increasing order")
    return q


def of_draws(draws: NDArray[np.float64], levels: ArrayLike) -> NDArray[np.float64]:
    """Quantiles over the first axis of draws (draws, ...), on a new last axis: (..., levels)."""
    return np.moveaxis(np.quantile(draws, checked_levels(levels), axis=0), 0, -1)
