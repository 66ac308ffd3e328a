"""`verification-answer` 1: what is known of something that was asked about. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.addressing import check_not_about_itself, check_to_origin
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.texts import check_text

__all__ = ["check_verification_answer"]


def check_verification_answer(document: Document, context: Context, found: Found) -> None:
    """Find an answer that does not go to whoever asked, or that names another state's notification as its own."""
    body = document.body
    check_to_origin(document, body["of"]["origin"], found, alone=False)
    check_not_about_itself(document, body["notification"], "/body/notification", found)
    check_text(body["text"], "/body/text", found, paragraphs=True)
    if body["notification"] is not None and body["notification"]["origin"] != document.origin:
        detail = say("notification-of-another", origin=document.origin, other=body["notification"]["origin"])
        found.document("contradiction", detail, "/body/notification")
