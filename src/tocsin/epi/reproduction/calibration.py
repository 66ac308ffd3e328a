"""How good estimates of R are where R is known: coverage, error, and ranks for simulation-based calibration.

Talts S, Betancourt M, Simpson D, Vehtari A, Gelman A (2018). Validating Bayesian inference algorithms with
simulation-based calibration. arXiv:1804.06788.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction.benchmark_simulations import benchmark_serial_interval
from tocsin.epi.reproduction.estimate import Reproduction
from tocsin.epi.reproduction.filter_models import FilterModels, hypotheses

__all__ = ["Agreement", "agreement", "epidemics_of_models", "levels_of_truth"]

ATTEMPTS = 200


@dataclass(frozen=True, slots=True)
class Agreement:
    """An estimate beside the truth, over all series and days that were estimated.

    coverage_95  share of true values within the 95 % interval
    coverage_50  within the 50 % interval
    rmse         root of the mean squared error of the mean
    rmse_each    mean over series of each one's root of the mean squared error
    width_95     mean width of the 95 % interval
    """

    coverage_95: float
    coverage_50: float
    rmse: float
    rmse_each: float
    width_95: float


def agreement(estimate: Reproduction, R: NDArray[np.float64], *, from_day: int = 9) -> Agreement:
    """Compare with the true R (series, days), on windows that end on `from_day` or later.

    raises  InvalidOption where the estimate lacks the levels 0.025, 0.25, 0.75 or 0.975
    """
    later = estimate.t_end >= from_day
    truth = R[:, estimate.t_end[later]]
    mean, q = estimate.mean[:, later], estimate.quantiles[:, later]
    there = np.isfinite(mean)
    low, low_50, high_50, high = (q[..., _level(estimate, level)] for level in (0.025, 0.25, 0.75, 0.975))
    squares = np.where(there, (mean - truth) ** 2, 0.0)
    with np.errstate(invalid="ignore"):
        within, within_50 = (low <= truth) & (truth <= high), (low_50 <= truth) & (truth <= high_50)
    return Agreement(
        coverage_95=float(within[there].mean()),
        coverage_50=float(within_50[there].mean()),
        rmse=float(np.sqrt(squares.sum() / there.sum())),
        rmse_each=float(np.sqrt(squares.sum(axis=1) / there.sum(axis=1)).mean()),
        width_95=float((high - low)[there].mean()),
    )


def levels_of_truth(estimate: Reproduction, R: NDArray[np.float64]) -> NDArray[np.float64]:
    """(series,) the level that the true R of the last window has in its posterior, by interpolation between quantiles.

    Uniform from 0 to 1 where posteriors are calibrated; beyond the outermost quantiles it is half way to 0 or 1.
    """
    q, levels = estimate.quantiles[:, -1], estimate.levels
    truth = R[:, estimate.t_end[-1]]
    return np.array(
        [
            np.interp(value, row, levels, left=levels[0] / 2, right=(1 + levels[-1]) / 2)
            for value, row in zip(truth, q, strict=True)
        ]
    )


def epidemics_of_models(
    models: FilterModels, series: int, days: int, rng: np.random.Generator, *, start: float = 60, most: float = 5000
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts and R (series, days), each series of one of the filter's own models, drawn by its prior.

    start   cases on the first day
    most    epidemics with more cases on a day, or after the first with less than one in five days, are drawn again: a
            choice by counts alone, which leaves posteriors calibrated
    raises  InvalidOption
    """
    table = hypotheses(models)
    counts, R = np.empty((0, days)), np.empty((0, days))
    for _ in range(ATTEMPTS):
        h = rng.choice(len(table.log_prior), series, p=np.exp(table.log_prior))
        x = models.start[0] + models.start[1] * rng.standard_normal(series)
        trend = np.sqrt(table.zeta2[h] / (1 - table.phi[h] ** 2)) * rng.standard_normal(series)
        k = np.where(table.inverse_k[h] > 0, 1 / np.maximum(table.inverse_k[h], 1e-12), np.inf)
        path = np.empty((days, series))
        for t in range(days):
            if t > 0:
                trend = table.phi[h] * trend + np.sqrt(table.zeta2[h]) * rng.standard_normal(series)
                jump = np.sqrt(table.jump_variance[h]) * (rng.random(series) < table.jump_p[h])
                x = x + trend + np.sqrt(table.eta2[h] + jump**2) * rng.standard_normal(series)
            path[t] = x * x / 4
        found = _counts(path, k, start, rng)
        kept = (found.max(axis=1) <= most) & (found.sum(axis=1) >= start + days / 5)
        counts, R = np.concatenate([counts, found[kept]]), np.concatenate([R, path.T[kept]])
        if len(counts) >= series:
            return counts[:series], R[:series]
    raise InvalidOption("hardly any epidemic of these models stays within the counts asked for; start lower")


def _counts(
    path: NDArray[np.float64], k: NDArray[np.float64], start: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Counts (series, days) from R (days, series), the days before taken to be like those since, as the filter does."""
    days, series = path.shape
    w = benchmark_serial_interval(days)[1:]
    found = np.full((series, days), float(start))
    for t in range(1, days):
        mean = path[t] * (found[:, :t][:, ::-1] @ w[:t]) / w[:t].sum()
        finite = np.isfinite(k)
        mean[finite] = rng.gamma(k[finite], mean[finite] / k[finite])
        found[:, t] = rng.poisson(np.minimum(mean, 1e9))
    return found


def _level(estimate: Reproduction, wanted: float) -> int:
    near = np.abs(estimate.levels - wanted)
    if near.min() > 1e-9:
        raise InvalidOption(f"the estimate has no quantile {wanted:g}; ask for it by levels")
    return int(near.argmin())
