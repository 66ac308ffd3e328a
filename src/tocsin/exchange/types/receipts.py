"""`receipt` 1: what became of a batch at a node that took it in. docs/exchange-types.md."""

from datetime import timedelta
from typing import Any

from tocsin.exchange import limits
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import Malformed
from tocsin.exchange.moments import read_moment
from tocsin.exchange.streams import check_audience
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found

__all__ = ["check_receipt"]


def check_receipt(document: Document, context: Context, found: Found) -> None:
    """Find whether a receipt goes to somebody else, or says what cannot be."""
    body = document.body
    if document.addressees != (body["origin"],):
        detail = (
            f"a receipt for {body['origin']} travels to {body['origin']} alone, this one to {document.audience[:80]}"
        )
        found.document("classification", detail, "/addressees")
    try:
        check_audience(body["stream"], origin=body["origin"], code="schema")
    except Malformed as problem:
        found.document("schema", str(problem), "/body/stream")
    _check_received(document, found)
    _check_numbers(body, found)


def _check_received(document: Document, found: Found) -> None:
    try:
        received = read_moment(document.body["received_at"], code="schema", what="received_at")
    except Malformed as problem:
        found.document("schema", str(problem), "/body/received_at")
        return
    if received - document.recorded_at > timedelta(seconds=limits.SKEW_SECONDS):
        detail = f"received at {received:%Y-%m-%d %H:%M:%S}, after the receipt was recorded"
        found.document("contradiction", detail, "/body/received_at")


def _check_numbers(body: Any, found: Found) -> None:
    whole = {one["number"] for one in body["quarantined"] if one["row"] is None}  # one may have several reasons
    seen: dict[int, str] = {}
    for fate, numbers in (("held", body["held"]), ("locked", body["locked"]), ("quarantined", whole)):
        for number in numbers:
            if number in seen:
                found.document("contradiction", f"document {number} is {seen[number]} and {fate}", f"/body/{fate}")
            seen[number] = fate
    named = [*seen, *(one["number"] for one in body["quarantined"])]
    lowest = body["through"] - limits.BATCH_DOCUMENTS
    if outside := [number for number in named if not lowest < number <= body["through"]]:
        detail = f"document {outside[0]} is not of a batch that ends with {body['through']}"
        found.document("contradiction", detail, "/body/through")
    if body["accepted"] + len(seen) > min(body["through"], limits.BATCH_DOCUMENTS):
        detail = (
            f"{body['accepted']} accepted and {len(seen)} not, more than a batch through {body['through']} can have"
        )
        found.document("contradiction", detail, "/body/accepted")
