"""`session` 1: one act of one state about a session of a body. docs/exchange-types.md."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.acts import check_act, check_moment_read, check_paragraphs, check_titles
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["EITHER", "MACHINES", "OPENING", "OWNERS", "check_session"]

OPENING = "convene"
OWNERS = frozenset({
    "set_agenda", "set_chair", "postpone", "open", "take_up", "conclude", "close", "cancel", "minutes",
})  # fmt: skip
MACHINES: frozenset[str] = frozenset()
EITHER = frozenset({"order"})
TEXTS = ("text", "reason")  # of any act, in paragraphs


def check_session(document: Document, context: Context, found: Found) -> None:
    """Find an act that cannot stand where it says, and what cannot be in what it says."""
    body = document.body
    check_act(document, found, opening=OPENING, owners=OWNERS, machines=MACHINES, either=EITHER)
    said = body["said"]
    for name in TEXTS:
        if isinstance(said.get(name), str):
            check_text(said[name], f"/body/said/{name}", found, paragraphs=True)
    if check := CHECKS.get(body["act"]):
        check(said, found)


def _convened(said: Mapping[str, Any], found: Found) -> None:
    check_titles(said["title"], "/body/said/title", found)
    check_titles(said["brief"], "/body/said/brief", found, paragraphs=True)
    check_text(said["place"]["text"], "/body/said/place/text", found)
    check_moment_read(said["starts_at"], "/body/said/starts_at", found, name="starts_at")
    _check_agenda(said["agenda"], found)


def _postponed(said: Mapping[str, Any], found: Found) -> None:
    check_moment_read(said["starts_at"], "/body/said/starts_at", found, name="starts_at")


def _agenda_set(said: Mapping[str, Any], found: Found) -> None:
    _check_agenda(said["agenda"], found)


def _check_agenda(agenda: Sequence[Mapping[str, Any]], found: Found) -> None:
    seen: set[str] = set()
    for index, one in enumerate(agenda):
        pointer = f"/body/said/agenda/{index}"
        check_titles(one["title"], f"{pointer}/title", found)
        if one["id"] in seen:
            found.document("contradiction", say("item-twice", item=one["id"]), f"{pointer}/id")
        seen.add(one["id"])


def _delegated(said: Mapping[str, Any], found: Found) -> None:
    seen: set[str] = set()
    heads = 0
    for index, one in enumerate(said["delegates"]):
        pointer = f"/body/said/delegates/{index}"
        check_text(one["name"], f"{pointer}/name", found)
        check_text(one["title"], f"{pointer}/title", found)
        heads += one["part"] == "head"
        if one["id"] in seen:
            found.document("contradiction", say("delegate-twice", delegate=one["id"]), f"{pointer}/id")
        seen.add(one["id"])
    if heads > 1:
        found.document("contradiction", say("several-heads", count=heads), "/body/said/delegates")


def _concluded(said: Mapping[str, Any], found: Found) -> None:
    check_titles(said["outcome"], "/body/said/outcome", found, paragraphs=True)


def _minuted(said: Mapping[str, Any], found: Found) -> None:
    check_paragraphs(said["text"], "/body/said/text", found)


CHECKS: Mapping[str, Callable[[Mapping[str, Any], Found], None]] = {
    "convene": _convened,
    "postpone": _postponed,
    "set_agenda": _agenda_set,
    "delegation": _delegated,
    "conclude": _concluded,
    "minutes": _minuted,
}
