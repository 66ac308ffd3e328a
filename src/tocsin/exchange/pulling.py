"""What a peer has for us: the streams that we may have are asked for, with the keys that lack.

A part of a meeting. A stream whose answer cannot be read, or is refused, ends there, and no other does.
"""

import random
from collections.abc import Collection
from typing import Any

from tocsin.exchange import limits
from tocsin.exchange.asking import Asking, Met, batches_of, page_query
from tocsin.exchange.bundles import Batch
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed, Newer, Refused, TooLarge
from tocsin.exchange.heads import Heads
from tocsin.exchange.intake import Taken, note_refusal, take_or_note
from tocsin.exchange.local import LocalNode
from tocsin.exchange.manifests import counted_signers
from tocsin.exchange.store import Head, State
from tocsin.exchange.streams import Stream
from tocsin.exchange.vouching import Link, last_named, needs_chain, vouch_chain

__all__ = ["pull", "unlock"]


def pull(here: LocalNode, line: Asking, node: str, heads: Heads, met: Met) -> None:
    """All streams of the peer's that we may have and that are not as ours are."""
    for stream in _wanted(here, heads):
        _pull_or_note(here, line, node, stream, heads.streams[stream], met)


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


def _pull_or_note(here: LocalNode, line: Asking, node: str, stream: Stream, theirs: tuple[int, str], met: Met) -> None:
    """`_pull`; an answer that cannot be read ends this stream, and no other."""
    try:
        _pull(here, line, node, stream, theirs, met)
    except (Malformed, TooLarge, Newer) as refusal:
        met.refused += 1
        note_refusal(here, refusal, source=node, what=str(stream))


def _pull(here: LocalNode, line: Asking, node: str, stream: Stream, theirs: tuple[int, str], met: Met) -> None:
    """Ask for what follows our head, until the peer has no more or something is refused."""
    if line.left > 0 and needs_chain(here, stream):
        _learn_chain(here, line, node, stream)
    head = here.store.head(stream)
    after = head.last if head else 0
    if after >= theirs[0]:  # not further than we are, and another: show it to us
        after = theirs[0] - 1
    while line.left > 0:
        # Each batch as it is read: one that cannot be read takes nothing from those before it.
        for batch in batches_of(line.call(node, "GET", "batches", page_query(here, stream, after))):
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


def _learn_chain(here: LocalNode, line: Asking, node: str, stream: Stream) -> None:
    """Learn which manifests lead to the last one of an ended key: from our head, or if that is off it, from 1."""
    head = here.store.head(stream)
    chain = _chain(here, line, node, stream, head.last if head else 0)
    if head is not None and (not chain or chain[0].previous != head.manifest):
        chain = _chain(here, line, node, stream, 0)
    if chain:
        vouch_chain(here, chain)


def _chain(here: LocalNode, line: Asking, node: str, stream: Stream, after: int) -> list[Link]:
    """What the peer has of a chain, as far as it hangs together, is signed at all, and the trust list names its end."""
    head, listed = here.store.head(stream), here.trust().nodes[stream.origin]
    keys = listed.seal_keys()
    chain: list[Link] = []
    while line.left > 0:
        for part in batches_of(line.call(node, "GET", "batches", page_query(here, stream, after, only="manifests"))):
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


def unlock(here: LocalNode, line: Asking, node: str, heads: Heads, met: Met) -> None:
    """Ask again for what was withheld, and at its origin for keys that did not come or did not fit.

    Keys to what we wrote ourselves, and forgot, a relay may have.
    """
    if not here.store.entries(state=State.LOCKED, most=1):
        return
    relay, left = here.trust().entry(node).relay, limits.MEETING_UNLOCKED
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


def _fetch_again(here: LocalNode, line: Asking, node: str, batch: Batch, locked: Collection[str], met: Met) -> set[str]:
    """Ask for a page that begins with this batch; which of the locked ones it had."""
    asked = page_query(here, batch.manifest.stream, batch.manifest.first - 1)
    came = set()
    for part in batches_of(line.call(node, "GET", "batches", asked)):
        if part.manifest.digest in locked:
            came.add(part.manifest.digest)
            met.documents += _taken(take_or_note(here, part, via=node))
    return came


def _ask_keys(here: LocalNode, line: Asking, node: str, batch: Batch, met: Met) -> None:
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
