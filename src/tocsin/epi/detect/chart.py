"""Control charts: methods that run from period to period and carry a statistic along."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.baseline import baseline_counts, undefined
from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.panel import Evaluate, Exclude, Panel, panel, whole_number

__all__ = ["Chart", "ChartDetection", "chart", "chart_detection"]


@dataclass(frozen=True, slots=True)
class ChartDetection(Detection):
    """A detection by a chart, with what the chart plots.

    statistic  (series, evaluated) the chart's statistic after the period, what R's surveillance
               returns as `cusum`, or as `upperbound` with ret="value"; it stays where it was over a missing count
    limit      a statistic of at least this signals; exceedance = statistic / limit
    """

    statistic: NDArray[np.float64]
    limit: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Where a chart runs: every period from `start` to the last evaluated one."""

    p: Panel
    start: int

    @property
    def stop(self) -> int:
        return int(self.p.periods[-1]) + 1

    @property
    def shown(self) -> NDArray[np.intp]:
        """Columns of the run that are evaluated."""
        return self.p.periods - self.start

    def training(self, rows: slice) -> NDArray[np.float64]:
        """(rows, start) counts before the chart, nan where missing or excluded."""
        return baseline_counts(self.p, rows, slice(0, self.start))

    def run(self, rows: slice) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """(rows, run) counts, and where the statistic may be carried on: not from excluded periods."""
        x = self.p.counts[rows, self.start : self.stop].astype(np.float64, order="C")
        return x, ~np.isnan(baseline_counts(self.p, rows, slice(self.start, self.stop)))


def chart(
    counts: ArrayLike,
    dates: ArrayLike | None,
    evaluate: Evaluate,
    exclude: Exclude,
    *,
    run_in: int,
    training: int,
    least_training: int,
) -> Chart:
    """Check the input; `training` periods come before the chart if `evaluate` is None."""
    whole_number("run_in", run_in, least=0)
    p = panel(counts, dates, evaluate, first=training + run_in, exclude=exclude)
    needed = least_training + run_in
    p.require_history(needed, f"run_in={run_in} and {least_training} periods to learn the mean from need {needed}")
    return Chart(p, int(p.periods[0]) - run_in)


def chart_detection(
    method: str,
    options: Mapping[str, object],
    c: Chart,
    observed: NDArray[np.float64],
    expected: NDArray[np.float64],
    threshold: NDArray[np.float64],
    statistic: NDArray[np.float64],
    limit: float,
    dispersion: NDArray[np.float64] | None = None,
) -> ChartDetection:
    """The result of a chart, which signals where its statistic is at least `limit` and a threshold is known."""
    there = ~np.isnan(threshold)
    nothing = undefined(observed.shape)
    return ChartDetection(
        method=method,
        options=options,
        periods=c.p.periods,
        dates=c.p.evaluated_dates,
        observed=observed,
        expected=expected,
        threshold=threshold,
        alarm=there & (statistic >= limit),
        exceedance=np.where(there, statistic / limit, np.nan),
        p_value=nothing,
        dispersion=nothing if dispersion is None else dispersion,
        statistic=statistic,
        limit=limit,
    )
