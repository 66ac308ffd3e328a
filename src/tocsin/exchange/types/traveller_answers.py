"""`traveller-answer` 1: what became of a person whom a `traveller` told about. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.addressing import check_to_origin
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_traveller_answer"]

NOT_FOUND = {"not_found", "not_arrived"}


def check_traveller_answer(document: Document, context: Context, found: Found) -> None:
    """Find an answer that others than whoever asked would read, or that says a person was found and was not."""
    body = document.body
    check_to_origin(document, body["of"]["origin"], found, alone=True)
    if not document.no_onward_sharing:
        found.document("classification", say("not-passed-on"), "/no_onward_sharing")
    check_text(body["text"], "/body/text", found, paragraphs=True)
    outcome = set(body["outcome"])
    if (body["found"] == "yes" or "found" in outcome) and (body["found"] == "no" or NOT_FOUND & outcome):
        found.document("contradiction", say("found-and-not"), "/body/outcome")
