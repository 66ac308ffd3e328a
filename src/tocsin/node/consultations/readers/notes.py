"""Clinical notes that come, and our own that come back: `post.reading.TypeReader`."""

from collections.abc import Sequence
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import digest
from tocsin.node.consultations.models import ClinicalNote
from tocsin.node.consultations.models.notes import nouns_with_notes
from tocsin.node.files.actions.sending import attach
from tocsin.node.joint.models import JointObject
from tocsin.node.joint.settling import settle
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.post.models.documents import row_id

__all__ = ["NoteReader", "note_of"]

KIND = "consultation"  # of the gate of its files


def note_of(document: Document, *, is_ours: bool) -> ClinicalNote:
    """The row of a note, not saved."""
    body = document.body
    return ClinicalNote(
        id=row_id(document), document_id=UUID(document.id), origin=document.origin, is_ours=is_ours,
        language=document.language, is_exercise=document.exercise, recorded_at=document.recorded_at,
        about_origin=body["about"]["origin"], about_id=UUID(body["about"]["id"]), kind=body["kind"],
        hospital=body["as"]["hospital"], clinician=body["as"]["clinician"], text=body["text"], content=body["content"],
        files=body["files"], translates=body["translates"], digest=digest(document.encode()),
    )  # fmt: skip


class NoteReader(DocumentReader[ClinicalNote]):
    """A note may come before its case or transfer, and after: that is looked at anew for either."""

    model = ClinicalNote
    without_words = ClinicalNote.WITHOUT_WORDS

    def rows_of(self, told: Told, *, is_ours: bool) -> list[ClinicalNote]:
        """A row a note."""
        return [note_of(document, is_ours=is_ours) for document, _ in told]

    def settle(self, rows: Sequence[ClinicalNote], *, is_news: bool) -> None:
        """Their files; the line of the patient in lists; and that nothing stays of one who does not agree any more."""
        for row in rows:
            about = {"origin": row.about_origin, "id": str(row.about_id)}
            for file in row.files if row.withdrawn_at is None else ():
                attach(file, kind=KIND, about=about, origin=row.origin)
        about = {row.about_id for row in rows}
        objects = JointObject.objects.filter(object_id__in=about, noun__in=nouns_with_notes())
        keys = {(row.about_origin, row.about_id) for row in rows}
        settle({of.pk for of in objects if (of.origin, of.object_id) in keys}, is_news=is_news)
