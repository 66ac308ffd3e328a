"""What a peer lacks: brought if it cannot come for it, and said if it can.

A part of a meeting.
"""

import io
from collections.abc import Mapping
from itertools import islice
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.asking import Asking, Met
from tocsin.exchange.bundles import Batch, filled, write_bundle
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.heads import Heads
from tocsin.exchange.local import LocalNode
from tocsin.exchange.rekeying import locked_there
from tocsin.exchange.store import Head
from tocsin.exchange.streams import Stream

__all__ = ["bring", "hint"]


def bring(here: LocalNode, line: Asking, node: str, heads: Heads, ours: Mapping[Stream, Head], met: Met) -> None:
    """Bring what the peer lacks: of ours, keys too, if we cannot be called; of its own, if it has lost it."""
    trust = here.trust()
    callable_ = bool(trust.nodes[here.node].urls) if here.node in trust.nodes else False
    for stream, head in sorted(ours.items()):
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
        for batch in islice(locked_there(here, node), min(limits.MEETING_UNLOCKED, max(0, line.left))):
            _deliver(here, line, node, [batch])


def _deliver(here: LocalNode, line: Asking, node: str, batches: list[Batch], **query: str) -> set[str]:
    file = io.BytesIO()
    write_bundle(file, batches, alliance=here.trust().alliance, sender=here.node, made_at=here.now())
    said = read_canonical(line.call(node, "POST", "batches", query, file.getvalue()), what="an answer", limit=1_000_000)
    refused = said.get("refused") if isinstance(said, dict) else None
    return (
        {str(one.get("code")) for one in refused if isinstance(one, dict)}
        if isinstance(refused, list)
        else {"bad-request"}
    )


def _bring_log(here: LocalNode, line: Asking, node: str) -> None:
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


def hint(here: LocalNode, line: Asking, node: str, heads: Heads, ours: Mapping[Stream, Head]) -> None:
    """Tell the peer how far we have its streams, and whether it should come: not each time, or two would never rest."""
    trust = here.trust()
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
