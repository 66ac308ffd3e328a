"""The 42 scenarios of weekly counts with outbreaks of Noufaily et al.

Noufaily A, Enki DG, Farrington P, Garthwaite P, Andrews N, Charlett A (2013). An improved
algorithm for outbreak detection in multiple surveillance systems. Statistics in Medicine
32(7):1206-1222. doi:10.1002/sim.5595

A series has 624 weeks. In week t = 1 ... 624 its ordinary cases are negative binomial with
variance phi mu_t, Poisson if phi is 1, and

    log mu_t = theta + beta t + sum over j = 1 ... m of gamma1 cos(2 pi j t / 52) + gamma2 sin(2 pi j t / 52)

Weeks 1-312 are for training and have no outbreak. In weeks 313-575 four outbreaks begin, in
different weeks, each with k drawn from 2, 3, 5 and 10; in weeks 576-624, the current ones, one
outbreak begins with k drawn from 1 ... 10. An outbreak that begins in week s has
Poisson(k sqrt(phi mu_s)) cases; each falls floor(x) weeks later, log x ~ N(0, 0.5^2), and cases
after week 624 are not seen. An outbreak may have no case at all, the more so where mu is small.

Inside the functions the symbols are the paper's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.simulate.labelled import LabelledSeries

__all__ = ["SCENARIOS", "WEEKS", "Scenario", "noufaily", "scenario_mean"]

WEEKS = 624
"""Length of a series."""

_TRAINING = 312
_CURRENT = 575
"""Index of the first current week, number 576."""

_BASELINE_OUTBREAKS = 4
_BASELINE_K = np.array([2, 3, 5, 10])
_CURRENT_K = np.arange(1, 11)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the 42 combinations of level, dispersion, trend and seasonality.

    number     1 ... 42, as in the paper
    theta      log of the mean, before trend and season
    phi        variance over mean
    beta       trend on the log scale, per week; 0 for none
    gamma1     coefficient of the cosines
    gamma2     coefficient of the sines
    harmonics  m: 0 for no season, 1 for a yearly wave, 2 for a half-yearly one on top
    """

    number: int
    theta: float
    phi: float
    beta: float
    gamma1: float
    gamma2: float
    harmonics: int


#        theta   phi   beta    gamma1 gamma2
_LEVELS = (
    (0.10, 1.5, 0.0025, 0.60, 0.60),
    (-2.00, 2.0, 0.0050, 0.10, 0.30),
    (1.50, 1.0, 0.0030, 0.20, -0.40),
    (0.50, 5.0, 0.0020, 0.50, 0.50),
    (2.50, 3.0, 0.0010, 1.00, 0.10),
    (3.75, 1.1, 0.0010, 0.10, -0.10),
    (5.00, 1.2, 0.0001, 0.05, 0.01),
)


def _scenarios() -> tuple[Scenario, ...]:
    """Each level without and with its trend, and in each case without season, with one wave, and with two."""
    combined = [
        (theta, phi, beta * trend, gamma1 * (m > 0), gamma2 * (m > 0), m)
        for theta, phi, beta, gamma1, gamma2 in _LEVELS
        for trend in (0, 1)
        for m in (0, 1, 2)
    ]
    return tuple(Scenario(number, *values) for number, values in enumerate(combined, 1))


SCENARIOS = _scenarios()


def scenario_mean(scenario: Scenario) -> NDArray[np.float64]:
    """(624,) mu_t: the ordinary cases expected in each week."""
    t = np.arange(1, WEEKS + 1)
    eta = scenario.theta + scenario.beta * t
    for j in range(1, scenario.harmonics + 1):
        angle = 2 * np.pi * j * t / 52
        eta = eta + scenario.gamma1 * np.cos(angle) + scenario.gamma2 * np.sin(angle)
    mu: NDArray[np.float64] = np.exp(eta)
    return mu


def noufaily(replicates: int, rng: np.random.Generator) -> LabelledSeries:
    """Draw each of the 42 scenarios `replicates` times.

    replicates  draws of each scenario, at least 1
    rng         source of all randomness
    returns     42 * replicates series of 624 weeks: all scenarios of the first replicate, then of
                the second, and so on. The target is the current outbreak and the last 49 weeks are
                to be evaluated. `parameters` holds `k` and `start`, (series,), the target's multiple and
                the index of its first week, and `earlier_k` and `earlier_start`, (series, 4), those of
                the outbreaks before
    raises      InvalidOption if replicates is less than 1
    """
    if replicates < 1:
        raise InvalidOption(f"replicates is {replicates}; each scenario must be drawn at least once")
    mu = np.array([scenario_mean(scenario) for scenario in SCENARIOS])
    phi = np.array([scenario.phi for scenario in SCENARIOS])
    baseline = _ordinary_cases(mu, phi, replicates, rng)

    series = len(SCENARIOS) * replicates
    sd = np.tile(np.sqrt(phi[:, np.newaxis] * mu), (replicates, 1))
    earlier_start = _TRAINING + _distinct(_CURRENT - _TRAINING, _BASELINE_OUTBREAKS, series, rng)
    earlier_k = rng.choice(_BASELINE_K, earlier_start.shape)
    earlier = _outbreaks(earlier_start, earlier_k, sd, rng)
    start = rng.integers(_CURRENT, WEEKS, (series, 1))
    k = rng.choice(_CURRENT_K, (series, 1))
    current = _outbreaks(start, k, sd, rng)
    return LabelledSeries(
        baseline=baseline,
        outbreak_cases=earlier + current,
        target_cases=current,
        evaluate=np.arange(_CURRENT, WEEKS),
        scenario=np.tile([scenario.number for scenario in SCENARIOS], replicates),
        parameters={"k": k[:, 0], "start": start[:, 0], "earlier_k": earlier_k, "earlier_start": earlier_start},
    )


def _ordinary_cases(
    mu: NDArray[np.float64], phi: NDArray[np.float64], replicates: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """(replicates * 42, 624) cases outside outbreaks, variance phi mu."""
    cases = np.empty((replicates, *mu.shape), dtype=np.int32)
    for i, phi_i in enumerate(phi):
        shape = (replicates, mu.shape[1])
        if phi_i == 1:
            cases[:, i] = rng.poisson(mu[i], shape)
        else:
            cases[:, i] = rng.negative_binomial(mu[i] / (phi_i - 1), 1 / phi_i, shape)
    return cases.reshape(-1, mu.shape[1])


def _distinct(among: int, number: int, series: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """(series, number) different values of 0 ... among - 1, all choices equally likely."""
    return np.argpartition(rng.random((series, among)), number, axis=1)[:, :number]


def _outbreaks(
    starts: NDArray[np.integer], k: NDArray[np.integer], sd: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int32]:
    """(series, 624) cases of outbreaks that begin in weeks `starts` with k times the sd of that week.

    starts, k  (series, outbreaks) index of the first week, and the multiple
    sd         (series, 624) standard deviation of the ordinary cases
    """
    sizes = rng.poisson(k * np.take_along_axis(sd, starts, axis=1))
    total = int(sizes.sum())
    series = np.repeat(np.arange(len(starts)), sizes.sum(axis=1))
    week = np.repeat(starts.ravel(), sizes.ravel()) + np.floor(rng.lognormal(0.0, 0.5, total)).astype(np.intp)
    seen = week < WEEKS
    cell = series[seen] * WEEKS + week[seen]
    return np.bincount(cell, minlength=sd.size).reshape(sd.shape).astype(np.int32)
