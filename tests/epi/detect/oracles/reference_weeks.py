"""Reference values of the Bayes and RKI methods, gathered one by one."""

import math


def reference_values(y, left_out, t, *, years_back, half_window, use_recent, periods_per_year):
    at = [t - lag for lag in range(1, half_window + 1)] if use_recent else []
    for year in range(1, years_back + 1):
        at += list(range(t - year * periods_per_year - half_window, t - year * periods_per_year + half_window + 1))
    return [y[s] for s in at if not left_out[s] and not math.isnan(y[s])]
