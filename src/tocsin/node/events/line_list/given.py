"""A line list as the engine is asked of it: cases by day, how late each was reported, and what became of each.

Days are those of onset. Where fewer than half of the cases have one, they are the days of report. The list is taken as
it was known on the last day on which a case of it was reported: nobody knows whether later days were empty. Where
reports are not told it is the last day of which the list counts a case, and the days before it still fill up.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.node.estimates.building.estimating import HISTORY, Given, Interval
from tocsin.node.estimates.building.severity import GivenPersons
from tocsin.node.events.line_list.groups import AGES, UNKNOWN, age_group
from tocsin.node.events.models import EventCase

__all__ = ["LEAST_CASES", "Listed", "counts_given", "listed", "persons_given"]

LEAST_CASES = 10  # with a day that is looked at; of fewer nothing is estimated
EMPTY = 60  # days without a case are put before a young outbreak: there was none
STILL_FILLING = 14  # days that are left out where nobody knows how late reports are
LONGEST = 40  # days: later reports are taken as they are
KNOWN = 0.5  # share of cases with a day, from which that day is used
LEAST_REPORT_DAYS = 7  # different ones: a list that was written down at once says nothing of delays
UNREPORTED = 0.05  # share of cases that fell ill after the last report: more, and reports are no longer written down
OUTCOMES = {"none": 0, "deceased": 1, "recovered": 2, "unknown": -1}
FIELDS = ("onset", "reported", "admitted", "outcome_on", "outcome", "age", "intensive_care")
NAT = np.datetime64("NaT", "D")
Days = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Listed:
    """The cases of a list that stand; NaT and -1 where nothing is known.

    onset, reported, admitted, outcome_on  (cases,) datetime64[D]
    outcome                                (cases,) 0 ill, 1 died, 2 recovered, -1 not known
    age                                    (cases,) position among the groups of age, -1 not known
    severe                                 (cases,) 1 was in intensive care, 0 was not, -1 not known
    """

    onset: Days
    reported: Days
    admitted: Days
    outcome_on: Days
    outcome: NDArray[np.int8]
    age: NDArray[np.intp]
    severe: NDArray[np.int8]

    @property
    def by_onset(self) -> bool:
        """Whether cases are counted by onset."""
        return bool((~np.isnat(self.onset)).sum() >= KNOWN * len(self.onset))

    @property
    def last_day(self) -> date | None:
        """The last day of which the list says anything."""
        days = np.concatenate([self.onset, self.reported, self.admitted, self.outcome_on])
        known = days[~np.isnat(days)]
        return known.max().item() if len(known) else None


def listed(cases: QuerySet[EventCase]) -> Listed:
    """All but those that were discarded."""
    rows = cases.exclude(classification=EventCase.Classification.DISCARDED).order_by("pk").values_list(*FIELDS)
    columns = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
    onset, reported, admitted, outcome_on = (np.array(column, "datetime64[D]") for column in columns[:4])
    return Listed(
        onset=onset,
        reported=reported,
        admitted=admitted,
        outcome_on=outcome_on,
        outcome=np.array([OUTCOMES[code] for code in columns[4]], np.int8),
        age=np.array([_group(age) for age in columns[5]], np.intp),
        severe=np.array([-1 if told is None else int(told) for told in columns[6]], np.int8),
    )


def _group(age: Decimal | None) -> int:
    group = age_group(age)
    return -1 if group == UNKNOWN else AGES.index(group)


def counts_given(of: Listed, interval: Interval | None) -> Given | None:
    """Cases by day until the last day on which one was reported; None where there are too few of the days looked at."""
    why = _no_delays(of) if of.by_onset else "no_onsets"
    # What was written down before its onset is a slip, and says nothing of delays.
    onset = np.where(of.onset > of.reported, NAT, of.onset) if not why else of.onset
    days = onset if of.by_onset else of.reported
    dated = ~np.isnat(days)
    if dated.sum() < LEAST_CASES:
        return None
    end = _latest(of.reported if why in ("", "no_onsets") else np.concatenate([days, of.reported]))
    begin = max(days[dated].min(), end - (HISTORY["day"] - 1))
    first = min(begin, end - EMPTY)
    dates = np.arange(first, end + 1)
    counts = _by_day(days[dated], dates)
    if counts.sum() < LEAST_CASES:
        return None
    triangle, longest = None, min(LONGEST, max(1, int((end - begin).astype(int)) // 2))
    if not why:
        triangle = _triangle(onset, of.reported, begin, end, longest)
        why = "few_report_days"
    beyond = dated & (np.isnat(of.reported) | (of.reported - days > np.timedelta64(longest, "D")))
    return Given(
        every="day",
        dates=dates,
        counts=counts[np.newaxis],
        complete=len(dates) - (STILL_FILLING if of.by_onset else 0),
        vintages=np.empty(0, "datetime64[D]"),
        known=np.empty((1, 0, len(dates))),
        intervals=[interval],
        triangle=triangle,
        outside=_by_day(days[beyond], dates)[np.newaxis],
        begins=int((begin - first).astype(int)),
        no_delays=why,
    )


def _no_delays(of: Listed) -> str:
    """A code that says why the list does not tell how late reports are; "" where it does."""
    is_reported = ~np.isnat(of.reported)
    both = is_reported & ~np.isnat(of.onset)
    in_order = both & (of.onset <= of.reported)
    if is_reported.sum() < KNOWN * len(of.reported) or in_order.sum() < KNOWN * both.sum() or not in_order.any():
        return "no_report_dates"
    later = ~is_reported & (of.onset > _latest(of.reported))
    if later.sum() > UNREPORTED * len(of.reported):
        return "no_report_dates"
    return "" if len(np.unique(of.reported[in_order])) >= LEAST_REPORT_DAYS else "few_report_days"


def _latest(days: Days) -> np.datetime64:
    """NaT where none is known."""
    known = days[~np.isnat(days)]
    return known.max() if len(known) else NAT


def _by_day(days: Days, dates: Days) -> NDArray[np.float64]:
    inside = days[(days >= dates[0]) & (days <= dates[-1])]
    return np.bincount((inside - dates[0]).astype(int), minlength=len(dates)).astype(np.float64)


def _triangle(onset: Days, reported: Days, begin: np.datetime64, end: np.datetime64, longest: int) -> Any:
    """Of all cases that have a day of report; those without an onset are shared out by the delays of the others."""
    from tocsin.epi.errors import EpiError
    from tocsin.epi.nowcast import triangle_of_reports

    told = ~np.isnat(reported) & ~(onset < begin)
    try:
        return triangle_of_reports(onset[told], reported[told], as_of=end, first=begin, longest=longest)
    except EpiError:
        return None


def persons_given(of: Listed) -> GivenPersons | None:
    """Each case from onset, or report, to its end, or to the last day of which the list says anything."""
    last = of.last_day
    if last is None:
        return None
    start = np.where(np.isnat(of.onset), of.reported, of.onset)
    end = np.where(of.outcome == OUTCOMES["none"], np.datetime64(last, "D"), of.outcome_on)
    days = np.where(np.isnat(start) | np.isnat(end), np.nan, (end - start).astype(float))
    return GivenPersons(
        days=np.where(days < 0, np.nan, days),
        outcome=of.outcome,
        age=of.age,
        severe=of.severe,
        ages=tuple(group for group in AGES if group != UNKNOWN),
        as_of=last,
    )
