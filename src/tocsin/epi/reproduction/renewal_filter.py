"""The reproduction number of each day as it can be known that day: a filter whose own uncertainties are weighed.

Parag KV (2021). Improved estimation of time-varying reproduction numbers at low case incidence and between epidemic
waves. PLoS Computational Biology 17(9):e1009347. doi:10.1371/journal.pcbi.1009347
Steyn N, Parag KV (2025). Robust uncertainty quantification in popular estimators of the instantaneous reproduction
number. American Journal of Epidemiology. doi:10.1093/aje/kwaf165

    I_t | R_t is Poisson or negative binomial with mean R_t Lambda_t,   Lambda_t = sum over s >= 1 of w_s I_t-s

R changes from day to day by one of the models of `filter_models`, of which nobody knows which. All are followed at
once, and each counts as much as it foretold the counts so far: p(R_t) = sum over h of p(h | I_1..t) p(R_t | I_1..t, h).
Where Parag has a grid of R, here each model's x = 2 sqrt(R) is normal, or a mixture of normals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.errors import InvalidOption
from tocsin.epi.quantiles import LEVELS, checked_levels
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.filter_models import FilterModels, Hypotheses, hypotheses
from tocsin.epi.reproduction.filter_pass import COLUMNS, filter_series
from tocsin.epi.reproduction.infectivity import infectivity_of
from tocsin.epi.reproduction.inputs import Incidence, checked_serial_interval, daily_incidence, long_enough
from tocsin.epi.threads import over_chunks

__all__ = [
    "FilterInput",
    "FilteredReproduction",
    "Pass",
    "checked_input",
    "empty_pass",
    "first_reported",
    "follow",
    "renewal_filter",
]

CHUNK = 4
SHORTEST = 2

Before = Literal["alike", "none"]


@dataclass(frozen=True, slots=True)
class FilteredReproduction(Reproduction):
    """Reproduction numbers by day, with what the filter says of counts and of its models.

    predicted   (series, windows, levels) quantiles of each day's count as foretold the day before; nan unless asked for
    next_count  (series, levels) quantiles of the count on the day after the last
    log_score   (series,) mean log-probability of the counts of the windows' days, each as foretold the day before
    models      the hypotheses weighed
    weight      (series, H) of each, after the last day
    """

    predicted: NDArray[np.float64]
    next_count: NDArray[np.float64]
    log_score: NDArray[np.float64]
    models: Hypotheses
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FilterInput:
    """Checked input of the filter and the smoother.

    local   (series, days) cases infected here; nan where none was reported
    Lambda  (series, days + 1) infectivity, up to the day after the last; nan where unknown
    """

    incidence: Incidence
    local: NDArray[np.float64]
    Lambda: NDArray[np.float64]
    models: FilterModels
    levels: NDArray[np.float64]


def renewal_filter(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    evaluate: int | None = None,
    dispersion: float | Literal["estimate"] = "estimate",
    before: Before = "alike",
    models: FilterModels | None = None,
    predictions: bool = False,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
) -> FilteredReproduction:
    """R of each day from the counts up to that day.

    incidence        (series, days) new cases by onset, imported ones among them; nan where none was reported
    serial_interval  (S,) probability of 0, 1 ... S-1 days; that of 0 days is 0
    dates            (days,) the days
    imported         (series, days) cases infected elsewhere, among the incidence
    evaluate         how many last days to report on; all but the first if None
    dispersion       k of a negative binomial count (variance mu + mu^2 / k), inf for Poisson; "estimate" weighs
                     Poisson and k of 50, 15 and 5 by the counts
    before           the series: cases on the days before it were as many as since ("alike", which scales the weights
                     of the first days up), or there were "none", as at the beginning of an outbreak
    models           how R may change, and how likely that is beforehand; `FilterModels()` if None
    predictions      also tell each day's count as foretold the day before
    levels           of the quantiles
    returns          windows are single days; see `FilteredReproduction`
    raises           InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort

    A day that was not reported leaves R to its models, so that intervals widen; a day without infectivity likewise.
    A series without a single case is nan. Not for the last days of a series that are still filling up: nowcast them
    first. Changes of the share reported look like changes of R; so do weekends, unless dispersion allows for them.
    """
    given = checked_input(incidence, serial_interval, dates, imported, dispersion, before, models, levels)
    I = given.incidence  # noqa: E741 - the paper's symbol
    table = hypotheses(given.models)
    from_day = first_reported(evaluate, I.days)
    q = given.levels
    series, days = I.counts.shape
    mean, sd, log_score = np.full((3, series, days), np.nan)
    quantiles, predicted = np.full((series, days, len(q)), np.nan), np.full((series, days + 1, len(q)), np.nan)
    weight = np.full((series, len(table.eta2)), np.nan)
    silent = I.without_cases()

    def work(rows: slice) -> None:
        for i in range(rows.start, rows.stop):
            if not silent[i]:
                known = table.before_the_first_day(given.models.start)
                out = Pass(mean[i], sd[i], np.empty((days, 2)), quantiles[i], predicted[i], log_score[i])
                follow(
                    given.local[i], given.Lambda[i], table, known, q, out, from_day=from_day, predictions=predictions
                )
                weight[i] = known[2]

    over_chunks(work, series, jobs=jobs, chunk=CHUNK)
    day = np.arange(from_day, days)
    with np.errstate(invalid="ignore"):
        told = np.isfinite(log_score[:, day])
        score = np.where(told, log_score[:, day], 0.0).sum(axis=1) / np.where(
            told.any(axis=1), told.sum(axis=1), np.nan
        )
    return FilteredReproduction(
        method="filter",
        options={"dispersion": dispersion, "before": before, "models": given.models},
        t_start=day,
        t_end=day,
        dates=None if I.dates is None else I.dates[day],
        levels=q,
        mean=mean[:, day],
        sd=sd[:, day],
        quantiles=quantiles[:, day],
        reason=reasons(silent),
        predicted=predicted[:, day],
        next_count=predicted[:, days],
        log_score=score,
        models=table,
        weight=weight,
    )


def checked_input(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    dates: ArrayLike | None,
    imported: ArrayLike | None,
    dispersion: float | str,
    before: str,
    models: FilterModels | None,
    levels: ArrayLike,
) -> FilterInput:
    """Raises InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort."""
    I = daily_incidence(incidence, dates, imported)  # noqa: E741 - the paper's symbol
    w = checked_serial_interval(serial_interval)
    q = checked_levels(levels)
    long_enough(I.days, SHORTEST, "the filter")
    if before not in ("alike", "none"):
        raise InvalidOption(f"before is {before!r}; cases before the series were 'alike', or there were 'none'")
    chosen = FilterModels() if models is None else models
    if isinstance(dispersion, str):
        if dispersion != "estimate":
            raise InvalidOption(f"dispersion is {dispersion!r}; give k, inf for Poisson, or 'estimate'")
    else:
        chosen = chosen.of_dispersion(dispersion)
    longer = np.concatenate([I.counts, np.zeros((len(I.counts), 1))], axis=1)
    Lambda = infectivity_of(longer, w)
    if before == "alike":
        known = np.cumsum(np.pad(w, (0, max(0, I.days + 1 - len(w)))))[: I.days + 1]
        Lambda = np.divide(Lambda, known / w.sum(), out=np.full_like(Lambda, np.nan), where=known > 0)
    local = I.counts if I.imported is None else I.counts - I.imported
    return FilterInput(I, local, Lambda, chosen, q)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a pass fills, for one series; see `filter_series`."""

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    root: NDArray[np.float64]
    quantiles: NDArray[np.float64]
    predicted: NDArray[np.float64]
    log_score: NDArray[np.float64]


