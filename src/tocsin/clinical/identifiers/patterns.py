"""What says who somebody is by its form, whoever it is: e-mail, telephones, numbers that states and hospitals give.

Numbers with a check digit are found anywhere and only where it is right; others where they are said to be such.
Values, doses, dates of visits, codes of ICD and LOINC are none.
"""

import re
from collections.abc import Iterator
from datetime import date

from tocsin.clinical.identifiers.folding import Folded
from tocsin.clinical.identifiers.identity import Found, Kind

__all__ = ["patterns"]

_S = r"[\s\-.]{0,2}"
_EMAIL = re.compile(r"[\w.+%\-]{1,64}@(?:[\w\-]{1,63}\.){1,6}[^\W\d_]{2,24}")
_INTERNATIONAL = re.compile(r"(?<![\w+])(?:\+|00)\s?[1-9](?:[\s\-().]{0,2}\d){8,13}(?!\d)")
_RUSSIAN_PHONE = re.compile(rf"(?<![\d.,])[78]{_S}\(?[3-9]\d\d\)?{_S}\d{{3}}{_S}\d\d{_S}\d\d(?!\d)")
_CHINESE_MOBILE = re.compile(r"(?<![\d.])1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)")
_CALLED = re.compile(
    r"(?:\b(?:тел|моб|телефон\w*|phones?|tel|mobile|cell|whatsapp|telegram|wechat)\b|电话|手机|微信)[\s.:：№#]{0,4}"
    r"(?P<value>\+?\d(?:[\s\-().]{0,2}\d){4,14})(?!\d)"
)
_CHINESE_ID = re.compile(r"(?<!\d)(?:\d[\s\-]?){17}[\dx](?![\da-z])")
_SNILS = re.compile(r"(?<![\d\-])\d{3}[\s\-]{0,2}\d{3}[\s\-]{0,2}\d{3}[\s\-]{0,2}\d{2}(?![\d])")
_CODE = r"(?P<value>(?=[^\s,;]{0,20}\d)[^\W_](?:[\-/\\.]?[^\W_]){1,24})"
_NUMBER = r"(?:\s*(?:номер\w*|numbers?|no\b|num\b|id|号码?|№|#|n\b))?[\s.:：№#]{0,4}"
_LABELS = (
    r"\b(?:ист\w*\.?\s*бол\w*|и\.?\s?б\.?(?=\s*№)|медкарт\w*|(?:медицинск\w+|амбулаторн\w+|стационарн\w+)\s+карт\w*|карт\w+(?=\s*№)"
    r"|полис\w*(?:\s+(?:омс|дмс))?|енп|снилс|инн|иин|mrn|nhs|(?:medical|hospital|patient|case)\s+(?:record|file|id)?|chart"
    r"|health\s+card|insurance|policy|ssn)"
)
_RECORD = re.compile(rf"(?:{_LABELS}\b\.?|病历|住院|门诊|病案|就诊卡?|医保卡?|社保卡?|身份证){_NUMBER}{_CODE}")
_RECORD_AHEAD = re.compile(rf"(?:№|#)\s*(?:ист\w*\.?\s*бол\w*|и\.?\s?б\.?|карт\w+)[\s.:№#]{{0,4}}{_CODE}")
_PASSPORT = re.compile(
    r"(?:\b(?:паспорт\w*|пасп|passports?|удостоверени\w+\s+личности|удостоверени\w+|identity\s+card)\b|护照)"
    r"(?:[\s.,:：№#n\-]|серия|серии|сер|номер|number|no|рф|号码?|и){0,8}?"
    r"(?P<value>(?:[^\W\d_]{1,3}\s?)?\d(?:[\s\-№n]{0,3}\d){5,11})(?!\d)"
)
_SERIES = re.compile(
    r"\bсер(?:ия|ии|\.)?\s*(?P<value>(?:[^\W\d_]{1,3}\s?)?(?:\d\s?){2,4}[\s,]*(?:№|номер|n)?\s*\d{5,7})(?!\d)"
)
_LABELLED = (
    (_CALLED, Kind.TELEPHONE), (_RECORD, Kind.NUMBER), (_RECORD_AHEAD, Kind.NUMBER), (_PASSPORT, Kind.NUMBER),
    (_SERIES, Kind.NUMBER),
)  # fmt: skip
_PHONES = (_INTERNATIONAL, _RUSSIAN_PHONE, _CHINESE_MOBILE)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FIRST_WITH_CHECK = 1_001_998  # of SNILS; those before have none


def patterns(text: Folded) -> Iterator[Found]:
    """Every place where something of such a form stands."""
    searched = text.text
    for match in _EMAIL.finditer(searched):
        yield Found(*text.span(*match.span()), Kind.EMAIL)
    for pattern in _PHONES:
        for match in pattern.finditer(searched):
            yield Found(*text.span(*match.span()), Kind.TELEPHONE)
    for pattern, is_right in ((_CHINESE_ID, _is_chinese_id), (_SNILS, _is_snils)):
        for match in pattern.finditer(searched):
            if is_right("".join(one for one in match[0] if one.isalnum())):
                yield Found(*text.span(*match.span()), Kind.NUMBER)
    for pattern, kind in _LABELLED:
        for match in pattern.finditer(searched):
            yield Found(*text.span(*match.span("value")), kind)


def _is_chinese_id(number: str) -> bool:
    """GB 11643-1999: a day of birth inside, a check digit behind."""
    if len(number) != 18 or not number[:17].isdigit():
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    remainder = sum(int(one) * weight for one, weight in zip(number, WEIGHTS, strict=False)) % 11
    return 1850 < born.year < 2150 and "10x98765432"[remainder] == number[17]


def _is_snils(number: str) -> bool:
    """Nine digits weighted 9 to 1, modulo 101, of which 100 and 101 are written 00."""
    body, check = number[:9], int(number[9:])
    if int(body) < FIRST_WITH_CHECK:
        return False
    total = sum(int(one) * weight for one, weight in zip(body, range(9, 0, -1), strict=True))
    return total % 101 % 100 == check
