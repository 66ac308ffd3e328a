"""What is written as FHIR is R4B, and reads as what it was."""

import json
import re
from datetime import date

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fhir.bodies import bodies, clinician, hospital, seen

from tocsin.fhir import canonical
from tocsin.fhir.reading import read
from tocsin.fhir.writing import bundle_of

TODAY = date(2026, 11, 23)


def resources(bundle, kind):
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(bodies(), st.sampled_from(["AL", "BE-RU", "X1"]))
def test_nothing_is_lost_on_the_way_there_and_back(body, origin):
    bundle = bundle_of(body, origin=origin)
    Bundle.model_validate(bundle)
    directory = read(json.dumps(bundle), today=TODAY)
    (found,) = directory.hospitals
    assert (found.origin, found.body) == (origin, seen(body))
    assert directory.not_understood == ()


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", " \u2003 ", "\n", "\t\n"])
def test_blanks_at_the_ends_of_a_text_stay_and_a_text_of_blanks_alone_is_none(blank):
    """R4B lets a text have blanks around it, and allows none that has nothing else."""
    named = {"en": f"{blank}City{blank}", "ru": blank, "zh": "第一医院"}
    line = {"specialty": "burns", "status": "none", "reason": blank, "since": "2026-11-01"}
    body = hospital(names=named, note=blank, reason=f"{blank}Closed", address=f"Abay 1{blank}", lines=[line])
    bundle = bundle_of(body, origin="AL")
    Bundle.model_validate(bundle)
    directory = read(json.dumps(bundle), today=TODAY)
    (found,) = directory.hospitals
    assert directory.not_understood == ()
    assert found.body == body | {"names": named | {"ru": ""}, "note": "", "lines": [line | {"reason": ""}]}


def test_the_same_body_gives_the_same_bundle():
    assert bundle_of(hospital(), origin="AL") == bundle_of(hospital(), origin="AL")


def test_references_lead_to_what_is_in_the_bundle():
    bundle = bundle_of(hospital(), origin="AL")
    addresses = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(addresses)) == len(addresses) == 8
    assert set(re.findall(r'"reference": "([^"]+)"', json.dumps(bundle))) <= set(addresses)


def test_names_say_their_language_and_how_they_are_written():
    bundle = bundle_of(hospital(), origin="AL")
    russian, chinese = resources(bundle, "Practitioner")[0]["name"]
    assert (russian["text"], chinese["text"]) == ("Иванова Мария", "伊万诺娃")
    assert russian["extension"] == [
        {"url": "http://hl7.org/fhir/StructureDefinition/language", "valueCode": "ru"},
        {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "ABC"},
    ]
    assert chinese["extension"][1]["valueCode"] == "IDE"


def test_languages_are_tagged_as_fhir_tags_them():
    bundle = bundle_of(hospital(), origin="AL")
    (service, _) = resources(bundle, "HealthcareService")
    assert [one["coding"][0]["code"] for one in service["communication"]] == ["ru", "zh-Hans"]
    assert service["communication"][0]["coding"][0]["system"] == "urn:ietf:bcp:47"


def test_hours_until_midnight_have_no_end_and_those_of_a_whole_day_no_hours():
    hours = [{"days": [7], "from": "00:00", "until": "24:00"}, {"days": [1], "from": "00:00", "until": "08:00"}]
    body = hospital(clinicians=[clinician(availability=hours)])
    (role,) = resources(bundle_of(body, origin="AL"), "PractitionerRole")
    assert role["availableTime"] == [
        {"daysOfWeek": ["sun"], "allDay": True},
        {"daysOfWeek": ["mon"], "availableStartTime": "00:00:00", "availableEndTime": "08:00:00"},
    ]


def test_who_knows_no_extension_of_ours_still_reads_the_standard_fields():
    bundle = bundle_of(hospital(), origin="AL")
    (organization,), (location,) = resources(bundle, "Organization"), resources(bundle, "Location")
    burns, nephrology = resources(bundle, "HealthcareService")
    at_work, away = resources(bundle, "PractitionerRole")
    assert organization["name"] == "City Hospital 1"
    assert organization["active"] is True
    assert location["position"] == {"latitude": 43.238949, "longitude": -76.945465}
    assert location["extension"] == [{"url": canonical.TIME_ZONE, "valueCode": "Asia/Almaty"}]
    assert (burns["active"], nephrology["active"]) == (True, False)
    assert burns["availabilityExceptions"] == "Two beds"
    assert burns["specialty"][0]["coding"][0]["display"] == "burns"
    assert at_work["availableTime"] == [{"daysOfWeek": ["mon", "wed"], "availableStartTime": "09:00:00"}]
    assert (at_work["active"], away["active"]) == (True, False)
    assert away["notAvailable"] == [{"description": "Away", "during": {"end": "2026-12-24"}}]
