"""The RKI method in plain loops; the Poisson limits are given by the caller."""

import math
import statistics

from tests.epi.detect.oracles.reference_weeks import reference_values


def rki(y, left_out, periods, *, limits, **reference):
    """Expected, threshold and alarm of each of `periods`."""
    rows = []
    for t in periods:
        values = reference_values(y, left_out, t, **reference)
        mean = statistics.fmean(values) if values else math.nan
        if not values or math.isnan(y[t]) or (mean > 20 and len(values) < 2):
            rows.append((mean, math.nan, False))
            continue
        threshold = mean + 2 * statistics.stdev(values) if mean > 20 else limits[math.floor(mean)]
        rows.append((mean, threshold, y[t] > threshold))
    return rows
