"""EARS in plain loops over one series."""

import math
import statistics


def baseline(y, left_out, t, gap, length, min_sigma):
    values = [y[s] for s in range(t - gap - length, t - gap) if not left_out[s] and not math.isnan(y[s])]
    if len(values) < 3:
        return math.nan, math.nan
    return statistics.fmean(values), max(statistics.stdev(values), min_sigma)


def c2(y, left_out, t, length, min_sigma):
    mean, sigma = baseline(y, left_out, t, 2, length, min_sigma)
    if sigma == 0:
        return math.nan if y[t] == mean else math.copysign(math.inf, y[t] - mean)
    return (y[t] - mean) / sigma


def excess(y, left_out, t, length, min_sigma):
    if left_out[t] or math.isnan(y[t]) or math.isnan(baseline(y, left_out, t, 2, length, min_sigma)[0]):
        return 0.0
    score = c2(y, left_out, t, length, min_sigma)
    return score if math.isnan(score) else max(0.0, score - 1)


def ears(y, left_out, periods, *, method, length, z, min_sigma, centre="observed"):
    """Expected, threshold and alarm of each of `periods`."""
    rows = []
    for t in periods:
        mean, sigma = baseline(y, left_out, t, 0 if method == "C1" else 2, length, min_sigma)
        if method == "C3":
            earlier = sum(excess(y, left_out, t - lag, length, min_sigma) for lag in (1, 2))
            threshold = (y[t] if centre == "observed" else mean) + sigma * (z - earlier)
            threshold = threshold if math.isnan(threshold) else max(0.0, threshold)
        else:
            threshold = mean + z * sigma
        if math.isnan(y[t]):
            threshold = math.nan
        rows.append((mean, threshold, y[t] > threshold))
    return rows
