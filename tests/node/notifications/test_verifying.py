"""Questions between states, and answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import ask, bring, notified, said, told

from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.duty.models import Acknowledgement, Alert
from tocsin.node.events.actions.linking import merge
from tocsin.node.events.models import Event
from tocsin.node.events.timeline import sentence
from tocsin.node.notifications.actions.answering import acknowledge_request
from tocsin.node.notifications.actions.verifying import answer_verification
from tocsin.node.notifications.models import NotifiedEvent, VerificationAnswer, VerificationRequest
from tocsin.node.notifications.refusals import ActRefused
from tocsin.node.post.models import Outgoing


def asked_of_us(world, joined, **change):
    """A question of BO that has come."""
    given = {"about": None, "event": None, "disease": "cholera", "answer_by": "2126-01-01T00:00:00Z"}
    bring(world, joined, said(world, "verification-request", audience="to:AL", **(given | change)))
    return VerificationRequest.objects.get(is_ours=False)


def answered(world, joined, request, **change):
    """BO answers."""
    of = {"id": str(request.pk), "origin": "AL"}
    given = {"notification": None, "event": None, "text": ""}
    bring(world, joined, said(world, "verification-answer", audience="to:AL", of=of, **(given | change)))
    request.refresh_from_db()
    return request


def test_a_question_leaves_to_one_state_alone(joined, diseases, vera):
    one = ask(by=vera, disease=diseases["cholera"], places=["BO-01"])
    assert Outgoing.objects.get().audience == "to:BO"
    assert (one.is_ours, one.addressees, one.standing, one.by) == (True, ["BO"], "", vera)
    assert AuditEntry.objects.get(act="verification.asked").details == {"to": "BO", "about": None}


@pytest.mark.parametrize(
    ("change", "said_"),
    [
        ({"to": "AL"}, "Choose the state"),
        ({"to": "ZZ"}, "Choose the state"),
        ({"what_is_heard": " "}, "Say what is heard"),
        ({"heard_from": []}, "from whom"),
        ({"questions": []}, "at least one question"),
        ({"questions": [("other", " ")]}, "Say in words"),
        ({"answer_by": datetime(2020, 1, 1, tzinfo=UTC)}, "a moment to come"),
        ({"answer_by": datetime(2126, 1, 1)}, "a moment to come"),
        ({"what_is_heard": "Call +7 912 345 67 89"}, "telephone number"),
        ({"what_is_heard": "<b>x</b>"}, "markup"),
    ],
)
def test_what_cannot_be_asked_is_said(joined, diseases, vera, change, said_):
    with pytest.raises(ActRefused, match=said_):
        ask(by=vera, **change)
    assert not Outgoing.objects.exists()


def test_a_state_that_is_suspended_is_not_asked(joined, diseases, vera, alliance_list):
    alliance_list.change("BO", status="suspended")
    joined.store.put_trust_files(alliance_list.files)
    with pytest.raises(ActRefused, match="Borenia takes no part"):
        ask(by=vera)


def test_only_who_answers_partners_asks_and_answers(joined, diseases, partner, amina):
    with pytest.raises(PermissionDenied):
        ask(by=amina)
    request = asked_of_us(partner, joined)
    with pytest.raises(PermissionDenied):
        answer_verification(request, standing="verified", language="en", by=amina)


def test_a_question_about_what_was_notified_names_it(joined, diseases, partner, vera):
    document = notified(partner)
    bring(partner, joined, document)
    head = NotifiedEvent.objects.get()
    one = ask(by=vera, about=head)
    assert (one.about, str(one.about_notification), one.disease_code) == (head, document.id, "cholera")
    head.refresh_from_db()
    assert head.open_questions == 1
    with pytest.raises(ActRefused, match="not a notification of this state"):
        ask(by=vera, about=head, to="CE")


def test_answers_follow_one_another_and_the_last_one_counts(joined, diseases, partner, vera):
    document = notified(partner)
    bring(partner, joined, document)
    request = ask(by=vera, about=NotifiedEvent.objects.get())
    now = partner.alliance.now
    for at, standing in enumerate(("received", "under_verification", "verified")):
        partner.alliance.now = now + timedelta(seconds=at)
        answered(partner, joined, request, standing=standing)
        assert request.standing == standing
    assert request.first_answer_at < request.answered_at
    assert NotifiedEvent.objects.get().open_questions == 0
    assert {notice.kind for notice in Notice.objects.filter(person=vera)} == {"verification.answered"}


def test_an_earlier_answer_that_comes_late_does_not_count(joined, diseases, partner, vera):
    request = ask(by=vera)
    partner.alliance.now += timedelta(minutes=2)
    answered(partner, joined, request, standing="refuted")
    partner.alliance.now -= timedelta(minutes=1)
    answered(partner, joined, request, standing="received")
    assert request.standing == "refuted"


def test_a_question_whose_time_has_run_out_is_late_until_it_is_answered(joined, diseases, partner, vera):
    request = ask(by=vera)
    assert not request.is_late
    VerificationRequest.objects.update(answer_by=datetime(2026, 1, 1, tzinfo=UTC))
    request.refresh_from_db()
    assert request.is_late
    answered(partner, joined, request, standing="received")
    assert request.is_late, "that it has come is no answer"
    partner.alliance.now += timedelta(seconds=1)
    answered(partner, joined, request, standing="cannot_say")
    assert not request.is_late


def test_our_answer_goes_to_whoever_asked_and_is_a_line_of_the_event(event, joined, partner, vera):
    made = told(event, vera)
    Outgoing.objects.all().delete()
    request = asked_of_us(partner, joined)
    ours = NotifiedEvent.objects.get(is_ours=True)
    answer = answer_verification(request, standing="verified", text="It is.", language="en", notification=ours, by=vera)
    assert set(Outgoing.objects.values_list("audience", flat=True)) == {"to:BO"}
    assert (answer.answered_with, answer.origin_event) == (made.pk, event.pk)
    request.refresh_from_db()
    assert (request.event, request.standing, request.answered_at) == (event, "verified", answer.recorded_at)
    entry = event.timeline.get(act="verification_answered")
    assert sentence(entry) == "answered Borenia, which had asked: verified"


def test_an_answer_about_a_merged_event_is_about_the_one_it_went_into(
    event, joined, partner, vera, amina, diseases, places
):
    request = asked_of_us(partner, joined)
    answer_verification(request, standing="under_verification", event=event, language="en", by=vera)
    into = an_event(diseases["cholera"], places["XX-12"], amina)
    merge(Event.objects.get(pk=event.pk), into, text="One.", by=amina, version=Event.objects.get(pk=event.pk).version)
    answer = answer_verification(request, standing="verified", language="en", by=vera)
    assert answer.origin_event == into.pk


def test_our_own_question_is_not_ours_to_answer(joined, diseases, vera):
    with pytest.raises(ActRefused, match="nothing here to be answered"):
        answer_verification(ask(by=vera), standing="verified", language="en", by=vera)
    assert not VerificationAnswer.objects.exists()


def test_a_question_is_acknowledged_by_a_person(joined, diseases, partner, vera):
    request = asked_of_us(partner, joined)
    acknowledge_request(request, by=vera)
    one = Acknowledgement.objects.get()
    assert (one.of_id, one.of_type, one.by, one.by_role) == (request.pk, "verification-request", vera, "duty_officer")
    assert Alert.objects.get().acknowledged_by == vera
    assert VerificationRequest.objects.get().acknowledged_at is not None
