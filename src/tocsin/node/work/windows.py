"""Moments between two commits, by name, at which tests kill the process to see that all of an act stands or none.

TOCSIN_STOP_AT      "taking.hidden", or "taking.chunk:3" for the third time that a process passes the window, or
                    "taking.chunk:*" for whichever time; several names, separated by spaces, each stop one process
TOCSIN_STOP_MARKER  file to which arrivals are added, "name pid" a line; who comes to a window that stands there passes,
                    so that whoever writes the file chooses, while processes run, where the next one stops

Without the first, as on every node that people use, a window costs one look at a variable.
"""

import os
import time
from collections import Counter
from pathlib import Path

__all__ = ["at"]

_passed: Counter[str] = Counter()


def at(window: str) -> None:
    """Goes on at once, unless this window is one to stop at: then it says so and waits for its end."""
    wanted = os.environ.get("TOCSIN_STOP_AT")
    if not wanted:
        return
    _passed[window] += 1
    here = {f"{window}:{_passed[window]}", f"{window}:*"} | ({window} if _passed[window] == 1 else set())
    marker = Path(os.environ["TOCSIN_STOP_MARKER"])
    for name in here.intersection(wanted.split()).difference(_arrived(marker)):
        with marker.open("a", encoding="utf-8") as file:
            file.write(f"{name} {os.getpid()}\n")
        while True:
            time.sleep(60)


def _arrived(marker: Path) -> set[str]:
    return {line.split()[0] for line in marker.read_text("utf-8").splitlines()} if marker.exists() else set()
