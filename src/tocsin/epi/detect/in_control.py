"""The in-control mean of CUSUM and GLR charts: a seasonal log-linear model of the time before the chart.

log mu_t = b_0 (+ b_1 t) + sum over s of c_s cos(2 pi s t / year) + d_s sin(2 pi s t / year),
fitted by maximum likelihood for Poisson counts, or for negative binomial counts of variance
mu + alpha mu^2, with alpha given or estimated with the coefficients.

Lawless JF (1987). Negative binomial and mixed Poisson regression. Canadian Journal of Statistics
15(3):209-225. doi:10.2307/3314912
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import polygamma, psi

from tocsin.epi.compilation import kernel

__all__ = ["fit_alpha", "fit_mean", "parameters", "seasonal_design"]

Array = NDArray[np.float64]


def parameters(harmonics: int, trend: bool) -> int:
    return 1 + int(trend) + 2 * harmonics


def seasonal_design(periods: int, start: int, *, harmonics: int, trend: bool, periods_per_year: float) -> Array:
    """(periods, parameters); the trend runs from 0 to 1 over the `start` periods that are fitted."""
    t = np.arange(periods, dtype=np.float64)
    angle = 2 * np.pi / periods_per_year * t
    waves = [wave(s * angle) for s in range(1, harmonics + 1) for wave in (np.cos, np.sin)]
    return np.column_stack([np.ones(periods), *([t / start] if trend else []), *waves])


def fit_mean(y: Array, design: Array, alpha: NDArray[np.float64]) -> Array:
    """Coefficients (series, parameters) for y (series, periods) with nan left out.

    design  (periods, parameters), full column rank
    alpha   (series,) dispersion, 0 for Poisson
    returns nan where there are no more counts than parameters, no case, or no finite maximum
    """
    beta = np.empty((y.shape[0], design.shape[1]))
    _fit(y, np.ascontiguousarray(design), alpha, beta)
    return beta


def fit_alpha(y: Array, design: Array) -> tuple[Array, NDArray[np.float64]]:
    """Coefficients and dispersion that maximise the negative binomial likelihood together.

    alpha is 0 where the counts vary no more than Poisson counts would.
    """
    alpha = np.zeros(y.shape[0])
    beta = fit_mean(y, design, alpha)
    mu = np.exp(beta @ design.T)
    with np.errstate(invalid="ignore"):  # a series without a case has no mean
        excess = np.nansum((y - mu) ** 2 - y, axis=1) / np.nansum(mu * mu, axis=1)
    open_ = np.flatnonzero(excess > 0)
    alpha[open_] = excess[open_]
    for _ in range(100):
        if open_.size == 0:
            break
        beta[open_] = fit_mean(y[open_], design, alpha[open_])
        step = _alpha_step(y[open_], np.exp(beta[open_] @ design.T), 1 / alpha[open_])
        alpha[open_] *= np.exp(-step)
        vanished = alpha[open_] < 1e-9
        alpha[open_[vanished]] = 0.0
        beta[open_[vanished]] = fit_mean(y[open_[vanished]], design, alpha[open_[vanished]])
        open_ = open_[~vanished & (np.abs(step) > 1e-11)]
    return beta, alpha


def _alpha_step(y: Array, mu: Array, theta: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's step in log(theta), theta = 1 / alpha, at most 1 either way."""
    th = theta[:, np.newaxis]
    gradient = np.nansum(psi(y + th) - psi(th) + np.log(th / (th + mu)) + 1 - (y + th) / (mu + th), axis=1)
    curvature = np.nansum(
        polygamma(1, y + th) - polygamma(1, th) + 1 / th - 2 / (mu + th) + (y + th) / (mu + th) ** 2, axis=1
    )
    first, second = theta * gradient, theta * theta * curvature + theta * gradient
    with np.errstate(divide="ignore", invalid="ignore"):
        newton = np.where(second < 0, -first / second, np.sign(first))
    return np.asarray(np.clip(newton, -1.0, 1.0))


