"""`erasure` 1: documents of this stream whose body keys and texts every holder destroys. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found

__all__ = ["check_erasure"]


def check_erasure(document: Document, context: Context, found: Found) -> None:
    """Find whether an erasure reaches beyond its own stream, or names a document twice.

    An order that reached other streams would tell its readers of documents that they never had.
    """
    named: dict[tuple[int, int], int] = {}
    for index, one in enumerate(document.body["documents"]):
        pointer = f"/body/documents/{index}"
        if one["stream"] != document.audience:
            detail = f"an erasure travels in the stream of what it names, not from {document.audience:.80}"
            found.document("classification", f"{detail} to {one['stream']:.80}", pointer + "/stream")
        place = (one["epoch"], one["number"])
        if place in named:
            detail = f"document {one['number']} of epoch {one['epoch']} is named here and at {named[place]}"
            found.document("contradiction", detail, pointer)
        named[place] = index
