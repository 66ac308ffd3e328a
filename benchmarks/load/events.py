"""A node of 10,000 events under fifty people who think for five seconds; and an event of 50,000 cases, opened alone."""

import http.client
import json
import os
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
from benchmarks.load.crowd import Readers
from benchmarks.load.figures import summary
from benchmarks.load.nodes import within
from tests.node.serving import Node, make, serve

__all__ = ["as_markdown", "family", "measured", "rest", "spent"]

LIMIT_PAGE, LIMIT_OPENED = 0.250, 1.0
WARM, WORK = 30, 240  # seconds
QUIET, PATIENCE = 5, 300  # seconds in which a node that started does next to nothing; how long that is waited for
BUSY = 20.0  # percent of one core


def measured(home: Path, environment: Mapping[str, str], *, share: float = 1.0) -> dict[str, Any]:
    made = world(home, environment, share)
    counted = ("events", "lines of logs", "notifications", "questions", "cases of one event", "filled, s")
    figures: dict[str, Any] = {name: made[name] for name in counted}
    kept = home.parent / "events.json"
    figures["queries"] = json.loads(within(home, environment, "event_queries.py", str(kept)))
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
    kept = home.parent / "events.json"
    if not kept.exists():
        make(home, "--alliance", "exercise", **environment)
        began = time.monotonic()
        made = json.loads(within(home, environment, "fill_events.py", str(share)))
        kept.write_text(json.dumps(made | {"filled, s": round(time.monotonic() - began)}))
    found: dict[str, Any] = json.loads(kept.read_text())
    return found


def rest(node: Node) -> None:
    """Wait for what a node does when it starts: warnings of clocks, and the night's work that was due."""
    began = quiet = time.monotonic()
    before = spent(family(node))
    while time.monotonic() - quiet < QUIET and time.monotonic() - began < PATIENCE:
        time.sleep(1)
        now = spent(family(node))
        if 100 * (now - before) > BUSY:
            quiet = time.monotonic()
        before = now


def family(node: Node) -> list[psutil.Process]:
    """All processes of the node."""
    served = psutil.Process(node.process.pid)
    return [served, *served.children(recursive=True)]


def spent(processes: list[psutil.Process]) -> float:
    """Seconds of processors that they have had."""
    return sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running())


def opened(node: Node, made: Mapping[str, Any]) -> dict[str, float]:
    """The event of 50,000 cases, by somebody who is alone on the node: the slowest of ten times."""
    server = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=60)
    headers = {"Cookie": f"{made['cookie_name']}={made['cookies'][0]}"}
    event, found = f"/events/{made['outbreak']}/", {}
    for name, path in (("overview", event), ("line list", f"{event}cases/")):
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
    first = next(iter(found.values()))
    kinds = list(found)
    lines = [
        f"{first['events']:,} events, {first['notifications']:,} notifications, {first['lines of logs']:,} lines of "
        f"logs, {first['cases of one event']:,} cases of one event, {first['questions']:,} questions between states, "
        f"all simulated; 50 people who think 5 s; {os.cpu_count()} cores shared with the crowd, "
        f"Python {platform.python_version()}.",
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
        lines.append(f"| event of 50,000 cases opened, s: {page} | {LIMIT_OPENED} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
