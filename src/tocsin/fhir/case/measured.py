"""What was measured: vital signs and laboratory results as Observations, with LOINC and UCUM."""

from collections.abc import Iterator, Mapping
from typing import Any

from tocsin.clinical.measures import Inconvertible, Measure, laboratory_test, vitals
from tocsin.fhir.case.given import NoteGiven
from tocsin.fhir.case.making import LOINC, Json, Making, concept, moment, quantity

__all__ = ["measured"]

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def measured(making: Making, note: NoteGiven, content: Mapping[str, Any]) -> Iterator[Json]:
    """Vital signs, then results, each in its order."""
    for number, row in enumerate(content["vitals"]):
        sign = vitals().get(row["code"])
        code = _sign(sign, row) if sign is not None else concept("vital_sign", row["code"])
        yield _observed(making, ("vital", note.id, number), "vital-signs", row, code, sign)
    for number, row in enumerate(content["laboratory"]):
        test = laboratory_test(row["loinc"]) if row["loinc"] else None
        coding = {"coding": [{"system": LOINC, "code": row["loinc"]}]} if row["loinc"] else {}
        text = row["display"] or (test.words.en if test is not None else "")
        code = {**coding, **({"text": text} if text else {})}
        made = _observed(making, ("result", note.id, number), "laboratory", row, code, test)
        yield {**made, **({"referenceRange": [{"text": row["reference"]}]} if row["reference"] else {})}


def _sign(sign: Measure, row: Mapping[str, str]) -> Json:
    try:
        code = sign.loinc_in(row["unit"])
    except Inconvertible:
        code = sign.loinc
    return {"coding": [{"system": LOINC, "code": code}], "text": sign.words.en}


def _observed(
    making: Making, key: tuple[object, ...], category: str, row: Mapping[str, str], code: Json, measure: Measure | None
) -> Json:
    return {
        "resourceType": "Observation", "id": making.id(*key), "status": "final",
        "category": [{"coding": [{"system": _CATEGORY, "code": category}]}], "code": code,
        "subject": making.patient, "effectiveDateTime": moment(row["at"]), **_value(row, measure),
    }  # fmt: skip


def _value(row: Mapping[str, str], measure: Measure | None) -> Json:
    """A number with its unit, one of our codes, or the words that somebody has written."""
    if measure is not None and measure.values:
        return {"valueCodeableConcept": concept(measure.values, row["value"])}
    number = quantity(row["value"], row["unit"], row.get("comparator", ""))
    if number is not None:
        return {"valueQuantity": number}
    return {"valueString": row["value"]} if row["value"] else {}
