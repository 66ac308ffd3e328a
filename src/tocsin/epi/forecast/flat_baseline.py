"""The flat baseline of the forecast hubs: tomorrow is as today, and changes are as large as they ever were.

Cramer EY, Ray EL, Lopez VK, et al. (2022). Evaluation of individual and ensemble probabilistic forecasts of COVID-19
mortality in the United States. PNAS 119(15):e2113561119. doi:10.1073/pnas.2113561119 (COVIDhub-baseline)

    y_T+h = y_T + d_1 + ... + d_h,    d drawn from all past one-step differences and their negatives

drawn from the line between their order statistics; each horizon's draws are moved so that their median is y_T, and
those below 0 are set to 0.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flat", "fit_flat"]


@dataclass(frozen=True, slots=True)
class Flat:
    """last (series,) last counts; differences, for each series, of consecutive counts, sorted, with their negatives."""

    last: NDArray[np.float64]
    differences: list[NDArray[np.float64]]

    def draw(self, i: int, rng: np.random.Generator, out: NDArray[np.float64]) -> None:
        """Fill out (ahead, draws)."""
        d = self.differences[i]
        steps = np.interp(rng.random(out.shape), np.linspace(0.0, 1.0, len(d)), d) if len(d) else np.zeros(out.shape)
        walked = np.cumsum(steps, axis=0)
        np.maximum(walked - np.median(walked, axis=1, keepdims=True) + self.last[i], 0.0, out=out)


def fit_flat(counts: NDArray[np.float64]) -> Flat:
    """counts (series, periods); a difference across a gap is none, and the last count is the last there is."""
    last, differences = np.zeros(len(counts)), []
    for i, y in enumerate(counts):
        known = y[~np.isnan(y)]
        last[i] = max(known[-1], 0.0) if len(known) else 0.0
        d = np.diff(y)
        d = d[~np.isnan(d)]
        differences.append(np.sort(np.concatenate([d, -d])))
    return Flat(last, differences)
