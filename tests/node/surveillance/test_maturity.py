"""Which last periods still fill up."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tocsin.node.surveillance.models import Source
from tocsin.node.surveillance.runs.maturity import incomplete_last, incomplete_periods

WEEKS = np.array(["2026-02-16", "2026-02-23", "2026-03-02"], dtype="datetime64[D]")  # the last ends on 8 March


@pytest.mark.parametrize(
    ("as_of", "delay", "incomplete"),
    [
        (date(2026, 3, 14), 7, 1),
        (date(2026, 3, 15), 7, 0),
        (date(2026, 3, 8), 0, 0),
        (date(2026, 3, 7), 0, 1),
        (date(2026, 3, 7), 7, 2),
        (date(2026, 2, 1), 7, 3),
    ],
)
def test_a_week_is_complete_so_many_days_after_its_sunday(as_of, delay, incomplete):
    assert incomplete_last(WEEKS, "week", delay_days=delay, as_of=as_of) == incomplete


def test_months_end_when_the_calendar_says():
    months = np.array(["2026-01-01", "2026-02-01"], dtype="datetime64[D]")
    assert incomplete_last(months, "month", delay_days=10, as_of=date(2026, 3, 9)) == 1
    assert incomplete_last(months, "month", delay_days=10, as_of=date(2026, 3, 10)) == 0


def test_days_end_at_once():
    days = np.array(["2026-03-01", "2026-03-02", "2026-03-03"], dtype="datetime64[D]")
    assert incomplete_last(days, "day", delay_days=2, as_of=date(2026, 3, 3)) == 2


def test_a_source_is_as_complete_as_on_the_day_of_its_last_table(settings):
    """Not of today: a table that is late makes no week complete. The day is the node's own, not Greenwich's."""
    settings.TIME_ZONE = "Asia/Bishkek"
    source = Source(every="week", expected_delay_days=7)
    assert incomplete_periods(source, WEEKS) == 0
    source.last_taken_at = datetime(2026, 3, 14, 17, 59, tzinfo=ZoneInfo("UTC"))
    assert incomplete_periods(source, WEEKS) == 1
    source.last_taken_at = datetime(2026, 3, 14, 18, 1, tzinfo=ZoneInfo("UTC"))
    assert incomplete_periods(source, WEEKS) == 0
