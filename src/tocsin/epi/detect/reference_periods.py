"""Which past periods Farrington's methods compare a period with.

Farrington CP et al. (1996) take, of each of the last years, the weeks around the same week;
Noufaily A et al. (2013) take all weeks of those years, cut into blocks of a seasonal factor. The
choices at the edges (leap days, years of 53 weeks, the remainder of a division) follow R's
surveillance 1.20.3, so that results can be compared number for number.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.panel import Panel, whole_number
from tocsin.epi.errors import HistoryTooShort, InvalidOption

__all__ = [
    "Reference",
    "first_with_history",
    "flexible_reference",
    "periods_in_a_year",
    "same_period_of_past_years",
    "window_reference",
]

Dates = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference rows of one evaluated period.

    row        (rows,) index of each reference period, increasing
    group      (rows,) block of the seasonal factor, 0-based; the last group holds the evaluated period
    n_groups   number of blocks
    t          (rows,) time of each row in periods, the trend's covariate
    t_now      time of the evaluated period
    """

    row: NDArray[np.int64]
    group: NDArray[np.int64]
    n_groups: int
    t: NDArray[np.float64]
    t_now: float


def periods_in_a_year(dates: ArrayLike | None, given: int | None) -> int:
    """The number given, or that of the dates' spacing; 52 without dates."""
    days = None if dates is None else np.asarray(dates, dtype="datetime64[D]")
    step = 7 if days is None or days.size < 2 else int((days[1] - days[0]).astype(np.int64))
    natural = {1: 365, 7: 52, 28: 12, 29: 12, 30: 12, 31: 12}.get(step)
    if given is None and natural is None:
        raise InvalidOption(
            f"dates are {step} days apart; give periods_per_year, as it follows only for days, weeks, months"
        )
    if given is None:
        return natural or 52
    whole_number("periods_per_year", given, least=2)
    if days is not None and natural not in (None, given):
        raise InvalidOption(
            f"periods_per_year is {given}, but dates are {step} days apart, which makes {natural}; drop one"
        )
    return given


def first_with_history(dates: ArrayLike | None, years_back: int, half_window: int, periods_per_year: int) -> int:
    """Index of the first period whose past windows all lie within history; the number of periods if none does."""
    first = periods_per_year * years_back + half_window
    if dates is None:
        return first
    days = np.asarray(dates, dtype="datetime64[D]")
    while first < days.size:
        anchors = _anchors(days, first, years_back, periods_per_year)
        if anchors[-1] >= half_window:
            break
        first += 1
    return first


def same_period_of_past_years(panel: Panel, now: int, years_back: int, periods_per_year: int) -> NDArray[np.int64]:
    """(years_back + 1,) index of the evaluated period and of the same period 1, 2, ... years before.

    With dates the day is moved back by calendar years and, for weeks, to the nearest day of the
    same weekday; without dates by a fixed number of periods. May be negative where history ends.
    """
    if panel.dates is None:
        return now - periods_per_year * np.arange(years_back + 1)
    return _anchors(panel.dates, now, years_back, periods_per_year)


def _anchors(dates: Dates, now: int, years_back: int, periods_per_year: int) -> NDArray[np.int64]:
    step = int((dates[1] - dates[0]).astype(np.int64)) if dates.size > 1 else 1
    days = _same_day_of_past_years(dates[now], years_back).astype(np.int64)
    first, here = dates[0].astype(np.int64), dates[now].astype(np.int64)
    if step == 7:
        # A difference of 4 to 6 days is nearer to the next week.
        weeks = np.floor_divide(here - days + 3, 7)
        return np.asarray(now - weeks, dtype=np.int64)
    if step == 1:
        return np.asarray(days - first, dtype=np.int64)
    return now - periods_per_year * np.arange(years_back + 1)


def _same_day_of_past_years(day: np.datetime64, years_back: int) -> Dates:
    """The day and its anniversaries backwards; 29 February falls on 1 March in common years, as in R."""
    month = day.astype("datetime64[M]")
    of_month = day - month.astype("datetime64[D]")
    past: Dates = (month - 12 * np.arange(years_back + 1)).astype("datetime64[D]") + of_month
    return past


def flexible_reference(
    panel: Panel, now: int, *, years_back: int, half_window: int, seasonal_periods: int, skip_recent: int,
    periods_per_year: int,
) -> Reference:  # fmt: skip
    """Rows and seasonal blocks of Noufaily's method for one evaluated period.

    Windows of `2 half_window + 1` periods around the same period of each past year form the last
    block; the periods between windows are cut into `seasonal_periods - 1` blocks of equal length, the
    first blocks taking one more where the division leaves a remainder. The last
    `skip_recent` periods and the evaluated one are not used.
    """
    anchors = same_period_of_past_years(panel, now, years_back, periods_per_year)
    w, p = half_window, seasonal_periods
    if anchors[-1] < w:
        raise HistoryTooShort(
            f"period {panel.name(now)} is to be compared with {years_back} years back and {w} periods around, which "
            f"begins {w - int(anchors[-1])} periods before the first count; use a smaller years_back, or evaluate "
            "later periods"
        )
    block = np.full(now + w + 1, -1, dtype=np.int64)
    block[now - w : now + 1] = p - 1
    for later, anchor in itertools.pairwise(anchors):
        block[anchor - w : anchor + w + 1] = p - 1
        if p > 1:
            between = int(later - anchor) - 2 * w - 1
            if between < p - 1:
                raise InvalidOption(
                    f"seasonal_periods is {p}, but only {between} periods lie between two windows of {2 * w + 1}; "
                    f"use at most {between + 1}"
                )
            length, rest = divmod(between, p - 1)
            lengths = np.full(p - 1, length)
            lengths[:rest] += 1
            block[anchor + w + 1 : anchor + w + 1 + between] = np.repeat(np.arange(p - 1), lengths)
    block[max(now - skip_recent, 0) :] = -1
    row = np.flatnonzero(block >= 0)
    t, t_now = _times(panel, row, now)
    return Reference(row, block[row], p, t, t_now)


def window_reference(panel: Panel, now: int, *, years_back: int, half_window: int, periods_per_year: int) -> Reference:
    """Rows of Farrington's method of 1996: the windows of past years alone, as far as history goes."""
    anchors = same_period_of_past_years(panel, now, years_back, periods_per_year)[1:]
    around = np.arange(-half_window, half_window + 1)
    row = np.unique(anchors[:, np.newaxis] + around)
    row = row[(row >= 0) & (row < now)]
    if row.size < 2:
        raise HistoryTooShort(
            f"period {panel.name(now)} has {row.size} reference periods in {years_back} years back; "
            "it needs at least 2: evaluate later periods or give a longer history"
        )
    return Reference(row, np.zeros(row.size, dtype=np.int64), 1, row.astype(np.float64), float(now))


def _times(panel: Panel, row: NDArray[np.int64], now: int) -> tuple[NDArray[np.float64], float]:
    """Time of rows in units of the first step between dates, so that months keep their unequal lengths."""
    if panel.dates is None or row.size == 0:
        return row.astype(np.float64), float(now)
    days = panel.dates.astype(np.int64)
    step = days[1] - days[0]
    return (days[row] - days[row[0]]) / step, float((days[now] - days[row[0]]) / step)
