"""What the estimates from daily counts are given: cases, deaths, and the delay from the one to the other, checked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidDelay

__all__ = ["Daily", "daily", "daily_counts", "outcome_delay"]

SLACK = 0.01
"""How far from 1 a delay may add up to: densities taken at whole days, as R's `cfr` does, miss it by a little."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Daily cases and deaths of many series, checked.

    cases, deaths  (series, days) whole or not, 0 and above, no gaps
    """

    cases: NDArray[np.float64]
    deaths: NDArray[np.float64]


def daily(cases: ArrayLike, deaths: ArrayLike, *, totals: bool) -> Daily:
    """Check both; `totals` refuses series in which more died than fell ill. Raises InvalidCounts."""
    c, d = daily_counts("cases", cases), daily_counts("deaths", deaths)
    if c.shape != d.shape:
        raise InvalidCounts(
            f"cases have shape {c.shape} and deaths {d.shape}; both are (series, days) of the same days"
        )
    more = d.sum(axis=1) > c.sum(axis=1)
    if totals and more.any():
        i = int(np.flatnonzero(more)[0])
        raise InvalidCounts(
            f"series {i} has {d[i].sum():g} deaths of {c[i].sum():g} cases; the dead are counted among the cases: "
            "count both under the same definition and over the same place, or begin earlier"
        )
    return Daily(c, d)


def daily_counts(name: str, given: ArrayLike) -> NDArray[np.float64]:
    y = np.asarray(given)
    if y.dtype.kind not in "iuf":
        raise InvalidCounts(f"{name} has dtype {y.dtype}; counts are numbers")
    y = np.atleast_2d(y.astype(np.float64))
    if y.ndim != 2 or y.shape[1] == 0:
        raise InvalidCounts(f"{name} has shape {y.shape}; it is (series, days) with at least one day")
    if np.isnan(y).any():
        series, day = np.argwhere(np.isnan(y))[0]
        raise InvalidCounts(
            f"{name} of series {series} were not reported on day {day}; who fell ill on a day decides what later days "
            "can know, so that no day may be missing: fill the gap, cut the series, or give 0 where nobody fell ill"
        )
    if (y < 0).any() or np.isinf(y).any():
        series, day = np.argwhere((y < 0) | np.isinf(y))[0]
        raise InvalidCounts(
            f"{name} of series {series} are {y[series, day]:g} on day {day}; counts are finite and at least 0: "
            "spread a correction over the days that it corrects"
        )
    return y


def outcome_delay(name: str, given: ArrayLike, *, series: int, days: int) -> NDArray[np.float64]:
    """(1 or series, days) probability of 0, 1 ... days from case to death, cut or filled with 0 to `days`.

    They may be a density taken at whole days, and add up to 1 within 0.01: they are not divided by their sum.
    Raises InvalidDelay.
    """
    f = np.atleast_2d(np.asarray(given, dtype=np.float64))
    if f.ndim != 2 or f.shape[1] == 0 or f.shape[0] not in (1, series):
        raise InvalidDelay(
            f"{name} has shape {np.shape(given)}; it is one row of probabilities of 0, 1, 2 ... days, or one a series "
            f"({series})"
        )
    if not np.isfinite(f).all() or (f < 0).any():
        raise InvalidDelay(f"{name} holds {f[~np.isfinite(f) | (f < 0)][0]:g}; probabilities are from 0 to 1")
    total = f.sum(axis=1)
    if (np.abs(total - 1) > SLACK).any():
        at = total[np.abs(total - 1) > SLACK][0]
        raise InvalidDelay(
            f"{name} adds up to {at:g}; the probabilities of all delays add up to 1, those of delays longer than the "
            f"{days} days observed included"
        )
    found = np.zeros((f.shape[0], days))
    reach = min(days, f.shape[1])
    found[:, :reach] = f[:, :reach]
    return found
