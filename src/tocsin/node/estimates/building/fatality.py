"""What the engine says of fatality, for all and for each group at once, and where it may not be asked.

Arrays are (1 + groups,): of all, and of each group. The engine refuses counts that contradict each other; here such a
group is told nothing of, and the others are.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Risk", "by_competing_risks", "delay_adjusted", "proportion", "together"]

Array = NDArray[np.float64]

DIGITS = 6
FEWEST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class Risk:
    """nan where nothing can be said; `few` where fewer than ten events, or recoveries, stand behind it."""

    estimate: Array
    low: Array
    high: Array
    few: NDArray[np.bool_]

    def plain(self, at: int) -> dict[str, Any]:
        values = {"estimate": self.estimate[at], "low": self.low[at], "high": self.high[at]}
        plain: dict[str, Any] = {name: _plain(value) for name, value in values.items()}
        return {**plain, "few": bool(self.few[at])}

    def without(self, unsaid: NDArray[np.bool_]) -> "Risk":
        return Risk(*(np.where(unsaid, np.nan, values) for values in (self.estimate, self.low, self.high)), self.few)


def proportion(events: ArrayLike, persons: ArrayLike) -> Risk:
    """Events over persons, exact intervals; nan without persons and where events are more."""
    from tocsin.epi.severity import risk_by_age

    x, n = np.asarray(events, dtype=np.float64), np.asarray(persons, dtype=np.float64)
    unsaid = (x > n) | ~(n > 0)
    found = risk_by_age(np.where(unsaid, 0.0, x), np.where(unsaid, 1.0, n))
    return Risk(found.estimate, found.low, found.high, found.few).without(unsaid)


def by_competing_risks(
    days: Array, outcome: ArrayLike, groups: NDArray[np.bool_], *, least: float
) -> tuple[Risk, float]:
    """With the share of all ends that is told: who dies dies sooner, so that of few ends most are deaths.

    groups  (1 + groups, persons) True where a person counts; of `days` and `outcome` that the engine takes
    least   share of ends that must be told of a group; below it nothing is said of it
    """
    from tocsin.epi.severity import competing_risks

    row, person = np.nonzero(groups)
    found = competing_risks(days[person], np.asarray(outcome)[person], group=row.astype(str))
    at = np.array([int(name) for name in found.groups])
    risk = Risk(*(np.full(len(groups), np.nan) for _ in range(3)), np.ones(len(groups), dtype=bool))
    told = np.zeros(len(groups))
    risk.estimate[at], risk.low[at], risk.high[at] = found.fatality, found.low, found.high
    risk.few[at], told[at] = found.few, found.told
    return risk.without(told < least), float(told[0])


def delay_adjusted(cases: Array, deaths: Array, delay: Array, *, step: int, why: list[str]) -> Risk | None:
    """Allowing for those who may yet die.

    cases   (1 + groups, periods) counts of periods of `step` days, spread evenly over these
    deaths  (1 + groups,) until the last day
    None, and why, where the engine cannot be asked of all
    """
    from tocsin.epi.errors import EpiError
    from tocsin.epi.severity import known_outcomes, risk_by_age

    persons = cases.sum(axis=1)
    unsaid = deaths > persons
    try:
        known = known_outcomes(np.repeat(cases / step, step, axis=1), delay)
        found = risk_by_age(np.where(unsaid, 0.0, deaths), persons, known=known)
    except EpiError:
        why.append("no_delay")
        return None
    if unsaid[0] or found.more_deaths_than_outcomes[0] or not found.outcomes[0] > 0:
        why.append("more_deaths_than_outcomes")
        return None
    if known.delay_longer_than_window[0]:
        why.append("delay_longer_than_window")
    if found.more_deaths_than_outcomes[1:].any():
        why.append("group_more_deaths_than_outcomes")
    return Risk(found.estimate, found.low, found.high, found.few).without(unsaid | found.more_deaths_than_outcomes)


def together(severe: Array, deaths: Array, persons: Array) -> dict[str, Any] | None:
    """How alike the severe and the fatal rise across the groups; None of fewer than four."""
    from tocsin.epi.severity import correlation_across_groups

    usable = (persons > 0) & (severe <= persons) & (deaths <= persons)
    if usable.sum() < FEWEST_GROUPS:
        return None
    found = correlation_across_groups(severe[usable], deaths[usable], persons[usable])
    if not np.isfinite(found.pearson):
        return None
    values = {"estimate": found.pearson, "low": found.pearson_low, "high": found.pearson_high}
    return {"groups": found.groups, **{name: _plain(value) for name, value in values.items()}}


def _plain(value: float) -> float | None:
    return round(float(value), DIGITS) if np.isfinite(value) else None
