"""Severe cases and deaths across age groups, side by side, and how alike they rise with age.

Correlation of the groups' risks, Pearson's of empirical logits log((x + 1/2) / (n - x + 1/2)) and Spearman's of ranks.
Intervals by Fisher's z, with standard error 1 / sqrt(g - 3) for g groups: Fisher RA (1921). On the "probable error" of
a coefficient of correlation deduced from a small sample. Metron 1:3-32; for ranks sqrt((1 + r^2 / 2) / (g - 3)):
Bonett DG, Wright TA (2000). Sample size requirements for estimating Pearson, Kendall and Spearman correlations.
Psychometrika 65:23-28. doi:10.1007/BF02294183. They take the groups for a sample of all groups that there could be.

With nine groups even a high correlation has a wide interval, and it says nothing of persons: that the groups that often
fall severely ill are those that often die is not that the severely ill are those who die.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from tocsin.epi.errors import InvalidCounts
from tocsin.epi.severity.by_age import RiskByAge, risk_by_age
from tocsin.epi.severity.proportion import Interval, checked_level
from tocsin.epi.severity.standardised import StandardisedRisk, standardised_risk

__all__ = ["AcrossAges", "Correlation", "correlation_across_groups", "severe_and_fatal"]

LEAST = 4
FEW_GROUPS = 25
"""Below it the interval of a correlation of 0.5 is wider than 0.6: a figure to look at, not to rest a decision on."""


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation of two risks over groups.

    pearson, pearson_low, pearson_high     of logits
    spearman, spearman_low, spearman_high  of ranks; nan, as Pearson's, where a risk is the same in all groups
    counts_low, counts_high                Pearson's under other counts of the same risks: how far chance in the counts
                                           alone moves it; nan where no `rng` was given
    groups                                 number of groups that have both risks
    few_groups                             True below 25 groups: to be said wherever the figure is shown
    level                                  probability that an interval is to cover
    """

    pearson: float
    pearson_low: float
    pearson_high: float
    spearman: float
    spearman_low: float
    spearman_high: float
    counts_low: float
    counts_high: float
    groups: int
    few_groups: bool
    level: float


@dataclass(frozen=True, slots=True)
class AcrossAges:
    """Severe cases and deaths of the same cases, by age.

    severe, fatal                            risks of a case by age
    deaths_per_severe                        deaths over severe cases by age, where the severe contain the dead; None
                                             where a group has more deaths than severe cases
    severe_standardised, fatal_standardised  with the ages of the standard; None where none was given
    correlation                              of the two risks over the groups
    """

    severe: RiskByAge
    fatal: RiskByAge
    deaths_per_severe: RiskByAge | None
    severe_standardised: StandardisedRisk | None
    fatal_standardised: StandardisedRisk | None
    correlation: Correlation


def severe_and_fatal(
    cases: ArrayLike,
    severe: ArrayLike,
    deaths: ArrayLike,
    *,
    ages: Sequence[str] | None = None,
    standard: ArrayLike | None = None,
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
) -> AcrossAges:
    """Both risks by age, standardised and correlated.

    cases, severe, deaths  (ages,) counts of the same groups
    standard               (ages,) population or reference cases
    rng                    for the interval of the counts; None leaves it nan
    raises                 InvalidCounts, InvalidOption
    """
    options = {"ages": ages, "interval": interval, "level": level}
    s = risk_by_age(severe, cases, risk="severe_case", **options)  # type: ignore[arg-type]
    f = risk_by_age(deaths, cases, risk="case_fatality", **options)  # type: ignore[arg-type]
    if s.events.ndim != 1:
        raise InvalidCounts(f"cases have shape {s.events.shape}; give (ages,), one stratum at a time")
    with np.errstate(invalid="ignore"):
        nested = not (f.events > s.events).any()
    ratio = risk_by_age(deaths, severe, risk="case_fatality", **options) if nested else None  # type: ignore[arg-type]
    by_standard = [standardised_risk(x, cases, standard, level=level) for x in (severe, deaths) if standard is not None]
    correlation = correlation_across_groups(severe, deaths, cases, level=level, rng=rng)
    both = (by_standard[0], by_standard[1]) if by_standard else (None, None)
    return AcrossAges(s, f, ratio, both[0], both[1], correlation)


def correlation_across_groups(
    first: ArrayLike,
    second: ArrayLike,
    persons: ArrayLike,
    *,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    draws: int = 2000,
) -> Correlation:
    """Correlation over groups of two risks of the same persons.

    first, second  (groups,) events; groups with a count not reported or without persons are left out
    persons        (groups,) among whom they are counted
    rng, draws     for the interval of the counts
    raises         InvalidCounts: fewer than 4 groups have no interval
    """
    checked_level(level)
    x, y, n = (np.asarray(v, dtype=np.float64) for v in (first, second, persons))
    there = np.isfinite(x) & np.isfinite(y) & (n > 0)
    x, y, n = x[there], y[there], n[there]
    g = len(x)
    if g < LEAST:
        raise InvalidCounts(f"{g} groups have both risks; a correlation with an interval takes at least {LEAST}")
    z = float(ndtri(1 - (1 - level) / 2))
    pearson = _pearson(_logit(x, n), _logit(y, n))
    spearman = _pearson(rankdata(x / n), rankdata(y / n))
    between = (np.nan, np.nan)
    if rng is not None:
        a, b = (_logit(rng.binomial(n.astype(np.int64), (v + 0.5) / (n + 1), (draws, g)), n) for v in (x, y))
        found = np.array([_pearson(one, other) for one, other in zip(a, b, strict=True)])
        between = tuple(np.nanquantile(found, [(1 - level) / 2, (1 + level) / 2]))
    return Correlation(
        pearson,
        *_fisher(pearson, z / np.sqrt(g - 3)),
        spearman,
        *_fisher(spearman, z * np.sqrt((1 + spearman * spearman / 2) / (g - 3)), most=1 - 6 / (g * (g * g - 1))),
        float(between[0]),
        float(between[1]),
        g,
        g < FEW_GROUPS,
        float(level),
    )


def _logit(x: NDArray[np.float64] | NDArray[np.int64], n: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.log((x + 0.5) / (n - x + 0.5))
    return found


def _pearson(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    a, b = a - a.mean(), b - b.mean()
    spread = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / spread if spread > 1e-12 else np.nan


def _fisher(r: float, half: float, most: float = 1 - 1e-12) -> tuple[float, float]:
    """Ranks that agree entirely leave no interval; theirs is that of half a step (two neighbours changed) below."""
    if np.isnan(r):
        return np.nan, np.nan
    middle = np.arctanh(np.clip(r, -most, most))
    low, high = float(np.tanh(middle - half)), float(np.tanh(middle + half))
    return (low if r > -most else -1.0), (high if r < most else 1.0)
