"""Content of an invented patient, as documents have it."""

import copy
from datetime import date
from typing import Any

from tocsin.clinical.content import problems_of

__all__ = ["TODAY", "codes_of", "sample", "with_"]

TODAY = date(2026, 3, 9)
AT = "2026-03-09T05:30Z"

_SAMPLE: dict[str, Any] = {
    "patient": {"age": {"value": 54, "unit": "a"}, "sex": "male"},
    "presentation": "Fever for 5 days, dyspnoea since yesterday.",
    "onset_on": "2026-03-04",
    "admitted_on": "2026-03-08",
    "severity": "severe",
    "diagnoses": [{"system": "icd11", "code": "CA40.Z", "display": "Pneumonia", "certainty": "confirmed"}],
    "allergies": "none known",
    "conditions": "type 2 diabetes",
    "pregnancy": "not_applicable",
    "vitals": [
        {"at": AT, "code": "respiratory_rate", "value": "26", "unit": "/min"},
        {"at": AT, "code": "spo2", "value": "92", "unit": "%"},
        {"at": AT, "code": "fio2", "value": "60", "unit": "%"},
        {"at": AT, "code": "systolic", "value": "105", "unit": "mm[Hg]"},
        {"at": AT, "code": "diastolic", "value": "60", "unit": "mm[Hg]"},
        {"at": AT, "code": "heart_rate", "value": "112", "unit": "/min"},
        {"at": AT, "code": "consciousness", "value": "alert", "unit": ""},
        {"at": AT, "code": "temperature", "value": "38.6", "unit": "Cel"},
    ],
    "laboratory": [
        {
            "at": "2026-03-08", "loinc": "14682-9", "display": "creatinine", "value": "140", "unit": "umol/L",
            "comparator": "", "reference": "62-106",
        },
        {
            "at": "2026-03-08", "loinc": "92142-9", "display": "influenza A", "value": "detected", "unit": "",
            "comparator": "", "reference": "",
        },
    ],
    "medication": [
        {
            "substance": "oseltamivir", "atc": "J05AH02", "dose": "75", "unit": "mg", "route": "oral",
            "frequency": "twice_daily", "from": "2026-03-08", "until": None,
        }
    ],
    "support": [
        {
            "kind": "hfno", "from": "2026-03-08", "until": None,
            "settings": [
                {"name": "fio2", "value": "60", "unit": "%"}, {"name": "flow", "value": "50", "unit": "L/min"},
            ],
        }
    ],
    "questions": ["Is it time to intubate?"],
}  # fmt: skip


def sample() -> dict[str, Any]:
    """A content without problems."""
    return copy.deepcopy(_SAMPLE)


def with_(pointer: str, value: Any) -> dict[str, Any]:
    """The sample with one value changed; a list's index one past its end adds to it."""
    content = sample()
    *path, last = pointer.strip("/").split("/")
    inner: Any = content
    for part in path:
        inner = inner[int(part)] if isinstance(inner, list) else inner[part]
    if isinstance(inner, list) and int(last) == len(inner):
        inner.append(value)
    else:
        inner[int(last) if isinstance(inner, list) else last] = value
    return content


def codes_of(content: Any) -> set[tuple[str, str]]:
    """Field and code of every problem."""
    return {(problem.field, problem.code) for problem in problems_of(content, today=TODAY)}
