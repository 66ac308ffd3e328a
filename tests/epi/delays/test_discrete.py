"""Delays in whole days."""

import csv
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from tocsin.epi.delays import (
    DelayDistribution,
    checked_delay,
    discretised,
    gamma_serial_interval,
    lognormal_delay,
    renormalised,
)
from tocsin.epi.errors import InvalidDelay

# EpiEstim 2.2.4 under R 4.2.2: discr_si(0:6, 2.6, 1.5), discr_si(0:6, 4.8, 2.3)
R = {
    (2.6, 1.5): [
        0.0, 0.2331721254075412, 0.3585794003155969, 0.1981108285403136, 0.1033426554279393, 0.0529051752478139,
        0.0268214619516162,
    ],
    (4.8, 2.3): [
        0.0, 0.0168117221099937, 0.1187444089482401, 0.1951651775767778, 0.1956938168517109, 0.1588642361520389,
        0.1148631776618406,
    ],
}  # fmt: skip


@pytest.mark.parametrize(("mean", "sd"), list(R))
def test_the_gamma_serial_interval_begins_as_that_of_epiestim(mean, sd):
    np.testing.assert_allclose(gamma_serial_interval(mean, sd, longest=6), R[mean, sd], rtol=0, atol=1e-13)


def test_the_gamma_serial_interval_is_that_of_epiestim(shared):
    cases = defaultdict(list)
    with (shared / "reference" / "discr_si.csv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table):
            cases[float(row["mean_si"]), float(row["std_si"])].append(float(row["w"]))
    assert len(cases) == 4
    for (mean, sd), w in cases.items():
        np.testing.assert_allclose(gamma_serial_interval(mean, sd, longest=len(w) - 1), w, rtol=0, atol=1e-10)


def test_many_serial_intervals_at_once_are_each_of_them():
    mean, sd = np.array([[2.6, 4.8], [8.4, 14.9]]), np.array([1.5, 3.0])
    many = gamma_serial_interval(mean, sd, longest=40)
    assert many.shape == (2, 2, 41)
    assert (many[..., 0] == 0).all()
    for i, j in np.ndindex(2, 2):
        np.testing.assert_array_equal(many[i, j], gamma_serial_interval(mean[i, j], sd[j], longest=40))


def test_the_far_tail_of_a_serial_interval_keeps_its_digits():
    w = gamma_serial_interval(3.0, 1.0, longest=60)
    assert (w[1:] > 0).all()
    gamma = stats.gamma(4, scale=0.5)
    beyond = integrate.quad(lambda u: (1 - abs(u - 40)) * gamma.pdf(u), 39, 41, points=[40])[0]
    assert beyond < 1e-25
    assert w[41] == pytest.approx(beyond, rel=1e-6, abs=0)


@settings(max_examples=60, deadline=None)
@given(
    family=st.sampled_from(["gamma", "lognormal", "weibull"]),
    mean=st.floats(0.5, 15),
    ratio=st.floats(0.15, 1.2),
    day=st.integers(0, 12),
)
def test_both_events_lie_at_any_moment_of_their_days(family, mean, ratio, day):
    d = DelayDistribution(family, mean, ratio * mean)
    p = discretised(d, longest=15, renormalise=False)
    assert p[day] == pytest.approx(
        integrate.quad(lambda u: d.cdf(day + 1 - u) - d.cdf(day - u), 0, 1, epsabs=1e-12, epsrel=1e-10)[0], abs=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(family=st.sampled_from(["gamma", "lognormal", "weibull"]), mean=st.floats(0.5, 20), ratio=st.floats(0.1, 0.8))
def test_two_days_known_leave_the_mean_as_it_was(family, mean, ratio):
    d = DelayDistribution(family, mean, ratio * mean)
    p = discretised(d, tail=1e-9)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert p @ np.arange(len(p)) == pytest.approx(mean, rel=1e-5)


@pytest.mark.parametrize(("method", "shift"), [("down", 0.0), ("nearest", -0.5), ("up", -1.0)])
def test_rounded_delays_are_differences_of_the_distribution(method, shift):
    d, gamma = DelayDistribution("gamma", 5.0, 3.0), stats.gamma(25 / 9, scale=9 / 5)
    p = discretised(d, method=method, longest=60, renormalise=False)
    k = np.arange(61) + shift
    np.testing.assert_allclose(p, gamma.cdf(k + 1) - gamma.cdf(k), rtol=1e-9, atol=1e-15)
    assert p[60] == pytest.approx(gamma.sf(k[60]) - gamma.sf(k[60] + 1), rel=1e-9, abs=0)


def test_what_is_cut_off_goes_to_the_rest_in_proportion():
    d = DelayDistribution("gamma", 5.0, 3.0)
    whole, cut = discretised(d, longest=80), discretised(d, longest=9, shortest=1)
    assert cut[0] == 0
    np.testing.assert_allclose(cut[1:], whole[1:10] / whole[1:10].sum(), rtol=1e-10)
    part = discretised(d, longest=9, renormalise=False)
    assert 0.9 < part.sum() < 1
    np.testing.assert_allclose(renormalised(part).sum(), 1)


def test_the_longest_day_is_chosen_by_the_tail():
    d = DelayDistribution("lognormal", np.array([3.0, 6.0]), 2.0)
    p = discretised(d, tail=1e-3)
    assert p.shape[0] == 2
    assert d.sf(p.shape[1] - 1).max() < 1e-3
    assert p.shape[1] < discretised(d).shape[1]


def test_a_normal_delay_leaves_its_negative_days():
    p = discretised(DelayDistribution("normal", 3.0, 3.0), shortest=1)
    assert p[0] == 0
    assert p.sum() == pytest.approx(1)
    assert p @ np.arange(len(p)) > 3


def test_a_delay_that_could_not_be_estimated_stays_nan_beside_others():
    p = discretised(DelayDistribution("gamma", np.array([5.0, np.nan]), np.array([3.0, np.nan])), longest=20)
    assert p[0].sum() == pytest.approx(1)
    assert np.isnan(p[1]).all()


@pytest.mark.parametrize(
    ("mean", "sd", "longest", "said"),
    [
        (1.0, 1.0, 10, "mean is 1; this serial interval is 1 day plus a gamma"),
        ([3.0, np.nan], 1.0, 10, "mean is nan"),
        (3.0, 0.0, 10, "sd is 0"),
        (3.0, 1.0, 0, "longest is 0"),
    ],
)
def test_what_is_no_serial_interval_is_refused(mean, sd, longest, said):
    with pytest.raises(InvalidDelay, match=said):
        gamma_serial_interval(mean, sd, longest=longest)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"method": "floor"}, "method is 'floor'"),
        ({"longest": 3, "shortest": 4}, "shortest is 4 and longest 3"),
        ({"tail": 0.0}, "tail is 0"),
        ({"tail": 1e-20}, "tail is 1e-20"),
        ({"tail": 1e-9}, "lie beyond 5000 days"),
    ],
)
def test_what_cannot_be_discretised_is_refused(given, said):
    with pytest.raises(InvalidDelay, match=said):
        discretised(DelayDistribution("lognormal", 200.0, 400.0), **given)


