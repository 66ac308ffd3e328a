import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import farrington as oracle
from tests.epi.detect.r_farrington import farrington_cases, farrington_r, reference_panel

from tocsin.epi.detect import farrington_flexible
from tocsin.epi.errors import HistoryTooShort, InvalidCounts, InvalidOption

WEEKS = np.arange(np.datetime64("2001-01-01"), np.datetime64("2009-01-05"), np.timedelta64(7, "D"))


def seasonal(series, periods, *, seed=0, mean=4.0):
    rng = np.random.default_rng(seed)
    level = mean * rng.gamma(1.0, 1.0, (series, 1))
    mu = level * np.exp(0.5 * np.sin(2 * np.pi * np.arange(periods) / 52))
    return rng.negative_binomial(mu / 0.7, 1 / 1.7).astype(float)


@pytest.mark.parametrize("case", farrington_cases("flexible"))
def test_matches_r(case):
    counts, dates, options, r = farrington_r(case)
    d = farrington_flexible(counts, dates, **options)
    for quantity, values in (
        ("upperbound", d.threshold),
        ("expected", d.expected),
        ("phi", d.dispersion),
        ("pvalue", d.p_value),
        ("trend", d.trend),
    ):
        np.testing.assert_allclose(values[0], r[quantity], rtol=1e-8, err_msg=quantity)
    np.testing.assert_array_equal(d.alarm[0], r["alarm"] == 1)


R_NAMES = {
    "b": "years_back",
    "w": "half_window",
    "noPeriods": "seasonal_periods",
    "pastWeeksNotIncluded": "skip_recent",
    "weightsThreshold": "residual_threshold",
    "thresholdMethod": "threshold",
    "pThresholdTrend": "trend_p_value",
    "powertrans": "power",
    "reweight": "reweight",
    "trend": "trend",
    "alpha": "alpha",
}
R_DEFAULTS = {
    "seasonal_periods": 1,
    "skip_recent": None,
    "threshold": "delta",
    "trend_p_value": 0.05,
    "alpha": 0.05,
}
THRESHOLDS = {"nbPlugin": "negative_binomial", "muan": "muan", "delta": "delta"}


