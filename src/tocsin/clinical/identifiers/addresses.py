"""The address of one person: the street with its number, however it is abbreviated; in Chinese the road."""

import re
from collections.abc import Iterator
from functools import lru_cache

from tocsin.clinical.identifiers.chinese import HAN, is_chinese
from tocsin.clinical.identifiers.folding import Folded, fold
from tocsin.clinical.identifiers.identity import Found, Kind

__all__ = ["addresses", "emails"]

GENERIC = """
г гор город ул улица улице улицы пр просп проспект проспекте пер переулок пл площадь ш шоссе бул бульвар наб
набережная мкр микрорайон д дом дома корп корпус к стр строение кв квартира обл область р н район село пос поселок
street st str road rd avenue ave lane ln drive dr flat apt apartment house no building bldg district city
"""
_GENERIC = frozenset(GENERIC.split())
_TOKEN = re.compile(r"\d+[^\W\d_]?|[^\W\d_]+")
_GAP = r"(?:[\s.,\-/№#:;()]++|\b(?:" + "|".join(sorted(_GENERIC, key=len, reverse=True)) + r")\b){0,12}"
_CUT = re.compile("[省市区县州乡镇]")


def addresses(text: Folded, known: tuple[str, ...]) -> Iterator[Found]:
    """Every place where the street and the number of one of these stand together."""
    for address in known:
        pattern = _written(address)
        if pattern is not None:
            for match in pattern.finditer(text.text):
                yield Found(*text.span(*match.span()), Kind.ADDRESS)


def emails(text: Folded, known: tuple[str, ...]) -> Iterator[Found]:
    """Every place where one of these stands, also where its @ is spelled out."""
    for email in known:
        name, _, host = fold(email).partition("@")
        if name and host:
            pattern = rf"(?<![\w.]){re.escape(name)}\s*(?:@|\(at\)|\[at\]|\bat\b)\s*{re.escape(host)}"
            for match in re.finditer(pattern, text.text):
                yield Found(*text.span(*match.span()), Kind.EMAIL)


@lru_cache(maxsize=256)
def _written(address: str) -> re.Pattern[str] | None:
    plain = fold(address)
    if is_chinese(plain):
        tail = re.sub(r"\s+", "", _CUT.split(plain)[-1])
        return re.compile(r"\s*".join(map(re.escape, tail))) if len(tail) >= 4 and re.search(f"[{HAN}]", tail) else None
    words = [one for one in _TOKEN.findall(plain) if one not in _GENERIC]
    at = next((place for place, one in enumerate(words) if one[0].isdigit() and place > 0), None)
    if at is None:
        return _street_alone(words)
    street, number = _any_case(words[at - 1]), re.escape(words[at])
    both = rf"(?<!\w)(?:{street}{_GAP}{number}|{number}{_GAP}{street})(?!\w)"
    rest = "".join(f"(?:{_GAP}{_any_case(one)}(?!\\w))?" for one in words[at + 1 :])
    return re.compile(both + rest)


def _street_alone(words: list[str]) -> re.Pattern[str] | None:
    """Where there is no number: the words of the address, all of them, in their order."""
    long = [one for one in words if len(one) > 3]
    return re.compile(r"(?<!\w)" + _GAP.join(map(_any_case, long)) + r"(?!\w)") if len(long) > 1 else None


def _any_case(word: str) -> str:
    """A word of a street's name whatever its ending: Ленина, Садовая, Садовой."""
    if word[0].isdigit() or len(word) < 5:
        return re.escape(word)
    return re.escape(re.sub("(?:ая|ии|ыи|ои|[аяоеиыьу])$", "", word)) + r"[^\W\d_]{0,3}"
