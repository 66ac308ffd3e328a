"""What each column of a table is, by its heading and by what stands in it.

A column under which a person could be found (a name, a document, a telephone, an address, a date of birth) is not
read at all: neither its heading's word nor a person's choice opens it, and its cells are dropped before anything is
kept. Whatever else is not known is left out until somebody says what it is.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.node.language.keys import words

__all__ = ["FIELDS", "WITHHELD", "Column", "columns_of", "folded", "looks_like_a_person"]

FIELDS = (
    "local_id", "classification", "onset", "reported", "admitted", "outcome", "outcome_on", "place", "region", "age",
    "age_months", "sex", "health_worker", "intensive_care", "exposure", "infected_by",
)  # fmt: skip
WITHHELD = ("name", "document", "telephone", "address", "birth")
FREE = ("local_id", "exposure", "infected_by", "place", "region")
LOOKED_AT = 200
ENOUGH, MOSTLY = 0.4, 0.7

_TELEPHONE = re.compile(
    r"(?:\+|00)\d[\d ()./-]{7,18}\d|\(?[0-9]{3,5}\)?[ -]\d{2,4}[ -]\d{2}[ -]?\d{2}|1[3-9]\d{9}|8[79]\d{9}"
)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_DOCUMENT = re.compile(r"\d{17}[\dXx]|\d{12,16}|[A-ZА-Я]{1,3}[ -]?\d{7,9}|\d{3}-\d{3}-\d{3}[ -]\d{2}|\d{4} \d{6}")
_PATRONYMIC = re.compile(r"(?:ович|евич|ич|овна|евна|ична|инична|улы|ұлы|кызы|қызы|оглы|углы|зода)$")
_CYRILLIC_NAME = re.compile(r"[А-ЯЁӘҒҚҢӨҰҮІ][\w-]+ [А-ЯЁӘҒҚҢӨҰҮІ]\. ?(?:[А-ЯЁӘҒҚҢӨҰҮІ]\.?)?")
_LATIN_NAME = re.compile(r"[A-Z][a-z'-]+,? (?:[A-Z]\.? )?[A-Z][a-z'-]+")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_HAN = re.compile(r"[\u4e00-\u9fff]{2,3}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its place in the table (from 0), its heading, and what it is read as, or why it is not.

    why  "" where it is read; "unknown", "rows" (it numbers rows), "twice" (another column is read as this), "left"
         (a person left it out), or one of WITHHELD
    """

    at: int
    heading: str
    field: str
    why: str

    @property
    def is_withheld(self) -> bool:
        return self.why in WITHHELD

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at, "heading": self.heading, "as": self.field, "why": self.why}


@cache
def _words() -> dict[str, Any]:
    raw = tomllib.loads(Path(__file__).with_name("headings.toml").read_text("utf-8"))
    known = {
        folded(one): field for field, text in raw["columns"].items() for one in re.split(r"[;\n]", text) if one.strip()
    }
    known |= {folded(field): field for field in FIELDS}
    rows = {folded(one) for one in re.split(r"[;\n]", raw["rows"]["words"]) if one.strip()}
    return {"known": known, "rows": rows, "withheld": {kind: _Telling(told) for kind, told in raw["withheld"].items()}}


def folded(heading: str) -> str:
    """A heading in the one form that all its spellings have."""
    return " ".join(words(heading))


def columns_of(
    headings: Sequence[str], cells: Sequence[Sequence[str]], asked: Mapping[int, str], withheld: Mapping[int, str]
) -> list[Column]:
    """Every column.

    cells     of each column, from the top
    asked     what a person said of columns, by place: a field, or "" to leave it out
    withheld  why columns are not read whose cells are gone already, by place
    """
    guessed = [
        ("", withheld[at]) if at in withheld else _guess(heading, cells[at]) for at, heading in enumerate(headings)
    ]
    taken: dict[str, int] = {}
    # What a person changed comes before what they left as it was guessed.
    for at in sorted(asked, key=lambda at: at < len(guessed) and asked[at] == guessed[at][0]):
        if asked[at] in FIELDS and at < len(guessed) and guessed[at][1] not in WITHHELD:
            taken.setdefault(asked[at], at)
    for at, (field, _why) in enumerate(guessed):
        if field and at not in asked:
            taken.setdefault(field, at)
    return [_column(at, heading, *guessed[at], taken, asked) for at, heading in enumerate(headings)]


