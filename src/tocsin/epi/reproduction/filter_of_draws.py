"""The real-time filter on counts that are not known for certain, as those of a nowcast.

The filter of `renewal_filter` follows each draw of the counts from the day on which draws begin to differ, and the
answer is the even mixture over draws; each draw's x = 2 sqrt(R) enters it as the normal with its mean and variance.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from tocsin.epi.quantiles import LEVELS
from tocsin.epi.reproduction.estimate import Reproduction, reasons
from tocsin.epi.reproduction.filter_models import FilterModels, hypotheses
from tocsin.epi.reproduction.mixture_of_draws import draws_of_counts
from tocsin.epi.reproduction.mixtures import even_mixture
from tocsin.epi.reproduction.renewal_filter import Before, checked_input, empty_pass, first_reported, follow
from tocsin.epi.threads import over_chunks

__all__ = ["filter_of_draws"]


def filter_of_draws(
    incidence: ArrayLike,
    serial_interval: ArrayLike,
    *,
    dates: ArrayLike | None = None,
    imported: ArrayLike | None = None,
    evaluate: int | None = None,
    dispersion: float | Literal["estimate"] = "estimate",
    before: Before = "alike",
    models: FilterModels | None = None,
    levels: Sequence[float] = LEVELS,
    jobs: int | None = None,
) -> Reproduction:
    """`renewal_filter` of a mixture of counts.

    incidence  (draws, series, days) new cases, each draw as likely as any other; (draws, days) is one series. Days
               that all draws share cost no more than once
    imported   (series, days)
    returns    windows are single days; `reason` is "" unless no draw has a case
    raises     InvalidCounts, InvalidDates, InvalidDelay, InvalidOption, HistoryTooShort

    All else as in `renewal_filter`.
    """
    draws = draws_of_counts(incidence)
    n, series, days = draws.shape
    brought = None
    if imported is not None:
        brought = np.broadcast_to(np.asarray(imported, dtype=np.float64), draws.shape).reshape(-1, days)
    given = checked_input(draws.reshape(-1, days), serial_interval, dates, brought, dispersion, before, models, levels)
    table = hypotheses(given.models)
    from_day = first_reported(evaluate, days)
    q = given.levels
    z = ndtri(q)
    local = given.local.reshape(n, series, days)
    Lambda = given.Lambda.reshape(n, series, days + 1)
    mean, sd = np.full((2, series, days), np.nan)
    quantiles = np.full((series, days, len(q)), np.nan)
    silent: NDArray[np.bool_] = np.logical_and.reduce(given.incidence.without_cases().reshape(n, series), axis=0)

    def work(rows: slice) -> None:
        for i in range(rows.start, rows.stop):
            if silent[i]:
                continue
            apart = _first_difference(local[:, i], Lambda[:, i])
            known = table.before_the_first_day(given.models.start)
            shared = empty_pass(days, len(q))
            # Up to the day before the first difference all draws are one series.
            follow(local[0, i, :apart], Lambda[0, i, : apart + 1], table, known, q, shared, from_day=from_day)
            mean[i], sd[i], quantiles[i] = shared.mean, shared.sd, shared.quantiles
            if apart == days:
                continue
            since = slice(max(apart, from_day), days)
            means, sds, roots = [], [], []
            for d in range(n):
                own = (known[0].copy(), known[1].copy(), known[2].copy())
                one = empty_pass(days, 0)
                follow(local[d, i], Lambda[d, i], table, own, np.empty(0), one, first_day=apart, from_day=since.start)
                means.append(one.mean[since])
                sds.append(one.sd[since])
                roots.append(one.root[since])
            m, s, root = np.array(means), np.array(sds), np.array(roots)
            mean[i, since] = m.mean(axis=0)
            sd[i, since] = np.sqrt((s**2).mean(axis=0) + m.var(axis=0))
            found = np.empty((days - since.start, len(q)))
            even_mixture(np.ascontiguousarray(root[..., 0]), np.ascontiguousarray(root[..., 1]), q, z, found)
            quantiles[i, since] = found**2 / 4

    over_chunks(work, series, jobs=jobs, chunk=2)
    day = np.arange(from_day, days)
    return Reproduction(
        method="filter",
        options={"dispersion": dispersion, "before": before, "models": given.models, "draws": n},
        t_start=day,
        t_end=day,
        dates=None if given.incidence.dates is None else given.incidence.dates[day],
        levels=q,
        mean=mean[:, day],
        sd=sd[:, day],
        quantiles=quantiles[:, day],
        reason=reasons(silent),
    )


def _first_difference(counts: NDArray[np.float64], Lambda: NDArray[np.float64]) -> int:
    """The first day on which draws (draws, days) differ, in counts or in infectivity; the number of days if none."""
    days = counts.shape[1]
    same = _all_equal(counts) & _all_equal(Lambda[:, :days])
    return days if same.all() else int(np.argmin(same))


def _all_equal(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    equal: NDArray[np.bool_] = ((values == values[0]) | (np.isnan(values) & np.isnan(values[0]))).all(axis=0)
    return equal
