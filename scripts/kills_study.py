"""The study of kills: every named window several times, on SQLite, and on PostgreSQL if TEST_DATABASE_URL names one.

python scripts/kills_study.py [kills a window]             writes docs/studies/kills.md, if all tests pass
python scripts/kills_study.py KILLS TESTS...               runs these files of tests alone, and prints their part of it
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "docs" / "studies" / "kills.md"
TESTS = (
    "tests/node/test_kills_of_a_served_node.py",
    "tests/node/surveillance/test_screening_crashes.py",
    "tests/node/surveillance/test_crashes.py",
    "tests/node/estimates/test_kills.py",
    "tests/node/duty/test_kills.py",
    "tests/node/travellers/test_kills.py",
    "tests/node/exercises/test_kills.py",
    "tests/node/joint/test_kills.py",
    "tests/node/consultations/test_kills.py",
    "tests/node/transfers/test_kills.py",
    "tests/node/correspondence/test_kills.py",
    "tests/node/files/test_kills.py",
)
ACTS = (
    "upload", "undo", "screening", "estimates", "served node", "calls", "travellers", "injects", "decision",
    "consultation", "transfer", "letter", "file",
)  # fmt: skip
HEAD = """# Killed at every window

Processes of a node are killed by SIGKILL from outside at the named windows (`tocsin.node.work.windows`) of an
upload, an undo, a screening, the estimates of a source and of an event, the calls to people on duty, the destruction
of what was said of travellers, the injects of an exercise, what states decide together, and what hospitals do: cases
that they ask about, patients whom they pass on, letters, and files that are given; during screenings and estimates also
at seeded random moments ("any moment"). Then everything that readers see, and every row and commit that they should
not, is compared.

- *one process*: the process that does the work is killed; a fresh one looks, then starts as a node does.
- *the worker, the web process, the supervisor*: those of a node that is served, with a table on its way through its
  API. It goes on by itself, after the supervisor's death when it is started again.

"All" and "nothing" say what readers saw after the kill of what the act changes: new counts; for a screening its
signals, threads and notices; all estimates of a source with its severities, or all of an event; in a served node
always the counts; of travellers whether any had been destroyed before; of a decision, a case or a transfer what was
said of it, what waits to be sent, and what it has come to; of a letter the letter with its copies, files and documents,
its seal, what its readers have opened, or what a partner's state is told of that; of a file the range that was being
sent, or what is made of the whole. Of calls and injects "all" is what stood there when the next process had gone on.
Anything between would have ended the study. In every case the start that followed led to exactly what comes of the
same acts in a node that nobody kills, with nothing hidden left over; but a person whom a process had called when it
was killed, before it could write that down, is called once more.
"""


def main() -> None:
    times, tests = sys.argv[1] if len(sys.argv) > 1 else "5", sys.argv[2:]
    url = os.environ.get("TEST_DATABASE_URL", "")
    databases = {f"SQLite {sqlite3.sqlite_version}": ""} | ({_postgresql(url): url} if url else {})
    made_by = f"Made by `scripts/kills_study.py {times}` at commit {_commit()}. Windows are mixed by fixed seeds.\n"
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(lambda one: _study(*one, times, tests or TESTS), databases.items()))
    if tests:
        print("\n".join(parts))
        return
    STUDY.write_text("\n".join([HEAD, *parts, made_by]), encoding="utf-8")
    print(f"Written: {STUDY.relative_to(ROOT)}")


def _study(name: str, url: str, times: str, tests: Sequence[str]) -> str:
    started = time.monotonic()
    kills = _killed(times, url, tests)
    return _told(name, kills, time.monotonic() - started)


def _killed(times: str, url: str, tests: Sequence[str]) -> list[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "kills"
        given = {"KILLS_A_WINDOW": times, "KILLS_LOG": str(log), "TEST_DATABASE_URL": url}
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "verify", "--basetemp", f"{folder}/nodes", *tests]
        if subprocess.run(command, env=os.environ | given, cwd=ROOT, check=False).returncode:
            raise SystemExit("The study is not written: a kill left what it should not, or a node did not go on.")
        return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def _told(name: str, kills: list[dict[str, str]], seconds: float) -> str:
    rows = sorted({(kill["what"], kill["window"], kill["killed"]) for kill in kills}, key=_by_act)
    seen = Counter((kill["what"], kill["window"], kill["killed"], kill["seen"]) for kill in kills)
    lines = [
        f"## {name}: {len(kills)} kills in {seconds / 60:.0f} minutes",
        "",
        "| act | window | killed | kills | saw nothing | saw all |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        nothing, everything = (seen[(*row, what)] for what in ("nothing", "all"))
        lines.append(f"| {' | '.join(row)} | {nothing + everything} | {nothing} | {everything} |")
    return "\n".join([*lines, ""])


def _by_act(row: tuple[str, str, str]) -> tuple[int, str, str]:
    return ACTS.index(row[0]), row[1], row[2]


def _commit() -> str:
    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    changed = git("diff", "--quiet", "HEAD", "--", "src", "tests").returncode
    return git("rev-parse", "--short=12", "HEAD").stdout.strip() + (", with changes not committed" if changed else "")


def _postgresql(url: str) -> str:
    import psycopg

    with psycopg.connect(url) as server:
        return f"PostgreSQL {server.info.server_version // 10_000}.{server.info.server_version % 10_000}"


if __name__ == "__main__":
    main()
