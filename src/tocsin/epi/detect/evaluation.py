"""How well detectors do where the truth is known: false alarms, outbreaks found, and how late.

The measures are those by which Bédubourg G, Le Strat Y (2017) compare methods, Evaluation and
comparison of statistical methods for early temporal detection of outbreaks: a simulation-based
study. PLoS ONE 12(7):e0181227, doi:10.1371/journal.pone.0181227.

Of each series is tallied, over its evaluated periods:

    n1  periods with cases of the target outbreak       tp  those of them with an alarm
    n0  periods without cases of any outbreak           fp  those of them with an alarm

Periods that hold cases of another outbreak, but none of the target, are in neither: an alarm there is
not false, and does not find the target. A period that a method could not evaluate has no alarm. With
N the series with n1 > 0, whose outbreak can be found at all, and sums over all series:

    false_positive_rate  sum fp / sum n0
    specificity          1 - false_positive_rate
    detection            sum (tp > 0) / N: the probability of detection, POD
    first_week           outbreaks with an alarm in their first period with cases, over N
    sensitivity          sum tp / sum n1
    predictive_value     sum tp / sum (tp + fp): that of an alarm, PPV
    f1                   2 sum tp / sum (tp + fp + n1): harmonic mean of the two before
    mean_delay           periods from the first with cases to the first alarm, mean over the detected

Each is a ratio sum a / sum b of two sums over series. Series are drawn independently, weeks of one
series are not: the standard error is that of a ratio estimator with a series as the unit. With
e = a - (sum a / sum b) b,

    variance = sum over scenarios of  n / (n - 1) sum (e - mean of e in the scenario)^2  /  (sum b)^2

where n is the number of series of the scenario: scenarios are a fixed list and not a sample, so that
the differences between them are no error. Where a scenario has one series only, all series
are taken as one scenario, which gives too large an error rather than none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tocsin.epi.detect.detection import Detection
from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.simulate.labelled import LabelledSeries

__all__ = ["Detector", "Estimate", "Evaluation", "Tally", "evaluate_methods", "evaluation", "tally"]

Detector = Callable[..., Detection]
"""Called as detector(counts, evaluate=periods); options are bound beforehand, as by functools.partial."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a method did on each series; all arrays are (series,).

    scenario         number of the scenario that the series was drawn from
    quiet_periods    n0: evaluated periods without cases of any outbreak
    false_alarms     fp: those of them with an alarm
    outbreak_periods n1: evaluated periods with cases of the target outbreak
    true_alarms      tp: those of them with an alarm
    delay            periods from the first with cases to the first alarm among those with cases; nan if none
    not_evaluated    periods of which the method could say nothing, counted above as without alarm
    """

    scenario: NDArray[np.intp]
    quiet_periods: NDArray[np.int64]
    false_alarms: NDArray[np.int64]
    outbreak_periods: NDArray[np.int64]
    true_alarms: NDArray[np.int64]
    delay: NDArray[np.float64]
    not_evaluated: NDArray[np.int64]

    @property
    def detected(self) -> NDArray[np.bool_]:
        return self.true_alarms > 0

    @classmethod
    def joined(cls, parts: Iterable["Tally"]) -> "Tally":
        """The series of several tallies, one after the other."""
        parts = list(parts)
        return cls(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measure and its standard error; both nan where nothing was there to measure."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of one method; the module's docstring defines each.

    outbreaks      N: series whose target outbreak has cases in the evaluated periods
    periods        sum of n0 and n1
    not_evaluated  periods of which the method could say nothing
    """

    false_positive_rate: Estimate
    specificity: Estimate
    detection: Estimate
    first_week: Estimate
    sensitivity: Estimate
    predictive_value: Estimate
    f1: Estimate
    mean_delay: Estimate
    outbreaks: int
    periods: int
    not_evaluated: int


