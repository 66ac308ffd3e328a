"""The simulator draws what the paper states: its scenarios, means, dispersion, season and outbreaks."""

import csv
import math

import numpy as np
import pytest

from tocsin.epi.errors import InvalidOption
from tocsin.epi.simulate import LabelledSeries, noufaily
from tocsin.epi.simulate.noufaily import SCENARIOS, WEEKS, scenario_mean

REPLICATES = 150


@pytest.fixture(scope="module")
def drawn() -> LabelledSeries:
    return noufaily(REPLICATES, np.random.default_rng(1))


def test_scenarios_are_the_published_ones():
    # Noufaily et al. 2013, table of scenarios: some rows of each level.
    published = {
        1: (0.1, 1.5, 0, 0, 0, 0),
        6: (0.1, 1.5, 0.0025, 0.6, 0.6, 2),
        8: (-2, 2, 0, 0.1, 0.3, 1),
        17: (1.5, 1, 0.003, 0.2, -0.4, 1),
        24: (0.5, 5, 0.002, 0.5, 0.5, 2),
        28: (2.5, 3, 0.001, 0, 0, 0),
        33: (3.75, 1.1, 0, 0.1, -0.1, 2),
        42: (5, 1.2, 0.0001, 0.05, 0.01, 2),
    }
    for number, values in published.items():
        assert _values(number) == values


def test_scenarios_are_those_of_the_anchor(shared):
    with (shared / "anchors" / "noufaily_42_scenarios.csv").open() as lines:
        rows = list(csv.DictReader(lines))
    names = ("theta", "phi", "beta", "gamma1", "gamma2", "m")
    assert [int(row["k"]) for row in rows] == [scenario.number for scenario in SCENARIOS]
    for row in rows:
        assert _values(int(row["k"])) == tuple(float(row[name]) for name in names)
        assert bool(int(row["trend"])) == (SCENARIOS[int(row["k"]) - 1].beta != 0)


def _values(number: int) -> tuple[float, ...]:
    scenario = SCENARIOS[number - 1]
    assert scenario.number == number
    return (scenario.theta, scenario.phi, scenario.beta, scenario.gamma1, scenario.gamma2, scenario.harmonics)


def test_mean_is_the_equation_read_aloud():
    for scenario in SCENARIOS:
        for t in (1, 26, 52, 313, 624):
            eta = scenario.theta + scenario.beta * t
            for j in range(1, scenario.harmonics + 1):
                eta += scenario.gamma1 * math.cos(2 * math.pi * j * t / 52)
                eta += scenario.gamma2 * math.sin(2 * math.pi * j * t / 52)
            assert scenario_mean(scenario)[t - 1] == pytest.approx(math.exp(eta), rel=1e-12)


def test_layout_is_replicate_after_replicate(drawn):
    assert drawn.counts.shape == (42 * REPLICATES, WEEKS)
    np.testing.assert_array_equal(drawn.scenario, np.tile(np.arange(1, 43), REPLICATES))
    np.testing.assert_array_equal(drawn.evaluate, np.arange(575, 624))
    np.testing.assert_array_equal(drawn.counts, drawn.baseline + drawn.outbreak_cases)
    assert (drawn.target_cases <= drawn.outbreak_cases).all()


def test_ordinary_cases_have_the_mean_of_each_week(drawn):
    for scenario in SCENARIOS:
        mu = scenario_mean(scenario)
        z = (_of(drawn, scenario).mean(axis=0) - mu) / np.sqrt(scenario.phi * mu / REPLICATES)
        assert abs(z.mean()) * math.sqrt(WEEKS) < 4.5
        assert z.var() == pytest.approx(1, abs=0.3)  # a sum of 624 squares: sd 0.057, more where cases are rare


def test_variance_over_mean_is_phi(drawn):
    for scenario in SCENARIOS:
        mu = scenario_mean(scenario)
        ratio = (_of(drawn, scenario) - mu) ** 2 / mu
        error = ratio.std() / math.sqrt(ratio.size)
        assert abs(ratio.mean() - scenario.phi) < 4.5 * error
        assert error < 0.05 * scenario.phi


def _of(drawn, scenario):
    return drawn.baseline[drawn.scenario == scenario.number]


def test_training_weeks_have_no_outbreak_and_the_target_is_current(drawn):
    assert drawn.outbreak_cases[:, :312].sum() == 0
    assert drawn.target_cases[:, :575].sum() == 0
    for cases, first in (
        (drawn.target_cases, drawn.parameters["start"]),
        (_earlier(drawn), drawn.parameters["earlier_start"].min(axis=1)),
    ):
        begun = np.arange(WEEKS) >= first[:, np.newaxis]
        assert (cases * ~begun).sum() == 0
        assert cases.sum() > 0


def _earlier(drawn):
    return drawn.outbreak_cases - drawn.target_cases


def test_outbreaks_begin_in_different_weeks_all_equally_likely(drawn):
    start = np.sort(drawn.parameters["earlier_start"], axis=1)
    assert (np.diff(start, axis=1) > 0).all()
    _uniform(start, 312, 575)
    _uniform(drawn.parameters["start"], 575, 624)
    _uniform(drawn.parameters["k"], 1, 11)
    assert set(drawn.parameters["earlier_k"].ravel()) == {2, 3, 5, 10}
    _uniform(np.searchsorted([2, 3, 5, 10], drawn.parameters["earlier_k"]), 0, 4)


