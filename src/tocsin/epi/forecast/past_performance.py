"""What past errors teach a forecast: how much each method is to be trusted, and how wide the whole has to be.

Both look only at forecasts whose outcome was known at the time: from an origin `b` blocks back, those of a horizon of
up to `b` blocks. All errors are of logarithms, log((outcome + 1) / (forecast + 1)), recent ones counting more.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel

__all__ = ["combine", "widths"]

HALF_LIFE_OF_TRUST = 10.0
HALF_LIFE_OF_WIDTH = 8.0
"""Blocks after which an error counts half."""

PRIOR_ERRORS = 3.0
"""How many past errors the prior is worth."""

SHARPNESS = 8.0
"""Weights go with mean past error to this power, so that a method twice as wrong has next to none."""

WORST = 16.0
"""Squared error, over what is expected of it, that one outcome counts as at the most."""

OFFSET_OF_TRUST = 3.0


@kernel
def combine(
    past: NDArray[np.float64], outcome: NDArray[np.float64], prior: NDArray[np.float64],
    together: NDArray[np.float64], weight: NDArray[np.float64],
) -> None:  # fmt: skip
    """Weighted geometric mean of methods at every origin, by weights that use what was known at that origin.

    past      (methods, series, origins, blocks) forecasts
    outcome   (series, origins, blocks) what came; nan where it is not known yet
    prior     (methods,) weights while nothing is known of their errors
    together  out (series, origins, blocks)
    weight    out (series, blocks, methods) of origin 0, now
    """
    methods, _, origins, blocks = past.shape
    loss, share = np.empty(methods), np.empty(methods)
    for i in range(past.shape[1]):
        for b in range(blocks):
            for j in range(origins):
                loss[:] = 0.0
                known = 0.0
                for earlier in range(j + b + 1, origins):
                    y = outcome[i, earlier, b]
                    there = not np.isnan(y)
                    for k in range(methods):
                        there = there and not np.isnan(past[k, i, earlier, b])
                    if not there:
                        continue
                    w = 0.5 ** ((earlier - j - b - 1) / HALF_LIFE_OF_TRUST)
                    known += w
                    for k in range(methods):
                        loss[k] += w * abs(_log_error(max(y, 0.0), past[k, i, earlier, b], OFFSET_OF_TRUST))
                common = 0.0
                for k in range(methods):
                    common += loss[k] / methods
                common = (common + PRIOR_ERRORS * 0.3) / (known + PRIOR_ERRORS)
                total = 0.0
                for k in range(methods):
                    own = (loss[k] + PRIOR_ERRORS * common) / (known + PRIOR_ERRORS)
                    share[k] = prior[k] * (max(own, 0.01) / common) ** -SHARPNESS
                    total += share[k]
                logarithm = 0.0
                for k in range(methods):
                    share[k] /= total
                    logarithm += share[k] * np.log(past[k, i, j, b] + 1.0)
                together[i, j, b] = np.exp(logarithm) - 1.0
                if j == 0:
                    for k in range(methods):
                        weight[i, b, k] = share[k]


@kernel
def widths(
    past: NDArray[np.float64], outcome: NDArray[np.float64], usual: NDArray[np.float64], poisson: float,
    width: NDArray[np.float64],
) -> None:  # fmt: skip
    """How far forecasts were from outcomes, in units of what is usual.

    past     (series, origins, blocks) forecasts
    outcome  (series, origins, blocks)
    usual    (series, origins, blocks) variance of the logarithm that is expected beside counting noise
    poisson  1 where values are counts, 0 where they are not
    width    out (series, blocks)
    """
    for i in range(len(past)):
        for b in range(past.shape[2]):
            squares, known = PRIOR_ERRORS, PRIOR_ERRORS
            for j in range(1, past.shape[1]):
                y, m = outcome[i, j, b], past[i, j, b]
                if np.isnan(y) or np.isnan(m):
                    continue
                e = _log_error(max(y, 0.0), m, 1.0)
                shrunk = m / (m + 1.0)
                expected = usual[i, j, b] * shrunk * shrunk + poisson * (m + 0.05) / ((m + 1.0) * (m + 1.0))
                w = 0.5 ** ((j - b - 1) / HALF_LIFE_OF_WIDTH)
                squares += w * min(e * e / max(expected, 1e-9), WORST)
                known += w
            width[i, b] = np.sqrt(squares / known)


@inner_kernel
def _log_error(y: float, m: float, offset: float) -> float:
    return float(np.log((y + offset) / (m + offset)))
