"""A Bundle of a hospital's system as clinical content. Who the patient is is left behind."""

from datetime import date
from typing import Any

from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.medicationstatement import MedicationStatement
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.patient import Patient

from tocsin.clinical.content import normalised
from tocsin.clinical.icd import system_of
from tocsin.fhir.bundles import Bundle, Resource, opened
from tocsin.fhir.case.gathering import Gathering, codings, identity_of
from tocsin.fhir.case.making import Json
from tocsin.fhir.case.medicines import taken
from tocsin.fhir.case.observed import observed
from tocsin.fhir.case.patient import ICD
from tocsin.fhir.refusals import FhirRefusal, NotUnderstood

__all__ = ["content_of"]

TYPES = {
    "Patient": Patient, "Observation": Observation, "Condition": Condition, "MedicationStatement": MedicationStatement,
}  # fmt: skip
MOST_DIAGNOSES = 30
OF_PATIENT = {"resourceType", "id", "gender", "birthDate", "meta", "language", "text", "active"}
PAST = {"inactive", "remission", "resolved"}
NO_DIAGNOSIS = {"refuted", "entered-in-error"}


def content_of(raw: bytes | str, *, today: date | None = None) -> tuple[Json, tuple[NotUnderstood, ...]]:
    """Clinical content, as documents have it, and everything in the Bundle that was left out.

    today  the day on which the patient has the age that a birth date tells; without it no age is taken from one

    Names, numbers and addresses of the patient are in neither: they are looked for in every text that is taken, and a
    text in which one is found is left out. Rules of content are asked by whoever uses it (`problems_of`).

    Raises FhirRefusal for what is no Bundle, and for one of several patients.
    """
    bundle = opened(raw, TYPES, of_patient=True)
    patients = bundle.of_type.get("Patient", [])
    if len(patients) > 1:
        rule = f"it is of {len(patients)} patients"
        raise FhirRefusal(resource="", field="entry", rule=rule, advice="export one patient alone")
    gathering = Gathering(identity_of(patients))
    gathering.content["patient"] = {"age": None, "sex": "unknown"}
    for one in patients:
        _patient(gathering, one, today)
    for kind, take in (("Observation", observed), ("Condition", _condition), ("MedicationStatement", taken)):
        for one in bundle.of_type.get(kind, []):
            if _is_of(bundle, one, patients):
                take(gathering, one)
            else:
                gathering.leave(one, "subject", "is not of the patient of this bundle")
    return normalised(gathering.content), (*bundle.left_out, *gathering.left_out)


def _is_of(bundle: Bundle, resource: Resource, patients: list[Resource]) -> bool:
    subject = resource.said.get("subject")
    return not patients or subject is None or bundle.referred(subject) is patients[0]


def _patient(gathering: Gathering, patient: Resource, today: date | None) -> None:
    said = patient.said
    for field in said:
        if field not in OF_PATIENT and not field.startswith("_"):
            gathering.leave(patient, field, "may say who the patient is")
    gathering.content["patient"]["sex"] = said.get("gender", "unknown")
    born = gathering.identity.birth_date
    if "birthDate" in said:
        age = _age(born, today) if born is not None and today is not None else None
        gathering.content["patient"]["age"] = age
        gathering.leave(
            patient, "birthDate", "says who the patient is; " + ("the age is" if age else "no age is") + " taken"
        )


def _age(born: date, today: date) -> dict[str, Any] | None:
    """In years, of a small child in months, of a newborn in days."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months < 0:
        return None
    if months >= 60:
        return {"value": months // 12, "unit": "a"}
    return {"value": months, "unit": "mo"} if months >= 3 else {"value": (today - born).days, "unit": "d"}


def _condition(gathering: Gathering, resource: Resource) -> None:
    said = resource.said
    clinical = {one.get("code") for one in said.get("clinicalStatus", {}).get("coding", [])}
    verified = {one.get("code") for one in said.get("verificationStatus", {}).get("coding", [])}
    if clinical & PAST or verified & NO_DIAGNOSIS:
        gathering.leave(resource, "clinicalStatus" if clinical & PAST else "verificationStatus", "does not hold now")
        return
    concept = said.get("code", {})
    icd11, icd10 = (next(codings(concept, ICD[name]), "") for name in ("icd11", "icd10"))
    code = icd11 or icd10
    if not code or len(code) > 20:
        gathering.leave(resource, "code", "has no code of ICD-11 or ICD-10")
        return
    displays = [one.get("display") for one in concept.get("coding", []) if one.get("code") == code]
    display = gathering.text(resource, "code", concept.get("text") or next(filter(None, displays), ""), 300)
    row = {
        "system": system_of(icd11) if icd11 else "icd10", "code": code, "display": display or code,
        "certainty": "confirmed" if "confirmed" in verified else "suspected",
    }  # fmt: skip
    gathering.add("diagnoses", row, MOST_DIAGNOSES, resource)
