"""A week's counts of a state, 5,000 rows in one document, over a line of 64 kbit/s.

    sudo python benchmarks/exchange/slow_line.py

The second node is in a network namespace of its own, and the kernel lets 64 kbit/s through to it and back (a token
bucket, `tc tbf`). The time runs from the act that writes the document until the second node has accepted it: sealing,
being told, TLS, every request with its signatures. Counted are all bytes that crossed meanwhile, both ways, packets'
heads with them. It takes the right to make a namespace; where there is none, nothing is measured.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import nodes

ROWS, BITS, PATIENCE, AT_REST = 5_000, 64_000, 180.0, 8.0
HERE, THERE = "10.91.64.1", "10.91.64.2"
WRITE = """
import time, written
from tocsin.exchange.sealing import post
from tocsin.node.post.here import local_node
here = local_node()
document = written.counts(here.node, here.now(), rows={rows})
assert len(document.body["rows"]) == {rows}
begun = time.time()
post(here, document)
print(begun, len(document.encode()))
"""
LOOK = """
from tocsin.exchange.streams import Stream
from tocsin.node.post.here import local_node
(batch,) = local_node().store.batches(Stream("AL", 1, "members"), after=0, documents=1, size=1)
print(len(batch.items[0]))
"""


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    what, wanted = f"A week's counts of a state, {ROWS:,} rows, over {BITS // 1_000} kbit/s", "at most 60 s"
    try:
        with _slow_line() as line, nodes.alliance(["AL", "BO"], addresses={"AL": HERE, "BO": THERE}) as made:
            with nodes.serving(*made.values()) as serving:
                _until(made["BO"], "SELECT count(*) FROM post_peer WHERE met_at IS NOT NULL")
                time.sleep(AT_REST)
                with nodes.Watch(serving) as watch:
                    before = _crossed(line)
                    begun, length = nodes.within(made["AL"], WRITE.format(rows=ROWS)).split()
                    _until(made["BO"], "SELECT count(*) FROM post_entry WHERE origin = 'AL' AND state = 'accepted'")
                    seconds, crossed = time.time() - float(begun), _crossed(line) - before
            item = int(nodes.within(made["BO"], LOOK))
    except (OSError, subprocess.CalledProcessError) as problem:
        return [(what, f"not measured: no network namespace can be made here ({problem})", wanted)]
    least = item * 8 / BITS
    return [
        (
            what,
            f"{seconds:.1f} s; the document has {int(length):,} bytes, {item:,} as sealed, which alone take "
            f"{least:.1f} s on this line: {seconds / least:.1f} times; {crossed:,} bytes crossed in all; "
            f"peak {watch.peak_mib:,.0f} MiB of both nodes",
            wanted,
        )
    ]


@contextmanager
def _slow_line() -> Iterator[str]:
    """A pair of devices, one end here and one in a namespace, each sending as slowly as the line; the name of ours."""
    room, ours, theirs = (f"tocsin-{end}{os.getpid()}"[:15] for end in ("n", "a", "b"))
    shaped = f"root tbf rate {BITS}bit burst 2kb latency 4s"
    within = f"ip netns exec {room}"
    try:
        for command in (
            f"ip netns add {room}",
            f"ip link add {ours} type veth peer name {theirs} netns {room}",
            f"ip addr add {HERE}/30 dev {ours}",
            f"ip link set {ours} up",
            f"{within} ip addr add {THERE}/30 dev {theirs}",
            f"{within} ip link set {theirs} up",
            f"{within} ip link set lo up",
            f"tc qdisc add dev {ours} {shaped}",
            f"{within} tc qdisc add dev {theirs} {shaped}",
        ):
            subprocess.run(command.split(), check=True, stdout=subprocess.DEVNULL)
        nodes.ROOMS[THERE] = room
        yield ours
    finally:
        nodes.ROOMS.pop(THERE, None)
        subprocess.run(["ip", "netns", "del", room], check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["ip", "link", "del", ours], check=False, stderr=subprocess.DEVNULL)


def _crossed(line: str) -> int:
    folder = Path("/sys/class/net") / line / "statistics"
    return sum(int((folder / name).read_text()) for name in ("tx_bytes", "rx_bytes"))


def _until(place: nodes.Place, asked: str) -> None:
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(f"file:{place.home / 'tocsin.sqlite3'}?mode=ro", uri=True, timeout=30)) as file:
        while not file.execute(asked).fetchone()[0]:
            if time.monotonic() > until:
                raise SystemExit(f"not so after {PATIENCE:.0f} s: {asked}")
            time.sleep(0.1)


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
