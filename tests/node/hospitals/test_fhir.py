"""A hospital as FHIR: out of the directory for whoever reads it; in by its manager, looked at before it is kept."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from fhir.resources.R4B.bundle import Bundle
from tests.node.hospitals.scenes import active_clinician, of_bo
from tests.node.notifications.scenes import bring

from tocsin.fhir.writing import bundle_of
from tocsin.node.alliance.models import AuditEntry
from tocsin.node.hospitals.actions.entries import keep_hospital, set_service_line
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.building.documents import body_of
from tocsin.node.hospitals.building.entries import said_of
from tocsin.node.hospitals.models import Clinician, Hospital, ServiceLine

pytestmark = pytest.mark.django_db
SEAL = re.compile(r'name="seal" value="([^"]+)"')


def body(row):
    return body_of(row, row.lines.all(), row.clinicians.all())


def given(browser, row, said):
    content = json.dumps(bundle_of(said, origin="AL")).encode() if isinstance(said, dict) else said
    return browser.post(
        reverse("hospital_fhir_import", args=[row.pk]), {"bundle": SimpleUploadedFile("b.json", content)}
    )


def kept(browser, row, page):
    return browser.post(reverse("hospital_fhir_import", args=[row.pk]), {"seal": SEAL.search(page.text)[1]})


def test_whoever_reads_the_directory_takes_a_hospital_of_any_state(
    hospital, joined, partner, mira, lin, omar, signed_in
):
    active_clinician(hospital, lin, by=mira)
    set_service_line(hospital, "burns", status="none", reason="Fire.", by=mira)
    invite_clinician(hospital, "new@city.example", {"names": {"en": "Newcomer"}, "role": "consultant"}, by=mira)
    bring(partner, joined, of_bo(partner))
    for row in Hospital.objects.all():
        response = signed_in(omar).get(reverse("hospital_fhir", args=[row.pk]))
        assert response["Content-Type"] == "application/fhir+json; charset=utf-8"
        bundle = json.loads(response.content)
        Bundle.model_validate(bundle)
        assert row.names["en"] in response.text
        assert "Newcomer" not in response.text
    assert AuditEntry.objects.filter(act="hospitals.exported", details__kind="fhir").count() == 2
    assert lin.email not in response.text


def test_one_that_only_applies_is_there_for_nobody_else(applied, omar, mira, signed_in):
    where = reverse("hospital_fhir", args=[applied.pk])
    assert signed_in(omar).get(where).status_code == 404
    assert signed_in(mira).get(where).status_code == 200


def test_what_would_change_is_shown_and_kept_once_the_manager_says_so(hospital, mira, signed_in):
    set_service_line(hospital, "burns", status="full", by=mira)
    browser, said = signed_in(mira), body(hospital)
    said["names"]["zh"], said["address"], said["contact"] = "新名", "2 New Street", ""
    said["lines"] = [{"specialty": "burns", "status": "none", "reason": "Fire.", "since": "2026-01-01"},
                     {"specialty": "traumatology", "status": "full", "reason": "", "since": "2026-01-01"}]  # fmt: skip
    assert reverse("hospital_fhir_import", args=[hospital.pk]) in browser.get(f"/hospitals/{hospital.pk}/").text
    page = given(browser, hospital, said)
    assert page.status_code == 200
    for shown in ("4 changes to look at", "新名", "2 New Street", "1 Hospital Street", "Fire."):
        assert shown in page.text, shown
    before = Hospital.objects.get()
    assert (before.names["zh"], before.lines.get().status) == ("市立医院", "full")
    assert kept(browser, hospital, page).status_code == 302
    after = Hospital.objects.get()
    assert (after.names["zh"], after.address, after.contact) == ("新名", "2 New Street", hospital.contact)
    assert {(one.specialty, one.status) for one in ServiceLine.objects.all()} == {
        ("burns", "none"),
        ("traumatology", "full"),
    }
    assert "nothing would change" in given(browser, hospital, body(after)).text


def test_what_is_not_taken_is_listed_and_people_are_never_taken(hospital, mira, lin, signed_in):
    active_clinician(hospital, lin, by=mira)
    said = body(hospital)
    said["clinicians"][0]["id"] = "0197c2aa-0000-7000-8000-00000000dead"
    said["lines"] = [
        {"specialty": "traumatology", "status": "partial", "reason": "", "since": "2026-01-01"},
        {"specialty": "no_such", "status": "full", "reason": "", "since": "2026-01-01"},
        {"specialty": "burns", "status": "unknown", "reason": "", "since": "2026-01-01"},
    ]
    page = given(signed_in(mira), hospital, said)
    for told in ("people are invited one by one", "does not say why", "no_such is none of our specialties"):
        assert told in page.text
    assert not SEAL.search(page.text)
    assert Clinician.objects.count() == 1


def test_a_bundle_of_another_hospital_and_what_is_none_are_refused(hospital, joined, partner, mira, signed_in):
    bring(partner, joined, of_bo(partner))
    browser, another = signed_in(mira), Hospital.objects.get(origin="BO")
    page = given(browser, hospital, body(another))
    assert (page.status_code, "bundle of another hospital" in page.text) == (422, True)
    page = given(browser, hospital, b"no json")
    assert (page.status_code, "cannot be read as a FHIR Bundle" in page.text) == (422, True)
    assert browser.post(reverse("hospital_fhir_import", args=[hospital.pk])).status_code == 422


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(hospital, mira, signed_in):
    browser = signed_in(mira)
    said = body(hospital) | {"address": "2 New Street"}
    page = given(browser, hospital, said)
    row = Hospital.objects.get()
    keep_hospital(row, said_of(row) | {"address": "3 Other Street"}, version=row.version, by=mira)
    kept(browser, hospital, page)
    assert Hospital.objects.get().address == "3 Other Street"


def test_nothing_is_kept_that_no_page_has_shown(hospital, mira, signed_in):
    browser = signed_in(mira)
    answer = browser.post(reverse("hospital_fhir_import", args=[hospital.pk]), {"seal": "made up"}, follow=True)
    assert "too old to be kept" in answer.text
    assert Hospital.objects.get().version == hospital.version


def test_only_its_manager_takes_a_bundle_in(hospital, lin, omar, signed_in):
    where = reverse("hospital_fhir_import", args=[hospital.pk])
    assert signed_in(lin).get(where).status_code == 403
    assert signed_in(omar).get(where).status_code == 403


HOSTILE = {
    "nothing in it": "a\0b", "turned round": "\u202eLatipsoh\u202c", "unseen": "a\u200b\u2060b",
    "markup": "<script>alert(1)</script>", "a blank": " ", "endless": "x" * 100_000, "half a letter": "a\ud800b",
    "no letter": "\ufffe",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_name_that_nobody_should_have_changes_nothing_and_breaks_no_page(name, hospital, mira, signed_in):
    """Looked at, and sent back as it was shown: refused, cut, or written as text."""
    browser, said = signed_in(mira), body(hospital)
    bundle = bundle_of(said, origin="AL")
    organisation = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Organization")
    organisation["name"] = name
    organisation.pop("_name")
    page = given(browser, hospital, json.dumps(bundle).encode())
    assert page.status_code in (200, 422)
    assert "<script>alert" not in page.text
    if SEAL.search(page.text):
        assert kept(browser, hospital, page).status_code == 302
        browser.get("/hospitals/")
    names = Hospital.objects.get(pk=hospital.pk).names
    kept_as_text = {"markup": name, "endless": name[:160]}.get(next(k for k, v in HOSTILE.items() if v == name))
    assert {*names.values()} <= {*said["names"].values(), kept_as_text}
    assert "<script>alert" not in browser.get(reverse("hospital", args=[hospital.pk])).text


@pytest.mark.parametrize(
    "content", [b"[" * 500_000, b'{"a":' * 200_000, b"9" * 100_000, b"\xff\xfe", b"PK\x03\x04", b""]
)
def test_what_no_bundle_is_costs_nothing_and_is_told(content, hospital, mira, signed_in):
    page = given(signed_in(mira), hospital, content)
    assert page.status_code == 422
    assert ("cannot be read as a FHIR Bundle" if content else "The submitted file is empty") in page.text
