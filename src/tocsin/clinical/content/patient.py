"""Who is ill and of what: age, pregnancy, the first days, diagnoses. A birth date and a name have no place here."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tocsin.clinical.content.days import check_day, day_of
from tocsin.clinical.content.problems import Problem

__all__ = ["OLDEST", "OLDEST_SAID", "check_course", "check_diagnoses", "check_patient"]

OLDEST = 120  # years
OLDEST_SAID = 90  # stands for 90 and older: few people are, and a village may have one
MOST = {"mo": 59, "d": 92}  # above, the age is said in a larger unit: the day of birth is nearly told otherwise

# ICD-11 has no letters O and I, which would be read as digits; a cluster goes on behind & or /.
_REST = r"[0-9][0-9A-HJ-NP-Z](?:\.[0-9A-HJ-NP-Z]{1,2})?(?:[&/][0-9A-HJ-NP-Z.]{3,9})*"
CODE_FORMS: Mapping[str, re.Pattern[str]] = {
    "icd10": re.compile(r"[A-Z][0-9]{2}(?:\.[0-9A-Z]{1,4})?"),
    "icd11": re.compile(rf"(?!S[A-J])[0-9A-HJ-NP-WYZ][A-HJ-NP-Z]{_REST}"),
    "icd11-tm": re.compile(rf"S[A-J]{_REST}"),
}


def check_patient(patient: Mapping[str, Any] | None, pregnancy: str | None) -> list[Problem]:
    """What is wrong with age, sex and pregnancy."""
    if patient is None:
        return []
    found = [] if patient["age"] is None else _of_age(patient["age"]["value"], patient["age"]["unit"])
    if patient["sex"] == "male" and pregnancy == "yes":
        found.append(Problem("/pregnancy", "pregnancy-and-sex"))
    return found


def check_course(onset: str | None, admitted: str | None, *, today: date) -> list[Problem]:
    """What is wrong with the days of onset and admission."""
    found = [*check_day(onset, "/onset_on", today=today), *check_day(admitted, "/admitted_on", today=today)]
    first, then = day_of(onset), day_of(admitted)
    if first and then and then < first:
        values = {"onset": str(first), "admitted": str(then)}
        found.append(Problem("/admitted_on", "admitted-before-onset", values))
    return found


def check_diagnoses(rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[Problem]:
    """What is wrong with the codes of diagnoses. Whether a code exists, the node's list of codes knows."""
    found = []
    seen: set[tuple[str, str]] = set()
    for index, row in rows:
        if not CODE_FORMS[row["system"]].fullmatch(row["code"]):
            values = {"code": row["code"], "system": row["system"]}
            found.append(Problem(f"/diagnoses/{index}/code", "diagnosis-code", values))
        elif (row["system"], row["code"]) in seen:
            found.append(Problem(f"/diagnoses/{index}/code", "diagnosis-twice", {"code": row["code"]}))
        seen.add((row["system"], row["code"]))
    return found


def _of_age(value: int, unit: str) -> list[Problem]:
    field = "/patient/age"
    if unit in MOST:
        values: dict[str, str | int] = {"age": value, "unit": unit, "most": MOST[unit]}
        return [Problem(field, "age-in-years", values)] if value > MOST[unit] else []
    if value > OLDEST:
        return [Problem(field, "age-above-120", {"age": value})]
    return [Problem(field, "age-identifies", {"age": value})] if value > OLDEST_SAID else []
