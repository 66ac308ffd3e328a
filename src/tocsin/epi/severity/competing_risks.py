"""Fatality from a line list while some have neither died nor recovered: competing risks.

Aalen OO, Johansen S (1978). An empirical transition matrix for non-homogeneous Markov chains based on censored
observations. Scandinavian Journal of Statistics 5:141-150. Of n_j at risk on day t_j, d_1j die and d_2j recover; S is
the probability of neither:

    F_k(t) = sum over t_j <= t of S(t_j-1) d_kj / n_j            S(t) = 1 - F_1(t) - F_2(t)

Variances and covariances are Greenwood's: Andersen PK, Borgan Ø, Gill RD, Keiding N (1993). Statistical models based on
counting processes, IV.4.1.3. doi:10.1007/978-1-4612-4348-9. With M = I + dA and G the multinomial covariance of d / n,
V_j = M' V_j-1 M + S_j-1^2 G_j. Without censoring it is that of a multinomial.

Ghani AC, Donnelly CA, Cox DR, et al (2005). Methods for estimating the case fatality ratio for a novel, emerging
infectious disease. American Journal of Epidemiology 162(5):479-486. doi:10.1093/aje/kwi230: the fatality is that of
those whose end is told, F_1 / (F_1 + F_2) at the last time seen.

Its interval is exact for a binomial of as many trials as give its variance: Korn EL, Graubard BI (1998). Confidence
intervals for proportions with small expected number of positive counts estimated from survey data. Survey Methodology
24:193-201. Without censoring the trials are the persons.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity.proportion import Interval, checked_interval, proportion_interval

__all__ = ["CENSORED", "DIED", "RECOVERED", "CompetingRisks", "competing_risks"]

CENSORED, DIED, RECOVERED = 0, 1, 2
FEW = 10

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CompetingRisks:
    """Cumulative incidence of death and recovery, and the fatality it leads to.

    groups                             (groups,) names
    times                              (times,) days from onset or admission on which anybody died or recovered
    at_risk                            (groups, times) persons seen until then without either
    died, recovered                    (groups, times) F_1 and F_2
    died_variance, recovered_variance  (groups, times)
    died_low, died_high                (groups, times) interval of F_1 by log(-log)
    fatality, low, high                (groups,) nan where nobody's outcome is known
    persons, deaths, recoveries        (groups,) numbers; the rest is censored
    naive                              (groups,) deaths over persons: too low while some are still ill
    told                               (groups,) F_1 + F_2 at the last time: below 1 the longest stays are unseen
    few                                (groups,) True where fewer than 10 have died or fewer than 10 recovered: early
                                       those who recover are still to come, and the fatality looks high
    level                              probability that an interval is to cover
    """

    groups: tuple[str, ...]
    times: Array
    at_risk: Array
    died: Array
    recovered: Array
    died_variance: Array
    recovered_variance: Array
    died_low: Array
    died_high: Array
    fatality: Array
    low: Array
    high: Array
    persons: NDArray[np.int64]
    deaths: NDArray[np.int64]
    recoveries: NDArray[np.int64]
    naive: Array
    told: Array
    few: NDArray[np.bool_]
    level: float


def competing_risks(
    days: ArrayLike,
    outcome: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    group: Sequence[str] | NDArray[np.str_] | None = None,
    interval: Interval = "clopper_pearson",
    level: float = 0.95,
) -> CompetingRisks:
    """Aalen-Johansen estimate by group.

    days      (persons,) from onset (or admission) to death, recovery, or the last day on which neither was known:
              the date of the analysis less that of onset
    outcome   (persons,) 1 died, 2 recovered or discharged, 0 neither yet
    entry     (persons,) days after onset on which a person came under observation, where those who died before could
              not have been seen; all from the start if None
    group     (persons,) name of each person's age group, sex, place; the results are in order of first appearance
    raises    InvalidCounts, InvalidOption

    A person whose recovery is merely not recorded looks still ill: if recoveries are followed less than deaths, the
    fatality comes out too high. Censoring must not depend on how ill somebody is (discharge to die at home does).
    """
    checked_interval(interval, level)
    t, k, start, names, number = _checked(days, outcome, entry, group)
    G = len(names)
    times, column = np.unique(t[k != CENSORED], return_inverse=True)
    T = len(times)
    d = np.zeros((2, G, T))
    np.add.at(d, (k[k != CENSORED] - 1, number[k != CENSORED], column), 1)
    at_risk = np.stack([_at_risk(t[number == g], start[number == g], times) for g in range(G)]).reshape(G, T)
    F, V = _aalen_johansen(d, at_risk)
    died, recovered = F[:, :, 0], F[:, :, 1]
    z = float(ndtri(1 - (1 - level) / 2))
    died_low, died_high = _log_log(died, V[:, :, 0, 0], z)
    fatality, low, high, told = _final(F, V, d, interval, level)
    persons, deaths, recoveries = (
        np.bincount(number[chosen], minlength=G) for chosen in (k >= 0, k == DIED, k == RECOVERED)
    )
    return CompetingRisks(
        groups=names,
        times=times,
        at_risk=at_risk,
        died=died,
        recovered=recovered,
        died_variance=V[:, :, 0, 0],
        recovered_variance=V[:, :, 1, 1],
        died_low=died_low,
        died_high=died_high,
        fatality=fatality,
        low=low,
        high=high,
        persons=persons,
        deaths=deaths,
        recoveries=recoveries,
        naive=deaths / persons,
        told=told,
        few=np.minimum(deaths, recoveries) < FEW,
        level=float(level),
    )


def _aalen_johansen(d: Array, n: Array) -> tuple[Array, Array]:
    """F (groups, times, 2) and its covariances (groups, times, 2, 2)."""
    _, G, T = d.shape
    F, V = np.zeros((G, T, 2)), np.zeros((G, T, 2, 2))
    S, v = np.ones(G), np.zeros((G, 3, 3))  # the states are: neither, died, recovered
    for j in range(T):
        some = np.maximum(n[:, j], 1.0)
        h = (d[:, :, j] / some).T  # (groups, 2)
        M = np.broadcast_to(np.eye(3), (G, 3, 3)).copy()
        M[:, 0, 0] -= h.sum(axis=1)
        M[:, 0, 1:] += h
        step = np.concatenate([-h.sum(axis=1, keepdims=True), h], axis=1)
        D = np.zeros((G, 3, 3))
        D[:, 1, 1], D[:, 2, 2] = h[:, 0], h[:, 1]
        D[:, 0, 0], D[:, 0, 1], D[:, 0, 2] = h.sum(axis=1), -h[:, 0], -h[:, 1]
        D[:, 1, 0], D[:, 2, 0] = -h[:, 0], -h[:, 1]
        multinomial = (D - step[:, :, None] * step[:, None, :]) / some[:, None, None]
        v = np.einsum("gki,gkl,glj->gij", M, v, M) + (S * S)[:, None, None] * multinomial
        F[:, j] = (F[:, j - 1] if j else 0.0) + S[:, None] * h
        S = S * (1 - h.sum(axis=1))
        V[:, j] = v[:, 1:, 1:]
    return F, V


def _final(F: Array, V: Array, d: Array, interval: Interval, level: float) -> tuple[Array, Array, Array, Array]:
    G, T, _ = F.shape
    if T == 0:
        nothing = np.full(G, np.nan)
        return nothing, nothing, nothing, np.zeros(G)
    f, v = F[:, -1], V[:, -1]
    told = f.sum(axis=1)
    some = np.where(told > 0, told, 1.0)
    r = f[:, 0] / some
    slope = np.stack([f[:, 1], -f[:, 0]], axis=1) / (some * some)[:, None]
    variance = np.einsum("gi,gij,gj->g", slope, v, slope)
    ends = d.sum(axis=(0, 2))
    # All died or all recovered: the variance is 0, and the trials are those whose end is told.
    usable = (variance > 1e-15) & (r > 0) & (r < 1)
    trials = np.where(usable, r * (1 - r) / np.where(usable, variance, 1.0), ends)
    low, high = proportion_interval(r * trials, trials, interval=interval, level=level)
    r, low, high = (np.where(told > 0, y, np.nan) for y in (r, low, high))
    return r, low, high, told


def _log_log(F: Array, variance: Array, z: float) -> tuple[Array, Array]:
    inside = (F > 0) & (F < 1)
    p = np.where(inside, F, 0.5)
    half = z * np.sqrt(np.maximum(variance, 0)) / (p * -np.log(p))
    low, high = p ** np.exp(half), p ** np.exp(-half)
    return np.where(inside, low, F), np.where(inside, high, F)


def _at_risk(t: Array, start: Array, times: Array) -> Array:
    """Persons who came under observation before each time, or with it from the start, and end at it or later."""
    ended = np.searchsorted(np.sort(t), times, side="left")
    begun = np.searchsorted(np.sort(start), times, side="left")
    return (begun - ended).astype(np.float64)


def _checked(
    days: ArrayLike, outcome: ArrayLike, entry: ArrayLike | None, group: Sequence[str] | NDArray[np.str_] | None
) -> tuple[Array, NDArray[np.int64], Array, tuple[str, ...], NDArray[np.intp]]:
    t, k = np.asarray(days, dtype=np.float64), np.asarray(outcome)
    if t.ndim != 1 or not len(t) or k.shape != t.shape:
        raise InvalidCounts(f"days have shape {t.shape} and outcomes {k.shape}; both are (persons,), at least one")
    if not np.isfinite(t).all() or (t < 0).any():
        i = int(np.flatnonzero(~np.isfinite(t) | (t < 0))[0])
        raise InvalidCounts(
            f"person {i} has {t[i]:g} days to the outcome; it is 0 or more: correct an outcome before onset, and leave "
            "out whose onset is not known"
        )
    if not np.isin(k, (CENSORED, DIED, RECOVERED)).all():
        i = int(np.flatnonzero(~np.isin(k, (CENSORED, DIED, RECOVERED)))[0])
        raise InvalidOption(f"person {i} has outcome {k[i]!r}; it is 0 (neither yet), 1 (died) or 2 (recovered)")
    # From the start means before day 0, so that who dies on the day of onset was at risk.
    start = np.full(len(t), -1.0) if entry is None else np.asarray(entry, dtype=np.float64)
    if (
        start.shape != t.shape
        or not np.isfinite(start).all()
        or (start > t).any()
        or (start[k != CENSORED] == t[k != CENSORED]).any()
    ):
        raise InvalidCounts(
            "entry has another shape than days, holds no number, or somebody's outcome is not after their entry; "
            "a person is under observation before the outcome"
        )
    if group is None:
        return t, k.astype(np.int64), start, ("all",), np.zeros(len(t), dtype=np.intp)
    labels = [str(name) for name in group]
    if len(labels) != len(t):
        raise InvalidOption(f"group names {len(labels)} persons of {len(t)}; give one name each")
    if any(name in ("", "nan", "None") for name in labels):
        i = next(i for i, name in enumerate(labels) if name in ("", "nan", "None"))
        raise InvalidOption(f"person {i} has no group; name one for those of unknown age, or leave them out")
    names = tuple(dict.fromkeys(labels))
    numbers = {name: i for i, name in enumerate(names)}
    return t, k.astype(np.int64), start, names, np.array([numbers[name] for name in labels], dtype=np.intp)
