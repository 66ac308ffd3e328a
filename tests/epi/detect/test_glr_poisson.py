import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import glr_negative_binomial as general_oracle
from tests.epi.detect.oracles import glr_poisson as oracle
from tests.epi.detect.r_figures import COUNTS, FALL, MEAN, RANGE, R, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.glr_poisson import glr_poisson
from tocsin.epi.errors import HistoryTooShort, InvalidOption


def given_mean(counts=COUNTS, mu0=MEAN, **options):
    return glr_poisson(counts, limit=3, mu0=mu0, evaluate=RANGE, **options)


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("given", {}),
        ("window", {"window": 6, "min_window": 2}),  # R: M=6, Mtilde=1
        ("min_window", {"window": 8, "min_window": 4}),  # R: M=8, Mtilde=3
        ("dec_no_zeros", {"counts": FALL + 1, "mu0": MEAN + 1, "direction": "dec"}),
    ],
)
def test_statistic_matches_r(case, options):
    d = given_mean(**options)
    assert_like_r(d, f"glrpois_{case}", d.statistic)


def test_threshold_is_the_real_number_of_which_r_gives_the_next_whole():
    d = given_mean()
    assert_like_r(d, "glrpois_cases", np.ceil(d.threshold), rtol=0)


def test_fitted_mean_matches_r():
    d = glr_poisson(COUNTS, limit=3, harmonics=2, trend=True, evaluate=RANGE)
    assert_like_r(d, "glrpois_fitted", d.expected, "mu0")
    assert_like_r(d, "glrpois_fitted", d.statistic)


def test_reproduces_the_reference_case(shared):
    counts, evaluate, r = reference_case(shared, "glrpois_agona")
    d = glr_poisson(counts, trend=True, evaluate=evaluate)
    np.testing.assert_allclose(d.expected[0], r["mu0"], rtol=1e-9)
    np.testing.assert_allclose(d.statistic[0], r["upperbound"], rtol=1e-7, atol=1e-12)  # R's glm stops at 1e-8
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


def test_r_passes_over_falls_to_no_case_at_all():
    """sup l_k is the sum of means if no case was counted; R gets nan there and drops it."""
    d = given_mean(FALL, direction="dec")
    zero = [p for p in R["glrpois_dec"]["upperbound"] if FALL[p] == 0]
    r = np.array([R["glrpois_dec"]["upperbound"][p] for p in zero])
    assert (d.statistic[0, np.array(zero) - 119] >= r).all()
    assert d.statistic[0, 4] == pytest.approx(MEAN[4])  # the first period after a signal, without a case


def options_of_charts(**more):
    return st.fixed_dictionaries(
        {"window": st.sampled_from([None, 1, 4]), "min_window": st.sampled_from([1, 2]), **more}
    )


@settings(max_examples=30, deadline=None)
@given(
    data=counts_and_exclusions(periods=14, highest=8),
    options=options_of_charts(direction=st.sampled_from(["inc", "dec"])),
    limit=st.sampled_from([0.7, 3.0]),
    season=st.floats(0, 0.9),
)
def test_is_the_largest_over_all_change_points(data, options, limit, season):
    y, excluded = data
    mu = 4 * (1 + season * np.sin(np.arange(14)))
    d = glr_poisson(y, mu0=mu, limit=limit, exclude=excluded, jobs=1, **options)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = oracle.glr_poisson(
            counts, left_out, mu.tolist(), 0, limit=limit, window=options["window"] or math.inf,
            min_window=options["min_window"], sign=1 if options["direction"] == "inc" else -1,
            what_if=d.threshold[i],
        )  # fmt: skip
        assert_like_oracle(d, i, found)


def assert_like_oracle(d, i, found, rtol=1e-9):
    """The statistic and signals are the oracle's, and a count at the threshold takes its statistic to the limit."""
    statistic, alarm, at_threshold = (np.array(column) for column in zip(*found, strict=True))
    np.testing.assert_allclose(d.statistic[i], statistic, rtol=rtol, atol=1e-9)
    clear = np.abs(statistic - d.limit) > 1e-9
    np.testing.assert_array_equal(d.alarm[i][clear], alarm[clear])
    inside = (d.threshold[i] > 0) & ~np.isnan(at_threshold)
    np.testing.assert_allclose(at_threshold[inside], d.limit, rtol=1e-7)


