"""The three simulated epidemics on which estimators of R in real time are compared.

Steyn N, Parag KV (2025). Robust uncertainty quantification in popular estimators of the instantaneous reproduction
number. American Journal of Epidemiology. doi:10.1093/aje/kwaf165; parameters from its repository
nicsteyn2/RobustRtEstimators. 100 days after 100 cases a day; the serial interval is the density of a gamma with shape
2.3669 and scale 2.7463 at 1, 2 ... 100 days, divided by its sum; counts are Poisson with mean R_t Lambda_t.

    random walk   R_t normal about R_t-1 with sd eta sqrt(R_t-1), within 0.1 to 5, from 1; eta = 0.1;
                  only epidemics of 2 to 4,999 cases each day
    sinusoidal    R_t = 1 + 0.5 sin(2 pi t / 21)
    step change   2/3 for 27 days, then 3/2 and 2/3 by turns of 28 days
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption

__all__ = ["SIMULATIONS", "Epidemics", "benchmark_epidemics", "benchmark_serial_interval", "epidemics"]

DAYS = 100
START = 100  # cases on each day before
MEMORY = {"random walk": 20, "sinusoidal": 50, "step change": 50}
SIMULATIONS = tuple(MEMORY)
ATTEMPTS = 1000


@dataclass(frozen=True, slots=True)
class Epidemics:
    """Simulated counts and what was behind them.

    counts  (series, days) cases
    R       (series, days) reproduction number
    """

    counts: NDArray[np.float64]
    R: NDArray[np.float64]


def benchmark_serial_interval(longest: int = DAYS) -> NDArray[np.float64]:
    """(longest + 1,) probability of 0, 1 ... days."""
    s = np.arange(1.0, longest + 1)
    density = s**1.3669 * np.exp(-s / 2.7463)
    return np.concatenate([[0.0], density / density.sum()])


def benchmark_epidemics(
    simulation: str, series: int, rng: np.random.Generator, *, dispersion: float = np.inf, **parameters: float
) -> Epidemics:
    """Draw epidemics of one of `SIMULATIONS`.

    series      how many
    dispersion  k of negative binomial counts; inf for Poisson, as published
    parameters  eta of the random walk; amplitude and period (days) of the sinusoid; low, high and every (days) of the
                steps
    raises      InvalidOption
    """
    if simulation not in MEMORY:
        raise InvalidOption(f"simulation is {simulation!r}; there are {', '.join(SIMULATIONS)}")
    memory = MEMORY[simulation]
    if simulation == "random walk":
        return _random_walk(series, rng, memory, dispersion, **parameters)
    R = np.tile((_sinusoid if simulation == "sinusoidal" else _steps)(**parameters), (series, 1))
    return Epidemics(epidemics(lambda t, _: R[:, t], series, DAYS, memory, START, dispersion, rng)[0], R)


def epidemics(
    R_of: Callable[[int, NDArray[np.float64] | None], NDArray[np.float64]],
    series: int,
    days: int,
    memory: int,
    start: float,
    dispersion: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts and R (series, days); `R_of(day, R of the day before)` gives each day's R (series,)."""
    w = benchmark_serial_interval()[1 : memory + 1]
    counts = np.full((series, days + memory), float(start))
    R = np.empty((series, days))
    before: NDArray[np.float64] | None = None
    for t in range(days):
        before = R_of(t, before)
        R[:, t] = before
        mean = before * (counts[:, t : t + memory][:, ::-1] @ w)
        if not np.isinf(dispersion):
            mean = rng.gamma(dispersion, mean / dispersion)
        counts[:, t + memory] = rng.poisson(np.minimum(mean, 1e9))
    return counts[:, memory:], R


def _random_walk(series: int, rng: np.random.Generator, memory: int, dispersion: float, eta: float = 0.1) -> Epidemics:
    def step(_: int, before: NDArray[np.float64] | None) -> NDArray[np.float64]:
        last = np.ones(series) if before is None else before
        found = rng.normal(last, eta * np.sqrt(last))
        while (out := (found < 0.1) | (found > 5)).any():
            found[out] = rng.normal(last[out], eta * np.sqrt(last[out]))
        return found

    counts, R = [], []
    for _ in range(ATTEMPTS):
        c, r = epidemics(step, series, DAYS, memory, START, dispersion, rng)
        kept = (c.min(axis=1) > 1) & (c.max(axis=1) < 5000)
        counts.append(c[kept])
        R.append(r[kept])
        if sum(map(len, counts)) >= series:
            return Epidemics(np.concatenate(counts)[:series], np.concatenate(R)[:series])
    raise InvalidOption(f"with eta = {eta:g} hardly any epidemic keeps to 2 to 4,999 cases a day; lower it")


def _sinusoid(amplitude: float = 0.5, period: float = 21) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 + amplitude * np.sin(2 * np.pi * np.arange(DAYS) / period)
    return found


def _steps(low: float = 2 / 3, high: float = 3 / 2, every: float = 28) -> NDArray[np.float64]:
    return np.where((np.arange(1, DAYS + 1) // int(every)) % 2 == 1, high, low)
