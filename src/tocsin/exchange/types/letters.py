"""`letter` 1 and `letters-read` 1: what people of hospitals write to each other. docs/exchange-types.md."""

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.acts import check_moment_read
from tocsin.exchange.types.clinical_notes import check_files
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.parties import check_hospitals, check_not_passed_on, check_speaker
from tocsin.exchange.types.texts import check_text

__all__ = ["check_letter", "check_letters_read"]


def check_letter(document: Document, context: Context, found: Found) -> None:
    """Find a letter that says nothing, answers itself, or is for a hospital of a state that does not get it."""
    body = document.body
    check_not_passed_on(document, found)
    check_speaker(document, body["as"], "/body/as", found)
    check_hospitals(document, [one["hospital"] for one in body["to"]], "/body/to", found)
    check_text(body["name"], "/body/name", found)
    check_text(body["subject"], "/body/subject", found)
    check_text(body["text"], "/body/text", found, paragraphs=True)
    if not body["text"].strip() and not body["files"]:
        found.document("contradiction", say("note-empty"), "/body/text")
    if body["in_reply_to"] is not None and body["in_reply_to"]["id"] == document.id:
        found.document("contradiction", say("answers-itself"), "/body/in_reply_to")
    check_files(body["files"], found)


def check_letters_read(document: Document, context: Context, found: Found) -> None:
    """Find a moment that is none, and somebody who reads in another's name."""
    body = document.body
    check_speaker(document, body["as"], "/body/as", found)
    check_moment_read(body["at"], "/body/at", found, name="at")
