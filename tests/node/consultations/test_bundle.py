"""A case as a FHIR Bundle, taken by those who have the case: whole, on record, and without who the patient is."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.clinical.content.samples import sample
from tests.node.consultations.scenes import answered, ask_for, closed, seen, words

from tocsin.node.alliance.models import AuditEntry
from tocsin.node.consultations.actions import answering, asking, panels
from tocsin.node.consultations.models import Case, ClinicalNote, PatientIdentity
from tocsin.node.consultations.pages.bundle import ConsentEnded, bundle_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(mira, river):
    return ask_for(mira, [river], by=mira.person, content=sample())


def resources(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def taken(case, person):
    return json.loads(bundle_text(Case.objects.get(pk=case.pk), person))


def test_it_is_downloaded_by_whoever_has_the_case_and_that_is_on_record(case, mira, lin, rosa, signed_in):
    answered(case, coordinator=rosa, expert=lin)
    response = signed_in(mira.person).get(f"/consultations/{case.pk}/fhir/")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert f"case-{case.number}.json" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    bundle = json.loads(response.content)
    Bundle.model_validate(bundle)
    assert resources(bundle, "DiagnosticReport")[0]["conclusion"] == "Meropenem, and look at the kidneys."
    entry = AuditEntry.objects.get(act="consultation.exported")
    assert (entry.details, entry.by) == ({"format": "fhir"}, mira.person)


def test_the_whole_course_is_in_it(case, mira, lin, omar, rosa):
    answering.allocate(case, [lin], by=rosa)
    answering.ask(case, words("是否过敏？", language="zh-hans"), by=lin.person)
    asking.reply(case, "q1", words("Нет.", language="ru"), by=mira.person)
    answering.sign(case, words("Meropenem 2 g."), by=lin.person)
    answering.amend(case, "o1", words("Meropenem 1 g."), after=1, reason="dose", by=lin.person)
    panels.convene(case, [lin, omar], chair=lin, quorum=2, by=lin.person)
    panels.dissolve(case, reason="not needed", by=lin.person)
    closed(case, by=mira.person)
    bundle = taken(case, mira.person)
    Bundle.model_validate(bundle)
    said = [one["payload"][0]["contentString"] for one in resources(bundle, "Communication")]
    assert said == ["是否过敏？", "Нет."]
    assert [one["status"] for one in resources(bundle, "DiagnosticReport")] == ["amended"]
    assert [one["status"] for one in resources(bundle, "DocumentReference")] == ["superseded", "current"]
    assert resources(bundle, "Task")[0]["businessStatus"]["coding"][0]["code"] == "closed"
    names = [one["name"] for one in resources(bundle, "Organization")]
    assert names == ["Hill Hospital", "River Hospital"]
    assert {one["name"][0]["text"] for one in resources(bundle, "Practitioner")} == {"Mira", "Lin", "Omar"}
    digests = json.dumps(resources(bundle, "Provenance"))
    for note in ClinicalNote.objects.about(case):
        assert note.digest in digests


def test_a_coordinator_speaks_as_the_hospital(case, lin, rosa):
    answering.allocate(case, [lin], by=rosa)
    bundle = taken(case, rosa)
    river = next(one for one in resources(bundle, "Organization") if one["name"] == "River Hospital")
    allocated = resources(bundle, "Provenance")[1]
    assert allocated["activity"]["coding"][0]["code"] == "allocate"
    assert allocated["agent"][0]["who"]["reference"] == f"urn:uuid:{river['id']}"
    assert "Rosa" not in json.dumps(bundle)


def test_notes_that_are_void_or_other_than_was_signed_are_left_out(case, mira, lin, rosa):
    answered(case, coordinator=rosa, expert=lin)
    ClinicalNote.objects.about(case).filter(kind="opinion").update(digest="x" * 43)
    report = resources(taken(case, mira.person), "DiagnosticReport")[0]
    assert "conclusion" not in report
    assert report["status"] == "final"


def test_of_a_patient_who_does_not_agree_any_more_there_is_none(case, mira, lin, rosa, signed_in):
    answered(case, coordinator=rosa, expert=lin)
    asking.change_consent(case, "care", given=False, on=None, basis="patient", by=mira.person)
    with pytest.raises(ConsentEnded):
        bundle_text(Case.objects.get(pk=case.pk), mira.person)
    browser = signed_in(mira.person)
    assert browser.get(f"/consultations/{case.pk}/fhir/").status_code == 404
    assert browser.get(f"/consultations/{case.pk}/").status_code == 200
    assert not AuditEntry.objects.filter(act="consultation.exported").exists()


def test_it_takes_no_more_queries_however_much_was_said(case, mira, lin, rosa):
    answering.allocate(case, [lin], by=rosa)
    row = Case.objects.select_related("of").get(pk=case.pk)
    with CaptureQueriesContext(connection) as few:
        bundle_text(row, mira.person)
    for number in range(4):
        answering.send_message(case, words(f"Message {number}"), by=lin.person)
    with CaptureQueriesContext(connection) as many:
        bundle_text(Case.objects.select_related("of").get(pk=case.pk), mira.person)
    assert len(many) <= len(few) + 1


names = st.lists(st.text("абвгдежзиклмнопрстуАВИ王小明李abcdefgXYZ", min_size=4, max_size=14), min_size=1, max_size=3)
numbers = st.text("0123456789AB", min_size=7, max_size=14)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25, phases=[Phase.generate]
)
@given(names, numbers, st.dates(date(1930, 1, 1), date(2020, 12, 31)))
def test_nothing_of_who_the_patient_is_is_ever_in_it(case, mira, planted, number, born):
    PatientIdentity.objects.filter(case=case).update(
        names=planted, numbers=[f"№{number}"], birth_date=born, addresses=[f"{number} улица"], telephones=[f"+{number}"]
    )
    bundle = bundle_text(Case.objects.select_related("of").get(pk=case.pk), mira.person)
    for said in (*planted, f"№{number}", f"{number} улица", f"+{number}", born.isoformat(), "birthDate"):
        assert said not in bundle
    assert seen(case)
