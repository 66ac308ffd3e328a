"""Limits of time: what is used, what is left, and when warnings are due."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.node.alliances.reading import read_alliance
from tocsin.node.events.instruments.clocks import WARNINGS, ClockState, clock, limits, national_limits

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOURS = timedelta(hours=1)
DAY = 24 * HOURS


@pytest.mark.parametrize(
    ("hours", "state", "warned", "left", "over", "next_in"),
    [
        (0, "running", None, 24, 0, 12),
        (11.9, "running", None, 12.1, 0, 0.1),
        (12, "running", 0.5, 12, 0, 7.2),
        (18, "running", 0.5, 6, 0, 1.2),
        (19.2, "running", 0.8, 4.8, 0, 4.8),
        (24, "missed", 1.0, 0, 0, None),
        (30, "missed", 1.0, 0, 6, None),
    ],
)
def test_warnings_fall_due_at_half_at_four_fifths_and_at_the_whole(hours, state, warned, left, over, next_in):
    now = NOON + hours * HOURS
    stands = clock(began_at=NOON, length=DAY, now=now)
    assert (stands.state, stands.warned) == (state, warned)
    assert (stands.left, stands.over) == (left * HOURS, over * HOURS)
    assert stands.used == pytest.approx(hours / 24)
    assert stands.next_warning_at == (None if next_in is None else now + next_in * HOURS)


@pytest.mark.parametrize(("ended", "state"), [(3, "met"), (24, "met"), (24.01, "missed"), (-1, "contradiction")])
def test_what_was_done_is_met_missed_or_contradictory_and_warns_no_more(ended, state):
    stands = clock(began_at=NOON, length=DAY, ended_at=NOON + ended * HOURS, now=NOON + 100 * HOURS)
    assert (stands.state, stands.warned, stands.next_warning_at) == (state, None, None)


def test_what_has_not_begun_has_no_share_and_no_warning():
    stands = clock(began_at=None, length=DAY, now=NOON)
    assert (stands.state, stands.used, stands.due_at, stands.length) == (ClockState.NOT_BEGUN, None, None, None)


def test_a_change_of_summer_time_takes_no_hour_from_anybody():
    # Berlin, 29 March 2026: the clocks go from 02:00 to 03:00. 24 hours from noon end at 13:00 by the hands.
    berlin = ZoneInfo("Europe/Berlin")
    stands = clock(
        began_at=datetime(2026, 3, 28, 12, tzinfo=berlin), length=DAY, now=datetime(2026, 3, 29, 12, tzinfo=berlin)
    )
    assert stands.due_at == datetime(2026, 3, 29, 13, tzinfo=berlin)
    assert stands.left == HOURS


@pytest.mark.parametrize("field", ["began_at", "ended_at", "now"])
def test_a_moment_without_a_zone_is_refused(field):
    moments = {"began_at": NOON, "ended_at": NOON, "now": NOON} | {field: NOON.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="has no zone"):
        clock(length=DAY, **moments)


def test_a_limit_is_longer_than_nothing():
    with pytest.raises(ValueError, match="longer than nothing"):
        clock(began_at=NOON, due_at=NOON, now=NOON)
    with pytest.raises(ValueError, match="neither"):
        clock(began_at=NOON, now=NOON)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
LENGTHS = st.timedeltas(timedelta(minutes=1), timedelta(days=60))


@given(MOMENTS, LENGTHS, MOMENTS, MOMENTS)
def test_clocks_are_never_negative_and_warnings_come_in_order(began, length, one, other):
    earlier, later = sorted((one, other))
    before, after = (clock(began_at=began, length=length, now=now) for now in (earlier, later))
    for stands in (before, after):
        assert stands.used >= 0
        assert min(stands.left, stands.over) == timedelta(0) <= max(stands.left, stands.over)
    assert (before.warned or 0) <= (after.warned or 0)
    assert before.used <= after.used
    if before.next_warning_at:
        assert before.next_warning_at > earlier
        passed = clock(began_at=began, length=length, now=before.next_warning_at)
        assert WARNINGS.index(passed.warned) == (WARNINGS.index(before.warned) + 1 if before.warned else 0)


def test_an_alliance_may_set_other_hours_and_none_for_a_clock_that_there_is_not():
    given = limits({"acknowledgement": 6})
    assert given["acknowledgement"].length == 6 * HOURS
    assert given["who_notified"].length == DAY
    with pytest.raises(ValueError, match="known are assessment"):
        limits({"coffee": 1})


@pytest.mark.parametrize(
    ("state", "disease", "hours"),
    [
        # 《传染病信息报告管理规范（2026年版）》, Xinhua, 30 January 2026: class A and what is managed as such.
        ("CN", "plague", [2]),
        ("CN", "cholera", [2]),
        ("CN", "measles", [24]),
        ("CN", None, [24]),
        # СП 3.1/3.2.3146-13, 12.1: within 2 hours by telephone, then within 12 in writing.
        ("RU", "measles", [2, 12]),
        ("KZ", "plague", []),
    ],
)
def test_limits_of_national_law_are_those_of_the_disease_or_of_all_others(state, disease, hours):
    found = national_limits(read_alliance("sco").state(state).clocks, disease)
    assert [limit.length / HOURS for limit in found] == hours
    assert all(limit.source.text for limit in found)
