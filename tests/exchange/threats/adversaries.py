"""Those who mean harm: a peer that answers as it likes, a thief with a key, a node of two faces, a carrier of parts.

meet(world.nodes["BO"], Puppet(world, "BO", "AL", {("GET", "batches"): lie}), "AL")   AL lies to BO, and only there
stolen = Thief(world, "AL")                                        the keys that AL has now, for ever
stolen.batch(stream, ["forged"], after=manifest)                   what they sign
face = two_faced(world, "AL", to=["CE"])                           from now on CE meets another AL than all others
"""

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.exchange.world import Collector, Wire, World

from tocsin.exchange import suite
from tocsin.exchange.bundles import HEAD, MAGIC, Batch, TrustFile, read_bundle, write_bundle
from tocsin.exchange.canonical import canonical
from tocsin.exchange.documents import Document
from tocsin.exchange.items import packed
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import TYP, Manifest
from tocsin.exchange.parcels import parcel_for
from tocsin.exchange.store import State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trusting import Trusted

Lie = Callable[[Mapping[str, str], bytes], bytes]  # what was asked, what an honest node would answer -> what it answers
CALLS = 2_000  # of one meeting: no honest one needs as many here


class Endless(AssertionError):
    """A meeting that would never have ended."""


class Puppet(Wire):
    """A line on which one peer answers by `lies`, and honestly where there is none. `asked` is what it was asked."""

    def __init__(self, world: World, caller: str, peer: str, lies: Mapping[tuple[str, str], Lie]) -> None:
        super().__init__(world, caller)
        self.peer, self.lies = peer, lies
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    def call(self, node, method, name, query, body=b"") -> bytes:
        self.asked.append((method, name, dict(query)))
        if len(self.asked) > CALLS:
            raise Endless(f"{len(self.asked)} calls in one meeting")
        honest = super().call(node, method, name, query, body)
        lie = self.lies.get((method, name)) if node == self.peer else None
        return honest if lie is None else lie(query, honest)


def parts(data: bytes) -> list[Any]:
    """The parts of a bundle, without what it says of itself."""
    return list(read_bundle(io.BytesIO(data)))[1:]


def bundle(world: World, sender: str, content: Iterable[Any]) -> bytes:
    """A bundle of these parts."""
    file = io.BytesIO()
    write_bundle(file, content, alliance=world.alliance.name, sender=sender, made_at=world.alliance.now)
    return file.getvalue()


def changing(world: World, sender: str, change: Callable[[list[Any]], Iterable[Any]]) -> Lie:
    """A lie that changes the parts of an honest bundle."""
    return lambda query, honest: bundle(world, sender, change(parts(honest)))


def batches(node: LocalNode, stream: Stream, *, after: int = 0) -> list[Batch]:
    """All that a node holds of a stream."""
    return node.store.batches(stream, after=after, documents=10**9, size=10**12)


def deliver(world: World, sender: str, to: str, content: Iterable[Any], **query: str) -> dict[str, Any]:
    """What `to` answers to a bundle that `sender` posts."""
    return json.loads(Wire(world, sender).call(to, "POST", "batches", query, bundle(world, sender, content)))


class Thief:
    """Whoever has copied the keys that a node had at a moment. Signs as it likes, and knows the trust list."""

    def __init__(self, world: World, node: str) -> None:
        self.world, self.node = world, node
        self.seal, self.request = world.alliance.keys[node]["seal"], world.alliance.keys[node]["request"]

    def batch(
        self,
        stream: Stream,
        texts: Sequence[str | Document],
        *,
        after: Manifest | None = None,
        withheld: Iterable[int] = (),
        **manifest: Any,
    ) -> Batch:
        """A batch after manifest `after`, with parcels for all who may open it. Items at `withheld` are left out."""
        documents = [
            one if isinstance(one, Document) else self.world.document(self.node, one, stream.audience) for one in texts
        ]
        return sealed(self.world, stream, documents, keys=[self.seal], after=after, withheld=withheld, **manifest)


