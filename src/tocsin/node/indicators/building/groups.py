"""Which age and sex a group (stratum) of a source means, in the labels that partners know.

Tables name groups as they like: `00-04`, `65 и старше`, `女`. What cannot be told for certain is not guessed, and the
group is left out.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from tocsin.counts.names import says
from tocsin.counts.places import UNKNOWN_AGE
from tocsin.node.surveillance.models.series import JOINED

__all__ = ["ALL", "Group", "group_of"]

DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−~", "-"))
YEARS = r"(?:years?|yrs?|y|год|года|лет|г|岁|周岁|anos|años|ans|jahre)?\.?"
RANGE = re.compile(rf"(\d{{1,3}})\s*{YEARS}\s*(?:-|to|bis|до|至)\s*(\d{{1,3}})\s*{YEARS}")
FROM = re.compile(
    rf"(\d{{1,3}})\s*{YEARS}\s*(?:\+|(?:and|&|or)\s+(?:over|older|above|more)|и\s+(?:старше|более)|(?:及|和)?以上)\s*{YEARS}"
    rf"|(?:>=|≥)\s*(\d{{1,3}})\s*{YEARS}"
)
BELOW = re.compile(rf"(?:<|under|below|до|младше)\s*(\d{{1,3}})\s*{YEARS}|(\d{{1,3}})\s*{YEARS}\s*(?:以下|未満)")
SEXES = {
    "female": "female females f woman women girl girls ж жен женский женщина женщины 女 女性 mujer femenino weiblich",
    "male": "male males m man men boy boys м муж мужской мужчина мужчины 男 男性 hombre masculino männlich",
    "other": "other divers diverse другой иной 其他",
}
SEX_OF = {word: sex for sex, words in SEXES.items() for word in words.split()}
UNKNOWN = frozenset({"unknown", "not known", "not stated", "неизвестно", "не указано", "не указан", "不详", "未知"})
OLDEST = 125


class Group(NamedTuple):
    """As rows of weekly indicators name it."""

    age: str
    sex: str


ALL = Group("all", "all")


def group_of(stratum: str, columns: Sequence[str]) -> Group | None:
    """The group that a stratum means; None where it cannot be told.

    columns  of the source's tables that name groups, in the order of the stratum's parts
    """
    if not stratum:
        return ALL
    parts = stratum.split(JOINED)
    named = columns if len(columns) == len(parts) else [""] * len(parts)
    age = sex = ""
    for text, column in zip(parts, named, strict=True):
        kind, label = _part(_plain(text), column)
        if kind == "age" and not age:
            age = label
        elif kind == "sex" and not sex:
            sex = label
        else:
            return None
    return Group(age or "all", sex or "all")


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(DASHES).casefold().split())


def _part(text: str, column: str) -> tuple[str, str]:
    """("age" or "sex" or "", its label)."""
    of_age = says(column, "age") if column else False
    if text == UNKNOWN_AGE or (of_age and text in UNKNOWN):
        return "age", "unknown"
    if text in SEX_OF and not of_age:
        return "sex", SEX_OF[text]
    if text in UNKNOWN and _names_sex(column):
        return "sex", "unknown"
    return ("age", age) if (age := _age(text, of_age=of_age)) else ("", "")


def _names_sex(column: str) -> bool:
    return _plain(column) in {"sex", "gender", "sexo", "geschlecht", "пол", "性别"}


def _age(text: str, *, of_age: bool) -> str:
    if found := RANGE.fullmatch(text):
        first, last = int(found[1]), int(found[2])
        return f"{first}-{last}" if first <= last <= OLDEST else ""
    if found := FROM.fullmatch(text):
        return f"{int(found[1] or found[2])}+"
    if found := BELOW.fullmatch(text):
        end = int(found[1] or found[2]) - 1
        return f"0-{end}" if end >= 0 else ""
    if of_age and re.fullmatch(r"\d{1,3}", text) and int(text) <= OLDEST:
        return f"{int(text)}-{int(text)}"
    return ""
