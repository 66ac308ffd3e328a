"""A Bundle as clinical content: what R4B and our vocabulary both know; nothing of who the patient is, anywhere."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.clinical.content.samples import TODAY, sample
from tests.fhir.case_given import case, note, said

from tocsin.clinical.content import problems_of
from tocsin.fhir.case.reading import content_of
from tocsin.fhir.case.writing import bundle_of_case
from tocsin.fhir.case.written import text_of
from tocsin.fhir.refusals import FhirRefusal

LOINC, UCUM = "http://loinc.org", "http://unitsofmeasure.org"
READ = ("diagnoses", "vitals", "laboratory", "medication", "patient", "severity", "onset_on", "presentation")
BORN = "1972-03-10"


def bundle(*resources):
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]})


def measured(code, value, unit="", **more):
    quantity = {"value": value, **({"unit": unit, "system": UCUM, "code": unit} if unit else {})}
    return {
        "resourceType": "Observation", "status": "final", "code": {"coding": [{"system": LOINC, "code": code}]},
        "effectiveDateTime": "2026-03-09T11:30:00+05:00", "valueQuantity": quantity, **more,
    }  # fmt: skip


def condition(text="Pneumonia", **more):
    coding = [{"system": "http://id.who.int/icd/release/11/mms", "code": "CA40.Z"}]
    subject = {"reference": "Patient/1"}
    return {"resourceType": "Condition", "subject": subject, "code": {"coding": coding, "text": text}, **more}


def given_medicine(**more):
    subject = {"reference": "Patient/1"}
    medicine = {"text": "meropenem", "coding": [{"system": "http://www.whocc.no/atc", "code": "J01DH02"}]}
    return {
        "resourceType": "MedicationStatement", "status": "active", "subject": subject,
        "medicationCodeableConcept": medicine, **more,
    }  # fmt: skip


def why(raw, **more):
    return [str(one) for one in content_of(raw, **more)[1]]


def test_what_we_write_is_read_again_as_it_was():
    content = sample()
    content["vitals"][7]["value"] = "38.60"
    acts = [said("submit", 0, note=note("asked", "?", content=content))]
    found, _left = content_of(text_of(bundle_of_case(case(acts=acts))))
    moments = [row | {"at": row["at"].replace(":00Z", "Z")} for row in found["vitals"]]
    assert found | {"vitals": moments} == content | {"admitted_on": None, "support": [], "questions": [],
                                                     "pregnancy": "unknown"}  # fmt: skip
    assert problems_of(found, today=TODAY) == []


def test_moments_are_in_utc_and_figures_keep_their_zeros():
    (row,) = content_of('{"resourceType":"Bundle","type":"collection","entry":[{"resource":' + json.dumps(
        measured("8310-5", 0, "Cel")
    ).replace('"value": 0', '"value": 38.50') + "}]}")[0]["vitals"]  # fmt: skip
    assert row == {"at": "2026-03-09T06:30:00Z", "code": "temperature", "value": "38.50", "unit": "Cel"}


def test_a_blood_pressure_of_two_components_is_two_signs():
    parts = [
        {name: one for name, one in measured(code, value, "mm[Hg]").items() if name in ("code", "valueQuantity")}
        for code, value in (("8480-6", 120), ("8462-4", 80))
    ]
    panel = measured("85354-9", 0, component=parts)
    del panel["valueQuantity"]
    content, left = content_of(bundle(panel))
    assert [(row["code"], row["value"]) for row in content["vitals"]] == [("systolic", "120"), ("diastolic", "80")]
    assert left == ()


@pytest.mark.parametrize(
    ("observation", "reason"),
    [
        (measured("8310-5", 101, "furlong"), "no unit of UCUM"),
        (measured("8310-5", 38.5, "Cel", status="entered-in-error"), "entered-in-error is not taken"),
        (measured("8310-5", 38.5, "Cel", effectiveDateTime="2026-03"), "on which day"),
        (measured("99999-9", 80, "kg"), "no vital sign and no laboratory result"),
        (measured("14682-9", 140, "umol/L") | {"valueQuantity": {"value": 1, "comparator": ">=", "system": UCUM,
         "code": "umol/L"}}, "nothing between"),
        (measured("8310-5", 38.5, "Cel") | {"valueQuantity": {"value": 38, "comparator": "<", "system": UCUM,
         "code": "Cel"}}, "not above or below"),
        ({**measured("8310-5", 1), "valueQuantity": {}}, "no number"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_as_it_is_is_left_out_and_said(observation, reason):
    content, left = content_of(bundle(observation))
    assert (content["vitals"], content["laboratory"]) == ([], [])
    assert any(reason in str(one) for one in left), left


def test_a_laboratory_result_that_the_short_list_lacks_is_taken_by_its_code_or_its_name():
    by_code = measured("2532-0", 300, "U/L", category=[{"coding": [{"code": "laboratory"}]}])
    by_name = measured("", 3, "mg/L", category=[{"coding": [{"code": "laboratory"}]}])
    by_name |= {"code": {"text": "Особый белок"}}
    rows = content_of(bundle(by_code, by_name))[0]["laboratory"]
    assert [row["loinc"] for row in rows] == ["2532-0", ""]
    assert rows[1]["display"] == "Особый белок"


def test_conditions_that_do_not_hold_are_no_diagnoses():
    past = condition(clinicalStatus={"coding": [{"code": "resolved"}]})
    refuted = condition(verificationStatus={"coding": [{"code": "refuted"}]})
    sure = condition(verificationStatus={"coding": [{"code": "confirmed"}]})
    uncoded = condition() | {"code": {"text": "Some fever"}}
    content, left = content_of(bundle(past, refuted, sure, condition(), uncoded))
    assert [(row["code"], row["certainty"]) for row in content["diagnoses"]] == [
        ("CA40.Z", "confirmed"), ("CA40.Z", "suspected"),
    ]  # fmt: skip
    assert len(left) == 3


@pytest.mark.parametrize(
    ("dosage", "row"),
    [
        ({"timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}}}, {"frequency": "three_daily"}),
        ({"timing": {"repeat": {"period": 8, "periodUnit": "h"}}}, {"frequency": "every_8_hours"}),
        ({"timing": {"code": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation",
                                          "code": "BID"}]}}}, {"frequency": "twice_daily"}),
        ({"asNeededBoolean": True}, {"frequency": "as_needed"}),
        ({"doseAndRate": [{"doseQuantity": {"value": 1, "system": UCUM, "code": "g"}}]}, {"dose": "1", "unit": "g"}),
        ({"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "spoon"}}]}, {"dose": "", "unit": ""}),
        ({"timing": {"repeat": {"frequency": 7, "period": 3, "periodUnit": "d"}}}, {"frequency": ""}),
    ],
)  # fmt: skip
def test_doses_and_how_often_are_taken_where_they_are_sure(dosage, row):
    content, left = content_of(bundle(given_medicine(dosage=[dosage])))
    (found,) = content["medication"]
    assert (found["substance"], found["atc"]) == ("meropenem", "J01DH02")
    assert {name: found[name] for name in row} == row
    assert bool(left) == (not any(row.values()))


def test_a_medicine_that_is_not_taken_is_none():
    assert content_of(bundle(given_medicine(status="not-taken")))[0]["medication"] == []


@pytest.mark.parametrize(
    ("today", "age"),
    [
        (date(2026, 3, 9), {"value": 53, "unit": "a"}), (date(2026, 3, 10), {"value": 54, "unit": "a"}),
        (date(1972, 4, 1), {"value": 22, "unit": "d"}), (date(1974, 3, 10), {"value": 24, "unit": "mo"}),
        (date(2070, 1, 1), {"value": 90, "unit": "a"}), (None, None), (date(1972, 1, 1), None),
    ],
)  # fmt: skip
def test_of_a_birth_date_the_age_alone_is_taken(today, age):
    raw = bundle({"resourceType": "Patient", "birthDate": BORN, "gender": "female"})
    content, left = content_of(raw, today=today)
    assert content["patient"] == {"age": age, "sex": "female"}
    assert BORN not in str(left)


def test_a_bundle_of_two_patients_is_refused_and_what_is_of_another_is_left_out():
    with pytest.raises(FhirRefusal, match="of 2 patients"):
        content_of(bundle({"resourceType": "Patient"}, {"resourceType": "Patient"}))
    own = {"resourceType": "Patient", "id": "1"}
    another = condition() | {"subject": {"reference": "Patient/2"}}
    content, left = content_of(bundle(own, condition(), another))
    assert len(content["diagnoses"]) == 1
    assert [one.field for one in left] == ["subject"]


def test_what_is_no_bundle_is_refused():
    with pytest.raises(FhirRefusal):
        content_of("{}")


SURNAMES = ("Иванов", "Петренко", "Kowalski", "Abdullayeva", "王")
GIVEN = ("Пётр Сергеевич", "Оксана", "Jan", "Gulnora", "小明")
people = st.sampled_from(list(zip(SURNAMES, GIVEN, strict=True)))
numbers = st.from_regex(r"[0-9]{9,12}", fullmatch=True)


@settings(deadline=None)
@given(people, numbers, st.booleans())
def test_who_the_patient_is_is_neither_in_the_content_nor_in_what_was_left_out(person, number, as_text):
    family, first = person
    whole = f"{family}{first}" if family == "王" else f"{family} {first}"
    name = {"text": whole} if as_text else {"family": family, "given": first.split()}
    patient = {
        "resourceType": "Patient", "id": f"p{number}", "name": [name], "identifier": [{"value": number}],
        "telecom": [{"system": "phone", "value": f"+7{number}"}], "address": [{"line": ["ул. Садовая, 12"]}],
        "birthDate": BORN,
    }  # fmt: skip
    told = f"{whole}, {number}, ул. Садовая, 12"
    subject = {"reference": f"Patient/p{number}"}
    resources = [
        patient, condition(told) | {"subject": subject, "id": f"c{number}"},
        measured("2532-0", 300, "U/L", id=f"o{number}", category=[{"coding": [{"code": "laboratory"}]}],
                 referenceRange=[{"text": told}]) | {"code": {"text": told}},
        {"resourceType": "Observation", "status": "final", "valueString": told,
         "code": {"coding": [{"system": LOINC, "code": "10164-2"}]}},
        given_medicine(id=f"m{number}") | {"subject": subject, "medicationCodeableConcept": {"text": told}},
        {"resourceType": "RelatedPerson", "id": f"r{number}", "name": [name]},
    ]  # fmt: skip
    content, left = content_of(bundle(*resources), today=TODAY)
    kept = json.dumps(content, ensure_ascii=False) + " ".join(map(str, left))
    for identifying in (whole, family, number, "Садовая", BORN):
        assert identifying not in kept
    assert content["diagnoses"][0]["display"] == "CA40.Z"
    assert content["laboratory"] == []  # of which nothing but its name said what it is


@given(st.decimals(0, 60, places=2))
def test_every_figure_is_read_with_the_digits_that_it_has(figure):
    raw = text_of({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": measured("59408-5", Decimal(figure), "%")}
    ]})  # fmt: skip
    assert content_of(raw)[0]["vitals"][0]["value"] == format(figure, "f")
