"""Which strata of a series are age groups, told from their names: "0-4", "65 и старше", "5–9 · female".

Tables name ages as they like, in three languages. What cannot be told for certain is not guessed: then there are no
ages, and all are taken together.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tocsin.counts.ages import unknown_age
from tocsin.counts.names import says
from tocsin.node.surveillance.models.series import JOINED

__all__ = ["AgeGroups", "age_groups"]

OLDEST = 125
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−~", "-") | {"ё": "е", "≤": "<=", "≥": ">="})
BEFORE = r"(?:(?:ages?|aged|возраст|от|from)\s+)?[ay]?_?"  # A00-A04, Y5-9
YEARS = r"(?:years?(?: of age)?|yrs?|yo|y|год|года|лет|г|周?岁|años|ans|jahre)\.?(?: old)?"
MONTHS = r"(?:months?|mos?|мес|месяц|месяца|месяцев|个?月龄?)\.?(?: old)?"
N = rf"(\d{{1,3}})\s*(?:{YEARS}|({MONTHS}))?"
AND_OVER = (
    r"(?:\+|plus|(?:and|&|or)\s+(?:over|older|above|more|up)|и\s+(?:старше|более)|(?:及|和|或)?(?:以上|更大))"
    rf"\s*(?:{YEARS})?"
)
RANGE = re.compile(rf"{BEFORE}{N}\s*(?:-|to|до|至|bis)\s*[ay]?_?{N}")
FROM = re.compile(rf"{BEFORE}{N}\s*{AND_OVER}|(?:>=|y_ge)\s*{N}")
OVER = re.compile(rf"(?:>|over|older than|above|старше|более)\s*{N}")
BELOW = re.compile(rf"(?:<|under|below|younger than|less than|младше|моложе|y_lt)\s*{N}|{N}\s*未満")
UP_TO = re.compile(rf"<=\s*{N}|{N}\s*(?:及以下|включительно|(?:and|or)\s+(?:under|younger))")
# Of children "до 14 лет" some tables mean 13 to be the last year, some 14: which, the next group tells.
TO = re.compile(rf"(?:до|up to)\s*{N}|{N}\s*以下")
ONE = re.compile(rf"{BEFORE}(\d{{1,3}})\s*(?:({MONTHS})|{YEARS})")
INFANT = re.compile(r"infants?|до\s+года|婴儿")
SEXES = frozenset(
    {"female", "females", "f", "woman", "women", "girls", "male", "males", "m", "man", "men", "boys"}
    | {"ж", "жен", "женский", "женщины", "м", "муж", "мужской", "мужчины", "女", "女性", "男", "男性"}
)


@dataclass(frozen=True, slots=True)
class AgeGroups:
    """Groups from young to old, at least two, of which no two overlap.

    codes  such as "0", "1-4", "65+" in years, "6-11m" in months
    rows   of each code: positions of the strata that together are the group
    """

    codes: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, order=True)
class _Span:
    """From a month on, up to another (exclusive): two where the name leaves open which; none for an open end."""

    first: int
    ends: tuple[int, ...]


def age_groups(strata: Sequence[str], columns: Sequence[str] = ()) -> AgeGroups | None:
    """The age groups among the strata of one disease in one place; None where they are not told by age.

    strata   as series have them, parts joined; "" (all together) is passed over
    columns  of the source's tables that name groups, in the order of the parts, if known

    Where ages are told beside other parts (sex) their strata are added up; where they are told alone too, these are
    taken. None as well where the name of a group cannot be told, or where two overlap.
    """
    ages, strange = _told(strata, columns)
    depth = min((len(strata[row].split(JOINED)) for row in ages), default=0)
    deepest = max((stratum.count(JOINED) + 1 for stratum in strata), default=0)
    if depth not in (1, deepest):  # of three columns two: nobody says which of them overlap
        return None
    if any(len(strata[row].split(JOINED)) == depth for row in strange):
        return None
    rows_of: dict[_Span, list[int]] = {}
    for row, span in ages.items():
        if len(strata[row].split(JOINED)) == depth:
            rows_of.setdefault(span, []).append(row)
    named = _settled(sorted(rows_of))
    if named is None or len(named) < 2:
        return None
    return AgeGroups(tuple(named.values()), tuple(tuple(rows_of[span]) for span in named))


def _told(strata: Sequence[str], columns: Sequence[str]) -> tuple[dict[int, _Span], list[int]]:
    """Positions of strata with their ages, and of those of which nobody knows whether they are ages."""
    beside: set[str] = set(SEXES)
    ages: dict[int, _Span] = {}
    others: list[tuple[int, list[str]]] = []
    for row, stratum in enumerate(strata):
        parts = [_plain(part) for part in stratum.split(JOINED)] if stratum else []
        named = columns if len(columns) == len(parts) else [""] * len(parts)
        of_age = [bool(column) and says(column, "age") for column in named]
        spans = [
            _span(part, of_age=is_age) if is_age or not any(of_age) else None
            for part, is_age in zip(parts, of_age, strict=True)
        ]
        found = [span for span in spans if span is not None]
        if len(found) == 1:
            ages[row] = found[0]
            beside.update(part for part, span in zip(parts, spans, strict=True) if span is None)
        elif parts:
            others.append((row, parts))
    strange = [
        row for row, parts in others
        if not any(unknown_age(part) for part in parts) and not all(part in beside for part in parts)
    ]  # fmt: skip
    return ages, strange


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(DASHES)
    return " ".join(folded.split())


def _span(text: str, *, of_age: bool) -> _Span | None:
    found = _read(text, of_age=of_age)
    if found is None or found.first < 0 or found.first > OLDEST * 12:
        return None
    return None if any(end <= found.first or end > (OLDEST + 1) * 12 for end in found.ends) else found


def _read(text: str, *, of_age: bool) -> _Span | None:
    if INFANT.fullmatch(text):
        return _Span(0, (12,))
    if of_age and re.fullmatch(r"\d{1,3}", text):
        return _Span(int(text) * 12, (int(text) * 12 + 12,))
    if found := ONE.fullmatch(text):
        unit = 1 if found[2] else 12
        return _Span(int(found[1]) * unit, ((int(found[1]) + 1) * unit,))
    if found := RANGE.fullmatch(text):
        last = 1 if found[4] else 12
        first = 1 if found[2] or (found[4] and not _has_unit(text, found)) else 12
        return _Span(int(found[1]) * first, ((int(found[3]) + 1) * last,))
    for pattern, as_span in (
        (FROM, lambda n, unit: _Span(n * unit, ())),
        (OVER, lambda n, unit: _Span((n + 1) * unit, ())),
        (UP_TO, lambda n, unit: _Span(0, ((n + 1) * unit,))),
        (BELOW, lambda n, unit: _Span(0, (n * unit,))),
        (TO, lambda n, unit: _Span(0, (n * unit, (n + 1) * unit))),
    ):
        if found := pattern.fullmatch(text):
            at = next(i for i in range(1, len(found.groups()), 2) if found[i] is not None)
            return as_span(int(found[at]), 1 if found[at + 1] else 12)
    return None


def _has_unit(text: str, found: re.Match[str]) -> bool:
    """Whether the first number has a unit of its own: in "0-11 months" that of the second is of both."""
    return re.match(rf"\s*{YEARS}", text[found.end(1) :]) is not None


def _settled(spans: Sequence[_Span]) -> dict[_Span, str] | None:
    """Codes of spans in their order; None where two overlap or an end cannot be told."""
    named: dict[_Span, str] = {}
    for span, after in pairwise([*spans, None]):
        assert span is not None
        ends = span.ends
        if len(ends) > 1:
            ends = tuple(end for end in ends if after is not None and end == after.first)
            if not ends:
                return None
        if after is not None and (not ends or ends[0] > after.first):
            return None
        named[span] = _code(span.first, ends[0] if ends else None)
    return named


def _code(first: int, end: int | None) -> str:
    if end is None:
        return f"{first // 12}+" if first % 12 == 0 else f"{first}m+"
    if first % 12 or end % 12:
        return f"{first}m" if end == first + 1 else f"{first}-{end - 1}m"
    first, last = first // 12, end // 12 - 1
    return str(first) if first == last else f"{first}-{last}"
