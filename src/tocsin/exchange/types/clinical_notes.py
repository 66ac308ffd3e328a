"""`clinical-note` 1: what a clinician says of a patient in a consultation or a transfer. docs/exchange-types.md."""

from collections.abc import Iterator
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.parties import check_not_passed_on, check_speaker
from tocsin.exchange.types.texts import check_text

__all__ = ["check_clinical_note", "check_files"]

TRANSLATION = "translation"


def check_clinical_note(document: Document, context: Context, found: Found) -> None:
    """Find a note that says nothing, what no text may hold, and a translation of nothing."""
    body = document.body
    check_not_passed_on(document, found)
    check_speaker(document, body["as"], "/body/as", found)
    check_text(body["text"], "/body/text", found, paragraphs=True)
    if not body["text"].strip() and body["content"] is None and not body["files"]:
        found.document("contradiction", say("note-empty"), "/body/text")
    if (body["kind"] == TRANSLATION) != (body["translates"] is not None):
        found.document("contradiction", say("translates-nothing"), "/body/translates")
    for pointer, text in _texts(body["content"], "/body/content"):
        check_text(text, pointer, found, paragraphs=True)
    check_files(body["files"], found)


def check_files(files: list[dict[str, Any]], found: Found) -> None:
    """Find a file that stands twice, and a name that no text may have. For all documents that name files."""
    seen: set[str] = set()
    for index, one in enumerate(files):
        check_text(one["name"], f"/body/files/{index}/name", found)
        if one["digest"] in seen:
            found.document("contradiction", say("file-twice", file=one["digest"]), f"/body/files/{index}/digest")
        seen.add(one["digest"])


def _texts(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    """Every text of the structured part, with its place."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, f"{pointer}/{name}")
