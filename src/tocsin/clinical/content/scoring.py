"""NEWS2 of what stands in clinical content, where it can be had."""

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from tocsin.clinical.decimals import number_of
from tocsin.clinical.measures import vitals
from tocsin.clinical.news2 import CONSCIOUSNESS, News2, news2

__all__ = ["news2_of"]

NUMBERS = ("respiratory_rate", "spo2", "systolic", "heart_rate", "temperature")
ADULT = 16  # years


def news2_of(content: Mapping[str, Any]) -> tuple[str, News2] | None:
    """The latest time at which every sign of NEWS2 stands in `content`, and its score; None if there is none.

    For content without problems. None too for who is below 16 or of unknown age, or pregnant: NEWS2 is not for them.
    Somebody is on oxygen if FiO₂ above 21 % or a flow above 0 stands beside; if neither does, it cannot be scored.
    """
    age = content["patient"]["age"]
    if age is None or age["unit"] != "a" or age["value"] < ADULT or content["pregnancy"] == "yes":
        return None
    by_time: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    for row in content["vitals"]:
        by_time[row["at"]][row["code"]] = row
    for at in sorted(by_time, reverse=True):
        if (score := _of_time(by_time[at])) is not None:
            return at, score
    return None


def _of_time(rows: Mapping[str, Mapping[str, Any]]) -> News2 | None:
    numbers = {code: _number(rows.get(code)) for code in (*NUMBERS, "fio2", "oxygen_flow")}
    signs = {code: value for code, value in numbers.items() if code in NUMBERS and value is not None}
    breathed = [
        value > usual for code, usual in (("fio2", 21), ("oxygen_flow", 0)) if (value := numbers[code]) is not None
    ]
    consciousness = rows.get("consciousness", {}).get("value")
    if len(signs) < len(NUMBERS) or not breathed or consciousness not in CONSCIOUSNESS:
        return None
    return news2(
        respiratory_rate=signs["respiratory_rate"],
        spo2=signs["spo2"],
        on_oxygen=any(breathed),
        systolic=signs["systolic"],
        heart_rate=signs["heart_rate"],
        consciousness=consciousness,
        temperature=signs["temperature"],
    )


def _number(row: Mapping[str, Any] | None) -> Fraction | None:
    if row is None or (value := number_of(row["value"])) is None:
        return None
    return vitals()[row["code"]].in_first_unit(value, row["unit"])
