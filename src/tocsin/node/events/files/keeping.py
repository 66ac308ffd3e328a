"""Where the bytes of files lie: each once, under its digest, below the folder of uploads, which copies of a node carry.

The bytes are on the disk before the row that names them, and go after the last such row: whatever kills the node in
between leaves bytes that no row names, and `sweep` takes them. Nobody adds bytes while others look whether to take
them: both hold one lock.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from tocsin.node.events.files.refusals import RefusedContent
from tocsin.node.events.models import EventFile
from tocsin.node.records import new_id

__all__ = ["Kept", "alone", "arriving", "forget", "keep", "path_of", "sweep", "too_large"]

FOLDER, ARRIVING = "events", "arriving"  # the second is cleared by surveillance/intake/receiving.py
LEFT_BEHIND_SECONDS = 24 * 3600


class Kept(NamedTuple):
    """Bytes on the disk under another name, until they are kept for good."""

    path: Path
    digest: str
    size: int


@contextmanager
def arriving(chunks: Iterable[bytes]) -> Iterator[Kept]:
    """Write the chunks to a file of their own, which goes when the block ends, unless `keep` took it.

    Raises RefusedContent as soon as they are more than a file may have.
    """
    path = _folder(ARRIVING) / f"event-{new_id()}"
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.LARGEST_EVENT_FILE:
                    raise RefusedContent(too_large())
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        yield Kept(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else adds or takes bytes meanwhile. Held from `keep` until the row is committed."""
    with (_folder(FOLDER) / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def keep(arrived: Kept) -> None:
    """Put bytes where their digest says, unless they lie there. To be called `alone`, before their row is written."""
    path = path_of(arrived.digest)
    if path.exists():
        return
    path.parent.mkdir(exist_ok=True)
    arrived.path.rename(path)
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def path_of(digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(settings.UPLOADS) / FOLDER / digest[:2] / digest


def forget(digest: str) -> bool:
    """Take bytes away that no row names any more. Returns whether there were any."""
    with alone():
        return _forget(path_of(digest))


def sweep() -> int:
    """Take away what no row names and has lain for a day: a killed node left it. Returns how many there were."""
    before, gone = time.time() - LEFT_BEHIND_SECONDS, 0
    for path in Path(settings.UPLOADS).glob(f"{FOLDER}/[0-9a-f][0-9a-f]/*"):
        if path.stat().st_mtime < before and not _is_named(path.name):
            with alone():
                gone += _forget(path)
    return gone


def too_large() -> str:
    """The sentence of a file that is."""
    return _("It is larger than %(size)d MB, the most that a file of an event may have.") % {
        "size": settings.LARGEST_EVENT_FILE >> 20
    }


def _forget(path: Path) -> bool:
    if _is_named(path.name) or not path.exists():
        return False
    path.unlink()
    return True


def _is_named(digest: str) -> bool:
    return EventFile.objects.filter(digest=digest, removed_at=None).exists()


def _folder(name: str) -> Path:
    folder = Path(settings.UPLOADS) / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
