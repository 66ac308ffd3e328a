"""The filter of the renewal forecast: what log R is at each period, on a grid of how fast it drifts and counts scatter.

See `renewal_forecast` for the model and its equation. This file holds its kernels.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel

__all__ = ["follow", "prepare", "simulate", "weigh"]

OFFSET = 1.0
"""Cases added before a logarithm is taken."""

OFFSET_OF_LEVEL = 4.0
"""Added where a leap is sought or a level compared, so that single cases say little."""

TAIL = 5.0
"""Degrees of freedom of the one-step errors by which the grid is weighed."""

NORMAL = 0.73
"""Squared scale of Student's t with 5 degrees of freedom that fits normal errors of variance 1 best."""


@inner_kernel
def _pressure(z: NDArray[np.float64], t: int, w: NDArray[np.float64]) -> float:
    """Lambda_t = sum over s >= 1 of w_s z_t-s, at least a hundredth of a case."""
    total = 0.0
    for s in range(1, min(len(w), t + 1)):
        total += w[s] * z[t - s]
    return max(total, 0.01)


@kernel
def prepare(
    level: NDArray[np.float64], w: NDArray[np.float64], phi: float, gain: float,
    z: NDArray[np.float64], pressure: NDArray[np.float64], first: NDArray[np.int64],
) -> None:  # fmt: skip
    """Fill z, level with gaps filled and leaps drawn near; pressure, the Lambda of z; first, where z begins."""
    periods = level.shape[1]
    for i in range(len(level)):
        first[i] = periods
        r, scale, reached = 0.0, 0.4, 0.0
        for t in range(periods):
            y = level[i, t]
            z[i, t] = 0.0
            pressure[i, t] = 0.01
            if first[i] == periods:
                if not np.isnan(y):
                    first[i] = t
                    z[i, t] = y
                continue
            # Before a series begins its level is taken to have been what it was at first: 0 would make R large.
            reached += w[t - first[i]] if t - first[i] < len(w) else 0.0
            Lambda = _pressure(z[i], t, w) / max(reached, 1e-6)
            pressure[i, t] = Lambda
            r *= phi
            mu = np.exp(r) * Lambda
            if np.isnan(y):
                z[i, t] = mu
                continue
            e = np.log((y + OFFSET_OF_LEVEL) / (mu + OFFSET_OF_LEVEL))
            near = min(max(e, -5.0 * scale), 5.0 * scale)
            z[i, t] = y if near == e else (mu + OFFSET_OF_LEVEL) * np.exp(near) - OFFSET_OF_LEVEL
            z[i, t] = max(z[i, t], 0.0)
            scale = max(0.95 * scale + 0.0625 * min(abs(e), 4.0 * scale), 0.02)
            r += gain * mu / (mu + OFFSET_OF_LEVEL) * near


@inner_kernel
def _update(
    r: NDArray[np.float64], P: NDArray[np.float64], score: NDArray[np.float64], z: float, Lambda: float,
    missing: bool, sigma: NDArray[np.float64], scatter: NDArray[np.float64], phi: float, forget: float,
) -> None:  # fmt: skip
    """One period of the extended Kalman filter, of log((z + offset) / (mu + offset)), at each point of the grid."""
    for g in range(len(r)):
        r[g] *= phi
        P[g] = phi * phi * P[g] + sigma[g] * sigma[g]
        if missing:
            continue
        mu = np.exp(r[g]) * Lambda
        H = mu / (mu + OFFSET)
        V = (mu + scatter[g] * mu * mu) / ((mu + OFFSET) * (mu + OFFSET))
        S = H * H * P[g] + V
        e = np.log((z + OFFSET) / (mu + OFFSET))
        score[g] = forget * score[g] - 0.5 * np.log(S) - 0.5 * (TAIL + 1.0) * np.log1p(e * e / (TAIL * NORMAL * S))
        limit = 4.0 * np.sqrt(S)
        r[g] += P[g] * H / S * min(max(e, -limit), limit)
        P[g] *= 1.0 - P[g] * H * H / S


