"""Translations that partners share: a row a text, whether or not what they translate is here."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry
from tocsin.node.notifications.models import Translation
from tocsin.node.notifications.readers.base import Told

__all__ = ["TranslationReader"]


class TranslationReader:
    """`reading.TypeReader` for translations."""

    def accepted(self, told: Told) -> None:
        """Keep each text, once."""
        known = self._of([(document.origin, document.id) for document, _ in told])
        Translation.objects.filter(pk__in=[row.pk for row in known if row.withdrawn_at]).update(withdrawn_at=None)
        self._keep(told, known)

    def returned(self, told: Told) -> None:
        """Our own, that this node had forgotten, as far as it had."""
        self._keep(told, self._of([(document.origin, document.id) for document, _ in told]))

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        """They are shown no more."""
        rows = [row.pk for row in self._of(_keys(entries)) if row.document is not None]
        Translation.objects.filter(pk__in=rows).update(withdrawn_at=timezone.now())

    def erased(self, entries: Sequence[Entry]) -> None:
        """Their words go; those of our own that went with the document too."""
        rows = [row.pk for row in self._of(_keys(entries))]
        Translation.objects.filter(pk__in=rows).update(text="", erased_at=timezone.now())

    def _keep(self, told: Told, known: Sequence[Translation]) -> None:
        there = {(row.node, str(row.document or row.shared_as)) for row in known}
        once = {(document.origin, document.id): document for document, _ in told}
        new = [row for key, document in once.items() if key not in there for row in _rows(document)]
        Translation.objects.bulk_create(new)

    def _of(self, keys: Sequence[tuple[str, str]]) -> list[Translation]:
        wanted, ids = set(keys), [key for _, key in keys]
        rows = Translation.objects.filter(Q(document__in=ids) | Q(shared_as__in=ids)).defer("text")
        return [row for row in rows if (row.node, str(row.document or row.shared_as)) in wanted]


def _rows(document: Document) -> Iterator[Translation]:
    of = document.body["of"]
    for field, text in _texts(document.body["texts"]):
        yield Translation(
            of_id=UUID(of["id"]), of_origin=of["origin"], of_version=of["version"], field=field, text=text,
            language=document.body["language"], standing=document.body["standing"], node=document.origin,
            version=document.version, document=UUID(document.id), at=document.recorded_at,
        )  # fmt: skip


def _texts(texts: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field, text in texts.items():
        if field == "questions":
            yield from ((f"questions/{at}", one) for at, one in enumerate(text))
        else:
            yield field, text


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    return [(entry.stream.origin, entry.document_id) for entry in entries if entry.document_id is not None]
