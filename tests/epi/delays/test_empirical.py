"""Delays as they were seen, without a family."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.delays import empirical_delay
from tocsin.epi.errors import InvalidDates, InvalidOption


def oracle(first, second, longest, as_of):
    """The product over longer delays, read aloud."""
    delays = [s - f for f, s in zip(first, second, strict=True)]
    g, n = {}, {}
    for k in range(longest + 1):
        far = [d for f, d in zip(first, delays, strict=True) if f + k <= as_of and d <= k]
        n[k] = len(far)
        g[k] = far.count(k) / len(far) if far else 0.0
    cumulative = []
    for k in range(longest + 1):
        left = 1.0
        for j in range(k + 1, longest + 1):
            left *= 1 - g[j]
        cumulative.append(left)
    return cumulative, [n[k] for k in range(longest + 1)]


@settings(max_examples=80, deadline=None)
@given(
    cases=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), min_size=1, max_size=40),
    longest=st.integers(0, 5),
)
def test_is_the_product_read_aloud(cases, longest):
    as_of = max(f + d for f, d in cases)
    first, second = [f for f, d in cases], [f + d for f, d in cases]
    short = [(f, s) for f, s in zip(first, second, strict=True) if s - f <= longest]
    if not any(f + longest <= as_of for f, _ in short):
        return
    e = empirical_delay(first, second, longest=longest, as_of=as_of)
    cumulative, at_risk = oracle(*zip(*short, strict=True), longest, as_of)
    np.testing.assert_allclose(e.cumulative[0], cumulative, atol=1e-12)
    np.testing.assert_array_equal(e.at_risk[0], at_risk)
    assert e.probability[0].sum() == pytest.approx(1)
    assert e.left_out[0] == len(cases) - len(short)
    assert ((e.lower <= e.cumulative + 1e-12) & (e.cumulative <= e.upper + 1e-12)).all()


def test_where_all_are_there_it_is_the_share_of_each_delay():
    first = np.arange(20)
    delay = np.array([0, 1, 1, 2, 2, 2, 3, 3, 3, 3] * 2)
    e = empirical_delay(first, first + delay, longest=3)
    np.testing.assert_allclose(e.probability[0], [0.1, 0.2, 0.3, 0.4])


def test_what_is_not_there_yet_does_not_make_it_short():
    rng = np.random.default_rng(2)
    p = np.array([0.1, 0.3, 0.3, 0.2, 0.1])
    covered = np.zeros(4)
    first = np.floor(np.log1p(rng.random((300, 400)) * np.expm1(0.2 * 25)) / 0.2).astype(int)
    delay = rng.choice(5, first.shape, p=p)
    seen = first + delay <= 24
    number = np.broadcast_to(np.arange(300)[:, None], first.shape)
    e = empirical_delay(first[seen], (first + delay)[seen], longest=4, as_of=24, stratum=number[seen])
    np.testing.assert_allclose(e.probability.mean(axis=0), p, atol=0.006)
    truth = np.cumsum(p)[:4]
    covered = ((e.lower[:, :4] <= truth) & (truth <= e.upper[:, :4])).mean(axis=0)
    assert (covered > 0.92).all()
    assert (covered < 0.98).all()
    naive = np.bincount(delay[seen], minlength=5) / seen.sum()
    assert naive[0] > 0.13


def test_strata_weights_and_missing_dates_are_kept_apart():
    day = np.datetime64("2026-03-01")
    first = day + np.array([0, 0, 0, 1])
    second = np.array(["2026-03-01", "2026-03-02", "NaT", "2026-03-03"], dtype="datetime64[D]")
    e = empirical_delay(first, second, longest=2, stratum=["b", "b", "b", "a"], cases=[3, 1, 5, 2])
    assert e.strata.tolist() == ["a", "b"]
    np.testing.assert_allclose(e.probability, [[0, 1, 0], [0.75, 0.25, 0]])
    assert e.left_out.tolist() == [0, 5]
    assert e.cases.tolist() == [2, 4]
    empty = empirical_delay(first, second, longest=0, stratum=["b", "b", "b", "a"])
    assert np.isnan(empty.cumulative[0]).all()


def test_a_stratum_too_young_for_the_longest_delay_says_nothing():
    e = empirical_delay([0, 0, 0, 8, 8], [2, 4, 1, 9, 9], longest=4, as_of=10, stratum=["a", "a", "a", "b", "b"])
    assert not np.isnan(e.cumulative[0]).any()
    assert np.isnan(e.cumulative[1]).all()
    assert np.isnan(e.upper[1]).all()


@pytest.mark.parametrize(
    ("given", "error", "said"),
    [
        ({"longest": -1}, InvalidOption, "longest is -1"),
        ({"level": 1.0}, InvalidOption, "level is 1"),
        ({"longest": 9, "as_of": 8}, InvalidDates, "no onset lies 9 days before as_of.* farthest back is 8 days"),
        ({"as_of": 3}, InvalidDates, "report is after as_of"),
    ],
)
def test_what_cannot_be_known_is_refused(given, error, said):
    with pytest.raises(error, match=said):
        empirical_delay([0, 4], [2, 6], names=("onset", "report"), **{"longest": 2, **given})
