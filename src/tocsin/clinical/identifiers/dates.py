"""A birth date as people write it in three languages; and any date that is said to be one."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from tocsin.clinical.identifiers.folding import Folded
from tocsin.clinical.identifiers.identity import Found, Kind

__all__ = ["birth_dates", "dates_said_to_be_of_birth"]

_RUSSIAN = ["январ", "феврал", "март", "апрел", "ма", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр"]
_ENGLISH = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SEPARATOR = r"[\s.\-/\\_,]{1,3}"
_NUMERALS = "〇一二三四五六七八九"
_ANY_MONTH = (
    "(?:" + "|".join([f"{one}[а-я]{{0,3}}" for one in _RUSSIAN] + [f"{one[:3]}[a-z]{{0,6}}" for one in _ENGLISH]) + ")"
)
_ANY = (
    rf"(?:\d{{1,2}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}(?:\d{{4}}|\d{{2}})|\d{{4}}{_SEPARATOR}\d{{1,2}}{_SEPARATOR}\d{{1,2}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[\s.\-]*{_ANY_MONTH}\.?[\s,.\-]*\d{{4}}|{_ANY_MONTH}\.?\s*\d{{1,2}}(?:st|nd|rd|th)?[\s,]*\d{{4}}"
    rf"|(?:\d{{4}}|[{_NUMERALS}零]{{4}})\s*年(?:\s*[\d{_NUMERALS}十]{{1,3}}\s*月(?:\s*[\d{_NUMERALS}十]{{1,3}}\s*[日号])?)?"
    r"|\d{8}|(?:19|20)\d{2})"
)
_LABEL = (
    r"(?:\bд\.?\s?р\b|\bдат\w+ рожд\w*|\bрожд(?:ен\w*|\.)|\bродил\w+|\bрод\.|\bг\.?\s?р\b\.?:|\bborn\b(?: on| in)?"
    r"|\bd\.?\s?o\.?\s?b\b|\b(?:date of birth|birth ?date|birthday)\b|出生(?:日期|年月日?)?|生于|生日)"
)
# Labels are folded as texts are: й is и, ё is е.
_LABELLED = re.compile(rf"{_LABEL}[\s.:：\-–,(是为於于]{{0,6}}(?P<date>{_ANY})(?!\d)")
_BEHIND = re.compile(
    rf"(?<![\d.])(?P<date>{_ANY})\s*(?:г(?:ода?|\.)?\s*)?(?:р(?:\.|ожд\w*)(?!\w)|出生|生(?=[，,。\s]|$))"
)


def birth_dates(text: Folded, born: date) -> Iterator[Found]:
    """Every place where this day stands."""
    for match in _written(born).finditer(text.text):
        yield Found(*text.span(*match.span()), Kind.BIRTH_DATE)


def dates_said_to_be_of_birth(text: Folded) -> Iterator[Found]:
    """Days, and years alone, beside "born", "д. р.", "出生" and their like, whoever's they are."""
    for pattern in (_LABELLED, _BEHIND):
        for match in pattern.finditer(text.text):
            yield Found(*text.span(*match.span("date")), Kind.BIRTH_DATE)


@lru_cache(maxsize=256)
def _written(born: date) -> re.Pattern[str]:
    day, month, year = f"0?{born.day}", f"0?{born.month}", f"{born.year}"
    short = f"(?:{year}|{born.year % 100:02})"
    ordinal = r"(?:st|nd|rd|th)?"
    name = born.month - 1
    russian = rf"{_RUSSIAN[name][:3]}[а-я]{{0,6}}" if name != 4 else "ма(?:и|я)"
    named = rf"(?:{russian}|{_ENGLISH[name]}|{_ENGLISH[name][:3]}|{'sept' if name == 8 else _ENGLISH[name]})\.?"
    roman = "(?:" + ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"][name] + ")"
    s = _SEPARATOR
    forms = [
        rf"{day}{s}(?:{month}|{roman}){s}{short}",
        rf"{month}{s}{day}{s}{short}",
        rf"{year}{s}{month}{s}{day}",
        rf"{year}{born.month:02}{born.day:02}",
        rf"{born.day:02}{born.month:02}{year}",
        rf"{day}{ordinal}[\s.\-]*(?:of\s+)?{named}[\s,.\-]*{year}",
        rf"{named}[\s\-]*{day}{ordinal}[\s,.\-]*{year}",
        rf"{year}[\s,.\-]*{named}[\s\-]*{day}",
        rf"{year}\s*年\s*{month}\s*月\s*{day}\s*(?:日|号)?",
    ]
    digits = "".join("[〇零○]" if one == "0" else _NUMERALS[int(one)] for one in year)
    forms.append(rf"{digits}\s*年\s*{_chinese(born.month)}\s*月\s*{_chinese(born.day)}\s*(?:日|号)?")
    return re.compile(r"(?<![\d])(?:" + "|".join(forms) + r")(?!\d)")


def _chinese(number: int) -> str:
    """A number to 31 as it is written in characters."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{_NUMERALS[tens]}十") + (_NUMERALS[ones] if ones else "")
