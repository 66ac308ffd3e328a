import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import glr_negative_binomial as oracle
from tests.epi.detect.r_figures import COUNTS, FALL, MEAN, OVERDISPERSED, RANGE, R, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows
from tests.epi.detect.test_glr_poisson import assert_like_oracle, options_of_charts

from tocsin.epi.detect.glr_negative_binomial import glr_negative_binomial
from tocsin.epi.detect.glr_poisson import glr_poisson
from tocsin.epi.errors import InvalidOption


def given_mean(counts=COUNTS, mu0=MEAN, **options):
    return glr_negative_binomial(counts, limit=3, mu0=mu0, overdispersion=0.1, evaluate=RANGE, **options)


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("given", {}),
        ("window", {"window": 6}),
        ("min_window", {"window": 8, "min_window": 3}),
        ("dec_no_zeros", {"counts": FALL + 1, "mu0": MEAN + 1, "direction": "dec"}),
    ],
)
def test_statistic_matches_r(case, options):
    d = given_mean(**options)
    assert_like_r(d, f"glrnb_{case}", d.statistic, rtol=1e-8)


def test_fall_to_no_case_matches_r_up_to_where_r_stops():
    d = given_mean(FALL, direction="dec")
    assert_like_r(d, "glrnb_dec", d.statistic, rtol=2e-8)  # R ends its search at kappa = -18


def test_threshold_is_the_real_number_of_which_r_gives_the_next_whole():
    d = given_mean()
    figures = {p: v for p, v in R["glrnb_cases"]["upperbound"].items() if v < 1e98}  # R fails after a count of 0
    assert len(figures) == 9
    np.testing.assert_array_equal(np.ceil(d.threshold[0, np.array(list(figures)) - 119]), list(figures.values()))


@pytest.mark.parametrize(
    ("case", "options"),
    [
        ("fixed_alpha", {"counts": COUNTS, "overdispersion": 0.1, "limit": 3}),
        ("fitted", {"counts": OVERDISPERSED, "trend": True, "limit": 1.2}),
    ],
)
def test_fitted_mean_matches_r(case, options):
    d = glr_negative_binomial(evaluate=RANGE, **options)
    # R's glm stops when the deviance changes by less than 1e-8, which leaves 1e-7 in the mean.
    assert_like_r(d, f"glrnb_{case}", d.expected, "mu0", rtol=2e-7)
    assert_like_r(d, f"glrnb_{case}", d.statistic, rtol=1e-6)


def test_reproduces_the_reference_case(shared):
    counts, evaluate, r = reference_case(shared, "glrnb_agona")
    d = glr_negative_binomial(counts, trend=True, evaluate=evaluate)
    np.testing.assert_allclose(d.expected[0], r["mu0"], rtol=1e-8)
    np.testing.assert_allclose(d.statistic[0], r["upperbound"], rtol=1e-7, atol=1e-12)
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


@settings(max_examples=12, deadline=None)
@given(
    data=counts_and_exclusions(periods=10, highest=8, series=1),
    options=options_of_charts(
        change=st.sampled_from(["intercept", "epi"]), overdispersion=st.sampled_from([0.0, 0.05, 2.0])
    ),
    sign=st.sampled_from([1, -1]),
)
def test_is_the_largest_over_all_changes(data, options, sign):
    y, excluded = data
    mu = 3 * (1 + 0.6 * np.sin(np.arange(10)))
    sign = 1 if options["change"] == "epi" else sign
    direction = "inc" if sign > 0 else "dec"
    d = glr_negative_binomial(y, mu0=mu, limit=1.5, direction=direction, exclude=excluded, jobs=1, **options)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = oracle.glr_negative_binomial(
            counts, left_out, mu.tolist(), 0, limit=1.5, window=options["window"] or math.inf,
            min_window=options["min_window"], sign=sign, alpha=options["overdispersion"], change=options["change"],
            what_if=d.threshold[i],
        )  # fmt: skip
        assert_like_oracle(d, i, found)


@settings(max_examples=25, deadline=None)
@given(data=counts_and_exclusions(periods=30), direction=st.sampled_from(["inc", "dec"]))
def test_without_overdispersion_it_is_the_poisson_chart(data, direction):
    y, excluded = data
    options = {"mu0": 4, "limit": 2, "direction": direction, "exclude": excluded}
    poisson, d = glr_poisson(y, **options), glr_negative_binomial(y, overdispersion=0, **options)
    np.testing.assert_allclose(d.statistic, poisson.statistic, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(d.threshold, poisson.threshold, rtol=1e-9, atol=1e-9)


def test_two_peaks_of_the_epidemic_likelihood_are_told_apart():
    """60 cases after 1, then none after 60: the likelihood falls from lambda = 0 on, and rises far above it later."""
    y = [1, 60, 0]
    d = glr_negative_binomial(y, mu0=1, overdispersion=1, limit=1e6, change="epi")
    assert d.statistic[0, 2] > 25
    found = oracle.glr_negative_binomial(
        y, [False] * 3, [1.0] * 3, 0, limit=1e6, window=math.inf, min_window=1, sign=1, alpha=1, change="epi",
        what_if=[math.nan] * 3,
    )  # fmt: skip
    np.testing.assert_allclose(d.statistic[0], [row[0] for row in found], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("overdispersion", [0.1, 2.0])
@pytest.mark.parametrize("direction", ["inc", "dec"])
def test_count_at_the_threshold_takes_a_long_chart_to_its_limit(overdispersion, direction):
    options = {"mu0": 5, "overdispersion": overdispersion, "limit": 3, "direction": direction}
    for y in np.random.default_rng(7).negative_binomial(2, 0.25, (4, 25)).astype(float):
        threshold = glr_negative_binomial(y, **options).threshold[0]
        reached = np.isfinite(threshold) & (threshold > 0)
        what_if = np.where(np.eye(25, dtype=bool) & reached, threshold, y)
        at_threshold = glr_negative_binomial(what_if, **options).statistic.diagonal()
        np.testing.assert_allclose(at_threshold[reached], 3, rtol=1e-9)


def test_overdispersion_raises_the_threshold():
    d = [glr_negative_binomial([5], mu0=4, overdispersion=a).threshold[0, 0] for a in (0, 0.1, 1)]
    assert d[0] < d[1] < d[2]


def test_dispersion_is_variance_over_mean():
    d = glr_negative_binomial([5, 5], mu0=[4, 8], overdispersion=0.25)
    assert d.dispersion[0].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"overdispersion": -1}, "overdispersion is -1"),
        ({"mu0": 3}, "give overdispersion as well"),
        ({"direction": "dec", "change": "epi"}, "has no meaning"),
    ],
)
def test_refuses(options, words):
    with pytest.raises(InvalidOption, match=words):
        glr_negative_binomial(COUNTS, **options)
