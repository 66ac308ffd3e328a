import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.forecast.epidemics import renewal_counts

from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidDates, InvalidDelay, InvalidOption
from tocsin.epi.forecast import METHODS, forecast

DAYS = np.arange(np.datetime64("2026-01-05"), np.datetime64("2026-01-05") + 120)
COUNTS = renewal_counts(3, 120, np.random.default_rng(1), start=60)
MODELS = [method for method in METHODS if method != "flat"]


def ahead(counts=COUNTS, dates=None, *, seed=2, **options):
    return forecast(counts, dates, rng=np.random.default_rng(seed), **{"horizon": 7, "step": "day"} | options)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("step", ["day", "week"])
def test_every_method_gives_every_series_quantiles_in_order(method, step):
    f = ahead(method=method, step=step, horizon=8, keep_draws=True, draws=200)
    assert f.quantiles.shape == (3, 8, 7)
    assert np.isfinite(f.quantiles).all()
    assert (np.diff(f.quantiles, axis=2) >= 0).all()
    assert f.quantiles.min() >= 0
    assert f.draws.shape == (200, 3, 8)
    np.testing.assert_allclose(f.quantiles, np.moveaxis(np.quantile(f.draws, f.levels, axis=0), 0, -1), rtol=1e-12)
    np.testing.assert_array_equal(f.median, f.quantiles[..., 3])
    assert (f.weights is None) == (method != "combination")


def test_dates_go_on_where_the_counts_end():
    assert ahead(dates=DAYS, horizon=3).dates.tolist() == (DAYS[-1] + np.arange(1, 4)).tolist()
    weeks = DAYS[0] + 7 * np.arange(120)
    assert ahead(dates=weeks, step="week", horizon=2).dates.tolist() == (weeks[-1] + [7, 14]).tolist()
    assert ahead(dates=DAYS, sum_over=7, horizon=2).dates.tolist() == (DAYS[-1] + [1, 8]).tolist()
    assert ahead(horizon=2).dates.tolist() == [1, 2]


