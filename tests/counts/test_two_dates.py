"""Reading reports by two dates, and vintages as such reports."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.counts.errors import AmbiguousDates, BadRows, InvalidReading, UnknownColumn
from tocsin.counts.series import Every
from tocsin.counts.two_dates import TwoDates, read_two_dates
from tocsin.counts.vintages import STRATUM, as_reports

ROWS = TwoDates(event=["onset"], report=["reported"])
LINES = [f"2025-03-0{day},2025-03-0{day + 1}" for day in range(1, 8)]


@pytest.fixture
def read(tmp_path):
    def call(lines, asked=ROWS, header="onset,reported", as_of=date(2025, 3, 20), **options):
        path = tmp_path / "table.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return read_two_dates(path, asked, as_of=as_of, **options)

    return call


def test_alike_rows_of_a_line_list_are_persons(read):
    found = read([*LINES, LINES[-1]])
    assert found.counts.tolist() == [1.0] * 6 + [2.0]
    assert found.names == ("all",)
    assert found.every is Every.DAY
    assert (found.events[0], found.reports[0]) == (np.datetime64("2025-03-01"), np.datetime64("2025-03-02"))
    assert found.problems.is_empty()


def test_strata_are_sorted_and_spaces_and_empty_cells_are_no_names(read):
    lines = [f"{line},{place}" for line, place in zip(LINES, ["b", " a", "a ", "", "b", "b", "a"], strict=True)]
    found = read(lines, TwoDates(["onset"], ["reported"], by=["place"]), "onset,reported,place")
    assert found.keys["place"].to_list() == ["(empty)", "a", "b"]
    assert np.bincount(found.stratum, found.counts).tolist() == [1.0, 3.0, 3.0]


def test_keys_may_be_called_as_they_like(read):
    names = ["stratum", "count", "row", "event", "len"]
    lines = [f"{line},a,b,c,d,e" for line in LINES]
    found = read(lines, TwoDates(["onset"], ["reported"], by=names), ",".join(["onset", "reported", *names]))
    assert found.keys.rows() == [("a", "b", "c", "d", "e")]


def test_a_total_in_a_column_that_is_not_named_is_said(read):
    """Otherwise every case would be counted twice."""
    asked = TwoDates(["onset"], ["reported"], count="n")
    days = [f"2025-0{month}-{day:02}" for month in (1, 2) for day in range(1, 29)]
    ages = {"0-4": 10, "5-59": 30, "60+": 20, "all": 60}
    lines = [f"{day},{day},{n},{age},{place}" for day in days for age, n in ages.items() for place in "xy"]
    header = "onset,reported,n,age,place"
    assert read(lines, asked, header).twice == (("age", "all"),)
    assert read(lines, TwoDates(["onset"], ["reported"], count="n", by=["age"]), header).twice == ()
    alone = TwoDates(["onset"], ["reported"], count="n", where={"age": "all"})
    assert read(lines, alone, header).twice == ()
    later = [line.replace("2025-", "2026-").replace(",60,", ",90,") for line in lines]
    assert read([*lines, *later], asked, header).twice == (("age", "all"),)


def test_what_is_reported_later_is_not_there(read):
    found = read([*LINES, "2025-03-21,2025-03-21,"[:-1], "1925-03-05,2025-03-25"])
    assert found.last == np.datetime64("2025-03-08")
    assert found.problems.is_empty()


def test_far_dates_are_judged_by_what_was_known(read):
    """Ninety-nine rows in a hundred are of much later: they do not make the early ones far from all others."""
    late = ["2060-01-01,2060-01-02"] * 2000
    assert read([*LINES, *late]).counts.sum() == 7
    assert read([*LINES, *late]).problems.is_empty()


def test_times_of_day_are_of_no_account(read):
    found = read([f"{line.split(',')[0]} 08:30,{line.split(',')[1]}T23:59:00" for line in LINES])
    assert found.reports.tolist() == read(LINES).reports.tolist()


def test_weeks_may_be_numbered(read):
    lines = [f"2025-W{week},2025-W{week + 1}" for week in range(10, 16)]
    found = read(lines, as_of=date(2025, 5, 1))
    assert (found.every, found.weekday) == (Every.WEEK, 0)
    assert found.events[0] == np.datetime64("2025-03-03")
    assert "Weeks are taken to begin on Monday (as in ISO 8601)" in found.said[0]
    assert sum("Weeks are taken" in sentence for sentence in found.said) == 1
    sunday = TwoDates(["onset"], ["reported"], week_start="sunday")
    assert read(lines, sunday, as_of=date(2025, 5, 1)).events[0] == np.datetime64("2025-03-02")


def test_weeks_may_be_in_two_columns(read):
    lines = [f"2025,{week},2025-04-{week:02}" for week in range(10, 16)]
    asked = TwoDates(["year", "week"], ["reported"])
    found = read(lines, asked, "year,week,reported", as_of=date(2025, 5, 1))
    assert found.events[:2].tolist() == [date(2025, 3, 3), date(2025, 3, 10)]


def test_day_and_month_are_told_apart_or_asked_for(read):
    lines = ["01/02/2025,02/02/2025", "03/02/2025,04/02/2025", "05/02/2025,06/02/2025", "07/02/2025,08/02/2025"]
    with pytest.raises(AmbiguousDates):
        read(lines)
    found = read(lines, TwoDates(["onset"], ["reported"], day_first=True))
    assert found.events[0] == np.datetime64("2025-02-01")


def test_thousands_and_empty_counts(read):
    asked = TwoDates(["onset"], ["reported"], count="n")
    lines = [f"{line};{n}" for line, n in zip(LINES, ["1,200", "3", "", "-2", "4", "5", "NA"], strict=True)]
    found = read([line.replace(",20", ";20", 1) for line in lines], asked, "onset;reported;n")
    assert found.counts.tolist() == [1200.0, 3.0, -2.0, 4.0, 5.0]
    assert "2 rows have an empty count and say nothing." in found.said
    assert "1 count is below zero: reports that were taken back." in found.said


def test_rows_that_repeat_another_are_counted_once(read):
    asked = TwoDates(["onset"], ["reported"], count="n")
    lines = [f"{line},{n}" for n, line in enumerate(LINES)]
    found = read([*lines, *lines], asked, "onset,reported,n")
    assert found.counts.tolist() == [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    assert "7 rows repeat an earlier row word for word: counted once." in found.said
    assert found.problems["rule"].to_list() == ["repeated_row"] * 7


def test_rows_of_strata_whose_names_are_gone_are_added(read):
    """Two of three regions happened to have as many: a table without their names has rows alike."""
    asked = TwoDates(["onset"], ["reported"], count="n")
    lines = [f"{line},{n}" for line in LINES for n in (2, 2, 5)]
    found = read(lines, asked, "onset,reported,n")
    assert found.counts.tolist() == [9.0] * 7
    assert "14 rows have the keys and dates of an earlier row: their counts are added." in found.said
    named = [f"{line},{place}" for line, place in zip(lines, "abc" * 7, strict=True)]
    assert read([*named, named[0]], asked, "onset,reported,n,place").counts.tolist() == [9.0] * 7


DELAYED = TwoDates(["onset"], delay="days")


def test_a_delay_in_days_stands_for_the_date_of_the_report(read):
    lines = [f"2025-03-0{day},2025-03-{day + n:02},{n}" for n, day in enumerate(range(1, 8))]
    by_date, by_delay = read(lines, header="onset,reported,days"), read(lines, DELAYED, "onset,reported,days")
    for name in ("events", "reports", "counts", "stratum"):
        assert getattr(by_delay, name).tolist() == getattr(by_date, name).tolist(), name
    assert (by_delay.every, by_delay.last, by_delay.said) == (by_date.every, by_date.last, by_date.said)


def test_nothing_is_known_before_its_delay_is_over(read):
    lines = [f"2025-03-0{day},{day}" for day in range(1, 8)]
    found = read(lines, DELAYED, "onset,days", as_of=date(2025, 3, 6))
    assert found.events.tolist() == [date(2025, 3, day) for day in (1, 2, 3)]
    assert found.last == np.datetime64("2025-03-06")
    with pytest.raises(
        InvalidReading, match="nothing had been reported by 2025-03-01: the first report is of 2025-03-02"
    ):
        read(lines, DELAYED, "onset,days", as_of=date(2025, 3, 1))


def test_a_delay_is_counted_from_the_first_day_of_a_week(read):
    found = read([f"2025-W{week},3" for week in range(6, 11)], DELAYED, "onset,days")
    assert found.every is Every.WEEK
    assert found.reports[0] == np.datetime64("2025-02-06")


def test_delays_may_be_written_as_other_numbers_are(read):
    good = [f"2025-03-0{day},{day}.0" for day in range(1, 8)]
    assert read(good, DELAYED, "onset,days").last == np.datetime64("2025-03-14")


def test_rows_without_a_delay_that_can_be_read_are_listed(read):
    good = [f"2025-03-{day:02},{day % 4}" for day in range(1, 16)] * 100
    bad = [
        "2025-03-05,", "2025-03-05,soon", "2025-03-05,2.5", "2025-03-05,99999", ",2", "2025-02-30,2", "1925-03-05,2",
        "2025-03-05,9000",
    ]  # fmt: skip
    found = read([*good, *bad], DELAYED, "onset,days", as_of=date(2060, 1, 1))
    assert found.counts.sum() == 1500
    assert found.problems.select("row", "column", "value", "rule").rows() == [
        (1502, "days", "", "no_delay"),
        (1503, "days", "soon", "not_a_delay"),
        (1504, "days", "2.5", "fractional_delay"),
        (1505, "days", "99999", "too_long_delay"),
        (1506, "onset", "", "no_date"),
        (1507, "onset", "2025-02-30", "impossible_date"),
        (1508, "onset", "1925-03-05", "far_date"),
        (1509, "days", "9000", "far_date"),
    ]
    assert found.problems["message"].null_count() == 0


def test_delays_below_zero_are_refused_or_left_out(read):
    lines = [*LINES, "2025-03-05,-2"]
    numbers = [line if line.endswith("-2") else f"{line.split(',')[0]},1" for line in lines]
    with pytest.raises(BadRows, match=r"1 row has a delay below zero, the first is row 9: '-2'; correct the delays"):
        read(numbers, DELAYED, "onset,days")
    found = read(numbers, TwoDates(["onset"], delay="days", early="leave out"), "onset,days")
    assert found.counts.sum() == 7
    assert found.problems.select("column", "value", "rule").rows() == [
        ("onset, days", "2025-03-05, -2", "report_before_event")
    ]


def test_no_delay_can_be_read(read):
    lines = [f"{line.split(',')[0]},soon" for line in LINES]
    with pytest.raises(BadRows, match="no row has both the date of its event and a delay that can be read"):
        read(lines, DELAYED, "onset,days")


def test_a_delay_has_a_column_of_its_own(read):
    with pytest.raises(InvalidReading, match="event_date and delay are both 'onset'; a delay is a column of its own"):
        read(LINES, TwoDates(["onset"], delay="onset"))
    with pytest.raises(InvalidReading, match="count and delay are both 'reported'"):
        read(LINES, TwoDates(["onset"], count="reported", delay="reported"))
    with pytest.raises(UnknownColumn, match=r"delay='days', but table\.csv has no such column"):
        read(LINES, DELAYED)


def test_columns_that_are_not_there(read):
    with pytest.raises(UnknownColumn, match=r"vintage='seen', but table\.csv has no such column"):
        read(LINES, TwoDates(["onset"], ["seen"], count="reported", vintages=True))
    with pytest.raises(InvalidReading, match="event_date names 3 columns"):
        read(LINES, TwoDates(["onset", "reported", "onset"], ["reported"]))


def vintage_rows(cells, known):
    """Rows of `as_reports` from counts (dates, vintages); those not `known` are left out."""
    first = date(2025, 3, 1)
    rows = [
        (0, first + timedelta(days=t), first + timedelta(days=v), float(cells[t, v]))
        for t, v in np.argwhere(known).tolist()
    ]
    return pl.DataFrame(rows, schema=[STRATUM, "event", "report", "value"], orient="row")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), total=st.booleans(), lag=st.integers(0, 2))
def test_reports_add_up_to_every_vintage_from_the_first_on(seed, total, lag):
    """By loops: what was new up to a vintage is what that vintage, or the last before it that has the date, says."""
    rng = np.random.default_rng(seed)
    T = 8
    known = np.arange(T)[np.newaxis] >= np.arange(T)[:, np.newaxis] + lag
    known &= (rng.random((T, T)) < 0.8) | total  # a sum of all dates needs them all
    counts = rng.integers(0, 9, (T, T)).cumsum(axis=1)
    cells = counts.cumsum(axis=0) if total else counts
    if not known.any() or len(np.unique(np.where(known.any(axis=1), known.argmax(axis=1), -1))) < 3:
        return
    reports, begin = as_reports(vintage_rows(cells, known), event="event", report="report", value="value", total=total)
    events = (reports["event"] - date(2025, 3, 1)).dt.total_days().to_numpy()
    seen = (reports["report"] - date(2025, 3, 1)).dt.total_days().to_numpy()
    assert not total or events.min() > 0 or not reports["value"].to_numpy()[events == 0].any()
    for t in range((begin - date(2025, 3, 1)).days + total, T):
        for v in range(T):
            if known[t, : v + 1].any():
                last = np.flatnonzero(known[t, : v + 1])[-1]
                new = reports["value"].to_numpy()[(events == t) & (seen <= v)].sum()
                assert new == counts[t, last if not total else v]


def test_strata_that_begin_later_are_followed_from_their_own_first_vintage():
    known = np.arange(12)[np.newaxis] >= np.arange(12)[:, np.newaxis]
    cells = np.tile(np.arange(1.0, 13.0)[:, np.newaxis], (1, 12))
    late = known & (np.arange(12) >= 6)
    rows = pl.concat(
        [vintage_rows(cells, known), vintage_rows(cells, late).with_columns(pl.lit(1, pl.Int64).alias(STRATUM))]
    )
    reports, begin = as_reports(rows, event="event", report="report", value="value", total=False)
    assert begin == date(2025, 3, 1)
    assert reports.filter(pl.col(STRATUM) == 1, pl.col("value") != 0)["event"].min() == date(2025, 3, 7)