def tally(labelled: LabelledSeries, detection: Detection) -> Tally:
    """Set a method's alarms against the truth.

    raises  InvalidOption if the detection is of other periods, InvalidCounts if of other series
    """
    if not np.array_equal(detection.periods, labelled.evaluate):
        raise InvalidOption(
            f"{detection.method} evaluated {len(detection.periods)} periods, but {len(labelled.evaluate)} others are "
            "to be judged; a detector must evaluate the periods that it is given as `evaluate`"
        )
    target = labelled.target_cases[:, labelled.evaluate] > 0
    if detection.alarm.shape != target.shape:
        raise InvalidCounts(
            f"{detection.method} gave alarms of shape {detection.alarm.shape} for series and evaluated periods of "
            f"shape {target.shape}; a detector must return a row for each series"
        )
    quiet = labelled.outbreak_cases[:, labelled.evaluate] == 0
    found = detection.alarm & target
    delay = found.argmax(axis=1) - target.argmax(axis=1)
    return Tally(
        scenario=labelled.scenario,
        quiet_periods=quiet.sum(axis=1),
        false_alarms=(detection.alarm & quiet).sum(axis=1),
        outbreak_periods=target.sum(axis=1),
        true_alarms=found.sum(axis=1),
        delay=np.where(found.any(axis=1), delay, np.nan),
        not_evaluated=(~detection.evaluated).sum(axis=1),
    )


def evaluation(tallied: Tally) -> Evaluation:
    """The measures of a method, and their standard errors, from its tally."""
    n0, fp = tallied.quiet_periods, tallied.false_alarms
    n1, tp = tallied.outbreak_periods, tallied.true_alarms
    detected, occurred = tallied.detected, n1 > 0

    def ratio(a: NDArray[np.generic], b: NDArray[np.generic]) -> Estimate:
        return _ratio(a.astype(np.float64), b.astype(np.float64), tallied.scenario)

    return Evaluation(
        false_positive_rate=ratio(fp, n0),
        specificity=ratio(n0 - fp, n0),
        detection=ratio(detected, occurred),
        first_week=ratio(tallied.delay == 0, occurred),
        sensitivity=ratio(tp, n1),
        predictive_value=ratio(tp, tp + fp),
        f1=ratio(2 * tp, tp + fp + n1),
        mean_delay=ratio(np.where(detected, tallied.delay, 0), detected),
        outbreaks=int(occurred.sum()),
        periods=int((n0 + n1).sum()),
        not_evaluated=int(tallied.not_evaluated.sum()),
    )


def evaluate_methods(
    simulations: Iterable[LabelledSeries],
    methods: Mapping[str, Detector],
    *,
    on_progress: Callable[[str], None] | None = None,
) -> dict[str, Evaluation]:
    """Run every method on the same simulated series and measure what it did.

    simulations  one or more batches of labelled series; only one is held at a time, so that a
                 generator makes any number of replicates fit into memory
    methods      name -> detector, called once for each batch
    on_progress  called with a method's name when it is done with a batch
    returns      name -> measures, in the order of `methods`
    raises       InvalidOption if there is no method or no batch; what a method raises
    """
    if not methods:
        raise InvalidOption("methods is empty; name at least one method to evaluate")
    tallies: dict[str, list[Tally]] = {name: [] for name in methods}
    for labelled in simulations:
        counts = labelled.counts
        for name, detector in methods.items():
            tallies[name].append(tally(labelled, detector(counts, evaluate=labelled.evaluate)))
            if on_progress is not None:
                on_progress(name)
    if not all(tallies.values()):
        raise InvalidOption("simulations is empty; give at least one batch of labelled series")
    return {name: evaluation(Tally.joined(parts)) for name, parts in tallies.items()}


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64], scenario: NDArray[np.intp]) -> Estimate:
    """Sum a / sum b over series, with the standard error of a ratio stratified by scenario."""
    total = b.sum()
    if total == 0:
        return Estimate(float("nan"), float("nan"))
    value = a.sum() / total
    _, stratum, n = np.unique(scenario, return_inverse=True, return_counts=True)
    if n.min() == 1:
        stratum, n = np.zeros(len(a), dtype=np.intp), np.array([len(a)])
    if n.min() == 1:
        return Estimate(float(value), float("nan"))
    e = a - value * b
    centred = e - (np.bincount(stratum, e) / n)[stratum]
    variance = (n / (n - 1) * np.bincount(stratum, centred**2)).sum() / total**2
    return Estimate(float(value), float(np.sqrt(variance)))
