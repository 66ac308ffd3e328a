"""How far a screening is from what the machine can do: its bytes and its arithmetic, counted and measured.

The arithmetic of Farrington flexible is counted from the loops of `epi.detect.quasi_poisson`: for
each pass over the reference rows, or over the groups, the multiplications, additions and divisions that one row or
group of one series takes (a division counts as one). The number of iterations is measured on a sample by a plain fit.
"""

import time

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.detect.panel import panel
from tocsin.epi.detect.reference_periods import flexible_reference

# Operations a row and series: sums of the data; one step with a trend; residuals; search for outliers.
DATA, STEP, RESIDUALS, OUTLIERS = 15, 8, 19, 16
# Operations a group and series in one step: exp, score, deviance, solution.
GROUP_STEP = 28 + 6 + 6 + 14
# Two tails of the negative binomial by continued fraction, about twelve steps of about fifteen operations each.
LIMITS = 2 * 12 * 15


def iterations(counts: NDArray[np.int32]) -> tuple[float, int, int]:
    """Mean number of steps of the plain fit with a trend over a sample; rows and groups of its design."""
    data = panel(counts, None, 1, first=0)
    design = flexible_reference(
        data, counts.shape[1] - 1, years_back=5, half_window=3, seasonal_periods=10, skip_recent=26, periods_per_year=52
    )
    X = np.column_stack([np.eye(design.n_groups)[design.group], design.t - design.t.mean()])
    steps = [_steps(y[design.row].astype(float), X) for y in counts]
    return float(np.mean(steps)), design.row.size, design.n_groups


def _steps(y: NDArray[np.float64], X: NDArray[np.float64]) -> int:
    mu, before = y + 0.1, np.inf
    eta = np.log(mu)
    for step in range(1, 26):
        z = eta + (y - mu) / mu
        root = np.sqrt(mu)
        eta = X @ np.linalg.lstsq(X * root[:, None], z * root, rcond=None)[0]
        mu = np.maximum(np.exp(eta), 1e-300)
        now = 2 * float(np.sum(y * np.log(np.where(y > 0, y / mu, 1.0)) - (y - mu)))
        if abs(now - before) < 1e-8 * (abs(now) + 0.1):
            return step
        before = now
    return 25


def operations(steps: float, rows: int, groups: int) -> float:
    """Arithmetic operations a series: two fits, the second without the sums of the data."""
    fit = steps * (rows * STEP + groups * GROUP_STEP) + rows * RESIDUALS
    return rows * DATA + 2 * fit + rows * OUTLIERS + LIMITS


@kernel
def _multiply_add(x: NDArray[np.float64], times: int) -> None:
    for _ in range(times):
        for i in range(x.size):
            a = x[i]
            # Eight dependent pairs an element, as in a polynomial; elements are independent.
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            a = a * 0.999 + 0.001
            x[i] = a


def operations_a_second() -> float:
    """What one core reaches on the friendliest vector code, multiplications and additions counted apart."""
    x = np.ones(1024)
    _multiply_add(x, 10)
    best = np.inf
    for _ in range(20):
        begun = time.perf_counter()
        _multiply_add(x, 2000)
        best = min(best, time.perf_counter() - begun)
    return 2000 * x.size * 16 / best


def bytes_a_second() -> float:
    """What one core reads from memory, in a sum over an array far larger than its caches."""
    x = np.ones(30_000_000)
    best = np.inf
    for _ in range(5):
        begun = time.perf_counter()
        x.sum()
        best = min(best, time.perf_counter() - begun)
    return x.nbytes / best