@kernel
def _fit(y: Array, design: Array, alpha: Array, beta: Array) -> None:
    """Iteratively reweighted least squares with halved steps, one series after the other."""
    for i in range(y.shape[0]):
        _fit_one(y[i], design, alpha[i], beta[i])


@kernel
def _fit_one(y: Array, design: Array, a: float, b: Array) -> None:
    n, cases = 0, 0.0
    for value in y:
        if not np.isnan(value):
            n, cases = n + 1, cases + value
    b[:] = 0.0
    b[0] = np.log(cases / n)
    goal = np.zeros(b.size)
    settled = n > b.size and cases > 0
    if settled:
        level = _log_likelihood(y, design, a, b)
        moved = 1.0
        for _ in range(100):
            if moved < 1e-12 or not _least_squares(y, design, a, b, goal):
                break
            level, moved = _step(y, design, a, b, goal, level)
        settled = moved < 1e-6  # else there is no maximum: the likelihood grows for ever as a mean goes to 0
    if not settled:
        b[:] = np.nan


@kernel
def _step(y: Array, design: Array, a: float, b: Array, goal: Array, level: float) -> tuple[float, float]:
    """Move b to goal, or as far that way as the likelihood grows; the new likelihood and how far it was."""
    reached = _log_likelihood(y, design, a, goal)
    for _ in range(30):
        if reached >= level - 1e-12 * abs(level):
            break
        for r in range(b.size):
            goal[r] = (goal[r] + b[r]) / 2
        reached = _log_likelihood(y, design, a, goal)
    moved = 0.0
    for r in range(b.size):
        moved = max(moved, abs(goal[r] - b[r]) / (1 + abs(b[r])))
        b[r] = goal[r]
    return reached, moved


@kernel
def _log_likelihood(y: Array, design: Array, a: float, b: Array) -> float:
    total = 0.0
    for t in range(y.size):
        if not np.isnan(y[t]):
            eta = 0.0
            for r in range(b.size):
                eta += design[t, r] * b[r]
            mu = np.exp(eta)
            total += y[t] * eta - (mu if a == 0 else (y[t] + 1 / a) * np.log1p(a * mu))
    return total


@kernel
def _least_squares(y: Array, design: Array, a: float, b: Array, goal: Array) -> bool:
    """Solve the weighted normal equations at b into goal; False if they are singular."""
    p = b.size
    A = np.zeros((p, p))
    goal[:] = 0.0
    for t in range(y.size):
        if not np.isnan(y[t]):
            eta = 0.0
            for r in range(p):
                eta += design[t, r] * b[r]
            mu = np.exp(eta)
            w = mu / (1 + a * mu)
            z = w * eta + (y[t] - mu) / (1 + a * mu)
            for r in range(p):
                goal[r] += design[t, r] * z
                for c in range(r + 1):
                    A[r, c] += w * design[t, r] * design[t, c]
    return _cholesky(A) and _back(A, goal)


@kernel
def _cholesky(A: Array) -> bool:
    """Replace the lower triangle of A by its Cholesky factor; False if A is singular."""
    for r in range(A.shape[0]):
        for c in range(r + 1):
            v = A[r, c]
            for k in range(c):
                v -= A[r, k] * A[c, k]
            if r == c and not v > 1e-14 * A[r, r]:
                return False
            A[r, c] = np.sqrt(v) if r == c else v / A[c, c]
    return True


@kernel
def _back(L: Array, v: Array) -> bool:
    """Solve L L' x = v in place."""
    p = v.size
    for r in range(p):
        for k in range(r):
            v[r] -= L[r, k] * v[k]
        v[r] /= L[r, r]
    for r in range(p - 1, -1, -1):
        for k in range(r + 1, p):
            v[r] -= L[k, r] * v[k]
        v[r] /= L[r, r]
    return True
