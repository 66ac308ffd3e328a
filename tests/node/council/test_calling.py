"""Events that call a session by a rule: what they are asked, who is called, and how often."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation
from tests.node.council.session_scenes import COUNCIL, a_session
from tests.node.events.scenes import a_thread, an_event
from tests.node.notifications.scenes import bring, notified

from tocsin.joint.acts import ObjectId
from tocsin.node.alliance.models import Notice
from tocsin.node.council import calling_facts, calling_tasks
from tocsin.node.council.actions import session_convening as convening
from tocsin.node.council.actions.calling import TO_CALL, calls_of, look
from tocsin.node.council.models import GivenWarning
from tocsin.node.duty.kinds import sentence, visible_kinds
from tocsin.node.duty.models import Alert
from tocsin.node.events.actions.axes import set_verification
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.actions.facts import change_facts
from tocsin.node.events.models import CriteriaAssessment, Event, EventThread, RiskAssessment
from tocsin.node.events.standing import today_there
from tocsin.node.notifications.models import NotifiedEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def plague(joined, diseases, places, amina):
    return an_event(diseases["plague-pneumonic"], places["XX-11"], amina)


@pytest.fixture
def cholera(joined, diseases, places, amina):
    return an_event(diseases["cholera"], places["XX-12"], amina)


def fresh(event):
    return Event.objects.get(pk=event.pk)


def facts_of(event):
    return calling_facts.facts_of_events([fresh(event)])[event.pk]


def called():
    return [alert.subject_id.split()[2] for alert in Alert.objects.filter(kind=TO_CALL).order_by("raised_at")]


class TestFactsOfOurs:
    def test_all_that_rules_may_ask_is_taken_from_what_is_kept(self, cholera, amina, diseases, places):
        report_counts(cholera, as_of=today_there(), counts={"suspected": 3, "confirmed": 0}, by=amina)
        there = fresh(cholera)
        change_facts(
            there, by=amina, version=there.version,
            facts={
                "conditions": ["border_traffic"], "cross_border": {"affected_states": ["BO"], "travel_links": []},
            },
        )  # fmt: skip
        thread = a_thread(diseases["cholera"], places["XX-12"], kinds=["animal", "model"])
        EventThread.objects.create(event=cholera, thread=thread, by=amina)
        CriteriaAssessment.objects.create(
            event=cholera, outcome="yes", by=amina,
            answers={"several_states": {"answer": "yes", "reason": ""}, "unusual": {"answer": "no", "reason": ""}},
        )  # fmt: skip
        RiskAssessment.objects.create(event=cholera, level="alliance", status="final", risk="high", by=amina)
        RiskAssessment.objects.create(event=cholera, level="national", status="draft", risk="very_high", by=amina)
        found = facts_of(cholera)
        assert (found.disease, found.verification, found.assessment) == ("cholera", "suspected", "none")
        assert found.criteria == {"several_states"}
        assert found.risks == {"alliance": "high"}
        assert found.signals == {"animal", "model"}
        assert found.circumstances == {"border_traffic"}
        assert found.states == {"AL", "BO"}
        assert found.cases == {"suspected": 3, "confirmed": 0}

    def test_what_was_said_of_an_earlier_episode_holds_nothing(self, cholera, amina):
        RiskAssessment.objects.create(event=cholera, level="alliance", status="final", risk="high", by=amina, episode=2)
        assert facts_of(cholera).risks == {}

    def test_as_many_questions_for_many_as_for_one(self, cholera, plague, django_assert_num_queries):
        with django_assert_num_queries(3):
            calling_facts.facts_of_events([cholera, plague])


class TestFactsOfPartners:
    @pytest.fixture
    def told(self, joined, partner, diseases):
        def tell(**said):
            bring(partner, joined, notified(partner, **said))
            return calling_facts.facts_of_notified(NotifiedEvent.objects.select_related("shown").get())

        return tell

    def test_they_are_asked_by_the_same_codes(self, told):
        found = told(disease="plague", detected_by=["animal_health"], conditions=["animal_outbreak"])
        assert (found.disease, found.signals, found.circumstances) == ("plague", {"animal"}, {"animal_outbreak"})
        assert "BO" in found.states

    def test_of_one_that_is_withdrawn_nothing_holds(self, told):
        assert told() is not None
        NotifiedEvent.objects.update(status="withdrawn")
        assert calling_facts.facts_of_notified(NotifiedEvent.objects.select_related("shown").get()) is None

    @pytest.mark.parametrize(
        ("outcome", "assessed"), [("notify", "notifiable"), ("monitor", "monitoring"), ("pending", "under_assessment")]
    )
    def test_its_assessment_follows_the_instrument(self, told, outcome, assessed):
        annex2 = {"list": "instrument", "outcome": outcome, "serious": "yes", "unexpected": "unknown", "spread": "no",
                  "restrictions": "no"}  # fmt: skip
        assert told(annex2=annex2, criteria=None).assessment == assessed


class TestBeingCalled:
    def test_people_are_called_once_with_the_rule_and_the_form_filled_in(self, plague, dara, person):
        assert look() == 1
        assert look() == 0
        alert = Alert.objects.get(kind=TO_CALL)
        assert called() == ["pneumonic-plague"]
        assert str(plague.pk) in alert.link
        assert f"body={COUNCIL}" in alert.link
        said = sentence(alert)
        assert said.startswith("To be called within 1 h: Coordination Council, for ")
        assert "Pneumonic plague, District 11 (Pneumonic plague, suspected or confirmed)" in said
        with translation.override("zh-hans"):
            assert "协调委员会" in sentence(alert)
        assert [notice.person for notice in Notice.objects.filter(kind=TO_CALL)] == [dara]
        assert TO_CALL in visible_kinds(person("duty_officer"))

    def test_of_two_workers_that_look_at_once_one_calls(self, plague, dara):
        GivenWarning.objects.create(kind=TO_CALL, subject=f"{plague.pk} {COUNCIL} pneumonic-plague")
        assert look() == 0
        assert not Notice.objects.filter(kind=TO_CALL).exists()

    def test_an_event_that_meets_no_rule_calls_nobody(self, cholera):
        assert look() == 0
        assert not Alert.objects.exists()

    def test_it_is_called_as_soon_as_a_rule_is_met(self, cholera, amina):
        look()
        RiskAssessment.objects.create(event=cholera, level="alliance", status="final", risk="very_high", by=amina)
        assert look() == 1
        assert called() == ["high-risk-for-the-alliance"]

    def test_another_rule_that_calls_sooner_calls_again(self, cholera, amina):
        RiskAssessment.objects.create(event=cholera, level="alliance", status="final", risk="high", by=amina)
        look()
        CriteriaAssessment.objects.create(
            event=cholera, outcome="yes", by=amina, answers={"several_states": {"answer": "yes", "reason": ""}}
        )
        Event.objects.filter(pk=cholera.pk).update(assessment="notifiable")
        assert look() == 1
        assert called() == ["high-risk-for-the-alliance", "notifiable-several-states"]

    def test_a_refuted_event_calls_nobody(self, plague, amina):
        set_verification(plague, "refuted", text="A mistake", by=amina, version=plague.version)
        assert look() == 0

    def test_one_whose_response_is_closed_calls_nobody(self, plague):
        Event.objects.update(response="closed", closed_at=timezone.now())
        assert look() == 0
        assert look(everything=True) == 0

    def test_an_event_without_news_is_looked_at_when_all_are(self, plague):
        Event.objects.update(changed_at=timezone.now() - timedelta(days=3))
        assert look() == 0
        assert look(everything=True) == 1

    def test_a_session_that_is_called_ends_the_calling_and_is_not_called_for_again(self, plague, partner, dara):
        look()
        a_session(dara, event=ObjectId("AL", str(plague.pk)), rule="pneumonic-plague")
        alert = Alert.objects.get(kind=TO_CALL)
        assert not alert.is_open
        assert list(calls_of([fresh(plague)])) == []

    def test_one_that_was_cancelled_is_to_be_called_again(self, plague, partner, dara):
        of = a_session(dara, event=ObjectId("AL", str(plague.pk)))
        convening.cancel(of, reason="The chair is ill", language="en", by=dara)
        assert [call.rule.code for call in calls_of([fresh(plague)])] == ["pneumonic-plague"]

    def test_the_task_of_each_minute_does_all_of_it(self, plague):
        assert calling_tasks.look_at_events.call() > 0
        assert called() == ["pneumonic-plague"]
