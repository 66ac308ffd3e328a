import numpy as np
import pytest

from tocsin.epi.forecast.regular import regular


def test_a_correction_takes_its_share_of_all_that_came_before():
    counts = np.full((1, 30), 10.0)
    counts[0, 20] = -50.0
    level = regular(counts, 1).level[0]
    np.testing.assert_allclose(level[:20], 10.0 * (1 - 50 / 200))
    assert np.isnan(level[20])
    np.testing.assert_allclose(level[21:], 10.0)


def test_a_correction_of_more_than_there_was_leaves_nothing_below_zero():
    level = regular(np.array([[5.0, 5.0, -100.0, 4.0]]), 1).level[0]
    np.testing.assert_array_equal(level, [0.0, 0.0, np.nan, 4.0])


def test_what_is_reported_after_a_silence_is_spread_over_it():
    counts = np.full((1, 40), 20.0)
    counts[0, 30:34] = [0.0, 0.0, 0.0, 80.0]
    level = regular(counts, 1).level[0]
    np.testing.assert_allclose(level, 20.0)


def test_weekly_reports_on_one_day_become_even_days():
    counts = np.zeros((1, 70))
    counts[0, 6::7] = 140.0
    np.testing.assert_allclose(regular(counts, 1).level[0, 14:], 20.0)


def test_a_silence_at_the_end_is_unknown_and_not_zero():
    counts = np.full((1, 40), 20.0)
    counts[0, -3:] = 0.0
    level = regular(counts, 1).level[0]
    assert np.isnan(level[-3:]).all()
    assert not np.isnan(level[:-3]).any()


def test_zeros_of_a_rare_disease_stay_zeros():
    counts = np.zeros((1, 60))
    counts[0, [5, 17, 31, 50]] = 1.0
    np.testing.assert_array_equal(regular(counts, 7).level > 0, counts > 0)


def test_long_zeros_after_a_wave_are_its_end():
    counts = np.full((1, 60), 30.0)
    counts[0, 40:] = 0.0
    np.testing.assert_array_equal(regular(counts, 1).level, counts)


def test_weekday_factors_are_found_and_average_one():
    pattern = np.array([1.4, 1.2, 1.1, 1.0, 0.9, 0.8, 0.6])
    counts = 1000.0 * np.tile(pattern, 12)[None]
    found = regular(counts, 7)
    assert found.factors.mean() == pytest.approx(1.0)
    # 20 cases a weekday at factor 1 beside ten weeks of 50
    np.testing.assert_allclose(found.factors[0], (20 + 500 * pattern) / 520, rtol=1e-12)


def test_factors_average_one_where_one_day_has_nearly_all():
    found = regular(np.tile([93.0, 2, 1, 1, 1, 1, 1], 12)[None], 7)
    assert found.factors.mean() == pytest.approx(1.0)
    assert found.factors[0].argmax() == 0


def test_gaps_stay_gaps():
    counts = np.full((1, 40), 20.0)
    counts[0, 10:13] = np.nan
    np.testing.assert_array_equal(np.isnan(regular(counts, 7).level), np.isnan(counts))
