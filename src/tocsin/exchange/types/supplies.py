"""What requests for assistance and registers of what can be sent have in common: words, places, names of lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from tocsin.exchange.saying import say
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["OTHER", "check_called", "check_distinct", "check_place", "check_words"]

OTHER = "other"  # an item that the catalogue does not have
PARAGRAPHS = {"note", "reason", "conditions", "specification", "route", "text", "well", "badly", "change"}
BY_LANGUAGE = {"title", "called", "well", "badly", "change"}  # whose place is that of all languages together


def check_words(value: Any, pointer: str, found: Found, *, name: str = "") -> None:
    """Find what no text may hold, in every text of `value`, whatever its depth."""
    if isinstance(value, str):
        check_text(value, pointer, found, paragraphs=name in PARAGRAPHS)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            check_words(inner, f"{pointer}/{index}", found, name=name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if name in BY_LANGUAGE:
                check_words(inner, pointer, found, name=name)
            else:
                check_words(inner, f"{pointer}/{key}", found, name=key)


def check_place(place: Mapping[str, Any], pointer: str, found: Found) -> None:
    """Find half a position."""
    if (place["latitude"] is None) != (place["longitude"] is None):
        found.document("contradiction", say("position-in-part"), f"{pointer}/longitude")


def check_called(item: Mapping[str, Any], pointer: str, found: Found) -> None:
    """Find something that is not in the catalogue and has no name."""
    if item["item"] == OTHER and not any((item["called"] or {}).values()):
        found.document("contradiction", say("other-without-name", item=item["id"]), f"{pointer}/called")


def check_distinct(names: Iterable[str], pointer: str, member: str, found: Found, *, sentence: str) -> None:
    """Find a name that stands twice in a list; `member` is where its entries have it."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            found.document("contradiction", say(sentence, item=name), f"{pointer}/{index}/{member}")
        seen.add(name)
