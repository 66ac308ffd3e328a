"""How many documents a second one node can tell another, end to end, for as long as it likes.

    python benchmarks/exchange/passing.py

Two nodes with everything they are run with but the pages: door and courier each, over HTTP with TLS. In the first, acts
write documents: a person a message, then a machine the counts of nineteen districts. They are audited, queued, sealed,
fetched, verified, opened, examined, read, and answered with receipts. Counted is what stands in the second node's
database, while both go on. The act, the couriers and the doors share the cores.
"""

import json
import sqlite3
import sys
import time
from contextlib import closing

import bare
import nodes
import written

WARM, COUNTED = 10.0, 30.0
A_SHARE = 19
MOST_WAITING = 2_000  # documents in the outbox; whoever writes waits above it
SAMPLE = 2_000


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    with nodes.alliance(["AL", "BO"]) as made, nodes.serving(*made.values()) as serving:
        writer = nodes.start(made["AL"], "-c", "import django; django.setup(); import passing; passing.write_on()")
        try:
            _until_some_have_come(made["BO"])
            time.sleep(WARM)
            with nodes.Watch([*serving, nodes.psutil.Process(writer.pid)]) as watch:
                begun, before = time.perf_counter(), _come(made["BO"])
                time.sleep(COUNTED)
                come, seconds = _come(made["BO"]) - before, time.perf_counter() - begun
        finally:
            writer.kill()
            writer.wait()
        found = json.loads(nodes.within(made["BO"], "import passing; passing.look()"))
    rate, limit = come / seconds, 1 / found["limit"]
    return [
        (
            f"Documents end to end, node to node over TLS, for {seconds:.0f} s",
            f"{rate:,.0f} a second, {watch.cpu_seconds / come * 1e3:.2f} ms of processors each; signatures, hashes, "
            f"sealing and opening alone allow {limit:,.0f} a second on one core: {limit / rate:.0f} times; "
            f"{found['documents'] / found['batches']:.0f} documents a manifest; "
            f"peak of all {len(serving) + 1} processes {watch.peak_mib:,.0f} MiB",
            "at least 200 a second",
        )
    ]


def _until_some_have_come(place: nodes.Place) -> None:
    until = time.monotonic() + 60
    while not _come(place):
        if time.monotonic() > until:
            raise SystemExit(f"{place.code} has got nothing within a minute")
        time.sleep(0.2)


def _come(place: nodes.Place) -> int:
    """How far a node has the stream of the first: asked of its file, so that nothing is slowed by the asking."""
    asked = "SELECT last FROM post_stream WHERE origin = 'AL' AND audience = 'members'"
    with closing(sqlite3.connect(f"file:{place.home / 'tocsin.sqlite3'}?mode=ro", uri=True, timeout=30)) as file:
        row = file.execute(asked).fetchone()
    return int(row[0]) if row else 0


def write_on() -> None:
    """Within the first node: act after act, until killed."""
    from django.db import transaction

    from tocsin.exchange.sealing import post
    from tocsin.node.alliance.models import Person
    from tocsin.node.post.actions.messages import write
    from tocsin.node.post.here import local_node
    from tocsin.node.post.models import Outgoing

    here, officer = local_node(), Person.objects.get(email="duty.officer@al.example")
    number = 0
    while True:
        write(subject=f"Cholera {number}", text=written.TEXT * 4, language="en", addressees=[], by=officer)
        with transaction.atomic():
            for each in range(A_SHARE):
                post(here, written.counts(here.node, here.now(), rows=12, number=number + each))
        number += A_SHARE
        while Outgoing.objects.count() > MOST_WAITING:
            time.sleep(0.05)


def look() -> None:
    """Within the second node: that all was accepted, and what its cryptography costs a document."""
    from tocsin.exchange.store import State
    from tocsin.exchange.streams import Stream
    from tocsin.node.post.here import local_node
    from tocsin.node.post.models import Batch, Entry

    here, stream = local_node(), Stream("AL", 1, "members")
    states = set(Entry.objects.filter(origin="AL", type__in=["message", "weekly-indicators"]).values_list("state"))
    assert states == {(State.ACCEPTED.value,)}, states
    batches = here.store.batches(stream, after=0, documents=SAMPLE, size=1 << 30)
    entries = here.store.entries(stream=stream, most=sum(len(one.items) for one in batches))
    documents = [entry.document for entry in entries if entry.document is not None]
    seconds = bare.sealing_and_taking(documents, batches, dict(here.keys.encrypt), node=here.node)
    sealed = Batch.objects.filter(stream__origin="AL", stream__audience="members").count()
    print(
        json.dumps({"limit": seconds / len(documents), "batches": sealed, "documents": here.store.heads()[stream].last})
    )


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
