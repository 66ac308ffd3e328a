"""A moment is written in one way."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import moment, read_moment, seconds_apart

moments = st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))


def read(text):
    return read_moment(text, code="manifest-invalid", what="sealed_at")


@given(moments)
def test_a_moment_is_read_back_from_20_characters(at):
    assert len(moment(at)) == 20
    assert read(moment(at)) == at
    assert read(moment(at)).utcoffset() == timedelta(0)


def test_a_moment_is_written_in_utc_without_fractions():
    at = datetime(2026, 3, 9, 14, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=8)))
    assert moment(at) == "2026-03-09T06:00:00Z"
    assert moment(datetime(33, 4, 3, tzinfo=UTC)) == "0033-04-03T00:00:00Z"


def test_a_moment_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="no time zone"):
        moment(datetime(2026, 3, 9))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-09T06:00:00",
        "2026-03-09T06:00:00+00:00",
        "2026-03-09T06:00:00z",
        "2026-03-09t06:00:00Z",
        "2026-03-09 06:00:00Z",
        "2026-03-09T06:00:00.0Z",
        "2026-03-09T06:00Z",
        "20260309T060000Z",
        "2026-W11-1T06:00:00Z",
        "2026-3-9T6:0:0Z",
        "2026-02-29T06:00:00Z",
        "2026-13-01T06:00:00Z",
        "2026-03-09T24:00:00Z",
        "2026-03-09T06:60:00Z",
        "2026-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "-026-03-09T06:00:00Z",
        "٢٠٢٦-03-09T06:00:00Z",
        "2026-03-09T06:00:00Z\n",
        " 2026-03-09T06:00:00Z",
        "",
        None,
        1_773_000_000,
        ["2026-03-09T06:00:00Z"],
    ],
)
def test_another_writing_of_a_moment_is_refused_with_the_code_asked_for(text):
    with pytest.raises(Malformed) as refusal:
        read(text)
    assert refusal.value.code == "manifest-invalid"


@given(moments, moments)
def test_the_distance_of_two_moments_has_no_direction(a, b):
    assert seconds_apart(a, b) == seconds_apart(b, a) == abs((a - b).total_seconds())
