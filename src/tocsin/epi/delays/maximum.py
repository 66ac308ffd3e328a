"""The maximum of a smooth function of two parameters, with its curvature: Newton steps from differences."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["maximum", "slopes"]

Array = NDArray[np.float64]
STEP = 1e-3  # of differences: the error of a second difference is then about 1e-6 of it
MOST_STEPS = 60
LONGEST = 1.0  # step of a parameter at once
FLAT = 1e-9  # gain of the function that a full step promises, at the maximum
SHRINK = 0.5 ** np.arange(12)

# Around a point: itself, either side of each parameter, the four corners.
AROUND = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [1, -1], [-1, 1], [-1, -1]], dtype=np.float64)


def maximum(function: Callable[[Array], Array], start: Array) -> tuple[Array, Array, bool]:
    """Where `function`, of points (n, 2), is largest; its negative second derivatives there; whether it was found."""
    here = start.astype(np.float64)
    for _ in range(MOST_STEPS):
        value, slope, bend = _derivatives(function, here)
        if not (np.isfinite(slope).all() and np.isfinite(bend).all()):
            return here, bend, False
        # Where it bends the wrong way the step goes uphill all the same, and not far.
        strength, axes = np.linalg.eigh(bend)
        steep = np.maximum(np.abs(strength), 1e-8 * max(1.0, float(np.abs(strength).max())))
        step = axes @ ((axes.T @ slope) / steep)
        gain = float(slope @ step)
        if gain < FLAT and strength.min() > 0:
            return here + step, bend, True
        step *= min(1.0, LONGEST / max(float(np.abs(step).max()), 1e-300))
        tried = here + SHRINK[:, None] * step
        values = function(tried)
        best = int(np.nanargmax(np.where(np.isfinite(values), values, -np.inf)))
        if not values[best] > value:
            return here, bend, bool(gain < 1e3 * FLAT and strength.min() > 0)
        here = tried[best]
    return here, bend, False


def _derivatives(function: Callable[[Array], Array], at: Array) -> tuple[float, Array, Array]:
    f = function(at + STEP * AROUND)
    slope = np.array([f[1] - f[2], f[3] - f[4]]) / (2 * STEP)
    twist = (f[5] - f[6] - f[7] + f[8]) / 4
    bend = -np.array([[f[1] + f[2] - 2 * f[0], twist], [twist, f[3] + f[4] - 2 * f[0]]]) / STEP**2
    return float(f[0]), slope, bend


def slopes(function: Callable[[Array], Array], at: Array) -> Array:
    """(..., 2) derivatives of `function`, of points (..., 2), by the two parameters."""
    small = 1e-5
    sides = [(function(at + shift) - function(at - shift)) / (2 * small) for shift in small * np.eye(2)]
    return np.stack(sides, axis=-1)
