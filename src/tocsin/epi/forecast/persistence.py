"""What "as now" foretells, and what came: the kernels that lay past weeks side by side."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = ["outcomes", "persist"]


@kernel
def persist(
    level: NDArray[np.float64], factors: NDArray[np.float64], block: int, at_end: bool,
    past: NDArray[np.float64], path: NDArray[np.float64],
) -> None:  # fmt: skip
    """The mean of the last week stays; with `at_end` the last value does. Shapes as in `smoothing_filter.follow`."""
    periods, season = level.shape[1], factors.shape[1]
    origins = past.shape[1]
    for i in range(len(level)):
        for j in range(origins):
            t = periods - 1 - block * j
            past[i, j] = np.nan
            if t < block:
                continue
            total, known = 0.0, 0
            u = t
            while u >= 0 and known < (1 if at_end else block) and (u > t - 2 * block or known == 0):
                if not np.isnan(level[i, u]):
                    total += level[i, u]
                    known += 1
                u -= 1
            if known == 0:
                continue
            mean = total / known
            past[i, j] = mean if at_end else mean * block
            if j == 0:
                for h in range(path.shape[1]):
                    path[i, h] = mean * factors[i, (periods + h) % season]


@kernel
def outcomes(
    counts: NDArray[np.float64], level: NDArray[np.float64], block: int, at_end: bool, outcome: NDArray[np.float64]
) -> None:
    """(series, origins, blocks) what was counted in each week after each origin; nan where a part is not known."""
    periods = counts.shape[1]
    for i in range(len(counts)):
        for j in range(outcome.shape[1]):
            for b in range(outcome.shape[2]):
                outcome[i, j, b] = np.nan
                begin = periods - block * j + block * b
                if begin < 0 or begin + block > periods:
                    continue
                total = 0.0
                for t in range(begin + block - 1 if at_end else begin, begin + block):
                    total += counts[i, t] + 0.0 * level[i, t]
                outcome[i, j, b] = total
