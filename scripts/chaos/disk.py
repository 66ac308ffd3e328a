"""A small disk a node, so that it can be full."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

__all__ = ["Disk"]

FILLING = "filling"


class Disk:
    """A file system of its own in a file, mounted.

    Nothing here cuts the power, so that caches need not be written through.
    """

    def __init__(self, at: Path, megabytes: int) -> None:
        self.at, self._image, self._size = at, at.with_suffix(".disk"), megabytes

    def __enter__(self) -> "Disk":
        self.at.mkdir(parents=True)
        with self._image.open("wb") as file:
            file.truncate(self._size << 20)
        subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-F", self._image], check=True)
        subprocess.run(["mount", "-o", "loop,nobarrier", self._image, self.at], check=True)
        return self

    def __exit__(self, *error: object) -> None:
        subprocess.run(["umount", "--lazy", self.at], check=False)
        self._image.unlink()

    def fill(self) -> None:
        """Leave no room. To be called again and again, since what frees some is not the node alone."""
        with (self.at / FILLING).open("ab", buffering=0) as file, suppress(OSError):
            for size in (1 << 20, 4_096, 64):
                with suppress(OSError):
                    while file.write(os.urandom(size)):
                        pass

    def clear(self) -> None:
        """There is room again."""
        (self.at / FILLING).unlink(missing_ok=True)