def sealed(
    world: World,
    stream: Stream,
    documents: Sequence[Document | bytes],
    *,
    keys: Sequence[suite.Key],
    after: Manifest | None = None,
    withheld: Iterable[int] = (),
    **manifest: Any,
) -> Batch:
    """Documents, or any bytes, as a batch that is valid in all that `keys` can make valid."""
    items = [packed(one if isinstance(one, bytes) else one.encode(), stream.audience) for one in documents]
    given: dict[str, Any] = {
        "alliance": world.alliance.name,
        "stream": stream,
        "first": after.last + 1 if after else 1,
        "items": [suite.digest(item) for item, _ in items],
        "previous": after.digest if after else None,
        "sealed_at": world.alliance.now,
    }
    made = Manifest.make(**(given | manifest))
    body_keys = {made.first + place: key for place, (_, key) in enumerate(items) if key is not None}
    parcels = {
        entry.node: parcel_for(key, manifest=made.digest, keys=body_keys)
        for entry in world.alliance.list.audience(stream)
        for key in list(entry.live("encrypt").values())[-1:]
        if body_keys
    }
    kept = [None if place in withheld else item for place, (item, _) in enumerate(items)]
    return Batch(made, signed(made.data, keys), kept, parcels)


def signed(data: bytes, keys: Iterable[suite.Key], *, typ: str = TYP) -> list[dict[str, Any]]:
    """Signatures as they stand beside a manifest."""
    return [dict(suite.sign(data, key, typ=typ)) for key in keys]


def two_faced(world: World, node: str, *, to: Iterable[str]) -> LocalNode:
    """Another node of the same name and keys, which these callers meet instead; it begins with the same memory."""
    honest = world.nodes[node]
    store = honest.store.copy()
    other = replace(honest, store=store, trust=Trusted(store), reader=Collector())
    for caller in to:
        world.impostors[caller, node] = other
    return other


def as_said(**heads: Any) -> Lie:
    """A lie about heads: these members instead of the honest ones."""
    return lambda query, honest: canonical(json.loads(honest) | heads)


def head_of(stream: Stream, last: int, manifest: str) -> dict[str, Any]:
    """A stream as heads name it."""
    return {
        "origin": stream.origin,
        "epoch": stream.epoch,
        "stream": stream.audience,
        "last": last,
        "manifest": manifest,
    }


def trust_files(files: Mapping[str, bytes]) -> list[TrustFile]:
    """Files of a trust list as parts of a bundle."""
    return [TrustFile(name, data) for name, data in files.items()]


def codes(world: World, name: str, source: str | None = None) -> set[str]:
    """The codes of all that a node has refused."""
    return {one.code for one in world.nodes[name].store.refusals(source)}


def states(world: World, name: str, stream: Stream) -> list[State]:
    """What became of a stream's documents at a node, by number."""
    return [entry.state for entry in world.nodes[name].store.entries(stream=stream, most=10_000)]


# Bytes, below what the bundle's writer would write

Record = tuple[bytes, bytes]


def records(data: bytes) -> list[Record]:
    """The records of a bundle as they stand, without its last."""
    found, at = [], len(MAGIC)
    while at < len(data):
        kind, length = HEAD.unpack_from(data, at)
        found.append((kind, data[at + HEAD.size : at + HEAD.size + length]))
        at += HEAD.size + length
    return found[:-1]


def of_records(content: Iterable[Record]) -> bytes:
    """A bundle of these records, whatever they are, with the digest that is right for them."""
    data = MAGIC + b"".join(HEAD.pack(kind, len(payload)) + payload for kind, payload in content)
    return data + HEAD.pack(b"Z", 32) + hashlib.sha256(data).digest()


def flipped(data: bytes, at: int) -> bytes:
    """The bytes with one bit of one of them another."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
