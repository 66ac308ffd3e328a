"""One writer at a time, and nothing said to be written before the disk has it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["alone", "sync"]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until no other thread or process writes in the folder; the system frees the lock of one that dies."""
    folder.mkdir(parents=True, exist_ok=True)
    # Delta programs take no notice of names that begin with an underscore.
    with (folder / "_writing.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def sync(*paths: Path) -> None:
    """Returns once the disk holds these files and folders; a new file is safe only with its folder."""
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
