"""Letters that come, and our own that come back: `post.reading.TypeReader`."""

from collections.abc import Sequence
from uuid import UUID

from tocsin.exchange.documents import Document
from tocsin.node.correspondence import telling
from tocsin.node.correspondence.filing import file_letters, thread_of
from tocsin.node.correspondence.models import Letter, Thread
from tocsin.node.notifications.readers.base import DocumentReader, Told
from tocsin.node.post.models.documents import row_id

__all__ = ["LetterReader", "letter_of"]


def letter_of(document: Document, thread: Thread, *, is_ours: bool) -> Letter:
    """The row of a letter, not saved."""
    body = document.body
    return Letter(
        id=row_id(document), document_id=UUID(document.id), origin=document.origin, is_ours=is_ours,
        language=document.language, is_exercise=document.exercise, recorded_at=document.recorded_at, thread=thread,
        said_as=body["as"], name=body["name"], to=body["to"], subject=body["subject"], text=body["text"],
        files=body["files"], in_reply_to=body["in_reply_to"], translates=body["translates"],
        classification=document.classification, addressees=list(document.addressees),
    )  # fmt: skip


class LetterReader(DocumentReader[Letter]):
    """An answer may come before what it answers: each letter names its thread."""

    model = Letter
    without_words = Letter.WITHOUT_WORDS

    def rows_of(self, told: Told, *, is_ours: bool) -> list[Letter]:
        """A row a letter."""
        return [letter_of(one, thread_of(one.body["thread"]), is_ours=is_ours) for one, _ in told]

    def settle(self, rows: Sequence[Letter], *, is_news: bool) -> None:
        """Copies, participants, what is new, what is found."""
        file_letters([row.pk for row in rows])

    def tell(self, new: Sequence[Letter]) -> None:
        """Whoever it is for learns of it."""
        telling.of_letters(new)