@pytest.mark.parametrize("method", METHODS)
def test_the_same_stream_gives_the_same_forecast_whatever_the_threads(method):
    counts = np.tile(COUNTS, (12, 1))
    one, two = (ahead(counts, method=method, draws=100, jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
    assert not np.array_equal(one.quantiles, ahead(counts, method=method, draws=100, seed=3).quantiles)


@pytest.mark.parametrize("method", MODELS)
def test_sums_over_a_week_are_the_sums_of_its_days(method):
    days = ahead(horizon=14, method=method, keep_draws=True)
    weeks = ahead(horizon=2, sum_over=7, method=method, keep_draws=True)
    np.testing.assert_array_equal(weeks.draws, days.draws.reshape(1000, 3, 2, 7).sum(axis=3))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("step", "most"), [("day", 1), ("week", 2)])
def test_a_series_of_zeros_goes_on_as_zeros(method, step, most):
    q = ahead(np.zeros((1, 80)), method=method, step=step).quantiles
    assert q[0, :, 3].max() == 0
    assert q.max() <= most


@pytest.mark.parametrize("method", MODELS)
def test_a_gap_changes_little_and_leaves_no_hole(method):
    gapped = COUNTS.copy()
    gapped[:, 60:64] = np.nan
    gapped[:, 100] = np.nan
    f, g = ahead(method=method), ahead(gapped, method=method)
    np.testing.assert_allclose(g.median, f.median, rtol=0.35)


@pytest.mark.parametrize("method", MODELS)
def test_leading_periods_that_are_unknown_are_as_if_they_were_not_there(method):
    padded = np.concatenate([np.full((3, 14), np.nan), COUNTS], axis=1)
    np.testing.assert_allclose(ahead(padded, method=method).quantiles, ahead(method=method).quantiles, rtol=1e-9)


def test_a_correction_is_refused_unless_it_is_to_be_spread():
    corrected = COUNTS.copy()
    corrected[0, 80] = -40.0
    with pytest.raises(InvalidCounts, match=r"period 80 is -40.*negative='spread'"):
        ahead(corrected)
    f = ahead(corrected, negative="spread")
    np.testing.assert_allclose(f.median, ahead().median, rtol=0.3)


def test_a_weekday_pattern_goes_on_into_the_forecast():
    pattern = np.array([1.6, 1.3, 1.1, 1.0, 0.9, 0.7, 0.4])
    counts = np.random.default_rng(4).poisson(500 * np.tile(pattern, 20))[None].astype(float)
    np.testing.assert_allclose(ahead(counts).median[0], 500 * pattern, rtol=0.12)


@pytest.mark.parametrize("method", METHODS)
def test_the_uncertainty_of_a_nowcast_is_carried_through(method):
    rng = np.random.default_rng(5)
    last = COUNTS[:, -5:]
    sure = np.repeat(last[None], 40, axis=0)
    unsure = last[None] * np.exp(0.5 * rng.standard_normal((40, 3, 1)))
    known, told, doubted = (
        ahead(horizon=3, method=method, levels=[0.1, 0.5, 0.9], recent=recent) for recent in (None, sure, unsure)
    )
    np.testing.assert_allclose(told.quantiles, known.quantiles, rtol=0.35, atol=3)
    width = [f.quantiles[..., 2] - f.quantiles[..., 0] for f in (told, doubted)]
    assert (width[1].mean(axis=1) > width[0].mean(axis=1)).all()


def test_a_nowcast_stands_in_for_counts_that_are_not_known():
    cut = COUNTS.copy()
    cut[:, -5:] = np.nan
    recent = np.repeat(COUNTS[None, :, -5:], 20, axis=0)
    np.testing.assert_array_equal(ahead(cut, recent=recent).quantiles, ahead(recent=recent).quantiles)


@settings(max_examples=25, deadline=None)
@given(
    data=st.lists(st.sampled_from([0.0, 1.0, 3.0, 50.0, 4000.0, np.nan, -20.0]), min_size=60, max_size=60),
    method=st.sampled_from(METHODS),
    step=st.sampled_from(["day", "week"]),
)
def test_whatever_is_reported_a_forecast_is_finite_or_refused(data, method, step):
    counts = np.array(data)
    try:
        f = ahead(counts, method=method, step=step, draws=100, negative="spread")
    except HistoryTooShort:
        assert np.isnan(counts[-60:]).any()
        return
    assert np.isfinite(f.quantiles).all()
    assert f.quantiles.min() >= 0


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "prophet"}, InvalidOption, "method is 'prophet'"),
        ({"step": "month"}, InvalidOption, "step is 'month'"),
        ({"negative": "clip"}, InvalidOption, "negative is 'clip'"),
        ({"horizon": 29}, InvalidOption, "horizon is 29 .* at most 28"),
        ({"horizon": 9, "step": "week"}, InvalidOption, "horizon is 9 .* at most 8"),
        ({"horizon": 9, "sum_over": 7}, InvalidOption, "horizon is 9 .* at most 8"),
        ({"horizon": 0}, InvalidOption, "horizon is 0"),
        ({"step": "week", "sum_over": 7}, InvalidOption, "only days are added up"),
        ({"draws": 10}, InvalidOption, "draws is 10"),
        ({"pull": -1.0}, InvalidOption, "pull is -1"),
        ({"levels": [0.5, 1.0]}, InvalidOption, "levels lie between"),
        ({"serial_interval": [0.5, 0.5]}, InvalidDelay, "serial_interval gives 0.5 to 0 days"),
        ({"serial_interval": [0.0, 0.5]}, InvalidDelay, "serial_interval adds up to 0.5"),
        ({"dates": DAYS[0] + 7 * np.arange(120)}, InvalidDates, "give step='week'"),
        ({"dates": DAYS, "step": "week"}, InvalidDates, "give step='day'"),
        ({"dates": np.delete(np.r_[DAYS, DAYS[-1] + 1], 50)}, InvalidDates, "nan where nothing"),
        ({"dates": DAYS[:-1]}, InvalidDates, "one a period"),
        ({"dates": ["yesterday"] * 120}, InvalidDates, "dates must be days"),
        ({"counts": COUNTS[:, :20]}, HistoryTooShort, "20 known values .* needs 21"),
        ({"counts": COUNTS[:, :3], "step": "week"}, HistoryTooShort, "3 known values .* needs 4"),
        ({"counts": np.c_[COUNTS, np.full((3, 15), np.nan)]}, HistoryTooShort, "no value in its last 14"),
        ({"counts": np.full((1, 50), np.nan)}, HistoryTooShort, "0 known values"),
        ({"counts": [["a", "b"]]}, InvalidCounts, "must be numbers"),
        ({"counts": np.full((1, 50), np.inf)}, InvalidCounts, "must be finite"),
        ({"counts": np.zeros((2, 2, 2))}, InvalidCounts, "shape"),
        ({"recent": np.zeros((5, 2, 4))}, InvalidCounts, "recent has shape"),
        ({"recent": np.full((5, 3, 4), -1.0)}, InvalidCounts, "recent holds"),
        ({"jobs": 0}, InvalidOption, "jobs is 0"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        ahead(**options)
