"""Reports as they were known on days of the past, and what they came to in the end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.cli.triangles import triangle_of
from tocsin.counts.two_dates import Reports
from tocsin.epi.nowcast import ReportingTriangle
from tocsin.epi.nowcast.result import rolling_sum
from tocsin.epi.nowcast.triangle import LONGEST

__all__ = ["KnownReports"]


@dataclass(frozen=True, slots=True)
class KnownReports:
    """Reports of which any day's triangle can be made.

    reports  all that INPUT holds
    first    first day of events used
    whole    the triangle as of the last day, of periods that end on the weekday of the nowcasts
    total    (strata, periods) what there was in the end; nan where that is not known
    """

    reports: Reports
    first: np.datetime64
    whole: ReportingTriangle
    total: NDArray[np.float64]

    @classmethod
    def of(
        cls, reports: Reports, since: str | None, max_delay: int | None, target: str | None, first_day: str
    ) -> "KnownReports":
        """Raises BadInput, EpiError."""
        from tocsin.epi.nowcast.nowcast import target_periods

        step = 1 if reports.every.value == "day" else 7
        longest = max_delay
        if target not in (None, "final") and longest is None:
            # A triangle that holds more than is asked for only costs memory.
            longest = min(LONGEST, target_periods(target, _empty(reports, step)))
        begin = _begin(reports, since, longest, step)
        offset = int((np.datetime64(first_day, "D") - reports.last).astype(np.int64)) % step
        end = reports.last - np.timedelta64(step - offset if offset else 0, "D")
        if end < begin:
            raise BadInput(f"events are from {begin} to {end}; there are no past days to nowcast")
        whole = triangle_of(reports, begin, end, longest, step)
        periods = target_periods(target, whole)
        total = whole.within(periods).reported
        if target == "final":
            total = total + _late(reports, whole)
        total[:, whole.known < periods] = np.nan
        return cls(reports, begin, whole, total)

    @property
    def step(self) -> int:
        return self.whole.step

    @property
    def longest(self) -> int:
        return self.whole.longest

    @property
    def settled(self) -> np.datetime64:
        """The last day whose own period is known in the end."""
        known = np.flatnonzero(~np.isnan(self.total).all(axis=0))
        last = known[-1] if len(known) else 0
        day: np.datetime64 = self.whole.dates[last] + np.timedelta64(self.step - 1, "D")
        return day

    def on(self, day: np.datetime64) -> ReportingTriangle:
        return triangle_of(self.reports, self.first, self._published(day), self.longest, self.step)

    def truth(self, day: np.datetime64, horizon: int, over: int) -> NDArray[np.float64]:
        """(strata, horizon + 1) of the period that ends on that day and of those before it."""
        last = int((self._published(day) - self.whole.dates[0]).astype(np.int64)) // self.step
        found = np.full((len(self.total), horizon + 1), np.nan)
        sums = rolling_sum(self.total, over)[:, max(0, last - horizon) : last + 1][:, ::-1]
        found[:, : sums.shape[1]] = sums
        return found

    def _published(self, day: np.datetime64) -> np.datetime64:
        """The day itself; of vintages, back by whole periods to the last of them."""
        if self.reports.first is None:
            return day
        there = self.reports.reports[self.reports.reports <= day]
        if not len(there):
            return day
        behind = int((day - there.max()).astype(np.int64)) // self.step
        found: np.datetime64 = day - np.timedelta64(behind * self.step, "D")
        return found


def _begin(reports: Reports, since: str | None, longest: int | None, step: int) -> np.datetime64:
    dated = reports.events[~np.isnat(reports.events)]
    reach = np.timedelta64((LONGEST if longest is None else longest + 1) * step, "D")
    begin: np.datetime64 = max(dated.min(), reports.reports.min() - reach)
    for later in (reports.first, np.datetime64(since, "D") if since else None):
        begin = begin if later is None else max(begin, later)
    return begin


def _late(reports: Reports, whole: ReportingTriangle) -> NDArray[np.float64]:
    """(strata, periods) reports later than the longest delay."""
    dated = ~np.isnat(reports.events) & (reports.reports <= whole.as_of)
    row = np.where(dated, (reports.events - whole.dates[0]).astype(np.int64) // whole.step, -1)
    delay = (reports.reports - whole.dates[0]).astype(np.int64) // whole.step - row
    late = dated & (row >= 0) & (delay > whole.longest)
    found = np.zeros(whole.reports.shape[:2])
    np.add.at(found, (reports.stratum[late], row[late]), reports.counts[late])
    return found


def _empty(reports: Reports, step: int) -> ReportingTriangle:
    """One that holds as long delays as there may be."""
    return ReportingTriangle(
        np.zeros((1, 1, LONGEST + 1)), reports.reports[:1], step, reports.last, np.zeros(1), np.zeros(1)
    )
