"""`relevance` 1: whether an event that was notified concerns the state that answers. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.addressing import check_to_origin
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_relevance"]

CONCERNS = ("affects_us", "may_affect_us")


def check_relevance(document: Document, context: Context, found: Found) -> None:
    """Find a verdict that others than the origin would read, or that its own reasons deny."""
    body = document.body
    check_to_origin(document, body["of"]["origin"], found, alone=True)
    check_text(body["text"], "/body/text", found, paragraphs=True)
    if body["verdict"] == "not_relevant" and "cases_here" in body["reasons"]:
        found.document("contradiction", say("not-relevant-but-cases"), "/body/reasons")
    if body["verdict"] in CONCERNS and "no_link" in body["reasons"]:
        found.document("contradiction", say("relevant-without-link"), "/body/reasons")
