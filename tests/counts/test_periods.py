"""Days, weeks of three kinds, months; gaps, zeros, and periods not over yet."""

import datetime

import numpy as np
import pytest

from tocsin.counts import Every, WeekStart, read
from tocsin.counts.errors import AmbiguousDates, InvalidReading, MixedDates, TooFewPeriods

nan = np.nan


def tidy(dates, counts=None):
    counts = range(1, len(dates) + 1) if counts is None else counts
    return "date,cases\n" + "".join(f"{day},{count}\n" for day, count in zip(dates, counts, strict=True))


def days(first, number, step=1):
    start = datetime.date.fromisoformat(first)
    return [(start + datetime.timedelta(days=step * i)).isoformat() for i in range(number)]


def test_days_are_recognised(write):
    series = read(write(tidy(days("2026-01-05", 10))))
    assert (series.every, series.week_start, series.counts.shape) == (Every.DAY, None, (1, 10))


@pytest.mark.parametrize(
    ("first", "options", "start", "begins"),
    [
        ("2026-01-05", {}, WeekStart.MONDAY, "2026-01-05"),
        ("2026-01-04", {}, WeekStart.SUNDAY, "2026-01-04"),
        ("2026-01-04", {"week_date": "end"}, WeekStart.MONDAY, "2025-12-29"),
        ("2026-01-03", {}, WeekStart.SUNDAY, "2025-12-28"),
        ("2026-01-03", {"week_date": "start"}, WeekStart.SATURDAY, "2026-01-03"),
        ("2026-01-02", {}, WeekStart.SATURDAY, "2025-12-27"),
        ("2026-01-07", {"week_start": "sunday"}, WeekStart.SUNDAY, "2026-01-04"),
    ],
)
def test_weekly_dates_by_their_weekday(write, first, options, start, begins):
    series = read(write(tidy(days(first, 6, step=7))), **options)
    assert (series.every, series.week_start) == (Every.WEEK, start)
    assert str(series.dates[0]) == begins
    assert series.counts.tolist() == [[1, 2, 3, 4, 5, 6]]


def test_sundays_end_the_iso_week_that_stands_beside_them(write, note):
    text = "year,week,date,cases\n2001,1,2001-01-07,7\n2001,2,2001-01-14,15\n2001,3,2001-01-21,55\n"
    series = read(write(text))
    assert series.week_start is WeekStart.MONDAY
    assert str(series.dates[0]) == "2001-01-01"
    assert note(series, "week_date").values["role"] == "last"


@pytest.mark.parametrize(
    "form", ["{y}-W{w:02d}", "{y}_{w:02d}", "{y}W{w}", "W{w:02d} {y}", "{y}/w{w:02d}", "{y}年第{w}周"]
)
def test_numbered_weeks_with_week_53(write, form):
    weeks = [(2020, 52), (2020, 53), (2021, 1), (2021, 2)]
    series = read(write(tidy([form.format(y=y, w=w) for y, w in weeks])), date="date")
    assert series.dates.astype(str).tolist() == ["2020-12-21", "2020-12-28", "2021-01-04", "2021-01-11"]
    assert series.counts.tolist() == [[1, 2, 3, 4]]


def test_week_53_is_a_problem_in_a_year_of_52_weeks(write):
    series = read(write(tidy(["2021-W51", "2021-W52", "2021-W53", "2022-W01"])), week_start="monday")
    assert series.counts.tolist() == [[1, 2, 4]]
    problem = series.problems.row(0, named=True)
    assert (problem["row"], problem["value"], problem["rule"], problem["taken"]) == (
        4,
        "2021-W53",
        "impossible_date",
        False,
    )


def test_week_53_tells_the_week_system(write, note):
    # 2014 has a week 53 by the calendar that begins weeks on Sunday, not by ISO 8601.
    series = read(write("year,week,cases\n2014,52,1\n2014,53,2\n2015,1,3\n"))
    assert series.week_start is WeekStart.SUNDAY
    assert series.dates.astype(str).tolist() == ["2014-12-21", "2014-12-28", "2015-01-04"]
    assert note(series, "week_start").values["possible"] == ("sunday",)


@pytest.mark.parametrize("second", ["week", "semana", "неделя", "epi_week"])
def test_year_and_week_in_two_columns(write, second, note):
    series = read(write(f"year,{second},cases\n2026,1,5\n2026,2,0\n2026,3,7\n"))
    assert series.every is Every.WEEK
    assert series.counts.tolist() == [[5, 0, 7]]
    national = second in ("semana", "epi_week")
    assert series.week_start is (WeekStart.SUNDAY if national else WeekStart.MONDAY)
    assert note(series, "week_start").kind == "guess"


