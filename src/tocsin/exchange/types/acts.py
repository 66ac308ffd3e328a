"""What every act on a joint object has: whose it is, whose hand, its place in the order. docs/exchange-types.md."""

from collections.abc import Collection, Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.exchange.saying import say
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["MACHINE", "check_act", "check_moment_read", "check_paragraph", "check_paragraphs", "check_titles"]

MACHINE = "node"  # the role of an act that no person's hand is behind
ORDERING = "order"  # the act of an owner that only takes in acts of others


def check_act(
    document: Document, found: Found, *, opening: str, owners: Collection[str], machines: Collection[str],
    either: Collection[str],
) -> None:  # fmt: skip
    """Find an act that cannot stand where it says.

    opening   the act that begins an object
    owners    acts that only the owner of the object says
    machines  acts that only a machine says; `either`: acts that a machine may say. All others are a person's
    """
    body = document.body
    check_text(body["by"]["name"], "/body/by/name", found)
    _check_hand(body, found, machines=machines, either=either)
    if document.version != 1:
        found.document("contradiction", say("act-of-version", version=document.version), "/version")
    if body["object"]["origin"] != document.origin:
        _check_of_another(document, found, opening=opening, owners=owners)
    elif body["order"] is None:
        found.document("contradiction", say("act-without-order"), "/body/order")
    else:
        _check_opening(document, found, opening=opening)
        _check_order(body, found)


def _check_hand(body: Mapping[str, Any], found: Found, *, machines: Collection[str], either: Collection[str]) -> None:
    act, by_machine = body["act"], body["by"]["role"] == MACHINE
    if act in machines and not by_machine:
        found.document("contradiction", say("act-of-machine"), "/body/by/role")
    elif by_machine and act not in machines and act not in either:
        found.document("contradiction", say("act-of-person"), "/body/by/role")


def _check_of_another(document: Document, found: Found, *, opening: str, owners: Collection[str]) -> None:
    act, owner = document.body["act"], document.body["object"]["origin"]
    if act in {opening, ORDERING, *owners}:
        found.document("contradiction", say("act-of-owner", owner=owner, origin=document.origin), "/body/act")
    if document.body["order"] is not None:
        found.document("contradiction", say("order-of-another", owner=owner, origin=document.origin), "/body/order")


def _check_opening(document: Document, found: Found, *, opening: str) -> None:
    """The act that opens an object is number 1 and gives it its identifier; no other does either."""
    body = document.body
    opens, order = body["act"] == opening, body["order"]
    if opens != (body["object"]["id"] == document.id):
        found.document("contradiction", say("opening-and-object"), "/body/object/id")
    if opens != (order["number"] == 1):
        found.document("contradiction", say("opening-and-number", number=order["number"]), "/body/order/number")
    if (order["number"] == 1) != (order["previous"] is None):
        found.document("contradiction", say("order-and-previous", number=order["number"]), "/body/order/previous")


def _check_order(body: Mapping[str, Any], found: Found) -> None:
    order = body["order"]
    check_moment_read(order["at"], "/body/order/at", found, name="order")
    if body["act"] == ORDERING and not order["includes"]:
        found.document("contradiction", say("order-of-nothing"), "/body/order/includes")
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(order["includes"]):
        pointer, key = f"/body/order/includes/{index}", (one["origin"], one["id"])
        if one["origin"] == body["object"]["origin"]:
            found.document("contradiction", say("includes-own"), f"{pointer}/origin")
        if key in seen:
            found.document("contradiction", say("includes-twice", id=one["id"]), f"{pointer}/id")
        seen.add(key)


FIRST_YEAR, LAST_YEAR = 2000, 9998  # outside of them clocks and calendars of readers fail


def check_moment_read(text: str | None, pointer: str, found: Found, *, name: str) -> None:
    """Find what has the form of a moment and is none: the 30th of February. `name` is what people call it by."""
    if text is None:
        return
    try:
        at = read_moment(text, code="schema", what="a moment")
    except Malformed:
        at = None
    if at is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        found.document("schema", say("no-such-moment", text=name, moment=text), pointer)


def check_titles(titles: Mapping[str, str], pointer: str, found: Found, *, paragraphs: bool = False) -> None:
    """Find what a line may not hold in any language. The place is that of all languages together."""
    for words in titles.values():
        check_text(words, pointer, found, paragraphs=paragraphs)


def check_paragraphs(text: Mapping[str, Any], pointer: str, found: Found) -> None:
    """Find a text of which two paragraphs have one identifier, or one that `check_paragraph` finds."""
    seen: set[str] = set()
    for index, one in enumerate(text["paragraphs"]):
        place = f"{pointer}/paragraphs/{index}"
        check_paragraph(one, place, found)
        if one["id"] in seen:
            found.document("contradiction", say("paragraph-twice", paragraph=one["id"]), f"{place}/id")
        seen.add(one["id"])


def check_paragraph(paragraph: Mapping[str, Any], pointer: str, found: Found) -> None:
    """Find words that nobody sees as they are, and a text that is ahead of its paragraph."""
    for language, one in paragraph["texts"].items():
        place = f"{pointer}/texts/{language}"
        check_text(one["text"], f"{place}/text", found, paragraphs=True)
        if one["rev"] > paragraph["rev"]:
            values = {
                "paragraph": paragraph["id"],
                "language": language,
                "count": one["rev"],
                "total": paragraph["rev"],
            }
            found.document("contradiction", say("revision-ahead", **values), f"{place}/rev")
