from dataclasses import replace

import numpy as np
import pytest
from tests.epi.reproduction import grid_filter

from tocsin.epi.errors import EpiError, HistoryTooShort, InvalidCounts, InvalidDates, InvalidDelay, InvalidOption
from tocsin.epi.reproduction import FilterModels, overall_infectivity, renewal_filter
from tocsin.epi.reproduction.benchmark_simulations import SIMULATIONS, benchmark_epidemics, benchmark_serial_interval
from tocsin.epi.reproduction.calibration import agreement, epidemics_of_models, levels_of_truth

W = np.array([0, 0.1, 0.25, 0.25, 0.2, 0.1, 0.1])
POISSON = ((np.inf, 1.0),)
WALK = FilterModels(walk_eta=(0.12,), weights=(1, 0, 0), dispersion=POISSON)


def epidemic(days=40, start=30, seed=1):
    rng = np.random.default_rng(seed)
    R = 1.1 + 0.4 * np.sin(np.arange(days) / 6)
    y = np.full(days + 6, float(start))
    for t in range(days):
        y[t + 6] = rng.poisson(R[t] * (W[1:] @ y[t : t + 6][::-1]))
    return y[6:]


@pytest.mark.parametrize(
    ("start", "k", "eta", "jump_p"),
    [(60, np.inf, 0.12, 0.0), (60, 15.0, 0.05, 0.0), (3, np.inf, 0.2, 0.0), (60, np.inf, 0.03, 0.03)],
)
def test_is_the_filter_on_a_grid(start, k, eta, jump_p):
    y = epidemic(start=start, seed=3)
    Lambda = overall_infectivity(y, W)[0] / np.minimum(np.cumsum(np.pad(W, (0, 40)))[:40].clip(1e-9), 1)
    weights = (0, 0, 1) if jump_p else (1, 0, 0)
    models = FilterModels(
        walk_eta=(eta,), jump_eta=(eta,), jump_p=(jump_p or 0.5,), weights=weights, dispersion=((k, 1.0),)
    )
    estimate = renewal_filter(y, W, models=models)
    filtered, _, scores = grid_filter.run(y, Lambda, eta, k=k, jump_p=jump_p)
    sd = estimate.sd[0]
    assert (np.abs(estimate.mean[0] - grid_filter.mean(filtered)[1:]) < (0.06 if np.isinf(k) else 0.14) * sd).all()
    for level, tolerance in ((0.025, 0.15), (0.5, 0.08), (0.975, 0.15)):
        found = estimate.quantiles[0, :, list(estimate.levels).index(level)]
        off = np.abs(found - grid_filter.quantile(filtered, level)[1:])
        # The posteriors of the first days, wide and skew, are where a normal says least of its tails.
        assert (off < tolerance * sd + 0.01)[10:].all()
    assert estimate.log_score[0] == pytest.approx(np.nanmean(scores[1:]), abs=0.02)


def test_models_count_as_much_as_they_foretold_the_counts():
    y = epidemic(seed=5)
    two = renewal_filter(y, W, models=replace(WALK, walk_eta=(0.1, 0.15)))
    each = [renewal_filter(y, W, models=replace(WALK, walk_eta=(eta,))) for eta in (0.1, 0.15)]
    # The first day has no infectivity, all others are told.
    log_odds = 39 * (each[1].log_score[0] - each[0].log_score[0])
    assert np.log(two.weight[0, 1] / two.weight[0, 0]) == pytest.approx(log_odds, abs=1e-6)
    last = np.array([one.mean[0, -1] for one in each])
    assert two.mean[0, -1] == pytest.approx(two.weight[0] @ last, rel=1e-5)


@pytest.mark.parametrize("simulation", SIMULATIONS)
def test_intervals_hold_the_truth_in_real_time(simulation):
    epidemics = benchmark_epidemics(simulation, 24, np.random.default_rng(8))
    found = agreement(renewal_filter(epidemics.counts, benchmark_serial_interval()), epidemics.R)
    assert 0.92 < found.coverage_95 < 0.98
    assert 0.43 < found.coverage_50 < 0.62
    assert found.rmse_each < {"random walk": 0.1, "sinusoidal": 0.092, "step change": 0.12}[simulation]


def test_is_calibrated_on_epidemics_of_its_own_models():
    models = FilterModels(start=(2.0, 0.4))
    counts, R = epidemics_of_models(models, 300, 30, np.random.default_rng(4))
    levels = tuple(np.linspace(0.05, 0.95, 19))
    found = levels_of_truth(
        renewal_filter(counts, benchmark_serial_interval(), models=models, evaluate=1, levels=levels), R
    )
    fifths = np.histogram(found, bins=5, range=(0, 1))[0]
    assert ((fifths - 60) ** 2 / 60).sum() < 13.3  # 99 % of chi-square with 4 degrees of freedom


def test_foretells_the_next_count():
    epidemics = benchmark_epidemics("sinusoidal", 20, np.random.default_rng(2))
    estimate = renewal_filter(epidemics.counts, benchmark_serial_interval(), predictions=True)
    later = estimate.t_end >= 9
    y, foretold = epidemics.counts[:, estimate.t_end[later]], estimate.predicted[:, later]
    assert 0.93 < ((foretold[..., 0] <= y) & (y <= foretold[..., -1])).mean() <= 0.99
    shorter = renewal_filter(epidemics.counts[:, :99], benchmark_serial_interval())
    np.testing.assert_array_equal(shorter.next_count, estimate.predicted[:, -1])
    assert np.isnan(shorter.predicted).all()


