"""What each count will come to: reports grossed up by their completeness and drawn to the trend, day after day."""

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel
from tocsin.epi.nowcast.shortfalls import LONGEST_RUN, made_whole, shortfalls
from tocsin.epi.nowcast.trend import HALF, RIPE, drawn_to_trend, weekday_pattern

__all__ = ["HISTORY", "expected_counts"]

HISTORY = 70  # periods over which the trend is followed
DRIFT = (
    0.5  # standard deviation of the log of what is not yet reported: how far completeness strays from what was learned
)
FARTHEST = (4.0, 30.0)  # no count is expected beyond so many times the largest that reports suggest, and so many cases
SHARED = 1.5  # neighbouring days err together, so that their counts say less of the trend than each for itself


@kernel
def expected_counts(
    known: NDArray[np.float64],
    complete: NDArray[np.float64],
    lag: int,
    weekdays: int,
    horizons: int,
    step: float,
    holiday: NDArray[np.bool_],
    out: NDArray[np.float64],
) -> None:
    """Expected final counts of the last `horizons` periods, on each of some successive days, added to `out`.

    known     (strata, periods, delays) reports up to each delay, as far as they are known
    complete  (origins, strata, weekdays, delays) completeness as learned on each of these days; the last is today
    holiday   (periods of reports,) True where few could be reported
    lag       periods by which the last report is later than the last event
    out       (origins, strata, horizons) from the last period backwards; left alone where there was no period yet
    """
    origins, S, _, D1 = complete.shape
    P = known.shape[1]
    ripe_after = RIPE if weekdays == 7 else 0
    pattern = np.zeros(weekdays)
    run = np.ones(LONGEST_RUN)
    for o in range(origins):
        last = P - origins + o
        if last < 1:
            continue
        begin = max(0, last - HISTORY + 1)
        n = last - begin + 1
        short = shortfalls(known[0], complete[o, 0], last + lag, holiday, run) if weekdays == 7 else 0
        grossed = np.empty(n)
        reported = np.empty(n)
        share = np.empty(n)
        strayed = np.empty(n)
        for s in range(S):
            for i in range(n):
                t = begin + i
                d = min(last + lag - t, D1 - 1)
                f = complete[o, s, t % weekdays, d]
                seen = max(known[s, t, d], 0.0)
                missing = max(1.0 - f, 0.0)
                unseen = 0.0
                if short > 0 and d < D1 - 1:
                    seen = max(made_whole(known[s, t], complete[o, s, t % weekdays], d, short, run), 0.0)
                    if d < short:
                        unseen = 1.0 - run[d]
                grossed[i] = seen / f + HALF
                reported[i] = seen
                share[i] = f
                strayed[i] = SHARED * (DRIFT * missing) ** 2 + unseen**2
            if weekdays == 7:
                weekday_pattern(grossed, begin % 7, n - ripe_after, pattern)
            final = drawn_to_trend(reported, share, strayed, begin % weekdays, pattern, step)
            most = FARTHEST[0] * np.max(grossed) + FARTHEST[1]
            for h in range(min(horizons, n)):
                i = n - 1 - h
                t = begin + i
                d = min(last + lag - t, D1 - 1)
                if d == D1 - 1:
                    out[o, s, h] += known[s, t, d]
                elif complete[o, s, t % weekdays, d] <= 1.0:
                    out[o, s, h] += max(min(final[i], most), known[s, t, d])
                else:
                    out[o, s, h] += grossed[i] - HALF
