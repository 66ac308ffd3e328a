"""A meeting with a peer: what it has for us is asked for, what it lacks of ours is brought if it cannot come for it.

Whatever a peer does, or stops doing half-way, costs nothing but this meeting: each batch was taken whole or not at all,
and the next meeting, with this peer or another, goes on from there.
"""

import io
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, Protocol

from tocsin.exchange import limits, suite
from tocsin.exchange.bundles import Batch, TrustFile, filled, read_bundle, write_bundle
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.checkpoints import SignedCheckpoint
from tocsin.exchange.doubting import settle_doubt
from tocsin.exchange.errors import Malformed, Newer, NotTrusted, Refused, TooLarge, Unreachable
from tocsin.exchange.evidence import Evidence
from tocsin.exchange.forks import note_evidence
from tocsin.exchange.heads import Heads, read_heads
from tocsin.exchange.intake import Taken, note_refusal, take_or_note
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import counted_signers
from tocsin.exchange.merkle import WIDTH
from tocsin.exchange.rekeying import locked_there
from tocsin.exchange.store import Head, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.trusting import take_trust
from tocsin.exchange.vouching import Link, last_named, needs_chain, vouch_chain
from tocsin.exchange.witnessing import note_checkpoint

__all__ = ["Line", "Met", "meet"]

UNLOCKED_AT_ONCE = 100  # batches, in one meeting
KNOWN_EVIDENCE = 4  # of each origin, that are named to peers


class Line(Protocol):
    """How a peer is called. `http.calling` is one; a test's network that loses things another."""

    def call(self, node: str, method: str, name: str, query: Mapping[str, str], body: bytes = b"") -> bytes:
        """The body of the answer to `method /exchange/v1/name`. Raises Refused, Unreachable."""


@dataclass
class Met:
    """What came of a meeting. `problem` is why it broke off, if it did; `more` whether not all was asked for."""

    node: str
    documents: int = 0
    refused: int = 0
    problem: str = ""
    more: bool = False


class _Asking:
    """A line on which one meeting asks for so many pages and no more, or a peer could keep us for ever."""

    def __init__(self, line: Line) -> None:
        self._line, self.left = line, limits.MEETING_PAGES

    def call(self, node: str, method: str, name: str, query: Mapping[str, str], body: bytes = b"") -> bytes:
        self.left -= 1
        return self._line.call(node, method, name, query, body)


def meet(here: LocalNode, line: Line, node: str) -> Met:
    """Meet one peer. Never raises for what the peer does: it is noted, and `problem` says it."""
    met, asking = Met(node), _Asking(line)
    before = here.store.peer(node)
    try:
        heads = read_heads(asking.call(node, "POST", "heads", {}, canonical({"known": _known(here)})))
        _trust(here, asking, node, heads)
        _gossip(here, asking, node, heads, met)
        for stream in _wanted(here, heads):
            _pull_or_note(here, asking, node, stream, heads.streams[stream], met)
        _unlock(here, asking, node, heads, met)
        _bring(here, asking, node, heads, met)
        _hint(here, asking, node, heads)
        met.more = asking.left <= 0
    except (Refused, Unreachable) as problem:
        met.problem = str(problem)
        if isinstance(problem, Refused):
            note_refusal(here, problem, source=node, what="meeting")
    else:
        _note(here, node, heads)
        if before.doubted and not met.more and not settle_doubt(here, node):
            why = f"{node} says that it has more of this node than this node knows, and showed nothing when asked"
            note_refusal(here, NotTrusted("unknown-own", why), source=node, what="what it holds")
        return met
    with here.store.atomic():
        peer = here.store.peer(node)
        here.store.put_peer(replace(peer, tried_at=here.now(), failures=before.failures + 1, problem=met.problem))
    return met


def _known(here: LocalNode) -> list[str]:
    """Digests of checkpoints and evidence that are here: no peer need repeat them, and on a slow line they are most."""
    checkpoints = here.store.checkpoints().values()
    evidence = [data for kept in here.store.evidence().values() for data in kept[-KNOWN_EVIDENCE:]]
    return [suite.digest(data) for data in [*checkpoints, *evidence]][: limits.KNOWN]


