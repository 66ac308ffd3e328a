"""The mark of an exercise goes with everything that is made of its signals; and what happened is counted without it."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.node.access_world import secret_of
from tests.node.events.scenes import a_thread

from tocsin.exchange.sealing import seal
from tocsin.node.alliance.exercise_mark import BAND
from tocsin.node.alliance.models import DutyShift, Notice
from tocsin.node.alliance.notices import mail_waiting, sentence
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.actions.opening import join_thread, open_event
from tocsin.node.events.models import Event
from tocsin.node.events.pages.board import board_page
from tocsin.node.events.refusals import ActRefused
from tocsin.node.exercises.actions.running import end
from tocsin.node.exercises.models import Exercise
from tocsin.node.notifications.actions.preparing import change_draft, prepare, preview
from tocsin.node.notifications.actions.releasing import release
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.surveillance.actions.reporting import report
from tocsin.node.surveillance.models import Thread


@pytest.fixture
def thread(played):
    """Of the exercise's first signal."""
    return played(day=2).injects.get(code="first-report").signal.thread


@pytest.fixture
def event(thread, diseases, land, vera):
    return open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera, threads=[thread])


def told_in(page) -> str:
    assert page.status_code == 200
    return page.text


def has_band(page) -> bool:
    return 'class="exercise-band' in told_in(page)


def test_in_an_alliance_that_is_an_exercise_a_notification_says_so(joined, partner, event, vera):
    draft = prepare(event, by=vera)
    draft = change_draft(draft, version=draft.version, by=vera, classification="MEMBERS", addressees=[])
    shown = preview(draft, by=vera)
    assert shown.document is not None
    assert shown.document.exercise
    release(draft, version=draft.version, seen=shown.digest, warned=True, by=vera)
    assert seal(joined), "it leaves"
    assert NotifiedEvent.objects.get().is_exercise


def test_letters_of_such_an_alliance_say_so(state, person):
    amina = person("epidemiologist", name="Amina")
    Notice.objects.create(person=amina, kind="source.late", values={"source": "S", "due": "today"})
    assert mail_waiting() == 1
    assert BAND in mail.outbox[0].subject
    assert mail.outbox[0].body.startswith(BAND)


