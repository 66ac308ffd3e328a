"""Risks of ordered age groups that lend each other strength: a random walk of the logit over age.

Besag J, York J, Mollié A (1991). Bayesian image restoration, with two applications in spatial statistics. Annals of the
Institute of Statistical Mathematics 43:1-20. doi:10.1007/BF00116466, in one dimension and with a drift:

    x_a ~ Binomial(n_a, p_a)      logit p_a = logit p_a-1 + drift + e_a      e_a ~ Normal(0, sigma^2 gap_a)

The first group's risk has Jeffreys' prior, the drift a normal, sigma an exponential one that keeps 95 % below 1.5:
Simpson D, Rue H, Riebler A, Martins TG, Sørbye SH (2017). Penalising model component complexity: a principled,
practical approach to constructing priors. Statistical Science 32(1):1-28. doi:10.1214/16-STS576.

Nothing is sampled. The walk is a Markov chain: on a grid of logits its posterior follows by one pass forwards and one
backwards, for each sigma and drift of another grid; these are weighed by the likelihood they give. The drift is taken
off the logits first, so that one pass with one kernel serves all strata and drifts of a sigma. What the neighbours say
of a group is smooth; it is at last multiplied with the group's own likelihood on a finer grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, log_expit

from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.severity.by_age import age_counts, checked_ages
from tocsin.epi.severity.random_walk import walk_passes
from tocsin.epi.threads import over_chunks

__all__ = ["PooledRisk", "pooled_by_age"]

STEP = 0.1
PARTS = np.arange(-4, 5) / 9 * STEP  # of a cell, over which its likelihood is averaged
MOST_INFORMATION = 10_000.0  # that one group tells its neighbours: beyond it a cell is wider than the likelihood
FINE = 801
CHUNK = 8
LOWEST, HIGHEST = -15.0, 9.0
SIGMAS = np.geomspace(0.08, 2.5, 12)
SIGMA_RATE = -np.log(0.05) / 1.5
DRIFTS = np.arange(-4, 11) * 0.2
DRIFT_MEAN, DRIFT_SD = 0.5, 0.75

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PooledRisk:
    """Posterior risks by age.

    ages       (ages,) names
    estimate   (strata, ages) posterior mean
    quantiles  (strata, ages, levels)
    sigma      (strata,) posterior mean of the walk's standard deviation a group: small where groups say the same
    drift      (strata,) posterior mean of the rise of the logit from group to group
    levels     (levels,) probabilities of the quantiles
    """

    ages: tuple[str, ...]
    estimate: Array
    quantiles: Array
    sigma: Array
    drift: Array
    levels: Array


def pooled_by_age(
    events: ArrayLike,
    persons: ArrayLike,
    *,
    ages: Sequence[str] | None = None,
    positions: ArrayLike | None = None,
    quantiles: ArrayLike = LEVELS,
    jobs: int | None = None,
) -> PooledRisk:
    """Risks by age, each informed by those beside it.

    events     (strata, ages) or (ages,) deaths or severe cases
    persons    same shape: among whom they are counted. nan or 0 in both: the group is told from its neighbours
    ages       names of the groups, which must stand in order of age
    positions  (ages,) place of each group on the scale of age, in units of one usual group: for 0-4, 5-17, 18-49, 50+
               the middles in decades. One apart if None
    quantiles  (levels,)
    jobs       threads; all cores if None
    raises     InvalidCounts, InvalidOption

    Strata do not lend to each other. Not for groups without order (regions, professions), nor where the risk is known
    to turn sharply at a border of groups: the walk bends such an edge.
    """
    levels = checked_levels(quantiles)
    x, n = age_counts(np.atleast_2d(np.asarray(events)), np.atleast_2d(np.asarray(persons)), ("events", "persons"))
    if x.ndim != 2:
        raise InvalidCounts(f"events have shape {x.shape}; they are (strata, ages), or (ages,) for one")
    strata, groups = x.shape
    names = checked_ages(ages, groups)
    place = np.arange(groups, dtype=np.float64) if positions is None else np.asarray(positions, dtype=np.float64)
    if place.shape != (groups,) or not (np.diff(place) > 0).all():
        raise InvalidOption(
            f"positions are {place.tolist()}; give one for each of {groups} groups, increasing with age"
        )
    x, n = (np.where(np.isnan(x) | np.isnan(n), 0.0, y) for y in (x, n))
    estimate, found = np.empty((strata, groups)), np.empty((strata, groups, len(levels)))
    sigma, drift = np.empty((2, strata))

    def work(rows: slice) -> None:
        estimate[rows], found[rows], sigma[rows], drift[rows] = _posterior(x[rows], n[rows], place, levels)

    over_chunks(work, strata, jobs=jobs, chunk=CHUNK)
    return PooledRisk(names, estimate, found, sigma, drift, levels)


def _posterior(x: Array, n: Array, place: Array, levels: Array) -> tuple[Array, Array, Array, Array]:
    """Means, quantiles, and the means of sigma and drift, of a few strata."""
    eta = np.arange(LOWEST, HIGHEST + STEP / 2, STEP)
    # Logits of the first group; those of a later one are these plus the drift, and the likelihood is read there.
    moved = eta + DRIFTS[:, None, None] * (place - place[0])[None, :, None]  # (drifts, ages, eta)
    likelihood, peak = _likelihood(x, n, moved)
    first = np.exp((log_expit(eta) + log_expit(-eta)) / 2)
    shape = likelihood.shape
    rows = likelihood.reshape(shape[0], -1, shape[-1])
    steps = np.sqrt(np.diff(place))
    passes = [walk_passes(rows, first / first.sum(), sigma * steps, STEP) for sigma in SIGMAS]
    weights = np.stack([evidence for evidence, _ in passes]).reshape(-1, *shape[1:3]) + peak + _log_prior()[:, None, :]
    weights = np.exp(weights - weights.max(axis=(0, 2), keepdims=True))
    weights /= weights.sum(axis=(0, 2), keepdims=True)
    told = np.zeros_like(likelihood)
    for weight, (_, others) in zip(weights, passes, strict=True):
        told += weight[None, :, :, None] * others.reshape(shape)
    estimate, found = _summarised(told, likelihood, moved, x, n, levels)
    return (
        estimate,
        found,
        np.einsum("ksd,k->s", weights, SIGMAS),
        np.einsum("ksd,d->s", weights, DRIFTS),
    )


def _likelihood(x: Array, n: Array, moved: Array) -> tuple[Array, Array]:
    """(ages, strata, drifts, eta) averaged over each cell, and the logarithm taken out of all ages (strata, drifts)."""
    p = (x + 0.5) / (n + 1)
    less = np.minimum(1.0, MOST_INFORMATION / np.maximum(n * p * (1 - p), 1e-9))
    y, m = (x * less).T[:, :, None, None, None], (n * less).T[:, :, None, None, None]
    at = np.moveaxis(moved, 1, 0)[:, None, :, :, None] + PARTS
    found = np.exp(_binomial(y, m, at) - _binomial(y, m, np.log((y + 0.5) / (m - y + 0.5)))).mean(axis=-1)
    peak = found.max(axis=-1, keepdims=True)
    # A drift that leads out of the grid has no likelihood there.
    return found / np.maximum(peak, 1e-300), np.log(np.maximum(peak[..., 0], 1e-300)).sum(axis=0)


def _binomial(x: Array, n: Array, eta: Array) -> Array:
    found: Array = x * log_expit(eta) + (n - x) * log_expit(-eta)
    return found


def _log_prior() -> Array:
    """(sigmas, drifts); the grid of sigma is even in its logarithm, hence the second term."""
    sigma = -SIGMA_RATE * SIGMAS + np.log(SIGMAS)
    drift = -0.5 * ((DRIFTS - DRIFT_MEAN) / DRIFT_SD) ** 2
    found: Array = sigma[:, None] + drift[None, :]
    return found


def _summarised(told: Array, likelihood: Array, moved: Array, x: Array, n: Array, levels: Array) -> tuple[Array, Array]:
    """Means (strata, ages) and quantiles (strata, ages, levels)."""
    groups, strata = told.shape[:2]
    estimate, found = np.empty((strata, groups)), np.empty((strata, groups, len(levels)))
    for a in range(groups):
        at = moved[:, a]
        for s in range(strata):
            mass = told[a, s] * likelihood[a, s]
            inside = at[mass > 1e-9 * mass.max()]
            fine = np.linspace(inside.min() - STEP, inside.max() + STEP, FINE)
            others = sum(np.interp(fine, at[d], told[a, s, d], left=0, right=0) for d in range(len(at)))
            own = _binomial(x[s, a], n[s, a], fine)
            density = others * np.exp(own - own.max())
            # A sharp likelihood leaves few of these points: they are laid anew where it has anything.
            inside = fine[density > 1e-9 * density.max()]
            fine = np.linspace(inside.min() - STEP / 20, inside.max() + STEP / 20, FINE)
            others = sum(np.interp(fine, at[d], told[a, s, d], left=0, right=0) for d in range(len(at)))
            own = _binomial(x[s, a], n[s, a], fine)
            density = others * np.exp(own - own.max())
            below = np.cumsum(density) - density / 2
            estimate[s, a] = (density * expit(fine)).sum() / density.sum()
            found[s, a] = expit(np.interp(levels, below / density.sum(), fine))
    return estimate, found
