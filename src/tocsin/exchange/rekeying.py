"""New parcels of keys to documents of ours, for a reader that has the documents and lacks the keys.

It asks for them (docs/exchange.md, section 11). Where we cannot be called, its receipts name what is LOCKED there, and
we bring it. Erased documents have no key left.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tocsin.exchange.bundles import Batch
from tocsin.exchange.local import LocalNode
from tocsin.exchange.sealing import parcels
from tocsin.exchange.store import State

__all__ = ["locked_there", "new_parcel"]


def new_parcel(here: LocalNode, batch: Batch, node: str) -> dict[str, Any] | None:
    """A parcel for a node, with the keys that are left of a batch of ours; None if there are none, or it may not."""
    trust, stream = here.trust(), batch.manifest.stream
    if stream.origin != here.node or not trust.in_audience(node, stream):
        return None
    keys = {
        number: entry.key
        for number in range(batch.manifest.first, batch.manifest.last + 1)
        if (entry := here.store.entry(stream, number)) is not None
        and entry.key is not None
        and entry.state is State.OWN
    }
    return parcels([trust.entry(node)], batch.manifest.digest, keys).get(node)


def locked_there(here: LocalNode, node: str) -> Iterator[Batch]:
    """Batches of ours of which a node has said in receipts that it cannot open them, each with a new parcel for it."""
    for receipt in here.store.receipts():
        if receipt.by != node or receipt.stream.origin != here.node:
            continue
        last = 0
        for number in sorted(number for number, reason in receipt.reasons if reason.code == "locked"):
            if number <= last or (batch := here.store.batch_at(receipt.stream, number)) is None:
                continue
            last = batch.manifest.last
            if (parcel := new_parcel(here, batch, node)) is not None:
                yield replace(batch, parcels={node: parcel})
