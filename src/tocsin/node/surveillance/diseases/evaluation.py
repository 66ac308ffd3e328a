"""What a fixed rule says of counts: where the cases that it counts together reach its threshold.

A rule counts in days and a series in periods: its window is as many periods as it takes to hold its days (30 days are
five weeks, 23 days four), so that on weekly counts it may speak a little earlier than its text, never later.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.node.surveillance.diseases.reading import RuleEntry

__all__ = ["DAYS_OF_PERIOD", "RuleResult", "evaluate_rules", "periods_counted"]

DAYS_OF_PERIOD = {"day": 1, "week": 7, "month": 30}


@dataclass(frozen=True)
class RuleResult:
    """What a rule says, each array (series, evaluated periods).

    observed   cases that the rule counts together, the period's own included; nan where the period has no count
    threshold  number of cases from which the rule speaks: it does at `observed >= threshold`, unlike the methods of the
               engine, which speak above theirs. inf where what the rule asks of the periods before is not met; nan
               where the rule says nothing: no count, a place it is not for, a population not known, periods too long
    alarm      the threshold is reached, and at least one of the cases is the period's own
    """

    alarm: NDArray[np.bool_]
    threshold: NDArray[np.float64]
    observed: NDArray[np.float64]


def periods_counted(rule: RuleEntry, every: str) -> int | None:
    """Periods in the window of a rule, or in each of its spans; None where a period is longer than it.

    Two cases within 7 days cannot be told from counts by month.
    """
    if every not in DAYS_OF_PERIOD:
        raise ValueError(f"every is {every!r}; it must be one of {', '.join(DAYS_OF_PERIOD)}")
    days = rule.parameters.get("days", DAYS_OF_PERIOD[every])
    return math.ceil(days / DAYS_OF_PERIOD[every]) if days >= DAYS_OF_PERIOD[every] else None


def evaluate_rules(
    rule: RuleEntry, counts: ArrayLike, populations: ArrayLike | None, every: str, evaluate: ArrayLike | slice
) -> RuleResult:
    """What `rule` says of each series at each evaluated period, whatever kind of place (`rule.places`) it is.

    counts       (series, periods) cases, of one disease; nan where none was reported, which adds no case
    populations  (series,) people; nan, 0 or None where not known
    every        "day", "week" or "month": the length of a period
    evaluate     indexes of periods, or a slice of them
    Raises ValueError for other shapes or another `every`, IndexError for a period that there is not.
    """
    y = np.asarray(counts, dtype=np.float64)
    if y.ndim != 2:
        raise ValueError(f"counts has shape {y.shape}; it must be (series, periods)")
    people = np.full(len(y), np.nan) if populations is None else np.asarray(populations, dtype=np.float64)
    if people.shape != y.shape[:1]:
        raise ValueError(f"populations has shape {people.shape}; it must be ({len(y)},), one for each series")
    at = np.arange(y.shape[1])[evaluate]
    window = periods_counted(rule, every)
    if window is None:
        return _silent(len(y), at.size)
    if rule.kind == "doubling":
        observed, threshold = _doubling(rule.parameters["steps"], y, at, window)
    else:
        observed = _cases(y, at - window + 1, at + 1)
        threshold = np.broadcast_to(_asked(rule, people)[:, None], observed.shape)
    said = _in_place(rule, people)[:, None] & ~np.isnan(y[:, at])
    threshold = np.where(said, threshold, np.nan)
    observed = np.where(np.isnan(y[:, at]), np.nan, observed)
    with np.errstate(invalid="ignore"):
        alarm = (observed >= threshold) & (y[:, at] > 0)
    return RuleResult(alarm, threshold, observed)


def _asked(rule: RuleEntry, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """(series,) cases that a rule of kind case, count or rate asks for; nan for a rate where people are not known."""
    if rule.kind == "rate":
        reached = rule.parameters["per_100000"] * people / 100_000
        return np.maximum(reached, rule.parameters.get("least_cases", 1))
    return np.full(people.shape, float(rule.parameters.get("cases", 1)))


def _doubling(
    steps: int, y: NDArray[np.float64], at: NDArray[np.intp], window: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cases of the last span, and twice those of the one before where that and the earlier ones doubled as well.

    A span with a missing count is not known, and neither is whether it doubled.
    """
    ends = [at + 1 - window * back for back in range(steps)]
    spans = [_cases(y, end - window, end) for end in ends]
    first = ends[-1] - window
    known = (first >= 0) & (_cases(np.isnan(y).astype(np.float64), first, at + 1) == 0)
    rising = spans[-1] >= 1
    for later, earlier in itertools.pairwise(spans[1:]):
        rising &= later >= 2 * earlier
    threshold = np.where(rising, 2 * spans[1], np.inf)
    return spans[0], np.where(known, threshold, np.nan)


def _cases(y: NDArray[np.float64], first: NDArray[np.intp], stop: NDArray[np.intp]) -> NDArray[np.float64]:
    """Cases from period `first` to before `stop`, (series, spans); what lies before the series has none."""
    until = np.zeros((y.shape[0], y.shape[1] + 1))
    np.nancumsum(y, axis=1, out=until[:, 1:])
    return until[:, np.maximum(stop, 0)] - until[:, np.maximum(first, 0)]


def _in_place(rule: RuleEntry, people: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(series,) whether the rule is for places of so many people; where people are not known, no rule that asks is."""
    least, below = (rule.parameters.get(name) for name in ("min_population", "below_population"))
    if rule.kind != "rate" and least is None and below is None:
        return np.ones(people.shape, dtype=bool)
    with np.errstate(invalid="ignore"):
        fits = people > 0
        fits &= people >= (least or 0)
        return fits & (people < (below or np.inf))


def _silent(series: int, periods: int) -> RuleResult:
    nothing = np.full((series, periods), np.nan)
    return RuleResult(np.zeros((series, periods), dtype=bool), nothing, nothing.copy())
