"""Delays estimated from line lists: both dates known by windows of days, the last cases not all there yet.

Reich NG, Lessler J, Cummings DAT, Brookmeyer R (2009). Estimating incubation period distributions with coarse data.
Statistics in Medicine 28(22):2769-2784. doi:10.1002/sim.3659: the double interval censored likelihood.
Park SW, Akhmetzhanov AR, Charniga K et al. (2024). Estimating epidemiological delay distributions for infectious
diseases. medRxiv. doi:10.1101/2024.01.12.24301247: the same with right truncation, and what leaving it out costs.

The likelihood is in `likelihood`, in closed form; it is maximised for every stratum by itself. Intervals are Wald's,
on the logarithmic scale (of a normal's mean and quantiles on the natural one) from the observed information.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.delays.distribution import DelayDistribution
from tocsin.epi.delays.families import Array, Family, FamilyName, family_of
from tocsin.epi.delays.likelihood import log_likelihood, windows
from tocsin.epi.delays.line_list import CaseWindows, case_windows, summed
from tocsin.epi.delays.maximum import maximum, slopes
from tocsin.epi.errors import InvalidOption

__all__ = ["FittedDelay", "compare_families", "fit_delay"]

LEAST_CASES = 5  # two parameters of fewer say nothing
MOST_UNSURE = 1.5  # standard error of a logarithm: the interval's ends are then 20 times more and less


@dataclass(frozen=True, slots=True, eq=False)
class FittedDelay:
    """Delays estimated for each stratum.

    family          as asked for
    strata          (strata,) their names; "all" where there was one
    distribution    its mean and sd (strata,) in days; nan where a stratum has fewer than 5 cases, no maximum, or
                    intervals that would say nothing
    estimate        (strata, 2) the family's parameters, those above 0 as logarithms
    covariance      (strata, 2, 2) of `estimate`, the inverse of the observed information
    log_likelihood  (strata,)
    cases           (strata,) that the estimate is of
    left_out        (strata,) cases without one of the dates
    converged       (strata,) whether there is an estimate
    """

    family: FamilyName
    strata: NDArray[np.str_]
    distribution: DelayDistribution
    estimate: NDArray[np.float64]
    covariance: NDArray[np.float64]
    log_likelihood: NDArray[np.float64]
    cases: NDArray[np.float64]
    left_out: NDArray[np.float64]
    converged: NDArray[np.bool_]

    @property
    def aic(self) -> NDArray[np.float64]:
        """(strata,) Akaike's criterion; the smaller, the better the family."""
        return 4 - 2 * self.log_likelihood

    def mean_interval(self, level: float = 0.95) -> NDArray[np.float64]:
        """(strata, 2) days, lower and upper end."""
        return self._interval(lambda free: _moments(self.family, free)[0], level, positive=self._positive)

    def sd_interval(self, level: float = 0.95) -> NDArray[np.float64]:
        """(strata, 2) days, lower and upper end."""
        return self._interval(lambda free: _moments(self.family, free)[1], level, positive=True)

    def quantile_interval(self, share: float, level: float = 0.95) -> NDArray[np.float64]:
        """(strata, 2) days, lower and upper end of the delay's quantile at `share`."""
        known, p = family_of(self.family), np.asarray(_share("share", share))
        return self._interval(
            lambda free: known.quantile(*known.from_free(free), p), level, positive=self._positive
        )  # fmt: skip

    def draws(self, size: int, *, rng: np.random.Generator) -> DelayDistribution:
        """Distributions of mean and sd (size, strata) that the data leave possible: normal about the estimate."""
        if size < 1:
            raise InvalidOption(f"size is {size}; draw at least one")
        z = rng.standard_normal((size, len(self.strata), 2))
        known = np.where(self.converged[:, None, None], self.covariance, np.eye(2))
        root = np.linalg.cholesky(known)
        free = np.where(self.converged[:, None], self.estimate, 0.0) + np.einsum("sij,nsj->nsi", root, z)
        mean, sd = _moments(self.family, free)
        for moment in (mean, sd):
            moment[:, ~self.converged] = np.nan
        return DelayDistribution(self.family, mean, sd)

    @property
    def _positive(self) -> bool:
        return family_of(self.family).positive

    def _interval(self, of: Callable[[Array], Array], level: float, *, positive: bool) -> Array:
        z = ndtri((1 + _share("level", level)) / 2)
        with np.errstate(all="ignore"):
            centre = of(self.estimate)
            slope = slopes(lambda free: np.log(of(free)) if positive else of(free), self.estimate)
            half = z * np.sqrt(np.einsum("si,sij,sj->s", slope, self.covariance, slope))
            ends = np.stack([-half, half], axis=-1)
            found = centre[:, None] * np.exp(ends) if positive else centre[:, None] + ends
        return np.where(self.converged[:, None], found, np.nan)


