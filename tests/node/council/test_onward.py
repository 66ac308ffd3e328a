"""What a partner told to some goes no further: calling a session, a decision, a plan on its event."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.node.council.page_scenes import TITLE, agreed_text
from tests.node.events.scenes import an_event
from tests.node.joint.scenes import TheirObject
from tests.node.notifications.scenes import EVENT, bring, notified, told

from tocsin.exchange.documents import Document
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.council.models import DecisionDraft, Session
from tocsin.node.council.onward import told_to_some
from tocsin.node.council.pages.brief import brief_texts
from tocsin.node.joint.models import JointObject
from tocsin.node.notifications.models import NotifiedEvent

pytestmark = pytest.mark.django_db
BODY = "coordination-council"
KEY = f"BO {EVENT}"
SECRETS = ("Dolin", "Долин", "多林")


@pytest.fixture
def browser(joined, dara, signed_in):
    """Of a delegate."""
    return signed_in(dara)


@pytest.fixture
def told_us_alone(joined, partner, diseases):
    """BO notified its event to AL by name; neither CE nor the secretariat knows of it."""
    bring(partner, joined, notified(partner, audience="to:AL"))
    return NotifiedEvent.objects.get()


@pytest.fixture
def told_members(joined, partner, diseases):
    bring(partner, joined, notified(partner))
    return NotifiedEvent.objects.get()


def where(head):
    return f"{reverse('convene_session')}?notified={head.pk}"


def call(browser, head, **change):
    starts_at = timezone.localtime(timezone.now() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    data = {
        "body": BODY, "title_en": "A threat", "place": "video", "where": "", "languages": ["en"], "chair": "AL",
        "invited": ["AL", "BO"], "classification": "SELECTIVE", "rule": "", "starts_at": starts_at,
        "agenda-TOTAL_FORMS": 0, "agenda-INITIAL_FORMS": 0,
    } | change  # fmt: skip
    return browser.post(where(head), data)


def sent(joined):
    """Of what is about to leave, the types that the Council has."""
    waiting = [Document.read(one.document) for one in joined.store.outbox(100)]
    return [one.type for one in waiting if one.type in ("session", "decision")]


class TestASession:
    def test_the_form_has_nothing_of_what_was_told_and_goes_to_who_was_told(self, browser, told_us_alone):
        page = browser.get(where(told_us_alone))
        initial = page.context["form"].initial
        assert (initial["classification"], initial["invited"]) == ("SELECTIVE", ["AL", "BO"])
        assert initial["chair"] in initial["invited"]
        said = " ".join(str(initial[name]) for name in initial)
        assert not any(word in said for word in SECRETS)
        assert (initial["brief_en"], initial["brief_ru"]) == ("", "")
        assert "threat" in initial["title_en"]
        assert "cholera" not in said.lower()
        assert "Borenia has told of this event" in page.text
        assert "Borenia has allowed it" in page.text

    def test_readers_who_were_not_told_are_refused(self, browser, told_us_alone, joined):
        answer = call(browser, told_us_alone, classification="MEMBERS", invited=["AL", "BO", "CE"])
        assert answer.status_code == 409
        assert "Cetara" in answer.text
        assert not Session.objects.exists()
        answer = call(browser, told_us_alone, invited=["AL", "BO", "CE"])
        assert answer.status_code == 409
        assert sent(joined) == []

    def test_its_state_may_have_allowed_more_and_that_is_on_record(self, browser, told_us_alone, dara):
        call(browser, told_us_alone, classification="MEMBERS", invited=["AL", "BO", "CE"], allowed="on")
        of = JointObject.objects.get()
        assert of.classification == "MEMBERS"
        entry = AuditEntry.objects.get(act="session.told_further", by=dara)
        assert entry.target_id == str(of.pk)
        assert entry.details["by_leave_of"] == "BO"

    def test_among_those_who_were_told_nobody_need_be_asked(self, browser, told_us_alone):
        call(browser, told_us_alone)
        assert JointObject.objects.get().states == {"AL", "BO"}
        assert not AuditEntry.objects.filter(act="session.told_further").exists()

    def test_what_all_members_were_told_is_filled_in_and_goes_to_no_partner(self, browser, told_members):
        page = browser.get(where(told_members))
        assert "Dolin" in page.context["form"].initial["brief_en"]
        assert page.context["form"].initial["classification"] == "MEMBERS"
        assert call(browser, told_members, classification="FAMILY").status_code == 409
        assert call(browser, told_members, classification="MEMBERS").status_code == 302


class TestOurOwnEvent:
    def test_what_partners_answered_is_on_our_page_and_is_not_sent(
        self, browser, joined, partner, diseases, places, amina, dara, person
    ):
        event = an_event(diseases["cholera"], places["XX-11"], amina)
        told(event, person("duty_officer"))
        page = browser.get(reverse("event_brief", args=[event.pk]))
        assert "What partners say" in page.text
        texts = brief_texts(event, dara)
        assert "District 11" in texts["en"]
        assert "What partners say" not in texts["en"]
        assert "Что сообщают партнёры" not in texts["ru"]


class TestADecision:
    def begun(self, browser):
        browser.post(f"{reverse('begin_council_draft')}?event=x", {
            "body": BODY, "kind": "decision", "title": "On a threat", "event": KEY,
        })  # fmt: skip
        return DecisionDraft.objects.get()

    def test_its_draft_begins_for_those_who_were_told(self, browser, told_us_alone):
        draft = self.begun(browser)
        assert (draft.classification, draft.addressees) == ("SELECTIVE", ["BO"])
        assert draft.said["concerned"] == ["AL", "BO"]

    def test_one_on_what_all_members_know_begins_as_ever(self, browser, told_members):
        draft = self.begun(browser)
        assert (draft.classification, draft.said["concerned"]) == ("MEMBERS", ["AL", "BO", "CE"])

    def test_it_is_not_proposed_to_others_but_by_leave(self, browser, told_us_alone, dara, joined):
        draft = self.begun(browser)
        draft.classification, draft.addressees = "MEMBERS", []
        draft.said |= {"title": TITLE, "text": agreed_text(), "concerned": ["AL", "BO", "CE"]}
        draft.save()
        address = reverse("propose_council_draft", args=[draft.pk])
        assert "Borenia has allowed it" in browser.get(address).text
        answer = browser.post(address, {"version": draft.version})
        assert answer.status_code == 422
        assert "Cetara" in answer.text
        assert sent(joined) == []
        assert browser.post(address, {"version": draft.version, "allowed": "on"}).status_code == 302
        assert AuditEntry.objects.filter(act="decision.told_further", by=dara).exists()

    def test_a_measure_that_names_the_event_names_it_to_those_who_were_told(self, browser, told_us_alone, joined):
        draft = self.begun(browser)
        link = {"kind": "event", "origin": "BO", "id": EVENT, "text": "x"}
        measure = {
            "id": "m1", "title": {"ru": "Обследование"}, "state": "BO", "deadline": "2099-04-01", "evidence": "",
            "verifier": "AL", "paragraph": None, "links": [link],
        }  # fmt: skip
        draft.classification, draft.addressees = "MEMBERS", []
        draft.said |= {"title": TITLE, "text": agreed_text(), "event": None, "measures": [measure]}
        draft.save()
        answer = browser.post(reverse("propose_council_draft", args=[draft.pk]), {"version": draft.version})
        assert answer.status_code == 422
        assert sent(joined) == []


class TestAnEventThatOnlyADecisionNames:
    def test_it_was_told_to_those_who_read_that_decision(self, browser, joined, partner, dara):
        their = TheirObject(partner, audience="to:AL", concerned=["AL", "BO"], event={"origin": "BO", "id": EVENT})
        bring(partner, joined, *their.documents)
        told = told_to_some({"origin": "BO", "id": EVENT})
        assert told is not None
        assert told.states == {"AL", "BO"}
        bring(partner, joined, *TheirObject(partner, event={"origin": "BO", "id": EVENT}).documents)
        assert told_to_some({"origin": "BO", "id": EVENT}) is None, "since BO has told all members in another one"


class TestAPlan:
    def test_it_begins_without_what_was_told(self, browser, told_us_alone):
        address = f"{reverse('begin_plan')}?about={KEY}"
        page = browser.get(address)
        assert page.context["found"] == []
        assert "Borenia has told of this event" in page.text
        browser.post(address, {"body": BODY})
        draft = DecisionDraft.objects.get()
        assert not any(word in str(draft.said) for word in (*SECRETS, "холера", "Cholera", "霍乱"))
        assert (draft.classification, draft.addressees) == ("SELECTIVE", ["BO"])