def _uniform(drawn, low, high):
    assert drawn.min() == low
    assert drawn.max() == high - 1
    observed = np.bincount(drawn.ravel() - low, minlength=high - low)
    expected = drawn.size / (high - low)
    chi2, freedom = ((observed - expected) ** 2 / expected).sum(), high - low - 1
    assert abs(chi2 - freedom) < 4.5 * math.sqrt(2 * freedom)


def _sd(drawn):
    return np.array([np.sqrt(scenario.phi * scenario_mean(scenario)) for scenario in SCENARIOS])[drawn.scenario - 1]


def test_outbreak_size_is_poisson_with_k_standard_deviations(drawn):
    sd = _sd(drawn)
    start = drawn.parameters["start"]
    whole = start < 600  # a lag above 23 weeks has probability 1e-10
    lam = (drawn.parameters["k"] * sd[np.arange(len(sd)), start])[whole]
    size = drawn.target_cases[whole].sum(axis=1)
    assert abs((size - lam).sum()) < 4.5 * math.sqrt(lam.sum())
    pearson = (size - lam) ** 2 / lam
    assert pearson.mean() == pytest.approx(1, abs=4.5 * pearson.std() / math.sqrt(pearson.size))
    earlier = _earlier(drawn).sum(axis=1)
    of_each = np.take_along_axis(sd, drawn.parameters["earlier_start"], axis=1)
    lam = (drawn.parameters["earlier_k"] * of_each).sum(axis=1)
    assert abs((earlier - lam).sum()) < 4.5 * math.sqrt(lam.sum())


def test_cases_follow_the_start_by_whole_weeks_of_a_lognormal(drawn):
    start = drawn.parameters["start"]
    whole = np.flatnonzero(start < 600)
    lags = np.stack([drawn.target_cases[whole, start[whole] + lag] for lag in range(6)]).sum(axis=1)
    total = drawn.target_cases[whole].sum()
    for lag, cases in enumerate(lags):
        p = _below(lag + 1) - _below(lag)
        assert abs(cases - total * p) < 4.5 * math.sqrt(total * p * (1 - p))


def test_cases_after_the_last_week_are_not_seen(drawn):
    start = drawn.parameters["start"]
    late = np.flatnonzero(start >= WEEKS - 2)
    share = np.array([_below(WEEKS - week) for week in start[late]])
    seen = drawn.parameters["k"][late] * _sd(drawn)[late, start[late]] * share
    assert abs(drawn.target_cases[late].sum() - seen.sum()) < 4.5 * math.sqrt(seen.sum())


def _below(x):
    """P(X < x) for log X ~ N(0, 0.5^2)."""
    return 0.0 if x == 0 else 0.5 * (1 + math.erf(math.log(x) / 0.5 / math.sqrt(2)))


# Mean and its standard error over 400 draws with an independent simulation of the same scenarios in
# R 4.2.2 (rnbinom, rpois, rlnorm): ordinary cases of a series, outbreak cases of a series, and
# weeks of 576-624 with outbreak cases.
INDEPENDENT = {
    2: ((821.847, 1.89), (34.2625, 0.578), (2.2725, 0.0461)),
    6: ((2396.74, 3.05), (64.17, 1.23), (2.6775, 0.0435)),
    8: ((86.195, 0.67), (13.4175, 0.266), (1.545, 0.0469)),
    12: ((606.86, 1.77), (46.84, 0.769), (2.625, 0.0459)),
    18: ((9275.2, 5.04), (112.26, 1.77), (3.04, 0.0429)),
    21: ((1347.42, 4.08), (79.98, 1.5), (2.67, 0.0469)),
    24: ((2641.47, 5.17), (121.078, 2.05), (3.055, 0.0455)),
    30: ((18651.1, 12.0), (217.655, 4.67), (3.23, 0.0457)),
    36: ((37282.8, 9.9), (219.722, 2.92), (3.345, 0.0434)),
    42: ((95710.6, 18.0), (351.673, 4.65), (3.635, 0.0441)),
}


def test_agrees_with_an_independent_simulation_in_r(drawn):
    for number, figures in INDEPENDENT.items():
        of = drawn.scenario == number
        ours = (
            drawn.baseline[of].sum(axis=1),
            drawn.outbreak_cases[of].sum(axis=1),
            (drawn.outbreak_cases[of][:, 575:] > 0).sum(axis=1),
        )
        for values, (mean, error) in zip(ours, figures, strict=True):
            combined = math.hypot(error, values.std() / math.sqrt(REPLICATES))
            assert abs(values.mean() - mean) < 4 * combined


def test_same_seed_same_series():
    first, second, other = (noufaily(1, np.random.default_rng(seed)) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first.counts, second.counts)
    assert (first.counts != other.counts).any()


def test_refuses_no_replicates():
    with pytest.raises(InvalidOption, match="replicates is 0"):
        noufaily(0, np.random.default_rng(1))
