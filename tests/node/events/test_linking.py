"""Links between events, and two that turn out to be one."""

from uuid import uuid4

import pytest
from tests.node.events.scenes import a_thread, an_event

from tocsin.node.alliance.models import State
from tocsin.node.events.actions.axes import set_response
from tocsin.node.events.actions.linking import link_events, link_partners_event, merge, standing, unlink
from tocsin.node.events.models import Event, EventCase, EventLink, Sample
from tocsin.node.events.refusals import ActRefused, Changed, Merged
from tocsin.node.events.serials import serial


@pytest.fixture
def other(diseases, places, amina):
    return an_event(diseases["cholera"], places["XX-12"], amina)


def test_each_side_says_it_from_its_own(event, other, amina):
    link_events(event, other, kind="imported_from", by=amina)
    assert EventLink.objects.get(event=event).kind == "imported_from"
    assert EventLink.objects.get(event=other).kind == "exported_to"
    link_events(other, event, kind="same_source", by=amina)
    assert set(EventLink.objects.values_list("kind", flat=True)) == {"same_source"}
    unlink(EventLink.objects.get(event=other), by=amina)
    assert not EventLink.objects.exists()


def test_a_partners_event_is_linked_by_its_identifier(event, amina):
    partner = State.objects.filter(is_here=False).first()
    key = uuid4()
    for kind in ("related", "exported_to"):
        link_partners_event(event, origin=partner.pk, partner_event=key, name="X-2026-1", kind=kind, by=amina)
    assert EventLink.objects.get().kind == "exported_to"
    here = State.objects.get(is_here=True)
    with pytest.raises(ActRefused, match="no partner"):
        link_partners_event(event, origin=here.pk, partner_event=key, name="", kind="related", by=amina)


def test_an_event_is_not_linked_to_itself(event, amina):
    with pytest.raises(ActRefused, match="the event itself"):
        link_events(event, event, kind="related", by=amina)


def test_what_belongs_to_the_one_goes_to_the_other(event, other, diseases, places, amina):
    thread = a_thread(diseases["cholera"], places["XX-21"])
    third = an_event(diseases["cholera"], places["XX-21"], amina, threads=[thread])
    for one, number in ((event, "7"), (third, "7"), (third, "8")):
        EventCase.objects.create(event=one, local_id=number)
        Sample.objects.create(event=one, reference=number, material="stool", by=amina)
    merge(third, event, text="One well", by=amina, version=third.version)
    event.refresh_from_db()
    third.refresh_from_db()
    assert third.merged_into == event
    assert [row.thread for row in event.threads.all()] == [thread]
    assert "XX-21" in [row.place.code for row in event.places.all()]
    ids = set(event.cases_listed.values_list("local_id", flat=True))
    assert ids == {"7", "8", f"{serial(third)}/7"}
    assert set(event.samples.values_list("reference", flat=True)) == ids
    assert third.timeline.filter(act="merged_into").exists()
    assert event.timeline.filter(act="merged_from", text="One well").exists()
    assert list(Event.objects.standing()) == [event] or third not in Event.objects.standing()


def test_afterwards_nothing_more_is_said_of_the_one_that_went(event, other, amina):
    seen = event.version
    merge(event, other, text="One well", by=amina, version=seen)
    event.refresh_from_db()
    with pytest.raises(Merged, match=serial(other)):
        set_response(event, "responding", by=amina, version=event.version)
    assert standing(event) == other


def test_in_a_chain_the_last_one_stands(event, other, diseases, places, amina):
    third = an_event(diseases["cholera"], places["XX-21"], amina)
    merge(event, other, text="One", by=amina, version=event.version)
    other.refresh_from_db()
    merge(other, third, text="One", by=amina, version=other.version)
    assert standing(Event.objects.get(pk=event.pk)) == third


def test_two_who_merge_two_events_into_each_other_do_it_once(event, other, amina, officer):
    first, second = event.version, other.version
    merge(event, other, text="One", by=amina, version=first)
    with pytest.raises((Merged, Changed)):
        merge(Event.objects.get(pk=other.pk), event, text="One", by=officer, version=second)
    assert Event.objects.standing().count() == 1


def test_merging_says_why_and_takes_the_version_seen(event, other, amina):
    with pytest.raises(ActRefused, match="why the two are one"):
        merge(event, other, text=" ", by=amina, version=event.version)
    with pytest.raises(Changed):
        merge(event, other, text="One", by=amina, version=event.version - 1)
    assert Event.objects.standing().count() == 2
