import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import farrington as oracle
from tests.epi.detect.r_farrington import farrington_cases, farrington_r, reference_panel

from tocsin.epi.detect import farrington
from tocsin.epi.errors import HistoryTooShort, InvalidOption


def as_r_writes(threshold):
    """R writes a bound of 0 where too few recent cases are known to say anything."""
    return np.nan_to_num(threshold, nan=0.0)


@pytest.mark.parametrize("case", farrington_cases("plain"))
def test_matches_r(case):
    counts, dates, options, r = farrington_r(case)
    d = farrington(counts, dates, **options)
    np.testing.assert_allclose(as_r_writes(d.threshold[0]), r["upperbound"], rtol=1e-9)
    np.testing.assert_array_equal(d.alarm[0], r["alarm"] == 1)


@pytest.mark.parametrize(
    ("prefix", "options"),
    [
        ("fo01", {"years_back": 4, "alpha": 0.05}),
        ("fo02", {"years_back": 5, "alpha": 0.01}),
        ("fo03", {"years_back": 5, "alpha": 0.01}),
    ],
)
def test_reproduces_the_reference_case(shared, prefix, options):
    _, counts, _, dates, evaluate, r = reference_panel(shared, prefix)
    d = farrington(counts, dates, evaluate=evaluate, **options)
    np.testing.assert_allclose(as_r_writes(d.threshold), r["upperbound"], rtol=1e-10)
    np.testing.assert_array_equal(d.alarm, r["alarm"] == 1)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    mean=st.sampled_from([0.5, 4.0, 300.0]),
    gaps=st.sampled_from([0.0, 0.15]),
    reweight=st.booleans(),
    power=st.sampled_from(["2/3", "1/2", "none"]),
    populated=st.booleans(),
)
def test_is_the_regression_read_aloud(seed, mean, gaps, reweight, power, populated):
    rng = np.random.default_rng(seed)
    y = rng.negative_binomial(mean, 0.5, (2, 220)).astype(float)
    y[:, rng.integers(0, 220, 3)] *= 5
    y[rng.random(y.shape) < gaps] = np.nan
    people = 1e4 * (1 + np.arange(220) / 500) * np.ones((2, 1)) if populated else None
    d = farrington(
        y, evaluate=2, years_back=3, half_window=4, reweight=reweight, power=power, population=people,
        min_recent=(0, 1), alpha=0.05, jobs=1,
    )  # fmt: skip
    exponent = {"2/3": 2 / 3, "1/2": 1 / 2, "none": 1.0}[power]
    for i in range(2):
        for k, now in enumerate(d.periods.tolist()):
            row = np.array([now - 52 * back + w for back in (3, 2, 1) for w in range(-4, 5)])
            row = row[~np.isnan(y[i, row])]
            eta, variance, phi, slope = oracle.regression(
                y[i, row], row.astype(float), [0] * len(row), float(now), flexible=False, trend=True, p_value=0.05,
                reweight=reweight, threshold=1.0, population=(people[i, row], people[i, now]) if populated else None,
            )  # fmt: skip
            np.testing.assert_allclose(d.dispersion[i, k], phi, rtol=1e-9)
            np.testing.assert_allclose(d.trend[i, k], slope, rtol=1e-7)
            if np.isnan(y[i, now]):
                assert np.isnan(d.threshold[i, k])
                continue
            limit, p = oracle.delta_limits(y[i, now], eta, variance, phi, 0.025, exponent)
            np.testing.assert_allclose(d.expected[i, k], max(np.exp(eta), oracle.EPSILON), rtol=1e-9)
            np.testing.assert_allclose(d.threshold[i, k], limit, rtol=1e-9)
            np.testing.assert_allclose(d.p_value[i, k], p, rtol=1e-7, atol=1e-12)


def test_counts_alike_have_a_threshold_in_closed_form():
    # One level, no trend: variance of the mean is 9 / 35 of Poisson's, and phi is held at 1.
    d = farrington(np.full((1, 300), 9.0), evaluate=1, alpha=0.05)
    tau = 1 + 1 / 35
    limit = (9 ** (2 / 3) + 1.959963984540054 * np.sqrt(4 / 9 * 9 ** (1 / 3) * tau)) ** 1.5
    assert d.threshold[0, 0] == pytest.approx(limit, rel=1e-9)
    assert d.expected[0, 0] == pytest.approx(9, rel=1e-12)


def test_windows_before_the_first_count_are_left_out():
    y = np.random.default_rng(0).poisson(8, (1, 200))
    d = farrington(y, evaluate=1, years_back=5)
    assert d.expected[0, 0] == pytest.approx(farrington(y, evaluate=1, years_back=3).expected[0, 0], rel=1e-9)


def test_no_reference_at_all_is_refused():
    with pytest.raises(HistoryTooShort, match="0 reference periods"):
        farrington(np.ones((1, 40)), evaluate=1)
    with pytest.raises(InvalidOption, match="alpha is 2"):
        farrington(np.ones((1, 400)), evaluate=1, alpha=2)
