"""To whom a document goes that answers another, or concerns one state alone."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.findings import Found

__all__ = ["check_not_about_itself", "check_to_one", "check_to_origin"]


def check_to_origin(document: Document, origin: str, found: Found, *, alone: bool) -> None:
    """Find an answer that does not go to the state it answers; `alone`: or to others as well."""
    if document.addressees == (origin,) or (not alone and origin in document.addressees):
        return
    found.document("classification", say("answer-to" if not alone else "answer-to-alone", origin=origin), "/addressees")


def check_to_one(document: Document, found: Found) -> None:
    """Find what concerns a person and goes to several states, or may be passed on."""
    if len(document.addressees) != 1:
        found.document("classification", say("to-one-state", states=len(document.addressees)), "/addressees")
    if not document.no_onward_sharing:
        found.document("classification", say("not-passed-on"), "/no_onward_sharing")


def check_not_about_itself(document: Document, of: dict[str, str] | None, pointer: str, found: Found) -> None:
    """Find a document that says it is about itself."""
    if of is not None and (of["id"], of["origin"]) == (document.id, document.origin):
        found.document("contradiction", say("about-itself"), pointer)