def _note(here: LocalNode, node: str, heads: Heads) -> None:
    ours = here.store.heads()
    behind = sum(
        last - (ours[stream].last if stream in ours else 0)
        for stream, (last, _) in heads.streams.items()
        if here.trust().in_audience(here.node, stream) and last > (ours[stream].last if stream in ours else 0)
    )
    ahead = heads.now - here.now()
    with here.store.atomic():  # another process may be noting what the peer holds
        here.store.put_peer(
            replace(
                here.store.peer(node),
                met_at=here.now(),
                tried_at=here.now(),
                failures=0,
                problem="",
                clock_ahead=round(ahead.total_seconds()),
                behind=behind,
                trust_version=heads.trust_version,
                speaks=heads.speaks,
            )
        )


def _trust(here: LocalNode, line: _Asking, node: str, heads: Heads) -> None:
    """Take the peer's trust list if it is newer. One that cannot be taken does not end the meeting."""
    ours = here.trust()
    if (heads.root_version, heads.trust_version) == (ours.root_version, ours.version):
        return
    if heads.trust_version < ours.version and heads.root_version <= ours.root_version:
        return
    try:
        answer = line.call(node, "GET", "trust", {"root": str(ours.root_version + 1)})
        take_trust(here, {part.name: part.data for part in _parts(answer) if isinstance(part, TrustFile)})
    except Refused as refusal:
        note_refusal(here, refusal, source=node, what="trust list")


def _gossip(here: LocalNode, line: _Asking, node: str, heads: Heads, met: Met) -> None:
    """Evidence and checkpoints that the peer knows; each stands alone."""
    for data in heads.evidence:
        try:
            note_evidence(here, Evidence.read(data))
        except Refused as refusal:
            note_refusal(here, refusal, source=node, what="evidence")

    ours = set(here.store.checkpoints().values())  # most are here already, byte for byte
    for data in _largest(here, [data for data in heads.checkpoints if data not in ours], node):
        try:
            note_checkpoint(here, data, partial(_leaves, line, node), source=node)
        except Refused as refusal:
            met.refused += 1
            note_refusal(here, refusal, source=node, what="checkpoint")


def _largest(here: LocalNode, checkpoints: Sequence[bytes], node: str) -> list[bytes]:
    """One checkpoint for each log, the largest: to read one may cost a pass over the whole log."""
    found: dict[tuple[str, int], tuple[int, bytes]] = {}
    for data in checkpoints:
        try:
            one = SignedCheckpoint.read(data).checkpoint
        except Refused as refusal:
            note_refusal(here, refusal, source=node, what="checkpoint")
        else:
            log = (one.origin, one.epoch)
            found[log] = max(found.get(log, (0, b"")), (one.size, data))
    return [data for _, data in found.values()]


def _leaves(line: _Asking, node: str, origin: str, epoch: int, start: int, stop: int) -> Iterator[bytes]:
    """The leaves that a peer has of a log, page by page; it ends early if the peer does."""
    while start < stop and line.left > 0:
        until = min(stop, start + limits.LEAVES_PAGE)
        query = {"origin": origin, "epoch": str(epoch), "from": str(start), "to": str(until)}
        page = line.call(node, "GET", "log", query)
        if len(page) != WIDTH * (until - start):
            return
        yield page
        start = until


def _wanted(here: LocalNode, heads: Heads) -> list[Stream]:
    """Streams of the peer's that we may have and that are not as ours are; older epochs first."""
    trust, ours = here.trust(), here.store.heads()
    found = []
    for stream, (last, manifest) in sorted(heads.streams.items()):
        if not trust.may_carry(here.node, stream) or stream.origin in here.store.stopped():
            continue
        head = ours.get(stream)
        if head is None or last > head.last or not _agrees(here, stream, head, last, manifest):
            found.append(stream)
    return found


def _agrees(here: LocalNode, stream: Stream, head: Head, last: int, manifest: str) -> bool:
    if last == head.last:
        return manifest == head.manifest
    batch = here.store.batch_at(stream, last)
    return batch is not None and (batch.manifest.last, batch.manifest.digest) == (last, manifest)


def _pull_or_note(here: LocalNode, line: _Asking, node: str, stream: Stream, theirs: tuple[int, str], met: Met) -> None:
    """`_pull`; an answer that cannot be read ends this stream, and no other."""
    try:
        _pull(here, line, node, stream, theirs, met)
    except (Malformed, TooLarge, Newer) as refusal:
        met.refused += 1
        note_refusal(here, refusal, source=node, what=str(stream))


