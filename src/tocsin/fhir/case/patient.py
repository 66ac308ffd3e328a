"""The patient without who they are, and what was found: age, onset, severity, diagnoses, what was written of them."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tocsin.clinical.vocabulary import word
from tocsin.fhir.canonical import BASE
from tocsin.fhir.case.given import NoteGiven
from tocsin.fhir.case.making import UCUM, Json, Making, concept, loinc

__all__ = ["AGE", "ALLERGIES", "CONDITIONS", "ICD", "ONSET", "PREGNANCY", "PRESENTATION", "found", "patient"]

ICD = {
    "icd10": "http://hl7.org/fhir/sid/icd-10",
    "icd11": "http://id.who.int/icd/release/11/mms",
    "icd11-tm": "http://id.who.int/icd/release/11/mms",  # chapter 26 is a part of the same linearization
}
AGE, ONSET, PREGNANCY = "30525-0", "11368-8", "82810-3"
PRESENTATION, ALLERGIES, CONDITIONS = "10164-2", "48765-2", "11348-0"
_VERIFIED = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_STATUS = {"suspected": "provisional", "confirmed": "confirmed"}
OLDEST = 90  # stands for 90 and older

Content = Mapping[str, Any]


def patient(making: Making, content: Content | None) -> Json:
    """By the case alone: its identifier is one that no register has. No birth date: with an age it would say more."""
    sex = content["patient"]["sex"] if content else "unknown"
    value = f"{making.given.origin}/{making.given.id}"
    return {
        "resourceType": "Patient", "id": making.id("patient"),
        "identifier": [{"system": BASE + "case-patient", "value": value}], "gender": sex,
    }  # fmt: skip


def found(making: Making, note: NoteGiven, content: Content) -> Iterator[Json]:
    """What the content of a note says besides what was measured and given."""
    observed = {"resourceType": "Observation", "status": "final", "subject": making.patient}

    def one(name: str, code: Json, **value: Any) -> Json:
        return {**observed, "id": making.id("found", note.id, name), "code": code, **value}

    if age := content["patient"]["age"]:
        yield one("age", loinc(AGE, "Age"), valueQuantity=_age(age))
    if content["onset_on"]:
        yield one("onset", loinc(ONSET, "Illness onset date"), valueDateTime=content["onset_on"])
    if content["severity"]:
        yield one("severity", concept("finding", "severity"), valueCodeableConcept=concept(
            "severity", content["severity"]
        ))  # fmt: skip
    if content["pregnancy"] in ("yes", "no"):
        said = concept("pregnancy", content["pregnancy"])
        yield one("pregnancy", loinc(PREGNANCY, "Pregnancy status"), valueCodeableConcept=said)
    for name, code, title in (
        ("presentation", PRESENTATION, "History of present illness"),
        ("allergies", ALLERGIES, "Allergies"),
        ("conditions", CONDITIONS, "Past illnesses"),
    ):
        if content[name].strip():
            yield one(name, loinc(code, title), valueString=content[name])
    for number, diagnosis in enumerate(content["diagnoses"]):
        yield _condition(making, note, number, diagnosis)
    if content["admitted_on"]:
        yield {
            "resourceType": "Encounter", "id": making.id("stay", note.id), "status": "unknown",
            "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
            "subject": making.patient, "period": {"start": content["admitted_on"]},
        }  # fmt: skip


def _age(age: Mapping[str, Any]) -> Json:
    is_oldest = (age["value"], age["unit"]) == (OLDEST, "a")
    more = {"comparator": ">="} if is_oldest else {}
    unit = {"unit": word("age_unit", age["unit"], "en"), "system": UCUM, "code": age["unit"]}
    return {"value": Decimal(age["value"]), **more, **unit}


def _condition(making: Making, note: NoteGiven, number: int, diagnosis: Mapping[str, str]) -> Json:
    called = diagnosis["display"] or diagnosis["code"]
    coding = {"system": ICD[diagnosis["system"]], "code": diagnosis["code"], "display": called}
    return {
        "resourceType": "Condition", "id": making.id("condition", note.id, number),
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": "active"}]},
        "verificationStatus": {"coding": [{"system": _VERIFIED, "code": _STATUS[diagnosis["certainty"]]}]},
        "code": {"coding": [coding], "text": called}, "subject": making.patient,
    }  # fmt: skip
