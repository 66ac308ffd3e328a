import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nbinom
from tests.epi.detect.oracles import bayes as oracle
from tests.epi.detect.r_figures import COUNTS, RANGE, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.bayes import PRESETS, bayes
from tocsin.epi.errors import HistoryTooShort, InvalidOption


@pytest.mark.parametrize("preset", ["bayes1", "bayes2", "bayes3"])
def test_matches_r(preset):
    d = bayes(COUNTS, **PRESETS[preset], evaluate=RANGE)
    assert_like_r(d, preset, d.threshold, rtol=0)


@pytest.mark.parametrize(
    ("case", "options"), [("bayes_newport", {"years_back": 2, "half_window": 4}), ("bayes_campy_b0", {})]
)
def test_reproduces_the_reference_case(shared, case, options):
    counts, evaluate, r = reference_case(shared, case)
    d = bayes(counts, **options, evaluate=evaluate)
    assert np.array_equal(d.threshold[0], r["upperbound"])
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


@settings(max_examples=50, deadline=None)
@given(
    data=counts_and_exclusions(periods=30),
    years_back=st.integers(0, 2),
    half_window=st.integers(1, 3),
    use_recent=st.booleans(),
    alpha=st.sampled_from([0.05, 0.01, 0.3]),
)
def test_is_the_sum_of_probabilities(data, years_back, half_window, use_recent, alpha):
    y, excluded = data
    reference = {
        "years_back": years_back,
        "half_window": half_window,
        "use_recent": use_recent or not years_back,
        "periods_per_year": 10,
    }
    d = bayes(y, alpha=alpha, exclude=excluded, jobs=1, **reference)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = oracle.bayes(counts, left_out, d.periods, alpha=alpha, **reference)
        expected, threshold, alarm, p_value = map(list, zip(*found, strict=True))
        np.testing.assert_allclose(d.expected[i], expected, rtol=1e-12)
        np.testing.assert_array_equal(d.threshold[i], threshold)
        np.testing.assert_array_equal(d.alarm[i], alarm)
        np.testing.assert_allclose(d.p_value[i], p_value, rtol=0, atol=1e-9)


def test_large_and_small_counts_have_the_quantile_of_the_negative_binomial():
    rng = np.random.default_rng(8)
    y = rng.poisson(10.0 ** rng.uniform(-2, 6, (200, 1)), (200, 7))
    for alpha in (0.5, 0.05, 1e-6, 1e-20):
        d = bayes(y, alpha=alpha, evaluate=1)
        size, p = y[:, :6].sum(axis=1) + 0.5, 6 / 7
        np.testing.assert_array_equal(d.threshold[:, 0], nbinom.isf(alpha, size, p))
        np.testing.assert_allclose(d.p_value[:, 0], nbinom.sf(y[:, 6] - 1, size, p), rtol=1e-9)


def test_without_any_case_before_the_prior_speaks():
    # Size 1/2 and probability 6/7: P(0) = (6/7)^(1/2) = 0.926, P(0) + P(1) = 0.992.
    d = bayes([0, 0, 0, 0, 0, 0, 2])
    assert d.threshold[0, 0] == 1
    assert d.alarm[0, 0]
    assert d.p_value[0, 0] == pytest.approx(1 - (6 / 7) ** 0.5 * (1 + 0.5 / 7), rel=1e-12)


def test_a_reference_that_is_missing_throughout_says_nothing():
    d = bayes([np.nan] * 6 + [90.0])
    assert np.isnan([d.threshold[0, 0], d.expected[0, 0], d.p_value[0, 0]]).all()
    assert not d.alarm[0, 0]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"alpha": 0}, InvalidOption, "alpha is 0"),
        ({"years_back": -1}, InvalidOption, "years_back is -1"),
        ({"use_recent": False}, InvalidOption, "leave no reference"),
        ({"years_back": 1, "half_window": 52}, InvalidOption, "half_window is 52"),
        ({"years_back": 4}, HistoryTooShort, "there are 160 periods"),
        ({"evaluate": [5]}, HistoryTooShort, "period 5 has 5 periods before it"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        bayes(COUNTS, **options)
