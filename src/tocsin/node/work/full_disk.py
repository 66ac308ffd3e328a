"""A disk that is full: said once in a sentence, not with every attempt in a traceback.

It is said when it begins, every hour while it lasts, and once more when it is over. What could not be written is tried
again by whoever wanted to: a task stays ready, a document waits in the outbox, a partner is asked again.
"""

import errno
import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

__all__ = ["LITTLE", "FullDisk", "has_room", "is_full", "least_room"]

LITTLE = 200 << 20  # bytes free below which an upload or the database may fail
NEEDED = 16 << 20  # bytes that must fit before it is said that there is room: the largest page that a partner sends
AGAIN = 3_600.0  # seconds
QUIET = 60.0  # seconds without another failure; a small write may find room where a large one does not
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
POSTGRESQL_FULL = "53100"


class FullDisk:
    """What one process knows of it; used from any thread.

    monotonic   seconds, a clock that is never set
    """

    def __init__(self, log: logging.Logger, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Said to this log."""
        self._log, self._monotonic = log, monotonic
        self._said: float | None = None
        self._met = 0.0
        self._lock = threading.Lock()

    @property
    def lasts(self) -> bool:
        """Whether it was met, and is not over."""
        return self._said is not None

    def met(self, error: BaseException) -> bool:
        """Whether this is what failed; then it is said, if it is time to."""
        if not is_full(error):
            return False
        with self._lock:
            self._met = now = self._monotonic()
            if self._said is None or now - self._said >= AGAIN:
                self._said = now
                self._log.error("%s", _sentence(error))
        return True

    def over(self) -> bool:
        """Whether there is room, as far as can be seen from here; said once, some time after the last failure."""
        if not self.lasts:
            return True
        if not has_room():
            return False
        with self._lock:
            if self._said is not None and self._monotonic() - self._met >= QUIET:
                self._said = None
                self._log.warning("there is room on the disk again; what waited goes on")
        return True


def is_full(error: BaseException | None) -> bool:
    """Whether something failed because a disk is full: one of this machine, or that of the database's server."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in NO_SPACE:
            return True
        if getattr(error, "sqlite_errorname", "") == "SQLITE_FULL" or _is_of_postgresql(error):
            return True
        if getattr(error, "sqlite_errorname", "").startswith("SQLITE_IOERR") and not has_room():  # of a quota
            return True
        if "No space left on device" in str(error):  # said by libraries that know no error numbers
            return True
        error = error.__cause__ or error.__context__
    return False


def has_room() -> bool:
    """Whether a page of a partner would fit into each of the node's folders. Tried: of quotas nothing else tells."""
    return all(_takes(folder) for folder in _folders())


def least_room() -> tuple[Path, int]:
    """Of the node's folders the one with the least room, and how many bytes are free there."""
    found = [(shutil.disk_usage(folder).free, folder) for folder in _folders()]
    free, folder = min(found, key=lambda one: one[0])
    return folder, free


def _folders() -> Iterator[Path]:
    """Where the node writes; of a folder that is not made yet, the one that it will be made in."""
    for folder in dict.fromkeys((Path(settings.HOME), Path(settings.ARCHIVE), Path(settings.UPLOADS))):
        yield next(one for one in (folder, *folder.parents) if one.is_dir())


def _takes(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, NEEDED)
    except OSError as problem:
        return problem.errno not in NO_SPACE
    return True


def _is_of_postgresql(error: BaseException) -> bool:
    return getattr(error, "sqlstate", None) == POSTGRESQL_FULL


def _sentence(error: BaseException) -> str:
    folder, free = least_room()
    said = f"the disk of {folder} is full, {_megabytes(free)} are free there"
    if connection.vendor == "postgresql" and has_room():
        place = connection.settings_dict["HOST"] or "this machine"
        said = f"the disk of the database {connection.settings_dict['NAME']} at {place} is full"
    return f"{said}: make room, and the node goes on by itself; nothing is lost, and nothing new is taken until then"


def _megabytes(count: int) -> str:
    return f"{count / (1 << 30):.1f} GB" if count >= 1 << 30 else f"{count / (1 << 20):.0f} MB"
