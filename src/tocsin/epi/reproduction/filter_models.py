"""The models of how R changes from day to day that the filter weighs against each other.

Parag KV (2021). Improved estimation of time-varying reproduction numbers at low case incidence and between epidemic
waves. PLoS Computational Biology 17(9):e1009347. doi:10.1371/journal.pcbi.1009347: R follows a random walk with
standard deviation eta sqrt(R). Steyn N, Parag KV (2025). Robust uncertainty quantification in popular estimators of
the instantaneous reproduction number. American Journal of Epidemiology. doi:10.1093/aje/kwaf165: eta is unknown and
must be marginalised.

On x = 2 sqrt(R) that walk has steps of standard deviation eta whatever R is. Of x there are three kinds of model here:

    walk    x_t = x_t-1 + eta e_t
    trend   x_t = x_t-1 + s_t + eta e_t,   s_t = phi s_t-1 + zeta d_t: what rises goes on rising for a while
    jump    a walk of small eta that with probability p a day jumps by a normal of standard deviation `jump_sd`

Each with counts that are Poisson, or negative binomial with variance mu + mu^2 / k.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction.filter_pass import COLUMNS, MEAN_X, VAR_S, VAR_X, WEIGHT

__all__ = ["JUMP_COMPONENTS", "FilterModels", "Hypotheses", "hypotheses"]

JUMP_COMPONENTS = 6
"""Normals that a jump model keeps: one for each of the likeliest days of the last jump."""


@dataclass(frozen=True, slots=True)
class FilterModels:
    """Values that the filter's unknowns may take, and how likely they are beforehand.

    Each kind of model has its weight, shared out evenly over its values.

    walk_eta      sd a day of x = 2 sqrt(R)
    trend_eta     of a walk beside the trend
    trend_zeta    sd a day of the change of x a day
    trend_phi     how much of that change remains a day later, 0 to below 1
    jump_eta      sd a day of x between jumps
    jump_p        probability of a jump a day
    jump_sd       sd of a jump of x
    weights       of walk, trend and jump
    dispersion    k of the negative binomial, inf for Poisson, each with its weight
    start         mean and sd of x before the first count
    """

    walk_eta: Sequence[float] = (0.04, 0.07, 0.085, 0.095, 0.105, 0.12, 0.15, 0.2, 0.3)
    trend_eta: Sequence[float] = (0.01, 0.05)
    trend_zeta: Sequence[float] = (0.01, 0.02, 0.04, 0.08)
    trend_phi: Sequence[float] = (0.95,)
    jump_eta: Sequence[float] = (0.005, 0.02)
    jump_p: Sequence[float] = (0.01, 0.03)
    jump_sd: float = 0.7
    weights: tuple[float, float, float] = (6.0, 1.0, 0.2)
    dispersion: Sequence[tuple[float, float]] = ((np.inf, 0.6), (50.0, 0.2), (15.0, 0.12), (5.0, 0.08))
    start: tuple[float, float] = (2.5, 1.5)

    def of_dispersion(self, k: float) -> "FilterModels":
        """The same with the negative binomial's k known; inf for Poisson."""
        if not k > 0:
            raise InvalidOption(f"dispersion is {k!r}; it is above 0, inf for Poisson, or 'estimate'")
        return FilterModels(
            self.walk_eta, self.trend_eta, self.trend_zeta, self.trend_phi, self.jump_eta, self.jump_p, self.jump_sd,
            self.weights, ((float(k), 1.0),), self.start,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """All combinations, a row each.

    eta2, zeta2, phi, jump_p, jump_variance  (H,) as in `FilterModels`, squared where they are sd
    inverse_k                                (H,) 1 / k, 0 for Poisson
    capacity                                 (H,) normals that the state's distribution is made of
    log_prior                                (H,)
    """

    eta2: NDArray[np.float64]
    zeta2: NDArray[np.float64]
    phi: NDArray[np.float64]
    jump_p: NDArray[np.float64]
    jump_variance: NDArray[np.float64]
    inverse_k: NDArray[np.float64]
    capacity: NDArray[np.int64]
    log_prior: NDArray[np.float64]

    def before_the_first_day(
        self, start: tuple[float, float]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        """States (H, normals, COLUMNS), how many normals (H,) and weights (H,) as `filter_series` takes them."""
        H = len(self.eta2)
        states = np.zeros((H, int(self.capacity.max()) + 1, COLUMNS))
        states[:, 0, WEIGHT] = 1.0
        states[:, 0, MEAN_X] = start[0]
        states[:, 0, VAR_X] = start[1] ** 2
        states[:, 0, VAR_S] = self.zeta2 / (1 - self.phi**2)
        return states, np.ones(H, dtype=np.int64), np.exp(self.log_prior)


def hypotheses(models: FilterModels) -> Hypotheses:
    """All combinations of the values of `models`. Raises InvalidOption."""
    _check(models)
    walk = [(eta, 0.0, 0.0, 0.0) for eta in models.walk_eta]
    trend = [(e, z, f, 0.0) for z in models.trend_zeta for f in models.trend_phi for e in models.trend_eta]
    jump = [(eta, 0.0, 0.0, p) for eta in models.jump_eta for p in models.jump_p]
    rows = []
    for k, likely in models.dispersion:
        for kind, weight in zip((walk, trend, jump), models.weights, strict=True):
            for eta, zeta, phi, p in kind if weight > 0 else ():
                rows.append((eta**2, zeta**2, phi, p, 0.0 if np.isinf(k) else 1 / k, weight * likely / len(kind)))
    eta2, zeta2, phi, jump_p, inverse_k, prior = np.array(rows, dtype=np.float64).T.copy()
    return Hypotheses(
        eta2=eta2,
        zeta2=zeta2,
        phi=phi,
        jump_p=jump_p,
        jump_variance=np.where(jump_p > 0, models.jump_sd**2, 0.0),
        inverse_k=inverse_k,
        capacity=np.where(jump_p > 0, JUMP_COMPONENTS, 1).astype(np.int64),
        log_prior=np.log(prior / prior.sum()),
    )


def _check(models: FilterModels) -> None:
    for name in ("walk_eta", "trend_eta", "trend_zeta", "jump_eta"):
        values = np.asarray(getattr(models, name), dtype=np.float64)
        if not len(values) or not ((values > 0) & np.isfinite(values)).all():
            raise InvalidOption(f"{name} of the models is {getattr(models, name)!r}; give standard deviations above 0")
    if not all(0 <= phi < 1 for phi in models.trend_phi) or not models.trend_phi:
        raise InvalidOption(f"trend_phi of the models is {models.trend_phi!r}; it is from 0 to below 1")
    if not all(0 < p < 1 for p in models.jump_p) or not models.jump_p:
        raise InvalidOption(f"jump_p of the models is {models.jump_p!r}; it is between 0 and 1")
    if not models.jump_sd > 0 or not models.start[1] > 0:
        raise InvalidOption("jump_sd and the second figure of start are standard deviations, above 0")
    if min(models.weights) < 0 or not sum(models.weights) > 0:
        raise InvalidOption(f"weights of the models are {models.weights!r}; they are 0 or above, and not all 0")
    if not all(k > 0 and weight > 0 for k, weight in models.dispersion) or not models.dispersion:
        raise InvalidOption(f"dispersion of the models is {models.dispersion!r}; it is pairs of k and weight, above 0")
