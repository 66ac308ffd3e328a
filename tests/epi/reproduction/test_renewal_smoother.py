import numpy as np
import pytest
from tests.epi.reproduction import grid_filter
from tests.epi.reproduction.test_renewal_filter import W, epidemic

from tocsin.epi.errors import InvalidDelay, InvalidOption
from tocsin.epi.reproduction import FilterModels, overall_infectivity, renewal_filter, renewal_smoother
from tocsin.epi.reproduction.benchmark_simulations import benchmark_epidemics, benchmark_serial_interval
from tocsin.epi.reproduction.calibration import agreement


@pytest.mark.parametrize("jump_p", [0.0, 0.03])
def test_is_the_smoother_on_a_grid(jump_p):
    y = epidemic(start=60, seed=3)
    Lambda = overall_infectivity(y, W)[0] / np.cumsum(np.pad(W, (0, 40)))[:40].clip(1e-9)
    models = FilterModels(
        walk_eta=(0.1,), jump_eta=(0.1,), jump_p=(jump_p or 0.5,), weights=(0, 0, 1) if jump_p else (1, 0, 0),
        dispersion=((np.inf, 1.0),),
    )  # fmt: skip
    estimate = renewal_smoother(y, W, models=models, draws=2000, rng=np.random.default_rng(1))
    _, smoothed, _ = grid_filter.run(y, Lambda, 0.1, jump_p=jump_p)
    sd = estimate.sd[0]
    assert (np.abs(estimate.mean[0] - grid_filter.mean(smoothed)[1:]) < 0.15 * sd).all()
    spread = np.sqrt(smoothed @ (grid_filter.X**4 / 16) - grid_filter.mean(smoothed) ** 2)
    np.testing.assert_allclose(sd, spread[1:], rtol=0.12)


def test_on_the_last_day_it_is_the_filter():
    y = epidemic(seed=6)
    back = renewal_smoother(y, W, draws=4000, rng=np.random.default_rng(2))
    now = renewal_filter(y, W)
    assert back.mean[0, -1] == pytest.approx(now.mean[0, -1], abs=0.08 * now.sd[0, -1])
    assert back.sd[0, -1] == pytest.approx(now.sd[0, -1], rel=0.06)
    assert back.sd[0, 20] < now.sd[0, 20]


@pytest.mark.parametrize("simulation", ["sinusoidal", "step change"])
def test_knows_more_than_the_filter_and_is_as_honest(simulation):
    epidemics = benchmark_epidemics(simulation, 12, np.random.default_rng(3))
    w = benchmark_serial_interval()
    now = agreement(renewal_filter(epidemics.counts, w), epidemics.R)
    back = agreement(renewal_smoother(epidemics.counts, w, rng=np.random.default_rng(1)), epidemics.R)
    assert back.rmse < 0.75 * now.rmse
    assert 0.89 < back.coverage_95 < 0.99


def test_one_source_of_randomness_gives_one_answer_whatever_the_threads():
    y = np.stack([epidemic(seed=seed) for seed in range(5)] + [np.zeros(40)])
    one, two = (renewal_smoother(y, W, draws=20, rng=np.random.default_rng(7), jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    assert np.isnan(one.mean[5]).all()
    assert one.reason[5] != ""
    other = renewal_smoother(y, W, draws=20, rng=np.random.default_rng(8))
    assert (other.mean[:5] != one.mean[:5]).all()


def test_refuses():
    rng = np.random.default_rng(1)
    with pytest.raises(InvalidOption, match="draws is 1"):
        renewal_smoother(epidemic(), W, draws=1, rng=rng)
    with pytest.raises(InvalidDelay, match="lag 0"):
        renewal_smoother(epidemic(), [0.5, 0.5], rng=rng)
