"""A store in memory: for tests, for simulations, and to read the contract by."""

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from tocsin.exchange.bundles import Batch
from tocsin.exchange.manifests import Manifest
from tocsin.exchange.merkle import Tree
from tocsin.exchange.store import Entry, Head, Outgoing, Own, Peer, Receipt, Refusal, State
from tocsin.exchange.streams import Stream

__all__ = ["MemoryStore"]

REFUSALS_KEPT = 1_000
STANDING = (State.OWN, State.ACCEPTED)

K = TypeVar("K")
V = TypeVar("V")


class MemoryStore:
    """`store.Store` in dictionaries of values that never change. A failed `atomic()` is undone change by change."""

    def __init__(self) -> None:
        """An empty store."""
        self._row = 0
        self._outbox: dict[int, Outgoing] = {}
        self._own = {"own": Own()}
        self._batches: dict[str, Batch] = {}
        self._signers: dict[str, frozenset[str]] = {}
        self._chains: dict[Stream, tuple[tuple[int, str], ...]] = {}  # (last, manifest) of each batch in use
        self._entries: dict[tuple[str, int], Entry] = {}
        self._ids: dict[tuple[str, str], tuple[str, int]] = {}
        self._leaves: dict[tuple[str, int], tuple[bytes, ...]] = {}
        self._checkpoints: dict[tuple[str, int], tuple[int, bytes]] = {}
        self._receipts: dict[tuple[str, Stream], Receipt] = {}
        self._refusals: dict[str, tuple[Refusal, ...]] = {}
        self._peers: dict[str, Peer] = {}
        self._evidence: dict[str, tuple[bytes, ...]] = {}
        self._settled: dict[str, int] = {}
        self._trust: dict[str, tuple[int, dict[str, bytes]]] = {"files": (0, {})}  # numbered
        self._vouched: dict[str, Stream] = {}
        self._nonces: dict[tuple[str, str], datetime] = {}
        self._asking = threading.Lock()  # many threads answer requests; only nonces must not be raced for
        self._undo: list[Callable[[], object]] | None = None

    @contextmanager
    def atomic(self) -> Iterator[None]:
        outermost = self._undo is None
        done = self._undo = [] if self._undo is None else self._undo
        mark = len(done)
        try:
            yield
        except BaseException:
            while len(done) > mark:
                done.pop()()
            raise
        finally:
            if outermost:
                self._undo = None

    def copy(self) -> "MemoryStore":
        """A backup: what stands now, apart from what will."""
        other = MemoryStore()
        for name, value in vars(self).items():
            if isinstance(value, dict):
                setattr(other, name, dict(value))
        other._row = self._row
        return other

    def _set(self, table: dict[K, V], key: K, value: V) -> None:
        if self._undo is not None:
            if key in table:
                before = table[key]
                self._undo.append(lambda: table.__setitem__(key, before))
            else:
                self._undo.append(lambda: table.pop(key, None))
        table[key] = value

    def _remove(self, table: dict[K, V], key: K) -> None:
        if key in table:
            before = table.pop(key)
            if self._undo is not None:
                self._undo.append(lambda: table.__setitem__(key, before))

    # What is to be said

    def put_out(self, document: bytes, audience: str) -> None:
        self._row += 1
        self._set(self._outbox, self._row, Outgoing(self._row, audience, document))

    def outbox(self, most: int) -> list[Outgoing]:
        return [self._outbox[row] for row in sorted(self._outbox)[:most]]

    def take_out(self, rows: Iterable[int]) -> None:
        for row in rows:
            self._remove(self._outbox, row)

    def own(self) -> Own:
        return self._own["own"]

    def set_own(self, own: Own) -> None:
        self._set(self._own, "own", own)

    # Streams and documents

    def heads(self) -> dict[Stream, Head]:
        return {stream: Head(*chain[-1], chain[0][1]) for stream, chain in self._chains.items() if chain}

    def head(self, stream: Stream) -> Head | None:
        chain = self._chains.get(stream)
        return Head(*chain[-1], chain[0][1]) if chain else None

    def append(self, batch: Batch, *, signers: Iterable[str]) -> None:
        manifest = batch.manifest
        chain = self._chains.get(manifest.stream, ())
        last, previous = chain[-1] if chain else (0, None)
        if (manifest.first, manifest.previous) != (last + 1, previous):
            raise ValueError(f"{manifest} does not follow document {last} of its stream")
        self._set(self._chains, manifest.stream, (*chain, (manifest.last, manifest.digest)))
        self._set(self._batches, manifest.digest, batch)
        self._set(self._signers, manifest.digest, frozenset(signers))

    def batches(self, stream: Stream, *, after: int, documents: int, size: int) -> list[Batch]:
        found: list[Batch] = []
        for _, manifest in self._after(stream, after):
            batch = self._batches[manifest]
            found.append(batch)
            documents -= len(batch.items)
            size -= batch.size
            if documents <= 0 or size <= 0:
                break
        return found

    def manifests(self, stream: Stream, *, after: int = 0) -> Iterator[Batch]:
        for _, manifest in self._after(stream, after):
            yield _bare(self._batches[manifest])

    def _after(self, stream: Stream, after: int) -> tuple[tuple[int, str], ...]:
        chain = self._chains.get(stream, ())
        return chain[bisect_right(chain, after, key=lambda link: link[0]) :]

    def batch_of(self, manifest: str) -> Batch | None:
        batch = self._batches.get(manifest)
        in_use = batch is not None and (batch.manifest.last, manifest) in self._chains.get(batch.manifest.stream, ())
        return batch if in_use else None

    def batch_at(self, stream: Stream, number: int) -> Batch | None:
        for _, manifest in self._after(stream, number - 1)[:1]:
            batch = self._batches[manifest]
            return _bare(batch) if batch.manifest.first <= number else None
        return None

    def signers(self, manifests: Sequence[str]) -> dict[str, frozenset[str]]:
        return {manifest: self._signers[manifest] for manifest in manifests if manifest in self._signers}

    def complete(self, manifest: str, items: Mapping[int, bytes], parcels: Mapping[str, Any]) -> None:
        batch = self._batches[manifest]
        first = batch.manifest.first
        filled = [items.get(first + place, item) if item is None else item for place, item in enumerate(batch.items)]
        self._set(self._batches, manifest, replace(batch, items=filled, parcels={**batch.parcels, **parcels}))

    def drop_item(self, stream: Stream, number: int) -> None:
        batch = self.batch_at(stream, number)
        if batch is None:
            return
        self._erase(batch.manifest, number)
        if entry := self._entries.get((batch.manifest.digest, number)):
            self.put_entries([replace(entry, state=State.ERASED, document=None, key=None)])

    def _erase(self, manifest: Manifest, number: int) -> None:
        whole, place = self._batches[manifest.digest], number - manifest.first
        if manifest.stream.audience == "public":  # no key keeps it closed
            whole = replace(whole, items=[None if at == place else item for at, item in enumerate(whole.items)])
        self._set(self._batches, manifest.digest, replace(whole, parcels={}))

    def drop_set_aside(self, origin: str, audience: str, document_ids: Sequence[str]) -> None:
        for (digest, number), entry in list(self._entries.items()):
            is_of_it = (entry.stream.origin, entry.stream.audience) == (origin, audience)
            if is_of_it and entry.document_id in document_ids and self.batch_of(digest) is None:
                self._erase(self._batches[digest].manifest, number)
                gone = replace(entry, state=State.ERASED, document=None, key=None)
                self._set(self._entries, (digest, number), gone)

    def cut(self, stream: Stream, *, after: int) -> list[Entry]:
        gone = self._after(stream, after)
        chain = self._chains.get(stream, ())
        self._set(self._chains, stream, chain[: len(chain) - len(gone)])
        withdrawn = []
        for _, manifest in gone:
            batch = self._batches[manifest]
            for number in range(batch.manifest.first, batch.manifest.last + 1):
                entry = self._entries.get((manifest, number))
                if entry is not None:
                    if entry.document_id is not None and self._ids.get((stream.origin, entry.document_id)) == (
                        manifest,
                        number,
                    ):
                        self._remove(self._ids, (stream.origin, entry.document_id))
                    self._set(self._entries, (manifest, number), replace(entry, state=State.WITHDRAWN))
                    withdrawn.append(entry)
        return withdrawn

    def set_aside(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        wanted = set(document_ids)
        return {
            entry.document_id: entry
            for (digest, _), entry in self._entries.items()
            if entry.stream.origin == origin and entry.document_id in wanted and self.batch_of(digest) is None
        }

    def batch_set_aside(self, manifest: str) -> Batch | None:
        return self._batches.get(manifest) if self.batch_of(manifest) is None else None

    def put_entries(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._set(self._entries, (entry.manifest, entry.number), entry)
            if entry.document_id is not None and entry.state in STANDING:
                self._set(self._ids, (entry.stream.origin, entry.document_id), (entry.manifest, entry.number))

    def entry(self, stream: Stream, number: int) -> Entry | None:
        batch = self.batch_at(stream, number)
        return self._entries.get((batch.manifest.digest, number)) if batch else None

    def entries(
        self, *, stream: Stream | None = None, state: State | None = None, after: int = 0, most: int = 1_000
    ) -> list[Entry]:
        found: list[Entry] = []
        for one in [stream] if stream is not None else sorted(self._chains):
            for _, manifest in self._after(one, after):
                batch = self._batches[manifest]
                for number in range(max(batch.manifest.first, after + 1), batch.manifest.last + 1):
                    entry = self._entries.get((manifest, number))
                    if entry is not None and state in (None, entry.state):
                        found.append(entry)
                        if len(found) == most:
                            return found
        return found

    def counted(self, states: Sequence[State]) -> dict[tuple[Stream, State], int]:
        return dict(Counter((entry.stream, entry.state) for entry in self.entries(most=-1) if entry.state in states))

    def following(self, places: Sequence[tuple[Stream, int]]) -> dict[tuple[Stream, int], tuple[int, datetime | None]]:
        found: dict[tuple[Stream, int], tuple[int, datetime | None]] = {}
        for stream, after in places:
            some = [one for one in self.entries(stream=stream, after=after, most=-1) if one.type != "receipt"]
            sealed_at = self._batches[some[0].manifest].manifest.sealed_at if some else None
            found[stream, after] = (len(some), sealed_at)
        return found

    def ends(self, manifests: Sequence[str]) -> dict[str, tuple[Stream, int]]:
        found = ((digest, self.batch_of(digest)) for digest in manifests)
        return {digest: (one.manifest.stream, one.manifest.last) for digest, one in found if one is not None}

    def known(self, origin: str, document_ids: Sequence[str]) -> dict[str, Entry]:
        return {one: self._entries[self._ids[origin, one]] for one in document_ids if (origin, one) in self._ids}

    # The log

    def log_size(self, origin: str, epoch: int) -> int:
        return len(self._leaves.get((origin, epoch), ()))

    def leaves(self, origin: str, epoch: int, start: int, stop: int) -> list[bytes]:
        return list(self._leaves.get((origin, epoch), ())[start:stop])

    def add_leaves(self, origin: str, epoch: int, start: int, leaves: Sequence[bytes]) -> None:
        before = self._leaves.get((origin, epoch), ())
        if len(before) != start:
            raise ValueError(f"the log of {origin}/{epoch} has {len(before)} leaves, not {start}")
        self._set(self._leaves, (origin, epoch), (*before, *leaves))

    def drop_log(self, origin: str, epoch: int) -> None:
        self._remove(self._leaves, (origin, epoch))
        self._remove(self._checkpoints, (origin, epoch))

    def root(self, origin: str, epoch: int, size: int) -> bytes:
        return Tree(self.leaves(origin, epoch, 0, size)).root(size)

    def put_checkpoint(self, origin: str, epoch: int, size: int, data: bytes) -> None:
        if size >= self._checkpoints.get((origin, epoch), (0, b""))[0]:
            self._set(self._checkpoints, (origin, epoch), (size, data))

    def checkpoint(self, origin: str, epoch: int) -> bytes | None:
        kept = self._checkpoints.get((origin, epoch))
        return kept[1] if kept else None

    def checkpoints(self) -> dict[tuple[str, int], bytes]:
        return {log: data for log, (_, data) in self._checkpoints.items()}

    # What others said, and what was found out about them

    def put_receipt(self, receipt: Receipt) -> None:
        kept = self._receipts.get((receipt.by, receipt.stream))
        if kept is None or receipt.through >= kept.through:
            self._set(self._receipts, (receipt.by, receipt.stream), receipt)

    def drop_receipts(self, by: str) -> None:
        for key in [key for key in self._receipts if key[0] == by]:
            self._remove(self._receipts, key)

    def receipts(self, stream: Stream | None = None) -> list[Receipt]:
        return [receipt for (_, of), receipt in sorted(self._receipts.items()) if stream in (None, of)]

    def put_refusal(self, refusal: Refusal) -> None:
        kept = self._refusals.get(refusal.source, ())
        self._set(self._refusals, refusal.source, (*kept, refusal)[-REFUSALS_KEPT:])

    def refusals(self, source: str | None = None) -> list[Refusal]:
        found = [one for of, kept in self._refusals.items() if source in (None, of) for one in kept]
        return sorted(found, key=lambda one: one.at)[::-1]  # of one moment, the last noted first

    def refused(self) -> dict[str, tuple[int, Refusal]]:
        return {source: (len(kept), self.refusals(source)[0]) for source, kept in self._refusals.items()}

    def put_peer(self, peer: Peer) -> None:
        self._set(self._peers, peer.node, peer)

    def peer(self, node: str) -> Peer:
        return self._peers.get(node, Peer(node))

    def peers(self) -> dict[str, Peer]:
        return dict(self._peers)

    def put_evidence(self, origin: str, data: bytes) -> bool:
        kept = self._evidence.get(origin, ())
        if data in kept:
            return False
        self._set(self._evidence, origin, (*kept, data))
        return True

    def evidence(self) -> dict[str, list[bytes]]:
        return {origin: list(kept) for origin, kept in self._evidence.items()}

    def settle_evidence(self, origin: str) -> None:
        self._set(self._settled, origin, len(self._evidence.get(origin, ())))

    def stopped(self) -> set[str]:
        return {origin for origin, kept in self._evidence.items() if len(kept) > self._settled.get(origin, 0)}

    # Trust

    def trust_files(self) -> dict[str, bytes]:
        return dict(self._trust["files"][1])

    def put_trust_files(self, files: Mapping[str, bytes]) -> None:
        self._row += 1  # never used again, even where this is undone
        self._set(self._trust, "files", (self._row, dict(files)))

    def trust_version(self) -> str:
        return str(self._trust["files"][0])

    def vouch(self, stream: Stream, manifests: Iterable[str]) -> None:
        for manifest in manifests:
            self._set(self._vouched, manifest, stream)

    def unvouch(self, origin: str) -> None:
        for manifest in [manifest for manifest, stream in self._vouched.items() if stream.origin == origin]:
            self._remove(self._vouched, manifest)

    def vouched(self, manifests: Sequence[str]) -> set[str]:
        return {manifest for manifest in manifests if manifest in self._vouched}

    def use_nonce(self, key: str, nonce: str, *, now: datetime, until: datetime) -> bool:
        with self._asking:
            for one in [one for one, end in self._nonces.items() if end <= now]:
                self._remove(self._nonces, one)
            if (key, nonce) in self._nonces:
                return False
            self._set(self._nonces, (key, nonce), until)
            return True


def _bare(batch: Batch) -> Batch:
    return replace(batch, items=[None] * len(batch.items), parcels={})
