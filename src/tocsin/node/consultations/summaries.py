"""One line of the patient of a case or a transfer, from the note that it was opened with, for lists of its readers."""

from collections.abc import Iterable
from typing import Any, Protocol

from tocsin.clinical.content import summary_line
from tocsin.clinical.vocabulary import LANGUAGES
from tocsin.joint.consultations.state import Note
from tocsin.node.consultations.models.notes import ClinicalNote
from tocsin.node.joint.models import JointObject

__all__ = ["summary_of"]

SUBMISSION = "submission"


class Noted(Protocol):
    """A case or a transfer, whose acts name notes."""

    @property
    def notes(self) -> Iterable[Note]: ...


def summary_of(of: JointObject, noted: Noted) -> tuple[dict[str, str], str]:
    """The line by language, and the severity; empty while the note is not here, and once it is destroyed."""
    notes = ClinicalNote.objects.readable().filter(
        about_origin=of.origin, about_id=of.object_id, kind=SUBMISSION, origin=of.origin
    )  # fmt: skip
    named = {(one.id, one.digest) for one in noted.notes}
    newest_first = notes.order_by("-recorded_at", "-id")
    last = next((one for one in newest_first if (str(one.document_id), one.digest) in named), None)
    content: dict[str, Any] | None = last.content if last is not None else None
    if not content:
        return {}, ""
    return {language: summary_line(content, language) for language in LANGUAGES}, content.get("severity") or ""