@inner_kernel
def weigh(score: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
    """Weights in proportion to exp(score)."""
    top, total = score[0], 0.0
    for g in range(len(score)):
        top = max(top, score[g])
    for g in range(len(score)):
        weight[g] = np.exp(score[g] - top)
        total += weight[g]
    for g in range(len(score)):
        weight[g] /= total


@inner_kernel
def _go_on(
    y: NDArray[np.float64], t: int, steps: int, w: NDArray[np.float64], r: float, phi: float, pull: float, usual: float
) -> None:
    """Write the expected level of the `steps` periods after t into y, which holds the level up to t."""
    for h in range(1, steps + 1):
        Lambda = _pressure(y, t + h, w)
        r = phi * r - (1.0 - phi) * pull * (np.log(Lambda + OFFSET_OF_LEVEL) - usual)
        y[t + h] = np.exp(r) * Lambda


@kernel
def follow(
    level: NDArray[np.float64], z: NDArray[np.float64], pressure: NDArray[np.float64], first: NDArray[np.int64],
    factors: NDArray[np.float64], w: NDArray[np.float64], sigma: NDArray[np.float64], scatter: NDArray[np.float64],
    phi: float, forget: float, pull: float, block: int, memory: float,
    of_state: NDArray[np.float64], of_drift: NDArray[np.float64],
    past: NDArray[np.float64], unsure: NDArray[np.float64], path: NDArray[np.float64],
    weight: NDArray[np.float64], mean: NDArray[np.float64], variance: NDArray[np.float64], usual: NDArray[np.float64],
) -> None:  # fmt: skip
    """Filter each series on the grid (sigma_g, scatter_g); forecast from now and from past ends of blocks.

    memory    what each period counts for in the long-run level that R pulls towards
    past      out (series, origins, blocks) expected counts of the blocks after each origin; origin 0 is now
    of_state, of_drift   (blocks,) variance of the logarithm of a block's count for each unit of variance of log R now
              and of a step's drift
    unsure    out (series, origins, blocks) variance of the logarithm of `past` that log R now and its drift leave open
    path      out (series, ahead) expected counts of each period ahead
    weight, mean, variance   out (series, grid) of the grid's points now: weights, mean and variance of log R
    usual     out (series,) log of the level that R pulls towards
    """
    periods, season = level.shape[1], factors.shape[1]
    origins, blocks, ahead = past.shape[1], past.shape[2], path.shape[1]
    score = np.empty(len(sigma))
    y = np.empty(periods + max(ahead, blocks * block))
    for i in range(len(level)):
        r, P = mean[i], variance[i]
        r[:] = 0.0
        P[:] = 0.04
        score[:] = 0.0
        past[i] = np.nan
        unsure[i] = np.nan
        long_run, seen = 0.0, 0.0
        usual[i] = 0.0
        for t in range(first[i], periods):
            if t > first[i]:
                Lambda = pressure[i, t]
                _update(r, P, score, z[i, t], Lambda, np.isnan(level[i, t]), sigma, scatter, phi, forget)
                seen += memory * (1.0 - seen)
                long_run += memory * (np.log(Lambda + OFFSET_OF_LEVEL) - long_run)
                usual[i] = long_run / seen
            j = (periods - 1 - t) // block
            if (periods - 1 - t) % block != 0 or j >= origins or (t - first[i] < 2 * block and j > 0):
                continue
            weigh(score, weight[i])
            centre, open_state, open_drift = 0.0, 0.0, 0.0
            for g in range(len(sigma)):
                centre += weight[i, g] * r[g]
                open_drift += weight[i, g] * sigma[g] * sigma[g]
            for g in range(len(sigma)):
                open_state += weight[i, g] * (P[g] + (r[g] - centre) * (r[g] - centre))
            for u in range(max(0, t - len(w)), t + 1):
                y[u] = z[i, u]
            _go_on(y, t, max(ahead, blocks * block) if j == 0 else blocks * block, w, centre, phi, pull, usual[i])
            for b in range(blocks):
                unsure[i, j, b] = open_state * of_state[b] + open_drift * of_drift[b]
                past[i, j, b] = 0.0
                for h in range(b * block + 1, (b + 1) * block + 1):
                    past[i, j, b] += y[t + h] * factors[i, (t + h) % season]
        for h in range(ahead):
            path[i, h] = y[periods + h] * factors[i, (periods + h) % season]


@kernel
def simulate(
    z: NDArray[np.float64], factors: NDArray[np.float64], w: NDArray[np.float64], weight: NDArray[np.float64],
    mean: NDArray[np.float64], variance: NDArray[np.float64], usual: float, sigma: NDArray[np.float64],
    scatter: NDArray[np.float64], phi: float, pull: float, rng: np.random.Generator, out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Draws (ahead, draws) of one series from the model: grid point, log R now, its drift, and counts."""
    ahead, draws = out.shape
    periods, season, W = len(z), len(factors), len(w)
    kept = min(W, periods)
    y = np.empty(kept + ahead)
    for t in range(kept):
        y[t] = z[periods - kept + t]
    for d in range(draws):
        u = rng.random()
        g = 0
        while g < len(weight) - 1 and u > weight[g]:
            u -= weight[g]
            g += 1
        r = mean[g] + np.sqrt(variance[g]) * rng.standard_normal()
        for h in range(ahead):
            Lambda = _pressure(y, kept + h, w)
            r = (
                phi * r
                - (1.0 - phi) * pull * (np.log(Lambda + OFFSET_OF_LEVEL) - usual)
                + sigma[g] * rng.standard_normal()
            )
            factor = factors[(periods + h) % season]
            rate = min(np.exp(min(r, 10.0)) * Lambda * factor, 1e12)
            if scatter[g] > 0.0:
                rate *= rng.standard_gamma(1.0 / scatter[g]) * scatter[g]
            count = float(rng.poisson(rate))
            out[h, d] = count
            y[kept + h] = count / factor
