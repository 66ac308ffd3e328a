"""`make load`: a country's node under fifty people, on SQLite and on PostgreSQL; figures for docs/benchmarks.md.

    run.py [--only sqlite|postgresql] [--part counts|events|joint|hospitals] [--folder F] [--quick] [--share S]
           [--write]

Four nodes, one after the other: one full of counts and signals (country.py), one full of events (events.py), one full
of what states decide and send together (joint.py), one full of consultations and letters of hospitals (hospitals.py).
Keeps the filled folders for a second run where --folder is given.
Everything is simulated.
"""

import argparse
import json
import os
import platform
import sqlite3
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.load import events, hospitals, joint
from benchmarks.load.crowd import Inbox
from benchmarks.load.figures import summary, write
from benchmarks.load.nodes import database, within
from tests.node.serving import make, serve

LIMIT_PAGE, LIMIT_PREVIEW, LIMIT_TAKE, LIMIT_SCREEN, LIMIT_FIRST_BYTE = 0.250, 5.0, 30.0, 60.0, 1.0
MILLION = 1_000_000
Measuring = Callable[[Path, Mapping[str, str]], dict[str, Any]]
Saying = Callable[[Mapping[str, Mapping[str, Any]]], str]
QUIET = 8.0  # seconds without a screening, after which a node that started is at rest
ALONE, UNDER_LOAD = 12, 16  # weeks back; a start looks at eight


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", choices=("sqlite", "postgresql"))
    asked.add_argument("--part", choices=("counts", "events", "joint", "hospitals"))
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--quick", action="store_true", help="the crowd alone, for a minute")
    asked.add_argument(
        "--share", type=float, default=1.0, help="of events, joint objects and cases: 0.02 for trying out"
    )
    asked.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    given = asked.parse_args()
    parts: dict[str, tuple[str, Measuring, Saying]] = {
        "counts": ("load", partial(measured, quick=given.quick), as_markdown),
        "events": ("load-events", partial(events.measured, share=given.share), events.as_markdown),
        "joint": ("load-joint", partial(joint.measured, share=given.share), joint.as_markdown),
        "hospitals": ("load-hospitals", partial(hospitals.measured, share=given.share), hospitals.as_markdown),
    }
    for part in parts if given.part is None else (given.part,):
        mark, measuring, saying = parts[part]
        found = {}
        for kind in ("sqlite", "postgresql") if given.only is None else (given.only,):
            with database(kind, given.folder and given.folder / part) as (home, environment):
                found[kind] = measuring(home, environment)
                print(json.dumps({kind: found[kind]}, indent=1), flush=True)
        page = saying(found)
        print(page)
        if given.write:
            write(page, mark)


def measured(home: Path, environment: Mapping[str, str], *, quick: bool) -> dict[str, Any]:
    made = country(home, environment)
    figures: dict[str, Any] = {
        key: made[key] for key in ("places", "diseases", "series", "counts", "signals", "threads")
    }
    figures["queries"] = json.loads(within(home, environment, "queries.py"))
    with serve(home, 0, **environment) as node:
        crowd = Inbox(node.url, made["cookie_name"], made["cookies"], ["S01", "S02-1", "S03-22", "S04"])
        settle(home, environment)
        crowd.work(lambda: False, at_least=15, at_most=15)  # processes warm
        crowd.took.clear()
        crowd.work(lambda: False, at_least=60, at_most=60)
        figures["quiet"] = summary(crowd)
        figures |= screening_alone(home, environment)
        crowd.took.clear()
        figures |= under_screening(crowd, home, environment)
        figures["failed requests"] = len(crowd.failed)
        figures["failures"] = crowd.failed[:5]
        if not quick:
            figures |= upload(node.url, made, home, environment)
            figures |= export(node.url, made, node.process.pid)
    return figures


def settle(home: Path, environment: Mapping[str, str]) -> None:
    """Wait for what a node does when it starts: the night's work that was due while it was off."""
    quiet = time.monotonic()
    while time.monotonic() - quiet < QUIET:
        if waiting(home, environment):
            quiet = time.monotonic()
        time.sleep(0.5)


