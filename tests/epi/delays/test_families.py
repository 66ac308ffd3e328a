"""Delay distributions by mean and standard deviation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from tocsin.epi.delays import DelayDistribution
from tocsin.epi.errors import InvalidDelay

DAYS = np.array([-2.0, 0.0, 0.3, 2.0, 5.0, 11.0, 40.0])


def scipys(d):
    p = {name: float(value) for name, value in d.parameters().items()}
    return {
        "gamma": lambda: stats.gamma(p["shape"], scale=p["scale"]),
        "lognormal": lambda: stats.lognorm(p["sdlog"], scale=np.exp(p["meanlog"])),
        "weibull": lambda: stats.weibull_min(p["shape"], scale=p["scale"]),
        "normal": lambda: stats.norm(p["mean"], p["sd"]),
    }[d.family]()


@pytest.mark.parametrize("family", ["gamma", "lognormal", "weibull", "normal"])
@pytest.mark.parametrize(("mean", "sd"), [(5.0, 3.0), (1.2, 2.0), (14.0, 1.5)])
def test_is_the_distribution_of_its_name(family, mean, sd):
    d = DelayDistribution(family, mean, sd)
    known = scipys(d)
    assert known.mean() == pytest.approx(mean, rel=1e-10)
    assert known.std() == pytest.approx(sd, rel=1e-10)
    np.testing.assert_allclose(d.cdf(DAYS), known.cdf(DAYS), rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(d.sf(DAYS), known.sf(DAYS), rtol=1e-9, atol=1e-300)
    p = [0.01, 0.3, 0.5, 0.99]
    np.testing.assert_allclose(d.quantile(p), known.ppf(p), rtol=1e-9)


@pytest.mark.parametrize("family", ["gamma", "lognormal", "weibull", "normal"])
def test_integrals_of_the_distribution_are_those_of_quadrature(family):
    d = DelayDistribution(family, 5.0, 3.0)
    known = scipys(d)
    for t in (-2.0, 0.0, 0.7, 4.0, 9.0, 20.0):
        lowest = -60.0 if family == "normal" else min(t, 0.0)
        below = integrate.quad(known.cdf, lowest, t, epsabs=1e-12)[0]
        assert float(d.below(t)) == pytest.approx(below, abs=1e-8)
        assert float(d.above(t)) == pytest.approx(integrate.quad(known.sf, t, np.inf, epsabs=1e-12)[0], abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    family=st.sampled_from(["gamma", "lognormal", "weibull", "normal"]),
    mean=st.floats(0.2, 50),
    ratio=st.floats(0.05, 2),
    t=st.floats(-5, 100),
)
def test_what_lies_below_and_above_differ_by_how_far_it_is_from_the_mean(family, mean, ratio, t):
    d = DelayDistribution(family, mean, ratio * mean)
    assert float(d.below(t) - d.above(t)) == pytest.approx(t - mean, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(
    family=st.sampled_from(["gamma", "lognormal", "weibull", "normal"]),
    mean=st.floats(0.1, 100),
    ratio=st.floats(0.02, 3),
)
def test_parameters_go_there_and_back(family, mean, ratio):
    d = DelayDistribution(family, mean, ratio * mean)
    again = DelayDistribution.of_parameters(family, *d.parameters().values())
    assert float(again.mean) == pytest.approx(mean, rel=1e-8)
    assert float(again.sd) == pytest.approx(ratio * mean, rel=1e-7)


def test_many_delays_at_many_days_are_one_table():
    d = DelayDistribution("gamma", np.array([[2.0], [4.0]]), np.array([1.0, 2.0, 3.0]))
    table = d.cdf([1.0, 2.0, 3.0, 4.0])
    assert table.shape == (2, 3, 4)
    assert table[1, 2, 0] == DelayDistribution("gamma", 4.0, 3.0).cdf(1.0)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: DelayDistribution("beta", 1.0, 1.0), "family is 'beta'; it is one of gamma, lognormal"),
        (lambda: DelayDistribution("gamma", 0.0, 1.0), "mean is 0; a gamma delay"),
        (lambda: DelayDistribution("normal", np.inf, 1.0), "mean is inf"),
        (lambda: DelayDistribution("gamma", 1.0, [1.0, 0.0]), "sd is 0"),
        (lambda: DelayDistribution.of_parameters("weibull", 0.0, 1.0), "shape is 0"),
        (lambda: DelayDistribution.of_parameters("lognormal", np.inf, 1.0), "meanlog is inf"),
        (lambda: DelayDistribution.of_parameters("lognormal", -1.0, 0.0), "sdlog is 0"),
        (lambda: DelayDistribution("gamma", 1.0, 1.0).quantile([0.5, 1.0]), "levels holds 1;"),
    ],
)
def test_what_is_no_distribution_is_refused(make, said):
    with pytest.raises(InvalidDelay, match=said):
        make()


def test_a_normal_may_have_a_mean_below_zero():
    assert float(DelayDistribution("normal", -1.0, 2.0).quantile(0.5)) == -1.0
