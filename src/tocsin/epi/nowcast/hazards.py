"""How complete a period's count is after so many days, learned from every report so far and followed as it drifts.

The reversed hazard q of delay d is the share of what is reported by then that was reported with just that delay; a
count is complete to the extent F_d, the product of 1 - q over all later delays. Two things are learned of q:

- its shape over weekdays and delays, from the whole history with a long memory: every weekday of events on its own,
  drawn towards the pattern of all strata together where a stratum has few reports;
- its drift, from the last days: for each group of neighbouring delays, reported over expected by that shape, with a
  patient memory, which grows with the delay since what comes late varies mostly by chance, and with a quick one for
  when reporting slows down within days.

Sums are carried from day to day with their weights fading, so that the nowcasts of all earlier days, by whose
revisions the next one is judged, come at the price of one pass.
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = ["completeness", "delay_groups", "short_memories"]

HIGHEST = 0.95  # of a hazard: what is reported late is never taken to be nearly everything
LOWEST = -0.5
LEAST = 0.03  # completeness: a report is never taken to stand for more than some thirty
BY_WEEKDAY = 50.0  # reports that a weekday's own hazard needs to count as much as that of all weekdays
BY_STRATUM = 100.0  # and a stratum's own as much as that of all strata
FIRST_FEW = 8.0  # reports, none of them with the delay in question, that are taken to have come before the first
BY_DRIFT = 20.0  # reports expected, by which a drift counts half


def delay_groups(longest: int) -> NDArray[np.int64]:
    """(longest + 1,) the group of each delay: 1, 2-3, 4-7, 8-14, 15-24, 25 and more."""
    first = np.array([1, 2, 4, 8, 15, 25])
    return np.maximum(np.searchsorted(first, np.arange(longest + 1), side="right") - 1, 0)


def short_memories(step: int) -> NDArray[np.float64]:
    """(memories, groups) half-lives of the drift, in periods, by group of delays: a patient memory and a quick one."""
    days = np.array([[5.0, 5.0, 5.0, 8.0, 20.0, 60.0], [3.0, 3.0, 3.0, 4.0, 6.0, 10.0]])
    return days if step == 1 else np.maximum(days, np.array([14.0, 21.0, 28.0, 56.0, 112.0, 224.0])) / step


@kernel
def completeness(
    reports: NDArray[np.float64],
    columns: int,
    kept: int,
    weekdays: int,
    group: NDArray[np.int64],
    short: NDArray[np.float64],
    long: float,
) -> NDArray[np.float64]:
    """Completeness as learned on the last `kept` days: (1 + memories, kept, strata, weekdays, delays).

    First without drift, then as it drifts by each of the short memories.

    reports   (strata, periods, delays), 0 where not yet known; stratum 0 is all together
    columns   periods of reports that are known; the last may lie after the last period of events
    weekdays  7, or 1 where periods are weeks
    short     (memories, groups) half-lives of the drift, in periods; long: that of the shape
    """
    S, P, D1 = reports.shape
    M, K = short.shape
    num = np.zeros((S, D1, weekdays))
    den = np.zeros((S, D1, weekdays))
    fast_num = np.zeros((M, S, D1, weekdays))
    fast_den = np.zeros((M, S, D1, weekdays))
    known = np.zeros((S, P))
    learned = np.ones((1 + M, kept, S, weekdays, D1))
    q = np.zeros((weekdays, D1))
    q0 = np.zeros((weekdays, D1))
    g = np.ones((1 + M, K))
    g0 = np.ones((1 + M, K))
    fade = 0.5 ** (1.0 / long)
    fades = 0.5 ** (1.0 / short)
    for c in range(columns):
        at = c - (columns - kept)
        for s in range(S):
            for d in range(D1):
                for w in range(weekdays):
                    num[s, d, w] *= fade
                    den[s, d, w] *= fade
                for m in range(M):
                    f = fades[m, group[d]]
                    for w in range(weekdays):
                        fast_num[m, s, d, w] *= f
                        fast_den[m, s, d, w] *= f
                t = c - d
                if 0 <= t < P:
                    known[s, t] += reports[s, t, d]
                    w = t % weekdays
                    num[s, d, w] += reports[s, t, d]
                    den[s, d, w] += known[s, t]
                    for m in range(M):
                        fast_num[m, s, d, w] += reports[s, t, d]
                        fast_den[m, s, d, w] += known[s, t]
            if at < 0:
                continue
            _shape(num, den, s, q, q0)
            for m in range(M):
                _drift(fast_num[m, s], fast_den[m, s], q, group, g0[1 + m], s == 0, g[1 + m])
            for m in range(1 + M):
                for w in range(weekdays):
                    share = 1.0
                    for d in range(D1 - 1, 0, -1):
                        share *= 1.0 - min(max(q[w, d] * g[m, group[d]], LOWEST), HIGHEST)
                        learned[m, at, s, w, d - 1] = max(share, LEAST)
    return learned


@kernel
def _drift(
    num: NDArray[np.float64],
    den: NDArray[np.float64],
    q: NDArray[np.float64],
    group: NDArray[np.int64],
    of_all: NDArray[np.float64],
    is_all: bool,
    g: NDArray[np.float64],
) -> None:
    """Reported over expected of each group of delays into g; what holds for all strata together stays in `of_all`."""
    D1, weekdays = num.shape
    for k in range(len(g)):
        seen = 0.0
        expected = 0.0
        for d in range(1, D1):
            if group[d] == k:
                for w in range(weekdays):
                    seen += num[d, w]
                    expected += den[d, w] * q[w, d]
        seen, expected = max(seen, 0.0), max(expected, 0.0)
        if is_all:
            of_all[k] = (seen + BY_DRIFT) / (expected + BY_DRIFT)
            g[k] = of_all[k]
        else:
            g[k] = (seen + BY_STRATUM * of_all[k]) / (expected + BY_STRATUM)


@kernel
def _shape(
    num: NDArray[np.float64],
    den: NDArray[np.float64],
    s: int,
    q: NDArray[np.float64],
    q0: NDArray[np.float64],
) -> None:
    """The hazards of stratum s by weekday and delay into q; those of all strata, found first, stay in q0."""
    D1, weekdays = num.shape[1], num.shape[2]
    for d in range(1, D1):
        n, m, n0, m0 = 0.0, 0.0, 0.0, 0.0
        for w in range(weekdays):
            n += num[s, d, w]
            m += den[s, d, w]
            n0 += num[0, d, w]
            m0 += den[0, d, w]
        # A delay that nobody could have seen yet has no hazard: its count is complete.
        overall = n0 / (m0 + FIRST_FEW) if m0 > 0.0 else 0.0
        own = (n + BY_STRATUM * overall) / (m + BY_STRATUM) if m > -0.5 * BY_STRATUM else overall
        for w in range(weekdays):
            if s == 0:
                q0[w, d] = (num[0, d, w] + BY_WEEKDAY * overall) / max(den[0, d, w] + BY_WEEKDAY, 1.0)
                q[w, d] = q0[w, d]
            else:
                base = own * q0[w, d] / overall if overall != 0.0 else own
                q[w, d] = (num[s, d, w] + BY_WEEKDAY * base) / max(den[s, d, w] + BY_WEEKDAY, 1.0)
