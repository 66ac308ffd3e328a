"""Risks by age group: fatality of cases and of those admitted, and the share of cases that are severe or critical.

Exact intervals of small numbers (`proportion_interval`). Where many have fallen ill lately the risk is delay-adjusted
as in `static`: by age from daily counts, or with the share of outcomes that is known in all ages together. Of n cases
of an age a share u is known, and of the squares a share s: the effective number is n u^2 / s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity.estimate import effective
from tocsin.epi.severity.known_outcomes import KnownOutcomes
from tocsin.epi.severity.proportion import Interval, checked_interval

__all__ = ["RISKS", "Risk", "RiskByAge", "age_counts", "checked_ages", "risk_by_age"]

Risk = Literal["case_fatality", "hospitalisation_fatality", "severe_case", "critical_case"]
RISKS = {
    "case_fatality": ("deaths", "cases"),
    "hospitalisation_fatality": ("deaths", "admissions"),
    "severe_case": ("severe cases", "cases"),
    "critical_case": ("critical cases", "cases"),
}
"""What is counted over what; words for messages and pages."""

FEW = 10


@dataclass(frozen=True, slots=True)
class RiskByAge:
    """A risk in each age group and in all of them.

    risk                                  which, a key of RISKS
    ages                                  (ages,) names of the groups, from young to old
    events, persons                       (..., ages) as given
    outcomes                              (..., ages) persons whose outcome is known, as an expectation; persons where
                                          no delay is allowed for
    estimate, low, high                   (..., ages) nan for a group without persons or with a count not reported
    few                                   (..., ages) True where fewer than 10 events stand behind an estimate
    crude, crude_low, crude_high          (...,) of all groups that have both counts
    more_deaths_than_outcomes             (..., ages) True where more died than could be known to have
    level                                 probability that an interval is to cover
    """

    risk: str
    ages: tuple[str, ...]
    events: NDArray[np.float64]
    persons: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    few: NDArray[np.bool_]
    crude: NDArray[np.float64]
    crude_low: NDArray[np.float64]
    crude_high: NDArray[np.float64]
    more_deaths_than_outcomes: NDArray[np.bool_]
    level: float


def risk_by_age(
    events: ArrayLike,
    persons: ArrayLike,
    *,
    ages: Sequence[str] | None = None,
    risk: Risk = "case_fatality",
    known: KnownOutcomes | None = None,
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
) -> RiskByAge:
    """events / persons in each age group, with small-number intervals.

    events    (..., ages) deaths, severe or critical cases; any axes before: strata
    persons   (..., ages) cases, or admissions, among whom the events are counted
    ages      names of the groups; "0", "1", ... if None
    risk      "case_fatality", "hospitalisation_fatality", "severe_case" or "critical_case". Infection fatality takes
              a serosurvey: `infection_fatality`
    known     of `known_outcomes` of daily counts, whose last day is taken: one series for all groups, or one a group
              (events and persons are then (ages,)); without it the risks are naive
    interval  "clopper_pearson", "wilson" or "jeffreys"
    raises    InvalidCounts, InvalidOption
    """
    checked_interval(interval, level)
    if str(risk).startswith("infection"):
        raise InvalidOption(
            f"risk is {risk!r}, but how many were infected does not follow from cases: use infection_fatality with the "
            "seroprevalence of each age group"
        )
    if risk not in RISKS:
        raise InvalidOption(f"risk is {risk!r}; it is one of {', '.join(RISKS)}")
    x, n = age_counts(events, persons, RISKS[risk])
    names = checked_ages(ages, x.shape[-1])
    u, s = _known_shares(known, x.shape)
    estimate, low, high = effective(np.nan_to_num(x), np.nan_to_num(n * u), np.nan_to_num(n * s), interval, level)
    missing = np.isnan(x) | np.isnan(n)
    estimate, low, high = (np.where(missing, np.nan, y) for y in (estimate, low, high))
    X, U, S = (np.where(missing, 0.0, y).sum(axis=-1) for y in (x, n * u, n * s))
    crude = effective(X, U, S, interval, level)
    with np.errstate(invalid="ignore"):
        more, few = x > n * u, x < FEW
    return RiskByAge(str(risk), names, x, n, n * u, estimate, low, high, few, *crude, more, float(level))


def age_counts(
    events: ArrayLike, persons: ArrayLike, words: tuple[str, str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both (..., ages), checked; nan where not reported. Raises InvalidCounts."""
    x, n = np.asarray(events), np.asarray(persons)
    for name, y in zip(words, (x, n), strict=True):
        if y.dtype.kind not in "iuf" or y.ndim == 0 or y.shape[-1] == 0:
            raise InvalidCounts(f"{name} have dtype {y.dtype} and shape {y.shape}; they are numbers, (..., ages)")
    if x.shape != n.shape:
        raise InvalidCounts(f"{words[0]} have shape {x.shape} and {words[1]} {n.shape}; both have the same age groups")
    x, n = x.astype(np.float64), n.astype(np.float64)
    for name, y in zip(words, (x, n), strict=True):
        if (y < 0).any() or np.isinf(y).any():
            at = np.argwhere((y < 0) | np.isinf(y))[0]
            raise InvalidCounts(f"{name} are {y[tuple(at)]:g} in age group {at[-1]}; counts are finite and at least 0")
    if (x > n).any():
        at = np.argwhere(x > n)[0]
        raise InvalidCounts(
            f"age group {at[-1]} has {x[tuple(at)]:g} {words[0]} of {n[tuple(at)]:g} {words[1]}; the one are counted "
            "among the other: a group whose cases are of unknown age belongs in neither"
        )
    return x, n


def checked_ages(ages: Sequence[str] | None, count: int) -> tuple[str, ...]:
    """Names of the groups, one each. Raises InvalidOption."""
    if ages is None:
        return tuple(map(str, range(count)))
    names = tuple("" if name is None else str(name).strip() for name in ages)
    if len(names) != count:
        raise InvalidOption(f"ages names {len(names)} groups, but there are counts of {count}; name each once")
    if "" in names or "nan" in names:
        at = next(i for i, name in enumerate(names) if name in ("", "nan"))
        raise InvalidOption(f"age group {at} has no name; leave cases of unknown age out, and say how many they were")
    if len(set(names)) < count:
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidOption(f"ages has {twice!r} more than once; add the counts of one group up")
    return names


def _known_shares(
    known: KnownOutcomes | None, shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shares of outcomes and of squares that are known, broadcastable to (..., ages)."""
    if known is None:
        return np.ones(1), np.ones(1)
    u = known.known_share[:, -1]
    if len(u) not in (1, shape[-1]):
        raise InvalidOption(
            f"known has {len(u)} series; give one for all ages together, or one for each of {shape[-1]}"
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        s = np.where(known.cumulative[:, -1] > 0, known.squares[:, -1] * u / known.cumulative[:, -1], 0.0)
    return np.nan_to_num(u), np.nan_to_num(s)
