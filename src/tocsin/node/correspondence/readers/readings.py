"""Documents that say which letters somebody has read: `post.reading.TypeReader`."""

from collections.abc import Sequence
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.exchange.moments import read_moment
from tocsin.joint.parties import Speaker
from tocsin.node.correspondence.boxes import box_of
from tocsin.node.correspondence.models import LetterReading, ReadReceipt
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.post.models.documents import row_id

__all__ = ["ReadingReader", "receipt_of"]


def receipt_of(document: Document, *, is_ours: bool) -> ReadReceipt:
    """The row of such a document, not saved."""
    body = document.body
    return ReadReceipt(
        id=row_id(document), document_id=UUID(document.id), origin=document.origin, is_ours=is_ours,
        language=document.language, is_exercise=document.exercise, recorded_at=document.recorded_at,
        said_as=body["as"], letters=body["letters"], at=read_moment(body["at"], code="schema", what="at"),
    )  # fmt: skip


class ReadingReader(DocumentReader[ReadReceipt]):
    """It may come before the letter is known here again: a reading names the letter, and needs no row of it."""

    model = ReadReceipt
    without_words = ReadReceipt.WITHOUT_WORDS

    def rows_of(self, told: Told, *, is_ours: bool) -> list[ReadReceipt]:
        """A row a document."""
        return [receipt_of(document, is_ours=is_ours) for document, _ in told]

    def settle(self, rows: Sequence[ReadReceipt], *, is_news: bool) -> None:
        """A reading for each letter of those that stand."""
        theirs = ReadReceipt.objects.filter(pk__in=[row.pk for row in rows], is_ours=False)
        LetterReading.objects.filter(receipt__in=theirs).delete()
        LetterReading.objects.bulk_create(
            LetterReading(
                receipt=row, origin=row.origin, box=box_of(Speaker.of(row.said_as)), letter_origin=one["origin"],
                letter_id=UUID(one["id"]), at=row.at,
            )
            for row in theirs.readable()
            for one in row.letters
        )  # fmt: skip
