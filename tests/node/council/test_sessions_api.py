"""Sessions and duties for programs: what there is, who comes, every act in order."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.node.api.conftest import api, caller, no_calls_yet, secret
from tests.node.council.session_scenes import HEAD, TheirSession, a_session, say

from tocsin.node.council.actions import session_convening as convening
from tocsin.node.council.models import OpenedDuty
from tocsin.node.records import new_id

__all__ = ["api", "caller", "no_calls_yet", "secret"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(joined, partner, dara):
    return a_session(dara)


def test_sessions_are_listed_the_last_first_and_by_status(session, joined, partner, dara, api):
    other = a_session(dara)
    convening.cancel(other, reason="x", language="en", by=dara)
    first = api.get("sessions", limit=1).json()
    assert [one["id"] for one in first["items"]] == [str(other.pk)]
    rest = api.get("sessions", after=first["next"]).json()
    assert [(one["id"], one["status"]) for one in rest["items"]] == [(str(session.pk), "convened")]
    assert [one["id"] for one in api.get("sessions", status="cancelled").json()["items"]] == [str(other.pk)]


def test_one_says_its_agenda_and_who_comes(session, joined, partner, dara, api):
    say(partner, joined, "CE", session, "delegation", delegates=[HEAD])
    convening.open_session(session, by=dara)
    convening.take_up(session, item="i1", by=dara)
    said = api.get(f"sessions/{session.pk}").json()
    assert [(one["id"], one["status"]) for one in said["agenda"]] == [("i1", "taken_up"), ("i2", "open")]
    assert [(one["state"], one["delegates"]) for one in said["delegations"]] == [
        ("AL", []), ("BO", []), ("CE", ["Dara Alim"]),
    ]  # fmt: skip
    acts = api.get(f"sessions/{session.pk}/acts").json()
    assert [(one["origin"], one["act"]) for one in acts["items"]] == [
        ("AL", "convene"), ("CE", "delegation"), ("AL", "order"), ("AL", "open"), ("AL", "take_up"),
    ]  # fmt: skip
    assert acts["next"] is None


def test_one_whose_call_is_void_is_listed_as_such_and_has_nothing_to_say(joined, partner, dara, api):
    their = TheirSession(partner, joined)
    (entry,) = joined.store.known("BO", [their.key["id"]]).values()
    joined.reader.withdrawn([entry])
    (listed,) = api.get("sessions").json()["items"]
    assert listed["status"] == "none"
    assert api.get(f"sessions/{listed['id']}").status_code == 404


def test_duties_come_by_when_they_are_due_those_alone_that_are_open_where_asked(joined, api):
    now = timezone.now()
    for hours in (3, 1, 2):
        OpenedDuty.objects.create(
            agreement="plague", duty=f"d{hours}", trigger="x", title={"en": "Report"}, event_origin="AL",
            event_id=new_id(), due_at=now + timedelta(hours=hours), done_at=now if hours == 2 else None,
        )  # fmt: skip
    first = api.get("duties", limit=2).json()
    rest = api.get("duties", limit=2, after=first["next"]).json()
    assert [one["duty"] for one in (*first["items"], *rest["items"])] == ["d1", "d2", "d3"]
    assert rest["next"] is None
    assert [one["duty"] for one in api.get("duties", is_open=True).json()["items"]] == ["d1", "d3"]
