"""Control charts: methods that run from period to period and carry a statistic along."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.epi.detect.baseline import baseline_counts
from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.panel import Evaluate, Exclude, Panel, panel, whole_number

__all__ = ["Chart", "ChartDetection", "chart"]


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
