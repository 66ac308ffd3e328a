"""An outbreak that goes from place to place: a stochastic renewal process, with delays until cases are seen.

Fraser C (2007). Estimating individual and household reproduction numbers in an emerging epidemic. PLoS ONE 2(8):e758.
doi:10.1371/journal.pone.0000758. The equation is its renewal equation, for several places that infect each other:

    mu_t,j = a_t,j + sum over i of M_i,j R_t,i sum over s >= 1 of w_s I_t-s,i

The number infected on day t in place j, I_t,j, is Poisson with mean mu_t,j, or negative binomial with variance
mu + mu^2 / k. a are infections brought from outside, which come as they are given and are not drawn. Each of the
infected falls ill after an incubation period and is reported a reporting delay after that, independently.

Nobody becomes immune: it is the beginning of an outbreak, small beside the population. Days are numbered from 0.
Inside the functions the symbols are those of the equation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays import checked_delay
from tocsin.epi.errors import InvalidCounts, InvalidOption

__all__ = ["Control", "SimulatedOutbreak", "expected_infections", "renewal_outbreak", "reproduction_by_day"]

MOST_INFECTED = 10_000_000
"""On one day: an outbreak that grows beyond it was given an R that no outbreak has for so long."""


@dataclass(frozen=True, slots=True)
class Control:
    """What changes transmission from a day on: R is `factor` times what it was before, in these places.

    from_day  first day; day 0 is the simulation's first
    factor    0 and above; below 1 for what slows an outbreak
    places    numbers of the places; empty for all
    """

    from_day: int
    factor: float
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SimulatedOutbreak:
    """Who was infected, fell ill and was reported when.

    infections  (days, places) infected on each day
    place       (cases,) number of each case's place; cases are in order of infection, within a day of place
    infected    (cases,) day of infection
    onset       (cases,) day on which they fall ill, which may lie after the last simulated day
    reported    (cases,) day on which they are reported, likewise
    """

    infections: NDArray[np.int64]
    place: NDArray[np.intp]
    infected: NDArray[np.int64]
    onset: NDArray[np.int64]
    reported: NDArray[np.int64]

    def incidence(self) -> NDArray[np.int64]:
        """(days, places) cases by day of onset, of all who are infected until the last day."""
        counts = np.zeros_like(self.infections)
        within = self.onset < len(counts)
        np.add.at(counts, (self.onset[within], self.place[within]), 1)
        return counts


def reproduction_by_day(R: float, *, days: int, places: int, controls: Sequence[Control] = ()) -> NDArray[np.float64]:
    """(days, places) R of those who are infectious on each day: controls of one place multiply.

    R        cases that one infects if nothing is done, 0 and above
    raises   InvalidOption
    """
    _require_size(days, places)
    if not 0 <= R < np.inf:
        raise InvalidOption(f"R is {R:g}; a reproduction number is 0 or above")
    found = np.full((days, places), float(R))
    for control in controls:
        if not 0 <= control.factor < np.inf:
            raise InvalidOption(f"a control has factor {control.factor:g}; R is multiplied by 0 or more")
        if control.from_day < 0:
            raise InvalidOption(f"a control begins on day {control.from_day}; the first day is 0")
        if strange := [number for number in control.places if not 0 <= number < places]:
            raise InvalidOption(f"a control is of place {strange[0]}; places are numbered from 0 to {places - 1}")
        where = list(control.places) or slice(None)
        found[control.from_day :, where] *= control.factor
    return found


def expected_infections(
    R: ArrayLike, *, mixing: ArrayLike, generation_time: ArrayLike, imported: ArrayLike
) -> NDArray[np.float64]:
    """(days, places) the mean of `renewal_outbreak` over all its chances: the equation with its own means put in.

    Arguments and refusals are those of `renewal_outbreak`.
    """
    R, M, w, a = _checked(R, mixing, generation_time, imported)
    mu = np.zeros_like(R)
    for t in range(len(R)):
        mu[t] = a[t] + _pressure(mu, t, w) * R[t] @ M
    return mu


def renewal_outbreak(
    R: ArrayLike,
    *,
    mixing: ArrayLike,
    generation_time: ArrayLike,
    incubation_period: ArrayLike,
    reporting_delay: ArrayLike,
    imported: ArrayLike,
    dispersion: float = np.inf,
    rng: np.random.Generator,
) -> SimulatedOutbreak:
    """Draw one outbreak.

    R                  (days, places) reproduction number by the day on which others are infected and the place of
                       those who infect
    mixing             (places, places) M_i,j: share of those infected by cases of place i who are infected in place j;
                       a row adds up to 1, or to less where some are infected elsewhere
    generation_time    (S,) probability of 0, 1 ... days from infection to infecting; that of 0 days is 0
    incubation_period  (S,) probability of 0, 1 ... days from infection to onset
    reporting_delay    (S,) probability of 0, 1 ... days from onset to report
    imported           (days, places) infections brought from outside, whole numbers
    dispersion         k: the smaller, the more the days of one mean differ; inf draws from Poisson
    rng                source of all randomness
    raises             InvalidOption; InvalidDelay; InvalidCounts of `imported`, and where more than 10 million are
                       infected on a day
    """
    R, M, w, a = _checked(R, mixing, generation_time, imported)
    incubation = checked_delay("incubation_period", incubation_period)
    reporting = checked_delay("reporting_delay", reporting_delay)
    if not dispersion > 0:
        raise InvalidOption(f"dispersion is {dispersion:g}; it is above 0, and inf for none")
    I = np.zeros(R.shape, dtype=np.int64)  # noqa: E741 - the equation's symbol
    for t in range(len(R)):
        mu = _pressure(I, t, w) * R[t] @ M
        if mu.max() > MOST_INFECTED:
            raise InvalidCounts(
                f"on day {t} {mu.max():.3g} are expected to be infected in one place, more than {MOST_INFECTED:,}; "
                "lower R, or simulate fewer days"
            )
        I[t] = a[t] + _drawn(mu, dispersion, rng)
    place, infected = _each(I)
    onset = infected + rng.choice(len(incubation), len(place), p=incubation)
    reported = onset + rng.choice(len(reporting), len(place), p=reporting)
    return SimulatedOutbreak(infections=I, place=place, infected=infected, onset=onset, reported=reported)


def _pressure(I: NDArray[np.int64] | NDArray[np.float64], t: int, w: NDArray[np.float64]) -> NDArray[np.float64]:  # noqa: E741
    """(places,) sum over s >= 1 of w_s I_t-s."""
    reach = min(t, len(w) - 1)
    found: NDArray[np.float64] = w[1 : reach + 1] @ I[t - reach : t][::-1]
    return found


def _drawn(mu: NDArray[np.float64], k: float, rng: np.random.Generator) -> NDArray[np.int64]:
    if np.isinf(k):
        return rng.poisson(mu)
    return rng.negative_binomial(k, k / (k + mu))


def _each(I: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:  # noqa: E741
    """Place and day of each of the infected."""
    days, places = I.shape
    cell = np.repeat(np.arange(days * places), I.ravel())
    return cell % places, (cell // places).astype(np.int64)


def _require_size(days: int, places: int) -> None:
    if days < 1 or places < 1:
        raise InvalidOption(f"{days} days and {places} places were asked for; an outbreak has at least one of each")


def _checked(
    R: ArrayLike, mixing: ArrayLike, generation_time: ArrayLike, imported: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    R, M, a = (np.asarray(given, dtype=np.float64) for given in (R, mixing, imported))
    if R.ndim != 2:
        raise InvalidOption(f"R has shape {R.shape}; it is (days, places)")
    days, places = R.shape
    _require_size(days, places)
    if not np.isfinite(R).all() or (R < 0).any():
        raise InvalidOption(f"R holds {R[~np.isfinite(R) | (R < 0)][0]:g}; a reproduction number is 0 or above")
    if M.shape != (places, places):
        raise InvalidOption(f"mixing has shape {M.shape}; for {places} places it is ({places}, {places})")
    if not np.isfinite(M).all() or (M < 0).any():
        raise InvalidOption(f"mixing holds {M[~np.isfinite(M) | (M < 0)][0]:g}; shares are from 0 to 1")
    if (M.sum(axis=1) > 1 + 1e-9).any():
        row = int(M.sum(axis=1).argmax())
        raise InvalidOption(f"row {row} of mixing adds up to {M[row].sum():g}; shares of one place add up to at most 1")
    if a.shape != R.shape:
        raise InvalidCounts(f"imported has shape {a.shape}; it is that of R, {R.shape}")
    if not np.isfinite(a).all() or (a < 0).any() or (a != np.floor(a)).any():
        raise InvalidCounts(
            f"imported holds {a[~np.isfinite(a) | (a < 0) | (a != np.floor(a))][0]:g}; "
            "infections are whole numbers, 0 or above"
        )
    return R, M, checked_delay("generation_time", generation_time, shortest=1), a.astype(np.int64)
