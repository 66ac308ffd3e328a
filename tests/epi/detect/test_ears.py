import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from tests.epi.detect import r_figures
from tests.epi.detect.oracles import ears as oracle
from tests.epi.detect.r_figures import COUNTS, QUIET, RANGE, R, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.ears import ears
from tocsin.epi.errors import HistoryTooShort, InvalidOption


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
def test_matches_r(method):
    d = ears(COUNTS, method=method, alpha=0.025, evaluate=RANGE)
    assert_like_r(d, f"ears_{method}", d.threshold)
    d = ears(COUNTS, method=method, baseline=10, min_sigma=2.5, alpha=0.01, evaluate=RANGE)
    assert_like_r(d, f"ears_{method}_wide", d.threshold)


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
def test_no_spread_in_the_baseline_is_what_r_makes_of_it(method):
    d = ears(QUIET, method=method, alpha=0.025, evaluate=slice(11, None))
    assert_like_r(d, f"ears_{method}_quiet", d.threshold)
    assert np.isnan(d.threshold).any() == (method == "C3")


def test_the_first_r_figure_is_there_to_compare_with():
    assert R["ears_C1"]["upperbound"][119] == pytest.approx(7.97168147786)


@pytest.mark.parametrize("method", ["C1", "C2", "C3"])
@pytest.mark.parametrize("data", ["newport", "campy"])
def test_reproduces_the_reference_case(shared, data, method):
    counts, evaluate, r = reference_case(shared, f"ears_{data}_{method}")
    alpha = 0.025 if (data, method) == ("newport", "C3") else 0.001  # R's default for C3, there left to it
    d = ears(counts, method=method, alpha=alpha, evaluate=evaluate)
    np.testing.assert_allclose(d.threshold[0], r["upperbound"], rtol=1e-9, atol=1e-12)
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


@settings(max_examples=60, deadline=None)
@given(
    data=counts_and_exclusions(periods=24),
    method=st.sampled_from(["C1", "C2", "C3"]),
    baseline=st.integers(3, 9),
    min_sigma=st.sampled_from([0.0, 0.5]),
    centre=st.sampled_from(["observed", "mean"]),
)
def test_is_the_rule_read_aloud(data, method, baseline, min_sigma, centre):
    y, excluded = data
    d = ears(y, method=method, baseline=baseline, min_sigma=min_sigma, centre=centre, exclude=excluded, jobs=1)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        expected, threshold, alarm = zip(
            *oracle.ears(
                counts, left_out, d.periods, method=method, length=baseline, z=float(norm.ppf(0.999)),
                min_sigma=min_sigma, centre=centre,
            ),
            strict=True,
        )  # fmt: skip
        np.testing.assert_allclose(d.expected[i], expected, rtol=1e-9)
        np.testing.assert_allclose(d.threshold[i], threshold, rtol=1e-9, atol=1e-9)
        # A threshold that rounding puts on either side of the count decides nothing.
        clear = ~(np.abs(d.threshold[i] - d.observed[i]) < 1e-9)
        assert np.array_equal(d.alarm[i][clear], np.array(alarm)[clear])


def test_p_value_is_the_normal_tail_and_a_certain_mean_leaves_none():
    y = [4.0, 6, 4, 6, 4, 6, 5, 8]
    d = ears(y)
    s = np.std(y[:7], ddof=1)
    assert d.p_value[0, 0] == pytest.approx(norm.sf(3 / s), rel=1e-12)
    assert d.exceedance[0, 0] == pytest.approx(3 / s / norm.ppf(0.999), rel=1e-12)
    flat = ears(np.array([[2.0] * 7 + [v] for v in (1, 2, 3)]))
    assert flat.p_value[:, 0].tolist() == [1.0, 1.0, 0.0]
    assert flat.alarm[:, 0].tolist() == [False, False, True]


def test_published_c3_sees_the_count_that_rs_does_not():
    y = np.array([3.0, 5, 4, 6, 5, 4, 3, 5, 4, 5, 6, 60])
    assert not ears(y, method="C3", evaluate=1).alarm[0, 0]
    d = ears(y, method="C3", centre="mean", evaluate=1)
    assert d.alarm[0, 0]
    assert d.exceedance[0, 0] > 1


def test_fewer_than_three_counts_in_the_baseline_say_nothing():
    y = np.array([5.0, np.nan, np.nan, np.nan, 4, np.nan, np.nan, 50])
    assert np.isnan(ears(y).threshold[0, 0])
    assert not ears(y).alarm[0, 0]
    y[1] = 6
    assert ears(y).alarm[0, 0]


def test_threads_and_chunks_change_nothing():
    y = np.random.default_rng(3).poisson(4, (9000, 14))
    one, two = (ears(y, method="C3", jobs=jobs) for jobs in (1, 2))
    np.testing.assert_array_equal(one.threshold, two.threshold)
    np.testing.assert_array_equal(one.threshold[8999], ears(y[8999], method="C3").threshold[0])


def test_last_week_of_many_series_takes_less_memory_than_the_counts():
    y = np.random.default_rng(4).poisson(4, (40_000, 100)).astype(np.int32)
    ears(y[:10], evaluate=1)  # compiled before it is measured
    tracemalloc.start()
    ears(y, evaluate=1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < y.nbytes


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"method": "C4"}, InvalidOption, "method is 'C4'"),
        ({"baseline": 2}, InvalidOption, "baseline is 2"),
        ({"alpha": 1.5}, InvalidOption, "alpha is 1.5"),
        ({"min_sigma": -1}, InvalidOption, "min_sigma is -1"),
        ({"centre": "median"}, InvalidOption, "centre is 'median'"),
        ({"method": "C3", "evaluate": [10]}, HistoryTooShort, "C3 with baseline=7 needs 11"),
        ({"baseline": 40}, HistoryTooShort, "there are 24 periods"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        ears(r_figures.QUIET, **options)
