"""Verifying anew all that a node holds of the exchange, as if none of it had been verified when it came.

Memory does not grow with what is held: one batch is looked at at a time, and leaves of the log are set aside on disk.
Nothing is changed.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.checkpoints import COSIGNED, TYP, SignedCheckpoint
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import ExchangeError, Refused
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.items import unpacked
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import Manifest, counted_signers
from tocsin.exchange.merkle import Frontier
from tocsin.exchange.sealing import leaf_of
from tocsin.exchange.store import Entry, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import Entry as Listed
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import load

__all__ = ["Audit", "Finding"]

READABLE = (State.OWN, State.ACCEPTED, State.HELD, State.REPEATED)
SKEW = timedelta(seconds=limits.SKEW_SECONDS)


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be; or, if not `wrong`, only something that a person should know."""

    where: str
    what: str
    wrong: bool = True


class Audit:
    """One audit. `counts` says what was looked at so far: batches, documents, opened, leaves, checkpoints, receipts."""

    def __init__(self, here: LocalNode, *, deep: bool = False, told: Callable[[str], None] = lambda line: None) -> None:
        """Of this node's store. `deep` opens every document again; `told` is told what is being looked at."""
        self._here, self._store, self._deep, self._told = here, here.store, deep, told
        self.counts: Counter[str] = Counter()

    def findings(self) -> Iterator[Finding]:
        """What was found, as it is found. Raises NotTrusted if there is no trust list to verify by."""
        self._told("trust list")
        state = load(self._store.trust_files())
        yield from (Finding("trust list", amiss, wrong=False) for amiss in state.amiss.values())
        trust = state.list
        streams: dict[tuple[str, int], list[Stream]] = {log: [] for log in self._store.checkpoints()}
        streams.setdefault((self._here.node, self._store.own().epoch), [])
        for stream in sorted(self._store.heads()):
            streams.setdefault((stream.origin, stream.epoch), []).append(stream)
        for (origin, epoch), of_log in sorted(streams.items()):
            listed = trust.nodes.get(origin)
            if listed is None:
                yield Finding(f"{origin}/{epoch}", "the trust list does not name this node")
                continue
            for stream in of_log:
                yield from self._readable(str(stream), self._stream(trust, listed, stream))
            yield from self._readable(f"log of {origin}/{epoch}", self._log(trust, listed, epoch, of_log))
        self._told("receipts and evidence")
        yield from self._receipts()
        yield from self._evidence(trust)

    def _readable(self, where: str, findings: Iterator[Finding]) -> Iterator[Finding]:
        """The findings, and one more where what is held cannot be read any further."""
        self._told(where)
        try:
            yield from findings
        except ExchangeError as problem:
            yield Finding(where, f"cannot be read any further: {problem}")

    # Streams

    def _stream(self, trust: TrustList, listed: Listed, stream: Stream) -> Iterator[Finding]:
        vouched = self._vouched(listed, stream)
        before: Manifest | None = None
        while page := self._store.batches(stream, after=before.last if before else 0, documents=1, size=1):
            for batch in page:
                self.counts["batches"] += 1
                yield from _in_chain(before, batch.manifest)
                yield from self._signatures(trust, listed, batch, vouched=batch.manifest.last <= vouched)
                yield from self._documents(trust, batch)
                before = batch.manifest
        head = self._store.head(stream)
        if head is None or before is None or (head.last, head.manifest) != (before.last, before.digest):
            yield Finding(str(stream), "its head is not the last manifest that is held")

    def _vouched(self, listed: Listed, stream: Stream) -> int:
        """The last document up to which the chain leads to where an ended key ended."""
        named = {head for end in listed.ends().values() for head in end.heads.values()}
        if not named:
            return 0
        manifests = (batch.manifest for batch in self._store.manifests(stream))
        return max((one.last for one in manifests if (one.last, one.digest) in named), default=0)

    def _signatures(self, trust: TrustList, listed: Listed, batch: Batch, *, vouched: bool) -> Iterator[Finding]:
        manifest = batch.manifest
        if manifest.alliance != trust.alliance:
            yield Finding(str(manifest), f"is of the alliance {manifest.alliance}")
        signed = counted_signers(manifest.data, batch.signatures, listed.seal_keys())
        recorded = self._store.signers([manifest.digest]).get(manifest.digest, frozenset())
        if recorded - signed:
            yield Finding(
                str(manifest), f"was taken under signatures that do not verify: {', '.join(sorted(recorded))}"
            )
        elif not signed:
            yield Finding(str(manifest), f"has no valid signature by a key of {listed.node}")
        elif len(signed) < listed.signatures:
            asked = f"has {len(signed)} valid signatures; {listed.node} asks for {listed.signatures} by now"
            yield Finding(str(manifest), asked, wrong=False)
        elif not vouched and len(signed - listed.ends().keys()) < listed.signatures:
            yield Finding(str(manifest), "is signed by a key that had ended, and does not lead to where it ended")

    # Documents

    def _documents(self, trust: TrustList, batch: Batch) -> Iterator[Finding]:
        manifest = batch.manifest
        entries = {
            entry.number: entry
            for entry in self._store.entries(stream=manifest.stream, after=manifest.first - 1, most=len(manifest.items))
            if entry.number <= manifest.last
        }
        expected = trust.in_audience(self._here.node, manifest.stream)
        for place, (item, digest) in enumerate(zip(batch.items, manifest.items, strict=True)):
            number = manifest.first + place
            self.counts["documents"] += 1
            for what in self._document(trust, manifest, item, digest, entries.get(number), expected=expected):
                yield Finding(f"{manifest.stream} {number}", what)

    def _document(
        self,
        trust: TrustList,
        manifest: Manifest,
        item: bytes | None,
        digest: str,
        entry: Entry | None,
        *,
        expected: bool,
    ) -> Iterator[str]:
        if item is not None and suite.digest(item) != digest:
            yield "is not the document that was signed for"
            return
        if entry is None:
            if expected:
                yield "is in a batch for this node, and nothing is recorded of it"
            return
        if (entry.manifest, entry.digest) != (manifest.digest, digest):
            yield "is recorded under another manifest or digest"
        if entry.state is State.ERASED and (entry.document is not None or entry.key is not None):
            yield "was erased, and its text or key is still here"
        if item is None and entry.state in READABLE:
            yield f"is {entry.state}, and the document as it came is not here"
        if self._deep and item is not None and entry.state in READABLE:
            yield from self._opened(trust, manifest, item, entry)

    def _opened(self, trust: TrustList, manifest: Manifest, item: bytes, entry: Entry) -> Iterator[str]:
        self.counts["opened"] += 1
        try:
            plain = unpacked(item, manifest.stream.audience, entry.key)
            document = Document.read(plain)
            document.check_place(manifest.stream, alliance=trust.alliance, exercise=trust.exercise)
        except Refused as refusal:
            yield f"is {entry.state}, and does not open: {refusal.detail}"
            return
        if entry.document != plain or (entry.document_id, entry.type) != (document.id, document.type):
            yield "says something else than what is recorded of it"

    # The log

    def _log(self, trust: TrustList, listed: Listed, epoch: int, streams: Sequence[Stream]) -> Iterator[Finding]:
        where, origin = f"log of {listed.node}/{epoch}", listed.node
        kept = self._store.checkpoint(origin, epoch)
        signed = SignedCheckpoint.read(kept) if kept is not None else None
        with closing(_Leaves()) as leaves:
            yield from self._roots(where, origin, epoch, signed, leaves)
            if signed is not None:
                self.counts["checkpoints"] += 1
                yield from _signed(where, trust, listed, signed)
            for stream in streams:
                for batch in self._store.manifests(stream):
                    if not (leaf_of(batch.manifest) in leaves or self._may_lack(batch.manifest, signed)):
                        yield Finding(
                            str(batch.manifest),
                            f"is not in the log of {origin}: {origin} keeps it from others, or its clock was set back",
                        )

    def _may_lack(self, manifest: Manifest, signed: SignedCheckpoint | None) -> bool:
        """Whether a log may be without a manifest: of others we know leaves only up to their last checkpoint."""
        if manifest.stream.origin == self._here.node:
            return False
        return signed is None or manifest.sealed_at + SKEW >= signed.checkpoint.made_at

    def _roots(
        self, where: str, origin: str, epoch: int, signed: SignedCheckpoint | None, leaves: "_Leaves"
    ) -> Iterator[Finding]:
        size, frontier = self._store.log_size(origin, epoch), Frontier()
        at = signed.checkpoint.size if signed is not None else 0
        if at > size:
            yield Finding(where, f"has {size} leaves; its checkpoint is of {at}")
        for stop in sorted({min(at, size), size}):
            for start in range(len(frontier), stop, limits.LEAVES_PAGE):
                page = self._store.leaves(origin, epoch, start, min(stop, start + limits.LEAVES_PAGE))
                self.counts["leaves"] += len(page)
                leaves.add(page)
                for leaf in page:
                    frontier.append(leaf)
            if signed is not None and stop == at and suite.encoded(frontier.root()) != signed.checkpoint.root:
                yield Finding(where, f"has another root at {at} leaves than its checkpoint says")
        if size and self._store.root(origin, epoch, size) != frontier.root():
            yield Finding(where, f"has another root at {size} leaves than is kept of it")

    # What others said

    def _receipts(self) -> Iterator[Finding]:
        for receipt in self._store.receipts():
            self.counts["receipts"] += 1
            batch = self._store.batch_of(receipt.manifest)
            if batch is None or batch.manifest.stream != receipt.stream or batch.manifest.last != receipt.through:
                where = f"receipt of {receipt.by} for {receipt.stream}"
                yield Finding(where, f"names a manifest through {receipt.through} that is not in this stream")

    def _evidence(self, trust: TrustList) -> Iterator[Finding]:
        for origin, kept in sorted(self._store.evidence().items()):
            for data in kept:
                try:
                    Evidence.read(data).verify(trust)
                except ExchangeError as problem:
                    yield Finding(f"evidence against {origin}", f"no longer holds: {problem}", wrong=False)
                else:
                    yield Finding(f"evidence against {origin}", "holds: it has signed two histories", wrong=False)


