"""The archive that a document of Office is: whole, of bounded size, with nothing beside it."""

import re
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

from tocsin.clinical.files.refusals import RefusedFile

__all__ = ["packed", "unpacked"]

MOST_PARTS = 2_000
MOST_BYTES = 200 << 20  # unpacked, all parts together
ENCRYPTED = 0x1
EPOCH = (1980, 1, 1, 0, 0, 0)  # the day of every part: when somebody saved is nobody's business


def unpacked(content: bytes) -> dict[str, bytes]:
    """Each part by its name. Raises RefusedFile for bombs, hidden things, and what is no such archive."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _require_bounds(archive, content)
            return {part.filename: _read(archive, part) for part in archive.infolist() if not part.is_dir()}
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        ValueError,
        EOFError,
        RuntimeError,
        OSError,
    ) as problem:
        if isinstance(problem, RefusedFile):
            raise
        raise RefusedFile("damaged") from None


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A new archive of these parts, with nothing of when and where it was made."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), part, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _require_bounds(archive: zipfile.ZipFile, content: bytes) -> None:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if archive.comment or content[-22:-18] != b"PK\x05\x06" or not content.startswith(b"PK\x03\x04"):
        raise RefusedFile("behind-the-end")
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise RefusedFile("unpacks")
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise RefusedFile("old-office")
    if len(set(names)) < len(names) or any(
        name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names
    ):
        raise RefusedFile("damaged")


def _read(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """No more than it says that it has: a head that lies is a bomb."""
    with archive.open(part) as opened:
        content = opened.read(part.file_size + 1)
    if len(content) > part.file_size:
        raise RefusedFile("unpacks")
    return content