def _pull(here: LocalNode, line: _Asking, node: str, stream: Stream, theirs: tuple[int, str], met: Met) -> None:
    """Ask for what follows our head, until the peer has no more or something is refused."""
    if line.left > 0 and needs_chain(here, stream):
        _learn_chain(here, line, node, stream)
    head = here.store.head(stream)
    after = head.last if head else 0
    if after >= theirs[0]:  # not further than we are, and another: show it to us
        after = theirs[0] - 1
    while line.left > 0:
        # Each batch as it is read: one that cannot be read takes nothing from those before it.
        for batch in _batches(line.call(node, "GET", "batches", _query(here, stream, after))):
            if batch.manifest.stream != stream:
                raise Malformed("bad-request", f"{node} answered with {batch.manifest} when asked for {stream}")
            outcome = take_or_note(here, batch, via=node)
            if isinstance(outcome, Refused):
                met.refused += 1
                return
            met.documents += len(batch.items) if outcome.new else 0
        head = here.store.head(stream)
        if head is None or head.last <= after or head.last >= theirs[0]:
            return
        after = head.last


def _query(here: LocalNode, stream: Stream, after: int, **more: str) -> dict[str, str]:
    entry = here.trust().nodes.get(here.node)
    if entry is not None and entry.relay:
        more["parcels"] = "all"
    return {"origin": stream.origin, "epoch": str(stream.epoch), "stream": stream.audience, "after": str(after), **more}


def _learn_chain(here: LocalNode, line: _Asking, node: str, stream: Stream) -> None:
    """Learn which manifests lead to the last one of an ended key: from our head, or if that is off it, from 1."""
    head = here.store.head(stream)
    chain = _chain(here, line, node, stream, head.last if head else 0)
    if head is not None and (not chain or chain[0].previous != head.manifest):
        chain = _chain(here, line, node, stream, 0)
    if chain:
        vouch_chain(here, chain)


def _chain(here: LocalNode, line: _Asking, node: str, stream: Stream, after: int) -> list[Link]:
    """What the peer has of a chain, as far as it hangs together, is signed at all, and the trust list names its end."""
    head, listed = here.store.head(stream), here.trust().nodes[stream.origin]
    keys = listed.seal_keys()
    chain: list[Link] = []
    while line.left > 0:
        for part in _batches(line.call(node, "GET", "batches", _query(here, stream, after, only="manifests"))):
            link = Link.of(part.manifest)
            if link.stream != stream or not (link.follows(chain[-1]) if chain else link.last > after):
                return chain
            if not counted_signers(part.manifest.data, part.signatures, keys):
                return chain
            chain.append(link)
        if not chain or chain[-1].last <= after:
            return chain
        after = chain[-1].last
        begin = chain[0].digest if chain[0].first == 1 else head.first_manifest if head else ""
        if after >= last_named(listed, begin):
            return chain
    return chain


def _unlock(here: LocalNode, line: _Asking, node: str, heads: Heads, met: Met) -> None:
    """Ask again for what was withheld, and at its origin for keys that did not come or did not fit.

    Keys to what we wrote ourselves, and forgot, a relay may have.
    """
    if not here.store.entries(state=State.LOCKED, most=1):
        return
    relay, left = here.trust().entry(node).relay, UNLOCKED_AT_ONCE
    for stream in sorted(here.store.heads()):
        if stream.origin != node and stream not in heads.streams:
            continue
        locked: dict[str, set[int]] = {}
        for entry in here.store.entries(stream=stream, state=State.LOCKED):
            locked.setdefault(entry.manifest, set()).add(entry.number)
        for digest in random.sample(sorted(locked), len(locked)):  # those that stay locked must not hide the others
            batch = here.store.batch_of(digest)
            if batch is None or digest not in locked or min(left, line.left) <= 0:
                continue
            withheld = any(batch.items[number - batch.manifest.first] is None for number in locked[digest])
            if withheld or (stream.origin == here.node and relay):
                left -= 1
                for came in _fetch_again(here, line, node, batch, locked.keys(), met):
                    del locked[came]
            elif stream.origin == node:
                left -= 1
                _ask_keys(here, line, node, batch, met)


def _fetch_again(
    here: LocalNode, line: _Asking, node: str, batch: Batch, locked: Collection[str], met: Met
) -> set[str]:
    """Ask for a page that begins with this batch; which of the locked ones it had."""
    asked = _query(here, batch.manifest.stream, batch.manifest.first - 1)
    came = set()
    for part in _batches(line.call(node, "GET", "batches", asked)):
        if part.manifest.digest in locked:
            came.add(part.manifest.digest)
            met.documents += _taken(take_or_note(here, part, via=node))
    return came


