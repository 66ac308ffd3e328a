"""Opening events: numbers, threads of signals, what is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from tests.node.events.scenes import a_thread, an_event

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.models import AuditEntry, State
from tocsin.node.events.actions.opening import join_thread, leave_thread, open_event
from tocsin.node.events.models import Event, EventThread
from tocsin.node.events.serials import serial
from tocsin.node.surveillance.models import Thread


def test_an_event_is_suspected_numbered_and_led_by_who_opened_it(diseases, places, amina):
    event = an_event(diseases["cholera"], places["XX-11"], amina, text="Nine with watery diarrhoea")
    assert (event.verification, event.assessment, event.response) == ("suspected", "none", "none")
    assert serial(event) == f"{here().code}-{timezone.localdate().year}-1"
    assert event.lead == amina
    entry = event.timeline.get()
    assert (entry.act, entry.by, entry.text, entry.language) == ("opened", amina, "Nine with watery diarrhoea", "en")
    assert AuditEntry.objects.filter(act="event.opened", target_id=str(event.pk), by=amina).exists()


def test_numbers_follow_one_another_within_a_year(diseases, places, amina, monkeypatch):
    numbers = [an_event(None, places["XX-11"], amina).number for _ in range(3)]
    assert numbers == [1, 2, 3]
    Event.objects.update(year=timezone.localdate().year - 1)
    assert an_event(None, places["XX-11"], amina).number == 1


def test_the_audit_does_not_repeat_what_people_wrote(diseases, places, amina):
    event = an_event(diseases["cholera"], places["XX-11"], amina, text="A word that is nowhere else")
    for entry in AuditEntry.objects.filter(target_id=str(event.pk)):
        assert "nowhere else" not in str(entry.details)


def test_a_verified_thread_verifies_the_event_that_is_opened_from_it(diseases, places, amina):
    thread = a_thread(diseases["cholera"], places["XX-12"], status=Thread.Status.VERIFIED)
    event = an_event(diseases["cholera"], places["XX-11"], amina, threads=[thread])
    assert event.verification == Event.Verification.VERIFIED
    assert [row.thread for row in event.threads.all()] == [thread]
    assert [str(row.place.code) for row in event.places.all()] == ["XX-12"]
    assert event.places_count == 2
    acts = list(event.timeline.order_by("id").values_list("act", flat=True))
    assert acts == ["opened", "thread_joined", "verification"]


def test_what_is_only_suspected_can_be_an_event_too(diseases, places, amina):
    thread = a_thread(diseases["ebola"], places["XX-11"], status=Thread.Status.NEW)
    assert an_event(diseases["ebola"], places["XX-11"], amina, threads=[thread]).verification == "suspected"


@pytest.mark.parametrize("status", ["discarded", "refuted"])
def test_a_closed_thread_opens_no_event(diseases, places, amina, status):
    thread = a_thread(diseases["cholera"], places["XX-11"], status=status)
    with pytest.raises(ActRefused, match="reopen it first"):
        an_event(diseases["cholera"], places["XX-11"], amina, threads=[thread])
    assert not Event.objects.exists()


def test_a_thread_tells_of_one_event(diseases, places, amina):
    thread = a_thread(diseases["cholera"], places["XX-11"])
    first = an_event(diseases["cholera"], places["XX-11"], amina, threads=[thread])
    other = an_event(diseases["cholera"], places["XX-12"], amina)
    with pytest.raises(ActRefused, match="another event already"):
        join_thread(other, thread, by=amina)
    leave_thread(first, thread, by=amina)
    join_thread(other, thread, by=amina)
    assert EventThread.objects.get().event == other


def test_counts_that_a_partner_shares_are_no_event_of_ours(diseases, places, amina):
    partner = State.objects.filter(is_here=False).first()
    thread = a_thread(diseases["cholera"], places["XX-11"], shared_by=partner)
    with pytest.raises(ActRefused, match="Ask the state to verify it"):
        an_event(diseases["cholera"], places["XX-11"], amina, threads=[thread])


def test_a_place_of_another_state_is_refused_by_name(diseases, places, amina):
    partner = State.objects.filter(is_here=False).first()
    abroad = places["XX-23"]
    abroad.state = partner
    abroad.save()
    with pytest.raises(ActRefused, match="lies in"):
        an_event(diseases["cholera"], abroad, amina)


def test_bad_words_are_refused_and_nothing_is_saved(diseases, places, amina):
    with pytest.raises(ActRefused, match="invisible characters"):
        an_event(diseases["cholera"], places["XX-11"], amina, text="safe \u202e evil")
    with pytest.raises(ActRefused, match="markup"):
        an_event(diseases["cholera"], places["XX-11"], amina, text="<b>bold</b>")
    with pytest.raises(ActRefused, match="120"):
        an_event(diseases["cholera"], places["XX-11"], amina, name="x" * 121)
    with pytest.raises(ActRefused, match="hazard"):
        an_event(diseases["cholera"], places["XX-11"], amina, hazard="dragons")
    assert not Event.objects.exists()


def test_only_those_who_keep_events_open_one(diseases, places, people):
    for role, person in people.items():
        if role in ("epidemiologist", "duty_officer"):
            open_event(disease=None, place=places["XX-11"], by=person)
        else:
            with pytest.raises(PermissionDenied):
                open_event(disease=None, place=places["XX-11"], by=person)
    assert Event.objects.count() == 2
