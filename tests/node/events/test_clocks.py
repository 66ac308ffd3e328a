"""Milestones and early actions as people say them, and what the instrument makes of them."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from tocsin.node.events.actions.clocks import add_factor, set_action, set_milestone, withdraw_factor
from tocsin.node.events.clocks import record_of, timeliness, timeliness_kept
from tocsin.node.events.instruments.guidance import read_categories
from tocsin.node.events.instruments.seven_one_seven import ACTIONS, Standing
from tocsin.node.events.models import EarlyAction, Milestone
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.standing import countdown_of, today_there, zone_of


def said(event, by, **days):
    for kind, ago in days.items():
        set_milestone(event, kind, on=today_there() - timedelta(days=ago), by=by, seen=current(event, kind))


def current(event, kind):
    row = Milestone.objects.filter(event=event, kind=kind, is_current=True, episode=event.episode).first()
    return row.pk if row else None


def completed(event, by, ago=0, actions=ACTIONS):
    for action in actions:
        set_action(event, action, applicable=True, completed_on=today_there() - timedelta(days=ago), by=by)


def test_seven_one_seven_from_what_people_said(event, amina):
    said(event, amina, emergence=12, detection=6, notification=5)
    completed(event, amina)
    found = timeliness(event)
    assert [one.days for one in found.intervals] == [6, 1, 5]
    assert found.standing is Standing.MET


def test_a_list_reckons_the_same_from_what_is_kept(event, amina):
    said(event, amina, emergence=12, detection=3, notification=3)
    set_milestone(event, "emergence", on=today_there() - timedelta(days=11), precision="estimated", by=amina,
                  seen=current(event, "emergence"))  # fmt: skip
    completed(event, amina, actions=ACTIONS[:3])
    set_action(event, ACTIONS[3], applicable=False, evidence="No cases here", by=amina)
    event.refresh_from_db()
    now = timezone.now()
    assert timeliness_kept(event.clocks, now=now) == timeliness(event, now=now)
    assert timeliness_kept({}, now=now).standing is Standing.UNKNOWN


def test_a_moment_counts_by_the_day_where_the_event_is(event, amina):
    day = today_there() - timedelta(days=2)
    at = datetime.combine(day, time(0, 30), zone_of())
    row = set_milestone(event, "detection", on=None, at=at, by=amina)
    assert row.on == day
    assert row.at == at


@pytest.mark.parametrize("ahead", [{"on": 1}, {"at": 1}])
def test_a_milestone_is_of_what_has_come(event, amina, ahead):
    given = (
        {"on": today_there() + timedelta(days=1)}
        if "on" in ahead
        else {"on": None, "at": timezone.now() + timedelta(minutes=5)}
    )
    with pytest.raises(ActRefused, match="lies ahead"):
        set_milestone(event, "detection", by=amina, **given)


def test_a_moment_without_a_zone_is_none(event, amina):
    with pytest.raises(ActRefused, match="time zone"):
        set_milestone(event, "detection", on=None, at=datetime(2026, 3, 1, 12), by=amina)


def test_what_was_said_before_is_kept_and_no_longer_counts(event, amina, officer):
    said(event, amina, emergence=10)
    first = current(event, "emergence")
    said(event, officer, emergence=8)
    rows = Milestone.objects.filter(event=event, kind="emergence")
    assert rows.count() == 2
    assert rows.get(is_current=True).by == officer
    assert first != current(event, "emergence")


def test_two_people_say_it_at_once_and_the_second_is_told(event, amina, officer):
    set_milestone(event, "detection", on=today_there(), by=amina)
    with pytest.raises(Replaced, match="Amina said this on"):
        set_milestone(event, "detection", on=today_there() - timedelta(days=1), by=officer, seen=None)
    with pytest.raises(Replaced):
        set_milestone(event, "detection", on=today_there(), by=officer, seen=uuid4())


def test_a_milestone_is_taken_back(event, amina):
    said(event, amina, detection=3)
    assert set_milestone(event, "detection", on=None, by=amina, seen=current(event, "detection")) is None
    assert record_of(event).detection is None
    with pytest.raises(Replaced, match="took this back"):
        set_milestone(event, "detection", on=today_there(), by=amina, seen=uuid4())


def test_an_action_that_does_not_apply_says_why(event, amina):
    with pytest.raises(ActRefused, match="why the action does not apply"):
        set_action(event, "laboratory", applicable=False, by=amina)
    with pytest.raises(ActRefused, match="say that it applies"):
        set_action(event, "laboratory", applicable=None, completed_on=today_there(), by=amina)
    with pytest.raises(ActRefused, match="no early action"):
        set_action(event, "prayer", applicable=True, by=amina)
    assert not EarlyAction.objects.exists()


def test_the_response_is_complete_with_the_last_that_applies(event, amina):
    said(event, amina, emergence=9, detection=9, notification=9)
    completed(event, amina, ago=4, actions=ACTIONS[:6])
    assert timeliness(event).response.standing is Standing.MISSED
    set_action(event, ACTIONS[6], applicable=False, evidence="One district", by=amina)
    assert timeliness(event).response.days == 5
    assert timeliness(event).standing is Standing.MET


def test_what_held_it_up_is_a_category_and_words(event, amina):
    category = read_categories()[0].categories[0].code
    factor = add_factor(event, kind="bottleneck", interval="detection", category=category, text="No reagent", by=amina)
    assert event.timeline.filter(act="bottleneck").exists()
    withdraw_factor(factor, by=amina)
    factor.refresh_from_db()
    assert factor.withdrawn_at is not None
    other = next(one for theme in read_categories() for one in theme.categories if one.needs_text)
    with pytest.raises(ActRefused, match="in words"):
        add_factor(event, kind="enabler", interval="detection", category=other.code, by=amina)
    with pytest.raises(ActRefused, match="no category"):
        add_factor(event, kind="enabler", interval="detection", category="luck", by=amina)


def test_the_countdown_runs_from_the_last_event_that_people_say(event, amina):
    assert countdown_of(event) is None
    said(event, amina, last_event=3)
    assert countdown_of(event).day == 3
