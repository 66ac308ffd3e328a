"""Speed and memory of reading, detection and the exchange, as ratios against R or a limit in the same run.

    make bench            prints the figures
    make bench WRITE=1    and puts them into docs/benchmarks.md

R is asked for the last week of some of the same series where `Rscript` with the package
surveillance is installed; otherwise the ratios to it are left out and said to be.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import estimates
import limit
import line_list
import numpy as np
from panel import R_OPTIONS, weekly_counts

from tocsin import __version__
from tocsin.epi.detect import ears, farrington_flexible

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
METHODS = ("<!-- figures of the last run of `make bench WRITE=1` follow -->", "<!-- /methods -->")
OF_ESTIMATES = ("<!-- estimates -->", "<!-- /estimates -->")
OF_EXCHANGE = ("<!-- exchange -->", "<!-- /exchange -->")
ROUNDS = 5


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Wall-clock seconds of each round, after one that is not counted."""
    work()
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return taken


def r_seconds_a_series(counts: np.ndarray) -> list[float] | None:
    """Seconds a series and week of R's farringtonFlexible, a figure a round; None without R."""
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "counts.csv"
        np.savetxt(table, counts.T, fmt="%d", delimiter=",")
        done = subprocess.run(
            ["Rscript", str(HERE / "farrington_flexible.R"), str(table), "3", R_OPTIONS],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        print(f"R could not be timed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
        return None
    *rounds, alarms = done.stdout.split()
    ours = farrington_flexible(counts, evaluate=1).alarm.sum()
    if int(alarms) != ours:
        raise SystemExit(f"R signals {alarms} of the series that are timed and Tocsin {ours}; they must agree")
    return [float(r) / counts.shape[0] for r in rounds]


def screening(cores: int) -> list[tuple[str, str, str]]:
    counts = weekly_counts(100_000)
    # Both are timed in turns, so that a slower hour of the machine meets both.
    ours = {jobs: [] for jobs in (1, cores)}
    peer: list[float] = []
    for _ in range(3):
        for jobs, taken in ours.items():
            taken += [
                s / len(counts) for s in seconds(lambda j=jobs: farrington_flexible(counts, evaluate=1, jobs=j), 3)
            ]
        peer += r_seconds_a_series(counts[:210]) or []
    rows = []
    for jobs, taken in ours.items():
        each = statistics.median(taken)
        against = f"{statistics.median(peer) / each:,.0f} times R's speed" if peer else "R is not installed"
        goal = "at least 3,000 times" if jobs > 1 else "at least 2,000 times"
        rows.append((f"Farrington flexible, 100,000 series of 7 years, last week, {jobs} core{'s' * (jobs > 1)}",
                     f"{each * len(counts):.2f} s, {each * 1e6:.2f} µs a series; {against}", goal))  # fmt: skip
    if peer:
        rows.append(("R's farringtonFlexible on 210 of them", f"{statistics.median(peer) * 1e3:.2f} ms a series", ""))
    steps, n_rows, groups = limit.iterations(counts[:420])
    arithmetic = limit.operations(steps, n_rows, groups)
    least = arithmetic / limit.operations_a_second()
    load = counts.shape[1] * counts.itemsize / limit.bytes_a_second()
    one = statistics.median(ours[1])
    size = counts.shape[1] * counts.itemsize
    needs = (
        f"{arithmetic:,.0f} operations ({steps:.1f} steps a fit) need {least * 1e6:.2f} µs at the peak of one core, "
        f"{size:,} bytes {load * 1e6:.2f} µs: reached {least / one:.0%} of the peak"
    )
    rows.append(("The machine's limit for the same, one core", needs, ""))
    return rows


def back_test() -> list[tuple[str, str, str]]:
    counts = weekly_counts(2000, weeks=7 * 52 + 52)
    taken = statistics.median(seconds(lambda: farrington_flexible(counts, evaluate=52)))
    return [("Farrington flexible, back-test of 52 weeks of 2,000 series", f"{taken:.2f} s", "at most 0.5 s")]


def ears_on_a_million() -> list[tuple[str, str, str]]:
    counts = np.tile(weekly_counts(10_000, weeks=60), (100, 1))
    rows = []
    for method in ("C1", "C2", "C3"):
        taken = statistics.median(seconds(lambda m=method: ears(counts, method=m, evaluate=1)))
        rows.append((f"EARS {method}, 1,000,000 series, last week", f"{taken:.2f} s, {taken:.2f} µs a series", ""))
    return rows


MEMORY = """
import pathlib, re, sys
import numpy as np
from tocsin.epi.detect import farrington_flexible
status, forget_the_peak = pathlib.Path("/proc/self/status"), pathlib.Path("/proc/self/clear_refs")
def kib(name):
    return int(re.search(name + r":\\s+(\\d+)", status.read_text()).group(1))
counts = np.load(sys.argv[1])
farrington_flexible(counts[:64].copy(), evaluate=1)
forget_the_peak.write_text("5")
before = kib("VmRSS")
farrington_flexible(counts, evaluate=1)
print((kib("VmHWM") - before) * 1024 / counts.nbytes)
"""


def memory() -> list[tuple[str, str, str]]:
    if not Path("/proc/self/clear_refs").exists():
        return [("Memory of the same", "not measured: this system does not tell a process its peak", "at most twice")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "counts.npy"
        np.save(path, weekly_counts(100_000))
        done = subprocess.run([sys.executable, "-c", MEMORY, str(path)], capture_output=True, text=True, check=True)
    extra = float(done.stdout)
    return [
        ("Memory of the same, 100,000 series as 32-bit integers", f"{1 + extra:.2f} times the input", "at most twice")
    ]


SMALL = "district,week,cases\n" + "\n".join(
    f"{d},2024-W{w:02d},{(w * 7 + len(d)) % 5}" for d in ("Karsu", "Belin", "Dorma") for w in range(1, 53)
)


def command() -> list[tuple[str, str, str]]:
    tocsin = Path(sys.executable).with_name("tocsin")
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "counts.csv"
        table.write_text(SMALL + "\n", encoding="utf-8")
        run = [str(tocsin), "detect", str(table), "--out", folder, "--quiet"]
        taken = statistics.median(seconds(lambda: subprocess.run(run, check=True, capture_output=True)))
    return [("`tocsin detect` on a file of 156 rows, whole process", f"{taken:.2f} s", "at most 3 s")]


def reading() -> list[tuple[str, str, str]]:
    figures = line_list.measure()
    return [("Line list of 10,000,000 rows to weekly series",
             f"{figures['seconds']:.1f} s, peak {figures['peak_gib']:.2f} GiB", "at most 15 s, 4 GiB")]  # fmt: skip


EXCHANGE = ("intake", "passing", "catching_up", "spreading", "proving", "slow_line")


def exchange() -> list[tuple[str, str, str]]:
    """Each subject in processes of its own, so that what one leaves in memory is nobody's peak."""
    rows = []
    for name in EXCHANGE:
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(HERE / "exchange" / f"{name}.py"), "--json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{name} failed:\n{done.stderr}")
        print(f"{name}: {time.perf_counter() - begun:.0f} s with all that it needs", file=sys.stderr)
        rows += [(what, measured, wanted) for what, measured, wanted in json.loads(done.stdout)]
    return rows


def table(rows: list[tuple[str, str, str]]) -> str:
    lines = ["| what | measured | wanted |", "| --- | --- | --- |"]
    return "\n".join(lines + [f"| {what} | {measured} | {wanted} |" for what, measured, wanted in rows])


def circumstances(cores: int) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False, cwd=HERE
    )
    return (
        f"Tocsin {__version__} at commit {commit.stdout.strip() or 'unknown'}, {date.today()}, {cores} cores "
        f"({platform.machine()}), Python {platform.python_version()}, NumPy {np.__version__}."
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--write", action="store_true", help="put the figures into docs/benchmarks.md")
    options.add_argument("--only", choices=("methods", "estimates", "exchange"), help="one of the tables")
    given = options.parse_args()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if given.only in (None, "methods"):
        rows = [*screening(cores), *back_test(), *memory(), *ears_on_a_million(), *command(), *reading()]
        show(f"{circumstances(cores)}\n\n{table(rows)}\n", *METHODS, write=given.write)
    if given.only in (None, "estimates"):
        show(f"{circumstances(cores)}\n\n{table(estimates.rows())}\n", *OF_ESTIMATES, write=given.write)
    if given.only in (None, "exchange"):
        show(f"{circumstances(cores)}\n\n{table(exchange())}\n", *OF_EXCHANGE, write=given.write)


def show(text: str, begin: str, end: str, *, write: bool) -> None:
    """Print figures, and put them between their marks if they are to be written."""
    print(text)
    if write:
        head, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
        _, _, tail = rest.partition(end)
        PAGE.write_text(f"{head}{begin}\n\n{text}\n{end}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
