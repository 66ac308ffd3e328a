"""Clinical content as documents have it, from what a form gave: whole, trimmed, with points before decimals."""

import copy
import unicodedata
from collections.abc import Mapping
from typing import Any

from tocsin.clinical.content.patient import OLDEST, OLDEST_SAID
from tocsin.clinical.decimals import plain
from tocsin.clinical.measures import laboratory_test

__all__ = ["EMPTY", "normalised"]

# Content that says nothing yet, in its form.
EMPTY: Mapping[str, Any] = {
    "patient": {"age": None, "sex": "unknown"},
    "presentation": "",
    "onset_on": None,
    "admitted_on": None,
    "severity": None,
    "diagnoses": [],
    "allergies": "",
    "conditions": "",
    "pregnancy": "unknown",
    "vitals": [],
    "laboratory": [],
    "medication": [],
    "support": [],
    "questions": [],
}
# What a row has where nothing is said; what must be said is not among them.
ROWS: Mapping[str, Mapping[str, Any]] = {
    "diagnoses": {"certainty": "suspected"},
    "vitals": {"unit": ""},
    "laboratory": {"loinc": "", "display": "", "unit": "", "comparator": "", "reference": ""},
    "medication": {"atc": "", "dose": "", "unit": "", "route": "", "frequency": "", "from": None, "until": None},
    "support": {"from": None, "until": None, "settings": []},
}
NUMBERS = {"vitals": "value", "laboratory": "value", "medication": "dose"}
PARAGRAPHS = {"presentation", "allergies", "conditions", "questions"}
DAYS = {"onset_on", "admitted_on", "from", "until"}


def normalised(content: Any) -> Any:
    """`content` as documents have it; done twice, it is as done once. What cannot be read stays as it is.

    What is missing is added empty, texts are trimmed, a decimal comma becomes a point, an age of 91 to 120 years
    becomes 90 (which stands for 90 and older), codes get their capitals, and a laboratory test the LOINC code of its
    unit. Nothing is guessed: a value with an ambiguous comma stays, and `problems_of` asks.
    """
    if not isinstance(content, dict):
        return content
    said = {key: _trimmed(value, key) for key, value in content.items()}
    whole = copy.deepcopy(dict(EMPTY)) | said
    if isinstance(whole["patient"], dict):
        whole["patient"] = _patient(whole["patient"])
    for part, empty in ROWS.items():
        if isinstance(whole[part], list):
            whole[part] = [_row(part, row, empty) if isinstance(row, dict) else row for row in whole[part]]
    if isinstance(whole["questions"], list):
        whole["questions"] = [question for question in whole["questions"] if question != ""]
    return whole


def _trimmed(value: Any, key: Any) -> Any:
    """Texts in composed characters, without space around them; those of one line on one line; an empty day is none."""
    if isinstance(value, str):
        composed = unicodedata.normalize("NFC", value).strip()
        text = composed if key in PARAGRAPHS else " ".join(composed.split())
        return None if key in DAYS and not text else text
    if isinstance(value, list):
        return [_trimmed(inner, key) for inner in value]
    if isinstance(value, dict):
        return {inner: _trimmed(one, inner) for inner, one in value.items()}
    return value


def _patient(patient: dict[Any, Any]) -> dict[Any, Any]:
    said = {"age": None, "sex": "unknown"} | patient
    age = said["age"]
    if isinstance(age, dict) and age.get("unit") == "a" and _is_told_as_oldest(age.get("value")):
        said["age"] = age | {"value": OLDEST_SAID}
    return said


def _is_told_as_oldest(value: Any) -> bool:
    return isinstance(value, int) and OLDEST_SAID < value <= OLDEST


def _row(part: str, row: dict[Any, Any], empty: Mapping[str, Any]) -> dict[Any, Any]:
    said = dict(empty) | row
    number = NUMBERS.get(part)
    if number in said and isinstance(said[number], str):
        said[number] = plain(said[number])
    if part == "laboratory":
        return _test(said)
    if part == "support" and isinstance(said["settings"], list):
        said["settings"] = [_setting(one) if isinstance(one, dict) else one for one in said["settings"]]
    for key in ("code", "atc"):
        if part in {"diagnoses", "medication"} and isinstance(said.get(key), str):
            said[key] = said[key].upper()
    return said


def _test(row: dict[Any, Any]) -> dict[Any, Any]:
    """A laboratory result with the code of its unit: programs name creatinine by one code, whatever the unit."""
    if isinstance(row["loinc"], str) and isinstance(row["unit"], str) and (test := laboratory_test(row["loinc"])):
        if row["unit"] in test.units:
            row["loinc"] = test.units[row["unit"]].loinc
        row["display"] = row["display"] or test.words.en
    return row


def _setting(setting: dict[Any, Any]) -> dict[Any, Any]:
    said = {"unit": ""} | setting
    if isinstance(said.get("value"), str) and said["unit"]:
        said["value"] = plain(said["value"])
    return said