def empty_pass(days: int, levels: int) -> Pass:
    return Pass(
        mean=np.full(days, np.nan),
        sd=np.full(days, np.nan),
        root=np.full((days, 2), np.nan),
        quantiles=np.full((days, levels), np.nan),
        predicted=np.full((days + 1, levels), np.nan),
        log_score=np.full(days, np.nan),
    )


NO_HISTORY = np.empty((0, 0, 0, COLUMNS)), np.empty((0, 0), dtype=np.int64)


def follow(
    counts: NDArray[np.float64],
    Lambda: NDArray[np.float64],
    table: Hypotheses,
    known: tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]],
    levels: NDArray[np.float64],
    out: Pass,
    *,
    first_day: int = 0,
    from_day: int = 1,
    predictions: bool = False,
    history: tuple[NDArray[np.float64], NDArray[np.int64]] = NO_HISTORY,
) -> None:
    """One series from `first_day` on; `known` is what is known before it, and afterwards what is known at the end."""
    filter_series(
        counts, Lambda, table.eta2, table.zeta2, table.phi, table.jump_p, table.jump_variance, table.inverse_k,
        table.capacity, *known, first_day, levels, ndtri(levels), from_day, predictions, *history,
        out.mean, out.sd, out.root, out.quantiles, out.predicted, out.log_score,
    )  # fmt: skip


def first_reported(evaluate: int | None, days: int) -> int:
    if evaluate is None:
        return 1
    if not isinstance(evaluate, int | np.integer) or isinstance(evaluate, bool) or not 1 <= evaluate < days:
        raise InvalidOption(f"evaluate is {evaluate!r}; of {days} days the last 1 to {days - 1} can be reported on")
    return days - int(evaluate)