@pytest.mark.usefixtures("real_alliance")
class TestAmongRealOnes:
    """In an alliance that is no exercise."""

    def test_signal_and_event_are_marked_on_their_pages_and_in_every_name(self, thread, event, signed_in, vera):
        assert thread.is_exercise
        assert event.is_exercise
        browser = signed_in(vera)
        for page in (browser.get(reverse("signal", args=[thread.pk])), browser.get(reverse("event", args=[event.pk]))):
            assert has_band(page)
        assert "EXERCISE: Clinician reports: Cholera in Karsu" in browser.get(reverse("signal", args=[thread.pk])).text
        assert "EXERCISE: Cholera, Karsu" in browser.get(reverse("event", args=[event.pk])).text
        for name in ("event_assessment", "event_clocks", "event_log"):
            assert has_band(browser.get(reverse(name, args=[event.pk])))
        assert str(event) == "EXERCISE: Cholera, Karsu"
        assert str(thread) == "EXERCISE: Cholera, Karsu"

    def test_a_real_signal_has_no_band(self, land, diseases, signed_in, vera):
        real = a_thread(diseases["cholera"], land["AL-0803"])
        assert not has_band(signed_in(vera).get(reverse("signal", args=[real.pk])))
        assert not has_band(signed_in(vera).get(reverse("events")))

    def test_the_pages_of_the_exercise_have_the_band(self, played, signed_in, vera):
        exercise, browser = played(day=3), signed_in(vera)
        for name, args in (("exercises", []), ("exercise", [exercise.pk]), ("exercise_report", [exercise.pk])):
            assert has_band(browser.get(reverse(name, args=args)))
        assert has_band(browser.get(reverse("new_exercise")))
        assert "<title>EXERCISE · " in browser.get(reverse("exercises")).text

    def test_notices_name_it_as_one(self, played, vera, in_a_week, django_capture_on_commit_callbacks):
        DutyShift.objects.create(person=vera, line="first", starts_at=timezone.now(), ends_at=in_a_week)
        with django_capture_on_commit_callbacks(execute=True):
            played(day=2)
        assert sentence(Notice.objects.get(person=vera, kind="thread.reported")) == (
            "Dora reports: EXERCISE: Cholera, Karsu"
        )
        came = sentence(Notice.objects.filter(person=vera, kind="exercise.came").first())
        assert came == "EXERCISE, Cholera on the river: The exercise begins"

    def test_the_api_says_it(self, thread, event, amina):

        key = {"headers": {"authorization": f"Bearer {secret_of(amina, ['read_events', 'read_surveillance'])}"}}
        assert Client().get(f"/api/v1/events/{event.pk}", **key).json()["is_exercise"] is True
        assert Client().get(f"/api/v1/threads/{thread.pk}", **key).json()["is_exercise"] is True

    def test_the_lists_and_counts_of_what_happened_are_without_it(self, thread, event, land, diseases, signed_in, vera):
        real = open_event(disease=diseases["measles"], place=land["AL-0802"], by=vera)
        browser = signed_in(vera)
        events = told_in(browser.get(reverse("events")))
        assert "1 open event" in events
        assert "Measles" in events
        assert "Cholera, Karsu" not in events
        assert "EXERCISE: Cholera, Karsu" in told_in(browser.get(reverse("events"), {"show": "exercises"}))
        assert Thread.objects.whose("own").count() == 0
        assert Thread.objects.whose("exercises").get() == thread
        inbox = told_in(browser.get(reverse("signals")))
        assert "EXERCISE: Cholera" not in inbox
        assert "whose=exercises" in inbox
        assert "EXERCISE: Cholera" in told_in(browser.get(reverse("signals"), {"whose": "exercises", "status": "all"}))
        assert [row.event for row in board_page(vera, None).rows] == [real]

    def test_the_file_of_such_a_list_says_it(self, thread, signed_in, vera):
        url = reverse("signals_export", args=["csv"])
        answer = signed_in(vera).get(url, {"whose": "exercises", "status": "all"})
        assert "EXERCISE: Cholera" in b"".join(answer.streaming_content).decode("utf-8-sig")

    def test_what_happened_and_what_is_played_never_become_one(self, thread, event, land, diseases, vera):
        real = open_event(disease=diseases["cholera"], place=land["AL-0803"], by=vera)
        assert not real.is_exercise
        other = a_thread(diseases["cholera"], land["AL-0803"])
        for into, threads in ((event, other), (real, thread)):
            with pytest.raises(ActRefused, match="never become one"):
                join_thread(into, threads, by=vera)
        with pytest.raises(ActRefused, match="never become one"):
            merge(event, real, text="The same.", by=vera, version=event.version)

    def test_a_real_report_joins_no_thread_of_the_exercise(self, thread, land, diseases, vera):
        heard = report(
            kind="clinician", disease=diseases["cholera"], place=land["AL-0803"], day=timezone.localdate(), by=vera,
            text="Seen.",
        )  # fmt: skip
        assert heard.thread != thread
        assert not heard.thread.is_exercise

    def test_a_laboratory_is_told_what_its_sample_belongs_to(self, sent, lena):
        notice = Notice.objects.get(person=lena, kind="samples.sent")
        assert "EXERCISE" in sentence(notice)

    def test_nothing_of_it_is_sent(self, joined, event, vera):
        draft = prepare(event, by=vera)
        assert "exercise" in {one.code for one in preview(draft, by=vera).refusals}


def test_ending_an_exercise_deletes_nothing(thread, event, dora):
    end(Exercise.objects.get(), by=dora)
    assert Event.objects.filter(pk=event.pk).exists()
    assert Thread.objects.filter(pk=thread.pk).exists()
