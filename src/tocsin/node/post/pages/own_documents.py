"""Documents of our own: what each is, when it was written, and what became of it. Never what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tocsin.exchange.documents import Document
from tocsin.exchange.erasing import is_binding
from tocsin.exchange.store import Entry, State
from tocsin.node.post import models
from tocsin.node.post.pages.wording import type_named
from tocsin.node.post.store.entries import read_entries

__all__ = ["Own", "documents_of"]


@dataclass(frozen=True)
class Own:
    """A document of ours. `erasable`: whether it is there, no erasure itself, and nothing that binds us."""

    pk: int
    entry: Entry
    kind: str
    written_at: datetime | None
    erasable: bool


def documents_of(rows: Iterable[models.Entry]) -> list[Own]:
    """In the order of the rows, two queries however many."""
    keys = [row.pk for row in rows]
    found = models.Entry.objects.filter(pk__in=keys).order_by("pk")
    entries = dict(zip(found.values_list("pk", flat=True), read_entries(found), strict=True))
    return [_own(key, entries[key]) for key in keys if key in entries]


def _own(key: int, entry: Entry) -> Own:
    written_at = Document.read(entry.document).recorded_at if entry.document is not None else None
    erasable = entry.state is State.OWN and entry.type not in ("erasure", "receipt") and not is_binding(entry)
    return Own(key, entry, type_named(entry.type), written_at, erasable)