@settings(max_examples=12, deadline=None)
@given(data=counts_and_exclusions(periods=10, highest=8, series=1), options=options_of_charts())
def test_epidemic_change_is_the_largest_over_all_rates(data, options):
    y, excluded = data
    mu = np.full(10, 2.5)
    d = glr_poisson(y, mu0=mu, limit=3, exclude=excluded, change="epi", **options)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = general_oracle.glr_negative_binomial(
            counts, left_out, mu.tolist(), 0, limit=3, window=options["window"] or math.inf, alpha=0,
            min_window=options["min_window"], sign=1, change="epi", what_if=d.threshold[i],
        )  # fmt: skip
        assert_like_oracle(d, i, found)


def test_one_count_alone_has_a_closed_form():
    """l = x log(x / mu) - (x - mu); the chart starts anew after the signal."""
    d = glr_poisson([10, 4], mu0=4, limit=5)
    assert d.statistic[0, 0] == pytest.approx(10 * math.log(2.5) - 6, rel=1e-14)
    d = glr_poisson([14, 4, 5], mu0=4, limit=5)
    assert d.alarm[0].tolist() == [True, False, False]
    assert d.statistic[0, 2] == pytest.approx(5 * math.log(5 / 4) - 1, rel=1e-12)
    x = d.threshold[0, 0]
    assert x * math.log(x / 4) - (x - 4) == pytest.approx(5, rel=1e-12)


def test_fall_that_no_count_could_show_has_no_threshold():
    """No case where 3 are expected is 3 < 5; in a second such week it is 6, and so would some cases be."""
    d = glr_poisson([0, 0], mu0=3, limit=5, direction="dec")
    assert d.threshold[0, 0] == -np.inf
    x = d.threshold[0, 1]
    assert x * math.log(x / 6) - (x - 6) == pytest.approx(5, rel=1e-12)
    assert d.alarm[0].tolist() == [False, True]


def test_epidemic_without_cases_before_cannot_signal():
    d = glr_poisson([0, 40, 60], mu0=2, limit=5, change="epi")
    assert d.threshold[0, 1] == np.inf
    assert d.alarm[0].tolist() == [False, False, True]


def test_run_in_shows_the_end_of_a_longer_run():
    long, short = glr_poisson(COUNTS, mu0=4, evaluate=30), glr_poisson(COUNTS, mu0=4, evaluate=4, run_in=26)
    np.testing.assert_array_equal(short.statistic[0], long.statistic[0, -4:])


def test_series_without_a_case_to_learn_from_says_nothing():
    y = np.zeros((2, 120))
    y[1, ::3] = 2
    y[:, 119] = 9
    d = glr_poisson(y, evaluate=3)
    assert np.isnan(d.threshold[0]).all()
    assert d.alarm[:, 2].tolist() == [False, True]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"limit": 0}, InvalidOption, "limit is 0"),
        ({"change": "slope"}, InvalidOption, "change is 'slope'"),
        ({"direction": "up"}, InvalidOption, "direction is 'up'"),
        ({"direction": "dec", "change": "epi"}, InvalidOption, "has no meaning"),
        ({"mu0": 0}, InvalidOption, "mu0 holds 0"),
        ({"mu0": [1, 2], "evaluate": 3}, InvalidOption, r"mu0 has shape \(2,\)"),
        ({"window": 1, "min_window": 3}, InvalidOption, "window=1"),
        ({"min_window": 0}, InvalidOption, "min_window is 0"),
        ({"harmonics": -1}, InvalidOption, "harmonics is -1"),
        ({"evaluate": slice(3, 9)}, HistoryTooShort, "need 4"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        glr_poisson(COUNTS, **options)
