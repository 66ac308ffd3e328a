import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.epi.detect.oracles import fixed_rule as oracle
from tests.epi.detect.random_counts import counts_and_exclusions, rows

from tocsin.epi.detect.fixed_rule import fixed_rule
from tocsin.epi.errors import HistoryTooShort, InvalidDates, InvalidOption


def test_one_case_of_plague_after_ten_years_of_none():
    weeks = np.zeros(530)
    weeks[522] = 1
    d = fixed_rule(weeks, after_zeros=520)
    assert d.periods[d.alarm[0]].tolist() == [522]
    assert d.threshold[0, 2] == 0
    assert d.threshold[0, 3] == np.inf  # the silence is over
    assert np.isnan(d.expected).all()


def test_three_cases_of_cholera_in_seven_days():
    days = np.datetime64("2026-03-01") + np.timedelta64(1, "D") * np.arange(12)
    y = [0, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0]
    d = fixed_rule(y, days, cases=3, days=7, evaluate=slice(6, None))
    assert d.dates[d.alarm[0]].astype(str).tolist() == ["2026-03-09"]
    assert d.exceedance[0].tolist() == [1 / 3, 1 / 3, 1, 2 / 3, 2 / 3, 2 / 3]
    assert d.threshold[0, 2] == 1


@pytest.mark.parametrize(
    ("dates", "days", "within"),
    [
        (np.datetime64("2026-03-02") + np.timedelta64(7, "D") * np.arange(9), 10, 2),
        (np.datetime64("2026-03-02") + np.timedelta64(7, "D") * np.arange(9), 14, 2),
        (np.datetime64("2026-03-02") + np.timedelta64(7, "D") * np.arange(9), 15, 3),
        (np.arange("2026-02", "2026-11", dtype="datetime64[M]"), 60, 2),
        (np.datetime64("2026-03-02") + np.timedelta64(28, "D") * np.arange(9), 56, 2),
    ],
)
def test_days_are_rounded_up_to_periods(dates, days, within):
    assert fixed_rule(np.ones(9), dates, cases=2, days=days).options["within"] == within


@settings(max_examples=50, deadline=None)
@given(
    data=counts_and_exclusions(periods=20, highest=1),
    cases=st.integers(1, 4),
    within=st.integers(1, 4),
    after_zeros=st.sampled_from([None, 1, 3]),
)
def test_is_the_rule_read_aloud(data, cases, within, after_zeros):
    y, excluded = data
    d = fixed_rule(y, cases=cases, within=within, after_zeros=after_zeros, exclude=excluded, jobs=1)
    for i, (counts, left_out) in enumerate(rows(y, excluded)):
        alarm = oracle.fixed_rule(counts, left_out, d.periods, cases=cases, within=within, after_zeros=after_zeros)
        np.testing.assert_array_equal(d.alarm[i], alarm)
    # A signal is a count above the threshold, and its cases are all those wanted.
    there = ~np.isnan(d.threshold)
    np.testing.assert_array_equal(d.alarm[there], d.observed[there] > d.threshold[there])
    np.testing.assert_array_equal(d.alarm[there], d.exceedance[there] >= 1)
    np.testing.assert_array_equal(there, ~np.isnan(d.observed))


def test_earlier_cases_that_suffice_signal_whatever_is_counted():
    d = fixed_rule([0, 3, 0], cases=3, within=2)
    assert d.threshold[0].tolist() == [2, -1]
    assert d.alarm[0].tolist() == [True, True]


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"cases": 0}, InvalidOption, "cases is 0"),
        ({"within": 0}, InvalidOption, "within is 0"),
        ({"after_zeros": 0}, InvalidOption, "after_zeros is 0"),
        ({"days": 3}, InvalidOption, "needs the dates"),
        ({"days": 3, "within": 2}, InvalidOption, "say the same in two ways"),
        ({"days": 3, "dates": ["2026-03-02", "2026-03-01", "2026-03-05"]}, InvalidDates, "must increase"),
        ({"within": 4}, HistoryTooShort, "there are 3 periods"),
        ({"within": 2, "evaluate": 3}, HistoryTooShort, "period 0 has 0 periods"),
    ],
)
def test_refuses(options, error, words):
    with pytest.raises(error, match=words):
        fixed_rule([0, 0, 1], **options)
