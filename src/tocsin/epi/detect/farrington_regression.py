"""The regression that both of Farrington's methods share: from counts to what is expected now."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from tocsin.epi.compilation import inner_kernel, kernel
from tocsin.epi.detect.panel import Panel
from tocsin.epi.detect.quasi_poisson import fit
from tocsin.epi.detect.reference_periods import Reference
from tocsin.epi.detect.regression_block import (
    ACTIVE,
    ALPHA,
    BETA,
    CENTRE,
    CONVERGED,
    DEGREES,
    INVERSE,
    INVERSE_SPREAD,
    LANES,
    LARGEST,
    PHI,
    PHI_PRIOR,
    PHI_WEIGHTED,
    SPREAD,
    Block,
    Design,
    load,
    log_table,
    new_block,
    start,
)
from tocsin.epi.errors import InvalidCounts
from tocsin.epi.threads import over_chunks

__all__ = ["Options", "Regression", "regress"]

CHUNK = 8 * LANES
ROUNDING_OF_T = 1e-14

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Options:
    """How the regression is done.

    trend                   try a linear trend in log incidence
    trend_p_value           keep it only below this p-value, and never beyond the largest reference count
    reweight                weigh outlying reference counts down and fit again
    residual_threshold      Anscombe residuals above it are outlying
    prior_weights           tests and variances take Pearson's dispersion with prior weights alone, as
                            farringtonFlexible of surveillance does after reweighting, and not with working weights
    floored                 variances take the dispersion that is at least 1
    """

    trend: bool
    trend_p_value: float
    reweight: bool
    residual_threshold: float
    prior_weights: bool
    floored: bool


@dataclass(frozen=True, slots=True)
class Regression:
    """Estimates for each series and evaluated period, nan where no model could be fitted; all (series, evaluated).

    eta         logarithm of the expected count
    variance    of eta
    dispersion  variance over mean, at least 1
    trend       slope of log incidence per period; nan where the model has no trend
    """

    eta: Floats
    variance: Floats
    dispersion: Floats
    trend: Floats


def regress(
    panel: Panel,
    references: list[Reference],
    options: Options,
    population: NDArray[Any] | None,
    jobs: int | None,
) -> Regression:
    """Fit every series for every evaluated period, `references` holding one design a period."""
    n_series = panel.counts.shape[0]
    # Periods first, so that each kernel call writes to contiguous memory.
    out = np.full((4, len(references), n_series), np.nan)
    shared, own = _exclusions(panel)
    most_rows = max(reference.row.size for reference in references)
    designs = [_design(reference, shared) for reference in references]
    critical = _critical_values(options.trend_p_value, most_rows)
    # The part of history that is read; a design may have lost all its rows to exclusions.
    first = min([int(panel.periods[0])] + [int(d.row[0]) for d in designs if d.row.size])
    last = int(panel.periods[-1]) + 1
    table = log_table()
    # A megabyte each, made once a thread: fresh memory is dear to touch.
    spare: list[Block] = []
    _check_population(population, panel)

    def work(part: slice) -> None:
        counts = np.ascontiguousarray(panel.counts[part, first:last], dtype=np.float64)
        people = np.empty((0, 0))
        if population is not None:
            people = np.ascontiguousarray(population[part, first:last], dtype=np.float64)
        left_out = np.empty((0, 0), dtype=np.bool_) if own is None else np.ascontiguousarray(own[part, first:last])
        try:
            block = spare.pop()
        except IndexError:
            block = new_block(most_rows, references[0].n_groups)
        for i, design in enumerate(designs):
            estimates = (out[0, i, part], out[1, i, part], out[2, i, part], out[3, i, part])
            _regress_chunk(
                block, counts, people, left_out, design._replace(row=design.row - first), int(panel.periods[i]) - first,
                options.trend, options.reweight, float(options.residual_threshold), critical,
                options.prior_weights, options.floored, table, *estimates,
            )  # fmt: skip
        spare.append(block)

    over_chunks(work, n_series, jobs=jobs, chunk=CHUNK)
    return Regression(*(np.ascontiguousarray(estimate.T) for estimate in out))


def _exclusions(panel: Panel) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """Exclusions that all series share, which shorten the design, and those of each series."""
    if panel.excluded is None or panel.excluded.ndim == 1:
        return panel.excluded, None
    return None, panel.excluded


def _design(reference: Reference, excluded: NDArray[np.bool_] | None) -> Design:
    keep = np.ones(reference.row.size, dtype=bool) if excluded is None else ~excluded[reference.row]
    t = reference.t[keep]
    middle = (t[0] + t[-1]) / 2 if t.size else 0.0
    unit_step = np.zeros(t.size, dtype=np.bool_)
    unit_step[1:] = np.diff(t) == 1.0
    group = reference.group[keep].astype(np.int64)
    joined = unit_step[1:] & (group[1:] == group[:-1])
    four = np.zeros(t.size, dtype=np.bool_)
    four[: max(t.size - 3, 0)] = joined[: t.size - 3] & joined[1 : t.size - 2] & joined[2:]
    return Design(
        reference.row[keep].astype(np.int64),
        group,
        t - middle,
        unit_step,
        four,
        reference.n_groups,
        reference.n_groups - 1,
        reference.t_now - middle,
    )


def _critical_values(p_value: float, n_rows: int) -> Floats:
    """|t| that a trend must exceed to have a smaller p-value, by residual degrees of freedom."""
    if p_value >= 1:
        # Counts that are symmetric in time have a slope of nothing but rounding, and a p-value of 1.
        return np.full(n_rows + 1, ROUNDING_OF_T)
    return np.concatenate([[np.inf], student.isf(p_value / 2, np.arange(1, n_rows + 1))])


def _check_population(population: NDArray[Any] | None, panel: Panel) -> None:
    if population is None:
        return
    if population.shape != panel.counts.shape:
        raise InvalidCounts(f"population must have the shape of counts, {panel.counts.shape}; got {population.shape}")
    if not (np.fmin.reduce(population, axis=None) > 0):
        series, period = np.argwhere(~(population > 0) & ~np.isnan(population))[0]
        raise InvalidCounts(
            f"population must be above 0; series {series}, period {period} has {population[series, period]:g}; "
            "leave the series out or set its population to nan for periods that are not to count"
        )


@kernel
def _regress_chunk(
    b: Block, counts: Floats, population: Floats, excluded: NDArray[np.bool_], d: Design, now: int,
    trend: bool, reweight: bool, residual_threshold: float, critical: Floats, prior_weights: bool, floored: bool,
    table: Floats, eta: Floats, variance: Floats, dispersion: Floats, slope: Floats,
) -> None:  # fmt: skip
    """The model with a trend for all series, then the one without for those in which the trend does not hold."""
    largest, active, converged = b.lanes[LARGEST], b.flags[ACTIVE], b.flags[CONVERGED]
    offset = np.zeros(LANES)
    waiting = _by_size(counts)
    for with_trend in range(1 if trend else 0, -1, -1):
        left = 0
        for first in range(0, waiting.size, LANES):
            series = waiting[first : first + LANES]
            lanes = series.size
            load(b, d, series, lanes, counts, population, excluded)
            for j in range(lanes):
                active[j] = largest[j] >= 0.0
                if population.size > 0:
                    offset[j] = math.log(population[series[j], now])
            start(b, d.row.size, lanes, population.size > 0, table)
            fit(b, d, lanes, with_trend == 1, reweight, residual_threshold, population.size > 0)
            for j in range(lanes):
                s = series[j]
                usable = converged[j] and b.lanes[DEGREES, j] > 0.0
                if usable and (with_trend == 0 or _trend_holds(b, d, j, offset[j], critical, prior_weights)):
                    eta[s] = _eta_now(b, d, j, offset[j])
                    variance[s] = _variance_now(b, d, j, prior_weights, floored)
                    dispersion[s] = b.lanes[PHI, j]
                    slope[s] = b.lanes[BETA, j] if with_trend == 1 else np.nan
                elif largest[j] >= 0.0:
                    # Never ahead of `first`, so no series that still waits is overwritten.
                    waiting[left] = s
                    left += 1
        waiting = waiting[:left].copy()


@inner_kernel
def _by_size(counts: Floats) -> NDArray[np.int64]:
    """Series in order of their totals: sparse ones take many more iterations and should share their blocks.

    Every fourth count is enough to tell them apart.
    """
    total = np.zeros(counts.shape[0])
    for s in range(counts.shape[0]):
        for i in range(0, counts.shape[1], 4):
            total[s] += 0.0 if math.isnan(counts[s, i]) else counts[s, i]
    return np.argsort(total)


@inner_kernel
def _eta_now(b: Block, d: Design, j: int, offset: float) -> float:
    eta: float = b.groups[ALPHA, d.group_now, j] + b.lanes[BETA, j] * d.t_now + offset
    return eta


@inner_kernel
def _variance_now(b: Block, d: Design, j: int, prior_weights: bool, floored: bool) -> float:
    """Variance of eta now, from the level of its group and the trend's distance from the group's centre."""
    phi = b.lanes[PHI_PRIOR, j] if prior_weights else b.lanes[PHI_WEIGHTED, j]
    phi = b.lanes[PHI, j] if floored else phi
    off = d.t_now - b.groups[CENTRE, d.group_now, j]
    variance: float = phi * (b.groups[INVERSE, d.group_now, j] + off * off * b.lanes[INVERSE_SPREAD, j])
    return variance


@inner_kernel
def _trend_holds(b: Block, d: Design, j: int, offset: float, critical: Floats, prior_weights: bool) -> bool:
    """Significant, and not leading beyond any count seen in the reference periods."""
    degrees, spread = b.lanes[DEGREES, j], b.lanes[SPREAD, j]
    if not spread > 0.0:
        return False
    phi = b.lanes[PHI_PRIOR, j] if prior_weights else b.lanes[PHI_WEIGHTED, j]
    significant: bool = abs(b.lanes[BETA, j]) > critical[int(degrees)] * (phi / spread) ** 0.5
    inside: bool = math.exp(_eta_now(b, d, j, offset)) <= b.lanes[LARGEST, j]
    return significant and inside
