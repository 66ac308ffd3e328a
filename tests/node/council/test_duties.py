"""Duties of standing agreements: which events open them for us, their clocks, and what people say of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation
from tests.node.council.scenes import consent
from tests.node.events.scenes import an_event
from tests.node.notifications.scenes import bring, chain, notified

from tocsin.node.alliance.models import AuditEntry, Notice
from tocsin.node.alliance.notices import sentence as notice_sentence
from tocsin.node.alliances.conditions import EventFacts
from tocsin.node.council import agreements_here
from tocsin.node.council.actions import duties
from tocsin.node.council.agreements_here import duties_owed, of_the_file
from tocsin.node.council.models import OpenedDuty
from tocsin.node.duty.kinds import sentence
from tocsin.node.duty.models import Alert
from tocsin.node.duty.open_items import open_items
from tocsin.node.joint.refusals import ActRefused

pytestmark = pytest.mark.django_db
AFFECTED = {"tell-of-suspicion", "report-the-laboratory"}
EPIZOOTIC = {"disease": "plague", "detected_by": ["animal_health"], "conditions": ["animal_outbreak"]}


@pytest.fixture
def plague(joined, diseases, places, amina):
    return an_event(diseases["plague-pneumonic"], places["XX-11"], amina)


@pytest.fixture
def opened(plague):
    """The duty to tell of a suspicion within two hours."""
    duties.look()
    return OpenedDuty.objects.get(duty="tell-of-suspicion")


def codes():
    return set(OpenedDuty.objects.values_list("duty", flat=True))


class TestOpening:
    def test_an_event_of_ours_opens_what_the_affected_state_owes_once(self, plague):
        assert duties.look() == 2
        assert codes() == AFFECTED
        assert duties.look() == 0
        hours = {
            row.duty: round((row.due_at - row.opened_at).total_seconds() / 3600) for row in OpenedDuty.objects.all()
        }
        assert hours == {"tell-of-suspicion": 2, "report-the-laboratory": 24}

    def test_a_partners_event_opens_what_the_other_parties_owe(self, joined, partner, diseases):
        bring(partner, joined, notified(partner, **EPIZOOTIC))
        assert duties.look() == 1
        row = OpenedDuty.objects.get()
        assert (row.duty, row.event_origin, row.agreement) == ("look-across-the-border", "BO", "plague")

    def test_one_that_affects_us_too_opens_ours(self, joined, partner, diseases):
        border = {"affected_states": ["AL"], "travel_links": []}
        bring(partner, joined, notified(partner, **EPIZOOTIC, cross_border=border))
        duties.look()
        assert codes() == {"tell-of-epizootic", "survey-the-focus"}

    def test_what_is_withdrawn_opens_nothing(self, joined, partner, diseases):
        bring(partner, joined, *chain(partner, "notified", "withdrawn", **EPIZOOTIC))
        assert duties.look() == 0

    def test_an_event_that_holds_no_trigger_opens_nothing(self, joined, diseases, places, amina):
        an_event(diseases["cholera"], places["XX-11"], amina)
        assert duties.look() == 0

    def test_people_are_called_for_each_in_their_language(self, opened):
        alert = Alert.objects.get(kind=duties.OPENED, subject_id=str(opened.pk))
        said = sentence(alert)
        assert said.startswith("To be done within 2 h by Exercise agreement on plague: Tell the parties")
        with translation.override("ru"):
            assert "Сообщить сторонам" in sentence(alert)
        assert AuditEntry.objects.filter(act="duty.opened").count() == 2


class TestAgreements:
    def test_a_draft_binds_nobody(self):
        from dataclasses import replace

        agreement = of_the_file()[0]
        facts = EventFacts(disease="plague-pneumonic", states=frozenset({"AL"}))
        assert {one.code for one in duties_owed(agreement, facts, "AL")} == AFFECTED
        assert duties_owed(replace(agreement, standing="draft"), facts, "AL") == []

    def test_whoever_is_no_party_owes_nothing(self):
        agreement = of_the_file()[0]
        facts = EventFacts(disease="plague-pneumonic", states=frozenset({"BO"}))
        assert [one.code for one in duties_owed(agreement, facts, "AL")] == ["look-for-contacts"]
        assert duties_owed(agreement, facts, "ZZ") == []

    def test_one_that_states_adopted_here_opens_its_duties_for_those_it_binds(
        self, plague, joined, partner, dara, clock
    ):
        of = an_adopted_agreement(dara, joined, partner)
        agreement = next(one for one in agreements_here.agreements_in_force() if one.decision == str(of.pk))
        assert agreement.parties == ("AL", "BO", "CE")
        duties.look()
        row = OpenedDuty.objects.get(agreement=str(of.pk))
        assert (row.duty, row.title["en"]) == ("d1", "Ask the laboratory")


def an_adopted_agreement(by, joined, partner):
    """In force for AL, BO and CE: a duty of the affected state within six hours."""
    from tests.node.joint.scenes import PARAGRAPH

    from tocsin.node.council.actions import answering, keeping
    from tocsin.node.council.actions.drafting import begin, propose

    duty = {"id": "d1", "trigger": "suspected_pneumonic_plague", "owner": "affected", "hours": 6,
            "title": {"en": "Ask the laboratory", "ru": "Запросить лабораторию"}}  # fmt: skip
    draft = begin(
        body="coordination-council", kind="agreement", by=by, concerned=["AL", "BO", "CE"],
        title={"ru": "Соглашение", "zh-hans": "协定"}, text={"paragraphs": [PARAGRAPH]}, duties=[duty],
    )  # fmt: skip
    of = propose(draft, version=draft.version, by=by)
    keeping.consider(of, by=by)
    answering.consent(of, version=1, by=by)
    for name in ("BO", "CE"):
        consent(partner, joined, name, of)
    keeping.adopt(of, by=by)
    return of


class TestClocks:
    def test_half_and_four_fifths_are_told_once_and_then_people_are_called(self, opened, dara):
        OpenedDuty.objects.exclude(pk=opened.pk).delete()
        begins = opened.opened_at
        assert duties.warn(begins + timedelta(minutes=50)) == 0
        assert duties.warn(begins + timedelta(minutes=61)) == 1
        assert duties.warn(begins + timedelta(minutes=70)) == 0
        assert duties.warn(begins + timedelta(minutes=100)) == 1
        told = [notice_sentence(one) for one in Notice.objects.filter(kind="duty.warned").order_by("made_at", "id")]
        assert [one.split(" per cent")[0] for one in told] == ["50", "80"]
        assert duties.warn(begins + timedelta(minutes=121)) == 1
        assert duties.warn(begins + timedelta(minutes=130)) == 0
        assert Alert.objects.filter(kind=duties.OVER, subject_id=str(opened.pk)).count() == 1

    def test_one_that_nobody_looked_at_tells_its_gravest_share_alone(self, opened, dara):
        OpenedDuty.objects.exclude(pk=opened.pk).delete()
        begins = opened.opened_at
        duties.warn(begins + timedelta(minutes=110))
        assert duties.warn(begins + timedelta(minutes=111)) == 0
        assert Notice.objects.get(kind="duty.warned").values["share"] == 80

    def test_of_what_is_settled_nobody_is_told(self, opened, dara):
        duties.done(opened, note="By telephone", by=dara)
        OpenedDuty.objects.exclude(pk=opened.pk).delete()
        assert duties.warn(opened.due_at + timedelta(days=1)) == 0


class TestSettling:
    def test_it_is_done_by_a_person_and_nobody_is_called_any_more(self, opened, dara):
        duties.done(opened, note="By telephone", by=dara)
        row = OpenedDuty.objects.get(pk=opened.pk)
        assert (row.by, row.note) == (dara, "By telephone")
        assert row.done_at is not None
        assert not Alert.objects.open().filter(subject_type="duty", subject_id=str(row.pk)).exists()
        assert AuditEntry.objects.filter(act="duty.done", by=dara).count() == 1

    def test_it_is_lifted_with_a_reason_only(self, opened, dara):
        with pytest.raises(ActRefused, match="Say why"):
            duties.lift(opened, note=" ", by=dara)
        duties.lift(opened, note="It was no plague", by=dara)
        assert not OpenedDuty.objects.open().filter(pk=opened.pk).exists()

    def test_a_second_person_hears_who_was_first(self, opened, dara, nodira):
        duties.done(opened, note="", by=dara)
        with pytest.raises(ActRefused, match="Dara has settled this duty already"):
            duties.lift(opened, note="x", by=nodira)

    def test_whoever_only_reads_settles_nothing(self, opened, person):
        with pytest.raises(PermissionDenied):
            duties.done(opened, by=person("epidemiologist", name="Ona"))


class TestPages:
    @pytest.fixture
    def browser(self, dara, signed_in):
        return signed_in(dara)

    def test_it_teaches_while_nothing_is_open_and_shows_the_agreements(self, browser, joined):
        text = browser.get(reverse("agreements")).text
        assert "No duty of an agreement is open" in text
        assert "Exercise agreement on plague" in text
        assert "the affected state" in text

    def test_what_is_owed_stands_first_with_its_clock_and_its_event(self, browser, opened, plague):
        page = browser.get(reverse("agreements"))
        assert [one.row.duty for one in page.context["page"].open] == ["tell-of-suspicion", "report-the-laboratory"]
        assert "2 duties are open, first: Tell the parties of the suspicion" in page.text
        assert "left of 2" in page.text
        assert reverse("event", args=[plague.pk]) in page.text

    def test_a_partners_event_is_named_and_linked(self, browser, joined, partner, diseases):
        bring(partner, joined, notified(partner, **EPIZOOTIC))
        duties.look()
        text = browser.get(reverse("agreements")).text
        assert "BO-2026-3" in text

    def test_it_is_settled_by_the_form(self, browser, opened):
        address = reverse("settle_duty", args=[opened.pk])
        refused = browser.post(address, {"what": "lifted", "note": ""})
        assert refused.status_code == 422
        assert "Say why this duty does not apply." in refused.text
        assert browser.post(address, {"what": "done", "note": "By telephone"}).url == reverse("agreements")
        text = browser.get(reverse("agreements")).text
        assert "By telephone" in text
        assert browser.post(address, {"what": "done", "note": ""}).status_code == 409

    def test_it_stands_on_the_tab_of_its_event_and_is_handed_over(self, browser, opened, plague, person):
        text = browser.get(reverse("event_council", args=[plague.pk])).text
        assert "Tell the parties of the suspicion" in text
        said = [str(item.text) for item in open_items(person("duty_officer"))]
        assert any(one.startswith("Duty of an agreement: Tell the parties of the suspicion") for one in said)

    def test_whoever_only_reads_sees_no_form(self, opened, person, signed_in):
        reader = signed_in(person("epidemiologist", name="Ona"))
        assert "Done, or does not apply" not in reader.get(reverse("agreements")).text
        assert reader.get(reverse("settle_duty", args=[opened.pk])).status_code == 403


def test_a_moment_of_now_is_within_the_time(opened):
    assert duties.used(opened, timezone.now()) < 50
