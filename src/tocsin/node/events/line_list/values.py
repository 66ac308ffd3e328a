"""What the cells of each column mean: codes by their words in three languages, ages, yes and no."""

import re
import tomllib
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text
from tocsin.node.events.line_list.columns import folded, looks_like_a_person

__all__ = ["Bad", "is_nothing", "reader_of", "tidy"]

LONGEST = {"local_id": 60, "infected_by": 60, "exposure": 200, "place": 160, "region": 160}
OLDEST = 120
_AGE = re.compile(r"(?P<n>\d{1,6}(?:[.,]\d{1,6})?)\s*(?P<unit>[^\W\d]*)\.?", re.IGNORECASE)
_A_YEAR = {"years": Decimal(1), "months": Decimal(12), "weeks": Decimal("52.1775"), "days": Decimal("365.2425")}
_DASHES = frozenset("-–—−.?…")


class Bad(ValueError):
    """A cell that cannot be used, by the code of its rule."""

    def __init__(self, rule: str) -> None:
        self.rule = rule
        super().__init__(rule)


@cache
def _words() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _codes(kind: str) -> dict[str, str]:
    codes = _words()[kind]
    return {folded(word): code for code, told in codes.items() for word in told.split(";")}


@cache
def _nothing(kind: str) -> frozenset[str]:
    return frozenset(folded(word) for word in _words()[kind]["words"].split(";"))


@cache
def _units() -> dict[str, str]:
    return {word: unit for unit, told in _words()["age"].items() for word in told.split()}


def tidy(cell: str) -> str:
    """A cell without space around it; one that holds only a dash or the like holds nothing."""
    cell = cell.strip()
    return "" if len(cell) <= 3 and set(cell) <= _DASHES else cell


def is_nothing(cell: str, field: str) -> bool:
    """Whether a cell says that nothing is known."""
    if not cell:
        return True
    name = folded(cell)
    return name in _nothing("nothing") or (
        field not in CODED and field not in TEXTS and name in _nothing("nothing_here")
    )


def _code(kind: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        try:
            return _codes(kind)[folded(cell)]
        except KeyError:
            raise Bad(f"unknown_{kind}") from None

    return read


def _yes_no(cell: str) -> bool | None:
    if cell == "+":
        return True
    return {"yes": True, "no": False}.get(_code("yes_no")(cell))


def _age(cell: str, unit: str = "years") -> Decimal:
    found = _AGE.fullmatch(cell.strip())
    given = found["unit"].casefold() if found else ""
    if found is None or (given and given not in _units()):
        raise Bad("not_an_age")
    try:
        number = Decimal(found["n"].replace(",", "."))
    except InvalidOperation:
        raise Bad("not_an_age") from None
    years = number / _A_YEAR[_units()[given] if given else unit]
    if years > OLDEST:
        raise Bad("too_old")
    return years.quantize(Decimal("0.01"))


def _text(field: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > LONGEST[field]:
            raise Bad("too_long")
        found = Found()
        check_text(cell, "/text", found)
        for finding in found.findings():
            raise Bad("invisible" if finding.code == "bidi-control" else "markup")
        return cell

    return read


def _number(cell: str) -> str:
    """A number of a case, which is a person's name in no table."""
    cell = _text("local_id")(cell)
    if looks_like_a_person(cell, latin=True):
        raise Bad("a_name")
    return cell


CODED: dict[str, Callable[[str], Any]] = {
    "classification": _code("classification"),
    "outcome": _code("outcome"),
    "sex": _code("sex"),
    "health_worker": _yes_no,
    "intensive_care": _yes_no,
}
TEXTS: dict[str, Callable[[str], Any]] = {
    "local_id": _number,
    "infected_by": _number,
    "exposure": _text("exposure"),
}
_READERS: dict[str, Callable[[str], Any]] = {
    **CODED,
    **TEXTS,
    "age": _age,
    "age_months": lambda cell: _age(cell, "months"),
    "place": _text("place"),
    "region": _text("region"),
}


def reader_of(field: str) -> Callable[[str], Any]:
    """A function from a cell to its value. Raises Bad."""
    return _READERS[field]
