import numpy as np
import pytest

from tocsin.epi.forecast import forecast
from tocsin.epi.forecast.regular import regular
from tocsin.epi.forecast.reporting import HALF_LIFE, LONGEST, PRIOR, reporting, withhold


def weekly_dumps(weeks=20, daily=8, silent=6, each=100.0):
    """`daily` weeks of daily counts, then all of a week on one day of it, with `silent` days of silence at the end."""
    counts = np.full((1, 7 * weeks), each)
    counts[0, 7 * daily :] = 0.0
    counts[0, 7 * daily + 6 - silent :: 7] = 7 * each
    counts[0, 7 * daily + 6 - silent] = (7 - silent) * each
    return counts


def reports(counts):
    return reporting(counts, regular(counts, 7))


def test_a_country_that_reports_by_the_day_has_no_silences():
    counts = np.random.default_rng(1).poisson(50, (2, 140)).astype(float)
    counts[:, 5::7] = 0.0
    counts[:, 6::7] = 0.0
    found = reports(counts)
    np.testing.assert_array_equal(found.happened[:, :-2], counts[:, :-2])  # a weekend that ends it may go on
    assert (found.hazard == 1.0).all()
    assert (found.waited == 0).all()


def test_zeros_at_the_end_of_a_wave_are_no_silence():
    counts = np.r_[np.full(60, 40.0), np.round(40 * 0.85 ** np.arange(30)), np.zeros(12)][None]
    found = reports(counts)
    np.testing.assert_array_equal(found.happened, counts)
    assert (found.hazard == 1.0).all()


@pytest.mark.parametrize("silent", [0, 2, 5])
def test_a_country_that_went_over_to_weekly_reports_is_expected_to_go_on_so(silent):
    found = reports(weekly_dumps(silent=silent))
    assert found.waited[0] == silent
    assert found.hazard[0, 0] < 0.65  # days of daily reports are forgotten, not yet all
    assert (found.hazard[0, 1:6] < 0.1).all()
    assert found.hazard[0, 6] > 0.8
    happened = found.happened[0]
    np.testing.assert_allclose(happened[63 : len(happened) - silent], 100.0)
    assert np.isnan(happened[len(happened) - silent :]).all()


def test_the_hazard_is_the_formula_read_aloud():
    counts = weekly_dumps(weeks=12, silent=3)
    y = counts[0]
    reported, exposed = PRIOR.copy(), np.ones(LONGEST + 1)
    k = 0
    for t in range(len(y)):
        weight = 0.5 ** ((len(y) - 1 - t) / HALF_LIFE)
        last_short = t < 57  # the first silence, before the first report by the week, is of 3 days: no silence
        exposed[0 if last_short else k] += weight
        if y[t] > 0 or last_short:
            reported[0 if last_short else k] += weight
        k = 0 if y[t] > 0 or last_short else k + 1
    end = reports(counts)
    np.testing.assert_allclose(end.hazard[0, 4:], (reported / exposed)[4:], rtol=1e-12)


def test_what_is_kept_back_comes_with_the_next_report():
    rng = np.random.default_rng(2)
    draws = rng.poisson(30.0, (28, 500)).astype(float)
    hazard = np.full(LONGEST + 1, 0.0)
    hazard[6] = 1.0
    weekly = draws.copy()
    withhold(hazard, 0, rng, weekly)
    np.testing.assert_array_equal(weekly[6::7], draws.reshape(4, 7, 500).sum(axis=1))
    assert (np.delete(weekly, np.s_[6::7], axis=0) == 0).all()
    late = draws.copy()
    withhold(hazard, 4, rng, late)
    np.testing.assert_array_equal(late[2], draws[:3].sum(axis=0) + np.round(draws[:7].mean(axis=0) * 4))


def test_a_certain_report_every_day_changes_nothing():
    draws = np.random.default_rng(3).poisson(5.0, (14, 50)).astype(float)
    found = draws.copy()
    withhold(np.ones(LONGEST + 1), 0, np.random.default_rng(4), found)
    np.testing.assert_array_equal(found, draws)


def test_a_week_without_a_report_is_within_the_interval_where_reports_have_become_rare():
    rng = np.random.default_rng(5)
    counts = np.full((1, 140), 200.0)
    counts[0, 70:] = 0.0
    counts[0, 73::10] = 2000.0  # every tenth day, so that some weeks have none
    options = {"horizon": 3, "step": "day", "sum_over": 7, "rng": rng}
    rare = forecast(counts, levels=[0.025, 0.5, 0.975], **options).quantiles[0]
    assert (rare[:, 0] == 0).any()
    assert (rare[:, 2] > 2000).all()
    mean = forecast(counts, keep_draws=True, **options).draws.mean(axis=0).sum()
    assert mean == pytest.approx(3 * 1400, rel=0.35)


def test_a_nowcast_knows_what_happens_and_its_forecast_has_no_silences():
    counts = weekly_dumps(weeks=14, daily=4, silent=5, each=200.0)
    recent = np.random.default_rng(6).poisson(200.0, (20, 1, 7)).astype(float)
    options = {"horizon": 14, "step": "day", "keep_draws": True}
    reported = forecast(counts, rng=np.random.default_rng(7), **options).draws
    happened = forecast(counts, recent=recent, rng=np.random.default_rng(7), **options).draws
    assert (reported == 0).mean() > 0.5
    assert (happened == 0).mean() < 0.05
