"""How long a node takes to verify and take in 5,000 documents that came under one manifest, sealed for it.

    python benchmarks/exchange/intake.py

The documents are sealed by one node and taken in by another, each with its own SQLite file, where every transaction
is on the disk before it ends (`synchronous=FULL`). Measured is what is done with the bundle once it has come: reading
it, every check, opening, schemas and rules, the app that reads, entries, the receipt. The two have met before: ten
documents came earlier, and with the first of them the places of the origin.
"""

import io
import json
import sys
import time
from pathlib import Path

import bare
import nodes
import written

DOCUMENTS, EARLIER = 5_000, 10


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    with nodes.alliance(["AL", "BO", "SEC"]) as made:
        file = str(made["AL"].home / "bundle")
        sealed = json.loads(nodes.within(made["AL"], f"import intake; intake.seal_all({file!r})"))
        taken = json.loads(nodes.within(made["BO"], f"import intake; intake.take_all({file!r})"))
    seconds, limit = taken["seconds"], taken["limit"]
    return [
        (
            f"{DOCUMENTS:,} documents under one manifest verified and taken in",
            f"{seconds:.2f} s, {taken['processor'] / DOCUMENTS * 1e6:.0f} µs of a processor each; signatures, hashes "
            f"and openings alone {limit:.3f} s: {seconds / limit:.0f} times; peak {taken['peak_mib']:.0f} MiB",
            "at most 2 s",
        ),
        (
            f"The same {DOCUMENTS:,} sealed, for {sealed['readers']} readers",
            f"{sealed['seconds']:.2f} s; cryptography alone {sealed['limit']:.3f} s: "
            f"{sealed['seconds'] / sealed['limit']:.0f} times; peak {sealed['peak_mib']:.0f} MiB",
            "",
        ),
    ]


def seal_all(file: str) -> None:
    """Within the origin: write, seal, and put into a bundle."""
    from tocsin.exchange.bundles import write_bundle
    from tocsin.exchange.sealing import post, seal
    from tocsin.exchange.streams import Stream
    from tocsin.node.post.here import local_node

    here = local_node(sealing=True)
    documents = written.mixed(here.node, here.now(), DOCUMENTS)
    with here.store.atomic():
        for document in written.mixed(here.node, here.now(), EARLIER, number=DOCUMENTS):
            post(here, document)
    seal(here)
    with here.store.atomic():
        for document in documents:
            post(here, document)
    begun = time.perf_counter()
    seal(here, most=DOCUMENTS)
    seconds = time.perf_counter() - begun
    batches = here.store.batches(Stream(here.node, 1, "members"), after=0, documents=EARLIER + DOCUMENTS, size=1 << 30)
    assert [len(batch.items) for batch in batches] == [EARLIER, DOCUMENTS]
    with Path(file).open("wb") as bundle:
        write_bundle(bundle, batches, alliance="exercise", sender=here.node, made_at=here.now())
    peak = nodes.peak_mib()
    readers = len(batches[1].parcels)
    limit = bare.sealing([one.encode() for one in documents], readers=readers, at_once=DOCUMENTS)
    print(json.dumps({"seconds": seconds, "limit": limit, "readers": readers, "peak_mib": peak}))


def take_all(file: str) -> None:
    """Within the addressee: read the bundle and take it in."""
    from tocsin.exchange.bundles import Batch, read_bundle
    from tocsin.exchange.intake import take
    from tocsin.exchange.store import State
    from tocsin.node.post.here import local_node

    here, data = local_node(), Path(file).read_bytes()
    earlier = next(part for part in read_bundle(io.BytesIO(data)) if isinstance(part, Batch))
    take(here, earlier, via="AL")
    begun, spent = time.perf_counter(), time.process_time()
    *_, batch = (part for part in read_bundle(io.BytesIO(data)) if isinstance(part, Batch))
    taken = take(here, batch, via="AL")
    seconds, processor = time.perf_counter() - begun, time.process_time() - spent
    states = {entry.state for entry in taken.entries}
    assert states == {State.ACCEPTED}, states
    assert len(taken.entries) == DOCUMENTS
    peak = nodes.peak_mib()
    limit = bare.taking([batch], dict(here.keys.encrypt), node=here.node)
    print(json.dumps({"seconds": seconds, "processor": processor, "limit": limit, "peak_mib": peak}))


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
