"""`drill` 1: a communication drill, which is about nothing that has happened. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import check_moment
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_drill"]


def check_drill(document: Document, context: Context, found: Found) -> None:
    """Find a drill that was asked for later than it was recorded, and a scenario that is not plain text."""
    check_text(document.body["scenario"], "/body/scenario", found, paragraphs=True)
    check_moment(document, document.body["asked_at"], "/body/asked_at", found, past=True)
