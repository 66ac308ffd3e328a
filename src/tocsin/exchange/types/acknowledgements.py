"""`acknowledgement` 1: a person has seen a document and answers for it. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.types.addressing import check_to_origin
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_moment
from tocsin.exchange.types.findings import Found

__all__ = ["check_acknowledgement"]


def check_acknowledgement(document: Document, context: Context, found: Found) -> None:
    """Find one that goes to others than the origin of what was seen, or says it was seen later than it was recorded."""
    check_to_origin(document, document.body["of"]["origin"], found, alone=True)
    check_moment(document, document.body["at"], "/body/at", found, past=True)
