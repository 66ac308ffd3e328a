"""Whom it kills, by age: persons of a line list in, or counts by age; one payload of plain numbers out.

A payload, risks from 0 to 1, None where nothing can be said:

    method       "competing_risks" of persons, "delay_adjusted" of counts; where these cannot be had "closed", deaths
                 over those whose end is known, or "naive", deaths over all cases
    as_of        last day that anything is known of
    since        first day that is counted; None for persons
    cases, deaths, ill, unknown   of all ages, those of unknown age too; `unknown` is of the outcome
    all          {"estimate", "low", "high", "few"}: fatality of all
    ages         [{"age", "cases", "deaths", "estimate", "low", "high", "few", "severe", "severe_of",
                 "severe_estimate", "severe_low", "severe_high"}] from young to old; [] where no age is known
    unknown_age  {"cases", "deaths"}; None where every age is known
    severe       {"name", "events", "persons", "estimate", "low", "high"}: of those of whom it is known; None
    correlation  {"groups", "estimate", "low", "high"} of severe and fatal across the groups, of logits; None
    delay        {"name", "mean", "source"} from case to death, in days; None
    why          codes of what is missing or left out
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.node.estimates.building.fatality import (
    Risk,
    by_competing_risks,
    delay_adjusted,
    proportion,
    together,
)

__all__ = ["UNKNOWN_AGE", "GivenCounts", "GivenPersons", "severity_of_counts", "severity_of_persons"]

Array = NDArray[np.float64]
Payload = dict[str, Any]

ILL, DIED, RECOVERED, UNKNOWN = 0, 1, 2, -1
UNKNOWN_AGE = "unknown"
FEWEST_OUTCOMES = 5
DATED = 0.9  # share of persons of whom the days must be known
TOLD = 0.5
"""Share of persons whose end must be told. Deaths are told sooner than recoveries, and many lists tell no recovery at
all: then nearly all who are closed have died, whatever the fatality is."""
LONGEST = {"day": 364, "week": 52}
DAYS = {"day": 1, "week": 7}
SEVERE = "intensive_care"


@dataclass(frozen=True, slots=True)
class GivenPersons:
    """A line list without discarded cases.

    days     (persons,) from onset (or report, where the onset is unknown) to the outcome, or for who is still ill to
             the last day anything is known of; nan where it cannot be told
    outcome  (persons,) 0 ill, 1 died, 2 recovered, -1 not known
    age      (persons,) position in `ages`, -1 not known
    severe   (persons,) 1 intensive care, 0 not, -1 not known
    ages     codes of the groups from young to old
    """

    days: Array
    outcome: NDArray[np.int8]
    age: NDArray[np.int64]
    severe: NDArray[np.int8]
    ages: tuple[str, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class GivenCounts:
    """Counts of one disease in one place.

    dates                  (periods,) datetime64[D] first day of each, without gaps; all have ended
    every                  "day" or "week"
    cases, deaths, severe  (ages, periods) nan where not reported; `severe` None where nobody counts it
    ages                   codes of the groups from young to old; one may be "unknown"; () where the one row is of all
    delay                  (days,) probability of 0, 1 … days from case to death; None where it is not known
    """

    dates: NDArray[np.datetime64]
    every: str
    cases: Array
    deaths: Array
    severe: Array | None
    ages: tuple[str, ...]
    delay: Array | None
    delay_name: str
    delay_source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class _Counted:
    """What counts come to: (1 + groups,) of all, and of each group of known age; `cases_by_period` has periods beside.

    severe, severe_of  None where nobody counts them
    apart              cases and deaths of unknown age
    """

    cases_by_period: Array
    cases: Array
    deaths: Array
    severe: Array | None
    severe_of: Array | None
    apart: tuple[int, int]


def severity_of_persons(given: GivenPersons) -> Payload | None:
    """By competing risks, where the days of nine in ten are known and enough have an end; None of no known outcome."""
    outcome, age, severe = given.outcome, given.age, given.severe
    if not (outcome != UNKNOWN).any():
        return None
    why: list[str] = []
    everybody = np.ones(len(age), dtype=bool)
    groups = np.vstack([everybody, *(age == g for g in range(len(given.ages)))])

    def counted(chosen: NDArray[np.bool_]) -> Array:
        """(1 + groups,) persons of all, and of each group."""
        found: Array = (groups & chosen).sum(axis=1).astype(np.float64)
        return found

    method, risk = _of_persons(given, groups, why)
    cases, asked = counted(everybody), counted(severe >= 0)
    is_told = bool(asked[0] >= max(TOLD * cases[0], 1))
    if asked[0] > 0 and not is_told:
        why.append("severe_unknown")
    alike = (severe >= 0) & (everybody if method == "naive" else outcome > ILL)
    correlated = counted(alike & (severe == 1)), counted(alike & (outcome == DIED)), counted(alike)
    return _payload(
        given.ages if (age >= 0).any() else (),
        method=method,
        as_of=given.as_of,
        risk=risk,
        cases=cases,
        deaths=counted(outcome == DIED),
        ill=int((outcome == ILL).sum()),
        unknown=int((outcome == UNKNOWN).sum()),
        unknown_age=(int((age < 0).sum()), int(((age < 0) & (outcome == DIED)).sum())),
        severe=(counted(severe == 1), asked) if is_told else None,
        correlated=correlated if is_told else None,
        why=why,
    )


def _of_persons(given: GivenPersons, groups: NDArray[np.bool_], why: list[str]) -> tuple[str, Risk]:
    """The method that the list bears, and its risks of all and of each group."""
    days, outcome = given.days, given.outcome
    known, closed = outcome != UNKNOWN, outcome > ILL
    dated = known & np.isfinite(days) & (np.nan_to_num(days) >= 0)
    deaths = (groups & (outcome == DIED)).sum(axis=1)
    if known.sum() < TOLD * len(outcome):
        why.append("outcomes_unknown")
        return "naive", proportion(deaths, groups.sum(axis=1))
    if closed.sum() < FEWEST_OUTCOMES:
        why.append("few_outcomes")
    elif dated.sum() < DATED * known.sum():
        why.append("no_dates")
    else:
        risk, told = by_competing_risks(days, outcome, groups & dated, least=TOLD)
        if told >= TOLD:
            why += ["some_undated"] * bool((known & ~dated).any())
            return "competing_risks", risk
    if closed.sum() < TOLD * known.sum():
        why.append("ends_untold")
        return "naive", proportion(deaths, groups.sum(axis=1))
    among, ended = (groups & known).sum(axis=1), (groups & closed).sum(axis=1)
    return "closed", proportion(deaths, ended).without(ended < TOLD * among)


def severity_of_counts(given: GivenCounts) -> Payload | None:
    """Delay-adjusted where the delay is known and no count is missing, otherwise deaths over cases.

    Of the last year alone. Counts by week are spread evenly over their days. Who died at the beginning may have
    fallen ill before it. None where there is no case, or deaths are not told.
    """
    why: list[str] = []
    cut = _periods(given, why)
    of = _counted(given, cut)
    if not of.cases[0] > 0:
        return None
    adjusted = None
    if given.delay is not None and "gaps" not in why:
        adjusted = delay_adjusted(of.cases_by_period, of.deaths, given.delay, step=DAYS[given.every], why=why)
    why += ["more_deaths_than_cases"] * bool((of.deaths > of.cases).any())
    severe = None
    if of.severe is not None and of.severe_of is not None and of.severe_of[0] > 0:
        severe = of.severe, of.severe_of
        why += ["more_severe_than_cases"] * bool((of.severe > of.severe_of).any())
    return _payload(
        tuple(name for name in given.ages if name != UNKNOWN_AGE),
        method="naive" if adjusted is None else "delay_adjusted",
        as_of=given.as_of,
        since=given.dates[cut][0].astype(date),
        risk=adjusted or proportion(of.deaths, of.cases),
        cases=of.cases,
        deaths=of.deaths,
        unknown_age=of.apart,
        severe=severe,
        correlated=None if severe is None else (severe[0], of.deaths, of.cases),
        delay=None if adjusted is None or given.delay is None else _delay(given, given.delay),
        why=why,
    )


def _periods(given: GivenCounts, why: list[str]) -> slice:
    """The last year; for a delay the last run in it of which every group that reports at all reports both."""
    first = max(0, len(given.dates) - LONGEST[given.every])
    if given.delay is None:
        why.append("no_delay")
        return slice(first, None)
    both = np.isfinite(given.cases[:, first:]) & np.isfinite(given.deaths[:, first:])
    reporting = np.any(both, axis=1)
    whole = np.atleast_1d(np.all(both[reporting], axis=0))
    ends = np.flatnonzero(whole)
    if both.any() and len(ends):
        end = int(ends[-1]) + 1
        begin = int(np.flatnonzero(~whole[:end])[-1]) + 1 if not whole[:end].all() else 0
        if end - begin >= both.any(axis=0).sum() / 2:
            return slice(first + begin, first + end)
    why.append("gaps")
    return slice(first, None)


def _counted(given: GivenCounts, cut: slice) -> _Counted:
    is_named = np.array([name != UNKNOWN_AGE for name in given.ages], dtype=bool)
    cases, deaths = given.cases[:, cut], given.deaths[:, cut]

    def stacked(counts: Array, there: NDArray[np.bool_]) -> Array:
        """(1 + groups, periods) without what is not reported of the one or the other."""
        filled = np.where(there, counts, 0.0)
        return np.vstack([filled.sum(axis=0), *(row for row, named in zip(filled, is_named, strict=False) if named)])

    both = np.isfinite(cases) & np.isfinite(deaths)
    by_period, died = stacked(cases, both), stacked(deaths, both).sum(axis=1)
    C = by_period.sum(axis=1)
    severe = severe_of = None
    if given.severe is not None:
        there = np.isfinite(given.severe[:, cut]) & np.isfinite(cases)
        severe, severe_of = (stacked(counts, there).sum(axis=1) for counts in (given.severe[:, cut], cases))
    apart = [_whole(values[0] - values[1:].sum()) if len(is_named) else 0 for values in (C, died)]
    return _Counted(by_period, C, died, severe, severe_of, (apart[0], apart[1]))


def _delay(given: GivenCounts, delay: Array) -> dict[str, Any]:
    mean = float((np.arange(len(delay)) * delay).sum() / delay.sum())
    return {"name": given.delay_name, "mean": round(mean, 1), "source": given.delay_source}


def _payload(
    ages: tuple[str, ...],
    *,
    method: str,
    as_of: date,
    risk: Risk,
    cases: Array,
    deaths: Array,
    unknown_age: tuple[int, int],
    severe: tuple[Array, Array] | None,
    correlated: tuple[Array, Array, Array] | None,
    why: list[str],
    ill: int = 0,
    unknown: int = 0,
    since: date | None = None,
    delay: dict[str, Any] | None = None,
) -> Payload:
    """Arrays are (1 + groups,): of all, and of each group."""
    why += ["no_ages"] * (not ages)
    whole = _severe(severe, 0)
    return {
        "method": method,
        "as_of": as_of.isoformat(),
        "since": None if since is None else since.isoformat(),
        "cases": _whole(cases[0]),
        "deaths": _whole(deaths[0]),
        "ill": ill,
        "unknown": unknown,
        "all": risk.plain(0),
        "ages": [
            {
                "age": name,
                "cases": _whole(cases[g]),
                "deaths": _whole(deaths[g]),
                **risk.plain(g),
                **_severe(severe, g),
            }
            for g, name in enumerate(ages, start=1)
        ],
        "unknown_age": {"cases": unknown_age[0], "deaths": unknown_age[1]} if ages and any(unknown_age) else None,
        "severe": {
            "name": SEVERE,
            "events": whole["severe"],
            "persons": whole["severe_of"],
            **{name: whole[f"severe_{name}"] for name in ("estimate", "low", "high")},
        }
        if severe
        else None,
        "correlation": together(*(values[1:] for values in correlated)) if ages and correlated else None,
        "delay": delay,
        "why": why,
    }


def _severe(severe: tuple[Array, Array] | None, at: int) -> dict[str, Any]:
    names = ("severe", "severe_of", "severe_estimate", "severe_low", "severe_high")
    if severe is None:
        return dict.fromkeys(names)
    events, persons = (values[at : at + 1] for values in severe)
    said = proportion(events, persons).plain(0)
    values = (_whole(events[0]), _whole(persons[0]), said["estimate"], said["low"], said["high"])
    return dict(zip(names, values, strict=True))


def _whole(value: float) -> int:
    return round(float(value))
