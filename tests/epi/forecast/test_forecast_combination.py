import numpy as np
import pytest
from tests.epi.forecast.epidemics import INTERVAL, renewal_counts

from tocsin.epi.forecast import forecast
from tocsin.epi.forecast.exponential_smoothing import fit_smoothing
from tocsin.epi.forecast.forecast_combination import ORIGINS, deviations, fit_combination, mixed
from tocsin.epi.forecast.past_performance import combine, widths
from tocsin.epi.forecast.persistence import outcomes, persist
from tocsin.epi.forecast.regular import regular
from tocsin.epi.forecast.renewal_forecast import fit_renewal
from tocsin.epi.forecast.rhythm import DAILY


def test_outcomes_are_what_was_counted_and_unknown_where_it_has_not_come():
    counts = np.arange(35.0)[None]
    found = np.empty((1, 4, 2))
    outcomes(counts, counts, 7, False, found)
    weeks = counts.reshape(5, 7).sum(axis=1)
    np.testing.assert_array_equal(found[0], [[np.nan] * 2, [weeks[4], np.nan], [weeks[3], weeks[4]], weeks[2:4]])
    outcomes(counts, counts, 7, True, found)
    np.testing.assert_array_equal(found[0, 2], [27, 34])


def test_persistence_is_the_mean_of_the_week_before():
    level = np.arange(28.0)[None]
    past, path = np.empty((1, 2, 2)), np.empty((1, 3))
    persist(level, np.ones((1, 7)), 7, False, past, path)
    np.testing.assert_array_equal(past[0], [[24 * 7] * 2, [17 * 7] * 2])
    np.testing.assert_array_equal(path, 24.0)
    persist(level, np.ones((1, 1)), 7, True, past, path)
    np.testing.assert_array_equal(past[0], [[27] * 2, [20] * 2])


def test_the_better_method_earns_the_weight():
    rng = np.random.default_rng(1)
    truth = rng.uniform(50, 100, (1, 20, 1))
    truth[0, 0] = np.nan
    good, bad = np.nan_to_num(truth, nan=70.0) * 1.02, np.nan_to_num(truth, nan=90.0) * 2
    together, weight = np.empty((1, 20, 1)), np.empty((1, 1, 2))
    combine(np.stack([good, bad]), truth, np.ones(2), together, weight)
    assert weight[0, 0, 0] > 0.95
    assert weight[0, 0].sum() == pytest.approx(1.0)
    expected = np.exp(weight[0, 0] @ np.log([good[0, 0, 0] + 1, bad[0, 0, 0] + 1])) - 1
    assert together[0, 0, 0] == pytest.approx(expected, rel=1e-12)


def test_weights_at_an_origin_know_only_what_had_come_by_then():
    rng = np.random.default_rng(6)
    past, outcome = rng.uniform(20, 200, (2, 1, 15, 3)), rng.uniform(20, 200, (1, 15, 3))
    before, after, weight = np.empty((1, 15, 3)), np.empty((1, 15, 3)), np.empty((1, 3, 2))
    combine(past, outcome, np.ones(2), before, weight)
    for j in range(12):
        for b in range(3):
            changed = outcome.copy()
            changed[0, : j + b + 1, b] *= 5  # what came after origin j
            combine(past, changed, np.ones(2), after, weight)
            assert after[0, j, b] == before[0, j, b]
            changed[0, j + b + 1, b] *= 5  # what had just come
            combine(past, changed, np.ones(2), after, weight)
            assert after[0, j, b] != before[0, j, b]


def test_without_any_outcome_weights_are_the_prior():
    past = np.full((3, 1, 5, 2), 10.0)
    together, weight = np.empty((1, 5, 2)), np.empty((1, 2, 3))
    combine(past, np.full((1, 5, 2), np.nan), np.array([3.0, 1.0, 1.0]), together, weight)
    np.testing.assert_allclose(weight[0], [[0.6, 0.2, 0.2]] * 2)
    np.testing.assert_allclose(together, 10.0)


def test_widths_are_the_formula_read_aloud():
    rng = np.random.default_rng(2)
    past, outcome = rng.uniform(20, 200, (2, 2, 12, 3))
    outcome[0, 5] = np.nan
    usual = np.broadcast_to([0.1, 0.2, 0.4], (2, 12, 3)).copy()
    width = np.empty((2, 3))
    widths(past, outcome, usual, 1.0, width)
    for i in range(2):
        for b in range(3):
            squares = known = 3.0
            for j in range(1, 12):
                m, y = past[i, j, b], outcome[i, j, b]
                if np.isnan(y):
                    continue
                expected = usual[i, j, b] * (m / (m + 1)) ** 2 + (m + 0.05) / (m + 1) ** 2
                weight = 0.5 ** ((j - b - 1) / 8)
                squares += weight * min(16.0, np.log((y + 1) / (m + 1)) ** 2 / expected)
                known += weight
            assert width[i, b] == pytest.approx(np.sqrt(squares / known), rel=1e-12)


