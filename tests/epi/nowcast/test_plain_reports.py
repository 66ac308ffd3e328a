import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from tests.epi.nowcast.triangles import triangle

from tocsin.epi.errors import HistoryTooShort, InvalidOption
from tocsin.epi.nowcast.plain_reports import plain_reports, reports_by_delay

CELLS = arrays(np.int64, (2, 9, 5), elements=st.integers(-3, 9))


@settings(max_examples=80, deadline=None)
@given(cells=CELLS, longest=st.integers(1, 4))
def test_totals_stay_and_nothing_is_below_zero(cells, longest):
    t = triangle(cells)
    plain = plain_reports(t, longest)
    assert (np.nan_to_num(plain.reports) >= 0).all()
    np.testing.assert_array_equal(plain.reported, np.maximum(t.reported, 0))
    assert (plain.known == np.minimum(t.known, longest)).all()
    assert (np.isnan(plain.reports) == (np.arange(longest + 1) > plain.known[:, None])).all()


@settings(max_examples=80, deadline=None)
@given(cells=CELLS)
def test_no_more_is_known_early_than_was_reported_by_then(cells):
    """What was taken back was never there: known by each delay is the least known by it or any later one."""
    t = triangle(cells)
    by_delay = np.cumsum(np.nan_to_num(plain_reports(t).reports), axis=2)
    for s, row in np.ndindex(2, 9):
        known = np.cumsum(t.reports[s, row, : t.known[row] + 1])
        least = [max(0, min(known[d:])) for d in range(len(known))]
        np.testing.assert_allclose(by_delay[s, row, : len(known)], least)


def test_longer_delays_count_as_the_longest():
    plain = plain_reports(triangle([[1, 2, 3, 4], [1, 2, 3, 4], [5, 6, 7, 8], [5, 6, 7, 8]]), 2)
    rows = [[1, 2, 7], [1, 2, 3], [5, 6, np.nan], [5, np.nan, np.nan]]
    np.testing.assert_array_equal(plain.reports[0], rows)


def test_counts_by_delay_are_those_of_the_last_periods():
    t = triangle([[1, 10, 100], [2, 20, 200], [3, 30, 300], [4, 40, 400], [5, 50, 500]])
    n, up_to = reports_by_delay(t, None, sliding=True)
    assert n[0].tolist() == [15, 100, 600]
    assert up_to[0].tolist() == [15, 110, 666]
    n, up_to = reports_by_delay(t, 2, sliding=True)
    assert n[0].tolist() == [9, 70, 500]
    assert up_to[0].tolist() == [9, 77, 555]
    n, up_to = reports_by_delay(t, 4, sliding=False)
    assert n[0].tolist() == [14, 90, 500]
    assert up_to[0].tolist() == [14, 99, 555]


@pytest.mark.parametrize("longest", [0, 3, True, 1.5])
def test_refuses_a_window_that_the_triangle_does_not_hold(longest):
    with pytest.raises(InvalidOption, match="the triangle holds delays of up to 2 periods"):
        plain_reports(triangle(np.ones((5, 3))), longest)


def test_refuses_delays_that_were_never_seen():
    with pytest.raises(HistoryTooShort, match="is 1 periods old on 2026-03-02; delays of up to 2 were never seen"):
        plain_reports(triangle(np.ones((2, 3))))
