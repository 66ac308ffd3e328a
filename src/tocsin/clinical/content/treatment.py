"""What was given and what took over the work of organs: doses, codes of medicines, settings, from when until when."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tocsin.clinical.content.days import check_span
from tocsin.clinical.content.measured import check_number
from tocsin.clinical.content.problems import Problem
from tocsin.clinical.vocabulary import units_of

__all__ = ["check_medication", "check_support"]

Row = Mapping[str, Any]
ATC = re.compile(r"[A-DGHJ-NPRSV](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")


def check_medication(rows: Iterable[tuple[int, Row]], *, today: date) -> list[Problem]:
    """What is wrong with medicines. A dose may be left out; a number without its unit may not stand."""
    found = []
    for index, row in rows:
        field = f"/medication/{index}"
        found += check_span(row["from"], row["until"], field, today=today)
        if row["atc"] and not ATC.fullmatch(row["atc"]):
            found.append(Problem(f"{field}/atc", "atc-form", {"atc": row["atc"]}))
        found += _of_dose(row["dose"], row["unit"], field)
    return found


def check_support(rows: Iterable[tuple[int, Row]], *, today: date) -> list[Problem]:
    """What is wrong with organ support and its settings."""
    found = []
    for index, row in rows:
        field = f"/support/{index}"
        found += check_span(row["from"], row["until"], field, today=today)
        for at, setting in enumerate(row["settings"]):
            found += _of_setting(setting, f"{field}/settings/{at}")
    return found


def _of_dose(dose: str, unit: str, field: str) -> list[Problem]:
    if not dose:
        return [Problem(f"{field}/unit", "unit-without-dose")] if unit else []
    if not unit:
        return [*check_number(dose, f"{field}/dose"), Problem(f"{field}/unit", "dose-without-unit")]
    found = check_number(dose, f"{field}/dose")
    if unit not in units_of("dose"):
        found.append(Problem(f"{field}/unit", "dose-unit", {"unit": unit}))
    return found


def _of_setting(setting: Row, field: str) -> list[Problem]:
    allowed = units_of("support_setting", setting["name"])
    if not allowed:  # a mode, a device: words
        return [Problem(f"{field}/unit", "unit-of-a-code")] if setting["unit"] else []
    found = check_number(setting["value"], f"{field}/value")
    if setting["unit"] not in allowed:
        values = {"unit": setting["unit"], "name": setting["name"], "allowed": ", ".join(allowed)}
        found.append(Problem(f"{field}/unit", "setting-unit", values))
    return found