def _column(at: int, heading: str, field: str, why: str, taken: Mapping[str, int], asked: Mapping[int, str]) -> Column:
    if why in WITHHELD:
        return Column(at, heading, "", why)
    if asked.get(at, "") in FIELDS:
        field, why = asked[at], ""
    elif at in asked and field:
        field, why = "", "left"
    if field and taken.get(field) != at:
        return Column(at, heading, "", "twice")
    return Column(at, heading, field, why)


def _guess(heading: str, column: Sequence[str]) -> tuple[str, str]:
    """(field, "") or ("", why not)."""
    name = folded(heading)
    field = _words()["known"].get(name, "")
    if not field and (kind := _withheld(name)):
        return "", kind
    sample = [cell for cell in dict.fromkeys(column) if cell][:LOOKED_AT]
    if (not field or field in FREE) and (kind := _by_cells(sample, field=field)):
        return "", kind
    if field:
        return field, ""
    return "", "rows" if name in _words()["rows"] or not name else "unknown"


class _Telling:
    """Words of headings that tell of one kind of what is withheld."""

    def __init__(self, told: dict[str, str]) -> None:
        self._single = frozenset(folded(word) for word in told["words"].split())
        self._together = tuple(f" {folded(one)} " for one in told["together"].split(";"))
        self._parts = tuple(told["parts"].split())
        self._alone = frozenset(folded(one) for one in told.get("alone", "").split(";"))
        self._unless = frozenset(told.get("unless", "").split())

    def __call__(self, name: str) -> bool:
        single = frozenset(name.split())
        if single & self._unless:
            return False
        in_words = single & self._single or (name in self._alone and name)
        return (
            bool(in_words) or any(one in f" {name} " for one in self._together) or any(p in name for p in self._parts)
        )


def _withheld(name: str) -> str:
    return next((kind for kind, tells in _words()["withheld"].items() if tells(name)), "")


def _by_cells(sample: Sequence[str], *, field: str) -> str:
    """The kind of what identifies people that stands in two fifths of the cells or more."""
    if not sample:
        return ""
    enough = max(1, ENOUGH * len(sample))
    for kind, pattern in (("telephone", _TELEPHONE), ("telephone", _MAIL), ("document", _DOCUMENT)):
        if sum(pattern.fullmatch(cell) is not None for cell in sample) >= enough:
            return kind
    if field in ("place", "region"):
        return ""
    if sum(looks_like_a_person(cell) for cell in sample) >= enough:
        return "name"
    # Two characters after a surname may be a name or a place: only where nearly all of a column are such.
    chinese = sum(bool(_HAN.fullmatch(cell)) and cell[0] in _SURNAMES for cell in sample)
    return "name" if len(sample) > 2 and chinese >= MOSTLY * len(sample) else ""


def looks_like_a_person(cell: str, *, latin: bool = False) -> bool:
    """Whether a text reads as somebody's name: by its patronymic, or a surname with initials.

    latin  whether two capitalised Latin words, and Chinese names, are taken for one too: in a number of a case, nowhere
           else
    """
    if any(character.isdigit() for character in cell):
        return False
    parts = cell.replace(",", " ").split()
    if 2 <= len(parts) <= 4 and _PATRONYMIC.search(parts[-1].casefold()) and parts[0][:1].isupper():
        return True
    if _CYRILLIC_NAME.fullmatch(cell):
        return True
    return latin and bool(_LATIN_NAME.fullmatch(cell) or (_HAN.fullmatch(cell) and cell[0] in _SURNAMES))
