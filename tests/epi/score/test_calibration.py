"""Coverage, bias, probability integral transform."""

import numpy as np
import pytest
from scipy.stats import kstest, norm, poisson

from tocsin.epi.errors import InvalidOption
from tocsin.epi.score import (
    bias_of_draws,
    bias_of_quantiles,
    interval_coverage,
    pit_histogram_of_draws,
    pit_histogram_of_quantiles,
    pit_of_draws,
)

LEVELS = np.array([0.025, 0.25, 0.5, 0.75, 0.975])


def test_coverage_counts_ends_and_leaves_out_what_is_missing():
    q = np.broadcast_to([1.0, 3.0, 5.0, 7.0, 9.0], (6, 5)).copy()
    q[5, 2] = np.nan
    c = interval_coverage([1.0, 3.0, 6.0, 10.0, np.nan, 5.0], q, LEVELS)
    np.testing.assert_allclose(c.interval, [0.95, 0.5])
    np.testing.assert_allclose(c.within, [3 / 4, 2 / 4])
    np.testing.assert_allclose(c.at_most, [1 / 4, 2 / 4, 2 / 4, 3 / 4, 3 / 4])
    assert (c.forecasts, c.missing) == (4, 2)
    nobody = interval_coverage([np.nan], q[:1], LEVELS)
    assert np.isnan(nobody.within).all()


def test_true_forecasts_cover_as_they_say():
    rng = np.random.default_rng(1)
    mean = rng.normal(0, 5, 20000)
    c = interval_coverage(mean + rng.standard_normal(20000), mean[:, None] + norm.ppf(LEVELS), LEVELS)
    np.testing.assert_allclose(c.within, [0.95, 0.5], atol=0.01)
    np.testing.assert_allclose(c.at_most, LEVELS, atol=0.01)


def test_bias_is_that_of_scoringutils():
    """The example of R's bias_quantile: 15 and 12.4 against 1.5 ... 23.5 and 3.3 ... 25.3 on 23 levels."""
    levels = np.concatenate([[0.01, 0.025], np.arange(5, 100, 5) / 100, [0.975, 0.99]])
    q = np.stack([np.arange(23) + 1.5, np.arange(23) + 3.3])
    # 15 lies above the median 12.5, and the first quantile above it is 15.5, of level 0.65; 12.4 lies below 14.3,
    # and the last below it is 12.3, of level 0.4.
    np.testing.assert_allclose(bias_of_quantiles([15, 12.4], q, levels), [1 - 2 * 0.65, 1 - 2 * 0.4])


def test_bias_on_the_median_is_none_and_outside_all_quantiles_whole():
    q = [1.0, 3.0, 5.0, 7.0, 9.0]
    found = bias_of_quantiles([5.0, 0.0, 10.0, 3.0, 7.0, np.nan], np.broadcast_to(q, (6, 5)), LEVELS)
    np.testing.assert_allclose(found[:5], [0, 1, -1, 0.5, -0.5])
    assert np.isnan(found[5])


def test_without_a_median_it_lies_between_its_neighbours():
    found = bias_of_quantiles([3.0, 3.5, 4.5], np.broadcast_to([1.0, 2.0, 6.0, 8.0], (3, 4)), [0.1, 0.4, 0.6, 0.9])
    np.testing.assert_allclose(found, [1 - 0.8, 1 - 0.8, 1 - 1.2])


def test_bias_of_draws_takes_whole_numbers_at_the_middle_of_their_step():
    draws = np.array([[0, 1, 1, 2], [0, 1, 1, 2]])
    np.testing.assert_allclose(bias_of_draws([1, 3], draws), [1 - 0.75 - 0.25, -1])
    np.testing.assert_allclose(bias_of_draws([1, 3], draws, counts=False), [1 - 2 * 0.75, -1])
    assert np.isnan(bias_of_draws(np.nan, draws[0]))


def test_the_transform_of_true_forecasts_is_uniform():
    rng = np.random.default_rng(2)
    mean = rng.gamma(3, 2, 1500)
    y = rng.poisson(mean)
    draws = rng.poisson(mean[:, None], (1500, 1000))
    pit = pit_of_draws(y, draws, rng=np.random.default_rng(3))
    assert kstest(pit, "uniform").pvalue > 0.01
    np.testing.assert_allclose(pit_histogram_of_draws(y, draws, bins=5), 0.2, atol=0.03)
    too_sure = pit_histogram_of_draws(y, np.round(mean[:, None] + 0.5 * (draws - mean[:, None])), bins=5)
    assert too_sure[0] > 0.25
    assert too_sure[-1] > 0.25
    np.testing.assert_array_equal(pit, pit_of_draws(y, draws, rng=np.random.default_rng(3)))


def test_the_transform_without_chance_is_the_mean_over_chances():
    rng = np.random.default_rng(4)
    y, draws = rng.poisson(3, 40), rng.poisson(3.5, (40, 25))
    expected = np.zeros(4)
    for observed, row in zip(y, draws, strict=True):
        low, high = (row <= observed - 1).mean(), (row <= observed).mean()
        u = np.linspace(low, high, 20001) if high > low else np.array([max(high, 1e-9)])
        expected += np.histogram(np.clip(u, 1e-12, 1), np.linspace(0, 1, 5))[0] / len(u) / 40
    np.testing.assert_allclose(pit_histogram_of_draws(y, draws, bins=4), expected, atol=2e-3)


def test_continuous_draws_have_no_steps_to_spread():
    y, draws = np.array([0.5, -1.0, 9.0]), np.tile(np.arange(4.0), (3, 1))
    np.testing.assert_allclose(pit_of_draws(y, draws, counts=False, rng=np.random.default_rng(1)), [0.25, 0, 1])
    np.testing.assert_allclose(pit_histogram_of_draws(y, draws, bins=2, counts=False), [2 / 3, 1 / 3])


def test_observations_lie_between_quantiles_as_often_as_levels_say():
    rng = np.random.default_rng(5)
    mean = rng.gamma(4, 3, 20000)
    q = poisson.ppf(LEVELS, mean[:, None])
    shares, nominal = pit_histogram_of_quantiles(rng.poisson(mean), q, LEVELS)
    np.testing.assert_allclose(nominal, [0.025, 0.225, 0.25, 0.25, 0.225, 0.025])
    assert shares.sum() == pytest.approx(1)
    np.testing.assert_allclose(shares, nominal, atol=0.04)
    exact, _ = pit_histogram_of_quantiles([0.0, 5.0, np.nan], np.broadcast_to([1.0, 5.0, 5.0], (3, 3)), [0.2, 0.5, 0.8])
    np.testing.assert_allclose(exact, [0.5, 0.5 * 0.3 / 0.8, 0.5 * 0.3 / 0.8, 0.5 * 0.2 / 0.8])


def test_nothing_to_score_gives_nothing():
    assert np.isnan(pit_histogram_of_draws([np.nan], [[1.0, 2.0]], bins=3)).all()
    assert np.isnan(pit_histogram_of_quantiles([np.nan], [[1.0]], [0.5])[0]).all()


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(InvalidOption, match="levels lie on one side"):
        bias_of_quantiles(1.0, [1.0, 2.0], [0.6, 0.9])
    with pytest.raises(InvalidOption, match="bins is 1"):
        pit_histogram_of_draws([1.0], [[1.0, 2.0]], bins=1)
    with pytest.raises(InvalidOption, match="without"):
        interval_coverage(1.0, [1.0, 2.0], [0.2, 0.7])
