"""What is given: medication as MedicationStatement, support of organs as Procedure with its settings beside it."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.fhir.case.given import NoteGiven
from tocsin.fhir.case.making import Json, Making, concept, period, quantity

__all__ = ["ATC", "treatment"]

ATC = "http://www.whocc.no/atc"
AS_NEEDED = "as_needed"


def treatment(making: Making, note: NoteGiven, content: Mapping[str, Any]) -> Iterator[Json]:
    """Medication, then support, each in its order."""
    for number, row in enumerate(content["medication"]):
        yield _medication(making, note, number, row)
    for number, row in enumerate(content["support"]):
        yield from _support(making, note, number, row)


def _medication(making: Making, note: NoteGiven, number: int, row: Mapping[str, Any]) -> Json:
    coding = {"coding": [{"system": ATC, "code": row["atc"]}]} if row["atc"] else {}
    during = period(row)
    dosage = _dosage(row)
    return {
        "resourceType": "MedicationStatement", "id": making.id("medication", note.id, number),
        "status": _status(making, row, before="intended", now="active", after="completed"),
        "medicationCodeableConcept": {**coding, "text": row["substance"] or "?"}, "subject": making.patient,
        **({"effectivePeriod": during} if during else {}), **({"dosage": [dosage]} if dosage else {}),
    }  # fmt: skip


def _dosage(row: Mapping[str, Any]) -> Json:
    amount = quantity(row["dose"], row["unit"])
    how_often = row["frequency"]
    spelled = f"{row['dose']} {row['unit']}".strip()
    return {
        **({"text": spelled} if spelled and amount is None else {}),
        **({"timing": {"code": concept("frequency", how_often)}} if how_often and how_often != AS_NEEDED else {}),
        **({"asNeededBoolean": True} if how_often == AS_NEEDED else {}),
        **({"route": concept("route", row["route"])} if row["route"] else {}),
        **({"doseAndRate": [{"doseQuantity": amount}]} if amount is not None else {}),
    }


def _support(making: Making, note: NoteGiven, number: int, row: Mapping[str, Any]) -> Iterator[Json]:
    during = period(row)
    yield {
        "resourceType": "Procedure", "id": making.id("support", note.id, number),
        "status": _status(making, row, before="preparation", now="in-progress", after="completed"),
        "code": concept("organ_support", row["kind"]), "subject": making.patient,
        **({"performedPeriod": during} if during else {}),
    }  # fmt: skip
    for place, setting in enumerate(row["settings"]):
        amount = quantity(setting["value"], setting["unit"])
        value = {"valueQuantity": amount} if amount is not None else {"valueString": setting["value"]}
        yield {
            "resourceType": "Observation", "id": making.id("setting", note.id, number, place), "status": "final",
            "partOf": [making.reference("support", note.id, number)],
            "code": concept("support_setting", setting["name"]), "subject": making.patient, **value,
        }  # fmt: skip


def _status(making: Making, row: Mapping[str, Any], *, before: str, now: str, after: str) -> str:
    """How far it is on the day of the last act: no clock is asked."""
    day = making.acts[-1].at.date().isoformat()
    if row["until"] and row["until"] < day:
        return after
    return before if row["from"] and row["from"] > day else now
