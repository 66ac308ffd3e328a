"""Daily counts out of counts of weeks, or of other periods of several days, for methods that need days.

Nash RK, Bhatt S, Cori A, Nouvellet P (2023). Estimating the epidemic reproduction number from temporally aggregated
incidence data: A statistical modelling approach and software tool. PLoS Computational Biology 19(8):e1011439.
doi:10.1371/journal.pcbi.1011439. Their expectation-maximisation, as EpiEstim has it from 2.4 on:

    1. share each period's cases out evenly over its days
    2. estimate R of each period but the first from the daily cases, by `cori`
    3. take the growth rate r that R means, share each period's cases out as exp(r t), and repeat from 2

so that each period's days add up to what was counted.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import softmax

from tocsin.epi.detect.panel import panel, whole_number
from tocsin.epi.errors import InvalidDates, InvalidOption
from tocsin.epi.reproduction.cori import posterior, prior_of
from tocsin.epi.reproduction.growth_rate import STEEPEST, reproduction_to_growth
from tocsin.epi.reproduction.inputs import Incidence, checked_serial_interval, long_enough

__all__ = ["daily_dates", "daily_from_regular"]


def daily_from_regular(
    counts: ArrayLike,
    *,
    every: int = 7,
    serial_interval: ArrayLike,
    rounds: int = 10,
    first: str = "alike",
    prior_mean: float = 5.0,
    prior_sd: float = 5.0,
    jobs: int | None = None,
) -> NDArray[np.float64]:
    """Cases a day whose sums over the periods are the counts.

    counts           (series, periods) cases of each period; nan where none was reported
    every            days a period, 2 or more
    serial_interval  (S,) probability of 0, 1 ... S-1 days
    rounds           of steps 2 and 3
    first            the first period has no past to estimate R from: it grows as the second does ("alike"), or its
                     cases stay evenly shared out ("even")
    prior_mean, prior_sd
                     of R in step 2
    returns          (series, periods * every) cases, with fractions; nan on the days of a period that is nan
    raises           InvalidCounts, InvalidDelay, InvalidOption, HistoryTooShort

    The days follow a smooth curve: what they say of weekdays or of single days is nothing, and windows shorter than a
    period only interpolate.
    """
    whole_number("every", every, least=2)
    whole_number("rounds", rounds, least=1)
    if first not in ("alike", "even"):
        raise InvalidOption(f"first is {first!r}; the first period is shared out 'alike' with the second or 'even'")
    p = panel(counts, None, None, first=0)
    w = checked_serial_interval(serial_interval)
    totals = np.ascontiguousarray(p.counts, dtype=np.float64)
    series, periods = totals.shape
    long_enough(periods * every, 2 * every, "sharing periods out over their days")
    prior = prior_of(prior_mean, prior_sd)
    begin = np.arange(every, periods * every, every)
    day = np.arange(every)
    daily = np.repeat(totals / every, every, axis=1)
    for _ in range(rounds):
        R, _, _ = posterior(Incidence(daily, None, None), w, begin, begin + every - 1, prior, np.array([0.5]), jobs)
        # Early periods that the serial interval has not passed yet keep what they have, like those without a count.
        r = np.clip(reproduction_to_growth(R, w), -STEEPEST, STEEPEST)
        r = np.where(np.isfinite(r), r, 0.0)
        before = r[:, :1] if first == "alike" else np.zeros((series, 1))
        shares = softmax(np.concatenate([before, r], axis=1)[:, :, np.newaxis] * day, axis=2)
        daily = (totals[:, :, np.newaxis] * shares).reshape(series, -1)
    return daily


def daily_dates(dates: ArrayLike, every: int) -> NDArray[np.datetime64]:
    """(periods * every,) the days of periods that begin on these dates. Raises InvalidDates where they do not fit."""
    starts = np.asarray(dates, dtype="datetime64[D]")
    steps = np.diff(starts).astype(np.int64)
    if starts.ndim != 1 or (steps != every).any():
        step = f"{steps[steps != every][0]} days apart" if starts.ndim == 1 else f"of shape {starts.shape}"
        raise InvalidDates(f"dates are {step}, but every={every}: give the first day of each period of {every} days")
    days: NDArray[np.datetime64] = (starts[:, np.newaxis] + np.arange(every).astype("timedelta64[D]")).ravel()
    return days
