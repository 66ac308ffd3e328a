import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.epi.errors import EpiError, InvalidDates, InvalidOption, InvalidTriangle
from tocsin.epi.nowcast.triangle import DAY, LONGEST, WEEK, triangle_of_reports, triangle_of_vintages

START = np.datetime64("2026-03-02")  # a Monday
NAT = np.datetime64("NaT")
N = np.nan


def days(*numbers):
    return START + np.array(numbers)


def tensor(*rows):
    return np.array([rows], dtype=float)


def test_a_line_list_is_counted_by_event_and_delay():
    t = triangle_of_reports(days(0, 0, 0, 1, 1, 2), days(0, 1, 1, 3, 1, 3), longest=2)
    np.testing.assert_array_equal(t.reports, tensor([1, 2, 0], [1, 0, 1], [0, 1, N], [0, N, N]))
    assert t.dates.tolist() == days(0, 1, 2, 3).tolist()
    assert t.as_of == START + 3
    assert (t.step, t.longest) == (DAY, 2)
    assert t.reported.tolist() == [[3, 2, 1, 0]]
    assert t.known.tolist() == [2, 2, 1, 0]
    assert t.late.tolist() == t.undated.tolist() == [0]


def test_counts_of_rows_are_added_and_corrections_taken_off():
    t = triangle_of_reports(days(0, 0, 0, 1), days(0, 1, 1, 1), [5, 3, -4, 2], longest=1)
    np.testing.assert_array_equal(t.reports, tensor([5, -1], [2, N]))
    assert t.reported.tolist() == [[4, 2]]


def test_strata_are_kept_apart_and_may_be_empty():
    t = triangle_of_reports(days(0, 1, 1), days(1, 1, 1), strata=[2, 0, 2], n_strata=4, longest=1)
    np.testing.assert_array_equal(t.reports[:, 0], [[0, 0], [0, 0], [0, 1], [0, 0]])
    assert t.reported.tolist() == [[0, 1], [0, 0], [1, 1], [0, 0]]
    assert triangle_of_reports(days(0, 1), days(1, 1), strata=[0, 2], longest=1).reports.shape[0] == 3


def test_weeks_end_on_the_weekday_of_the_nowcast():
    """Known until Wednesday: weeks run from Thursday to Wednesday."""
    wednesday = START + 16
    t = triangle_of_reports(days(0, 2, 3, 9, 10), days(2, 9, 8, 10, 16), step=WEEK, as_of=wednesday, longest=2)
    assert t.dates.tolist() == days(-4, 3, 10).tolist()
    assert t.as_of == wednesday
    np.testing.assert_array_equal(t.reports, tensor([1, 1, 0], [1, 1, N], [1, N, N]))
    assert t.known.tolist() == [2, 1, 0]


def test_nothing_later_than_the_nowcast_is_used():
    # The last row is in the wrong order, but not known yet.
    early = triangle_of_reports(days(0, 0, 1, 9), days(0, 3, 2, 8), [1, 7, 1, 9], as_of="2026-03-04", longest=2)
    np.testing.assert_array_equal(early.reports, tensor([1, 0, 0], [0, 1, N], [0, N, N]))


def test_longer_delays_are_counted_as_late():
    t = triangle_of_reports(days(0, 0, 1), days(0, 4, 4), [1, 3, 2], longest=3)
    assert t.late.tolist() == [3]
    assert t.reported.sum() == 3


def test_earlier_events_than_the_first_are_left_out():
    t = triangle_of_reports(days(0, 2, 3), days(3, 3, 3), first=START + 2, longest=1)
    assert t.dates.tolist() == days(2, 3).tolist()
    assert t.reported.tolist() == [[1, 1]]
    assert t.late.tolist() == [0]


def test_the_window_holds_almost_all_reports_of_old_events():
    rng = np.random.default_rng(1)
    event = START + rng.integers(0, 200, 20_000)
    delay = rng.choice([0, 1, 2, 9, 30], 20_000, p=[0.5, 0.3, 0.19, 0.008, 0.002])
    assert triangle_of_reports(event, event + delay, as_of=START + 199).longest == 9
    # Without old events there is nothing to tell by.
    assert triangle_of_reports(days(0, 5), days(3, 5), first=START - 1).longest == 6
    assert triangle_of_reports(days(0, 0), days(0, 0)).longest == 1