def _in_chain(before: Manifest | None, manifest: Manifest) -> Iterator[Finding]:
    last, digest = (before.last, before.digest) if before else (0, None)
    if manifest.first != last + 1:
        yield Finding(str(manifest), f"does not follow document {last}")
    elif manifest.previous != digest:
        yield Finding(str(manifest), "names another manifest before it than the one that is held")


def _signed(where: str, trust: TrustList, listed: Listed, signed: SignedCheckpoint) -> Iterator[Finding]:
    """Signatures by keys that have ended since count: they were verified while those lived."""
    checkpoint = signed.checkpoint
    signers = counted_signers(checkpoint.data, signed.signatures, listed.seal_keys(), typ=TYP)
    if checkpoint.alliance != trust.alliance or not signers:
        yield Finding(where, f"its checkpoint has no valid signature by a key of {listed.node}")
    for node, signatures in signed.cosignatures.items():
        entry = trust.nodes.get(node)
        keys = entry.seal_keys() if entry is not None else {}
        if not counted_signers(checkpoint.data, signatures, keys, typ=COSIGNED):
            yield Finding(where, f"the cosignature of {node} under its checkpoint does not verify")


class _Leaves:
    """Which leaves a log has, in a file that is gone when it is closed."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("")
        self._file.execute("CREATE TABLE leaf (data BLOB PRIMARY KEY) WITHOUT ROWID")

    def add(self, page: Sequence[bytes]) -> None:
        self._file.executemany("INSERT OR IGNORE INTO leaf VALUES (?)", ((leaf,) for leaf in page))

    def __contains__(self, leaf: bytes) -> bool:
        return self._file.execute("SELECT 1 FROM leaf WHERE data = ?", (leaf,)).fetchone() is not None

    def close(self) -> None:
        self._file.close()
