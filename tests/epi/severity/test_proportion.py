import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, binom

from tocsin.epi.attack_rates import attack_rate
from tocsin.epi.errors import InvalidCounts, InvalidOption
from tocsin.epi.severity import proportion_interval


def test_exact_limits_are_those_of_rs_binom_test():
    low, high = proportion_interval([0, 1, 10, 234], [1, 15, 10, 245])
    assert low == pytest.approx([0, 0.00168643024135270, 0.691502892181239, 0.921086643722951], rel=1e-12)
    assert high == pytest.approx([0.975, 0.319484566578303, 1, 0.977377093574366], rel=1e-12)


def test_wilsons_limits_are_those_of_attack_rates():
    for ill, total in ((0, 12), (3, 12), (12, 12), (46, 75)):
        low, high = proportion_interval(ill, total, interval="wilson")
        rate = attack_rate(ill, total)
        assert (float(low), float(high)) == pytest.approx((rate.low, rate.high), rel=1e-12)


def test_jeffreys_limits_are_quantiles_of_its_posterior():
    low, high = proportion_interval([0, 3, 9], 9, interval="jeffreys", level=0.8)
    assert low == pytest.approx([0, beta.ppf(0.1, 3.5, 6.5), beta.ppf(0.1, 9.5, 0.5)])
    assert high == pytest.approx([beta.ppf(0.9, 0.5, 9.5), beta.ppf(0.9, 3.5, 6.5), 1])


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 400),
    share=st.floats(0, 1),
    level=st.sampled_from([0.5, 0.8, 0.95, 0.99]),
    interval=st.sampled_from(["clopper_pearson", "wilson", "jeffreys"]),
)
def test_the_estimate_lies_inside_and_none_mirrors_all(n, share, level, interval):
    x = int(share * n)
    low, high = proportion_interval([x, n - x], n, interval=interval, level=level)
    assert 0 <= low[0] <= x / n <= high[0] <= 1
    assert low[0] == pytest.approx(1 - high[1], abs=1e-9)


@pytest.mark.parametrize(("interval", "least"), [("clopper_pearson", 0.95), ("wilson", 0.83), ("jeffreys", 0.88)])
def test_how_often_they_cover(interval, least):
    p = np.linspace(0.01, 0.99, 99)
    x = np.arange(31)
    low, high = proportion_interval(x, 30, interval=interval)
    covered = [binom.pmf(x, 30, q)[(low <= q) & (q <= high)].sum() for q in p]
    assert min(covered) >= least
    assert np.mean(covered) >= 0.945


def test_nothing_is_said_of_nobody():
    low, high = proportion_interval([0, np.nan, 1], [0, 5, np.nan])
    assert np.isnan([low, high]).all()


@pytest.mark.parametrize(
    ("events", "trials", "options", "error", "words"),
    [
        (3, 2, {}, InvalidCounts, "3 events of 2 trials"),
        (-1, 2, {}, InvalidCounts, "-1 events"),
        (1, np.inf, {}, InvalidCounts, "finite"),
        (1, 2, {"interval": "wald"}, InvalidOption, "interval is 'wald'"),
        (1, 2, {"level": 1}, InvalidOption, "level is 1"),
    ],
)
def test_refuses(events, trials, options, error, words):
    with pytest.raises(error, match=words):
        proportion_interval(events, trials, **options)
