"""Nodes of one alliance with a network between them that can lose, repeat, delay, and clocks that can be wrong.

Everything is real but HTTP: signatures, sealed bodies, stores, the trust list. What was said is kept beside it,
so that a test can ask at any time whether what nodes hold is what was said.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import lru_cache

from tests.exchange.alliances import ExerciseAlliance

from tocsin.exchange import suite
from tocsin.exchange.documents import Document
from tocsin.exchange.errors import CannotSeal, Refused, Unreachable
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import Keys, LocalNode
from tocsin.exchange.meeting import Line, Met, meet
from tocsin.exchange.memory import MemoryStore
from tocsin.exchange.restoring import begin_recovery, confirm, open_epoch, unasked
from tocsin.exchange.sealing import post, seal
from tocsin.exchange.serving import answer
from tocsin.exchange.store import Reason, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trust.list import TrustList
from tocsin.exchange.trust.refreshing import load
from tocsin.exchange.trusting import Trusted, take_trust
from tocsin.exchange.types import registry
from tocsin.exchange.types.context import Context
from tocsin.exchange.witnessing import cosign_known, make_checkpoint

SKEW = timedelta(seconds=300)
OF = {"public": "PUBLIC", "family": "FAMILY", "members": "MEMBERS"}


class Killed(BaseException):
    """A process that ended where nobody expected it to."""


class Collector:
    """A reader that keeps what it was told, in the store's own transaction, as a node's tables would.

    told   what others said, by document
    ours   what this node has said, as the acts that say it note it
    """

    def __init__(self, store: object = None) -> None:
        self.told: dict[str, bytes] = {}
        self.ours: dict[str, bytes] = {}
        self.fail: set[str] = set()
        self._memory = store if isinstance(store, MemoryStore) else MemoryStore()

    def accepted(self, documents):
        for document, entry in documents:
            if document.id in self.fail:
                raise RuntimeError("the reader has a fault")
            self._memory._set(self.told, document.id, entry.document)

    def returned(self, documents):
        for document, entry in documents:
            if document.id in self.fail:
                raise RuntimeError("the reader has a fault")
            self._memory._set(self.ours, document.id, entry.document)

    def kept_apart(self, entries):
        pass

    def withdrawn(self, entries):
        for entry in entries:
            self._memory._remove(self.told, entry.document_id)

    erased = withdrawn


class SameLists(Trusted):
    """Nodes of a world hold mostly the same files: those that one has verified are not verified for the next."""

    def __call__(self) -> TrustList:
        version = self._store.trust_version()
        if self._read is None or self._read[0] != version:
            self._read = (version, _verified(frozenset(self._store.trust_files().items())))
        return self._read[1]


@lru_cache(maxsize=32)
def _verified(files: frozenset[tuple[str, bytes]]) -> TrustList:
    return load(dict(files)).list


class World:
    """See the module. `said[node]` are the documents that a node's people posted and that are not lost, in order."""

    def __init__(
        self, names=("AL", "BO", "CE", "SEC"), *, made: ExerciseAlliance | None = None, examining=True, **alliance
    ) -> None:
        self.examining = examining  # by the types' rules; else whatever is said is taken
        self.alliance = made or ExerciseAlliance(names, **alliance)
        self.names = list(names)
        self.skews = dict.fromkeys(names, timedelta())
        self.cut: set[frozenset[str]] = set()
        self.lose_answer: set[tuple[str, str]] = set()
        self.repeat: set[tuple[str, str]] = set()
        self.kill_at: dict[str, str] = {}
        self.impostors: dict[tuple[str, str], LocalNode] = {}  # (caller, node): who answers instead
        self.calls = self.kills = 0
        self.said: dict[str, list[Document]] = defaultdict(list)
        self.ever_said: dict[str, Document] = {}
        self.backups: dict[str, tuple] = {}
        self.opening: dict[str, dict[str, suite.Key]] = defaultdict(
            dict
        )  # keys to open parcels, earlier ones with them
        self._sealed: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.nodes = {name: self._node(name) for name in names}

    def _node(self, name: str, store: MemoryStore | None = None) -> LocalNode:
        store = store or MemoryStore()
        if not store.trust_files():
            store.put_trust_files(dict(self.alliance.files))
        return LocalNode(
            name,
            store,
            self._keys(name),
            clock=lambda: self.alliance.now + self.skews[name],
            trust=SameLists(store),
            examine=self._examine,
            reader=Collector(store),
            window=lambda window: self._window(name, window),
        )

    def _examine(self, document: Document) -> list[Reason]:
        if not self.examining:
            return []
        found = registry.examine(document, context=Context(exercise=self.alliance.list.exercise))
        return [Reason(one.code, one.detail, one.row) for one in found]

    def _keys(self, name: str) -> Keys:
        keys = self.alliance.keys[name]
        self.opening[name][suite.thumbprint(keys["encrypt"])] = keys["encrypt"]
        return Keys((keys["seal"],), keys["request"], dict(self.opening[name]))

    def put_keys(self, name: str) -> None:
        """Put the alliance's newest private keys of a node in place there."""
        self.nodes[name].keys = self._keys(name)

    def _window(self, name: str, window: str) -> None:
        if self.kill_at.get(name) == window:
            del self.kill_at[name]
            raise Killed(window)

    @contextmanager
    def alive(self, name: str) -> Iterator[None]:
        """What happens here may end a process; it is started again with the store as it was left."""
        try:
            yield
        except Killed:
            self.kills += 1

    # What people and machines do

    def document(self, name: str, text: str, audience: str = "members", **more) -> Document:
        """A document as `name` would post it, not posted."""
        now = self.nodes[name].now()
        return Document(
            id=new_id(now),
            alliance=self.alliance.name,
            origin=name,
            recorded_at=now,
            classification=OF.get(audience, "SELECTIVE"),
            addressees=tuple(audience[3:].split("+")) if audience.startswith("to:") else (),
            exercise=self.alliance.list.exercise,
            **{"type": "message", "body": {"subject": text[:80], "text": text, "in_reply_to": None}, **more},
        )

    def post(self, name: str, text: str, audience: str = "members", **more) -> Document:
        """Queue a document."""
        document = self.document(name, text, audience, **more)
        post(self.nodes[name], document)
        self.nodes[name].reader.ours[document.id] = document.encode()
        self.said[name].append(document)
        self.ever_said[document.id] = document
        return document

    def seal(self, name: str, *, checkpoint: bool = True) -> None:
        """What the sealer does, where it may."""
        with self.alive(name):
            try:
                seal(self.nodes[name])
                if checkpoint:
                    make_checkpoint(self.nodes[name])
                    cosign_known(self.nodes[name])
            except CannotSeal:
                pass

    def meet(self, a: str, b: str, line: Line | None = None) -> Met | None:
        """Node `a` calls node `b`, over the world's network or a line of the test's own."""
        with self.alive(a):
            return meet(self.nodes[a], line or Wire(self, a), b)

    def tell(self, text: str = "cholera", name: str = "AL", audience: str = "members") -> Document:
        """Post, seal and bring to everybody."""
        document = self.post(name, text, audience)
        self.seal(name)
        self.round()
        return document

    def round(self) -> None:
        """Everybody meets everybody, and seals what came of it."""
        for a in self.names:
            for b in self.names:
                if a != b:
                    self.meet(a, b)
            if self.nodes[a].store.own().recovering is not None:
                confirm(self.nodes[a])
            self.seal(a)

    def settle(self, rounds: int = 12) -> int:
        """Heal everything, and let everybody meet until nothing is new. How many rounds it took."""
        self.cut.clear(), self.lose_answer.clear(), self.repeat.clear(), self.kill_at.clear()
        self.skews = dict.fromkeys(self.names, timedelta())
        self.alliance.now += timedelta(days=3)
        self.alliance.renew()
        before = None
        for count in range(rounds):
            for name in self.names:
                self.give_list(name)
            self.round()
            for name in self.names:
                if self.nodes[name].store.own().recovering is not None and count > 3 and unasked(self.nodes[name]):
                    open_epoch(self.nodes[name])
            state = self.state()
            if state == before and all(not node.store.outbox(1) for node in self.nodes.values()):
                return count
            before = state
        raise AssertionError(f"not at rest after {rounds} rounds")

    def give_list(self, name: str) -> None:
        """The newest trust list, from a file; meetings would bring it too, once somebody has it."""
        with self.alive(name), suppress(Refused):  # it may have run out by a clock that is wrong
            take_trust(self.nodes[name], dict(self.alliance.files))

    def join(self, name: str, **more) -> None:
        """List a new node, and start it."""
        self.alliance.add_node(name, **more)
        self.names.append(name)
        self.skews[name] = timedelta()
        self.nodes[name] = self._node(name)

    def forget(self, name: str) -> None:
        """Put a node back to its first day, with the trust list of today."""
        store = MemoryStore()
        store.put_trust_files(self.nodes[name].store.trust_files())
        self.nodes[name] = self._node(name, store)

    def back_up(self, name: str) -> None:
        """Keep a copy of a node's store."""
        reader = self.nodes[name].reader
        self.backups[name] = (self.nodes[name].store.copy(), dict(reader.told), dict(reader.ours))

    def restore(self, name: str) -> None:
        """Put a node back to its backup; what only it knew is lost, and no longer expected of anybody."""
        store, told, ours = self.backups[name]
        self.nodes[name] = self._node(name, store.copy())
        self.nodes[name].reader.told, self.nodes[name].reader.ours = dict(told), dict(ours)
        begin_recovery(self.nodes[name], why="restored from a backup")
        elsewhere = {
            manifest
            for other, node in self.nodes.items()
            if other != name
            for stream in node.store.heads()
            if stream.origin == name
            for manifest in (batch.manifest.digest for batch in node.store.manifests(stream))
        }
        kept = {Document.read(row.document).id for row in store.outbox(10_000)}
        kept |= {entry.document_id for entry in store.entries(state=State.OWN, most=10_000)}
        self.said[name] = [one for one in self.said[name] if one.id in kept or self._sealed[name, one.id] & elsewhere]

    def watch(self) -> None:
        """Note under which manifests documents were sealed, before somebody forgets."""
        for name, node in self.nodes.items():
            for entry in node.store.entries(state=State.OWN, most=10_000):
                self._sealed[name, entry.document_id].add(entry.manifest)

    # What is asked

    def state(self) -> list:
        """All that nodes hold of streams, to see whether anything moves."""
        return [
            (
                name,
                sorted(node.store.heads().items()),
                [(e.manifest, e.number, e.state) for e in node.store.entries(most=10_000)],
            )
            for name, node in self.nodes.items()
        ]

    def accepted(self, name: str, origin: str | None = None) -> list[str]:
        """Texts that a node has accepted, by stream and number."""
        return [
            Document.read(entry.document).body["text"]
            for entry in self.nodes[name].store.entries(state=State.ACCEPTED, most=10_000)
            if entry.type == "message" and origin in (None, entry.stream.origin)
        ]

    def stream(self, origin: str = "AL", audience: str = "members", epoch: int = 1) -> Stream:
        return Stream(origin, epoch, audience)


class Wire:
    """One node's line to the others, as the world's network has it just now."""

    def __init__(self, world: World, caller: str) -> None:
        self.world, self.caller = world, caller

    def call(self, node, method, name, query, body=b"") -> bytes:
        world = self.world
        world.calls += 1
        if frozenset((self.caller, node)) in world.cut:
            raise Unreachable(f"{node} does not answer")
        if abs(world.skews[self.caller] - world.skews[node]) > SKEW:
            raise Refused("clock-skew", "the clocks differ", "set them")
        for _ in range(2 if (self.caller, node) in world.repeat else 1):
            try:
                there = world.impostors.get((self.caller, node), world.nodes[node])
                said = answer(there, self.caller, method, name, query, body)
            except Killed:
                raise Unreachable(f"{node} broke off") from None
        if (self.caller, node) in world.lose_answer:
            raise Unreachable(f"the answer of {node} was lost")
        return said.body
