"""Pictures that were computed, as files that all processes of the node share."""

import logging
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache.backends.filebased import FileBasedCache

__all__ = ["PictureCache", "remove_old"]

log = logging.getLogger(__name__)

OLD = 2 * 3_600  # seconds: longer than any picture is kept


class PictureCache(FileBasedCache):
    """Django's cache of files, but one that never fails a page: what cannot be read or written is computed anew.

    A file may have been cut off by a power failure, belong to somebody else, or find the disk full.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except Exception:
            log.warning("a kept picture could not be read and is computed anew", exc_info=True)
            with suppress(OSError):
                Path(self._key_to_file(key, version)).unlink()
            return default

    def set(self, key: str, value: Any, timeout: Any = 0, version: int | None = None) -> None:
        try:
            super().set(key, value, timeout, version)
        except OSError:
            log.warning("a picture could not be kept", exc_info=True)


def remove_old() -> int:
    """Delete pictures that nobody will be shown again, and what killed processes left. Returns how many files."""
    gone = 0
    for file in (settings.HOME / "pictures").glob("*"):
        with suppress(OSError):
            if time.time() - file.stat().st_mtime > OLD:
                file.unlink()
                gone += 1
    return gone
