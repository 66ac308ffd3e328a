"""Moments between two commits, by name, at which tests kill the process to see that all of an act stands or none.

TOCSIN_STOP_AT      "taking.written", or "taking.chunk:3" for the third time that the window is passed
TOCSIN_STOP_MARKER  file that is made on arrival

Without the first, as on every node that people use, a window costs one look at a variable.
"""

import os
import time
from collections import Counter
from pathlib import Path

__all__ = ["at"]

_passed: Counter[str] = Counter()


def at(window: str) -> None:
    """Goes on at once, unless this window is the one to stop at: then it says so and waits for its end."""
    wanted = os.environ.get("TOCSIN_STOP_AT")
    if not wanted:
        return
    name, _, time_passed = wanted.partition(":")
    if window != name:
        return
    _passed[window] += 1
    if _passed[window] == int(time_passed or 1):
        Path(os.environ["TOCSIN_STOP_MARKER"]).write_text(window, encoding="utf-8")
        while True:
            time.sleep(60)
