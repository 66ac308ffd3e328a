"""`message` 1: what one focal point writes to others. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_message"]


def check_message(document: Document, context: Context, found: Found) -> None:
    """Find what a message may not hold: anything but plain text, or a reply to itself."""
    body = document.body
    check_text(body["subject"], "/body/subject", found)
    check_text(body["text"], "/body/text", found, paragraphs=True)
    if body["in_reply_to"] == document.id:
        found.document("contradiction", say("answers-itself"), "/body/in_reply_to")