@pytest.mark.parametrize("number", range(1, 13))
def test_reproduces_the_reference_case(shared, number):
    entry, counts, population, dates, evaluate, r = reference_panel(shared, f"ff{number:02d}")
    options = R_DEFAULTS | {R_NAMES[k]: v for k, v in entry["args"].items() if k in R_NAMES}
    options["threshold"] = THRESHOLDS.get(options["threshold"], options["threshold"])
    people = population if entry["args"].get("populationOffset") else None
    d = farrington_flexible(counts, dates, evaluate=evaluate, population=people, **options)
    for quantity, values in (
        ("expected", d.expected),
        ("upperbound", d.threshold),
        ("phi", d.dispersion),
        ("pvalue", d.p_value),
        ("trend_coef", d.trend),
    ):
        np.testing.assert_array_equal(np.isnan(values), np.isnan(r[quantity]), err_msg=quantity)
        np.testing.assert_allclose(values, r[quantity], rtol=1e-9, atol=1e-300, err_msg=quantity)
    np.testing.assert_array_equal(d.alarm, r["alarm"] == 1)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    mean=st.sampled_from([0.3, 3.0, 40.0, 2000.0]),
    gaps=st.sampled_from([0.0, 0.1]),
    left_out=st.sampled_from([0.0, 0.05]),
    own=st.booleans(),
    threshold=st.sampled_from(["negative_binomial", "delta", "muan"]),
    seasonal_periods=st.sampled_from([1, 4, 10]),
    reweight=st.booleans(),
    trend_p_value=st.sampled_from([1.0, 0.3]),
    populated=st.booleans(),
    with_dates=st.booleans(),
)
@example(4294967295, 0.3, 0.0, 0.0, False, "negative_binomial", 1, False, 1.0, False, False)
def test_is_the_regression_read_aloud(
    seed, mean, gaps, left_out, own, threshold, seasonal_periods, reweight, trend_p_value, populated, with_dates
):
    rng = np.random.default_rng(seed)
    y = seasonal(2, 230, seed=seed, mean=mean)
    y[:, rng.integers(0, 230, 4)] *= 4
    y[rng.random(y.shape) < gaps] = np.nan
    excluded = rng.random(y.shape if own else y.shape[1]) < left_out
    people = 1e4 * np.exp(0.001 * np.arange(230) + rng.normal(0, 0.05, y.shape)) if populated else None
    design = {
        "years_back": 3,
        "half_window": 2,
        "seasonal_periods": seasonal_periods,
        "skip_recent": 10,
    }
    d = farrington_flexible(
        y, WEEKS[:230] if with_dates else None, evaluate=2, population=people, exclude=excluded, threshold=threshold,
        reweight=reweight, trend_p_value=trend_p_value, min_recent=(0, 1), alpha=0.01, jobs=1, **design,
    )  # fmt: skip
    dates = WEEKS[:230].tolist() if with_dates else None
    for i in range(2):
        for k, now in enumerate(d.periods.tolist()):
            rows = oracle.flexible_rows(dates, now, per_year=52, **design)
            masked = np.where(np.broadcast_to(excluded, y.shape)[i], np.nan, y[i])
            rows = [(r, g) for r, g in rows if not np.isnan(masked[r])]
            row, group = np.array([r for r, _ in rows]), [g for _, g in rows]
            found = oracle.regression(
                y[i, row], row.astype(float), group, float(now), flexible=True, trend=True, p_value=trend_p_value,
                reweight=reweight, threshold=2.58, population=(people[i, row], people[i, now]) if populated else None,
            )  # fmt: skip
            assert found is not None
            eta, variance, phi, slope = found
            np.testing.assert_allclose(d.dispersion[i, k], phi, rtol=1e-9)
            np.testing.assert_allclose(d.trend[i, k], slope, rtol=1e-7, atol=1e-12)
            if np.isnan(y[i, now]):
                assert np.isnan(d.threshold[i, k])
                assert not d.alarm[i, k]
                continue
            floor = oracle.EPSILON if threshold == "delta" else 0.0
            np.testing.assert_allclose(d.expected[i, k], max(np.exp(eta), floor), rtol=1e-9)
            if threshold == "delta":
                limit, p = oracle.delta_limits(y[i, now], eta, variance, phi, 0.01, 2 / 3)
            else:
                upper = eta + (2.3263478740408408 * np.sqrt(variance) if threshold == "muan" else 0.0)
                if upper > 30:  # an empty group: the upper limit of what is expected has gone astray
                    assert not d.threshold[i, k] < 1e12
                    continue
                limit, p = oracle.count_limits(y[i, now], np.exp(upper), phi, 0.01)
            np.testing.assert_allclose(d.threshold[i, k], limit, rtol=1e-9)
            np.testing.assert_allclose(d.p_value[i, k], p, rtol=1e-7, atol=1e-12)
            assert d.alarm[i, k] == (y[i, now] > limit)


def test_constant_counts_are_expected_to_go_on():
    d = farrington_flexible(np.full((1, 364), 7.0), evaluate=1)
    assert d.expected[0, 0] == pytest.approx(7.0, rel=1e-12)
    assert d.dispersion[0, 0] == 1.0
    # the Poisson distribution's upper 1 % point at mean 7, from tables
    assert d.threshold[0, 0] == 14
    assert not d.alarm[0, 0]