def test_nothing_can_be_divided_by_a_sum_of_nothing():
    with pytest.raises(InvalidDelay, match="add up to 0"):
        renormalised([[0.5, 0.5], [0.0, 0.0]])


@pytest.mark.parametrize(
    ("p", "shortest", "said"),
    [
        ([[0.5, 0.5]], 0, r"w has shape \(1, 2\)"),
        ([], 0, r"w has shape \(0,\)"),
        ([0.5, np.nan], 0, "w holds nan"),
        ([1.5, -0.5], 0, "w holds -0.5"),
        ([0.5, 0.4], 0, "w adds up to 0.9"),
        ([0.1, 0.9], 1, "w gives 0.1 to 0 days"),
    ],
)
def test_what_are_no_probabilities_is_refused(p, shortest, said):
    with pytest.raises(InvalidDelay, match=said):
        checked_delay("w", p, shortest=shortest)


def test_probabilities_come_back_as_numbers():
    np.testing.assert_array_equal(checked_delay("w", [0, 0.25, 0.75], shortest=1), [0.0, 0.25, 0.75])


def test_days_are_what_lies_nearest_to_them():
    p = lognormal_delay(3.0, 2.0, longest=200)

    def below(x):
        return 0.5 * (1 + math.erf(math.log(x / 3.0) / (math.log(2.0) * math.sqrt(2))))

    assert p[0] == pytest.approx(below(0.5), abs=1e-9)
    assert p[4] == pytest.approx(below(4.5) - below(3.5), abs=1e-9)
    assert p.sum() == pytest.approx(1, abs=1e-12)


def test_its_mean_is_that_of_the_lognormal():
    p = lognormal_delay(5.0, 1.5, longest=300)
    assert np.arange(301) @ p == pytest.approx(5.0 * math.exp(math.log(1.5) ** 2 / 2), rel=2e-3)


def test_what_is_left_away_goes_to_the_others_in_proportion():
    whole, cut = lognormal_delay(2.0, 2.0, longest=30), lognormal_delay(2.0, 2.0, longest=6, shortest=1)
    assert cut[0] == 0
    assert len(cut) == 7
    np.testing.assert_allclose(cut[1:], whole[1:7] / whole[1:7].sum())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"median": 0}, "median is 0"),
        ({"dispersion": 1}, "dispersion is 1"),
        ({"longest": 0, "shortest": 1}, "shortest is 1 and longest 0"),
        ({"median": 1e6, "dispersion": 1.01, "longest": 5}, "nothing lies from 0 to 5 days"),
    ],
)
def test_what_is_no_lognormal_delay_is_refused_with_its_value(given, said):
    with pytest.raises(InvalidDelay, match=said):
        lognormal_delay(**{"median": 2.0, "dispersion": 2.0, "longest": 20, **given})
