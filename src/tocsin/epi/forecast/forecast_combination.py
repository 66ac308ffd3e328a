"""The combination: renewal, smoothing and "as now", each trusted as it has earned, with a spread that past errors set.

Bates JM, Granger CWJ (1969). The combination of forecasts. Operational Research Quarterly 20(4):451-468.
doi:10.1057/jors.1969.103 (weights from past errors)
Ratcliff R (1979). Group reaction time distributions and an analysis of distribution statistics. Psychological Bulletin
86(3):446-461. doi:10.1037/0033-2909.86.3.446 (averaging quantiles, here of logarithms)
Shafer G, Vovk V (2008). A tutorial on conformal prediction. Journal of Machine Learning Research 9:371-421. (spread
from past errors; ours are scaled, weighted by age and joined with a prior)

    log m_b = sum over k of omega_k,b log m_k,b,    omega_k,b proportional to prior_k / (mean past |log error|)_k,b ^ 8

for week b ahead, past errors losing half their weight in 10 weeks. With u_b^2 the variance that is usual for an error
(half the renewal model's own, a fixed part, that of clusters, log(1 + 11 / (m + 1)), and that of counting), the
variance of log(outcome) about log(m) is

    v_b = u_b^2 (3 + sum of a_j min(16, e_j^2 / u_b,j^2)) / (3 + sum of a_j),    a_j = 2 ^ (- age_j / 8 weeks).

An origin's weights and errors use only outcomes that were known then. Days may not be reported when they happen: see
`reporting`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.forecast.exponential_smoothing import fit_smoothing
from tocsin.epi.forecast.past_performance import combine, widths
from tocsin.epi.forecast.persistence import outcomes, persist
from tocsin.epi.forecast.regular import Regular
from tocsin.epi.forecast.renewal_forecast import PULL, fit_renewal
from tocsin.epi.forecast.reporting import Reporting, reporting, withhold
from tocsin.epi.forecast.rhythm import Rhythm
from tocsin.epi.forecast.sampling import draw_counts

__all__ = ["COMPONENTS", "ORIGINS", "USUAL_DEVIATION", "Combination", "deviations", "fit_combination", "mixed"]

COMPONENTS = ("renewal", "exponential_smoothing", "persistence")

PRIOR = (3.0, 1.0, 1.0)
"""Trust in each before anything is known of it."""

ORIGINS = 40
"""Past weeks whose forecasts are judged."""

USUAL_DEVIATION = 0.28 * np.array([1.0, 1.7, 2.4, 3.0, 3.5, 3.9, 4.3, 4.6])
"""Standard deviation of log(outcome / forecast) of a weekly sum 1 ... 8 weeks ahead, counting noise apart, before any
error of the series is known; of COVID-19 cases by country."""

MODEL_SHARE = 0.5
"""Of the variance that the renewal model expects, in what is usual: it knows when log R is hard to tell."""

FIXED_SHARE = 0.75
"""Of `USUAL_DEVIATION` in it: no model knows all that can happen."""

CLUSTERS = 12.0
"""Cases that come together: variance of a small count over its mean. Households, homes, one report of several."""

LEAST_VARIANCE = 0.1
"""Of the usual one: no series is so steady that it could not turn."""


@dataclass(frozen=True, slots=True)
class Combination:
    """A fit to each of some series.

    path       (series, ahead) expected counts of each period ahead
    deviation  (series, ahead) standard deviation of its logarithm, counting noise apart
    scatter    (series,) squared coefficient of variation of one count beyond Poisson
    weight     (series, blocks, components) of each component for each week ahead
    reports    when reports come, of days; None where draws are to be of what happens and not of what is reported
    """

    path: NDArray[np.float64]
    deviation: NDArray[np.float64]
    scatter: NDArray[np.float64]
    weight: NDArray[np.float64]
    reports: Reporting | None

    def draw(self, i: int, rng: np.random.Generator, out: NDArray[np.float64]) -> None:
        """Fill out (ahead, draws) with counts of series i."""
        draw_counts(self.path[i], self.deviation[i], float(self.scatter[i]), rng, out)
        if self.reports is not None and self.reports.hazard[i].min() < 1.0:
            withhold(self.reports.hazard[i], int(self.reports.waited[i]), rng, out)


def fit_combination(
    counts: NDArray[np.float64],
    regular: Regular,
    rhythm: Rhythm,
    w: NDArray[np.float64],
    *,
    ahead: int,
    pull: float = PULL,
) -> Combination:
    """Fit all components, judge them by the past, and put them together."""
    blocks = -(-ahead // rhythm.block)
    pasts, paths, unsure, scatter = _components(
        regular, rhythm, w, ahead=ahead, origins=ORIGINS + 1, blocks=blocks, pull=pull
    )
    outcome = np.empty(pasts.shape[1:])
    reports = reporting(counts, regular) if rhythm.days == 1 else None
    happened = counts if reports is None else reports.happened
    outcomes(happened, regular.level, rhythm.block, False, outcome)
    together = np.empty(pasts.shape[1:])
    weight = np.empty((len(counts), blocks, len(COMPONENTS)))
    combine(pasts, outcome, np.array(PRIOR), together, weight)
    width = np.empty((len(counts), blocks))
    usual = MODEL_SHARE * unsure + (FIXED_SHARE * USUAL_DEVIATION[:blocks]) ** 2 + of_clusters(together)
    widths(together, outcome, usual, 1.0, width)
    if rhythm.block == 1:
        scatter = np.zeros(len(counts))  # a week's own noise is part of its past errors
    counting = 1.0 / (together[:, 0] + 1.0)
    variance = width**2 * (usual[:, 0] + counting) - counting - scatter[:, None] / rhythm.block
    deviation = np.sqrt(np.maximum(variance, LEAST_VARIANCE * usual[:, 0]))
    seen = np.maximum((~np.isnan(regular.level)).sum(axis=1), 1)
    path = np.maximum(mixed(paths, weight, rhythm.block), 0.5 / seen[:, None])
    return Combination(path, deviations(deviation, ahead, rhythm.block), scatter, weight, reports)


def with_other_counts(
    fit: Combination, regular: Regular, rhythm: Rhythm, w: NDArray[np.float64], *, pull: float = PULL
) -> Combination:
    """The same weights and spread from other last counts, such as another draw of a nowcast."""
    ahead = fit.path.shape[1]
    _, paths, _, _ = _components(regular, rhythm, w, ahead=ahead, origins=1, blocks=fit.weight.shape[1], pull=pull)
    seen = np.maximum((~np.isnan(regular.level)).sum(axis=1), 1)
    path = np.maximum(mixed(paths, fit.weight, rhythm.block), 0.5 / seen[:, None])
    return Combination(path, fit.deviation, fit.scatter, fit.weight, None)


def of_clusters(expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Variance of the logarithm of a rate whose counts have variance `CLUSTERS` times their mean."""
    return np.log1p((CLUSTERS - 1.0) / (expected + 1.0))


