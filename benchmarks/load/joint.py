"""A node of 10,000 requests and 2,000 decisions under fifty people; and objects of a thousand acts, opened alone."""

import http.client
import json
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load.crowd import Readers
from benchmarks.load.events import family, rest, spent
from benchmarks.load.figures import summary
from benchmarks.load.nodes import within
from tests.node.serving import Node, make, serve

__all__ = ["as_markdown", "measured"]

LIMIT_PAGE, LIMIT_OPENED = 0.250, 1.0
WARM, WORK = 30, 240  # seconds
COUNTED = ("decision", "session", "assistance", "acts", "measures", "filled, s")


def measured(home: Path, environment: Mapping[str, str], *, share: float = 1.0) -> dict[str, Any]:
    made = world(home, environment, share)
    figures: dict[str, Any] = {name: made[name] for name in COUNTED}
    kept = home.parent / "joint.json"
    figures["queries"] = json.loads(within(home, environment, "event_queries.py", str(kept)))
    figures["acts settled"] = json.loads(within(home, environment, "joint_settling.py"))
    with serve(home, 0, **environment) as node:
        crowd = Readers(node.url, made["cookie_name"], made["cookies"], made["pages"])
        rest(node)
        crowd.work(lambda: False, at_least=WARM, at_most=WARM)
        crowd.took.clear()
        before = spent(family(node))
        crowd.work(lambda: False, at_least=WORK, at_most=WORK)
        figures["pages"] = summary(crowd)
        read = sum(len(took) for took in crowd.took.values())
        figures["processors a page, ms"] = round(1000 * (spent(family(node)) - before) / read)
        figures["load of the machine"] = round(os.getloadavg()[0], 1)
        figures["failed requests"], figures["failures"] = len(crowd.failed), crowd.failed[:5]
        figures["opened, s"] = opened(node, made)
    return figures


def world(home: Path, environment: Mapping[str, str], share: float) -> dict[str, Any]:
    """What the node is filled with; the filling is kept beside it."""
    kept = home.parent / "joint.json"
    if not kept.exists():
        make(home, "--alliance", "exercise", **environment)
        began = time.monotonic()
        made = json.loads(within(home, environment, "fill_joint.py", str(share)))
        kept.write_text(json.dumps(made | {"filled, s": round(time.monotonic() - began)}))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def opened(node: Node, made: Mapping[str, Any]) -> dict[str, float]:
    """The objects of a thousand acts, by somebody who is alone on the node: the slowest of ten times."""
    server = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=60)
    headers = {"Cookie": f"{made['cookie_name']}={made['cookies'][0]}"}
    found = {}
    for name, path in made["long"].items():
        took = []
        for _ in range(10):
            began = time.perf_counter()
            server.request("GET", path, headers=headers)
            answer = server.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
        found[name] = round(max(took), 2)
    return found


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    first, kinds = next(iter(found.values())), list(found)
    lines = [
        f"{first['assistance']:,} requests, {first['decision']:,} decisions, {first['session']:,} sessions, "
        f"{first['measures']:,} measures, {first['acts']:,} acts, all simulated; 50 people who think 5 s; "
        f"{os.cpu_count()} cores shared with the crowd, Python {platform.python_version()}.",
        "",
        f"| p95 (p50), ms; at most {1000 * LIMIT_PAGE:.0f} wanted | " + " | ".join(kinds) + " | queries |",
        "| --- |" + " ---: |" * (len(found) + 1),
    ]
    for page in first["pages"]:
        cells = [
            f"{there['p95, ms']} ({there['p50, ms']})" if (there := figures["pages"].get(page)) else "–"
            for figures in found.values()
        ]
        lines.append(f"| {page} | " + " | ".join(cells) + f" | {first['queries'].get(page, '–')} |")
    lines += ["", "| | wanted | " + " | ".join(kinds) + " |", "| --- | ---: |" + " ---: |" * len(found)]
    cells = [str(figures["processors a page, ms"]) for figures in found.values()]
    lines.append("| processors took, ms a page, with all else that the node did | | " + " | ".join(cells) + " |")
    for page in first["opened, s"]:
        cells = [str(figures["opened, s"][page]) for figures in found.values()]
        lines.append(f"| of a thousand acts, opened, s: {page} | {LIMIT_OPENED} | " + " | ".join(cells) + " |")
    for noun in first["acts settled"]:
        cells = [
            " / ".join(str(took) for took in figures["acts settled"][noun].values()) for figures in found.values()
        ]  # fmt: skip
        acts = " / ".join(first["acts settled"][noun])
        lines.append(f"| ms until an act more of a {noun} of {acts} acts is settled | | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
