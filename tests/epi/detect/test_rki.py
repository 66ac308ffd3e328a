import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import rki as oracle
from tests.epi.detect.r_figures import COUNTS, RANGE, R, assert_like_r, reference_case
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.rki import CROW_GARDNER, PRESETS, rki
from tocsin.epi.errors import HistoryTooShort, InvalidOption


@pytest.mark.parametrize("preset", ["rki1", "rki2", "rki3"])
def test_matches_r_below_and_above_a_mean_of_20(preset):
    d = rki(COUNTS, **PRESETS[preset], evaluate=RANGE)
    assert_like_r(d, preset, d.threshold)
    d = rki(9 * COUNTS, **PRESETS[preset], evaluate=RANGE)
    assert d.expected.max() > 20
    assert_like_r(d, f"{preset}_high", d.threshold)


def test_every_limit_of_the_table_is_rs():
    d = rki(np.repeat(np.arange(21)[:, np.newaxis], 7, axis=1), **PRESETS["rki1"])
    assert d.threshold[:, 0].tolist() == list(R["rki_table"]["upperbound"].values())
    assert len(d.threshold) == 21


def test_reproduces_the_reference_case(shared):
    counts, evaluate, r = reference_case(shared, "rki_newport")
    d = rki(counts, evaluate=evaluate)
    np.testing.assert_allclose(d.threshold[0], r["upperbound"], rtol=1e-12)
    assert np.array_equal(d.alarm[0], r["alarm"] == 1)


@settings(max_examples=50, deadline=None)
@given(
    data=counts_and_exclusions(periods=30, highest=40),
    years_back=st.integers(0, 2),
    half_window=st.integers(1, 3),
    use_recent=st.booleans(),
)
def test_is_the_rule_read_aloud(data, years_back, half_window, use_recent):
    y, excluded = data
    reference = {
        "years_back": years_back,
        "half_window": half_window,
        "use_recent": use_recent or not years_back,
        "periods_per_year": 10,
    }
    d = rki(y, exclude=excluded, jobs=1, **reference)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        found = oracle.rki(counts, left_out, d.periods, limits=CROW_GARDNER, **reference)
        expected, threshold, alarm = map(list, zip(*found, strict=True))
        np.testing.assert_allclose(d.expected[i], expected, rtol=1e-12)
        np.testing.assert_allclose(d.threshold[i], threshold, rtol=1e-9)
        np.testing.assert_array_equal(d.alarm[i], alarm)


@pytest.mark.parametrize(("mean", "limit"), [(0, 3.285), (4, 9.598), (20, 30.017), (21, 21.0)])
def test_constant_reference(mean, limit):
    d = rki([mean] * 6 + [limit, limit + 1], **PRESETS["rki1"], evaluate=slice(6, 8))
    assert d.threshold[0, 0] == limit
    assert d.alarm[0].tolist() == [False, True]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"half_window": 1.5}, InvalidOption, "half_window is 1.5"),
        ({"years_back": 0}, InvalidOption, "leave no reference"),
        ({"years_back": 3}, HistoryTooShort, "there are 160 periods"),
        ({"evaluate": [100]}, HistoryTooShort, "period 100 has 100 periods before it"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        rki(COUNTS, **options)