def test_a_day_not_reported_widens_the_interval_and_no_more():
    y = epidemic()
    gap = y.copy()
    gap[-3:] = np.nan
    whole, with_gap = renewal_filter(y, W), renewal_filter(gap, W)
    width = with_gap.quantiles[0, :, -1] - with_gap.quantiles[0, :, 0]
    assert width[-1] > width[-2] > width[-3] > width[-4]
    np.testing.assert_array_equal(with_gap.mean[0, :36], whole.mean[0, :36])
    assert with_gap.mean[0, -1] == pytest.approx(with_gap.mean[0, -4], rel=0.1)


def test_cases_before_the_series_are_like_those_since_or_none():
    y = np.full(40, 100.0)
    alike, none = (renewal_filter(y, W, before=before).mean[0] for before in ("alike", "none"))
    assert alike[2] == pytest.approx(1, abs=0.05)
    assert none[2] > 1.4
    assert abs(alike[-1] - none[-1]) < 0.05


def test_cases_brought_from_outside_infect_but_were_not_infected_here():
    y = epidemic()
    half = np.floor(y / 2)
    all_local, half_imported = renewal_filter(y, W), renewal_filter(y, W, imported=half)
    assert half_imported.mean[0, -1] == pytest.approx(all_local.mean[0, -1] / 2, rel=0.1)


def test_overdispersed_counts_are_found_out():
    rng = np.random.default_rng(2)
    y = rng.negative_binomial(5, 5 / (5 + 200.0), (3, 120))
    estimate = renewal_filter(y, W)
    k = np.where(estimate.models.inverse_k > 0, 1 / np.maximum(estimate.models.inverse_k, 1e-9), np.inf)
    assert (estimate.weight[:, k <= 15].sum(axis=1) > 0.95).all()
    assert (estimate.sd[:, -1] > renewal_filter(y, W, dispersion=np.inf).sd[:, -1]).all()
    given = renewal_filter(y, W, dispersion=5.0)
    assert (given.models.inverse_k == 0.2).all()


def test_series_without_cases_are_nan_and_say_why():
    y = np.stack([np.zeros(20), epidemic(20), np.full(20, np.nan)])
    estimate = renewal_filter(y, W)
    assert np.isnan(estimate.mean[[0, 2]]).all()
    assert np.isnan(estimate.next_count[[0, 2]]).all()
    assert np.isfinite(estimate.mean[1]).all()
    assert "no case" in estimate.reason[0]
    assert estimate.reason[1] == ""


@pytest.mark.parametrize(
    "counts", [[0, 0, 0, 1, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [1e7] * 20, [5, 9e6, 3]]
)
def test_extreme_counts_leave_finite_figures(counts):
    estimate = renewal_filter(np.array(counts, dtype=float), W)
    assert np.isfinite(estimate.quantiles).all()
    assert (np.diff(estimate.quantiles, axis=2) >= 0).all()


def test_a_large_r_is_found_in_spite_of_the_prior():
    y = np.array([1.0, 3, 12, 40, 140, 500, 1800, 6300])
    assert renewal_filter(y, [0, 0.2, 0.6, 0.2], before="none").mean[0, -1] > 8


def test_only_the_last_days_are_reported_where_asked_and_chunks_change_nothing():
    days = np.arange("2026-03-01", "2026-04-10", dtype="datetime64[D]")
    y = np.stack([epidemic(seed=seed) for seed in range(9)])
    all_days, last = renewal_filter(y, W, jobs=1), renewal_filter(y, W, dates=days, evaluate=5, jobs=2)
    np.testing.assert_array_equal(last.quantiles, all_days.quantiles[:, -5:])
    assert last.dates.tolist() == days[-5:].tolist()
    assert last.t_end.tolist() == [35, 36, 37, 38, 39]
    np.testing.assert_array_equal(renewal_filter(y[4], W).quantiles[0], all_days.quantiles[4])


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"serial_interval": [0.1, 0.9]}, InvalidDelay, "lag 0"),
        ({"serial_interval": [0, 0.5]}, InvalidDelay, "adds up to 0.5"),
        ({"incidence": [3, -1, 2]}, InvalidCounts, "period 1 is -1"),
        ({"incidence": [3]}, HistoryTooShort, "there are 1 days"),
        ({"dates": np.arange("2026-01-05", "2026-10-12", 7, dtype="datetime64[D]")}, InvalidDates, "7 days apart"),
        ({"dispersion": 0}, InvalidOption, "dispersion is 0"),
        ({"dispersion": "guess"}, InvalidOption, "dispersion is 'guess'"),
        ({"before": "many"}, InvalidOption, "before is 'many'"),
        ({"evaluate": 40}, InvalidOption, "evaluate is 40"),
        ({"evaluate": 0}, InvalidOption, "evaluate is 0"),
        ({"levels": ()}, InvalidOption, "quantiles has shape"),
        ({"models": replace(WALK, walk_eta=(0.0,))}, InvalidOption, "walk_eta"),
        ({"models": replace(WALK, trend_phi=(1.0,))}, InvalidOption, "trend_phi"),
        ({"models": replace(WALK, jump_p=(0.0,))}, InvalidOption, "jump_p"),
        ({"models": replace(WALK, jump_sd=0.0)}, InvalidOption, "jump_sd"),
        ({"models": replace(WALK, weights=(0, 0, 0))}, InvalidOption, "weights of the models"),
        ({"models": replace(WALK, dispersion=((0.0, 1.0),))}, InvalidOption, "dispersion of the models"),
    ],
)
def test_refuses(arguments, error, words):
    assert issubclass(error, EpiError)
    with pytest.raises(error, match=words):
        renewal_filter(**{"incidence": epidemic(), "serial_interval": W} | arguments)