@pytest.mark.parametrize("months", [("1", "2", "3"), ("January", "February", "March"), ("январь", "февраль", "март")])
def test_year_and_month_in_two_columns(write, months):
    series = read(write("Month,Year,cases\n" + "".join(f"{month},2026,{i}\n" for i, month in enumerate(months))))
    assert series.every is Every.MONTH
    assert series.dates.astype(str).tolist() == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert series.counts.tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(
    "texts",
    [
        ["2025-11", "2025-12", "2026-01"],
        ["11/2025", "12/2025", "01/2026"],
        ["Nov 2025", "Dec 2025", "Jan 2026"],
        ["2025年11月", "2025年12月", "2026年1月"],
        ["2025-11-01", "2025-12-01", "2026-01-01"],
        ["2025-11-30", "2025-12-31", "2026-01-31"],
    ],
)
def test_months(write, texts):
    series = read(write(tidy(texts)))
    assert series.every is Every.MONTH
    assert series.dates.astype(str).tolist() == ["2025-11-01", "2025-12-01", "2026-01-01"]


@pytest.mark.parametrize(
    "form",
    [
        "%Y-%m-%d",
        "%Y/%m/%d",
        "%d.%m.%Y",
        "%d.%m.%y",
        "%d/%m/%Y",
        "%m/%d/%Y",
        "%d %B %Y",
        "%B %d, %Y",
        "%Y年%m月%d日",
        "%Y%m%d",
        "%Y-%m-%d 00:00:00",
        "%Y-%m-%dT08:30:00Z",
    ],
)
def test_ways_of_writing_days(write, form):
    texts = [datetime.date.fromisoformat(day).strftime(form) for day in days("2026-01-05", 20)]
    text = tidy([f'"{one}"' for one in texts])
    series = read(write(text))
    assert series.dates.astype(str).tolist() == days("2026-01-05", 20)


def test_day_or_month_first_is_asked_when_nothing_tells(write):
    text = tidy(["01/02/2026", "02/02/2026", "03/02/2026", "04/02/2026"])
    with pytest.raises(AmbiguousDates, match="day_first"):
        read(write(text))
    assert str(read(write(text), day_first=True).dates[0]) == "2026-02-01"
    assert read(write(text), day_first=False).dates.astype(str)[-1] == "2026-04-02"


def test_one_date_after_the_twelfth_settles_the_order(write, note):
    series = read(write(tidy(["12/02/2026", "13/02/2026", "14/02/2026"])))
    assert str(series.dates[0]) == "2026-02-12"
    assert note(series, "day_first").values["order"] == "day"


def test_dates_in_three_formats_are_refused(write):
    with pytest.raises(MixedDates, match=r"2026-01-05.*06\.01\.2026"):
        read(write(tidy(["2026-01-05", "2026-01-06", "06.01.2026", "7 January 2026", "08.01.2026"])))


def test_one_slip_in_many_dates_is_a_problem_row(write):
    dates = days("2026-01-05", 80)
    series = read(write(tidy([*dates[:40], "14.02.2026", *dates[41:]])))
    problem = series.problems.row(0, named=True)
    assert (problem["row"], problem["rule"]) == (42, "other_date_format")
    assert np.isnan(series.counts[0, 40])


def test_dates_far_away_are_problem_rows(write):
    series = read(write(tidy([*days("2026-01-05", 300), "1926-01-05", "2099-01-01"])))
    assert series.problems["rule"].to_list() == ["far_date", "far_date"]
    assert series.counts.shape == (1, 300)


def test_unreadable_and_impossible_dates_are_problem_rows(write):
    series = read(
        write(tidy(["2026-01-05", "2026-02-30", "soon", "", "2026-01-06", "2026-01-07", "2026-01-08", "2026-01-09"]))
    )
    assert series.problems.select("row", "column", "value", "rule").rows() == [
        (3, "date", "2026-02-30", "impossible_date"),
        (4, "date", "soon", "not_a_date"),
        (5, "date", "", "no_date"),
    ]
    np.testing.assert_array_equal(series.counts, [[1, 5, 6, 7, 8]])


def test_absent_rows_are_missing_where_zeros_are_written(write, note):
    dates = days("2026-01-05", 8, step=7)
    text = tidy([*dates[:3], *dates[5:]], [0, 2, 1, 0, 3, 1])
    series = read(write(text))
    np.testing.assert_array_equal(series.counts, [[0, 2, 1, nan, nan, 0, 3, 1]])
    assert note(series, "absent_missing").values["absent"] == 2
    assert note(series, "absent_missing").text.startswith("2 periods have no row in their series and are missing")
    assert read(write(text), absent="zero").counts.tolist() == [[0, 2, 1, 0, 0, 0, 3, 1]]