def test_counts_symmetric_in_time_have_no_trend():
    # The windows' rows are symmetric about the middle one, and so are the two cases: R's p-value is 1, not below.
    y = np.zeros((1, 230))
    y[0, [229 - 104 - 1, 229 - 104 + 1]] = 1
    d = farrington_flexible(
        y, evaluate=1, years_back=3, half_window=2, seasonal_periods=1, skip_recent=10, reweight=False
    )
    assert np.isnan(d.trend[0, 0])
    # Pearson's sum with a mean of 2 / 15 is 13, and there are 14 degrees of freedom.
    assert d.dispersion[0, 0] == 1.0


def test_an_outbreak_is_seen_and_the_same_count_in_its_season_is_not():
    rng = np.random.default_rng(3)
    mu = 20 * np.exp(0.8 * np.cos(2 * np.pi * np.arange(416) / 52))
    y = rng.poisson(mu, (300, 416))
    trough, peak = 390, 364
    y[:, trough] = 40
    y[:, peak] = 40
    d = farrington_flexible(y, evaluate=[peak, trough])
    assert d.periods.tolist() == [peak, trough]
    assert d.alarm[:, 1].mean() > 0.99
    assert d.alarm[:, 0].mean() < 0.05


def test_false_alarms_are_as_rare_as_alpha_says():
    rng = np.random.default_rng(11)
    y = rng.poisson(15.0, (4000, 364))
    for alpha in (0.05, 0.01):
        share = farrington_flexible(y, evaluate=1, alpha=alpha).alarm.mean()
        # a whole count can only keep below alpha; estimating the mean adds a little
        assert 0.4 * alpha < share < 1.4 * alpha


def test_a_past_outbreak_raises_the_threshold_less_when_weighed_down():
    y = np.random.default_rng(5).poisson(5.0, (200, 364)).astype(float)
    y[:, 150:153] += 60
    plain = farrington_flexible(y, evaluate=1, reweight=False)
    weighed = farrington_flexible(y, evaluate=1)
    assert (weighed.threshold < plain.threshold).mean() > 0.95
    excluded = farrington_flexible(y, evaluate=1, exclude=[150, 151, 152])
    assert (excluded.dispersion < weighed.dispersion).mean() > 0.8


def test_excluding_by_mask_by_index_and_by_days_is_the_same():
    y = seasonal(3, WEEKS.size)
    mask = np.zeros(WEEKS.size, dtype=bool)
    mask[100:120] = True
    by_series = np.broadcast_to(mask, y.shape)
    days = [(str(WEEKS[100]), str(WEEKS[119]))]
    first, *others = (
        farrington_flexible(y, WEEKS, evaluate=3, exclude=e) for e in (mask, np.arange(100, 120), days, by_series)
    )
    for other in others:
        np.testing.assert_allclose(first.expected, other.expected, rtol=1e-12)
        np.testing.assert_array_equal(first.threshold, other.threshold)
    assert not np.allclose(first.expected, farrington_flexible(y, WEEKS, evaluate=3).expected, rtol=1e-6)


@pytest.mark.parametrize("own", [False, True])
def test_a_reference_excluded_throughout_leaves_nothing_to_say(own):
    y = seasonal(3, 364)
    left_out = np.ones(y.shape if own else y.shape[1], dtype=bool)
    d = farrington_flexible(y, evaluate=[340, 363], exclude=left_out, population=np.full(y.shape, 1e5))
    assert np.isnan(d.threshold).all()
    assert np.isnan(d.dispersion).all()
    assert not d.alarm.any()


def test_series_do_not_depend_on_their_neighbours_or_on_threads():
    y = seasonal(700, 364, seed=2)
    y[::7, 20:60] = np.nan
    together = farrington_flexible(y, evaluate=2, jobs=2)
    for i in (0, 1, 63, 64, 511, 512, 699):
        alone = farrington_flexible(y[i], evaluate=2, jobs=1)
        np.testing.assert_array_equal(alone.threshold[0], together.threshold[i])
        np.testing.assert_array_equal(alone.p_value[0], together.p_value[i])
        np.testing.assert_array_equal(alone.trend[0], together.trend[i])