def test_reports_without_an_event_are_spread_as_the_others_are():
    """Of the dated ones 3 in 4 come at once and 1 in 4 a day later; on the first day no event lies before."""
    event = np.array([*days(0, 0, 0, 0), NAT, NAT])
    t = triangle_of_reports(event, days(0, 0, 0, 1, 0, 2), [1, 1, 1, 1, 2, 4], longest=1)
    np.testing.assert_allclose(t.reports, tensor([5, 1], [0, 1], [3, N]))
    assert t.undated.tolist() == [6]


def test_reports_without_an_event_are_spread_by_the_delays_of_all_strata():
    event = np.array([*days(0, 1), NAT])
    t = triangle_of_reports(event, days(1, 1, 1), [3, 3, 6], strata=[0, 0, 1], longest=1)
    np.testing.assert_allclose(t.reports[1], [[0, 3], [3, N]])
    assert t.undated.tolist() == [0, 6]


def test_an_earlier_state_is_what_was_known_then():
    event, report = days(0, 0, 1, 2, 2, 4), days(0, 2, 2, 2, 4, 5)
    t = triangle_of_reports(event, report, longest=3)
    then = t.as_known_on(START + 3)
    np.testing.assert_array_equal(then.reports, tensor([1, 0, 1, 0], [0, 1, 0, N], [1, 0, N, N], [0, N, N, N]))
    assert then.as_of == START + 3
    assert then.dates.tolist() == days(0, 1, 2, 3).tolist()
    np.testing.assert_array_equal(t.as_known_on(t.as_of).reports, t.reports)
    np.testing.assert_array_equal(t.as_known_on("2026-03-05").reports, then.reports)


def test_an_earlier_state_of_weeks_is_that_of_the_last_whole_week():
    t = triangle_of_reports(days(0, 7, 15), days(13, 20, 20), step=WEEK, longest=2)
    assert t.dates.tolist() == days(0, 7, 14).tolist()
    for day in range(13, 20):
        then = t.as_known_on(START + day)
        assert then.as_of == START + 13
        np.testing.assert_array_equal(then.reports, tensor([0, 1, N], [0, N, N]))


def test_a_shorter_window_counts_the_rest_as_late():
    t = triangle_of_reports(days(0, 0, 0, 1), days(0, 1, 2, 1), [1, 2, 4, 8], longest=2)
    short = t.within(1)
    np.testing.assert_array_equal(short.reports, tensor([1, 2], [8, 0], [0, N]))
    assert short.late.tolist() == [4]
    assert t.within(2).late.tolist() == [0]


def test_vintages_are_counted_by_what_they_add():
    values = [[5, N, N], [8, 2, N], [7, 3, 1]]
    t = triangle_of_vintages(days(0, 1, 2), days(0, 1, 2), values, longest=2)
    np.testing.assert_array_equal(t.reports, tensor([5, 3, -1], [2, 1, N], [1, N, N]))
    assert t.reported.tolist() == [[7, 3, 1]]
    assert t.as_of == START + 2


def test_a_vintage_that_is_missing_leaves_its_reports_to_the_next():
    t = triangle_of_vintages(days(0, 1, 2), days(0, 2), [[[5, N, N], [9, 4, 1]]], longest=2)
    np.testing.assert_array_equal(t.reports, tensor([5, 0, 4], [0, 4, N], [1, N, N]))
    gap = triangle_of_vintages(days(0, 1), days(0, 1, 2), [[5, N], [N, 3], [6, 3]], longest=1)
    np.testing.assert_array_equal(gap.reports, tensor([5, 0], [3, 0]))
    assert gap.late.tolist() == [1]


def test_vintages_of_weeks_may_come_some_days_after_the_week():
    """Published on the Thursday after: what was known when the last week ended that had ended by then."""
    t = triangle_of_vintages(days(0, 7), days(10, 17), [[[4, N], [6, 5]]], longest=1, step=WEEK)
    np.testing.assert_array_equal(t.reports, tensor([4, 2], [5, N])[..., :2])
    assert t.as_of == START + 13
    assert t.as_known_on(t.as_of) is t


