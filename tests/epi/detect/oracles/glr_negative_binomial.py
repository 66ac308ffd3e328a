"""The negative binomial GLR chart (Poisson with alpha = 0), the change found by search over its whole range."""

import math

from tests.epi.detect.oracles.glr_poisson import chart


def log_ratio(spell, alpha, mean_after):
    total = 0.0
    for x, mu0, before in spell:
        mu1 = mean_after(mu0, before)
        total += x * math.log(mu1 / mu0)
        if alpha == 0:
            total -= mu1 - mu0
        else:
            total -= (x + 1 / alpha) * math.log((1 + alpha * mu1) / (1 + alpha * mu0))
    return total


def highest(function, points):
    """Largest value of `function` around the best of `points`, by golden-section search."""
    best = max(range(len(points)), key=lambda i: function(points[i]))
    low, high = points[max(best - 1, 0)], points[min(best + 1, len(points) - 1)]
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(80):
        a, b = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, b) if function(a) >= function(b) else (a, high)
    return max(function((low + high) / 2), function(points[best]))


def glr_negative_binomial(y, left_out, mu, start, *, sign, alpha, change, **options):
    def ratio(spell):
        if change == "epi":
            grid = [0.0, *(1e-4 * 1.1**j for j in range(180))]
            return highest(lambda rate: log_ratio(spell, alpha, lambda mu0, before: mu0 + rate * before), grid)
        grid = [sign * 0.25 * j for j in range(160)]
        return highest(lambda kappa: log_ratio(spell, alpha, lambda mu0, _: mu0 * math.exp(kappa)), grid)

    return chart(y, left_out, mu, start, largest=ratio, **options)
