"""Forecasts of many series of counts, by the method asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.delays import checked_delay, gamma_serial_interval, renormalised
from tocsin.epi.errors import InvalidOption
from tocsin.epi.forecast.exponential_smoothing import fit_smoothing
from tocsin.epi.forecast.flat_baseline import fit_flat
from tocsin.epi.forecast.forecast_combination import COMPONENTS, fit_combination, with_other_counts
from tocsin.epi.forecast.history import (
    History,
    Negative,
    Step,
    checked_horizon,
    history,
    whole,
)
from tocsin.epi.forecast.regular import regular
from tocsin.epi.forecast.renewal_forecast import PULL, fit_renewal, weekly_interval
from tocsin.epi.forecast.sampling import quantiles, sums
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.threads import over_chunks

__all__ = ["METHODS", "Forecast", "Method", "forecast"]

Method = Literal["combination", "renewal", "exponential_smoothing", "flat"]
METHODS: tuple[Method, ...] = ("combination", "renewal", "exponential_smoothing", "flat")

USUAL_INTERVAL = (7.0, 4.0)
"""Mean and standard deviation, days, of the serial interval where none is given: it smooths as much as a week."""

CHUNK = 16
MOST_NOWCASTS = 10
"""Draws of a nowcast from which a forecast is begun anew: more change no quantile visibly."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Quantiles of counts to come.

    method     as asked for
    options    the options it ran with, defaults included
    dates      (horizon,) datetime64[D] first day of each forecast period; without dates 1, 2 ...
    levels     (levels,) probability of an outcome at or below each quantile
    quantiles  (series, horizon, levels) cases
    draws      (draws, series, horizon) cases, of paths: what belongs together across horizons; None unless asked for
    weights    (series, weeks, 3) trust in renewal, exponential smoothing and persistence for each week ahead; None for
               a single method
    """

    method: Method
    options: Mapping[str, object]
    dates: NDArray[np.datetime64] | NDArray[np.intp]
    levels: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    draws: NDArray[np.float64] | None
    weights: NDArray[np.float64] | None

    @property
    def median(self) -> NDArray[np.float64]:
        """(series, horizon), between the quantiles beside it where 0.5 is not among the levels."""
        rows = self.quantiles.reshape(-1, len(self.levels))
        found = np.array([np.interp(0.5, self.levels, row) for row in rows])
        return found.reshape(self.quantiles.shape[:2])


class _Fit(Protocol):
    def draw(self, i: int, rng: np.random.Generator, out: NDArray[np.float64]) -> None: ...


def forecast(
    counts: ArrayLike,
    dates: ArrayLike | None = None,
    *,
    horizon: int,
    step: Step,
    sum_over: int = 1,
    method: Method = "combination",
    levels: ArrayLike = LEVELS,
    recent: ArrayLike | None = None,
    serial_interval: ArrayLike | None = None,
    pull: float = PULL,
    negative: Negative = "refuse",
    draws: int = 1000,
    keep_draws: bool = False,
    rng: np.random.Generator,
    jobs: int | None = None,
) -> Forecast:
    """Counts of each series over the periods after its last.

    counts           (series, periods) cases; nan where none is known: before a series begins, in gaps
    dates            (periods,) first day of each period; only names the results and checks the step
    horizon          periods ahead: 1 to 28 days, or 1 to 8 weeks
    step             "day" or "week", of the counts
    sum_over         days that each forecast period adds up: 7 forecasts weeks from daily counts, which is better than
                     from weekly ones; `horizon` then counts weeks
    method           "combination", or one of "renewal", "exponential_smoothing", "flat"
    levels           of the quantiles
    recent           (draws, series, last periods) draws of what the last periods' counts will be, from a nowcast; they
                     stand in for the last of `counts`, and their uncertainty is carried through
    serial_interval  (S,) probability of 0, 1 ... days, that of 0 days being 0; None for one of mean 7, sd 4 days
    pull             of cases above their mean of months on log R; 0 for none
    negative         "refuse" negative counts, or "spread": take each off all earlier counts in proportion
    draws            paths drawn for each series, at least 100
    keep_draws       return them: draws x series x horizon numbers
    rng              source of all randomness; each series has its own stream, whatever `jobs` is
    jobs             threads; None for one a core
    raises           InvalidCounts, InvalidDates, InvalidOption, InvalidDelay; HistoryTooShort where a series has fewer
                     than 21 days or 4 weeks known, or nothing at its end

    The combination foretells counts as they will be reported: where days of silence followed by one large count have
    become usual, it expects more of them; from a nowcast, which knows what happens, counts as they happen.
    A series of zeros is forecast to go on, with a case at the rate of half a case in the time seen. Valid where the
    future resembles the past weeks: no measure, variant or season that is about to begin is known to it.
    """
    if method not in METHODS:
        raise InvalidOption(f"method is {method!r}; it must be one of {', '.join(METHODS)}")
    if not pull >= 0:
        raise InvalidOption(f"pull is {pull!r}; it must be at least 0")
    whole("draws", draws, least=100)
    h = history("counts", counts, dates, step, negative, recent)
    ahead = checked_horizon(horizon, step, sum_over)
    q = checked_levels(levels)
    w = _interval(serial_interval, step)
    series = len(h.counts)
    seeds = rng.integers(0, 2**63 - 1, size=series)
    found = np.empty((series, horizon, len(q)))
    kept = np.empty((draws, series, horizon)) if keep_draws else None
    weights = np.empty((series, -(-ahead // h.rhythm.block), len(COMPONENTS))) if method == "combination" else None

    def work(rows: slice) -> None:
        fits = _fits(h, rows, method, w, ahead, sum_over, pull, weights)
        periods, every = (horizon, 1) if method == "flat" else (ahead, sum_over)
        paths, added = np.empty((periods, draws)), np.empty((horizon, draws))
        shares = np.array_split(np.arange(draws), len(fits))
        for i in range(*rows.indices(series)):
            own = np.random.Generator(np.random.PCG64(seeds[i]))
            for fit, share in zip(fits, shares, strict=True):
                part = np.empty((periods, len(share)))
                fit.draw(i - rows.start, own, part)
                paths[:, share] = part
            if every > 1:
                sums(paths, added)
            else:
                added[:] = paths
            quantiles(added, q, found[i])
            if kept is not None:
                kept[:, i] = added.T

    over_chunks(work, series, jobs=jobs, chunk=CHUNK)
    options = {
        "horizon": horizon,
        "step": step,
        "sum_over": sum_over,
        "pull": pull,
        "negative": negative,
        "draws": draws,
    }
    return Forecast(method, options, h.dates_ahead(horizon, sum_over), q, found, kept, weights)


def _fits(
    h: History, rows: slice, method: Method, w: NDArray[np.float64], ahead: int, sum_over: int, pull: float,
    weights: NDArray[np.float64] | None,
) -> list[_Fit]:  # fmt: skip
    """A fit for each draw of the nowcast that is used; one without a nowcast."""
    middle = h.counts[rows]
    versions = [middle] if h.nowcasts is None else _with_recent(middle, h.nowcasts[:, rows])
    if method == "flat":
        return [fit_flat(_added(y, sum_over)) for y in versions]
    cleaned = [regular(y[:, -h.rhythm.kept :], h.rhythm.season) for y in versions]
    if method == "renewal":
        return [fit_renewal(c, h.rhythm, w, ahead=ahead, origins=1, blocks=1, pull=pull) for c in cleaned]
    if method == "exponential_smoothing":
        return [fit_smoothing(c, h.rhythm, ahead=ahead, origins=1, blocks=1) for c in cleaned]
    middle = middle[:, -h.rhythm.kept :]
    fit = fit_combination(middle, regular(middle, h.rhythm.season), h.rhythm, w, ahead=ahead, pull=pull)
    if weights is not None:
        weights[rows] = fit.weight
    return [fit] if h.nowcasts is None else [with_other_counts(fit, c, h.rhythm, w, pull=pull) for c in cleaned]


def _with_recent(counts: NDArray[np.float64], nowcasts: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Counts with their last periods as in each of at most `MOST_NOWCASTS` draws, evenly spaced."""
    chosen = np.unique(np.linspace(0, len(nowcasts) - 1, min(len(nowcasts), MOST_NOWCASTS)).astype(int))
    last = nowcasts.shape[2]
    return [np.concatenate([counts[:, : counts.shape[1] - last], nowcasts[d]], axis=1) for d in chosen]


def _added(counts: NDArray[np.float64], sum_over: int) -> NDArray[np.float64]:
    """(series, periods // sum_over) sums of consecutive periods, the last of which end with the counts."""
    periods = counts.shape[1] // sum_over
    found: NDArray[np.float64] = (
        counts[:, counts.shape[1] - periods * sum_over :].reshape(-1, periods, sum_over).sum(axis=2)
    )
    return found


def _interval(given: ArrayLike | None, step: Step) -> NDArray[np.float64]:
    if given is None:
        w = renormalised(gamma_serial_interval(*USUAL_INTERVAL, longest=25))
    else:
        w = checked_delay("serial_interval", given, shortest=1)
    return weekly_interval(w) if step == "week" else w
