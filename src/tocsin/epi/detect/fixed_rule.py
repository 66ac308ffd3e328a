"""Fixed rules: so many cases within so many days are a signal, whatever is usual.

For diseases of which one case is an emergency (plague, poliomyelitis, viral haemorrhagic
fever), or a few together are (cholera, meningococcal disease), and for the first case after years
of none, where no statistical method has anything to estimate from. See annex 2 of the
International Health Regulations (2005), World Health Organization, ISBN 978-92-4-158049-6.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.baseline import CHUNK, baseline_moments, detection, undefined
from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.panel import Evaluate, Exclude, Panel, panel, whole_number
from tocsin.epi.errors import InvalidOption
from tocsin.epi.threads import over_chunks

__all__ = ["fixed_rule"]

DAYS_PER_MONTH = 30.4375  # of the Julian year


def fixed_rule(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    cases: int = 1,
    within: int | None = None,
    days: int | None = None,
    after_zeros: int | None = None,
    evaluate: Evaluate = None,
    exclude: Exclude = None,
    jobs: int | None = None,
) -> Detection:
    """At least `cases` cases within the last `within` periods, the evaluated one included.

    counts       (series, periods) cases; nan where none was reported
    dates        (periods,) first day of each period; needed for `days`
    cases        number that makes a signal; 1 makes every case one
    within       periods counted together; 1 if neither `within` nor `days` is given
    days         instead of `within`: as many periods as it takes to hold this many days
    after_zeros  signal only if no case was reported in this many periods before those counted
    evaluate     number of last periods, slice or indexes; all with full history if None
    exclude      periods whose counts are disregarded, except when they are themselves evaluated
    returns      threshold is the most cases that the period may have without a signal (alarm is
                 observed > threshold): -1 where the periods before suffice, inf where
                 `after_zeros` is not met; exceedance is the cases counted over `cases` (a signal
                 from 1 on), 0 where `after_zeros` is not met; expected, p_value, dispersion are nan

    A missing count among the earlier ones is passed over: it neither adds a case nor breaks a
    silence. Raises InvalidOption, HistoryTooShort.
    """
    whole_number("cases", cases, least=1)
    silence = 0 if after_zeros is None else whole_number("after_zeros", after_zeros, least=1)
    periods_counted = _periods_counted(within, days, dates)
    needed = periods_counted - 1 + silence
    p = panel(counts, dates, evaluate, first=needed, exclude=exclude)
    p.require_history(needed, f"{periods_counted} counted together and {silence} of silence before need {needed}")
    observed = p.observed()
    threshold, exceedance = np.empty((2, *observed.shape))

    def work(rows: slice) -> None:
        y = observed[rows]
        earlier = _cases(p, rows, 1, periods_counted)
        silent = _cases(p, rows, periods_counted, periods_counted + silence) == 0
        limit = np.where(silent, np.maximum(cases - earlier - 1, -1.0), np.inf)
        threshold[rows] = np.where(np.isnan(y), np.nan, limit)
        exceedance[rows] = np.where(silent | np.isnan(y), (earlier + y) / cases, 0.0)

    over_chunks(work, observed.shape[0], jobs=jobs, chunk=CHUNK)
    with np.errstate(invalid="ignore"):
        alarm = observed > threshold
    return detection(
        "fixed_rule",
        {"cases": cases, "within": periods_counted, "days": days, "after_zeros": after_zeros},
        p,
        observed=observed,
        expected=undefined(observed.shape),
        threshold=threshold,
        alarm=alarm,
        exceedance=exceedance,
    )


def _cases(p: Panel, rows: slice, first_lag: int, stop_lag: int) -> NDArray[np.float64]:
    """Cases in the periods from `first_lag` to before `stop_lag` ahead of each evaluated one."""
    if first_lag == stop_lag:
        return np.zeros((len(range(*rows.indices(p.counts.shape[0]))), p.periods.size))
    return baseline_moments(p, rows, p.periods, np.arange(first_lag, stop_lag))[1]


def _periods_counted(within: int | None, days: int | None, dates: ArrayLike | None) -> int:
    if days is None:
        return 1 if within is None else whole_number("within", within, least=1)
    whole_number("days", days, least=1)
    if within is not None:
        raise InvalidOption(f"within={within} and days={days} say the same in two ways; give one of them")
    if dates is None or np.size(dates) < 2:
        raise InvalidOption(f"days={days} needs the dates of at least two periods; give dates, or within in periods")
    checked = panel(np.zeros(np.size(dates)), dates, None, first=0).evaluated_dates
    steps = np.diff(checked).astype(np.int64)
    monthly = steps.min() != steps.max()
    return math.ceil(days / (DAYS_PER_MONTH if monthly else int(steps[0])))
