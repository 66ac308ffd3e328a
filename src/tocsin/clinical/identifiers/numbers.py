"""Numbers of one person: of documents, records and telephones, however they are divided."""

import re
from collections.abc import Iterator
from functools import lru_cache

from tocsin.clinical.identifiers.folding import Folded, fold
from tocsin.clinical.identifiers.identity import Found, Kind

__all__ = ["SAME_LETTERS", "numbers", "telephones"]

FEWEST = 4  # letters and digits; fewer are found where they are said to be a number of a record (patterns.py)
NATIONAL = 10  # digits of a telephone number, from the last, that are the same with and without a country's code
_APART = r"[\s\-./\\()_,:№#+*·]{0,3}"
# Letters of passports and records that are typed in either alphabet.
SAME_LETTERS = str.maketrans("авекмнорстухі", "abekmhopctyxi")


def numbers(text: Folded, known: tuple[str, ...]) -> Iterator[Found]:
    """Every place where one of these stands, in either alphabet."""
    searched = text.text.translate(SAME_LETTERS)
    for number in known:
        pattern = _divided(number)
        if pattern is not None:
            for match in pattern.finditer(searched):
                yield Found(*text.span(*match.span()), Kind.NUMBER)


def telephones(text: Folded, known: tuple[str, ...]) -> Iterator[Found]:
    """Every place where one of these stands, with or without the country's code."""
    for number in known:
        pattern = _dialled(number)
        if pattern is not None:
            for match in pattern.finditer(text.text):
                yield Found(*text.span(*match.span()), Kind.TELEPHONE)


@lru_cache(maxsize=256)
def _divided(number: str) -> re.Pattern[str] | None:
    signs = [one for one in fold(number).translate(SAME_LETTERS) if one.isalnum()]
    if len(signs) < FEWEST or not any(one.isdigit() for one in signs):
        return None
    return re.compile(rf"(?<![^\W_]){_APART.join(signs)}(?![^\W_])")


@lru_cache(maxsize=256)
def _dialled(number: str) -> re.Pattern[str] | None:
    digits = [one for one in fold(number) if one.isdigit()]
    if len(digits) < FEWEST:
        return None
    tail = digits[-NATIONAL:]
    code = rf"(?:\+?(?:\d{_APART}){{1,3}})?" if len(digits) >= NATIONAL else ""
    return re.compile(rf"(?<!\d){code}{_APART.join(tail)}(?!\d)")
