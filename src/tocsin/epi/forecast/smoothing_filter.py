"""The kernels of exponential smoothing with a damped trend, on a grid of its parameters: `exponential_smoothing`."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel
from tocsin.epi.forecast.renewal_filter import weigh

__all__ = ["follow", "simulate"]

TAIL = 5.0
"""Degrees of freedom of the one-step errors by which the grid is weighed."""


@inner_kernel
def _update(
    x: NDArray[np.float64], b: NDArray[np.float64], s: NDArray[np.float64], score: NDArray[np.float64], seen: float,
    alpha: NDArray[np.float64], beta: NDArray[np.float64], phi: NDArray[np.float64], forget: float,
) -> None:  # fmt: skip
    """One period of smoothing at each point of the grid; `seen` is nan where nothing was."""
    for g in range(len(x)):
        b[g] *= phi[g]
        x[g] += b[g]
        if np.isnan(seen):
            continue
        e = seen - x[g]
        score[g] = forget * score[g] - np.log(s[g]) - 0.5 * (TAIL + 1.0) * np.log1p(e * e / (TAIL * s[g] * s[g]))
        near = min(max(e, -4.0 * s[g]), 4.0 * s[g])
        s[g] = max(np.sqrt(0.95 * s[g] * s[g] + 0.05 * near * near), 0.005)
        x[g] += alpha[g] * near
        b[g] += beta[g] * near


@inner_kernel
def _go_on(
    x: NDArray[np.float64], b: NDArray[np.float64], weight: NDArray[np.float64], phi: NDArray[np.float64],
    offset: float, values: NDArray[np.float64],
) -> None:  # fmt: skip
    """Expected values of the periods ahead: level and trend of each grid point run on, logarithms averaged."""
    values[:] = 0.0
    for g in range(len(x)):
        reach, growth = x[g], b[g]
        for h in range(len(values)):
            growth *= phi[g]
            reach += growth
            values[h] += weight[g] * reach
    for h in range(len(values)):
        values[h] = max(np.exp(min(values[h], 30.0)) - offset, 0.0)


@kernel
def follow(
    level: NDArray[np.float64], factors: NDArray[np.float64], alpha: NDArray[np.float64], beta: NDArray[np.float64],
    phi: NDArray[np.float64], offset: float, forget: float, block: int, at_end: bool,
    past: NDArray[np.float64], path: NDArray[np.float64], weight: NDArray[np.float64],
    state: NDArray[np.float64], trend: NDArray[np.float64], spread: NDArray[np.float64],
) -> None:  # fmt: skip
    """Smooth each series on the grid; forecast from now and from past ends of blocks.

    past    out (series, origins, blocks) expected sum of each block after each origin, or its last value if `at_end`
    path    out (series, ahead) expected value of each period ahead
    weight, state, trend, spread   out (series, grid) of the grid's points now: weights, level and trend of the
            logarithm, standard deviation of its one-step error
    """
    periods, season = level.shape[1], factors.shape[1]
    origins, blocks, ahead = past.shape[1], past.shape[2], path.shape[1]
    score = np.empty(len(alpha))
    values = np.empty(max(ahead, blocks * block))
    for i in range(len(level)):
        x, b, s = state[i], trend[i], spread[i]
        past[i] = np.nan
        begin = 0
        while begin < periods - 1 and np.isnan(level[i, begin]):
            begin += 1
        x[:] = np.log(level[i, begin] + offset)
        b[:] = 0.0
        s[:] = 0.3
        score[:] = 0.0
        for t in range(begin, periods):
            if t > begin:
                _update(x, b, s, score, np.log(level[i, t] + offset), alpha, beta, phi, forget)
            j = (periods - 1 - t) // block
            if (periods - 1 - t) % block != 0 or j >= origins or (t - begin < 2 * block and j > 0):
                continue
            weigh(score, weight[i])
            _go_on(x, b, weight[i], phi, offset, values)
            for k in range(blocks):
                past[i, j, k] = 0.0
                for h in range((k + 1) * block - 1 if at_end else k * block, (k + 1) * block):
                    past[i, j, k] += values[h] * factors[i, (t + 1 + h) % season]
        for h in range(ahead):
            path[i, h] = values[h] * factors[i, (periods + h) % season]


@kernel
def simulate(
    factors: NDArray[np.float64], periods: int, alpha: NDArray[np.float64], beta: NDArray[np.float64],
    phi: NDArray[np.float64], offset: float, weight: NDArray[np.float64], state: NDArray[np.float64],
    trend: NDArray[np.float64], spread: NDArray[np.float64], rng: np.random.Generator, out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Draws (ahead, draws) of one series: grid point, then one-step errors fed back as in smoothing; whole numbers."""
    ahead, draws = out.shape
    season = len(factors)
    for d in range(draws):
        u = rng.random()
        g = 0
        while g < len(weight) - 1 and u > weight[g]:
            u -= weight[g]
            g += 1
        x, b = state[g], trend[g]
        for h in range(ahead):
            e = spread[g] * rng.standard_normal()
            b *= phi[g]
            x += b
            value = max(np.exp(min(x + e, 30.0)) - offset, 0.0) * factors[(periods + h) % season]
            out[h, d] = np.floor(value + 0.5)
            x += alpha[g] * e
            b += beta[g] * e
