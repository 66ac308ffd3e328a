"""`assistance` 1: one act of one state on a request for assistance. docs/exchange-types.md."""

from collections.abc import Mapping
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.acts import check_act
from tocsin.exchange.types.addressing import check_not_about_itself
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_day, check_order
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.supplies import check_called, check_distinct, check_place, check_words

__all__ = ["EITHER", "MACHINES", "OPENING", "OWNERS", "check_assistance"]

OPENING = "request"
OWNERS = frozenset({
    "amend_request", "renew", "cancel", "lapse", "close", "accept", "release", "decline_offer", "clear_shipment",
    "arrive",
})  # fmt: skip
MACHINES: frozenset[str] = frozenset()
EITHER = frozenset({"order", "lapse"})
SAID = "/body/said"
DAYS = ("needed_by", "lapses_on", "available_from", "expires_on", "expected_on")
PLACES = ("place", "from_place")


def check_assistance(document: Document, context: Context, found: Found) -> None:
    """Find an act that cannot stand where it says, and what cannot be in what it says."""
    body = document.body
    check_act(document, found, opening=OPENING, owners=OWNERS, machines=MACHINES, either=EITHER)
    said: Mapping[str, Any] = body["said"]
    check_words(said, SAID, found)
    for name in DAYS:
        if name in said:
            check_day(said[name], f"{SAID}/{name}", None, found)
    for name in PLACES:
        if name in said:
            check_place(said[name], f"{SAID}/{name}", found)
    if "lines" in said and body["act"] != "cost":
        _check_lines(said, found)
    if "items" in said:
        check_not_about_itself(document, said["event"], f"{SAID}/event", found)
        check_distinct([one["id"] for one in said["items"]], f"{SAID}/items", "id", found, sentence="line-twice")
        for index, item in enumerate(said["items"]):
            _check_item(item, f"{SAID}/items/{index}", found)


def _check_item(item: Mapping[str, Any], pointer: str, found: Found) -> None:
    check_called(item, pointer, found)
    basis = item["basis"]
    if (item["need"] == "forecast") != (basis is not None):
        found.document("contradiction", say("need-and-basis"), f"{pointer}/basis")
    if basis is not None:
        days = [(f"{pointer}/basis/{name}", basis[name]) for name in ("from", "until")]
        check_order([(place, check_day(text, place, None, found)) for place, text in days], found)


def _check_lines(said: Mapping[str, Any], found: Found) -> None:
    check_distinct([one["item"] for one in said["lines"]], f"{SAID}/lines", "item", found, sentence="line-twice")
    for index, line in enumerate(said["lines"]):
        if "best_before" in line:
            check_day(line["best_before"], f"{SAID}/lines/{index}/best_before", None, found)