def test_vintages_may_end_before_they_were_published():
    t = triangle_of_vintages(days(0, 1), days(1, 2, 3), [[4, N], [5, 2], [5, 3]], longest=2)
    np.testing.assert_array_equal(t.reports, tensor([0, 4, 1], [0, 2, 1]))
    assert t.known.tolist() == [2, 2]


ROWS = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 11), st.integers(0, 8), st.integers(-2, 5)), min_size=1, max_size=30
)


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, longest=st.integers(1, 9), step=st.sampled_from([DAY, WEEK]))
def test_no_report_is_lost_or_made(rows, longest, step):
    stratum, event, delay, number = np.array(rows).T
    t = triangle_of_reports(START + event, START + event + delay, number, strata=stratum, longest=longest, step=step)
    per_stratum = np.bincount(stratum, number, minlength=t.reports.shape[0])
    np.testing.assert_allclose(t.reported.sum(axis=1) + t.late, per_stratum)
    assert (np.isnan(t.reports) == (np.arange(longest + 1) > t.known[:, None])).all()


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, longest=st.integers(1, 9), until=st.integers(0, 18), changed=st.integers(0, 99))
def test_what_comes_later_changes_nothing(rows, longest, until, changed):
    """Known on a day: the same from the whole list, from the list up to then, and from one whose rest is made up."""
    stratum, event, delay, number = np.array([(0, 0, 0, 1), *rows]).T
    options = {"strata": stratum, "n_strata": 2, "longest": longest, "first": START}
    report, day = START + event + delay, START + until
    then = triangle_of_reports(START + event, report, number, **options, as_of=day)
    later = report > day
    other = triangle_of_reports(START + event, report, np.where(later, changed, number), **options, as_of=day)
    np.testing.assert_array_equal(then.reports, other.reports)
    if day <= report.max():
        whole = triangle_of_reports(START + event, report, number, **options)
        np.testing.assert_array_equal(whole.as_known_on(day).reports, then.reports)


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, longest=st.integers(1, 9))
def test_vintages_and_rows_tell_the_same(rows, longest):
    _, event, delay, number = np.array([(0, 0, 0, 1), *rows]).T
    t = triangle_of_reports(START + event, START + event + delay, number, longest=longest)
    periods = len(t.dates)
    vintages = np.full((periods, periods), np.nan)
    for k in range(periods):
        known = event + delay <= k
        vintages[k, : k + 1] = np.bincount(event[known], number[known], minlength=periods)[: k + 1]
    same = triangle_of_vintages(t.dates, t.dates, vintages, longest=longest)
    np.testing.assert_array_equal(same.reports, t.reports)
    np.testing.assert_array_equal(same.late, t.late)


@pytest.mark.parametrize(
    ("event", "report", "options", "error", "words"),
    [
        (
            days(0, 3),
            days(0, 1),
            {},
            InvalidTriangle,
            "1 reports are dated before their event, the first: event 2026-03",
        ),
        (
            days(3),
            days(1),
            {"names": ("Omsk",)},
            InvalidTriangle,
            "the first in Omsk: event 2026-03-05, report 2026-03-03",
        ),
        (days(0), days(0), {"as_of": "2026-03-01"}, InvalidTriangle, "nothing was reported by 2026-03-01"),
        (days(0), np.array([NAT]), {}, InvalidTriangle, "row 0 has no date of report"),
        (np.array([NAT]), days(0), {}, InvalidTriangle, "no report has the date of its event"),
        (days(0, 1), days(1), {}, InvalidTriangle, r"reports has shape \(1,\), events \(2,\)"),
        (days(0), days(1), {"counts": [1, 2]}, InvalidTriangle, "counts has shape"),
        (days(0, 1), days(1, 1), {"counts": [1, np.nan]}, InvalidTriangle, "row 1 has no count"),
        (days(0, 1), days(1, 1), {"strata": [0, -1]}, InvalidTriangle, "row 1 is of stratum -1"),
        (days(0), days(1), {"strata": [0, 1]}, InvalidTriangle, "strata has shape"),
        (days(0), days(1), {"step": 30}, InvalidOption, "step is 30 days"),
        (days(0), days(1), {"longest": 0}, InvalidOption, "longest delay is 0 periods"),
        (days(0), days(1), {"longest": LONGEST + 1}, InvalidOption, "from 1 to 366"),
        (["yesterday"], days(1), {}, InvalidDates, "events must be days"),
        (days(0), [], {}, InvalidDates, "reports has shape"),
    ],
)
def test_refuses_rows(event, report, options, error, words):
    with pytest.raises(error, match=words):
        triangle_of_reports(event, report, **options)


