"""The measures: by hand, by plain loops, on detectors whose truth is known, and on R's own tallies."""

import csv
import math

import numpy as np
import pytest

from tocsin.epi.detect.detection import Detection
from tocsin.epi.detect.evaluation import Tally, evaluate_methods, evaluation, tally
from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.simulate import LabelledSeries, noufaily

MEASURES = (
    "false_positive_rate",
    "specificity",
    "detection",
    "first_week",
    "sensitivity",
    "predictive_value",
    "f1",
    "mean_delay",
)

# Two weeks of history, five evaluated. Series 0 has an outbreak in weeks 3-5 after an older one's last case in
# week 2; series 1 in weeks 2 and 4; series 2 has none; series 3 has one that no alarm finds.
TARGET = np.array([[0, 0, 0, 3, 1, 2, 0], [0, 0, 5, 0, 2, 0, 0], [0] * 7, [0, 0, 0, 0, 0, 0, 4]])
OLDER = np.array([[0, 6, 1, 0, 0, 0, 0], [0] * 7, [0] * 7, [0] * 7])
ALARM = np.array([[1, 0, 1, 1, 1], [1, 0, 0, 0, 1], [0, 1, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=bool)
THRESHOLD = np.where(ALARM, 1.0, np.nan)
LABELLED = LabelledSeries(
    baseline=np.ones((4, 7), dtype=np.int64),
    outbreak_cases=TARGET + OLDER,
    target_cases=TARGET,
    evaluate=np.arange(2, 7),
    scenario=np.array([1, 2, 1, 2]),
    parameters={},
)


def detected(counts, evaluate, alarm, threshold=None):
    shape = (len(counts), len(evaluate))
    assert alarm.shape == shape
    nothing = np.full(shape, np.nan)
    limit = np.where(alarm, 0.0, 1e9) if threshold is None else threshold
    return Detection(
        "toy", {}, evaluate, evaluate, counts[:, evaluate], nothing, limit, alarm, nothing, nothing, nothing
    )


def always(answer):
    return lambda counts, evaluate: detected(counts, evaluate, np.full((len(counts), len(evaluate)), answer))


def by_chance(probability, rng):
    return lambda counts, evaluate: detected(counts, evaluate, rng.random((len(counts), len(evaluate))) < probability)


def test_tally_by_hand():
    tallied = tally(LABELLED, detected(LABELLED.counts, LABELLED.evaluate, ALARM, THRESHOLD))
    np.testing.assert_array_equal(tallied.outbreak_periods, [3, 2, 0, 1])
    np.testing.assert_array_equal(tallied.quiet_periods, [1, 3, 5, 4])  # week 2 of series 0 is in neither
    np.testing.assert_array_equal(tallied.true_alarms, [2, 1, 0, 0])
    np.testing.assert_array_equal(tallied.false_alarms, [1, 1, 2, 0])
    np.testing.assert_array_equal(tallied.delay, [1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(tallied.not_evaluated, [1, 3, 3, 5])
    np.testing.assert_array_equal(tallied.detected, [True, True, False, False])


def test_measures_by_hand():
    measured = evaluation(tally(LABELLED, detected(LABELLED.counts, LABELLED.evaluate, ALARM, THRESHOLD)))
    values = [getattr(measured, name).value for name in MEASURES]
    np.testing.assert_allclose(values, [4 / 13, 9 / 13, 2 / 3, 1 / 3, 3 / 6, 3 / 7, 6 / 13, 1 / 2], rtol=1e-14)
    assert (measured.outbreaks, measured.periods, measured.not_evaluated) == (3, 19, 12)


def test_standard_error_is_the_equation_read_aloud():
    tallied = tally(LABELLED, detected(LABELLED.counts, LABELLED.evaluate, ALARM))
    rate = sum(tallied.false_alarms) / sum(tallied.quiet_periods)
    variance = 0.0
    for scenario in (1, 2):
        of = [i for i in range(4) if tallied.scenario[i] == scenario]
        e = [tallied.false_alarms[i] - rate * tallied.quiet_periods[i] for i in of]
        mean = sum(e) / len(e)
        variance += len(e) / (len(e) - 1) * sum((x - mean) ** 2 for x in e)
    error = math.sqrt(variance) / sum(tallied.quiet_periods)
    assert evaluation(tallied).false_positive_rate.standard_error == pytest.approx(error, rel=1e-13)


def test_single_series_of_a_scenario_gives_the_larger_error_not_none():
    tallied = tally(LABELLED, detected(LABELLED.counts, LABELLED.evaluate, ALARM))
    alone = Tally(np.array([1, 2, 1, 3]), *(getattr(tallied, name) for name in Tally.__slots__[1:]))
    one = Tally(np.ones(4, dtype=int), *(getattr(tallied, name) for name in Tally.__slots__[1:]))
    assert evaluation(alone) == evaluation(one)
    assert evaluation(alone).sensitivity.standard_error > 0


def test_a_single_series_has_no_standard_error():
    tallied = tally(LABELLED, detected(LABELLED.counts, LABELLED.evaluate, ALARM))
    first = evaluation(Tally(*(getattr(tallied, name)[:1] for name in Tally.__slots__)))
    assert first.sensitivity.value == pytest.approx(2 / 3)
    assert math.isnan(first.sensitivity.standard_error)


@pytest.fixture(scope="module")
def series() -> LabelledSeries:
    return noufaily(12, np.random.default_rng(5))


def test_detector_that_always_alarms_and_one_that_never_does(series):
    measured = evaluate_methods([series], {"always": always(True), "never": always(False)})
    loud, silent = (
        {name: getattr(measured[method], name).value for name in MEASURES} for method in ("always", "never")
    )
    assert (loud["false_positive_rate"], loud["detection"], loud["first_week"], loud["mean_delay"]) == (1, 1, 1, 0)
    assert (silent["false_positive_rate"], silent["specificity"], silent["detection"]) == (0, 1, 0)
    assert math.isnan(silent["predictive_value"])
    assert math.isnan(silent["mean_delay"])
    share = measured["always"]
    outbreak_weeks = (series.target_cases > 0).sum()
    assert loud["predictive_value"] == pytest.approx(outbreak_weeks / share.periods)


def test_detector_by_chance_does_as_well_as_chance(series):
    p = 0.2
    measured = evaluate_methods([series], {"chance": by_chance(p, np.random.default_rng(6))})["chance"]
    n1 = (series.target_cases > 0).sum(axis=1)
    n1 = n1[n1 > 0]
    for measure, expected in (
        (measured.false_positive_rate, p),
        (measured.sensitivity, p),
        (measured.first_week, p),
        (measured.detection, np.mean(1 - (1 - p) ** n1)),
    ):
        assert abs(measure.value - expected) < 4 * measure.standard_error


def test_standard_errors_are_those_that_repetition_shows():
    """Alarms that come in clusters (a series is noisy as a whole or not), drawn 150 times."""
    rng = np.random.default_rng(9)
    values, errors = [], []
    for _ in range(150):
        series = noufaily(3, rng)
        level = rng.random((len(series.scenario), 1)) < 0.3
        chance = rng.random((len(series.scenario), len(series.evaluate))) < np.where(level, 0.5, 0.05)
        measured = evaluation(tally(series, detected(series.counts, series.evaluate, chance)))
        values.append([getattr(measured, name).value for name in MEASURES])
        errors.append([getattr(measured, name).standard_error for name in MEASURES])
    np.testing.assert_allclose(np.mean(errors, axis=0), np.std(values, axis=0), rtol=0.2)


def test_batches_are_joined(series):
    first, second = noufaily(2, np.random.default_rng(1)), noufaily(3, np.random.default_rng(2))
    told = []
    rng = np.random.default_rng(3)
    batches = evaluate_methods(
        (batch for batch in (first, second)), {"c": by_chance(0.1, rng)}, on_progress=told.append
    )
    rng = np.random.default_rng(3)
    parts = [tally(batch, by_chance(0.1, rng)(batch.counts, batch.evaluate)) for batch in (first, second)]
    assert batches["c"] == evaluation(Tally.joined(parts))
    assert batches["c"].outbreaks > evaluation(parts[1]).outbreaks
    assert told == ["c", "c"]


def test_refuses_a_detector_that_judges_other_periods_or_series(series):
    def others(counts, evaluate):
        return always(True)(counts, evaluate=evaluate - 1)

    def half(counts, evaluate):
        return always(True)(counts[::2], evaluate=evaluate)

    with pytest.raises(InvalidOption, match="must evaluate the periods"):
        evaluate_methods([series], {"others": others})
    with pytest.raises(InvalidCounts, match="a row for each series"):
        evaluate_methods([series], {"half": half})


def test_refuses_nothing_to_evaluate(series):
    with pytest.raises(InvalidOption, match="methods is empty"):
        evaluate_methods([series], {})
    with pytest.raises(InvalidOption, match="simulations is empty"):
        evaluate_methods([], {"always": always(True)})


SUMMARY_COLUMNS = dict(
    zip(
        MEASURES,
        ("FPR", "specificity", "POD", "POD1week", "sensitivity", "PPV", "F1", "mean_delay_detected"),
        strict=True,
    )
)


def test_definitions_are_those_of_the_anchor(shared):
    """From the tallies of R's runs, sim42_raw.csv, come the rows of sim42_summary.csv."""
    with (shared / "anchors" / "sim42_raw.csv").open() as lines:
        raw = list(csv.DictReader(lines))
    with (shared / "anchors" / "sim42_summary.csv").open() as lines:
        summary = list(csv.DictReader(lines))
    for row in summary:
        of = [line for line in raw if line["method"] == row["method"]]
        measured = evaluation(_tally_of(of))
        for name, column in SUMMARY_COLUMNS.items():
            assert getattr(measured, name).value == pytest.approx(float(row[column]), rel=1e-12), (row, name)
        assert measured.outbreaks == int(row["n_outbreaks"])
        assert measured.periods == int(row["weeks"])
        assert [int(line["detected"]) for line in of] == [int(int(line["tp"]) > 0) for line in of]
    assert len(summary) == 10


def _tally_of(lines):
    """A tally from rows of sim42_raw.csv."""
    sc, n0, fp, n1, tp = (np.array([int(line[name]) for line in lines]) for name in ("sc", "n0", "fp", "n1", "tp"))
    delay = np.array([float(line["delay"] or "nan") for line in lines])
    return Tally(sc, n0, fp, n1, tp, delay, np.zeros_like(sc))
