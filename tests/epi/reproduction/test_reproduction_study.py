"""What the study of R in real time simulates and computes, on few replicates."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import gamma

from tocsin.epi.errors import InvalidOption
from tocsin.epi.reproduction import cori
from tocsin.epi.reproduction.benchmark_simulations import SIMULATIONS, benchmark_epidemics, benchmark_serial_interval
from tocsin.epi.reproduction.calibration import agreement

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def study():
    spec = importlib.util.spec_from_file_location("reproduction_study", ROOT / "scripts" / "reproduction_study.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_filter_stays_within_the_promise_on_few_replicates(study):
    rows = study.rows_of_simulations(12, 3)
    filtered = [row for row in rows if "filter**" in row[1]]
    assert [row[0] for row in filtered] == list(SIMULATIONS)
    assert all(91 < float(row[2]) < 99 for row in filtered)
    walk = {row[0]: float(row[4]) for row in rows if "η = 0.1" in row[1]}
    assert float(filtered[1][4]) < walk["sinusoidal"]
    assert float(filtered[2][4]) < 0.9 * walk["step change"]


def test_the_page_is_the_studys(study):
    page = study.STUDY.read_text(encoding="utf-8")
    assert "--replicates 300" in page
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if "**filter**" in line]
    assert [row[0] for row in rows] == list(SIMULATIONS)
    assert all(93 <= float(row[2]) <= 97 for row in rows)
    assert all(row[0] in page for row in study.OTHERS)


def test_simulated_epidemics_are_as_published():
    w = benchmark_serial_interval()
    assert w.sum() == pytest.approx(1)
    density = gamma.pdf(np.arange(1, 101), 2.3669, scale=2.7463)
    np.testing.assert_allclose(w[1:], density / density.sum(), rtol=1e-10)
    steps = benchmark_epidemics("step change", 2, np.random.default_rng(1)).R[0]
    assert np.flatnonzero(np.diff(steps)).tolist() == [26, 54, 82]
    assert steps[[0, 30]] == pytest.approx([2 / 3, 1.5])
    wave = benchmark_epidemics("sinusoidal", 200, np.random.default_rng(1))
    # As in othermethods/exampledata.csv: R on the first days, and cases about what they were there.
    assert wave.R[0, :3] == pytest.approx([1, 1.14737758720545, 1.28166002903181])
    assert wave.counts[:, 0].mean() == pytest.approx(100, rel=0.03)
    walk = benchmark_epidemics("random walk", 30, np.random.default_rng(1))
    assert walk.counts.min() > 1
    assert walk.counts.max() < 5000
    assert np.std(np.diff(walk.R) / np.sqrt(walk.R[:, :-1])) == pytest.approx(0.1, rel=0.1)


def test_agreement_counts_what_lies_within():
    estimate = cori(np.full((2, 20), 40.0), [0, 1.0], levels=(0.025, 0.25, 0.5, 0.75, 0.975))
    R = estimate.mean[0, -1] + np.array([[0.0], [10.0]]) + np.zeros((2, 20))
    R[:, :9] = 99  # the first days, on which no estimator knows much, are not compared
    found = agreement(estimate, R)
    assert (found.coverage_95, found.coverage_50) == (0.5, 0.5)
    assert found.rmse == pytest.approx(10 / np.sqrt(2))
    assert found.rmse_each == pytest.approx(5, abs=0.01)


def test_refuses():
    with pytest.raises(InvalidOption, match="simulation is 'plague'"):
        benchmark_epidemics("plague", 1, np.random.default_rng(1))
    with pytest.raises(InvalidOption, match=r"no quantile 0.025"):
        agreement(cori(np.full(20, 4.0), [0, 1.0], levels=(0.5,)), np.ones((1, 20)))
