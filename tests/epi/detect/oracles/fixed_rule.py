"""The fixed rule, counted case by case."""

import math


def fixed_rule(y, left_out, periods, *, cases, within, after_zeros):
    """Alarm of each of `periods`."""

    def counted(s):
        return 0 if left_out[s] or math.isnan(y[s]) else y[s]

    alarms = []
    for t in periods:
        together = y[t] + sum(counted(s) for s in range(t - within + 1, t))
        before = sum(counted(s) for s in range(t - within + 1 - (after_zeros or 0), t - within + 1))
        alarms.append(not math.isnan(y[t]) and together >= cases and before == 0)
    return alarms
