"""The risk that an infected person dies, where a serosurvey says how many were infected.

Deaths are counted, infections are not: their number is the population times the share that carries antibodies. The
risk is a ratio of two proportions, each with an interval of its own, and takes the one that both leave (MOVER):

Donner A, Zou GY (2012). Closed-form confidence intervals for functions of the normal mean and standard deviation.
Statistical Methods in Medical Research 21(4):347-359. doi:10.1177/0962280210383082. For a/b with limits la..ua, lb..ub

    [a b -/+ sqrt((a b)^2 - la ub (2 a - la)(2 b - ub))] / [ub (2 b - ub)]      lower; upper with ua and lb

What a test misses or finds in error is taken off the prevalence: Rogan WJ, Gladen B (1978). Estimating prevalence from
the results of a screening test. American Journal of Epidemiology 107(1):71-76. doi:10.1093/oxfordjournals.aje.a112510
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity.by_age import age_counts, checked_ages
from tocsin.epi.severity.proportion import Interval, proportion_interval

__all__ = ["InfectionFatality", "infection_fatality"]


@dataclass(frozen=True, slots=True)
class InfectionFatality:
    """Infection fatality by age group.

    ages                 (ages,) names
    deaths               (ages,) as given
    infections           (ages,) population times prevalence
    prevalence           (ages,) of infection, corrected for the test
    estimate, low, high  (ages,) nan where nobody can be said to have been infected; high is 1 where the survey does
                         not rule out that nobody was
    level                probability that an interval is to cover
    """

    ages: tuple[str, ...]
    deaths: NDArray[np.float64]
    infections: NDArray[np.float64]
    prevalence: NDArray[np.float64]
    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float


def infection_fatality(
    deaths: ArrayLike,
    population: ArrayLike,
    *,
    positive: ArrayLike | None = None,
    tested: ArrayLike | None = None,
    ages: Sequence[str] | None = None,
    sensitivity: float = 1.0,
    specificity: float = 1.0,
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
) -> InfectionFatality:
    """Deaths over infections in each age group.

    deaths       (ages,) until the survey, or some two to three weeks after: who dies does so later than antibodies rise
    population   (ages,) persons
    positive     (ages,) persons of a serosurvey who had antibodies; required, with
    tested       (ages,) persons of the survey
    ages         names of the groups
    sensitivity  share of the infected whom the test finds, taken as certain
    specificity  share of the others whom it leaves, taken as certain
    raises       InvalidCounts, InvalidOption

    The survey is taken for a random sample of the population; antibodies that have waned are missed.
    """
    if positive is None or tested is None:
        raise InvalidOption(
            "positive and tested are missing; how many were infected follows from no count of cases: give a serosurvey "
            "by age, or ask for the case fatality"
        )
    for name, value in (("sensitivity", sensitivity), ("specificity", specificity)):
        if not 0 < value <= 1:
            raise InvalidOption(f"{name} is {value!r}; it is a share above 0 and at most 1")
    if sensitivity + specificity <= 1:
        raise InvalidOption(
            f"sensitivity {sensitivity:g} and specificity {specificity:g} add up to {sensitivity + specificity:g}; "
            "a test that tells the infected from others has more than 1"
        )
    d, P = age_counts(deaths, population, ("deaths", "inhabitants"))
    y, n = age_counts(positive, tested, ("positive", "tested"))
    if y.shape != d.shape or d.ndim != 1:
        raise InvalidCounts(
            f"deaths have shape {d.shape} and the survey {y.shape}; both are (ages,) of the same groups"
        )
    names = checked_ages(ages, len(d))
    known = (n > 0) & (P > 0)
    a = np.divide(d, P, out=np.full(len(d), np.nan), where=known)
    b = np.divide(y, n, out=np.full(len(d), np.nan), where=known)
    limits = (*proportion_interval(d, P, interval=interval, level=level), b)
    lb, ub = proportion_interval(y, n, interval=interval, level=level)
    b, lb, ub = (
        np.clip((p + specificity - 1) / (sensitivity + specificity - 1), 0.0, 1.0) for p in (limits[2], lb, ub)
    )
    estimate, low, high = _ratio((a, *limits[:2]), (b, lb, ub))
    return InfectionFatality(names, d, P * b, b, estimate, low, high, float(level))


Three = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _ratio(over: Three, under: Three) -> Three:
    (a, la, ua), (b, lb, ub) = over, under
    with np.errstate(divide="ignore", invalid="ignore"):
        # Beyond 2 b an upper limit of b says nothing of the ratio's lower one: it is then as good as 2 b.
        u = np.minimum(ub, 2 * b * (1 - 1e-9))
        low = (a * b - np.sqrt(np.maximum((a * b) ** 2 - la * u * (2 * a - la) * (2 * b - u), 0))) / (u * (2 * b - u))
        high = (a * b + np.sqrt(np.maximum((a * b) ** 2 - ua * lb * (2 * a - ua) * (2 * b - lb), 0))) / (
            lb * (2 * b - lb)
        )
        low = np.where(ub > 2 * b, la / ub, low)
        estimate = np.where(b > 0, a / b, np.nan)
    said = np.isfinite(estimate)
    low = np.where(said, np.clip(low, 0.0, 1.0), np.nan)
    high = np.where(said, np.where(np.isfinite(high), np.clip(high, 0.0, 1.0), 1.0), np.nan)
    return np.minimum(estimate, 1.0), low, high
