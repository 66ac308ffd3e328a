"""A proof that a manifest is in a log of a million, made from a node's database and verified.

    python benchmarks/exchange/proving.py

Cold is the first proof of a new process, with the database's file put out of the machine's cache before; warm are a
thousand more, each for another leaf. Each figure holds the reading of the tiles, the making of the proof, and its
verification against the root. The limit is the hashes that whoever verifies it cannot do without.
"""

import json
import os
import random
import statistics
import sys
import time
from hashlib import sha256

import bare
import nodes

LEAVES, AT_ONCE, PROOFS = 1_000_000, 65_536, 1_000


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    with nodes.alliance(["AL"]) as made:
        filled = json.loads(nodes.within(made["AL"], "import proving; proving.fill()"))
        _put_out_of_the_cache(made["AL"])
        found = json.loads(nodes.within(made["AL"], f"import proving; proving.prove({filled['root']!r})"))
    warm, limit = found["warm"], bare.hashes(found["hashes"])
    return [
        (
            f"Inclusion proof in a log of {LEAVES:,}, from the database, verified",
            f"cold {found['cold'] * 1e3:.1f} ms, warm {warm * 1e3:.2f} ms (the slowest of {PROOFS:,} "
            f"{found['slowest'] * 1e3:.1f} ms); its {found['hashes']} hashes alone {limit * 1e6:.0f} µs: "
            f"{warm / limit:.0f} times; peak {found['peak_mib']:.0f} MiB",
            "at most 10 ms",
        ),
        (
            f"The same log learned, {LEAVES:,} leaves in runs of {AT_ONCE:,}, with its root",
            f"{filled['seconds']:.1f} s; its hashes alone {bare.hashes(2 * LEAVES):.1f} s",
            "",
        ),
    ]


def _leaf(number: int) -> bytes:
    return sha256(b"%d" % number).digest()


def _put_out_of_the_cache(place: nodes.Place) -> None:
    for path in place.home.glob("tocsin.sqlite3*"):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def fill() -> None:
    """Within the node: the log, as it is learned from a peer."""
    from tocsin.node.post.store import DjangoStore

    store, leaves = DjangoStore(), [_leaf(number) for number in range(LEAVES)]
    begun = time.perf_counter()
    for start in range(0, LEAVES, AT_ONCE):
        store.add_leaves("AL", 1, start, leaves[start : start + AT_ONCE])
    root = store.root("AL", 1, LEAVES)
    print(json.dumps({"seconds": time.perf_counter() - begun, "root": root.hex()}))


def prove(said: str) -> None:
    """Within the node: proofs of leaves by chance."""
    from tocsin.exchange.merkle import inclusion_proof, verify_inclusion
    from tocsin.node.post.store import DjangoStore

    store, root, chosen = DjangoStore(), bytes.fromhex(said), random.Random(1)
    spent, lengths = [], []
    for _ in range(PROOFS + 1):
        index = chosen.randrange(LEAVES)
        begun = time.perf_counter()
        proof = store.prove("AL", 1, lambda node, index=index: inclusion_proof(index, LEAVES, node))
        assert verify_inclusion(_leaf(index), index, LEAVES, proof, root)
        spent.append(time.perf_counter() - begun)
        lengths.append(len(proof) + 1)
    print(
        json.dumps(
            {
                "cold": spent[0],
                "warm": statistics.median(spent[1:]),
                "slowest": max(spent[1:]),
                "hashes": max(lengths),
                "peak_mib": nodes.peak_mib(),
            }
        )
    )


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
