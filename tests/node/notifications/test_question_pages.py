"""Pages of what states ask each other: asked, acknowledged, answered more than once."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from tests.node.notifications.page_scenes import fresh, queries_of, shown, text_of
from tests.node.notifications.scenes import ask, told

from tocsin.node.duty.actions.alerts import close_alert
from tocsin.node.duty.models import Alert
from tocsin.node.events.serials import serial
from tocsin.node.notifications.models import (
    VerificationAnswer,
    VerificationRequest,
)


def test_the_lists_teach_when_they_are_empty(browser, joined):
    assert "Nobody has asked us anything yet" in shown(browser, "verifications")
    assert "We have asked nothing yet" in shown(browser, "verifications", box="ours")


def test_a_state_is_asked_without_a_notification(browser, joined, diseases):
    when = timezone.localtime(timezone.now() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    given = {"to": "BO", "disease": "cholera", "what_is_heard": "Schools are closed.", "heard_from": ["media"],
             "questions": ["is_it_true"], "more": "Since when?", "answer_by": when, "language": "en"}  # fmt: skip
    answer = browser.post(reverse("ask_state"), given)
    made = VerificationRequest.objects.get()
    assert answer.url == reverse("verification", args=[made.pk])
    assert made.questions == [{"question": "is_it_true", "text": ""}, {"question": "other", "text": "Since when?"}]
    page = shown(browser, "verification", made.pk)
    assert "Borenia is to answer" in page
    assert "Since when?" in page
    assert "1 question of ours is not answered" in shown(browser, "verifications", box="ours")


def test_what_cannot_be_asked_stays_as_it_was_typed(browser, joined, diseases):
    given = {"to": "BO", "what_is_heard": "Call +000 123 456 789", "heard_from": ["media"], "questions": ["counts"],
             "answer_by": "2020-01-01T10:00", "language": "en"}  # fmt: skip
    answer = browser.post(reverse("ask_state"), given)
    assert answer.status_code == 422
    assert "This lies behind." in text_of(answer)
    when = timezone.localtime(timezone.now() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    answer = browser.post(reverse("ask_state"), {**given, "answer_by": when})
    assert "looks like a telephone number" in text_of(answer)
    assert "Call +000 123 456 789" in text_of(answer)
    assert browser.post(reverse("ask_state"), {**given, "answer_by": when, "warned": "on"}).status_code == 302


def test_asking_about_a_notification_asks_its_state(browser, theirs):
    page = browser.get(reverse("ask_state"), {"about": theirs.pk})
    assert "Ask Borenia about Cholera, Dolin" in text_of(page)
    assert [value for value, _label in page.context["form"].fields["to"].choices] == ["BO"]
    when = timezone.localtime(timezone.now() + timedelta(hours=10)).strftime("%Y-%m-%dT%H:%M")
    given = {"to": "BO", "what_is_heard": "More?", "heard_from": ["partner"], "questions": ["counts"],
             "answer_by": when, "language": "en"}  # fmt: skip
    browser.post(f"{reverse('ask_state')}?about={theirs.pk}", given)
    assert VerificationRequest.objects.get().about == theirs
    assert "how many cases and deaths?" in shown(browser, "verification", VerificationRequest.objects.get().pk).lower()
    assert "More?" in shown(browser, "notified_event", theirs.pk)


def test_a_question_put_to_us_is_acknowledged_and_answered_more_than_once(browser, question, event, vera):
    page = shown(browser, "verification", question.pk)
    assert "Borenia waits for our answer" in page
    assert "left of" in page
    assert "Nobody has it yet" in page
    assert "acknowledged by nobody here yet" not in page, "told once"
    close_alert(Alert.objects.get(), by=vera, why="handled")
    assert "acknowledged by nobody here yet: 1 question." in shown(browser, "verification", question.pk)
    assert "Acknowledged" in text_of(browser.post(reverse("acknowledge_question", args=[question.pk]), follow=True))
    given = {"standing": "under_verification", "text": "A team is there.", "language": "en", "number": ""}
    at = reverse("answer_question", args=[question.pk])
    assert browser.post(at, given).status_code == 302
    assert browser.post(at, {**given, "standing": "verified", "number": serial(event)}).status_code == 302
    assert VerificationAnswer.objects.count() == 2
    assert fresh(question).event == event
    page = shown(browser, "verification", question.pk)
    assert "We have answered Borenia: verified" in page, page[page.index("<h1>") :][:200]
    assert serial(event) in page
    assert str(question.pk) in shown(browser, "event_partners", event.pk), "it stands with the event too"


def test_an_answer_with_an_event_that_was_notified_names_the_notification(browser, question, event, vera):
    made = told(event, vera)
    given = {"standing": "verified", "text": "", "language": "en", "number": serial(event)}
    browser.post(reverse("answer_question", args=[question.pk]), given)
    assert VerificationAnswer.objects.get().answered_with == made.pk


def test_an_answer_to_an_event_that_is_none_is_refused(browser, question):
    given = {"standing": "verified", "text": "", "language": "en", "number": "AL-1999-4"}
    answer = browser.post(reverse("answer_question", args=[question.pk]), given)
    assert (answer.status_code, VerificationAnswer.objects.count()) == (422, 0)


def test_readers_read_and_do_not_answer(reader, question):
    page = shown(reader, "verification", question.pk)
    assert "btn-have" not in page
    assert "answer_question" not in page
    assert reader.post(reverse("answer_question", args=[question.pk])).status_code == 403
    assert reader.get(reverse("ask_state")).status_code == 403


def test_queries_of_the_list_do_not_grow_with_rows(browser, joined, vera, diseases):
    ask(by=vera)
    address = f"{reverse('verifications')}?box=ours"
    few = queries_of(browser, address)
    for _ in range(5):
        ask(by=vera, to="CE")
    assert queries_of(browser, address) == few
