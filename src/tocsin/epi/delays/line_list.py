"""Line lists read: of each case the days in which its two events lie, and those in which it could be known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidDates, InvalidOption

__all__ = ["CaseWindows", "case_windows", "days_of", "summed"]

MISSING = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class CaseWindows:
    """Cases (n,) of which both events are known; all days are counted from the beginning of the first's window.

    strata                   (strata,) names
    stratum                  (n,) number of each case's stratum
    first                    (n,) day of the first window's beginning
    width                    (n,) days of the first window
    low, high                (n,) beginning and end of the second window, the end not included
    known_from, known_until  (n,) beginning and end of when a second event is known; None where it always is
    cases                    (n,) how many each stands for
    left_out                 (strata,) cases without one of the dates
    """

    strata: NDArray[np.str_]
    stratum: NDArray[np.intp]
    first: NDArray[np.int64]
    width: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    known_from: NDArray[np.int64] | None
    known_until: NDArray[np.int64] | None
    cases: NDArray[np.float64]
    left_out: NDArray[np.float64]


def case_windows(
    first: ArrayLike,
    first_last: ArrayLike | None,
    second: ArrayLike,
    second_last: ArrayLike | None,
    *,
    as_of: ArrayLike | None,
    since: ArrayLike | None,
    stratum: ArrayLike | None,
    cases: ArrayLike | None,
    names: tuple[str, str],
    ordered: bool,
) -> CaseWindows:
    """The arguments of `fit_delay`, checked. ordered: whether the second event cannot come before the first."""
    one, two = names
    begin = days_of(one, first)
    n = len(begin)
    end = begin if first_last is None else days_of(f"last {one}", first_last, n)
    low = days_of(two, second, n)
    high = low if second_last is None else days_of(f"last {two}", second_last, n)
    weight = np.ones(n) if cases is None else np.asarray(cases, dtype=np.float64)
    if weight.shape != (n,) or not (np.isfinite(weight) & (weight >= 0)).all():
        raise InvalidOption(f"cases is the number of cases of each of {n} rows: finite, 0 or above, one each")
    strata, number = _strata(stratum, n)
    there = np.ones(n, dtype=bool)
    for column in (begin, end, low, high):
        there &= column != MISSING
    left_out = summed(number, weight * ~there, len(strata))
    there &= weight > 0
    begin, end, low, high = (column[there] for column in (begin, end, low, high))
    number, weight = number[there], weight[there]
    where = np.flatnonzero(there)
    _require(end >= begin, where, f"the last day of {one} is before its first")
    _require(high >= low, where, f"the last day of {two} is before its first")
    if ordered:
        _require(high >= begin, where, f"{two} is before {one}; correct the dates, or leave the case out")
    until = since_day = None
    if as_of is not None:
        last = _bound("as_of", as_of, n)[there]
        _require(high <= last, where, f"{two} is after as_of; nothing later than as_of may be used")
        until = last + 1 - begin
    if since is not None:
        since_day = _bound("since", since, n)[there]
        _require(low >= since_day, where, f"{two} is before since; leave the case out, or begin earlier")
        since_day = since_day - begin
    return CaseWindows(
        strata=strata,
        stratum=number,
        first=begin,
        width=end + 1 - begin,
        low=low - begin,
        high=high + 1 - begin,
        known_from=since_day,
        known_until=until,
        cases=weight,
        left_out=left_out,
    )


def summed(number: NDArray[np.intp], weight: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """(size,) sum of the weights of each number."""
    return np.bincount(number, weights=weight, minlength=size).astype(np.float64)


def days_of(name: str, given: ArrayLike, size: int | None = None) -> NDArray[np.int64]:
    """(cases,) whole days; of dates, since 1970. Where it is missing, the smallest integer. Raises InvalidDates."""
    column = np.asarray(given)
    if column.ndim != 1 or (size is not None and len(column) != size):
        asked = "one a case" if size is None else f"{size}, one a case"
        raise InvalidDates(f"{name} has shape {column.shape}; give one column of dates, {asked}")
    if column.dtype.kind == "M":
        return column.astype("datetime64[D]").astype(np.int64)  # NaT is the smallest integer
    if column.dtype.kind in "iu":
        return column.astype(np.int64)
    if column.dtype.kind == "f":
        missing = np.isnan(column)
        whole = np.where(missing, 0, column)
        if not (np.isfinite(whole) & (whole == np.round(whole))).all():
            raise InvalidDates(f"{name} holds {whole[whole != np.round(whole)][0]:g}; days are whole numbers")
        return np.where(missing, MISSING, whole.astype(np.int64))
    raise InvalidDates(f"{name} is of type {column.dtype}; give datetime64 dates, or whole numbers of days")


def _bound(name: str, given: ArrayLike, size: int) -> NDArray[np.int64]:
    column = np.asarray(given)
    if column.dtype.kind not in "Miuf":
        try:
            column = np.asarray(given, dtype="datetime64[D]")
        except (TypeError, ValueError):
            raise InvalidDates(f"{name} is {given!r}; give a date, or a whole number of days") from None
    days = days_of(name, np.broadcast_to(column, (size,)) if column.ndim == 0 else column, size)
    if (days == MISSING).any():
        raise InvalidDates(f"{name} is missing in row {int(np.flatnonzero(days == MISSING)[0])}; give a date")
    return days


def _strata(stratum: ArrayLike | None, size: int) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
    if stratum is None:
        return np.array(["all"]), np.zeros(size, dtype=np.intp)
    given = np.asarray(stratum)
    if given.shape != (size,):
        raise InvalidOption(f"stratum has shape {given.shape}; there are {size} cases, give the stratum of each")
    names, number = np.unique(given.astype(str), return_inverse=True)
    return names, number.astype(np.intp)


def _require(holds: NDArray[np.bool_], rows: NDArray[np.intp], rule: str) -> None:
    if not holds.all():
        wrong = rows[~holds]
        more = f" (and in {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise InvalidDates(f"in row {int(wrong[0])}{more} {rule}")