def under_screening(crowd: Inbox, home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The crowd while all series are screened, with signals to write again."""
    within(home, environment, "ask.py", str(UNDER_LOAD))
    began = time.monotonic()
    during = crowd.work(lambda: waiting(home, environment) > 0, at_least=30, at_most=300)
    figures = {"during screening": summary(crowd) | {"seconds": round(during, 1)}}
    while waiting(home, environment):
        time.sleep(0.2)
    return figures | {"screening under load, s": round(time.monotonic() - began, 1)}


def screening_alone(home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """All series, over eight weeks that were looked at when the node started and four that have signals to write."""
    within(home, environment, "ask.py", str(ALONE))
    began = time.monotonic()
    while waiting(home, environment):
        time.sleep(0.2)
    return {"screening alone, s": round(time.monotonic() - began, 1)}


def upload(url: str, made: Mapping[str, Any], home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """A table of a million rows by the API: previewed, then taken."""
    table = home / "million.csv"
    within(home, environment, "million.py", str(table), str(MILLION))
    began = time.monotonic()
    there = call(url, made, "POST", f"/api/v1/sources/{made['upload_source']}/uploads", table.read_bytes(), "text/csv")
    received = time.monotonic()
    there = until(url, made, there["id"], {"previewed", "unreadable"})
    previewed = time.monotonic()
    if there["status"] != "previewed":
        return {"upload refused": there}
    call(url, made, "POST", f"/api/v1/uploads/{there['id']}/take", b'{"whole": true}', "application/json")
    seen: set[str] = set()
    there = until(url, made, there["id"], {"taken", "unreadable", "previewed"}, seen)
    taken = time.monotonic()
    return {
        "received, s": round(received - began, 2), "previewed, s": round(previewed - received, 2),
        "taken, s": round(taken - previewed, 2), "upload": there["status"], "steps of progress seen": len(seen),
    }  # fmt: skip


def until(url: str, made: Mapping[str, Any], key: str, ends: set[str], seen: set[str] | None = None) -> dict[str, Any]:
    while True:
        there = call(url, made, "GET", f"/api/v1/uploads/{key}")
        if there["status"] in ends:
            return there
        if seen is not None:
            seen.add(json.dumps(there.get("progress")))
        time.sleep(0.1)


def call(url: str, made: Mapping[str, Any], method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
    headers = {"Authorization": f"Bearer {made['token']}"} | ({"Content-Type": kind} if kind else {})
    request = urllib.request.Request(url + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise SystemExit(f"{method} {path}: {error.code} {error.read()[:500]!r}") from error


def export(url: str, made: Mapping[str, Any], server: int) -> dict[str, Any]:
    """A million counts and more as CSV and XLSX: first byte, whole, and how much memory the web processes took on."""
    found: dict[str, Any] = {}
    for kind in ("csv", "xlsx"):
        before = memory(server)
        request = urllib.request.Request(
            f"{url}/series/export.{kind}?source={made['upload_source']}",
            headers={"Cookie": f"{made['cookie_name']}={made['cookies'][0]}"},
        )
        began, peak, length = time.monotonic(), before, 0
        with urllib.request.urlopen(request, timeout=300) as answer:
            length += len(answer.read(1))
            first = time.monotonic() - began
            while part := answer.read(1 << 20):
                length += len(part)
                peak = max(peak, memory(server))
        found[kind] = {
            "first byte, s": round(first, 2), "whole, s": round(time.monotonic() - began, 1),
            "MB": round(length / 1e6, 1), "memory taken on, MiB": round((peak - before) / 2**20, 1),
        }  # fmt: skip
    return {"export": found}


def memory(server: int) -> int:
    """Resident memory of the server's processes."""
    family = psutil.Process(server).children(recursive=True)
    return sum(each.memory_info().rss for each in family if each.is_running())


def country(home: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    kept = home.parent / "made.json"
    if not kept.exists():
        make(home, "--alliance", "exercise", **environment)
        began = time.monotonic()
        made = json.loads(within(home, environment, "country.py"))
        kept.write_text(json.dumps(made | {"filled, s": round(time.monotonic() - began)}))
    return json.loads(kept.read_text())


def waiting(home: Path, environment: Mapping[str, str]) -> int:
    """Screenings that are not done, asked of the database itself: a Django for it would be a load of its own."""
    asked = "SELECT count(*) FROM surveillance_screening WHERE status IN ('waiting', 'running')"
    if url := environment["DATABASE_URL"]:
        with psycopg.connect(url) as server:
            return int(server.execute(asked).fetchone()[0])
    with closing(sqlite3.connect(home / "tocsin.sqlite3", timeout=30)) as file:
        return int(file.execute(asked).fetchone()[0])


def as_markdown(found: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(found.values()))
    lines = [
        f"{first['places']:,} places, {first['diseases']} diseases, {first['series']:,} series, "
        f"{first['counts']:,} counts, "
        f"{first['signals']:,} signals in {first['threads']:,} threads, all simulated; 50 people who think 5 s; "
        f"{os.cpu_count()} cores shared with the crowd, Python {platform.python_version()}.",
        "",
        "| p95 (p50), ms | " + " | ".join(f"{kind}, quiet | {kind}, during the screening" for kind in found) + " |",
        "| --- |" + " ---: | ---: |" * len(found),
    ]
    for page in sorted(first["during screening"]):
        if page == "seconds":
            continue
        cells = []
        for figures in found.values():
            for when in ("quiet", "during screening"):
                there = figures[when].get(page)
                cells.append(f"{there['p95, ms']} ({there['p50, ms']})" if there else "–")
        lines.append(f"| {page} | " + " | ".join(cells) + " |")
    lines += ["", "| | limit | " + " | ".join(found) + " |", "| --- | ---: |" + " ---: |" * len(found)]
    for key, limit in (
        ("previewed, s", LIMIT_PREVIEW), ("taken, s", LIMIT_TAKE), ("screening alone, s", LIMIT_SCREEN),
        ("screening under load, s", ""),
    ):  # fmt: skip
        lines.append(f"| {key} | {limit} | " + " | ".join(str(f.get(key, "–")) for f in found.values()) + " |")
    for kind in ("csv", "xlsx"):
        for key, limit in (("first byte, s", LIMIT_FIRST_BYTE), ("whole, s", ""), ("memory taken on, MiB", "")):
            cells = (str(f.get("export", {}).get(kind, {}).get(key, "–")) for f in found.values())
            lines.append(f"| export of {kind}: {key} | {limit} | " + " | ".join(cells) + " |")
    lines += ["", "Queries of a page: " + "; ".join(f"{page} {n}" for page, n in first["queries"].items()) + "."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
