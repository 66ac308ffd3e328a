"""What measures are linked to: a page where it is here and for this person, words where it is not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.node.notifications.scenes import bring, notified

from tocsin.joint.decisions.measures import Link
from tocsin.node.council.pages.measure_linked import linked
from tocsin.node.events.actions.opening import open_event
from tocsin.node.joint.models import JointObject
from tocsin.node.notifications.models import NotifiedEvent
from tocsin.node.records import new_id

pytestmark = pytest.mark.django_db


def an_object(noun: str, origin: str = "BO") -> JointObject:
    return JointObject.objects.create(
        id=new_id(), noun=noun, origin=origin, object_id=new_id(), is_ours=False, classification="MEMBERS"
    )


def link(kind: str, row: JointObject | None = None, *, origin: str = "BO", id: str = "") -> Link:
    return Link(kind, row.origin if row else origin, str(row.object_id) if row else id, "words of the decision")


def test_sessions_and_requests_that_are_here_lead_to_their_pages(joined, dara):
    session, request = an_object("session"), an_object("assistance")
    found = linked([link("session", session), link("request", request)], dara)
    assert [one.url for one in found] == [f"/council/sessions/{session.pk}/", f"/assistance/requests/{request.pk}/"]
    assert [one.state for one in found] == ["Borenia", "Borenia"]


def test_what_is_of_another_kind_or_state_than_it_says_leads_nowhere(joined, dara):
    session = an_object("session")
    assert linked([link("request", session)], dara)[0].url == ""
    assert linked([link("session", origin="CE", id=str(session.object_id))], dara)[0].url == ""
    (training,) = linked([Link("training", None, None, "Course in Karsu")], dara)
    assert (training.text, training.state, training.url) == ("Course in Karsu", "", "")


def test_events_of_ours_and_of_partners_for_whoever_reads_events(
    joined, partner, diseases, places, dara, amina, person
):
    own = open_event(disease=diseases["cholera"], place=places["XX-11"], by=amina)
    bring(partner, joined, notified(partner))
    head = NotifiedEvent.objects.get()
    links = [link("event", origin="AL", id=str(own.pk)), link("event", origin="BO", id=str(head.origin_event))]
    assert [one.url for one in linked(links, dara)] == [f"/events/{own.pk}/", f"/events/notified/{head.pk}/"]
    assert [one.url for one in linked(links, person("translator", name="Lin"))] == ["", ""]


def test_as_many_queries_for_many_as_for_one_of_each(joined, dara):
    rows = [an_object("session") for _ in range(12)]
    with CaptureQueriesContext(connection) as few:
        linked([link("session", rows[0])], dara)
    with CaptureQueriesContext(connection) as many:
        assert len({one.url for one in linked([link("session", row) for row in rows], dara)}) == 12
    assert len(many) == len(few)
