"""The exchange at any time and under any input: an alliance of nodes under random acts, and what is read from outside.

python scripts/exchange_study.py [--share 0.01]       writes docs/studies/exchange.md, if nothing was found

As many studies go side by side as there are cores. With a share only that part of the runs is made, to try it; then
nothing is written. Parsers are led by what inputs reach where `atheris` is installed in the environment named by
FUZZ_PYTHON; else they are changed at random.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STUDY = ROOT / "docs" / "studies" / "exchange.md"
FUZZ = "benchmarks/exchange/fuzz.py"
PARSERS = {"envelope": 4_000_000, "manifest": 3_500_000, "bundle": 2_500_000, "parcel": 500_000, "list": 500_000}
ALLIANCES = 2_000
REQUESTS = 33_400  # of each of three kinds
SEED = 4
AT_REST = "all at rest with the same documents"
HEAD = """# The exchange at any time, under any input

**Alliances.** Three to five nodes in memory with a network between them; 30 steps each of random acts, crashes at named
windows, cut lines, lost and doubled messages, restores from backups and clocks that jump, with checks after every step
and, once all is healed, that every node holds the same documents and has told its reader of each once
(`tests/exchange/test_alliance_at_any_time.py`).

**Requests** to the exchange's door: true ones that were changed after they were signed, ones that a partner has made
up and signed, and what is no request at all. None of the first and the last may be answered, none may fail, and nothing
may be taken that its origin has not signed (`tests/node/post/test_whatever_knocks.py`).

**Parsers**: whatever comes is refused, or it is what it says in its one form (`benchmarks/exchange/fuzz.py`).

| what | runs | minutes | what became of them |
|---|---|---|---|
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=1.0)
    share = parser.parse_args().share
    rows = []
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        for row in side_by_side.map(lambda study: study(), _studies(share)):
            print(row, flush=True)
            rows.append(row)
    if share == 1.0:
        made_by = f"\nMade by `python scripts/exchange_study.py` at commit {commit()}, seed {SEED}.\n"
        STUDY.write_text(HEAD + "\n".join(rows) + "\n" + made_by, encoding="utf-8")
        print(f"Written: {STUDY.relative_to(ROOT)}")


def _studies(share: float) -> Iterator[Callable[[], str]]:
    """The longest first, since each has a core of its own."""
    knocks = "tests/node/post/test_whatever_knocks.py"
    yield partial(runs_of, "requests", knocks, {"TOCSIN_HTTP_RUNS": max(1_001, round(REQUESTS * share))})
    alliance = "tests/exchange/test_alliance_at_any_time.py"
    yield partial(runs_of, "alliances", alliance, {"TOCSIN_STATEFUL_RUNS": max(1, round(ALLIANCES * share))})
    for target, runs in PARSERS.items():
        yield partial(_parser, target, max(1, round(runs * share)))


def _parser(target: str, runs: int) -> str:
    python, started = os.environ.get("FUZZ_PYTHON", sys.executable), time.monotonic()
    said = _run([python, FUZZ, target, "--runs", str(runs), "--seed", str(SEED)], {})
    told = re.findall(r"^([\d,]+) inputs, [\d,]+ a second: (.*)$", said, re.MULTILINE)
    if not told or int(told[-1][0].replace(",", "")) < runs:  # led or not, it says so when it has made the last
        raise SystemExit(f"{target}: {runs} inputs were asked for, and this was said:\n{said[-2_000:]}")
    return _row(f"parser: {target}", told[-1][0], started, told[-1][1])


def runs_of(what: str, file: str, runs: dict[str, int], *, became: str = AT_REST) -> str:
    """Run the tests of a file so many times; the row of the study."""
    started = time.monotonic()
    asked = ["-q", "-p", "no:xdist", "-s", "--hypothesis-show-statistics", f"--hypothesis-seed={SEED}", file]
    said = _run([sys.executable, "-m", "pytest", *asked], {name: str(count) for name, count in runs.items()})
    made = sum(int(count) for count in re.findall(r"^ +- (\d+) passing", said, re.MULTILINE))
    answers = re.search(r"answers: \{(.*)\}", said)
    return _row(what, f"{made:,}", started, f"answered with {answers[1]}" if answers else became)


def _run(command: list[str], more: dict[str, str]) -> str:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | more,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-4_000:]}")
    return done.stdout


def _row(what: str, runs: str, started: float, became: str) -> str:
    return f"| {what} | {runs} | {(time.monotonic() - started) / 60:.1f} | {became} |"


def commit() -> str:
    """That at which this is run."""
    said = ["git", "describe", "--always", "--dirty=, with changes not committed", "--abbrev=12"]
    return subprocess.run(said, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


if __name__ == "__main__":
    main()
