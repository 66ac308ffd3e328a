"""One door to all methods, by name; counts of weeks are shared out over their days on the way."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction.cori import cori
from tocsin.epi.reproduction.estimate import Reproduction
from tocsin.epi.reproduction.filter_of_draws import filter_of_draws
from tocsin.epi.reproduction.mixture_of_draws import cori_of_draws
from tocsin.epi.reproduction.renewal_filter import renewal_filter
from tocsin.epi.reproduction.renewal_smoother import renewal_smoother
from tocsin.epi.reproduction.uncertain_interval import cori_uncertain
from tocsin.epi.reproduction.wallinga_teunis import wallinga_teunis
from tocsin.epi.reproduction.weekly_counts import daily_dates, daily_from_regular

__all__ = ["METHODS", "reproduction"]

METHODS: dict[str, Callable[..., Reproduction]] = {
    "filter": renewal_filter,
    "smoother": renewal_smoother,
    "cori": cori,
    "wallinga_teunis": wallinga_teunis,
}
OF_DRAWS: dict[str, Callable[..., Reproduction]] = {"filter": filter_of_draws, "cori": cori_of_draws}


def reproduction(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    serial_interval: ArrayLike,
    method: str = "filter",
    every: int = 1,
    **options: Any,
) -> Reproduction:
    """R by one of the methods.

    counts           (series, periods) new cases; or draws of a nowcast (draws, series, periods), "filter" and "cori"
    dates            (periods,) first day of each period
    serial_interval  (S,) probability of 0, 1 ... S-1 days; or (draws, S) equally likely ones, for "cori"
    method           "filter": R of each day as it can be known that day, the default; "smoother": of each day as it is
                     known today (needs `rng`); "cori": EpiEstim's sliding windows; "wallinga_teunis": by cohort
    every            days a period: 7 shares weekly counts out over their days first. "wallinga_teunis" takes days only
    options          those of the method: see `renewal_filter`, `renewal_smoother`, `cori`, `wallinga_teunis`
    raises           InvalidOption where the method has no such option, and what the method raises
    """
    if method not in METHODS:
        raise InvalidOption(f"method is {method!r}; there are {', '.join(METHODS)}")
    y = np.asarray(counts)
    w = np.asarray(serial_interval, dtype=np.float64)
    function = METHODS[method]
    if y.ndim == 3 or w.ndim == 2:
        function = _of_uncertain_input(method, y.ndim == 3, w.ndim == 2)
    if every != 1:
        if method == "wallinga_teunis":
            raise InvalidOption("wallinga_teunis counts who infected whom and needs daily counts; use another method")
        if "imported" in options:
            raise InvalidOption(
                "imported cases are known by day; share them out with the counts, by daily_from_regular"
            )
        if dates is not None:
            dates = daily_dates(dates, every)
        flat = y.reshape(-1, y.shape[-1]) if y.ndim == 3 else y
        days = daily_from_regular(flat, every=every, serial_interval=w if w.ndim == 1 else w.mean(axis=0))
        y = days.reshape(*y.shape[:-1], -1) if y.ndim == 3 else days
    try:
        return function(y, w, dates=dates, **options)
    except TypeError as error:
        if "argument" not in str(error):
            raise
        raise InvalidOption(f"method {method} does not take these options: {error}") from None


def _of_uncertain_input(method: str, draws: bool, intervals: bool) -> Callable[..., Reproduction]:
    if draws and intervals:
        raise InvalidOption("both counts and serial_interval are draws; average one of them, or loop over its draws")
    if intervals and method == "cori":
        return cori_uncertain
    if draws and method in OF_DRAWS:
        return OF_DRAWS[method]
    what = "counts" if draws else "serial_interval"
    takers = " and ".join(OF_DRAWS) if draws else "cori"
    raise InvalidOption(f"{what} are draws, which {method} does not take; {takers} do")