def _ask_keys(here: LocalNode, line: _Asking, node: str, batch: Batch, met: Met) -> None:
    digest = batch.manifest.digest
    body = line.call(node, "POST", "parcels", {}, canonical({"manifests": [digest]}))
    said: Any = read_canonical(body, what="parcels", limit=limits.RECORD_BYTES)
    parcels = said.get("parcels") if isinstance(said, dict) else None
    parcel = parcels.get(digest) if isinstance(parcels, dict) else None
    if isinstance(parcel, dict):
        with_parcel = Batch(batch.manifest, batch.signatures, batch.items, {here.node: parcel})
        met.documents += _taken(take_or_note(here, with_parcel, via=node))


def _taken(outcome: Taken | Refused) -> int:
    return len(outcome.entries) if isinstance(outcome, Taken) else 0


def _bring(here: LocalNode, line: _Asking, node: str, heads: Heads, met: Met) -> None:
    """Bring what the peer lacks: of ours, keys too, if we cannot be called; of its own, if it has lost it."""
    trust = here.trust()
    callable_ = bool(trust.nodes[here.node].urls) if here.node in trust.nodes else False
    for stream, head in sorted(here.store.heads().items()):
        if not trust.may_carry(node, stream) or (callable_ and stream.origin != node):
            continue
        last, _ = heads.streams.get(stream, (0, ""))
        while last < head.last and line.left > 0:
            batches = filled(
                here.store.batches(stream, after=last, documents=limits.PAGE_DOCUMENTS, size=limits.PAGE_FILLED_BYTES)
            )
            answer = _deliver(here, line, node, batches)
            if "key-ended" in answer:
                _deliver(here, line, node, list(here.store.manifests(stream, after=last)), only="manifests")
                answer = _deliver(here, line, node, batches)
            if answer:
                met.refused += 1
                break
            last = batches[-1].manifest.last
    if not callable_:
        _bring_log(here, line, node)
        for batch in islice(locked_there(here, node), min(UNLOCKED_AT_ONCE, max(0, line.left))):
            _deliver(here, line, node, [batch])


def _deliver(here: LocalNode, line: _Asking, node: str, batches: list[Batch], **query: str) -> set[str]:
    file = io.BytesIO()
    write_bundle(file, batches, alliance=here.trust().alliance, sender=here.node, made_at=here.now())
    said = read_canonical(line.call(node, "POST", "batches", query, file.getvalue()), what="an answer", limit=1_000_000)
    refused = said.get("refused") if isinstance(said, dict) else None
    return (
        {str(one.get("code")) for one in refused if isinstance(one, dict)}
        if isinstance(refused, list)
        else {"bad-request"}
    )


def _bring_log(here: LocalNode, line: _Asking, node: str) -> None:
    epoch = here.store.own().epoch
    record = here.store.checkpoint(here.node, epoch)
    if record is None:
        return
    size = start = here.store.log_size(here.node, epoch)
    for _ in range(2):  # the first answer says how many it has
        leaves = here.store.leaves(here.node, epoch, start, size)
        body = {"checkpoint": suite.encoded(record), "from": start, "leaves": suite.encoded(b"".join(leaves))}
        said: Any = read_canonical(line.call(node, "POST", "log", {}, canonical(body)), what="an answer", limit=10_000)
        known = said.get("size") if isinstance(said, dict) else None
        if not (type(known) is int and 0 <= known < start):
            return
        start = known


def _hint(here: LocalNode, line: _Asking, node: str, heads: Heads) -> None:
    """Tell the peer how far we have its streams, and whether it should come: not each time, or two would never rest."""
    trust, ours = here.trust(), here.store.heads()
    holds = [
        {"epoch": stream.epoch, "stream": stream.audience, "last": head.last, "manifest": head.manifest}
        for stream, head in sorted(ours.items())
        if stream.origin == node
    ]
    new = any(
        trust.may_carry(node, stream) and head.last > heads.streams.get(stream, (0, ""))[0]
        for stream, head in ours.items()
    )
    line.call(node, "POST", "hints", {}, canonical({"holds": holds, "new": new}))


def _parts(answer: bytes) -> Iterator[Any]:
    yield from read_bundle(io.BytesIO(answer), most=limits.PAGE_BYTES)


def _batches(answer: bytes) -> Iterator[Batch]:
    return (part for part in _parts(answer) if isinstance(part, Batch))
