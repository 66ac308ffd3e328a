"""What was reached when, by the records that work left."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.notifications.scenes import bring, notified

from tocsin.node.duty.actions.acknowledgements import send_acknowledgement
from tocsin.node.duty.models import Acknowledgement
from tocsin.node.events.actions.opening import open_event
from tocsin.node.events.models import Annex2Assessment, EarlyAction
from tocsin.node.exercises.actions.running import end
from tocsin.node.exercises.measuring import measured
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.surveillance.actions.triage import conclude, verify


def of(exercise, code):
    return next(one for one in measured(exercise) if one.objective.code == code)


def test_before_anything_is_done_nothing_is_reached(played):
    exercise = played(day=2)
    assert [one.reached_at for one in measured(exercise)] == [None] * 7
    assert of(exercise, "verify").begun_at == exercise.injects.get(code="first-report").delivered_at
    assert of(exercise, "answer").begun_at is None, "its inject has not come"


def test_a_verdict_counts_from_when_its_inject_came(played, clock, vera):
    exercise = played(day=2)
    thread = exercise.injects.get(code="first-report").signal.thread
    clock.on(minutes=14)
    verify([thread], by=vera, versions={thread.pk: thread.version})
    assert of(exercise, "verify").reached_at is None, "somebody looks into it"
    thread.refresh_from_db()
    conclude(thread, status="verified", text="The hospital confirms.", by=vera, version=thread.version)
    found = of(exercise, "verify")
    assert found.reached_at == clock.now
    assert found.took == timedelta(minutes=14)
    assert found.took_days == pytest.approx(1.4)


def test_of_several_times_the_first_counts(played, clock, vera, land, diseases):
    exercise = played(day=2)
    thread = exercise.injects.get(code="first-report").signal.thread
    clock.on(minutes=3)
    event = open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera, threads=[thread])
    for minutes in (5, 9):
        Annex2Assessment.objects.create(
            event=event, version=minutes, is_current=minutes == 9, listed="instrument", outcome="notify", by=vera,
            at=clock.now + timedelta(minutes=minutes),
        )  # fmt: skip
    clock.on(minutes=30)
    assert of(exercise, "open").took == timedelta(minutes=3)
    assert of(exercise, "annex2").took == timedelta(minutes=8)
    EarlyAction.objects.create(event=event, action="laboratory", applicable=True, by=vera)
    assert of(exercise, "respond").reached_at is None, "not completed yet"
    EarlyAction.objects.update(completed_on=timezone.localdate(), entered_at=clock.now)
    assert of(exercise, "respond").took == timedelta(minutes=33)


def test_an_event_that_was_typed_in_counts_where_it_is_of_the_disease(played, clock, vera, land, diseases):
    exercise = played(day=2)
    open_event(disease=diseases["measles"], place=land["AL-0803"], by=vera)
    assert of(exercise, "open").reached_at is None
    open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera)
    assert of(exercise, "open").reached_at == clock.now


def test_what_happens_after_the_end_does_not_count(played, clock, dora, vera, land, diseases):
    exercise = played(day=2)
    exercise = end(exercise, by=dora)
    clock.on(minutes=5)
    open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera)
    assert of(exercise, "open").reached_at is None


def test_a_partners_notification_of_the_disease_is_what_we_acknowledge(joined, partner, begun, script, vera, land):
    exercise = begun(states={"origin": "BO", "neighbour": "CE"}, places={
        **dict.fromkeys(("district", "upstream", "crossing"), "BO-01"), **dict.fromkeys(("region", "gate"), "CE-01"),
    })  # fmt: skip
    bring(partner, joined, notified(partner))
    head = NotifiedEvent.objects.get()
    assert head.disease_code == "cholera"
    assert of(exercise, "have").reached_at is None
    send_acknowledgement(of_id=head.latest.document_id, of_origin="BO", of_type="notification", by=vera, alert=None)
    ours = Acknowledgement.objects.get(is_ours=True)
    assert of(exercise, "have").reached_at == ours.acknowledged_at


def test_a_page_asks_no_more_however_much_was_done(played, clock, vera, land, diseases, django_assert_max_num_queries):
    exercise = played(day=2)
    for _number in range(5):
        open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera)
    with django_assert_max_num_queries(20):
        measured(exercise)
