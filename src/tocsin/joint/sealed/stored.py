"""What a node's store has of acts: each document with its item and the manifest that names it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tocsin.exchange.bundles import Batch
from tocsin.exchange.documents import Document
from tocsin.exchange.store import Entry, Store
from tocsin.joint.acts import Act, Reference
from tocsin.joint.sealed.form import binary

__all__ = ["Key", "Stored", "cut_here", "stored_acts"]

Key = tuple[str, str]  # of an act: its node, its identifier


@dataclass(frozen=True)
class Stored:
    """A document as the store has it, and the batch that it came in, without the items of that."""

    entry: Entry
    act: Act
    item: bytes
    batch: Batch

    def as_json(self) -> dict[str, Any]:
        """As the file has it."""
        stream, number = self.entry.stream, self.entry.number
        return {
            "act": self.act.kind,
            "from": {
                "epoch": stream.epoch, "number": number, "origin": stream.origin, "stream": stream.audience,
            },
            "item": binary(self.item),
            "key": binary(self.entry.key) if self.entry.key is not None else None,
            "manifest": self.entry.manifest,
        }  # fmt: skip


def stored_acts(store: Store, documents: Iterable[Key]) -> tuple[dict[Key, Stored], set[Key]]:
    """What the store has of these, and which of them are here and cannot be read any more.

    What is only queued here, or was cut, is not among either. A batch may be large, so one at a time is looked at.
    """
    wanted: dict[str, list[str]] = defaultdict(list)
    for origin, id in documents:
        wanted[origin].append(id)
    by_batch: dict[str, dict[Key, Entry]] = defaultdict(dict)
    for origin, ids in wanted.items():
        for id, entry in store.known(origin, ids).items():
            by_batch[entry.manifest][origin, id] = entry
    found: dict[Key, Stored] = {}
    unreadable: set[Key] = set()
    for manifest, entries in by_batch.items():
        batch = store.batch_of(manifest)
        for key, entry in entries.items():
            if (one := _stored(entry, batch)) is not None:
                found[key] = one
            else:
                unreadable.add(key)
    return dict(sorted(found.items())), unreadable


def cut_here(store: Store, named: Reference) -> Stored | None:
    """An act that an order names and that was cut here, since the key that signed it had ended."""
    entry = store.set_aside(named.origin, [named.id]).get(named.id)
    one = _stored(entry, store.batch_set_aside(entry.manifest)) if entry is not None else None
    return one if one is not None and one.act.digest == named.digest else None


def _stored(entry: Entry, batch: Batch | None) -> Stored | None:
    if batch is None or entry.document is None:
        return None
    item = batch.items[entry.number - batch.manifest.first]
    if item is None:
        return None
    act = Act.of(Document.read(entry.document), place=(entry.stream.epoch, entry.number))
    return Stored(replace(entry, document=None), act, item, replace(batch, items=[], parcels={}))
