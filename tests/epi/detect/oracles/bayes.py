"""The Bayes method by adding up the predictive probabilities one count after the other."""

import math

from tests.epi.detect.oracles.reference_weeks import reference_values


def probability(count, size, n):
    """P(count) if the mean has the posterior Gamma(size, n): negative binomial."""
    return math.exp(
        math.lgamma(count + size)
        - math.lgamma(size)
        - math.lgamma(count + 1)
        + size * math.log(n / (n + 1))
        - count * math.log(n + 1)
    )


def bayes(y, left_out, periods, *, alpha, **reference):
    """Expected, threshold, alarm and p-value of each of `periods`."""
    rows = []
    for t in periods:
        values = reference_values(y, left_out, t, **reference)
        if not values:
            rows.append((math.nan, math.nan, False, math.nan))
            continue
        size, n = sum(values) + 0.5, len(values)
        quantile, cumulated = 0, probability(0, size, n)
        while cumulated < 1 - alpha:
            quantile += 1
            cumulated += probability(quantile, size, n)
        if math.isnan(y[t]):
            rows.append((size / n, math.nan, False, math.nan))
            continue
        below = sum(probability(count, size, n) for count in range(int(y[t])))
        rows.append((size / n, quantile, y[t] > quantile, 1 - below))
    return rows
