"""The reporting triangle: how many of each period's events were reported with each delay, as far as it is known.

A row is a period of events (a day, or a week named by its first day), a column the number of periods until the report.
What would be reported after the date of the nowcast is nan: the lower right corner, which gives the triangle its name.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidDates, InvalidOption, InvalidTriangle

__all__ = ["DAY", "LONGEST", "WEEK", "ReportingTriangle", "triangle_of_reports", "triangle_of_vintages"]

DAY, WEEK = 1, 7
LONGEST = 366
"""Periods: a longer delay is another matter than lateness, and a triangle that holds it all would be mostly empty."""
ALMOST_ALL = 0.995  # of what is reported at all lies within the window that is chosen if none is given
HELD_AS_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ReportingTriangle:
    """Reports by period of the event and delay, of many strata.

    reports  (strata, periods, delays) newly reported with a delay of 0, 1 ... periods, less what was taken back:
             below 0 where corrections outweigh reports; nan where the report would lie after `as_of`
    dates    (periods,) datetime64[D] first day of each period of events, without gaps
    step     days in a period: 1 or 7
    as_of    last day whose reports are known; for weeks, the last day of a week
    undated  (strata,) reports whose event has no date and that were given one by the delays of the others
    late     (strata,) reports later than the longest delay, which `reports` does not hold
    """

    reports: NDArray[np.float64]
    dates: NDArray[np.datetime64]
    step: int
    as_of: np.datetime64
    undated: NDArray[np.float64]
    late: NDArray[np.float64]

    @property
    def longest(self) -> int:
        """The longest delay, in periods."""
        longest: int = self.reports.shape[2] - 1
        return longest

    @property
    def reported(self) -> NDArray[np.float64]:
        """(strata, periods) reported by `as_of` within the longest delay."""
        total: NDArray[np.float64] = np.nansum(self.reports, axis=2)
        return total

    @property
    def known(self) -> NDArray[np.intp]:
        """(periods,) the longest delay whose reports are known, of each period."""
        last = len(self.dates) - 1 + self.lag
        return np.minimum(last - np.arange(len(self.dates)), self.longest)

    @property
    def lag(self) -> int:
        """Whole periods between the last period of events and the last one of reports."""
        days = int((self.as_of - self.dates[-1]).astype(np.int64))
        return days // self.step

    def as_known_on(self, day: np.datetime64 | str) -> "ReportingTriangle":
        """What was known on an earlier day. Raises InvalidTriangle."""
        day = _day("day", day)
        if day == self.as_of:
            return self
        if day > self.as_of:
            raise InvalidTriangle(f"the triangle was known on {self.as_of}, not as late as {day}; give an earlier day")
        if self.undated.any():
            raise InvalidTriangle(
                f"{self.undated.sum():g} reports without a date of their event were spread by delays that were not all "
                f"known on {day}; build the triangle with as_of={day}"
            )
        age = (day - self.dates[0]).astype(np.int64) + 1
        last = int(age) // self.step - 1
        if last < 0:
            raise InvalidTriangle(f"{day} is before the end of the first period, which begins on {self.dates[0]}")
        rows = min(last + 1, len(self.dates))
        reports = self.reports[:, :rows].copy()
        reports[:, np.add.outer(np.arange(rows), np.arange(self.longest + 1)) > last] = np.nan
        as_of = self.dates[0] + np.timedelta64((last + 1) * self.step - 1, "D")
        return replace(self, reports=reports, dates=self.dates[:rows], as_of=as_of)

    def within(self, longest: int) -> "ReportingTriangle":
        """Only reports with a delay of at most `longest` periods."""
        if not 0 <= longest <= self.longest:
            raise InvalidOption(f"longest is {longest}, but the triangle holds delays of 0 to {self.longest} periods")
        beyond = np.nansum(self.reports[:, :, longest + 1 :], axis=(1, 2))
        return replace(self, reports=self.reports[:, :, : longest + 1], late=self.late + beyond)


def triangle_of_reports(
    events: ArrayLike,
    reports: ArrayLike,
    counts: ArrayLike | None = None,
    *,
    strata: ArrayLike | None = None,
    n_strata: int | None = None,
    as_of: np.datetime64 | str | None = None,
    first: np.datetime64 | str | None = None,
    longest: int | None = None,
    step: int = DAY,
    names: tuple[str, ...] | None = None,
) -> ReportingTriangle:
    """The triangle of a line list, or of counts by two dates.

    events    (rows,) datetime64[D] day of the event; NaT where it is missing: such reports are spread over the days
              before by the delays of the others
    reports   (rows,) datetime64[D] day of the report
    counts    (rows,) reports in a row, below 0 where some are taken back; one each if None
    strata    (rows,) number of each row's stratum, from 0; all one stratum if None
    n_strata  how many strata there are; as many as occur if None
    as_of     last day whose reports are used; the last report if None. Nothing later has any influence
    first     first day of events; the first event if None. Earlier events are left out
    longest   periods; the longest delay held. If None, that within which 99.5 % of the reports lie of events that are
              old enough, at most 60
    step      1 for days; 7 for weeks, which end on the weekday of `as_of`
    names     of the strata, for messages
    raises    InvalidTriangle, InvalidDates, InvalidOption
    """
    event, report = _days("events", events), _days("reports", reports)
    number = np.ones(len(event)) if counts is None else _numbers("counts", counts)
    stratum = np.zeros(len(event), dtype=np.intp) if strata is None else _numbers("strata", strata).astype(np.intp)
    _require_rows(event, report, number, stratum, n_strata)
    if step not in (DAY, WEEK):
        raise InvalidOption(f"step is {step!r} days; a triangle has days (1) or weeks (7)")
    total = int(stratum.max()) + 1 if n_strata is None else n_strata
    end = report.max() if as_of is None else _day("as_of", as_of)
    known = report <= end
    if not known.any():
        raise InvalidTriangle(
            f"nothing was reported by {end}: the first report is of {report.min()}; give a later as_of, or check "
            "the dates"
        )
    event, report, number, stratum = event[known], report[known], number[known], stratum[known]
    _require_order(event, report, names, stratum)
    dated = ~np.isnat(event)
    if not dated.any():
        raise InvalidTriangle("no report has the date of its event; a nowcast needs both dates of most of them")
    begin = event[dated].min() if first is None else _day("first", first)
    if begin > end:
        raise InvalidTriangle(
            f"the first day of events, {begin}, is after {end}, the day of the nowcast; give an earlier one"
        )
    begin = end - ((end - begin).astype(np.int64) // step + 1) * step + 1
    row = np.where(dated, (event - begin).astype(np.int64) // step, -1)
    column = (report - begin).astype(np.int64) // step
    inside = dated & (row >= 0)
    delay = column - row
    periods = int((end - begin).astype(np.int64)) // step + 1
    held = _window(delay[inside], number[inside], row[inside], periods) if longest is None else longest
    _require_window(held)
    fits = inside & (delay <= held)
    cells = np.zeros((total, periods, held + 1))
    np.add.at(cells, (stratum[fits], row[fits], delay[fits]), number[fits])
    late = np.bincount(stratum[inside & ~fits], number[inside & ~fits], minlength=total).astype(np.float64)
    undated = np.bincount(stratum[~dated], number[~dated], minlength=total).astype(np.float64)
    _spread(cells, stratum[~dated], column[~dated], number[~dated])
    cells[:, np.add.outer(np.arange(periods), np.arange(held + 1)) >= periods] = np.nan
    dates = begin + np.arange(periods) * np.timedelta64(step, "D")
    return ReportingTriangle(cells, dates, step, end, undated, late)


def triangle_of_vintages(
    dates: ArrayLike,
    as_of: ArrayLike,
    values: ArrayLike,
    *,
    longest: int,
    step: int = DAY,
) -> ReportingTriangle:
    """The triangle of counts as they were known on successive days.

    dates    (periods,) datetime64[D] first day of each period, regular
    as_of    (vintages,) datetime64[D] day on which each vintage was published, increasing
    values   (strata, vintages, periods) the count of each period in each vintage; nan where it had none. A vintage that
             is missing changes nothing: what came since the one before counts as reported with the later one
    longest  periods; the longest delay held
    step     1 or 7 days
    raises   InvalidTriangle, InvalidDates, InvalidOption
    """
    day, when = _days("dates", dates), _days("as_of", as_of)
    if step not in (DAY, WEEK):
        raise InvalidOption(f"step is {step!r} days; a triangle has days (1) or weeks (7)")
    v = _numbers("values", values)
    if v.ndim == 2:
        v = v[np.newaxis]
    if v.ndim != 3 or v.shape[1:] != (len(when), len(day)):
        raise InvalidTriangle(
            f"values has shape {v.shape}; for {len(when)} vintages of {len(day)} periods it is (strata, "
            "vintages, periods)"
        )
    if np.isinf(v).any():
        raise InvalidTriangle("values holds inf; counts are finite, and nan where a vintage has none")
    _require_window(longest)
    if when[0] < day[0] + np.timedelta64(step - 1, "D"):
        raise InvalidTriangle(f"the vintage of {when[0]} is older than the first period, of {day[0]}; leave it out")
    for name, given in (("dates", day), ("as_of", when)):
        if len(given) > 1 and not (np.diff(given).astype(np.int64) > 0).all():
            raise InvalidDates(f"{name} must increase; sort the vintages and give each once")
    if len(day) > 1 and (np.diff(day).astype(np.int64) != step).any():
        raise InvalidDates(f"dates must be {step} days apart, each period once; put nan where a vintage has no count")
    # A week that has not ended when the last vintage was published has no row; its as_of is the end of the one before.
    last = (int((when[-1] - day[0]).astype(np.int64)) + 1) // step - 1
    periods = min(len(day), last + 1)
    cells = np.zeros((v.shape[0], periods, longest + 1))
    late = np.zeros(v.shape[0])
    before = np.zeros((v.shape[0], periods))
    for k, published in enumerate(when):
        column = (int((published - day[0]).astype(np.int64)) + 1) // step - 1
        there = v[:, k, :periods]
        new = np.where(np.isnan(there), 0.0, there - before)
        before = np.where(np.isnan(there), before, there)
        delay = column - np.arange(periods)
        if (new[:, delay < 0] != 0).any():
            at = int(np.flatnonzero((new != 0).any(axis=0) & (delay < 0))[0])
            raise InvalidTriangle(
                f"the vintage of {published} has a count for the later period {day[at]}; check the dates"
            )
        fits = (delay >= 0) & (delay <= longest)
        cells[:, np.flatnonzero(fits), delay[fits]] += new[:, fits]
        late += new[:, delay > longest].sum(axis=1)
    cells[:, np.add.outer(np.arange(periods), np.arange(longest + 1)) > last] = np.nan
    end = day[0] + np.timedelta64((last + 1) * step - 1, "D")
    return ReportingTriangle(cells, day[:periods], step, end, np.zeros(v.shape[0]), late)


def _day(name: str, given: np.datetime64 | str) -> np.datetime64:
    day: np.datetime64 = _days(name, np.array([given]))[0]
    if np.isnat(day):
        raise InvalidDates(f"{name} is no day; give one such as 2026-03-09")
    return day


def _numbers(name: str, given: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(given, dtype=np.float64)
    except (ValueError, TypeError) as error:
        raise InvalidTriangle(f"{name} must be numbers: {error}") from None


def _days(name: str, given: ArrayLike) -> NDArray[np.datetime64]:
    words = np.asarray(given)
    if words.dtype.kind in "UO" and np.isin([str(word).lower() for word in words.ravel()], ["today", "now"]).any():
        raise InvalidDates(f"{name} says today; name the day, such as 2026-03-09")
    try:
        days = np.asarray(given, dtype="datetime64[D]")
    except (ValueError, TypeError) as error:
        raise InvalidDates(f"{name} must be days such as 2026-03-09: {error}") from None
    if days.ndim != 1 or not len(days):
        raise InvalidDates(f"{name} has shape {days.shape}; give one row of at least one day")
    return days


def _require_rows(
    event: NDArray[np.datetime64],
    report: NDArray[np.datetime64],
    number: NDArray[np.float64],
    stratum: NDArray[np.intp],
    n_strata: int | None,
) -> None:
    for name, given in (("reports", report), ("counts", number), ("strata", stratum)):
        if given.shape != event.shape:
            raise InvalidTriangle(f"{name} has shape {given.shape}, events {event.shape}; give one of each a row")
    if np.isnat(report).any():
        raise InvalidTriangle(
            f"row {int(np.flatnonzero(np.isnat(report))[0])} has no date of report; leave such "
            "rows out, and say how many"
        )
    if not np.isfinite(number).all():
        raise InvalidTriangle(f"row {int(np.flatnonzero(~np.isfinite(number))[0])} has no count; give a whole number")
    if (stratum < 0).any():
        raise InvalidTriangle(f"row {int(np.flatnonzero(stratum < 0)[0])} is of stratum {stratum.min()}; count from 0")
    if n_strata is not None and stratum.max() >= n_strata:
        raise InvalidTriangle(f"a row is of stratum {stratum.max()}, but n_strata is {n_strata}; strata count from 0")


def _require_order(
    event: NDArray[np.datetime64],
    report: NDArray[np.datetime64],
    names: tuple[str, ...] | None,
    stratum: NDArray[np.intp],
) -> None:
    early = report < event
    if early.any():
        at = int(np.flatnonzero(early)[0])
        where = f" in {names[stratum[at]]}" if names else ""
        raise InvalidTriangle(
            f"{int(early.sum())} reports are dated before their event, the first{where}: event {event[at]}, report "
            f"{report[at]}; correct the dates, swap the two columns, or leave such rows out"
        )


def _require_window(longest: int) -> None:
    if not isinstance(longest, (int, np.integer)) or isinstance(longest, bool) or not 1 <= longest <= LONGEST:
        raise InvalidOption(f"the longest delay is {longest!r} periods; it is a whole number from 1 to {LONGEST}")


def _window(delay: NDArray[np.int64], number: NDArray[np.float64], row: NDArray[np.int64], periods: int) -> int:
    """The delay within which almost all reports lie, judged by events old enough to have had them."""
    held = min(HELD_AS_LONGEST, max(1, periods - 1))
    old = (row <= periods - 1 - held) & (number > 0)
    if not old.any():
        return held
    by_delay = np.bincount(delay[old], number[old])
    return int(min(held, max(1, np.searchsorted(by_delay.cumsum(), ALMOST_ALL * by_delay.sum()))))


def _spread(
    cells: NDArray[np.float64], stratum: NDArray[np.intp], column: NDArray[np.int64], number: NDArray[np.float64]
) -> None:
    """Give undated reports to the events before them in the shares that dated reports of the same delay have."""
    if not len(number):
        return
    periods, held = cells.shape[1], cells.shape[2] - 1
    shares = cells.sum(axis=(0, 1))
    shares = np.maximum(shares, 0.0)
    for s, c, n in zip(stratum, column, number, strict=True):
        reach = min(int(c), held)
        if not 0 <= c < periods or shares[: reach + 1].sum() <= 0:
            continue
        d = np.arange(reach + 1)
        cells[s, c - d, d] += n * shares[: reach + 1] / shares[: reach + 1].sum()