def test_an_origin_learns_from_nothing_that_came_after_it():
    y = renewal_counts(3, 200, np.random.default_rng(3))
    changed = y.copy()
    changed[:, -14:] *= 3
    fits = [fit_combination(c[:, :-14], regular(c[:, :-14], 7), DAILY, INTERVAL, ahead=28) for c in (y, changed)]
    np.testing.assert_array_equal(fits[0].path, fits[1].path)
    np.testing.assert_array_equal(fits[0].deviation, fits[1].deviation)


def test_the_spread_is_the_formula_read_aloud():
    y = renewal_counts(1, 200, np.random.default_rng(7), start=2000)
    cleaned = regular(y, 7)
    options = {"ahead": 14, "origins": ORIGINS + 1, "blocks": 2}
    renewal = fit_renewal(cleaned, DAILY, INTERVAL, **options)
    same, path = np.empty_like(renewal.past), np.empty_like(renewal.path)
    persist(cleaned.level, cleaned.factors, 7, False, same, path)
    outcome, together, weight = np.empty(same.shape), np.empty(same.shape), np.empty((1, 2, 3))
    outcomes(y, cleaned.level, 7, False, outcome)
    pasts = np.stack([renewal.past, fit_smoothing(cleaned, DAILY, **options).past, same])
    combine(pasts, outcome, np.array([3.0, 1.0, 1.0]), together, weight)
    usual = 0.5 * renewal.unsure + (0.75 * 0.28 * np.array([1.0, 1.7])) ** 2 + np.log(1 + 11 / (together + 1))
    width = np.empty((1, 2))
    widths(together, outcome, usual, 1.0, width)
    counting = 1 / (together[0, 0] + 1)
    variance = width[0] ** 2 * (usual[0, 0] + counting) - counting - renewal.scatter[0] / 7
    fit = fit_combination(y, cleaned, DAILY, INTERVAL, ahead=14)
    np.testing.assert_allclose(fit.deviation[0, [3, 10]], np.sqrt(np.maximum(variance, 0.1 * usual[0, 0])), rtol=1e-12)
    np.testing.assert_allclose(fit.weight, weight)


def test_paths_are_mixed_week_by_week():
    paths = np.stack([np.full((1, 14), 10.0), np.full((1, 14), 40.0)])
    weight = np.array([[[1.0, 0.0], [0.5, 0.5]]])
    found = mixed(paths, weight, 7)[0]
    np.testing.assert_allclose(found[:7], 10.0)
    np.testing.assert_allclose(found[7:], np.sqrt((10 + 1 / 7) * (40 + 1 / 7)) - 1 / 7)


def test_deviations_hold_in_the_middle_of_a_week():
    found = deviations(np.array([[0.2, 0.4]]), 14, 7)[0]
    assert found[3] == 0.2
    assert found[10] == 0.4
    assert (np.diff(found) >= 0).all()
    np.testing.assert_array_equal(deviations(np.array([[0.2, 0.4, 0.6]]), 2, 1), [[0.2, 0.4]])


def test_a_series_that_was_foretold_badly_gets_wider_intervals():
    rng = np.random.default_rng(4)
    calm = rng.poisson(1000, (1, 200)).astype(float)
    wild = calm * np.exp(0.8 * np.repeat(rng.standard_normal(29), 7)[:200])
    options = {"horizon": 2, "step": "day", "sum_over": 7}
    of_calm, of_wild = (forecast(y, rng=np.random.default_rng(5), **options).quantiles[0] for y in (calm, wild))
    assert ((of_wild[:, -1] / of_wild[:, 0]) > 2 * (of_calm[:, -1] / of_calm[:, 0])).all()


def test_cases_that_come_in_clusters_are_within_the_interval_nearly_as_often_as_said():
    rng = np.random.default_rng(8)
    clusters = rng.poisson(0.1, (300, 154))  # of 7 cases each, 5 a week: 78 % without a term for clusters
    counts = 7.0 * clusters
    q = forecast(
        counts[:, :147], horizon=1, step="day", sum_over=7, levels=[0.025, 0.975], draws=400, rng=rng
    ).quantiles[:, 0]  # fmt: skip
    came = counts[:, 147:].sum(axis=1)
    assert 0.87 < ((came >= q[:, 0]) & (came <= q[:, 1])).mean() < 0.995
