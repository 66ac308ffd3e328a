"""The board counts by queries what the instrument reckons event by event."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from tests.node.asking import questions

from tocsin.node.events.actions.axes import set_response
from tocsin.node.events.actions.clocks import set_action, set_milestone
from tocsin.node.events.clocks import NOTHING_KEPT, kept_fields, record_of, timeliness_kept
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, INTERVALS, Action, Record, share
from tocsin.node.events.instruments.seven_one_seven import Milestone as When
from tocsin.node.events.models import Event
from tocsin.node.events.pages import board
from tocsin.node.events.pages.board_counts import board_counts
from tocsin.node.events.pages.clock_lines import lines, warned
from tocsin.node.events.standing import today_there

NOW = datetime(2026, 3, 20, 15, tzinfo=UTC)


def a_record(chance: random.Random) -> Record:
    """Days in any order, some not said, some moments; actions done, open, or not applicable."""

    def when() -> When | None:
        if chance.random() < 0.25:
            return None
        at = NOW - timedelta(days=chance.randint(0, 16), hours=chance.randint(0, 23))
        return When(at if chance.random() < 0.3 else at.date(), chance.random() < 0.3)

    is_done = chance.random() < 0.5
    actions = (
        Action(code, when() if is_done or chance.random() < 0.5 else None, chance.random() < 0.8) for code in ACTIONS
    )
    return Record(when(), when(), when(), tuple(actions))


@pytest.fixture
def events(diseases, places, amina):
    """Three hundred of one year, open and closed."""
    chance = random.Random(717)
    made = [
        Event(
            year=2026, number=number, disease=diseases["cholera"], place=places["XX-11"], opened_by=amina,
            response=chance.choice(("none", "responding", "closed")), closed_at=NOW, **kept_fields(a_record(chance)),
        )
        for number in range(1, 301)
    ]  # fmt: skip
    return Event.objects.bulk_create(made)


def test_counted_by_the_database_is_as_reckoned_one_by_one(events):
    slow = [timeliness_kept(event.clocks, now=NOW) for event in events]
    found = board_counts(Event.objects.all(), NOW)
    assert found.events == 300
    for code in INTERVALS:
        assert found.shares[code] == share(getattr(one, code).standing for one in slow), code
        assert 0 < found.shares[code].met < found.shares[code].judged < 300, "all of it happens"
    assert found.all_met == share(one.standing for one in slow)
    assert found.all_met.met


def test_the_rows_are_those_with_the_gravest_warning_then_the_last_opened(events, amina, monkeypatch):
    def key(event):
        shown = lines(timeliness_kept(event.clocks, now=NOW))
        return -(warned(shown) if event.is_open else 0), -event.number

    monkeypatch.setattr(board.timezone, "now", lambda: NOW)
    gravest = sorted(events, key=key)
    for most in (20, 280):
        monkeypatch.setattr(board, "MOST", most)
        page = board.board_page(amina, 2026)
        assert [row.event.pk for row in page.rows] == [event.pk for event in gravest[:most]], most
        assert page.left_out == 300 - most


def test_the_board_asks_no_more_questions_however_many_events_there_are(events, amina, signed_in):
    browser = signed_in(amina)
    many = questions(browser, reverse("board"))
    Event.objects.exclude(number__in=(1, 2)).delete()
    assert many <= questions(browser, reverse("board")) <= 30


def test_acts_keep_what_is_counted_and_another_episode_begins_with_nothing(event, amina):
    day = today_there()
    set_milestone(event, "emergence", on=day - timedelta(days=9), by=amina)
    set_milestone(event, "detection", on=day - timedelta(days=4), by=amina)
    set_action(event, ACTIONS[0], applicable=True, completed_on=day, by=amina)
    event.refresh_from_db()
    assert (event.detection_days, event.detection_since) == (5, None)
    assert (event.notification_days, event.notification_since) == (None, day - timedelta(days=4))
    assert {name: getattr(event, name) for name in NOTHING_KEPT} == kept_fields(record_of(event))
    for state in ("responding", "controlled", "closed", "reopened"):
        event = set_response(event, state, text="Said by the region.", by=amina, version=event.version)
    event.refresh_from_db()
    assert {name: getattr(event, name) for name in NOTHING_KEPT} == NOTHING_KEPT
