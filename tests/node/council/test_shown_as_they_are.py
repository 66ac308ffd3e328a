"""What cannot be trusted to be the whole of it says so wherever it is shown: lists, boards, the API, every page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.api.conftest import api, caller, no_calls_yet, secret
from tests.node.council.measure_scenes import a_measure, adopted
from tests.node.council.scenes import received
from tests.node.council.session_scenes import TheirSession
from tests.node.events.scenes import an_event
from tests.node.joint.scenes import TheirObject, body
from tests.node.notifications.scenes import bring

from tocsin.exchange.suite import digest
from tocsin.joint.acts import ObjectId
from tocsin.node.council.actions import keeping
from tocsin.node.council.actions.calling import calls_of
from tocsin.node.council.exporting.measure_table import measure_table
from tocsin.node.council.models import Decision, Measure, Session
from tocsin.node.joint import tending, warning
from tocsin.node.joint.models import JointAct, JointObject
from tocsin.node.joint.tending import tend_open

__all__ = ["api", "caller", "no_calls_yet", "secret"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(joined, dara, signed_in):
    return signed_in(dara)


def shown(browser, name, *args, **asked) -> str:
    page = browser.get(reverse(name, args=args), asked)
    assert page.status_code == 200
    return page.text


def missing(world, key, noun, act, said):
    """How an order names an act of CE that has not come here."""
    document = world.document("CE", "", "members", type=noun, body=body(key, act, said), language="ru")
    return {
        "origin": "CE", "id": document.id, "digest": digest(document.encode()), "epoch": 1, "number": 1, "act": act
    }  # fmt: skip


OBJECTION = {"version": 1, "paragraph": None, "reason": "Рано."}
WAITS = {"origin": "CE", "id": "0197c2aa-0000-7000-8000-0000000000e1"}


class TestAnOrderThatCannotBeFollowed:
    @pytest.fixture
    def theirs(self, joined, partner, dara):
        their = TheirObject(partner)
        bring(
            partner,
            joined,
            *their.documents,
            their.order(includes=[missing(partner, their.key, "decision", "object", OBJECTION)]),
        )
        return JointObject.objects.get()

    def test_the_list_of_decisions_says_so(self, browser, theirs):
        assert theirs.waiting_for is not None
        assert "not all of it is here" in shown(browser, "council")

    def test_the_list_of_sessions_says_so(self, browser, joined, partner):
        their = TheirSession(partner, joined)
        assert "not all of it is here" not in shown(browser, "sessions")
        their.order(includes=[missing(partner, their.key, "session", "attend", {"present": []})])
        assert their.here.waiting_for is not None
        assert "not all of it is here" in shown(browser, "sessions")

    def test_boards_of_measures_and_plans_say_so(self, browser, joined, partner, dara):
        of = adopted(dara, joined, partner, a_measure(), kind="plan", year=2027)
        assert "not all of it is here" not in shown(browser, "measures") + shown(browser, "plans")
        JointObject.objects.filter(pk=of.pk).update(waiting_for=WAITS)
        assert "not all of it is here" in shown(browser, "measures")
        assert "not all of it is here" in shown(browser, "plans")
        assert "may be further than is shown" in measure_table(Measure.objects.all(), timezone.localdate()).notes[-1]

    def test_the_event_that_it_is_about_says_so(self, browser, joined, partner, dara, diseases, places, amina):
        event = an_event(diseases["cholera"], places["XX-11"], amina)
        about = {"origin": "AL", "id": str(event.pk)}
        their, session = TheirObject(partner, event=about), TheirSession(partner, joined, event=about)
        bring(partner, joined, *their.documents)
        text = shown(browser, "event_council", event.pk)
        assert "proposed" in text
        assert "not all of it is here" not in text
        for of in (JointObject.objects.get(noun="decision"), session.here):
            JointObject.objects.update(waiting_for=None)
            JointObject.objects.filter(pk=of.pk).update(waiting_for=WAITS)
            assert "not all of it is here" in shown(browser, "event_council", event.pk)

    def test_the_api_says_so_of_measures(self, api, joined, partner, dara):
        of = adopted(dara, joined, partner, a_measure())
        JointObject.objects.filter(pk=of.pk).update(waiting_for=WAITS)
        (found,) = api.get("measures").json()["items"]
        assert found["waiting_for"]["origin"] == "CE"


class TestAVoidSession:
    @pytest.fixture
    def void(self, joined, partner, dara, diseases, places, amina):
        """BO had called it on an event of ours, with a key that had ended."""
        event = an_event(diseases["plague-pneumonic"], places["XX-11"], amina)
        their = TheirSession(partner, joined, event=ObjectId("AL", str(event.pk)).as_json())
        assert list(calls_of([event])) == [], "it was called"
        (entry,) = joined.store.known("BO", [their.key["id"]]).values()
        joined.reader.withdrawn([entry])
        return event

    def test_it_is_shown_as_void_and_needs_nobody(self, browser, void):
        assert Session.objects.get().status == "none"
        page = browser.get(reverse("sessions"))
        row = page.context["rows"][0]
        assert (row.chip, row.asks_us) == ("session_none", False)
        assert "void" in page.text
        assert "No session is to come" in page.text
        assert "No session is like this" in shown(browser, "sessions", status="coming")

    def test_the_event_is_to_be_called_for_again(self, void):
        assert [call.rule.code for call in calls_of([void])] == ["pneumonic-plague"]


class TestAClockThatWasWrong:
    @pytest.fixture
    def ahead(self, proposal, joined, partner, dara, clock, alliance_list):
        """The clock here was ten days ahead when the silence was opened, and is right again."""
        clock.forward(days=10)
        keeping.open_silence(proposal, version=1, hours=24, by=dara)
        clock.later = timedelta()
        alliance_list.now = joined.now().replace(microsecond=0)
        warning.forget()
        return proposal

    def test_the_machine_says_nothing_before_that_time_has_come(self, ahead, joined, partner, clock, monkeypatch):
        before = JointAct.objects.filter(is_ours=True).count()
        received(partner, joined, "BO", ahead)
        tend_open()
        assert JointAct.objects.filter(is_ours=True).count() == before
        assert JointObject.objects.get(pk=ahead.pk).proposals == 1, "what came waits"
        assert JointObject.objects.get(pk=ahead.pk).due_at > timezone.now() + timedelta(minutes=30)
        clock.forward(days=11)
        JointObject.objects.update(due_at=tending.now())
        tend_open()
        assert JointObject.objects.get(pk=ahead.pk).proposals == 0

    def test_delegates_and_administrators_read_it_on_every_page(self, ahead, browser, person, signed_in):
        assert "clock was ahead" in shown(browser, "council")
        assert "clock was ahead" in shown(browser, "decision", ahead.pk)
        assert "clock was ahead" in signed_in(person("administrator")).get("/me/").text
        assert "clock was ahead" not in signed_in(person("clinician")).get("/me/").text

    def test_while_the_clock_is_right_nobody_is_warned(self, proposal, browser):
        assert "clock was ahead" not in shown(browser, "council")
        assert Decision.objects.count() == 1