def fit_delay(
    first: ArrayLike,
    first_last: ArrayLike | None,
    second: ArrayLike,
    second_last: ArrayLike | None,
    *,
    family: FamilyName = "gamma",
    as_of: ArrayLike | None = None,
    since: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    names: tuple[str, str] = ("first", "second"),
) -> FittedDelay:
    """The delay from a first to a second event, of each stratum.

    first        (cases,) first day on which the first event can have been; dates, or whole numbers of days; NaT (nan)
                 where not known, and the case is left out
    first_last   (cases,) last such day; None where it is the same
    second       (cases,) first day of the second event, second_last the last
    family       "gamma", "lognormal", "weibull"; "normal" where the second may come before the first
    as_of        last day of the second event that is known: of everybody, or (cases,). Leave out None only where
                 all whose first event is in the list had time for the second: else the delay comes out too short
    since        first day of the second event from which on it is known, likewise; None for no such bound
    stratum      (cases,) names of strata
    cases        (cases,) how many cases a row stands for; 1 if None
    names        of the two events, for messages
    returns      one estimate a stratum, in the order of their names
    raises       InvalidDates of dates that are no windows, that contradict each other or `as_of` or `since`;
                 InvalidOption, InvalidDelay

    First events are taken to be as likely on any day of their window. Wide windows of exposure in fast growth, of
    which the last days are the likelier ones, make an incubation period come out too long.
    """
    known = family_of(family)
    given = case_windows(
        first, first_last, second, second_last, as_of=as_of, since=since, stratum=stratum, cases=cases, names=names,
        ordered=known.positive,
    )  # fmt: skip
    size = len(given.strata)
    estimate, covariance = np.full((size, 2), np.nan), np.full((size, 2, 2), np.nan)
    likelihood, converged = np.full(size, np.nan), np.zeros(size, dtype=bool)
    total = summed(given.stratum, given.cases, size)
    order = np.argsort(given.stratum, kind="stable")
    bounds = np.searchsorted(given.stratum[order], np.arange(size + 1))
    for number in range(size):
        rows = order[bounds[number] : bounds[number + 1]]
        if total[number] < LEAST_CASES:
            continue
        found = _fitted(known, given, rows)
        if found is not None:
            estimate[number], covariance[number], likelihood[number] = found
            converged[number] = True
    mean, sd = (np.where(converged, moment, np.nan) for moment in _moments(family, estimate))
    return FittedDelay(
        family=family,
        strata=given.strata,
        distribution=DelayDistribution(family, mean, sd),
        estimate=estimate,
        covariance=covariance,
        log_likelihood=likelihood,
        cases=total,
        left_out=given.left_out,
        converged=converged,
    )


def compare_families(
    first: ArrayLike,
    first_last: ArrayLike | None,
    second: ArrayLike,
    second_last: ArrayLike | None,
    *,
    families: Sequence[FamilyName] = ("gamma", "lognormal", "weibull"),
    as_of: ArrayLike | None = None,
    since: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    names: tuple[str, str] = ("first", "second"),
) -> tuple[FittedDelay, ...]:
    """`fit_delay` with each family, the one with the smallest sum of Akaike's criterion first.

    A family without a maximum in some stratum comes after those with one in all. Raises as `fit_delay`.
    """
    if not families:
        raise InvalidOption("families is empty; give at least one")
    fits = [
        fit_delay(
            first, first_last, second, second_last, family=family, as_of=as_of, since=since, stratum=stratum,
            cases=cases, names=names,
        )
        for family in families
    ]  # fmt: skip
    return tuple(sorted(fits, key=lambda fit: (int((~fit.converged).sum()), float(np.nansum(fit.aic)))))


def _fitted(family: Family, given: CaseWindows, rows: NDArray[np.intp]) -> tuple[Array, Array, float] | None:
    known = windows(
        given.width[rows],
        given.low[rows],
        given.high[rows],
        given.cases[rows],
        known_from=None if given.known_from is None else given.known_from[rows],
        known_until=None if given.known_until is None else given.known_until[rows],
    )

    def value(free: Array) -> Array:
        with np.errstate(all="ignore"):
            return log_likelihood(family, free, known)

    at, bend, found = maximum(value, _start(family, given, rows))
    if not found:
        return None
    covariance = np.asarray(np.linalg.inv(bend), dtype=np.float64)
    if _unsure(family, at, covariance):
        return None
    return at, covariance, float(value(at[None])[0])


def _start(family: Family, given: CaseWindows, rows: NDArray[np.intp]) -> Array:
    """By the moments of what lies between the middles of the windows."""
    middle = (given.low[rows] + given.high[rows] - given.width[rows]) / 2
    weight = given.cases[rows]
    mean = float(np.average(middle, weights=weight))
    sd = float(np.sqrt(np.average((middle - mean) ** 2, weights=weight)))
    least = 0.3 if family.positive else mean
    return family.to_free(*family.native(np.asarray(max(mean, least)), np.asarray(max(sd, 0.3))))


def _unsure(family: Family, at: Array, covariance: Array) -> bool:
    """Whether the data leave anything possible: a spread of nothing within a day, or a mean of thousands of years."""
    with np.errstate(all="ignore"):
        slope = slopes(lambda free: np.log(family.moments(*family.from_free(free))[1]), at)
        variance = slope @ covariance @ slope
        if family.positive:
            slope = slopes(lambda free: np.log(family.moments(*family.from_free(free))[0]), at)
            variance = max(variance, slope @ covariance @ slope)
    return not variance < MOST_UNSURE**2


def _moments(family: FamilyName, free: Array) -> tuple[Array, Array]:
    known = family_of(family)
    with np.errstate(all="ignore"):
        mean, sd = known.moments(*known.from_free(free))
    return np.array(mean), np.array(sd)


def _share(name: str, value: float) -> float:
    if not 0 < value < 1:
        raise InvalidOption(f"{name} is {value:g}; it lies between 0 and 1")
    return float(value)