def test_counts_of_any_numeric_type_give_the_same():
    y = seasonal(5, 364)
    expected = farrington_flexible(y, evaluate=1).p_value
    for dtype in (np.uint8, np.int32, np.int64, np.float32):
        np.testing.assert_array_equal(farrington_flexible(y.astype(dtype), evaluate=1).p_value, expected)
    np.testing.assert_array_equal(farrington_flexible(np.asfortranarray(y), evaluate=1).p_value, expected)


def test_population_that_grows_with_the_counts_leaves_nothing_to_signal():
    people = np.geomspace(1e5, 4e5, 364)[None]
    y = np.round(people / 1e4)
    with_people = farrington_flexible(y, evaluate=1, population=people, trend=False)
    assert with_people.expected[0, 0] == pytest.approx(40, rel=0.02)
    assert farrington_flexible(y, evaluate=1, trend=False).expected[0, 0] < 30


def test_after_years_of_zeros_the_method_says_nothing():
    # R warns that the model could not converge; `fixed_rule` is for such series.
    y = np.zeros((1, 364))
    y[0, -1] = 9
    d = farrington_flexible(y, evaluate=1)
    assert np.isnan([d.threshold[0, 0], d.expected[0, 0], d.p_value[0, 0]]).all()
    assert not d.alarm[0, 0]
    y[0, 200] = 1
    assert farrington_flexible(y, evaluate=1).alarm[0, 0]


def test_monthly_counts_have_twelve_periods_a_year():
    months = np.arange("2010-01", "2020-01", dtype="datetime64[M]").astype("datetime64[D]")
    y = np.random.default_rng(1).poisson(30 + 10 * np.sin(2 * np.pi * np.arange(120) / 12), (50, 120))
    d = farrington_flexible(
        y, months, evaluate=12, seasonal_periods=4, skip_recent=6, half_window=1, periods_per_year=12
    )
    assert d.options["periods_per_year"] == 12
    mean = 30 + 10 * np.sin(2 * np.pi * np.arange(108, 120) / 12)
    assert np.abs(d.expected.mean(axis=0) / mean - 1).max() < 0.15


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0.0}, "alpha is 0.0"),
        ({"threshold": "nbPlugin"}, "threshold is 'nbPlugin'"),
        ({"power": "3/2"}, "power is '3/2'"),
        ({"years_back": 0}, "years_back is 0"),
        ({"half_window": 1.5}, "half_window is 1.5"),
        ({"residual_threshold": 0.0}, "residual_threshold is 0"),
        ({"seasonal_periods": 60}, "only 45 periods"),
        ({"min_recent": (5, 0)}, "min_recent"),
        ({"evaluate": 0}, "evaluate is 0"),
        ({"jobs": 0}, "jobs is 0"),
        ({"trend_p_value": 0.0}, "trend_p_value is 0"),
    ],
)
def test_options_outside_the_method_are_refused(options, message):
    with pytest.raises(InvalidOption, match=message):
        farrington_flexible(np.ones((1, 364)), **{"evaluate": 1, **options})


def test_history_too_short_says_how_far_it_reaches():
    with pytest.raises(HistoryTooShort, match="begins 7 periods before the first count; use a smaller years_back"):
        farrington_flexible(np.ones((1, 258)), evaluate=2)
    with pytest.raises(HistoryTooShort, match="number 264"):
        farrington_flexible(np.ones((1, 200)))


def test_population_is_checked():
    people = np.full((1, 364), 1000.0)
    people[0, 5] = 0
    with pytest.raises(InvalidCounts, match="series 0, period 5 has 0"):
        farrington_flexible(np.ones((1, 364)), evaluate=1, population=people)
    with pytest.raises(InvalidCounts, match="shape of counts"):
        farrington_flexible(np.ones((1, 364)), evaluate=1, population=people[:, 1:])
