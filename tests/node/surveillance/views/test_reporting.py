"""A signal that a person brings: on one screen, in three scripts, and never lost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tocsin.node.alliance.models import DutyShift, Organisation
from tocsin.node.alliance.roles import Ability
from tocsin.node.surveillance.models import Signal

NEW = "/signals/new/"


@pytest.fixture
def given(diseases, places) -> dict[str, object]:
    """What somebody sends who fills in the whole form."""
    return {
        "kind": "clinician", "disease": "cholera", "place": places["XX-11"].pk, "day": timezone.localdate().isoformat(),
        "text": "Three adults with rice-water stools, one well.", "language": "en", "cases": "3", "deaths": "1",
        "reference": "sample 17",
    }  # fmt: skip


@pytest.fixture
def clinician(person, state):
    clinic = Organisation.objects.create(state=state, kind="hospital", name_en="Clinic")
    return person("clinician", name="Dilshod", organisation=clinic)


def test_a_report_is_a_signal_and_its_page_follows(amina, signed_in, given):
    answer = signed_in(amina).post(NEW, given, follow=True)
    signal = Signal.objects.get()
    assert (signal.kind, signal.disease_id, signal.cases, signal.deaths) == ("clinician", "cholera", 3, 1)
    assert (signal.by, signal.organisation, signal.reference) == (amina, amina.organisation, "sample 17")
    assert answer.redirect_chain == [(reverse("signal", args=[signal.thread_id]), 302)]
    assert "Clinician reports: Cholera in District 11, 3 cases" in answer.text
    assert "rice-water" in answer.text
    assert 'data-draft-saved="report-signal"' in answer.text


def test_who_may_not_read_surveillance_sees_what_became_of_it(clinician, amina, signed_in, given):
    shift = {"starts_at": timezone.now() - timedelta(hours=1), "ends_at": timezone.now() + timedelta(hours=1)}
    DutyShift.objects.create(person=amina, **shift)
    answer = signed_in(clinician).post(NEW, given, follow=True)
    assert "Your report, Cholera in District 11: new" in answer.text
    assert "Amina, who is on duty, was told" in answer.text
    assert "What became of it" in answer.text
    assert "Nobody has decided anything yet" in answer.text
    assert "Expected" not in answer.text
    assert "Cholera" in signed_in(clinician).get("/signals/?status=all").text


def test_another_organisations_report_does_not_exist_for_them(clinician, amina, signed_in, given):
    signed_in(amina).post(NEW, given)
    page = reverse("signal", args=[Signal.objects.get().thread_id])
    assert signed_in(clinician).get(page).status_code == 404


@pytest.mark.parametrize(("typed", "found"), [("холер", "cholera"), ("霍乱", "cholera"), ("chol", "cholera")])
def test_one_that_is_found_need_not_be_chosen(amina, signed_in, given, typed, found):
    sent = given | {"disease": "", "disease_q": typed, "place": "", "place_q": "Район 12"}
    signed_in(amina).post(NEW, sent)
    assert (Signal.objects.get().disease_id, Signal.objects.get().place.code) == (found, "XX-12")


def test_several_places_of_one_name_are_asked_about(amina, signed_in, given):
    answer = signed_in(amina).post(NEW, given | {"place": "", "place_q": "district"})
    assert answer.status_code == 422
    assert "Several places are named so" in answer.text
    assert answer.text.count("· Region") == 6
    assert "rice-water" in answer.text
    nowhere = signed_in(amina).post(NEW, given | {"place": "", "place_q": "atlantis"})
    assert "No place is named so" in nowhere.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "}, {"day": "2999-01-01"}, {"day": "soon"}, {"cases": "-1"}, {"cases": "2", "deaths": "3"},
        {"place": "0"}, {"place": "99999999999999999999"}, {"kind": "rule"}, {"kind": ""}, {"disease": "no-such"},
        {"language": "xx"}, {"reference": "x" * 201}, {"text": "x" * 10_001},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_typed_is_lost(amina, signed_in, given, wrong):
    answer = signed_in(amina).post(NEW, given | wrong)
    assert answer.status_code == 422
    assert not Signal.objects.exists()
    assert "sample 17" in answer.text or "reference" in wrong


def test_kinds_are_those_of_the_persons_role(clinician, amina, signed_in, given):
    assert 'value="laboratory"' not in signed_in(clinician).get(NEW).text
    assert 'value="laboratory"' in signed_in(amina).get(NEW).text
    assert signed_in(clinician).post(NEW, given | {"kind": "laboratory"}).status_code == 422


def test_lists_follow_what_is_typed_in_three_scripts(amina, signed_in, diseases, places):
    browser = signed_in(amina)
    assert "Cholera" in browser.get("/signals/new/choices/disease/", {"disease_q": "холера"}).text
    found = browser.get("/signals/new/choices/place/", {"place_q": "第21县"}).text
    assert "District 21 · Region 2" in found
    assert "District 11" not in found
    assert "nothing is named so" in browser.get("/signals/new/choices/place/", {"place_q": "atlantis"}).text
    assert browser.get("/signals/new/choices/people/").status_code == 404


def test_words_are_text(amina, signed_in, given):
    answer = signed_in(amina).post(NEW, given | {"text": "<script>alert(1)</script>"}, follow=True)
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_who_may_report(people, signed_in, client):
    for role, somebody in people.items():
        expected = 200 if somebody.may(Ability.REPORT_SIGNAL) else 403
        for address in (NEW, "/signals/new/choices/place/"):
            assert signed_in(somebody).get(address).status_code == expected, (role, address)
    assert client.get(NEW).headers["Location"].startswith("/account/login/")
