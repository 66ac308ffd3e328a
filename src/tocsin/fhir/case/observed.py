"""Observations of a Bundle as vital signs, laboratory results, and what else content has a place for."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tocsin.clinical.decimals import number_of
from tocsin.clinical.loinc import is_loinc
from tocsin.clinical.measures import Measure, laboratory_test, vitals
from tocsin.clinical.vocabulary import codes
from tocsin.fhir.bundles import Resource
from tocsin.fhir.case.gathering import Gathering, codings, figure, moment_of, our_code
from tocsin.fhir.case.making import LOINC, UCUM, system
from tocsin.fhir.case.patient import AGE, ALLERGIES, CONDITIONS, ONSET, PREGNANCY, PRESENTATION
from tocsin.fhir.days import day_of

__all__ = ["observed"]

MOST_VITALS, MOST_RESULTS = 500, 1000
TEXTS = {PRESENTATION: ("presentation", 8000), ALLERGIES: ("allergies", 2000), CONDITIONS: ("conditions", 4000)}
TAKEN = ("final", "amended", "corrected", "preliminary")
LABORATORY = "laboratory"


def observed(gathering: Gathering, resource: Resource) -> None:
    """Take an Observation, and each of its components."""
    said = resource.said
    if said["status"] not in TAKEN:
        gathering.leave(resource, "status", f"{said['status']} is not taken")
        return
    if said["status"] == "preliminary":
        gathering.leave(resource, "status", "is preliminary; taken as it is")
    for one in (said, *({**part, "of": said} for part in said.get("component", []))):
        if any(name.startswith("value") for name in one):
            _take(gathering, resource, one)
        elif one is not said or not said.get("component"):
            gathering.leave(resource, "value", "has no value")


def _take(gathering: Gathering, resource: Resource, one: Mapping[str, Any]) -> None:
    found = list(codings(one.get("code"), LOINC))
    if _of_the_patient(gathering, resource, one, found):
        return
    at = moment_of(one.get("of", one))
    if at is None:
        gathering.leave(resource, "effective", "does not say on which day it was observed")
        return
    sign = next((signs()[code] for code in found if code in signs()), None)
    if sign is not None:
        _sign(gathering, resource, one, sign, at)
    elif _is_of_laboratory(one, found):
        _result(gathering, resource, one, found, at)
    else:
        gathering.leave(resource, "code", "is no vital sign and no laboratory result that is known here")


def _of_the_patient(gathering: Gathering, resource: Resource, one: Mapping[str, Any], found: list[str]) -> bool:
    """Age, onset, severity, pregnancy, and what is told in words. Whether it was one of these."""
    content = gathering.content
    if AGE in found:
        value = one.get("valueQuantity", {})
        if value.get("code") in codes("age_unit") and figure(value.get("value")).isdecimal():
            content["patient"]["age"] = {"value": int(value["value"]), "unit": value["code"]}
        else:
            gathering.leave(resource, "value", "is no age in whole years, months or days")
    elif ONSET in found and (day := day_of(one.get("valueDateTime"))):
        content["onset_on"] = day
    elif PREGNANCY in found and (said := our_code(one.get("valueCodeableConcept"), "pregnancy", codes("pregnancy"))):
        content["pregnancy"] = said
    elif severity := our_code(one.get("valueCodeableConcept"), "severity", codes("severity")):
        content["severity"] = severity
    elif text := next((TEXTS[code] for code in found if code in TEXTS), None):
        content[text[0]] = gathering.text(resource, "value", one.get("valueString"), text[1])
    else:
        return False
    return True


def _sign(gathering: Gathering, resource: Resource, one: Mapping[str, Any], sign: Measure, at: str) -> None:
    read = _value(gathering, resource, one, sign)
    if read is None:
        return
    value, unit, comparator = read
    if comparator:
        gathering.leave(resource, "comparator", "a vital sign is a value here, not above or below one")
        return
    gathering.add("vitals", {"at": at, "code": sign.code, "value": value, "unit": unit}, MOST_VITALS, resource)


def _result(gathering: Gathering, resource: Resource, one: Mapping[str, Any], found: list[str], at: str) -> None:
    code = next((code for code in found if laboratory_test(code)), next(filter(is_loinc, found), ""))
    test = laboratory_test(code) if code else None
    read = _value(gathering, resource, one, test)
    display = gathering.text(resource, "code", _called(one), 200) or (test.words.en if test is not None else "")
    if read is None:
        return
    if not code and not display:
        gathering.leave(resource, "code", "says neither by a LOINC code nor in words what was measured")
        return
    value, unit, comparator = read
    ranges = [one.get("text") for one in one.get("referenceRange", [])[:1]]
    row = {
        "at": at, "loinc": code, "display": display, "value": value, "unit": unit, "comparator": comparator,
        "reference": gathering.text(resource, "referenceRange", next(iter(ranges), ""), 100),
    }  # fmt: skip
    gathering.add("laboratory", row, MOST_RESULTS, resource)


def _value(
    gathering: Gathering, resource: Resource, one: Mapping[str, Any], measure: Measure | None
) -> tuple[str, str, str] | None:
    """Value, unit and comparator; None, and a remark, where they cannot be taken as they are."""
    if measure is not None and measure.values:
        said = our_code(one.get("valueCodeableConcept"), measure.values, codes(measure.values))
        if said is None:
            gathering.leave(resource, "value", f"is no code of {system(measure.values)}")
        return None if said is None else (said, "", "")
    quantity = one.get("valueQuantity")
    if quantity is None:
        text = gathering.text(resource, "value", one.get("valueString"), 40) if measure is None else ""
        if not text:
            gathering.leave(resource, "value", "is no number with a unit")
        return (text, "", "") if text else None
    value, comparator = figure(quantity.get("value")), quantity.get("comparator", "")
    unit = quantity.get("code", "") if quantity.get("system") == UCUM else quantity.get("unit", "")
    if number_of(value) is None:
        gathering.leave(resource, "value", "is no number")
    elif comparator not in ("", "<", ">"):
        gathering.leave(resource, "comparator", "there is below and above here, and nothing between")
    elif (measure is not None and unit not in measure.units) or len(unit) > 24:
        gathering.leave(resource, "unit", "is no unit of UCUM in which this is given")
    elif unit and measure is None and not gathering.text(resource, "unit", unit, 24):
        return None
    else:
        return value, unit, comparator
    return None


def _is_of_laboratory(one: Mapping[str, Any], found: list[str]) -> bool:
    categories = one.get("of", one).get("category", [])
    said = {code.get("code") for category in categories for code in category.get("coding", [])}
    return LABORATORY in said or any(laboratory_test(code) for code in found)


def _called(one: Mapping[str, Any]) -> str:
    concept = one.get("code", {})
    displays: Iterator[Any] = (coding.get("display") for coding in concept.get("coding", []))
    return str(concept.get("text") or next(filter(None, displays), ""))


@cache
def signs() -> Mapping[str, Measure]:
    """Vital signs by their LOINC codes."""
    return {sign.loinc: sign for sign in vitals().values()}