@pytest.mark.parametrize(
    ("dates", "as_of", "values", "options", "error", "words"),
    [
        (days(0, 1), days(1), [[1, 2, 3]], {}, InvalidTriangle, r"values has shape \(1, 1, 3\)"),
        (days(0, 1), days(1), [1, 2], {}, InvalidTriangle, r"values has shape \(2,\)"),
        (days(0, 1), days(0), [[1, 2]], {}, None, ""),
        (days(0, 1), days(0, 1), [[1, 2], [1, 2]], {}, InvalidTriangle, "count for the later period 2026-03-03"),
        (days(1, 0), days(1), [[1, 2]], {}, InvalidDates, "dates must increase"),
        (days(0, 1), days(1, 1), [[1, 2], [1, 2]], {}, InvalidDates, "as_of must increase"),
        (days(0, 7), days(7), [[1, 2]], {}, InvalidDates, "dates must be 1 days apart"),
        (days(0, 1), days(7), [[1, 2]], {"step": 7}, InvalidDates, "dates must be 7 days apart"),
        (days(0, 1), days(1), [[1, 2]], {"longest": 0}, InvalidOption, "longest delay is 0"),
        (days(0, 1), ["someday"], [[1, 2]], {}, InvalidDates, "as_of must be days"),
    ],
)
def test_refuses_vintages(dates, as_of, values, options, error, words):
    options = {"longest": 2, **options}
    if error is None:  # beyond the last vintage there are no periods
        assert triangle_of_vintages(dates, as_of, values, **options).reports.shape == (1, 1, 3)
        return
    with pytest.raises(error, match=words):
        triangle_of_vintages(dates, as_of, values, **options)


def test_refuses_a_day_before_the_first_period_or_after_the_last_report():
    t = triangle_of_reports(days(0, 6), days(6, 6), longest=2)
    with pytest.raises(InvalidTriangle, match="known on 2026-03-08, not as late as 2026-03-09"):
        t.as_known_on(START + 7)
    with pytest.raises(InvalidTriangle, match="2026-03-01 is before the end of the first period"):
        t.as_known_on(START - 1)
    with pytest.raises(InvalidOption, match="longest is 3, but the triangle holds delays of 0 to 2"):
        t.within(3)


def test_undated_reports_are_spread_anew_for_each_day():
    events, reports = ["2026-03-01", "2026-03-02", "NaT"], ["2026-03-02", "2026-03-04", "2026-03-03"]
    t = triangle_of_reports(events, reports, longest=3)
    with pytest.raises(InvalidTriangle, match=r"1 reports without a date .* build the triangle with as_of=2026-03-03"):
        t.as_known_on("2026-03-03")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"as_of": "soon"}, "as_of must be days"),
        ({"as_of": "NaT"}, "as_of is no day"),
        ({"as_of": "today"}, "as_of says today; name the day"),
        ({"first": "2026-03-09"}, "the first day of events, 2026-03-09, is after 2026-03-02"),
        ({"strata": [3], "n_strata": 2}, "a row is of stratum 3, but n_strata is 2"),
        ({"counts": ["many"]}, "counts must be numbers"),
        ({"longest": 2.5}, "longest delay is 2.5 periods"),
    ],
)
def test_what_is_no_day_or_number_is_refused(options, message):
    with pytest.raises(EpiError, match=message):
        triangle_of_reports(["2026-03-01"], ["2026-03-02"], **options)


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        ([[np.inf]], {}, "values holds inf"),
        ([[1.0]], {"step": 0}, "step is 0 days"),
        ([["x"]], {}, "values must be numbers"),
    ],
)
def test_vintages_that_are_no_counts_are_refused(values, options, message):
    with pytest.raises(EpiError, match=message):
        triangle_of_vintages(["2026-03-01"], ["2026-03-02"], values, longest=1, **options)


def test_a_vintage_older_than_the_first_period_is_refused():
    with pytest.raises(InvalidTriangle, match="the vintage of 2026-02-01 is older than the first period"):
        triangle_of_vintages(["2026-03-01"], ["2026-02-01"], [[1.0]], longest=1)
