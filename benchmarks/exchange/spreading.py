"""Twenty-five nodes: one says something to all, and the time until all have it.

    python benchmarks/exchange/spreading.py

Each node is its own door and its own courier, in processes of their own, with its own database, meeting all others
as often as nodes do by default. Before the document is written they have met, so that the alliance is at rest
but for its meetings. From the act that writes it runs the time until the last of the others has accepted it. That all
fifty couriers and doors share the cores of one machine is what the alliance would never have to bear.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing

import bare
import nodes

NODES = int(os.environ.get("TOCSIN_NODES", "25"))
TO_MEET, PATIENCE = 240.0, 180.0
AT_REST = 20.0
WRITE = """
from tocsin.node.alliance.models import Person
from tocsin.node.post.actions.messages import write
import time
officer = Person.objects.get(email={email!r})
write(subject="Cholera", text="One case confirmed.", language="en", addressees=[], by=officer)
print(time.time())
"""


def measure() -> list[tuple[str, str, str]]:
    """The rows of the figures."""
    begun = time.perf_counter()
    with nodes.alliance(nodes.states(NODES - 1), counting=False) as made:
        print(f"{NODES} nodes made after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        with nodes.serving(*made.values()) as serving:
            _until_all_have_met(made)
            print(f"all have met after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
            with nodes.Watch(serving) as resting:
                time.sleep(AT_REST)
            origin = next(iter(made))
            with nodes.Watch(serving) as watch:
                written = nodes.within(made[origin], WRITE.format(email=f"duty.officer@{origin.lower()}.example"))
                seconds = _until_all_have_it(made, origin, float(written))
    # Signed once as manifest; checked by each of the others, who each open the parcel and the item too.
    limit = bare.one_signature_checked() * (NODES - 1)
    ordered = sorted(seconds)
    return [
        (
            f"{NODES} nodes on this machine, {2 * NODES} processes: one document until all others have it",
            f"{ordered[-1]:.1f} s, half of them after {ordered[len(ordered) // 2]:.1f} s; the checks of its signature "
            f"alone {limit * 1e3:.1f} ms: the rest is waiting for couriers and turns; all processes took "
            f"{resting.cpu_seconds / AT_REST:.2f} cores at rest; peak {watch.peak_mib:,.0f} MiB, "
            f"{watch.peak_mib / NODES:.0f} a node",
            "at most 60 s",
        )
    ]


def _asked(place: nodes.Place, sql: str) -> int:
    with closing(sqlite3.connect(f"file:{place.home / 'tocsin.sqlite3'}?mode=ro", uri=True, timeout=30)) as file:
        return int(file.execute(sql).fetchone()[0])


def _until_all_have_met(made: Mapping[str, nodes.Place]) -> None:
    met = "SELECT count(*) FROM post_peer WHERE met_at IS NOT NULL AND failures = 0"
    until = time.monotonic() + TO_MEET
    while not all(_asked(place, met) == len(made) - 1 for place in made.values()):
        if time.monotonic() > until:
            print("not all have met; the document is written all the same", file=sys.stderr)
            return
        time.sleep(1)


def _until_all_have_it(made: Mapping[str, nodes.Place], origin: str, written: float) -> list[float]:
    """Seconds after it was written, for each of the others."""
    held = f"SELECT count(*) FROM post_entry WHERE origin = '{origin}' AND state = 'accepted' AND type = 'message'"
    waiting = {code: place for code, place in made.items() if code != origin}
    seconds = []
    while waiting:
        for code in [code for code, place in waiting.items() if _asked(place, held)]:
            seconds.append(time.time() - written)
            del waiting[code]
        if time.time() - written > PATIENCE:
            raise SystemExit(f"{', '.join(waiting)} have it not after {PATIENCE:.0f} s")
        time.sleep(0.1)
    return seconds


if __name__ == "__main__":
    print(json.dumps(measure()) if "--json" in sys.argv else "\n".join(" | ".join(row) for row in measure()))