def test_absent_rows_are_zero_where_only_periods_with_cases_are_written(write, note):
    text = "date,region,cases\n" + "".join(
        f"{day},{region},{1 + i % 2}\n"
        for i, day in enumerate(days("2026-01-05", 9, step=7))
        for region in "ABC"[: 1 + i % 3]
    )
    series = read(write(text))
    assert note(series, "absent_zero").kind == "guess"
    assert not np.isnan(series.counts).any()
    assert (series.counts == 0).sum() == 9
    assert np.isnan(read(write(text), absent="missing").counts).sum() == 9


def test_large_counts_do_not_become_zero_between(write):
    dates = days("2026-01-05", 8, step=7)
    series = read(write(tidy([*dates[:3], *dates[4:]], [310, 295, 307, 288, 312, 330, 299])))
    assert np.isnan(series.counts[0, 3])


def test_empty_cells_are_missing_and_zeros_are_zero(write):
    for mark in ("", "NA", "n/a", "-", "н/д"):
        series = read(write(tidy(days("2026-01-05", 4), [0, mark, 3, 0])))
        np.testing.assert_array_equal(series.counts, [[0, nan, 3, 0]])
        assert series.problems.is_empty()


def test_series_that_starts_late_is_missing_before(write):
    text = "date,region,cases\n" + "".join(
        f"{day},{region},{i % 3}\n"
        for i, day in enumerate(days("2026-01-05", 6))
        for region in "AB"
        if region == "A" or i > 2
    )
    series = read(write(text))
    np.testing.assert_array_equal(series.counts[1], [nan, nan, nan, 0, 1, 2])


def test_days_are_added_to_weeks_and_the_last_week_is_incomplete(write, note):
    series = read(write(tidy(days("2026-01-05", 17), [1] * 17)), every="week")
    assert series.counts.tolist() == [[7, 7, 3]]
    assert series.incomplete == 1
    assert note(series, "incomplete_last_period").values["seen"] == "2026-01-21"
    assert read(write(tidy(days("2026-01-05", 14), [1] * 14)), every="week").incomplete == 0


def test_a_week_of_which_no_day_was_reported_is_missing(write, note):
    dates = days("2026-01-05", 28)
    text = tidy([*dates[:7], *dates[16:]], [i % 2 for i in range(19)])
    series = read(write(text), every="week")
    np.testing.assert_array_equal(series.counts, [[3, nan, 3, 3]])
    assert note(series, "partial_periods").values["periods"] == 1


def test_last_month_part_way_is_incomplete(write):
    series = read(write(tidy(days("2026-01-01", 45), [1] * 45)), every="month")
    assert series.counts.tolist() == [[31, 14]]
    assert series.incomplete == 1


def test_until_says_how_far_the_table_knows(write):
    text = "onset_date,region\n2026-01-05,A\n2026-01-09,A\n2026-01-14,A\n"
    assert read(write(text)).incomplete == 1
    assert read(write(text), until="2026-01-18").incomplete == 0
    assert read(write(text), until="2026-01-14").counts.tolist() == [[2, 1]]
    longer = read(write(text), until="2026-02-03")
    assert longer.counts.tolist() == [[2, 1, 0, 0, 0]]
    assert longer.incomplete == 1
    shorter = read(write(text), until="2026-01-11")
    assert shorter.counts.tolist() == [[2]]
    assert shorter.problems["rule"].to_list() == ["after_until"]
    with pytest.raises(InvalidReading, match="before the first date"):
        read(write(tidy(days("2026-01-05", 4))), until="2025-12-01")


def test_until_inside_a_week_of_the_table_makes_it_incomplete(write):
    text = tidy(days("2026-01-11", 4, step=7))
    series = read(write(text), week_date="end", until="2026-01-28")
    assert series.counts.tolist() == [[1, 2, 3, 4]]
    assert series.incomplete == 1
    assert series.problems.is_empty()
    earlier = read(write(text), week_date="end", until="2026-01-25")
    assert (earlier.counts.tolist(), earlier.incomplete) == ([[1, 2, 3]], 0)


def test_weeks_cannot_become_days_or_months(write):
    for every in ("day", "month"):
        with pytest.raises(InvalidReading, match="cannot be divided"):
            read(write(tidy(days("2026-01-05", 5, step=7))), every=every)


def test_one_period_only(write):
    text = "date,region,cases\n2026-01-05,A,3\n2026-01-05,B,4\n"
    with pytest.raises(TooFewPeriods, match="every="):
        read(write(text))
    series = read(write(text), every="week")
    assert series.counts.tolist() == [[3], [4]]


def test_all_zero_series_stay(write):
    series = read(
        write(
            "date,region,cases\n" + "".join(f"{d},{r},{int(r == 'A')}\n" for d in days("2026-01-05", 4) for r in "AB")
        )
    )
    assert series.counts.tolist() == [[1, 1, 1, 1], [0, 0, 0, 0]]
