"""MedicationStatements of a Bundle as medication of content."""

from collections.abc import Mapping
from typing import Any

from tocsin.clinical.decimals import number_of
from tocsin.clinical.vocabulary import codes, units_of
from tocsin.fhir.bundles import Resource
from tocsin.fhir.case.gathering import Gathering, codings, figure, our_code
from tocsin.fhir.case.making import UCUM
from tocsin.fhir.case.treatment import AS_NEEDED, ATC
from tocsin.fhir.days import day_of

__all__ = ["taken"]

MOST, LONGEST = 200, 200
NOT_TAKEN = ("entered-in-error", "not-taken", "unknown")
_ABBREVIATIONS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
_ABBREVIATED = {
    "QD": "once_daily", "BID": "twice_daily", "TID": "three_daily", "QID": "four_daily", "QOD": "every_other_day",
    "Q1H": "every_hour", "Q2H": "every_2_hours", "Q4H": "every_4_hours", "Q6H": "every_6_hours",
    "Q8H": "every_8_hours", "BED": "at_night",
}  # fmt: skip
# How many times in how much time, as FHIR repeats.
_REPEATED = {
    (1, 1, "d"): "once_daily", (2, 1, "d"): "twice_daily", (3, 1, "d"): "three_daily", (4, 1, "d"): "four_daily",
    (1, 2, "d"): "every_other_day", (1, 1, "wk"): "weekly", (3, 1, "wk"): "three_weekly", (1, 1, "mo"): "monthly",
    **{(1, hours, "h"): f"every_{hours}_hours" for hours in (2, 4, 6, 8, 12)}, (1, 1, "h"): "every_hour",
    (1, 24, "h"): "once_daily",
}  # fmt: skip


def taken(gathering: Gathering, resource: Resource) -> None:
    """Take a MedicationStatement."""
    said = resource.said
    if said["status"] in NOT_TAKEN:
        gathering.leave(resource, "status", f"{said['status']} is not taken")
        return
    concept = said.get("medicationCodeableConcept", {})
    displays = [one.get("display") for one in concept.get("coding", [])]
    called = concept.get("text") or next(filter(None, displays), "")
    substance = gathering.text(resource, "medicationCodeableConcept", called, LONGEST)
    if not substance:
        gathering.leave(resource, "medication", "does not say in words what is given")
        return
    during = said.get("effectivePeriod", {"start": said.get("effectiveDateTime")})
    dosages = said.get("dosage", [])
    if len(dosages) > 1:
        gathering.leave(resource, "dosage", "is more than one; the first is taken")
    row = {
        "substance": substance, "atc": next(codings(concept, ATC), "")[:7], "from": day_of(during.get("start")),
        "until": day_of(during.get("end")), **_dosage(gathering, resource, dosages[0] if dosages else {}),
    }  # fmt: skip
    gathering.add("medication", row, MOST, resource)


def _dosage(gathering: Gathering, resource: Resource, dosage: Mapping[str, Any]) -> dict[str, str]:
    dose, unit = _dose(gathering, resource, dosage)
    route = our_code(dosage.get("route"), "route", codes("route"))
    if route is None and "route" in dosage:
        gathering.leave(resource, "dosage.route", "is none of our codes")
    return {"dose": dose, "unit": unit, "route": route or "", "frequency": _frequency(gathering, resource, dosage)}


def _dose(gathering: Gathering, resource: Resource, dosage: Mapping[str, Any]) -> tuple[str, str]:
    """A dose with its unit, or neither: a number without its unit would be worse than none."""
    amounts = [one["doseQuantity"] for one in dosage.get("doseAndRate", []) if "doseQuantity" in one]
    if not amounts:
        if dosage.get("doseAndRate") or dosage.get("text"):
            gathering.leave(resource, "dosage", "says the dose in no quantity")
        return "", ""
    amount = amounts[0]
    dose, unit = figure(amount.get("value")), amount.get("code", "") if amount.get("system") == UCUM else ""
    if len(amounts) > 1 or number_of(dose) is None or unit not in units_of("dose") or amount.get("comparator"):
        gathering.leave(resource, "dosage.doseAndRate", "is no single number in a unit of doses")
        return "", ""
    return dose, unit


def _frequency(gathering: Gathering, resource: Resource, dosage: Mapping[str, Any]) -> str:
    if dosage.get("asNeededBoolean") is True or "asNeededCodeableConcept" in dosage:
        return AS_NEEDED
    timing = dosage.get("timing")
    if timing is None:
        return ""
    repeat, code = timing.get("repeat", {}), timing.get("code")
    found = our_code(code, "frequency", codes("frequency"))
    found = found or next((_ABBREVIATED[one] for one in codings(code, _ABBREVIATIONS) if one in _ABBREVIATED), None)
    often = (repeat.get("frequency", 1), repeat.get("period"), repeat.get("periodUnit"))
    found = found or _REPEATED.get(often)
    if found is None:
        gathering.leave(resource, "dosage.timing", "is none of our frequencies")
    return found or ""
