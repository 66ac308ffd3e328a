"""The Poisson GLR chart: every change point, every term, nothing carried over."""

import math


def log_ratio(x, mu, kappa):
    return sum(kappa * a - (math.exp(kappa) - 1) * b for a, b in zip(x, mu, strict=True))


def largest(x, mu, sign):
    """sup over kappa on the side of `sign` for a change before x[0]."""
    if sum(x) == 0:
        return sum(mu) if sign < 0 else 0.0
    kappa = math.log(sum(x) / sum(mu))
    return log_ratio(x, mu, kappa) if sign * kappa > 0 else 0.0


def chart(y, left_out, mu, start, *, limit, window, min_window, largest, what_if):
    """(statistic, alarm, statistic if the count had been `what_if`) of each period from `start` on.

    `largest(spell)` is l_k; a spell holds (count, mean, count of the period before) of its periods.
    """
    rows, run, carried, before = [], [], 0.0, 0.0
    for t in range(start, len(y)):
        if math.isnan(y[t]):
            rows.append((carried, False, math.nan))
            run, before = [*run, None], 0.0
            continue

        def statistic(count, run=run, t=t, before=before):
            past = [*run, (count, mu[t], before)]
            lengths = range(min_window, min(len(past), window + 1) + 1)
            spells = [[p for p in past[len(past) - length :] if p is not None] for length in lengths]
            return max([largest(spell) for spell in spells], default=math.nan)

        now = statistic(y[t])
        probe = what_if[t - start]
        alarm = now >= limit
        rows.append((0.0 if math.isnan(now) else now, alarm, statistic(probe) if 0 <= probe < math.inf else math.nan))
        if left_out[t]:
            run, before = [*run, None], 0.0
        else:
            run = [] if alarm else [*run, (y[t], mu[t], before)]
            before = y[t]
            carried = 0.0 if alarm or math.isnan(now) else now
    return rows


def glr_poisson(y, left_out, mu, start, *, sign, **options):
    def ratio(spell):
        return largest([p[0] for p in spell], [p[1] for p in spell], sign)

    return chart(y, left_out, mu, start, largest=ratio, **options)
