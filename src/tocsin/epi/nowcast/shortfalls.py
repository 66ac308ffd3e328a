"""Days on which hardly anybody reported: what is missing then has not gone, it comes on the next working day.

A holiday or a failure of the line leaves the counts of all recent days short at once. Grossed up as usual they would
all be too low, and the trend would fall for a day. Such a day is known by its reports in all strata together falling
far short of what completeness lets expect; what is short is then added back before counts are grossed up.
"""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.compilation import kernel

__all__ = ["LONGEST_RUN", "made_whole", "shortfalls"]

LONGEST_RUN = 5  # days without reports in a row; after that it is no holiday but a change
SHARE = 0.7  # of the expected reports, below which a day falls short
CHANCE = 2.0  # and by at least as many standard deviations
DISPERSION, RELATIVE = 4.0, 0.15  # variance over mean of a day's reports, and their relative deviation besides
LEAST_SHARE = 0.1


@kernel
def shortfalls(
    known: NDArray[np.float64],
    complete: NDArray[np.float64],
    now: int,
    holiday: NDArray[np.bool_],
    run: NDArray[np.float64],
) -> int:
    """How many days in a row, up to and with `now`, fell short; the share each reported goes into `run`, today's first.

    known     (periods, delays) reports up to each delay, of all strata together
    complete  (weekdays, delays) completeness as learned by `now`
    holiday   (columns,) True where reports are known to have been few: any shortage then counts
    """
    P, D1 = known.shape
    weekdays = complete.shape[0]
    length = 0
    for back in range(min(LONGEST_RUN, now)):
        r = now - back
        seen, expected = 0.0, 0.0
        for d in range(1, D1):
            t = r - d
            if 0 <= t < P:
                w = t % weekdays
                seen += known[t, d] - known[t, d - 1]
                expected += known[t, d - 1] * (complete[w, d] / complete[w, d - 1] - 1.0)
        if not expected > 0.0:
            break
        share = max(seen / expected, LEAST_SHARE)
        spread = math.sqrt(DISPERSION * expected + (RELATIVE * expected) ** 2)
        if not (share < SHARE and expected - seen > CHANCE * spread) and not (holiday[r] and share < 1.0):
            break
        run[back] = share
        length = back + 1
    return length


@kernel
def made_whole(
    known: NDArray[np.float64], complete: NDArray[np.float64], d: int, length: int, run: NDArray[np.float64]
) -> float:
    """Reports of one period up to delay d, with what the last `length` days fell short added back.

    known, complete  (delays,) of this period
    """
    begin = d - length
    whole: float = known[begin] if begin >= 0 else known[0] / run[min(d, length - 1)]
    for e in range(max(begin + 1, 1), d + 1):
        short = (1.0 - run[d - e]) * whole * (complete[e] / complete[e - 1] - 1.0)
        whole += known[e] - known[e - 1] + max(short, 0.0)
    return whole
