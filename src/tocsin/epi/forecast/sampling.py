"""Draws from a calibrated forecast, and quantiles of draws."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = ["SHAPE", "draw_counts", "draw_values", "quantiles", "sums"]

TAIL = 4.0
"""Degrees of freedom of a path's deviation: epidemics turn more often than a normal distribution allows."""

SHAPE = 0.05
"""Exponent of the scale on which deviations are symmetrical: near a logarithm, with less weight far above."""


@kernel
def draw_counts(
    path: NDArray[np.float64], deviation: NDArray[np.float64], scatter: float, rng: np.random.Generator,
    out: NDArray[np.float64],
) -> None:  # fmt: skip
    """Draws (ahead, draws) of one series' counts around `path` (ahead,), with `deviation` (ahead,) of its logarithm.

    A path strays by independent steps that add up, all scaled by one draw of Student's t; a count is negative binomial
    about it, with variance mean + scatter mean^2.
    """
    _draw(path, deviation, scatter, True, rng, out)


@kernel
def draw_values(
    path: NDArray[np.float64], deviation: NDArray[np.float64], rng: np.random.Generator, out: NDArray[np.float64]
) -> None:
    """As `draw_counts`, without the noise of counting."""
    _draw(path, deviation, 0.0, False, rng, out)


@kernel
def _draw(
    path: NDArray[np.float64], deviation: NDArray[np.float64], scatter: float, counted: bool,
    rng: np.random.Generator, out: NDArray[np.float64],
) -> None:  # fmt: skip
    ahead, draws = out.shape
    for d in range(draws):
        scale = np.sqrt((TAIL - 2.0) / (2.0 * rng.standard_gamma(TAIL / 2.0)))
        strayed, before = 0.0, 0.0
        for h in range(ahead):
            s = deviation[h]
            if s >= before:
                strayed += np.sqrt((s - before) * (s + before)) * rng.standard_normal()
            else:
                strayed *= s / before
            before = s
            rate = path[h] * max(1.0 + SHAPE * scale * strayed, 0.0) ** (1.0 / SHAPE)
            if counted:
                rate = min(rate, 1e12)
                if scatter > 0.0:
                    rate *= rng.standard_gamma(1.0 / scatter) * scatter
                rate = float(rng.poisson(rate))
            out[h, d] = rate


@kernel
def sums(draws: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Add up consecutive rows of (ahead, draws) into the rows of out (ahead / n, draws)."""
    n = len(draws) // len(out)
    for b in range(len(out)):
        for d in range(draws.shape[1]):
            total = 0.0
            for h in range(n):
                total += draws[b * n + h, d]
            out[b, d] = total


@kernel
def quantiles(draws: NDArray[np.float64], levels: NDArray[np.float64], out: NDArray[np.float64]) -> None:
    """Quantiles of each row of draws (ahead, draws), between order statistics as NumPy's: out (ahead, levels)."""
    n = draws.shape[1]
    for h in range(len(draws)):
        row = np.sort(draws[h])
        for q in range(len(levels)):
            at = levels[q] * (n - 1)
            low = int(at)
            high = min(low + 1, n - 1)
            out[h, q] = row[low] + (at - low) * (row[high] - row[low])
