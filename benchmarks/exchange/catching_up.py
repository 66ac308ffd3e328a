"""A node that was cut off for 30 days has 100,000 documents to catch up with.

    python benchmarks/exchange/catching_up.py

Two other nodes each sealed 50,000 meanwhile, as they came: every hour a message, and the counts of 28 districts, every
night a thousand more. Then the node is started that knows none of them, and meets both, over HTTP with TLS. The time
runs from the start of its processes until its database holds all, opened and accepted. The doors that give them run on
the same cores. Every batch is a transaction of its own that is on the disk before the next begins.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta

import bare
import nodes
import written

DAYS, A_DAY, HOURLY = 30, 1_667, 28
ORIGINS = ("AL", "CE")
PATIENCE = 300.0


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    begun = time.perf_counter()
    with nodes.alliance(["AL", "BO", "CE"]) as made:
        sealing = [
            nodes.start(made[code], "-c", "import django; django.setup(); import catching_up; catching_up.seal_days()")
            for code in ORIGINS
        ]
        sealed = [json.loads(process.communicate()[0]) for process in sealing]
        wanted = sum(one["documents"] for one in sealed)
        print(f"{wanted:,} documents sealed after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        with nodes.serving(*(made[code] for code in ORIGINS), couriers=False) as others:
            begun = time.perf_counter()
            with nodes.serving(made["BO"]) as own, nodes.Watch(own) as watch, nodes.Watch(others) as giving:
                _until_all_have_come(made["BO"], wanted)
                seconds = time.perf_counter() - begun
        found = json.loads(nodes.within(made["BO"], f"import catching_up; catching_up.look({wanted})"))
    limit = found["limit"] * wanted
    batches = sum(one["batches"] for one in sealed)
    return [
        (
            f"{wanted:,} documents of {DAYS} days, in {batches:,} batches of two origins, caught up with over TLS",
            f"{seconds:.0f} s, {wanted / seconds:,.0f} documents a second, {watch.cpu_seconds / wanted * 1e3:.2f} ms "
            f"of processors each, {giving.cpu_seconds / wanted * 1e3:.2f} ms at those who give; signatures, hashes and "
            f"openings alone {limit:.1f} s: {seconds / limit:.0f} times; peak of door and courier "
            f"{watch.peak_mib:,.0f} MiB",
            "at most 120 s",
        )
    ]


def _until_all_have_come(place: nodes.Place, wanted: int) -> None:
    asked = "SELECT sum(last) FROM post_stream WHERE origin IN ('AL', 'CE') AND audience = 'members'"
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"file:{place.home / 'tocsin.sqlite3'}?mode=ro", uri=True, timeout=30)) as file:
        while (come := file.execute(asked).fetchone()[0] or 0) < wanted:
            if time.monotonic() > until:
                raise SystemExit(f"{come:,} of {wanted:,} documents after {PATIENCE:.0f} s")
            time.sleep(0.2)


def seal_days() -> None:
    """Within an origin: thirty days of documents, sealed as they would have been."""
    from tocsin.exchange.sealing import post, seal
    from tocsin.exchange.witnessing import make_checkpoint
    from tocsin.node.post.here import local_node

    here, number, batches = local_node(sealing=True), 0, 0
    for at, count in _batches(here.now() - timedelta(days=DAYS)):
        then = replace(here, clock=lambda at=at: at)
        with here.store.atomic():
            for each in range(count):
                made = written.message if count == 1 else written.counts
                more = {} if count == 1 else {"rows": 12}
                post(then, made(here.node, at, number=number + each, **more))
            batches += len(seal(then))
        number += count
    make_checkpoint(here)
    print(json.dumps({"documents": number, "batches": batches}))


def _batches(first: datetime) -> Iterator[tuple[datetime, int]]:
    for day in range(DAYS):
        for hour in range(24):
            at = first + timedelta(days=day, hours=hour)
            yield at, 1
            yield at + timedelta(minutes=30), HOURLY
        yield first + timedelta(days=day, hours=23, minutes=45), A_DAY - 24 * (1 + HOURLY)


def look(wanted: int) -> None:
    """Within the node: that all were accepted, and what a document's cryptography costs, by those of one day."""
    from tocsin.exchange.store import State
    from tocsin.exchange.streams import Stream
    from tocsin.node.post.here import local_node
    from tocsin.node.post.models import Entry

    here = local_node()
    accepted = Entry.objects.filter(origin__in=ORIGINS, state=State.ACCEPTED).exclude(type="receipt").count()
    assert accepted == wanted, accepted
    batches = here.store.batches(Stream(ORIGINS[0], 1, "members"), after=0, documents=A_DAY, size=1 << 30)
    seconds = bare.taking(batches, dict(here.keys.encrypt), node=here.node)
    print(json.dumps({"limit": seconds / sum(len(one.items) for one in batches)}))


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
