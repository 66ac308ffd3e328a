"""Geometry of the pictures, read back from their paths."""

import re

import numpy as np
import pytest

from tocsin.counts.series import Every
from tocsin.pictures.series import HEIGHT, SLOT, date_ticks, picture, runs, sparkline

WEEKS = np.datetime64("2024-01-01") + np.timedelta64(7, "D") * np.arange(8)
NAN8 = np.full(8, np.nan)


def drawn(counts, expected=NAN8, threshold=NAN8, alarm=None, **options):
    alarm = np.zeros(8, dtype=bool) if alarm is None else np.array(alarm)
    return picture(np.array(counts, dtype=float), expected, threshold, alarm, WEEKS, Every.WEEK, **options)


def bars(path: str) -> dict[int, float]:
    """Slot of each bar and its height as a share of the box."""
    return {int(x) // SLOT: 1 - float(y) / HEIGHT for x, y in re.findall(r"M(\d+) \d+V(\d+)", path)}


def test_bars_are_as_high_as_the_counts_from_zero():
    heights = bars(drawn([0, 5, 10, 20, 0, 1, 2, 20]).bars)
    assert set(heights) == {1, 2, 3, 5, 6, 7}
    assert heights[1] / heights[3] == pytest.approx(5 / 20, abs=0.005)
    assert heights[3] < 1


AHEAD = np.array([[1, 4, 5, 6, 9], [1, 3, 5, 8, 18], [0, 2, 6, 10, 60.0]])


def edges(path: str) -> list[tuple[int, float]]:
    """Slot and height, as a share of the box, of each step of a band, there and back."""
    start, *steps = re.findall(r"(?:M\d+ |V)(\d+)h-?10", path)
    first = int(re.match(r"M(\d+)", path)[1]) // SLOT
    half = (len(steps) + 1) // 2
    slots = [*range(first, first + half), *reversed(range(first, first + half))]
    return list(zip(slots, [round(1 - int(y) / HEIGHT, 3) for y in (start, *steps)], strict=True))


def fanned(**options):
    dates = WEEKS[0] + np.timedelta64(7, "D") * np.arange(12)
    counts = np.array([0, 5, 10, 20, 0, 1, 2, 4.0])
    return picture(counts, NAN8, NAN8, np.zeros(8, dtype=bool), dates, Every.WEEK, ahead=AHEAD, **options)


def test_a_fan_opens_after_the_last_bar():
    p = fanned(top=100.0)
    assert p.width == 11 * SLOT
    assert edges(p.fan.outer) == [(8, 0.09), (9, 0.18), (10, 0.6), (10, 0.0), (9, 0.01), (8, 0.01)]
    assert edges(p.fan.inner) == [(8, 0.06), (9, 0.08), (10, 0.1), (10, 0.02), (9, 0.03), (8, 0.04)]
    assert p.fan.middle == "M80 950h10V950h10V940h10"
    assert not p.fan.cut
    assert [(label.kind, label.value, label.at) for label in p.labels] == [("forecast", 6, 6)]


def test_a_fan_opens_over_what_is_not_complete():
    p = fanned(top=100.0, incomplete=1)
    assert p.width == 10 * SLOT
    assert edges(p.fan.outer)[0] == (7, 0.09)
    left, width, _ = p.incomplete
    assert (left, width) == (71, 8)


def test_the_far_end_of_a_wide_fan_is_cut_off_lest_it_press_all_else_flat():
    p = fanned()
    assert p.fan.cut
    assert max(height for _, height in edges(p.fan.outer)) == 1
    # As high as half as much again as the highest count, with room above it.
    assert bars(p.bars)[3] == pytest.approx(20 / (1.5 * 20 * 1.14), abs=0.001)


def test_without_anything_to_come_there_is_no_fan():
    assert drawn([1] * 8).fan is None


def test_signals_are_bars_of_their_own_with_a_dot_on_top():
    p = drawn([1, 2, 9, 1, 1, 1, 1, 1], alarm=[False, False, True, *[False] * 5])
    assert list(bars(p.above)) == [2]
    assert 2 not in bars(p.bars)
    x, y = map(float, re.fullmatch(r"M(\d+) (\d+)h0", p.dots).groups())
    assert x == 2.5 * SLOT
    assert 1 - y / HEIGHT == pytest.approx(bars(p.above)[2])


def test_missing_periods_are_bands_and_never_bars():
    p = drawn([1, np.nan, np.nan, 4, 0, 1, 1, np.nan])
    assert re.findall(r"M(\d+) 0h(\d+)", p.gaps) == [("10", "20"), ("70", "10")]
    assert set(bars(p.bars)) == {0, 3, 5, 6}


def test_lines_break_where_there_is_no_value():
    expected = np.array([np.nan, 2, 2, np.nan, 3, np.nan, np.nan, 5])
    assert [int(x) for x in re.findall(r"M(\d+) ", drawn(np.ones(8), expected).expected)] == [10, 40, 70]


def test_lines_and_bars_share_their_scale():
    p = drawn([0, 0, 0, 6, 0, 0, 0, 10], threshold=np.full(8, 6.0))
    level = float(re.match(r"M0 (\d+)", p.threshold)[1])
    assert 1 - level / HEIGHT == pytest.approx(bars(p.bars)[3], abs=0.002)


def test_the_incomplete_period_is_hatched_instead_of_a_bar():
    p = drawn([1, 2, 3, 4, 5, 6, 7, 5], incomplete=1)
    assert 7 not in bars(p.bars)
    left, width, height = p.incomplete
    assert left > 100 * 7 / 8
    assert left + width < 100
    assert height / 100 == pytest.approx(bars(p.bars)[4], abs=0.002)


def test_labels_do_not_lie_over_one_another():
    p = drawn(np.full(8, 1000.0), expected=np.full(8, 3.0), threshold=np.full(8, 4.0))
    (low, high) = p.labels
    assert (low.kind, low.value, high.kind, high.value) == ("expected", 3, "threshold", 4)
    assert high.at - low.at >= 9
    assert low.at >= 0


def test_what_is_above_a_given_top_is_cut_and_lines_end_there_together():
    p = drawn([1, 2, 3, 100, 2, 2, 2, 2], np.arange(8.0), np.arange(8.0) * 3, top=10.0)
    assert bars(p.bars)[3] == 1
    assert len(re.findall("h10", p.threshold)) == len(re.findall("h10", p.expected)) == 4


def test_nothing_at_all_can_be_drawn():
    p = drawn(NAN8)
    assert p.bars == p.above == p.expected == p.threshold == p.dots == ""
    assert p.labels == []
    assert bars(drawn(np.zeros(8)).bars) == {}


@pytest.mark.parametrize("highest", [1, 3, 7, 52, 999, 123456])
def test_ticks_are_round_few_and_begin_with_zero(highest):
    ticks = [tick.value for tick in drawn([highest] * 8).y_ticks]
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 5
    assert all(value == int(value) for value in ticks)


@pytest.mark.parametrize(
    ("first", "step", "every", "most"),
    [("2023-02-27", 7, Every.WEEK, 7), ("2026-01-01", 1, Every.DAY, 4), ("2011-05-02", 7, Every.WEEK, 7)],
)
def test_dates_are_marked_where_a_month_or_year_begins(first, step, every, most):
    dates = np.datetime64(first) + np.timedelta64(step, "D") * np.arange(160)
    ticks = date_ticks(dates, every)
    assert 1 <= len(ticks) <= most
    for tick in ticks:
        at = round(tick.at * 160 / 100)
        assert str(dates[at]).startswith(str(tick.value))
        assert at == 0 or not str(dates[at - 1]).startswith(str(tick.value))


def test_years_of_months_are_marked_by_the_year():
    months = np.arange("2002-01", "2012-01", dtype="datetime64[M]").astype("datetime64[D]")
    ticks = [tick.value for tick in date_ticks(months, Every.MONTH)]
    assert len(ticks) <= 7
    assert all(re.fullmatch(r"\d{4}", str(value)) for value in ticks)


def test_the_sparkline_shows_the_last_year_and_dots_only_its_own_periods():
    counts = np.arange(100.0)
    line = sparkline(counts, 100)
    assert len(re.findall("M", line.bars)) == 52
    assert line.dot(10) == ""
    assert line.dot(99).startswith(f"M{3 * 51 + 1} ")
    assert sparkline(np.full(5, np.nan), 5).bars == ""


def test_runs_are_first_and_one_past_last():
    assert list(runs(np.array([True, True, False, True]))) == [(0, 2), (3, 4)]
