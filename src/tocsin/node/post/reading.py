"""Who reads which documents: each app says it for its own types when it starts, and `post` knows none of them.

# in the app's AppConfig.ready()
read_by("weekly-indicators", SharedSeries())
"""

from collections.abc import Sequence
from typing import Protocol

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry

__all__ = ["Reading", "TypeReader", "read_by", "readers"]


class TypeReader(Protocol):
    """As `tocsin.exchange.local.Reader`, for documents of one type."""

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Act upon them, to the same end however often it is told."""

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """Our own, that this node had forgotten: restore what it needs to know of having sent them."""

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They are void: take back what followed from them."""

    def erased(self, entries: Sequence[Entry]) -> None:
        """Destroy what was kept of them; that they were here may be known."""


_readers: dict[str, TypeReader] = {}


def read_by(document_type: str, reader: TypeReader) -> None:
    """Have documents of this type read by `reader`."""
    _readers[document_type] = reader


def readers() -> dict[str, TypeReader]:
    """Who reads what."""
    return dict(_readers)


class Reading:
    """Hands each document to whoever reads its type. A type that nobody reads is kept, and that is all."""

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """By type, in the order in which they came."""
        for name, reader in _readers.items():
            if mine := [(document, entry) for document, entry in documents if document.type == name]:
                reader.accepted(mine)

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        """By type; and the audit, which has forgotten them too, says that they are back."""
        for name, reader in _readers.items():
            if mine := [(document, entry) for document, entry in documents if document.type == name]:
                reader.returned(mine)
        from tocsin.node.alliance import audit  # as below

        ids = [document.id for document, _ in documents]
        audit.record("documents.returned", by=None, documents=ids, types=sorted({one.type for one, _ in documents}))

    def kept_apart(self, entries: Sequence[Entry]) -> None:
        """People who may decide are told."""
        from tocsin.node.post.telling import tell_of_kept_apart  # models are not there yet when apps register

        tell_of_kept_apart(entries)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """By type."""
        for name, reader in _readers.items():
            if mine := [entry for entry in entries if entry.type == name]:
                reader.withdrawn(mine)

    def erased(self, entries: Sequence[Entry]) -> None:
        """By type."""
        for name, reader in _readers.items():
            if mine := [entry for entry in entries if entry.type == name]:
                reader.erased(mine)
