"""Random histories of a store: the same is done to two, and whatever is asked of them, both give the same answer.

`live_through(data, oracle, tried)` draws one history from Hypothesis. The oracle is a store in memory.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from tests.exchange.store_scenes import AL, AL2, AL_PUBLIC, AL_TO, BO, NOW, PARCEL, batch, entry, identifier, numbers

from tocsin.exchange import suite
from tocsin.exchange.bundles import Batch
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.store import Own, Peer, Reason, Receipt, Refusal, State, Store
from tocsin.exchange.streams import Stream

__all__ = ["live_through"]

STREAMS = [AL, AL2, AL_PUBLIC, AL_TO, BO]
NODES = ["AL", "BO", "CE"]
LOGS = [("AL", 1), ("AL", 2), ("BO", 1)]
IDENTIFIERS = [identifier(AL, number) for number in range(6)]  # few, so that documents share them
DIGESTS = [suite.digest(b"%d" % at) for at in range(5)]


class Failed(Exception):
    """What goes wrong in a transaction."""


def live_through(data: st.DataObject, oracle: MemoryStore, tried: Store) -> None:
    """One history; what was answered on the way is compared, and at its end all there is to ask."""
    history = History(data, oracle, tried)
    for _ in range(data.draw(st.integers(1, 25), label="acts")):
        history.act()
    history.compare()


class History:
    """See the module. Every act is drawn, done to both, and answered by both."""

    def __init__(self, data: st.DataObject, oracle: MemoryStore, tried: Store) -> None:
        self.data, self.oracle, self.tried = data, oracle, tried
        self.offered: list[Batch] = []
        self.second = self.written = self.depth = 0
        self.acts = [getattr(self, name) for name in vars(History) if name.startswith("do_")]

    def act(self) -> None:
        """One act."""
        if self.depth < 2 and self.draw(st.integers(0, 5)) == 0:
            self.transaction()
        else:
            self.draw(st.sampled_from(self.acts))()

    def transaction(self) -> None:
        """Several acts together, of which the end is that they stand or fall."""
        self.depth += 1
        fails = self.draw(st.booleans())
        try:
            with self.oracle.atomic(), self.tried.atomic():
                for _ in range(self.draw(st.integers(1, 6))):
                    self.act()
                if fails:
                    raise Failed
        except Failed:
            pass
        self.depth -= 1
        self.compare_some()

    def draw(self, strategy: st.SearchStrategy[Any]) -> Any:
        return self.data.draw(strategy)

    def both(self, name: str, *given: Any, **options: Any) -> Any:
        """Do it to both; they answer the same, or fail alike."""
        answers = []
        for store in (self.oracle, self.tried):
            try:
                answers.append(getattr(store, name)(*given, **options))
            except (ValueError, KeyError) as problem:
                answers.append(type(problem))
        assert answers[0] == answers[1], f"{name}{given}{options}"
        return answers[0]

    # What is done

    def do_put_out(self) -> None:
        self.written += 1
        self.both("put_out", b"%d" % self.written, self.draw(st.sampled_from(["members", "public"])))

    def do_take_out(self) -> None:
        count = self.draw(st.integers(0, 3))
        for store in (self.oracle, self.tried):  # each counts its rows by itself
            store.take_out(row.row for row in store.outbox(count))

    def do_set_own(self) -> None:
        recovering = self.draw(st.sampled_from([None, NOW]))
        self.both("set_own", Own(self.draw(st.integers(1, 9)), self.draw(st.booleans()), "why", recovering))

    def do_append(self) -> None:
        """Behind the head, mostly; or behind another, or what was offered before."""
        before = self.draw(st.sampled_from([self._last, self._last, self._last, self._any]))(self._stream())
        stream = before.manifest.stream if before else self._stream()
        kinds = [b"{1}", b"{2}", None] if stream == AL_PUBLIC else [b"eyJ 1", b"eyJ 2", None]
        items = self.draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=4))
        parcels = self.draw(st.sampled_from([{}, {"BO": PARCEL}]))
        made = batch(stream, *items, after=before, parcels=parcels)
        if self.offered and self.draw(st.integers(0, 3)) == 0:
            made = self.draw(st.sampled_from(self.offered))
        self.offered.append(made)
        self.both("append", made, signers=self.draw(st.sets(st.sampled_from(["a", "b"]))))

    def _last(self, stream: Stream) -> Batch | None:
        head = self.oracle.head(stream)
        return self.oracle.batch_of(head.manifest) if head else None

    def _any(self, stream: Stream) -> Batch | None:
        return self.draw(st.sampled_from([None, *self.offered]))

    def do_put_entries(self) -> None:
        found = []
        for _ in range(self.draw(st.integers(1, 3))):
            one = self._last(self._stream())
            if one is not None:
                number = self.draw(st.sampled_from(numbers(one)))
                found.append(self._entry(one, number))
        self.both("put_entries", found)

    def _entry(self, one: Batch, number: int) -> Any:
        state = self.draw(st.sampled_from([state for state in State if state is not State.ERASED]))
        name = IDENTIFIERS[sum(map(ord, one.manifest.digest)) % len(IDENTIFIERS) - number % 2]
        made = entry(one, number, state, document_id=name)
        if state is State.QUARANTINED:
            made = replace(made, reasons=(Reason("schema", "detail", 3), Reason("locked", "")))
        if state is State.LOCKED and self.oracle.entry(one.manifest.stream, number) is None:
            made = replace(made, document=None, key=None, document_id=None, type=None)
        return made

    def do_complete(self) -> None:
        items = self.draw(st.dictionaries(st.integers(1, 8), st.sampled_from([b"eyJ new", b""]), max_size=3))
        which = self.draw(st.sampled_from([DIGESTS[0], *(one.manifest.digest for one in self.offered)]))
        self.both("complete", which, items, self.draw(st.sampled_from([{}, {"CE": PARCEL}])))

    def do_drop_item(self) -> None:
        self.both("drop_item", self._stream(), self.draw(st.integers(1, 8)))

    def do_drop_set_aside(self) -> None:
        stream = self._stream()
        ids = self.draw(st.lists(st.sampled_from(IDENTIFIERS), max_size=2))
        self.both("drop_set_aside", stream.origin, stream.audience, ids)

    def do_cut(self) -> None:
        self.both("cut", self._stream(), after=self.draw(st.integers(0, 8)))

    def do_add_leaves(self) -> None:
        origin, epoch = self.draw(st.sampled_from(LOGS))
        start = self.oracle.log_size(origin, epoch) + self.draw(st.sampled_from([0, 0, 0, 1, -1]))
        count = self.draw(st.sampled_from([0, 1, 2, 15, 300]))
        self.both("add_leaves", origin, epoch, start, [bytes([at % 256]) * 32 for at in range(start, start + count)])

    def do_drop_log(self) -> None:
        self.both("drop_log", *self.draw(st.sampled_from(LOGS)))

    def do_put_checkpoint(self) -> None:
        origin, epoch = self.draw(st.sampled_from(LOGS))
        self.written += 1
        self.both("put_checkpoint", origin, epoch, self.draw(st.integers(1, 3)), b"%d" % self.written)

    def do_put_receipt(self) -> None:
        reasons = self.draw(st.sampled_from([(), ((3, Reason("schema", "", 1)), (4, Reason("locked", "")))]))
        by, through = self.draw(st.sampled_from(NODES)), self.draw(st.integers(1, 4))
        at = NOW + timedelta(seconds=self.draw(st.integers(0, 9)))
        self.both("put_receipt", Receipt(by, self._stream(), through, DIGESTS[0], at, reasons))

    def do_drop_receipts(self) -> None:
        self.both("drop_receipts", self.draw(st.sampled_from(NODES)))

    def do_put_refusal(self) -> None:
        self.second += 1
        at = NOW + timedelta(seconds=self.second)
        self.both("put_refusal", Refusal(at, self.draw(st.sampled_from(NODES)), "what", "gap", "detail"))

    def do_put_peer(self) -> None:
        holds = self.draw(st.sampled_from([{}, {"1/members": (3, DIGESTS[0])}]))
        peer = Peer(self.draw(st.sampled_from(NODES)), failures=self.draw(st.integers(0, 3)), speaks=(1,), holds=holds)
        self.both("put_peer", peer)

    def do_put_evidence(self) -> None:
        self.both("put_evidence", self.draw(st.sampled_from(NODES)), self.draw(st.sampled_from([b"1", b"2"])))

    def do_settle_evidence(self) -> None:
        self.both("settle_evidence", self.draw(st.sampled_from(NODES)))

    def do_put_trust_files(self) -> None:
        before = [store.trust_version() for store in (self.oracle, self.tried)]
        files = {"1.root.json": b"1", "timestamp.json": b"%d" % self.draw(st.integers(0, 2))}
        other = files != self.oracle.trust_files()
        self.both("put_trust_files", files)
        after = [store.trust_version() for store in (self.oracle, self.tried)]
        assert not other or (before[0] != after[0] and before[1] != after[1])

    def do_vouch(self) -> None:
        self.both("vouch", self._stream(), self.draw(st.lists(st.sampled_from(DIGESTS), max_size=2, unique=True)))

    def do_use_nonce(self) -> None:
        self.second += self.draw(st.sampled_from([1, 500, 2_000]))
        now = NOW + timedelta(seconds=self.second)
        nonce = self.draw(st.sampled_from(["1", "2"]))
        self.both("use_nonce", "key", nonce, now=now, until=now + timedelta(seconds=900))

    def _stream(self) -> Stream:
        return self.draw(st.sampled_from(STREAMS[:3] if self.draw(st.booleans()) else STREAMS))

    # What is asked

    def compare(self) -> None:
        """All that can be asked."""
        self.compare_some()
        for name in ("evidence", "stopped", "trust_files", "checkpoints", "receipts", "refusals"):
            self.both(name)
        for stream in {one.manifest.stream for one in self.offered} | {AL}:
            self._compare_stream(stream)
        for state in (State.ACCEPTED, State.WITHDRAWN, State.ERASED):
            self.both("entries", state=state, most=7)
        for digest in {one.manifest.digest for one in self.offered}:
            self.both("batch_of", digest)
        self.both("signers", sorted({one.manifest.digest for one in self.offered}))
        for origin, epoch in LOGS:
            size = self.both("log_size", origin, epoch)
            self.both("leaves", origin, epoch, size // 2, size + 1)
            for known in {size, size // 2, size + 1}:
                self.both("root", origin, epoch, known)
            self.both("checkpoint", origin, epoch)
        for node in NODES:
            self.both("peer", node)
            self.both("known", node, IDENTIFIERS)
            self.both("refusals", node)
        self.both("vouched", DIGESTS)

    def compare_some(self) -> None:
        """What most acts change."""
        self.both("own")
        self.both("heads")
        self.both("entries")
        assert self._waiting(self.oracle) == self._waiting(self.tried)

    def _compare_stream(self, stream: Stream) -> None:
        self.both("head", stream)
        self.both("receipts", stream)
        for after, documents, size in ((0, 1, 1), (0, 100, 1_000), (1, 3, 10_000), (3, 100, 10_000)):
            self.both("batches", stream, after=after, documents=documents, size=size)
        assert list(self.oracle.manifests(stream, after=1)) == list(self.tried.manifests(stream, after=1))
        self.both("entries", stream=stream, after=1, most=3)
        self.both("entries", stream=stream, state=State.ACCEPTED)
        for number in (1, 2, 5):
            self.both("entry", stream, number)
            self.both("batch_at", stream, number)

    def _waiting(self, store: Store) -> list[tuple[bytes, str]]:
        return [(row.document, row.audience) for row in store.outbox(100)]