def _components(
    regular: Regular, rhythm: Rhythm, w: NDArray[np.float64], *, ahead: int, origins: int, blocks: int, pull: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Past forecasts (components, series, origins, blocks), paths (components, series, ahead), unsure, scatter."""
    renewal = fit_renewal(regular, rhythm, w, ahead=ahead, origins=origins, blocks=blocks, pull=pull)
    smoothing = fit_smoothing(regular, rhythm, ahead=ahead, origins=origins, blocks=blocks)
    same_past, same_path = np.empty_like(renewal.past), np.empty_like(renewal.path)
    persist(regular.level, regular.factors, rhythm.block, False, same_past, same_path)
    pasts = np.stack([renewal.past, smoothing.past, same_past])
    return pasts, np.stack([renewal.path, smoothing.path, same_path]), renewal.unsure, renewal.scatter


def mixed(paths: NDArray[np.float64], weight: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """(series, ahead) geometric mean of paths (components, series, ahead), weighted (series, blocks, components)."""
    by_period = np.moveaxis(np.repeat(weight, block, axis=1)[:, : paths.shape[2]], 2, 0)
    one = 1.0 / block
    found: NDArray[np.float64] = np.exp((by_period * np.log(paths + one)).sum(axis=0)) - one
    return found


def deviations(by_block: NDArray[np.float64], ahead: int, block: int) -> NDArray[np.float64]:
    """(series, ahead) deviations of each period from those of weeks (series, blocks), which hold at a week's middle."""
    if block == 1:
        return by_block[:, :ahead]
    middle = block * np.arange(by_block.shape[1]) + (block + 1) / 2
    at = np.concatenate([[0.0], middle])
    known = np.concatenate([by_block[:, :1] / 2, by_block], axis=1)
    return np.stack([np.interp(np.arange(1, ahead + 1), at, row) for row in known])
