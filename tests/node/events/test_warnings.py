"""Warnings of clocks: each share once and in order, to whoever leads the event and in the end to all on duty."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.events.scenes import an_event

from tocsin.node.alliance.models import Notice
from tocsin.node.alliance.notices import sentence
from tocsin.node.events.actions.assessing import assess_annex2
from tocsin.node.events.actions.axes import set_response, set_verification
from tocsin.node.events.actions.clocks import set_milestone
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.actions.warnings import MOST_AT_ONCE, warn
from tocsin.node.events.clocks import kept, record_of
from tocsin.node.events.models import Annex2Assessment, ClockWarning, Event, Milestone
from tocsin.node.work import schedule, tasks

REPORTED = datetime(2026, 3, 9, 12, tzinfo=UTC)
YES = {name: {"answer": "yes", "reason": "r"} for name in ("serious", "unexpected", "spread", "restrictions")}


def hours(number: float) -> datetime:
    """After the report to the national level."""
    return REPORTED + timedelta(hours=number)


def reported(event, by, at=REPORTED, kind="notification") -> None:
    """As the act would write it; the tests choose the moment freely."""
    Milestone.objects.filter(event=event, episode=event.episode, kind=kind).update(is_current=False)
    Milestone.objects.create(event=event, episode=event.episode, kind=kind, on=at.date(), at=at, by=by)
    event.clocks = kept(record_of(event))
    event.save(update_fields=["clocks"])


def said(person=None) -> list[str]:
    told = Notice.objects.filter(kind__startswith="clock").order_by("made_at", "pk")
    return [sentence(one) for one in (told.filter(person=person) if person else told)]


def assessment(lines: list[str]) -> list[str]:
    return [line for line in lines if "Assessment" in line]


def test_whoever_leads_is_told_at_half_and_four_fifths_and_all_on_duty_at_the_limit(event, amina, officer):
    reported(event, amina)
    assert warn(now=hours(23)) == 0
    assert warn(now=hours(24)) == 1
    [half] = said(amina)
    assert half.startswith("Assessment, ")
    assert half.endswith(": 50% used, 24 h left of 2 d")
    assert "Cholera, District 11" in half
    assert warn(now=hours(24.2)) == 0
    warn(now=hours(38.4))
    assert assessment(said(amina))[1].endswith("80% used, 9 h left of 2 d")
    assert said(officer) == []
    warn(now=hours(49))
    assert assessment(said(amina))[2] == assessment(said(officer))[0]
    assert assessment(said(officer))[0].endswith("60 min over the 2 d allowed")
    assert warn(now=hours(49.5)) == 0


def test_it_is_told_in_the_language_of_whoever_reads(event, amina):
    reported(event, amina)
    warn(now=hours(24))
    with translation.override("ru"):
        assert "осталось" in said()[0]
        assert "Оценка" in said()[0]
    with translation.override("zh-hans"):
        assert "评估" in said()[0]


def test_a_clock_that_nobody_looked_at_tells_its_gravest_share_alone_and_no_earlier_one_later(event, amina):
    reported(event, amina)
    warn(now=hours(50))
    assert len(assessment(said(amina))) == 1
    warn(now=hours(25))  # the machine's clock was set back
    warn(now=hours(40))
    warn(now=hours(60))
    assert len(assessment(said(amina))) == 1
    assert set(ClockWarning.objects.filter(clock="assessment").values_list("percent", flat=True)) == {50, 80, 100}


def test_a_clock_that_begins_anew_warns_anew(event, amina):
    reported(event, amina)
    warn(now=hours(24))
    reported(event, amina, hours(10))
    assert warn(now=hours(25)) == 0
    warn(now=hours(34))
    assert len(assessment(said(amina))) == 2


def test_nobody_is_told_once_somebody_has_assessed(event, amina):
    reported(event, amina)
    assess_annex2(event, answers={}, by=amina, version=0)
    warn(now=hours(100))
    assert assessment(said()) == []


def test_who_is_to_be_notified_within_a_day_of_the_assessment_that_says_so(event, amina):
    made = assess_annex2(event, answers=YES, by=amina, version=0)
    assert made.outcome == "notify"
    warn(now=made.at + timedelta(hours=11))
    assert said() == []
    warn(now=made.at + timedelta(hours=12))
    assert said(amina)[0].startswith("Notification of WHO, ")
    assert said(amina)[0].endswith("50% used, 12 h left of 24 h")
    # Said again it is no new assessment; taken back, nothing is due.
    assess_annex2(event, answers=YES, by=amina, version=1)
    warn(now=made.at + timedelta(hours=20))
    assert len(said(amina)) == 2
    set_milestone(event, "who_notified", on=timezone.localdate(), by=amina)
    warn(now=made.at + timedelta(hours=200))
    assert len(said(amina)) == 2


def test_an_assessment_that_was_taken_back_asks_for_no_notification(event, amina):
    made = assess_annex2(event, answers=YES, by=amina, version=0)
    Annex2Assessment.objects.create(
        event=event, version=2, is_current=False, outcome="monitor", listed="instrument", by=amina
    )
    warn(now=made.at + timedelta(hours=30))
    assert [line for line in said() if "WHO" in line] == []
    later = Annex2Assessment.objects.create(
        event=event, version=3, is_current=False, outcome="notify", listed="instrument", by=amina,
        at=made.at + timedelta(hours=40),
    )  # fmt: skip
    warn(now=later.at + timedelta(hours=12))
    assert said(amina)[0].endswith("50% used, 12 h left of 24 h")


def test_intervals_of_717_are_told_of_by_their_last_day(event, amina, officer):
    """Emerged on 1 March and not detected: met until the end of 8 March, eight days of which four are half."""
    reported(event, amina, datetime(2026, 3, 1, 12, tzinfo=UTC), "emergence")
    began = event.clocks["emergence"][0]
    assert began.startswith("2026-03-01")
    warn(now=datetime(2026, 3, 5, 12, tzinfo=UTC))
    assert said(amina)[0].endswith("met until the end of 8 March 2026")
    warn(now=datetime(2026, 3, 12, tzinfo=UTC))
    assert said(officer)[0].startswith("Over the limit: ")
    assert said(officer)[0].endswith("its last day was 8 March 2026")


@pytest.mark.parametrize("how", ["closed", "refuted", "merged"])
def test_nobody_is_told_of_what_is_closed_refuted_or_went_into_another(event, amina, diseases, places, how):
    reported(event, amina)
    event.refresh_from_db()
    if how == "closed":
        set_response(event, "closed", text="Nothing", by=amina, version=event.version)
    elif how == "refuted":
        set_verification(event, "refuted", text="Nothing", by=amina, version=event.version)
    else:
        into = an_event(diseases["cholera"], places["XX-12"], amina)
        merge(event, into, text="One", by=amina, version=event.version)
    assert warn(now=hours(100)) == 0
    assert said() == []


def test_without_a_lead_those_on_duty_are_told_and_without_anybody_it_waits_for_somebody(event, amina, person):
    reported(event, amina)
    Event.objects.update(lead=None)
    assert warn(now=hours(24)) == 0
    assert not ClockWarning.objects.exists()
    officer = person("duty_officer", name="Olga")
    assert warn(now=hours(25)) == 1
    assert len(said(officer)) == 1


def test_a_lead_who_has_left_is_not_told(event, amina, officer):
    reported(event, amina)
    amina.is_active = False
    amina.save()
    warn(now=hours(24))
    assert (said(amina), len(said(officer))) == ([], 1)


def test_of_many_at_once_people_are_told_the_number(diseases, places, amina, officer):
    for _ in range(MOST_AT_ONCE + 2):
        reported(an_event(diseases["cholera"], places["XX-11"], amina), amina)
    warn(now=hours(24))
    assert said(amina) == [f"{MOST_AT_ONCE + 2} clocks of events need a look: 0 over their limit"]
    assert ClockWarning.objects.count() == MOST_AT_ONCE + 2


def many(event, number: int, by) -> None:
    Event.objects.bulk_create(
        Event(
            year=2020, number=at + 1, disease=event.disease, place=event.place, opened_by=by, lead=by,
            clocks=event.clocks, changed_by=by,
        )
        for at in range(number)
    )  # fmt: skip
    made = list(Event.objects.filter(year=2020))
    Annex2Assessment.objects.bulk_create(
        Annex2Assessment(event=one, outcome="notify", listed="always", by=by, at=REPORTED) for one in made
    )


@pytest.mark.parametrize("number", [1_000, pytest.param(10_000, marks=pytest.mark.verify)])
def test_it_looks_at_ten_thousand_events_with_the_queries_of_one(
    event, amina, officer, number, django_assert_num_queries, django_assert_max_num_queries
):
    reported(event, amina)
    with django_assert_num_queries(4):
        assert warn(now=hours(1)) == 0
    many(event, number, amina)
    with django_assert_num_queries(4):
        assert warn(now=hours(1)) == 0
    pieces = number // 500
    with django_assert_max_num_queries(4 + pieces * 30):
        assert warn(now=hours(13)) == number
    assert warn(now=hours(13)) == 0
    assert Notice.objects.filter(person=amina).count() == pieces


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("look"), st.floats(0, 100)),
            st.tuples(st.just("begin"), st.sampled_from([0, 10, 30])),
            st.tuples(st.just("assess"), st.none()),
        ),
        max_size=14,
    )
)
def test_each_share_is_told_once_in_order_and_never_after_the_end(event, amina, steps):
    """Whatever the machine's clock does, however the milestone is corrected, whenever somebody assesses."""
    Notice.objects.all().delete()
    ClockWarning.objects.all().delete()
    Annex2Assessment.objects.all().delete()
    reported(event, amina)
    began, ended, told = 0, False, {}
    for act, value in steps:
        if act == "begin":
            began = value
            reported(event, amina, hours(value))
        elif act == "assess" and not ended:
            ended = True
            Annex2Assessment.objects.create(event=event, outcome="monitor", listed="instrument", by=amina)
        elif act == "look":
            before = ClockWarning.objects.filter(clock="assessment").count()
            notices = Notice.objects.filter(person=amina).count()
            warn(now=hours(value))
            used = (value - began) / 48
            due = 0 if ended else max((share for share in (50, 80, 100) if used * 100 >= share), default=0)
            more = due > told.get(began, 0)
            rows = ClockWarning.objects.filter(clock="assessment").count() - before
            assert (rows > 0) == more
            assert len(assessment(said(amina))) <= 3 * len({began, *told})
            assert Notice.objects.filter(person=amina).count() >= notices + more
            told[began] = max(due, told.get(began, 0))
    shares = ClockWarning.objects.filter(clock="assessment").values_list("started_on", "percent")
    assert len(set(shares)) == len(shares)
    assert sorted(shares) == sorted(
        (hours(start).isoformat(), share) for start, most in told.items() for share in (50, 80, 100) if share <= most
    )


def test_it_is_looked_at_every_ten_minutes():
    assert any(work.task == tasks.warn_of_clocks and work.name == "event-clocks" for work in schedule.SCHEDULE)
    assert tasks.warn_of_clocks.func.__doc__
