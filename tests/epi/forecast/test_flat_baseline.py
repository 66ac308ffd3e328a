import numpy as np
import pytest

from tocsin.epi.forecast import forecast
from tocsin.epi.forecast.flat_baseline import fit_flat


def flat(counts, **options):
    options = {"horizon": 4, "step": "week", "method": "flat", "rng": np.random.default_rng(1)} | options
    return forecast(counts, **options)


def test_the_median_stays_and_the_rest_widens():
    y = np.random.default_rng(2).poisson(100, 30).astype(float)
    f = flat(y, draws=4001)
    np.testing.assert_allclose(f.median[0], y[-1])
    width = f.quantiles[0, :, -1] - f.quantiles[0, :, 0]
    assert (np.diff(width) > 0).all()
    assert ((f.quantiles[0, :, -1] - y[-1]) / (y[-1] - f.quantiles[0, :, 0])).round(1).tolist() == pytest.approx(
        [1.0] * 4, abs=0.15
    )


def test_one_step_ahead_is_the_symmetrised_differences():
    y = np.array([10.0, 14.0, 11.0, 12.0, 20.0, 15.0])
    d = np.diff(y)
    f = flat(y, horizon=1, draws=100_000)
    expected = 15 + np.quantile(np.r_[d, -d], f.levels)
    np.testing.assert_allclose(f.quantiles[0, 0], expected, atol=0.15)


def test_nothing_is_below_zero_and_a_constant_is_certain():
    assert flat([30.0, 2.0, 25.0, 3.0, 1.0]).quantiles.min() == 0
    np.testing.assert_array_equal(flat([7.0] * 6).quantiles, 7.0)


def test_a_difference_across_a_gap_is_none():
    fit = fit_flat(np.array([[1.0, 4.0, np.nan, 100.0, 90.0, np.nan]]))
    np.testing.assert_array_equal(fit.differences[0], [-10.0, -3.0, 3.0, 10.0])
    assert fit.last[0] == 90.0


def test_days_are_added_up_to_weeks_before_differences_are_taken():
    y = np.tile([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], 8)
    np.testing.assert_array_equal(flat(y[3:], step="day", sum_over=7).quantiles, 28.0)
