"""CUSUM in plain loops; a threshold is found by halving, not by inverting the transformation."""

import math

from scipy.integrate import quad


def integral(x, alpha):
    """Integral of (u + alpha u^2)^(-1/3) from 0 to x, after u = v^(3/2)."""
    return quad(lambda v: 1.5 * (1 + alpha * v**1.5) ** (-1 / 3), 0, x ** (2 / 3), epsabs=1e-12, epsrel=1e-12)[0]


def standardised(x, m, alpha, transformation):
    def anscombe(centre):
        return 1.5 * (x ** (2 / 3) - centre) / m ** (1 / 6)

    formulas = {
        "standard": lambda: (x - m) / math.sqrt(m),
        "rossi": lambda: (x - 3 * m + 2 * math.sqrt(x * m)) / (2 * math.sqrt(m)),
        "anscombe": lambda: anscombe(m ** (2 / 3)),
        "anscombe_second_order": lambda: anscombe(m ** (2 / 3) - m ** (-1 / 3) / 9),
        "pearson_negative_binomial": lambda: (x - m) / math.sqrt(m + alpha * m * m),
        "anscombe_negative_binomial": lambda: (
            (integral(x, alpha) - integral(m, alpha)) / (m + alpha * m * m) ** (1 / 6)
        ),
        "none": lambda: x,
    }
    return formulas[transformation]()


def cusum(y, left_out, start, *, m, k, h, alpha, transformation):
    """(threshold, statistic, alarm) of each period from `start` on."""
    rows, carried = [], 0.0
    for t in range(start, len(y)):
        if math.isnan(y[t]):
            rows.append((math.nan, carried, False))
            continue
        wanted = h + k - carried
        after = max(0.0, carried + standardised(y[t], m, alpha, transformation) - k)
        low, high = 0.0, 1e4
        for _ in range(70):
            middle = (low + high) / 2
            low, high = (low, middle) if standardised(middle, m, alpha, transformation) >= wanted else (middle, high)
        rows.append((high, after, after >= h))
        if not left_out[t]:
            carried = after
    return rows
