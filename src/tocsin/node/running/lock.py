"""One server a folder: a lock that the system takes away with the process, and a line that says who has it."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.node.running.refusals import CannotServe

__all__ = ["alone"]

FILE = "serving.lock"


@contextmanager
def alone(home: Path) -> Iterator[Callable[[str], None]]:
    """Hold the folder's lock. Yields a function that notes where the node is, for a second server to tell of.

    Raises CannotServe.
    """
    with (home / FILE).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            who = lock.read().strip() or "by another process"
            raise CannotServe(f"the node in {home} is served already {who}; stop that one first") from None

        def note(where: str) -> None:
            lock.truncate(0)
            lock.write(f"{where} (process {os.getpid()})")
            lock.flush()

        note("")
        yield note
        lock.truncate(0)
