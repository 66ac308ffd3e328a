import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import cusum as oracle
from tests.epi.detect.r_figures import COUNTS, MEAN, RANGE, R, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.cusum import TRANSFORMATIONS, cusum
from tocsin.epi.errors import HistoryTooShort, InvalidOption

R_NAMES = {
    "standard": "standard",
    "rossi": "rossi",
    "anscombe": "anscombe",
    "anscombe_second_order": "anscombe2nd",
    "pearson_negative_binomial": "pearsonNegBin",
    "anscombe_negative_binomial": "anscombeNegBin",
    "none": "none",
}


def as_r_gives_it(threshold, transformation):
    """R rounds up the threshold of the standard transformation alone."""
    return np.ceil(threshold) if transformation == "standard" else threshold


def like_r(transformation, **options):
    k, h = (6, 15) if transformation == "none" else (0.5, 3)
    return cusum(COUNTS, k=k, h=h, transformation=transformation, overdispersion=0.2, evaluate=RANGE, **options)


@pytest.mark.parametrize("transformation", sorted(set(R_NAMES) - {"anscombe_negative_binomial"}))
def test_statistic_matches_r(transformation):
    d = like_r(transformation)
    assert_like_r(d, f"cusum_{R_NAMES[transformation]}", d.statistic, "cusum")


def test_statistic_is_nearer_than_rs_table_of_the_hypergeometric_function():
    d = like_r("anscombe_negative_binomial")
    assert_like_r(d, "cusum_anscombeNegBin", d.statistic, "cusum", rtol=2e-3)


@pytest.mark.parametrize("transformation", ["standard", "rossi", "anscombe", "pearson_negative_binomial"])
def test_threshold_matches_r(transformation):
    d = like_r(transformation)
    assert_like_r(d, f"cusum_{R_NAMES[transformation]}", as_r_gives_it(d.threshold, transformation))


def test_seasonal_mean_and_given_mean_match_r():
    d = cusum(COUNTS, k=0.5, h=3, m="glm", transformation="rossi", evaluate=RANGE)
    assert_like_r(d, "cusum_glm", d.statistic, "cusum", atol=1e-9)
    assert_like_r(d, "cusum_glm", d.expected, "m")
    above = np.array([R["cusum_glm"]["upperbound"].get(period, 0) > 0.1 for period in d.periods])
    r = [R["cusum_glm"]["upperbound"][period] for period in d.periods[above]]
    np.testing.assert_allclose(d.threshold[0, above], r, rtol=1e-9)
    d = cusum(COUNTS, k=0.5, h=3, m=MEAN, transformation="anscombe", evaluate=RANGE)
    assert_like_r(d, "cusum_m", d.threshold)


@pytest.mark.parametrize("transformation", ["standard", "rossi", "anscombe"])
def test_reproduces_the_reference_case(shared, transformation):
    counts, evaluate, r = reference_case(shared, f"cusum_agona_{transformation}")
    d = cusum(counts, transformation=transformation, evaluate=evaluate)
    np.testing.assert_allclose(as_r_gives_it(d.threshold[0], transformation), r["upperbound"], rtol=1e-9)
    np.testing.assert_allclose(d.statistic[0], r["cusum"], rtol=1e-9)
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


@settings(max_examples=30, deadline=None)
@given(
    data=counts_and_exclusions(periods=14),
    transformation=st.sampled_from(sorted(TRANSFORMATIONS)),
    m=st.floats(0.3, 30),
    k=st.sampled_from([0.0, 0.5, 1.04]),
    start=st.integers(0, 3),
)
def test_is_the_sum_read_aloud(data, transformation, m, k, start):
    y, excluded = data
    options = {"m": m, "k": k, "h": 2.26, "transformation": transformation}
    d = cusum(y, overdispersion=0.3, evaluate=slice(start, None), exclude=excluded, jobs=1, **options)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = oracle.cusum(counts, left_out, start, alpha=0.3, **options)
        threshold, statistic, alarm = map(list, zip(*found, strict=True))
        np.testing.assert_allclose(d.statistic[i], statistic, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(d.threshold[i], threshold, rtol=1e-9, atol=1e-9)
        np.testing.assert_array_equal(d.alarm[i], alarm)


@settings(max_examples=20, deadline=None)
@given(data=counts_and_exclusions(periods=20))
def test_learns_from_the_periods_before_alone(data):
    y, excluded = data
    d = cusum(y, exclude=excluded, evaluate=8)
    there = ~np.isnan(y) & ~np.broadcast_to(excluded, y.shape)
    for i in range(len(y)):
        learned = y[i, :12][there[i, :12]]
        mean = learned.mean() if learned.sum() > 0 else np.nan
        np.testing.assert_allclose(d.expected[i], mean, rtol=1e-12)
        assert (
            np.isnan(d.threshold[i]).all()
            if np.isnan(mean)
            else np.isnan(d.threshold[i]).sum() == np.isnan(y[i, 12:]).sum()
        )


def test_steady_excess_of_one_standard_deviation_adds_up():
    """With m = 4 and counts of 6, z = 1 and C_t = t (1 - k)."""
    d = cusum([6] * 10, m=4, k=0.5, h=3)
    np.testing.assert_allclose(d.statistic[0], 0.5 * np.arange(1, 11))
    assert d.periods[d.alarm[0]].tolist() == [5, 6, 7, 8, 9]
    np.testing.assert_allclose(d.exceedance, d.statistic / 3)
    np.testing.assert_allclose(d.threshold[0, :3], [11, 10, 9])


def test_run_in_shows_the_end_of_a_longer_run():
    long, short = cusum(COUNTS, evaluate=30), cusum(COUNTS, evaluate=4, run_in=26)
    np.testing.assert_array_equal(short.statistic[0], long.statistic[0, -4:])


def test_missing_count_leaves_the_sum_as_it_was():
    d = cusum([6, 6, np.nan, 6], m=4, k=0.5, h=3)
    np.testing.assert_allclose(d.statistic[0], [0.5, 1.0, 1.0, 1.5])
    assert np.isnan([d.threshold[0, 2], d.exceedance[0, 2]]).all()


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"transformation": "log"}, InvalidOption, "transformation is 'log'"),
        ({"h": 0}, InvalidOption, "h is 0"),
        ({"k": -1}, InvalidOption, "k is -1"),
        ({"overdispersion": 0}, InvalidOption, "overdispersion is 0"),
        ({"m": "mean"}, InvalidOption, "m is 'mean'"),
        ({"m": -2}, InvalidOption, "m holds -2"),
        ({"m": [1, 2, 3], "evaluate": 4}, InvalidOption, r"m has shape \(3,\)"),
        ({"run_in": -1}, InvalidOption, "run_in is -1"),
        ({"evaluate": 160}, HistoryTooShort, "need 1"),
        ({"m": "glm", "evaluate": [3]}, HistoryTooShort, "need 4"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        cusum(COUNTS, **options)
