"""Cumulative counts and corrections: kept, listed, and handled by a named rule."""

import datetime

import numpy as np
import pytest

from tocsin.counts import read
from tocsin.counts.errors import InvalidReading

nan = np.nan


def daily(counts, column="cases"):
    days = [datetime.date(2026, 1, 5) + datetime.timedelta(days=i) for i in range(len(counts))]
    rows = [f"{day},{count}\n" for day, count in zip(days, counts, strict=True) if count != "absent"]
    return f"date,{column}\n" + "".join(rows)


@pytest.mark.parametrize(
    ("rule", "counts", "taken"),
    [
        ("missing", [4, 3, 2, nan, 6, 1], False),
        ("spread back", [4, 0, 0, 0, 6, 1], True),
        ("zero", [4, 3, 2, 0, 6, 1], True),
    ],
)
def test_negative_counts_by_each_rule(write, note, rule, counts, taken):
    series = read(write(daily([4, 3, 2, -5, 6, 1])), negative=rule)
    np.testing.assert_array_equal(series.counts, [counts])
    assert series.problems.select("row", "column", "value", "rule", "taken").rows() == [
        (5, "cases", "-5", "negative", taken)
    ]
    values = note(series, "negative").values
    assert (values["rule"], values["cases"], values["periods"]) == (rule, 5.0, 1)


def test_what_cannot_be_spread_back_is_said(write, note):
    series = read(write(daily([1, "", 2, -5, 6, 1])), negative="spread back")
    np.testing.assert_array_equal(series.counts, [[0, nan, 0, 0, 6, 1]])
    assert "2 cases for which there was none" in note(series, "negative").text


def test_a_correction_inside_a_week_is_part_of_its_sum(write):
    series = read(write(daily([4, 3, 2, -5, 6, 1, 1])), every="week")
    assert series.counts.tolist() == [[12]]
    assert series.problems["taken"].to_list() == [True]


def test_cumulative_counts_are_noticed(write, note):
    total = list(np.cumsum([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]))
    assert note(read(write(daily(total))), "looks_cumulative").kind == "finding"
    assert note(read(write(daily([1, 1, 1], "cum_cases"))), "looks_cumulative").values["by_name"]
    assert "looks_cumulative" not in [one.code for one in read(write(daily([3, 1, 4, 1, 5, 9, 2, 6, 5, 3]))).notes]


def test_cumulative_counts_are_differenced(write, note):
    series = read(write(daily([3, 4, 8, "absent", 14, 20, 18, 25])), cumulative=True)
    np.testing.assert_array_equal(series.counts, [[nan, 1, 4, nan, nan, 6, nan, 7]])
    assert note(series, "differenced").values["after_gap"] == 1
    assert series.problems.select("row", "value", "rule", "taken").rows() == [(7, "18", "falling_total", False)]


def test_cumulative_counts_by_week_take_the_last_day(write):
    total = list(np.cumsum([1] * 7 + [2] * 7 + [3] * 7))
    np.testing.assert_array_equal(read(write(daily(total)), cumulative=True, every="week").counts, [[nan, 14, 21]])


def test_text_fractions_and_giants_are_problem_rows(write):
    series = read(write(daily([1, "many", 2.5, 3, "1e30", "<5", 4, 5, 6, 7])))
    assert series.problems.select("row", "value", "rule", "taken").rows() == [
        (3, "many", "not_a_number", False),
        (4, "2.5", "fractional", False),
        (6, "1e30", "too_large", False),
        (7, "<5", "not_a_number", False),
    ]
    np.testing.assert_array_equal(series.counts, [[1, nan, nan, 3, nan, nan, 4, 5, 6, 7]])


def test_repeated_rows_are_counted_once(write, note):
    text = "date,region,cases\n2026-01-05,A,3\n2026-01-05,A,3\n" + "".join(
        f"2026-01-{day:02d},{place},{day}\n" for day in range(6, 16) for place in "AB"
    )
    series = read(write(text))
    assert series.counts[0, 0] == 3
    assert series.problems.select("row", "rule", "taken").rows() == [(3, "repeated_row", False)]
    assert note(series, "repeated_rows").values["rows"] == 1


def test_rows_that_differ_in_their_count_only_are_added_and_said(write, note):
    text = "date,region,cases\n2026-01-05,A,3\n2026-01-05,A,4\n" + "".join(
        f"2026-01-{day:02d},{place},{day}\n" for day in range(6, 16) for place in "AB"
    )
    series = read(write(text))
    assert series.counts[0, 0] == 7
    assert series.problems.select("row", "rule", "taken").rows() == [(3, "same_key_again", True)]
    assert note(series, "added_up").values["rows"] == 1


def test_rows_of_an_unnamed_division_are_added(write, note):
    text = "date,region,dose,cases\n" + "".join(
        f"2026-01-{day:02d},{place},{dose},{day}\n" for day in range(5, 16) for place in "AB" for dose in (1, 2)
    )
    series = read(write(text), count="cases", by="region")
    assert series.counts[0, 0] == 10
    assert note(series, "added_up").values["total"] == 44


def test_cases_row_by_row_are_not_cumulative(write):
    rows = "".join(f"2026-01-{day:02},A\n" for day in (5, 5, 6, 12))
    with pytest.raises(InvalidReading, match=r"each row of this table is taken as one case.*count="):
        read(write("onset_date,region\n" + rows), layout="line list", cumulative=True)
