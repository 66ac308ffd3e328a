"""Quantiles of mixtures of normals and of negative binomials, as kernels."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import inner_kernel, kernel

__all__ = ["count_quantiles", "even_mixture", "folded_quantiles"]

MOST_TABULATED = 300.0  # largest mean of a count whose probabilities are added up one by one
SD = 9.0  # standard deviations beyond which nothing is looked for
STEPS = 80


@inner_kernel
def _below(z: float) -> float:
    return 0.5 * math.erfc(-z * 0.7071067811865476)


@inner_kernel
def folded_quantiles(
    w: NDArray[np.float64],
    m: NDArray[np.float64],
    s: NDArray[np.float64],
    n: int,
    levels: NDArray[np.float64],
    z: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    """Quantiles of |x|, x one of the first n normals with weights w that add up to 1.

    m, s   mean and sd of each; z the standard normal's quantiles at `levels`, from which the search starts
    found  (levels,) is filled, to a millionth
    """
    mean, square, top = 0.0, 0.0, 0.0
    for c in range(n):
        mean += w[c] * m[c]
        square += w[c] * (m[c] * m[c] + s[c] * s[c])
        top = max(top, m[c] + SD * s[c])
    sd = math.sqrt(max(square - mean * mean, 1e-18))
    low = 0.0
    for i in range(len(levels)):
        lower, upper = low, top
        x = min(max(mean + sd * z[i], lower), upper)
        for _ in range(STEPS):
            p, density = 0.0, 0.0
            for c in range(n):
                a = (x - m[c]) / s[c]
                p += w[c] * _below(a)
                density += w[c] / s[c] * math.exp(-0.5 * a * a)
                b = (x + m[c]) / s[c]
                if b < SD:
                    p -= w[c] * _below(-b)
                    density += w[c] / s[c] * math.exp(-0.5 * b * b)
            if p > levels[i]:
                upper = x
            else:
                lower = x
            step = (levels[i] - p) / max(density * 0.3989422804014327, 1e-300)
            nearer = x + step
            if abs(step) < 1e-4 * x and nearer > 0:
                # Newton's error is the square of its last step.
                x = nearer
                break
            if not lower < nearer < upper:
                nearer = 0.5 * (lower + upper)
            x = nearer
        found[i] = x
        low = x


@inner_kernel
def count_quantiles(
    w: NDArray[np.float64],
    m: NDArray[np.float64],
    v: NDArray[np.float64],
    inverse_k: NDArray[np.float64],
    n: int,
    Lambda: float,
    levels: NDArray[np.float64],
    z: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    """Quantiles of the count on a day of infectivity Lambda, x one of n normals of mean m and variance v.

    A rate Lambda x^2 / 4 of normal x is nearly gamma, and the count then negative binomial.
    """
    largest, total, square = 0.0, 0.0, 0.0
    mean, size = np.empty(n), np.empty(n)
    for c in range(n):
        mean[c] = Lambda * (m[c] * m[c] + v[c]) / 4
        spread = Lambda * Lambda * (2 * m[c] * m[c] + v[c]) * v[c] / 8
        over = spread + inverse_k[c] * (mean[c] * mean[c] + spread)
        size[c] = mean[c] * mean[c] / max(over, 1e-300)
        total += w[c] * mean[c]
        square += w[c] * (mean[c] * (mean[c] + 1) + over)
        largest = max(largest, mean[c])
    if largest > MOST_TABULATED:
        # Wilson and Hilferty: the cube root of a gamma, as large negative binomials are, is nearly normal.
        centre, width = np.empty(n), np.empty(n)
        for c in range(n):
            shape = size[c] * mean[c] / (size[c] + mean[c])
            root = np.cbrt(mean[c])
            centre[c] = root * (1 - 1 / (9 * shape))
            width[c] = root / (3 * math.sqrt(shape))
        folded_quantiles(w, centre, width, n, levels, z, found)
        for i in range(len(levels)):
            found[i] = np.ceil(max(found[i] ** 3 - 0.5, 0.0))
        return
    p = np.empty(n)
    for c in range(n):
        p[c] = math.exp(-size[c] * math.log1p(mean[c] / size[c])) if mean[c] > 0 else 1.0
    last = int(total + 30 * math.sqrt(max(square - total * total, 1.0)) + 30)
    cumulated = 0.0
    at = 0
    for count in range(last + 1):
        for c in range(n):
            cumulated += w[c] * p[c]
            p[c] *= (count + size[c]) / (count + 1) * mean[c] / (mean[c] + size[c])
        while at < len(levels) and cumulated >= levels[at]:
            found[at] = count
            at += 1
        if at == len(levels):
            return
    for i in range(at, len(levels)):
        found[i] = last


@kernel
def even_mixture(
    m: NDArray[np.float64],
    s: NDArray[np.float64],
    levels: NDArray[np.float64],
    z: NDArray[np.float64],
    found: NDArray[np.float64],
) -> None:
    """Quantiles (days, levels) of |x|, x one of the normals of means m and sd s (draws, days), all equally likely."""
    draws, days = m.shape
    w = np.full(draws, 1.0 / draws)
    for t in range(days):
        folded_quantiles(w, m[:, t].copy(), s[:, t].copy(), draws, levels, z, found[t])
