"""One file that holds a node: a tar whose last member says what every other one must be.

manifest.json   {"format", "tocsin", "made_at", "database": "sqlite" or "postgresql", "migrations": [...],
                 "archives": {folder: version}, "files": {member: {"size", "sha256"}}}
database        SQLite's file, or pg_dump's custom format
home/…          files of the node's folder: node.toml, secret, archive/, uploads/, boundaries/
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any

from tocsin.node.running.refusals import CannotBackUp, CannotRestore

__all__ = ["DATABASE", "FORMAT", "MANIFEST", "Writer", "new_file", "unpack", "verified"]

FORMAT = 1
MANIFEST, DATABASE, HOME = "manifest.json", "database", "home/"
PIECE = 1 << 20


class Digesting(io.RawIOBase):
    """Reads a file of known length, and knows the digest of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.digest.update(piece)
        return piece


class Writer:
    """Adds files to a bundle and keeps account of them."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, path: Path, name: str) -> None:
        """A file as long as it is now; what is appended meanwhile is left out. Raises FileNotFoundError."""
        with path.open("rb") as file:
            member = tarfile.TarInfo(name)
            status = os.fstat(file.fileno())
            member.size, member.mtime, member.mode = status.st_size, int(status.st_mtime), 0o600
            digesting = Digesting(file)
            self.tar.addfile(member, digesting)
        self.files[name] = {"size": member.size, "sha256": digesting.digest.hexdigest()}

    def finish(self, **said: Any) -> None:
        content = json.dumps({"format": FORMAT, **said, "files": self.files}, indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(content), 0o600
        self.tar.addfile(member, io.BytesIO(content))


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that has no name until all of it is on disk: if the process is killed before, nothing is left.

    Raises CannotBackUp where the name is taken. Where the file system knows no nameless files, one under another
    name is left by a kill, and removed by the next attempt.
    """
    if path.exists():
        raise CannotBackUp(f"{path} is there already; a copy never replaces another")
    folder = path.absolute().parent
    unfinished = folder / f".{path.name}.unfinished"
    try:
        handle = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
        nameless = True
    except (OSError, AttributeError):
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        nameless = False
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            _name(f"/proc/self/fd/{file.fileno()}" if nameless else str(unfinished), path)
    except FileExistsError:
        raise CannotBackUp(f"{path} is there already; a copy never replaces another") from None
    finally:
        if not nameless:
            unfinished.unlink(missing_ok=True)


def verified(path: Path) -> dict[str, Any]:
    """The manifest of a bundle in which every file is what it says. Raises CannotRestore; writes nothing."""
    try:
        with tarfile.open(path, "r:") as tar:
            found, manifest = _read(tar)
    except (tarfile.TarError, OSError, EOFError, ValueError) as error:
        raise CannotRestore(f"{path} is damaged, or no copy of a node: {error}") from error
    if manifest is None:
        raise CannotRestore(f"{path} is cut short, or no copy of a node: it has no manifest")
    if manifest.get("format") != FORMAT:
        raise CannotRestore(
            f"{path} has format {manifest.get('format')!r}; this release reads {FORMAT}: use the release that made it"
        )
    expected = {name: (file["size"], file["sha256"]) for name, file in manifest["files"].items()}
    if wrong := sorted(found.keys() ^ expected.keys()) or [n for n in found if found[n] != expected[n]]:
        raise CannotRestore(
            f"{path} is damaged: {wrong[0]} is not what was copied ({len(wrong)} files); use another copy"
        )
    return manifest


def _read(tar: tarfile.TarFile) -> tuple[dict[str, tuple[int, str]], dict[str, Any] | None]:
    found: dict[str, tuple[int, str]] = {}
    manifest = None
    for member in tar:
        file = tar.extractfile(member) if member.isreg() else None
        if file is None or member.name in found or not _is_ours(member.name):
            raise CannotRestore(f"{tar.name} holds {member.name!r}, which no copy of a node does")
        if member.name == MANIFEST:
            manifest = json.loads(file.read())
        else:
            found[member.name] = (member.size, hashlib.file_digest(file, "sha256").hexdigest())
    return found, manifest


def _is_ours(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name in {MANIFEST, DATABASE} or (
        name.startswith(HOME) and len(parts) > 1 and ".." not in parts and str(PurePosixPath(name)) == name
    )


def unpack(path: Path, manifest: dict[str, Any], into: Path) -> None:
    """Write a verified bundle's files below a folder; each is looked at again, since the disk may have changed."""
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if member.name == MANIFEST:
                continue
            source = tar.extractfile(member)
            if source is None or member.name not in manifest["files"]:
                raise CannotRestore(f"{path} changed while it was read")
            target = into / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(source, target, manifest["files"][member.name]["sha256"])


def _write(source: IO[bytes], target: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while piece := source.read(PIECE):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != sha256:
        raise CannotRestore(f"{target.name} changed while it was read")


def _name(file: str, path: Path) -> None:
    """Give a finished file its name, on disk for good."""
    folder = os.open(path.absolute().parent, os.O_RDONLY)
    try:
        # Naming the folder by a descriptor makes Python ask for the call that follows the link of /proc.
        os.link(file, path.name, dst_dir_fd=folder, follow_symlinks=True)
        os.fsync(folder)
    finally:
        os.close(folder)
