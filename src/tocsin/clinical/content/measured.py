"""Vital signs and laboratory results: units, limits, and what of the same time cannot go together."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tocsin.clinical.content.days import check_moment
from tocsin.clinical.content.problems import Problem
from tocsin.clinical.decimals import is_ambiguous, number_of, written
from tocsin.clinical.loinc import is_loinc
from tocsin.clinical.measures import Measure, laboratory_test, vitals
from tocsin.clinical.vocabulary import codes

__all__ = ["check_laboratory", "check_number", "check_vitals"]

Row = Mapping[str, Any]
GLASGOW = ("gcs_eye", "gcs_verbal", "gcs_motor")


def check_vitals(rows: Iterable[tuple[int, Row]], *, today: date) -> list[Problem]:
    """What is wrong with vital signs: each by itself, then those of one time together."""
    found = []
    by_time: dict[str, dict[str, tuple[int, Row]]] = defaultdict(dict)
    for index, row in rows:
        field = f"/vitals/{index}"
        found += check_moment(row["at"], f"{field}/at", today=today)
        sign = vitals().get(row["code"])
        if sign is None:
            found.append(Problem(f"{field}/code", "vital-unknown", {"code": row["code"]}))
            continue
        said = _of_value(sign, row["value"], row["unit"], field)
        found += said
        if all(problem.is_warning for problem in said):
            by_time[row["at"]][row["code"]] = index, row
    for together in by_time.values():
        found += [*_glasgow(together), *_pressure(together), *_oxygen(together)]
    return found


def check_laboratory(rows: Iterable[tuple[int, Row]], *, today: date) -> list[Problem]:
    """What is wrong with laboratory results. Tests that the short list lacks are taken in whatever unit they have."""
    found = []
    for index, row in rows:
        field = f"/laboratory/{index}"
        found += check_moment(row["at"], f"{field}/at", today=today)
        loinc = row["loinc"]
        test = laboratory_test(loinc)
        if test is not None:
            found += [*_of_value(test, row["value"], row["unit"], field), *_of_loinc(test, loinc, row["unit"], field)]
            continue
        if loinc and not is_loinc(loinc):
            found.append(Problem(f"{field}/loinc", "loinc-form", {"loinc": loinc}))
        if not row["display"].strip():
            found.append(Problem(f"{field}/display", "test-without-name"))
        if row["unit"] or row["comparator"]:
            found += check_number(row["value"], f"{field}/value")
    return found


def check_number(text: str, field: str) -> list[Problem]:
    """What keeps a text from being a number."""
    if number_of(text) is not None:
        return []
    return [Problem(field, "comma-ambiguous" if is_ambiguous(text) else "not-a-number", {"value": text})]


def _of_value(measure: Measure, value: str, unit: str, field: str) -> list[Problem]:
    if measure.values:
        return _of_code(measure, value, unit, field)
    if unit not in measure.units:
        values = {"unit": unit, "allowed": ", ".join(measure.units)}
        return [Problem(f"{field}/unit", "unit-not-allowed", values)]
    number = number_of(value)
    if number is None:
        return check_number(value, f"{field}/value")
    if measure.whole and number.denominator != 1:
        return [Problem(f"{field}/value", "not-whole", {"value": value})]
    return _of_limits(measure, number, value, unit, field)


def _of_code(measure: Measure, value: str, unit: str, field: str) -> list[Problem]:
    allowed = codes(measure.values)
    found = [Problem(f"{field}/unit", "unit-of-a-code")] if unit else []
    if value not in allowed:
        found.append(Problem(f"{field}/value", "value-unknown", {"value": value, "allowed": ", ".join(allowed)}))
    return found


def _of_limits(measure: Measure, number: Fraction, value: str, unit: str, field: str) -> list[Problem]:
    first = measure.in_first_unit(number, unit)
    for limits, hard in ((measure.hard, True), (measure.soft, False)):
        if not limits[0] <= first <= limits[1]:
            least, most = (written(one) for one in measure.limits_in(unit, hard=hard))
            values = {"value": value, "unit": unit, "least": least, "most": most}
            return [Problem(f"{field}/value", "out-of-limits" if hard else "look-again", values)]
    return []


def _of_loinc(test: Measure, loinc: str, unit: str, field: str) -> list[Problem]:
    if unit not in test.units or test.units[unit].loinc == loinc:
        return []
    values = {"loinc": loinc, "unit": unit, "right": test.units[unit].loinc}
    return [Problem(f"{field}/loinc", "loinc-of-another-unit", values)]


def _glasgow(together: Mapping[str, tuple[int, Row]]) -> list[Problem]:
    """The total of the Glasgow scale against its parts, and against the consciousness of the same time."""
    if "gcs_total" not in together:
        return []
    index, row = together["gcs_total"]
    total = int(row["value"])
    found = []
    if all(part in together for part in GLASGOW):
        parts = sum(int(together[part][1]["value"]) for part in GLASGOW)
        if parts != total:
            found.append(Problem(f"/vitals/{index}/value", "gcs-sum", {"sum": parts, "total": total}))
    if "consciousness" in together:
        consciousness = together["consciousness"][1]["value"]
        if (consciousness == "alert" and total < 14) or (consciousness == "unresponsive" and total > 8):
            values = {"total": total, "consciousness": consciousness}
            found.append(Problem(f"/vitals/{index}/value", "gcs-and-consciousness", values))
    return found


def _pressure(together: Mapping[str, tuple[int, Row]]) -> list[Problem]:
    if not {"systolic", "diastolic"} <= together.keys():
        return []
    upper, lower = (_in_first_unit(together[code]) for code in ("systolic", "diastolic"))
    if lower < upper or upper == lower == 0:
        return []
    index, row = together["diastolic"]
    values = {"diastolic": row["value"], "systolic": together["systolic"][1]["value"]}
    return [Problem(f"/vitals/{index}/value", "diastolic-above-systolic", values)]


def _oxygen(together: Mapping[str, tuple[int, Row]]) -> list[Problem]:
    """A saturation means little when nobody says what was breathed."""
    if "spo2" not in together or {"fio2", "oxygen_flow"} & together.keys():
        return []
    return [Problem(f"/vitals/{together['spo2'][0]}/value", "oxygen-not-said")]


def _in_first_unit(placed: tuple[int, Row]) -> Fraction:
    row = placed[1]
    return vitals()[row["code"]].in_first_unit(Fraction(row["value"]), row["unit"])
