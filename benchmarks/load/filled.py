"""A node that is filled once and then read: by fifty people who think for five seconds, and by one who is alone."""

import http.client
import json
import os
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

__all__ = ["LIMIT_OPENED", "LIMIT_PAGE", "fill", "pages_as_markdown", "read"]

LIMIT_PAGE, LIMIT_OPENED = 0.250, 1.0
WARM, WORK = 30, 240  # seconds
QUIET, PATIENCE = 5, 300  # seconds in which a node that started does next to nothing; how long that is waited for
BUSY = 20.0  # percent of one core
Figures = dict[str, Any]


def fill(home: Path, environment: Mapping[str, str], share: float, *, script: str, kept: Path) -> Figures:
    """What the node is filled with by `script`; that is said in the file `kept`, and not done again."""
    if not kept.exists():
        make(home, "--alliance", "exercise", **environment)
        began = time.monotonic()
        made = json.loads(within(home, environment, script, str(share)))
        kept.write_text(json.dumps(made | {"filled, s": round(time.monotonic() - began)}))
    found: Figures = json.loads(kept.read_text())
    return found


def read(
    home: Path, environment: Mapping[str, str], made: Figures, *, kept: Path, alone: Mapping[str, str],
    crowd: type[Readers] = Readers,
) -> Figures:  # fmt: skip
    """Figures of its pages under fifty people, and of `alone`, {name: path}, opened by somebody who is alone on it."""
    figures: Figures = {"queries": json.loads(within(home, environment, "page_queries.py", str(kept)))}
    with serve(home, 0, **environment) as node:
        people = crowd(node.url, made["cookie_name"], made["cookies"], made["pages"])
        _rest(node)
        people.work(lambda: False, at_least=WARM, at_most=WARM)
        people.took.clear()
        before = _spent(_family(node))
        people.work(lambda: False, at_least=WORK, at_most=WORK)
        figures["pages"] = summary(people)
        pages = sum(len(took) for took in people.took.values())
        figures["processors a page, ms"] = round(1000 * (_spent(_family(node)) - before) / pages)
        figures["load of the machine"] = round(os.getloadavg()[0], 1)
        figures["failed requests"], figures["failures"] = len(people.failed), people.failed[:5]
        figures["opened, s"] = _opened(node, f"{made['cookie_name']}={made['cookies'][0]}", alone)
    return figures


def _rest(node: Node) -> None:
    """Wait for what a node does when it starts: warnings of clocks, and the night's work that was due."""
    began = quiet = time.monotonic()
    before = _spent(_family(node))
    while time.monotonic() - quiet < QUIET and time.monotonic() - began < PATIENCE:
        time.sleep(1)
        now = _spent(_family(node))
        if 100 * (now - before) > BUSY:
            quiet = time.monotonic()
        before = now


def _family(node: Node) -> list[psutil.Process]:
    """All processes of the node."""
    served = psutil.Process(node.process.pid)
    return [served, *served.children(recursive=True)]


def _spent(processes: list[psutil.Process]) -> float:
    """Seconds of processors that they have had."""
    return sum(sum(one.cpu_times()[:2]) for one in processes if one.is_running())


def _opened(node: Node, cookie: str, pages: Mapping[str, str]) -> dict[str, float]:
    """Seconds: the slowest of ten times."""
    server = http.client.HTTPConnection(urlsplit(node.url).netloc, timeout=60)
    found = {}
    for name, path in pages.items():
        took = []
        for _ in range(10):
            began = time.perf_counter()
            server.request("GET", path, headers={"Cookie": cookie})
            answer = server.getresponse()
            answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise SystemExit(f"{path}: {answer.status}")
        found[name] = round(max(took), 2)
    return found


def pages_as_markdown(
    found: Mapping[str, Figures], *, opened: str, wanted: str = f"at most {1000 * LIMIT_PAGE:.0f} wanted"
) -> list[str]:
    """Lines of the two tables: one column a database. `opened` says what was opened by somebody alone."""
    first, kinds = next(iter(found.values())), list(found)
    lines = [
        f"| p95 (p50), ms; {wanted} | " + " | ".join(kinds) + " | queries |",
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
        lines.append(f"| {opened}, s: {page} | {LIMIT_OPENED} | " + " | ".join(cells) + " |")
    return lines
