"""What is estimated of the series that the report details: growth, the reproduction number, and what is to come.

All series at once, from their complete periods. The engine is imported only where there is something to estimate.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.counts.series import Every, SeriesTable

if TYPE_CHECKING:
    from tocsin.cli.delays import Delay

__all__ = ["DAYS_IN", "LEVELS", "WEEKS_AHEAD", "WINDOW", "Estimates", "SerialInterval", "estimate"]

LEVELS = (0.025, 0.25, 0.5, 0.75, 0.975)
"""The median, and intervals of 50 and 95 %."""

DAYS_IN: Mapping[Every, int] = {Every.DAY: 1, Every.WEEK: 7}
WINDOW: Mapping[Every, int] = {Every.DAY: 14, Every.WEEK: 4}
"""Last periods that the growth is measured over."""

LEAST_CASES = 10
WIDEST = 1000.0
"""An interval of growth whose ends lie so many times apart measures nothing, as of three weeks with a count."""

WEEKS_AHEAD = 4
DRAWS = 1000
_HISTORY_OF_R: Mapping[Every, int] = {Every.DAY: 200, Every.WEEK: 60}


@dataclass(frozen=True, slots=True)
class SerialInterval:
    """As it was given on the command line, and what that means; its probabilities of 0, 1 … days."""

    given: str
    said: str
    probabilities: NDArray[np.float64]

    @classmethod
    def of(cls, given: str, delay: "Delay") -> "SerialInterval":
        return cls(given, delay.said, delay.probabilities / delay.probabilities.sum())

    @property
    def mean(self) -> float:
        return float(self.probabilities @ np.arange(len(self.probabilities)))


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of some series of a report, at LEVELS; nan where too little is known.

    series        rows of the detection, in the order of the arrays
    every         length of a period: a day or a week
    begun         last periods of the table that are not complete, and left out
    growth        (series, levels) r a period: counts are exp(r) times those of the period before
    reproduction  (series, levels) cases that one case infects, by the end of the last complete period; None if not
                  asked for
    dates         (periods,) first day of each period after the last complete one
    ahead         (series, periods, levels) cases in each
    sum_dates     (weeks,) first day of each of the next weeks, those that are begun left out of weekly counts
    sums          (series, weeks, levels) cases in each
    interval      serial interval of `reproduction`
    seed          of all randomness
    """

    series: tuple[int, ...]
    every: Every
    begun: int
    growth: NDArray[np.float64]
    reproduction: NDArray[np.float64] | None
    dates: NDArray[np.datetime64]
    ahead: NDArray[np.float64]
    sum_dates: NDArray[np.datetime64]
    sums: NDArray[np.float64]
    interval: SerialInterval | None
    seed: int


def estimate(
    table: SeriesTable,
    rows: NDArray[np.intp],
    series: Sequence[int],
    *,
    interval: SerialInterval | None = None,
    seed: int = 0,
    jobs: int | None = None,
) -> Estimates | None:
    """Estimates of the series of a detection whose row i is row rows[i] of the table; None of months, or of nothing."""
    complete = len(table.dates) - table.incomplete
    if table.every not in DAYS_IN or not len(series) or not complete:
        return None
    counts = table.counts[rows[list(series)], :complete]
    dates, ahead, sum_dates, sums = _ahead(counts, table.dates[:complete], table, interval, seed, jobs)
    return Estimates(
        tuple(series),
        table.every,
        table.incomplete,
        _growth(counts, WINDOW[table.every], jobs),
        None if interval is None else _reproduction(counts, table.every, interval, jobs),
        dates,
        ahead,
        sum_dates,
        sums,
        interval,
        seed,
    )


def _growth(counts: NDArray[np.float64], window: int, jobs: int | None) -> NDArray[np.float64]:
    from tocsin.epi.reproduction import growth_rate

    if counts.shape[1] < window:
        return np.full((len(counts), len(LEVELS)), np.nan)
    found = growth_rate(counts[:, -window:], window=window, least_cases=LEAST_CASES, levels=LEVELS, jobs=jobs)
    r = found.quantiles[:, -1]
    return np.where(r[:, -1:] - r[:, :1] <= np.log(WIDEST), r, np.nan)


def _reproduction(
    counts: NDArray[np.float64], every: Every, interval: SerialInterval, jobs: int | None
) -> NDArray[np.float64]:
    """Of the last day. Where the last period has no count, nothing: it would be what was assumed."""
    from tocsin.epi.reproduction import reproduction

    nothing = np.full((len(counts), len(LEVELS)), np.nan)
    if counts.shape[1] < 2:
        return nothing
    found = reproduction(
        counts[:, -_HISTORY_OF_R[every] :],
        serial_interval=interval.probabilities,
        every=DAYS_IN[every],
        evaluate=1,
        levels=LEVELS,
        jobs=jobs,
    )
    return np.where(np.isnan(counts[:, -1:]), nothing, found.quantiles[:, -1])


def _ahead(
    counts: NDArray[np.float64],
    dates: NDArray[np.datetime64],
    table: SeriesTable,
    interval: SerialInterval | None,
    seed: int,
    jobs: int | None,
) -> tuple[NDArray[np.datetime64], NDArray[np.float64], NDArray[np.datetime64], NDArray[np.float64]]:
    """Periods to come and weeks to come, each with its dates.

    Of weekly counts the weeks are those after what has begun; of daily ones they are sums of the same paths.
    """
    from tocsin.cli.forecasts import long_enough
    from tocsin.epi.forecast import forecast

    daily = table.every is Every.DAY
    days = DAYS_IN[table.every]
    horizon = 7 * WEEKS_AHEAD if daily else WEEKS_AHEAD + table.incomplete
    begin = dates[-1] + np.timedelta64(days, "D")
    to_come = begin + np.arange(horizon) * np.timedelta64(days, "D")
    weeks = to_come[::7] if daily else to_come[table.incomplete :]
    ahead = np.full((len(counts), horizon, len(LEVELS)), np.nan)
    sums = np.full((len(counts), WEEKS_AHEAD, len(LEVELS)), np.nan)
    able, _ = long_enough(counts, "day" if daily else "week")
    if able.any():
        found = forecast(
            counts[able],
            dates,
            horizon=horizon,
            step="day" if daily else "week",
            levels=LEVELS,
            serial_interval=None if interval is None else interval.probabilities,
            draws=DRAWS,
            keep_draws=daily,
            rng=np.random.default_rng(seed),
            jobs=jobs,
        )
        ahead[able] = found.quantiles
        if found.draws is None:
            sums[able] = found.quantiles[:, table.incomplete :]
        else:
            sums[able] = _of_weeks(found.draws)
    return to_come, ahead, weeks, sums


def _of_weeks(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    """(series, weeks, levels) of draws (draws, series, days)."""
    from tocsin.epi.quantiles import of_draws

    return of_draws(draws.reshape(*draws.shape[:2], -1, 7).sum(axis=-1), LEVELS)
