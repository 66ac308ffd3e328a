"""Acts as a node keeps them, for tests: what `tocsin.node.joint.reader` does, in a store in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.exchange.world import Collector
from tests.joint.nouns import NOUNS

from tocsin.exchange.documents import Document
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.store import Entry
from tocsin.joint.acts import Act, ObjectId

Key = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """An act as a node has it, and who reads it: the classification, and by name who where that is SELECTIVE."""

    act: Act
    readers: tuple[str, frozenset[str]]

    @classmethod
    def of(cls, document: Document, entry: Entry | None = None) -> "Kept":
        place = (entry.stream.epoch, entry.number) if entry else None
        named = frozenset({document.origin, *document.addressees}) if document.addressees else frozenset()
        return cls(Act.of(document, place), (document.classification, named))


class Keeper(Collector):
    """A reader that keeps acts in the store's own transaction, and has the machine look at what they are about."""

    def __init__(self, store: MemoryStore, tend: Callable[[ObjectId], None]) -> None:
        super().__init__(store)
        self.tend = tend
        self.kept: dict[Key, Kept] = {}
        self.void: dict[Key, bool] = {}

    def accepted(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        super().accepted(documents)
        self._keep(documents)

    def returned(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        super().returned(documents)
        self._keep(documents)

    def withdrawn(self, entries: Sequence[Entry]) -> None:
        super().withdrawn(entries)
        keys = [(entry.stream.origin, entry.document_id) for entry in entries]
        acts = [self.kept[key].act for key in keys if key in self.kept]
        for act in acts:
            self._memory._set(self.void, (act.origin, act.id), True)
        self._tend(acts)

    def erased(self, entries: Sequence[Entry]) -> None:
        super().erased(entries)
        keys = [(entry.stream.origin, entry.document_id) for entry in entries]
        acts = [self.kept[key].act for key in keys if key in self.kept]
        for act in acts:
            self._memory._set(self.void, (act.origin, act.id), True)
        self._tend(acts)

    def said(self, document: Document) -> None:
        """One of our own, that waits to be sealed."""
        self._memory._set(self.ours, document.id, document.encode())
        self._memory._set(self.kept, (document.origin, document.id), Kept.of(document))

    def _keep(self, documents: Sequence[tuple[Document, Entry]]) -> None:
        acts = []
        for document, entry in documents:
            if document.type in NOUNS:
                key = (document.origin, document.id)
                self._memory._remove(self.void, key)
                if key not in self.kept:
                    self._memory._set(self.kept, key, Kept.of(document, entry))
                acts.append(self.kept[key].act)
        self._tend(acts)

    def _tend(self, acts: Sequence[Act]) -> None:
        for key in sorted({act.object for act in acts}):
            self.tend(key)
