"""Files on their way in: counted as they are written, so that too large a one is refused before memory or disk suffer.

A file first lies in uploads/arriving/ and is moved to its place once the disk holds it; what a crash leaves behind is
cleared by `clear_left_behind`. The name a person gave a file is text to show and never part of a path.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.roles import Ability

__all__ = [
    "CountingHandler",
    "EmptyFile",
    "RefusedFile",
    "StoredFile",
    "TooLarge",
    "TooLargeBody",
    "body",
    "clear_left_behind",
    "path_of",
    "shown_name",
    "store",
]

BLOCK = 1 << 20
ARRIVING = "arriving"
LEFT_BEHIND_SECONDS = 24 * 3600
LONGEST_NAME = 250
ENVELOPE = 1 << 20  # bytes around the file in a form: its boundary and other fields


class RefusedFile(ValueError):
    """The file is not kept; the message says why and what to do."""


class TooLarge(RefusedFile):
    def __init__(self) -> None:
        super().__init__(_sentence_too_large(settings.LARGEST_UPLOAD))


class TooLargeBody(RequestDataTooBig):
    """The same, found before the request's body is read; Django answers it without reading on."""

    def __init__(self, most: int) -> None:
        super().__init__(_sentence_too_large(most))


class EmptyFile(RefusedFile):
    def __init__(self, name: str) -> None:
        super().__init__(_("%(name)s is empty; nothing was kept. Give a table with at least one row.") % {"name": name})


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file on disk for good: its path below the folder of uploads, its sha256 as hex, its size in bytes."""

    path: str
    sha256: str
    size: int


def store(chunks: Iterable[bytes], *, key: UUID, name: str) -> StoredFile:
    """Write the chunks to uploads/yyyy/mm/<key>. Raises TooLarge as soon as they are, and EmptyFile."""
    arriving = _folder(ARRIVING) / str(key)
    digest, size = hashlib.sha256(), 0
    try:
        with arriving.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > settings.LARGEST_UPLOAD:
                    raise TooLarge
                digest.update(chunk)
                file.write(chunk)
            if not size:
                raise EmptyFile(shown_name(name))
            file.flush()
            os.fsync(file.fileno())
        below = f"{timezone.now():%Y/%m}"
        arriving.rename(_folder(below) / str(key))
    except BaseException:
        arriving.unlink(missing_ok=True)
        raise
    _sync(settings.UPLOADS / below)
    return StoredFile(f"{below}/{key}", digest.hexdigest(), size)


def path_of(file_path: str) -> Path:
    """Where an upload's file lies; its own parts (problems) lie beside it under longer names."""
    return Path(settings.UPLOADS) / file_path


def shown_name(name: str) -> str:
    """A file's name as text: without folders, without control characters, of bounded length."""
    last = re.split(r"[/\\]", name)[-1]
    clean = "".join(c for c in last if c.isprintable()).strip()
    if len(clean) > LONGEST_NAME:
        _, dot, ending = clean.rpartition(".")
        keep = f"…{dot}{ending}" if dot and len(ending) < 10 else "…"
        clean = clean[: LONGEST_NAME - len(keep)] + keep
    return clean or "table"


def body(request: HttpRequest) -> Iterator[bytes]:
    """The raw body of a request, a block at a time, for tables sent without a form. Raises TooLarge before reading."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.LARGEST_UPLOAD:
        raise TooLarge
    while block := request.read(BLOCK):
        yield block


class CountingHandler(FileUploadHandler):
    """Files of forms go to the disk that the node's uploads are on, never to memory, and never beyond their limit.

    Whoever may not send counts sends no more than a file of an event, and others no more than a form holds: a stranger
    cannot fill the disk.
    """

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        self.most = self.left = self._most()
        if content_length > self.left + ENVELOPE:
            raise TooLargeBody(self.most)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = tempfile.NamedTemporaryFile(dir=_folder(ARRIVING), prefix="form-")  # noqa: SIM115 - the form's to close
        self.is_whole = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.left -= len(raw_data)
        if self.left < 0:
            self.file.close()
            raise TooLargeBody(self.most)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        self.is_whole = True
        return UploadedFile(self.file, self.file_name, self.content_type, file_size, self.charset)

    def upload_complete(self) -> None:
        # A form that is cut off within a file ends without it, and nobody else would close it.
        if not getattr(self, "is_whole", True):
            self.file.close()

    def upload_interrupted(self) -> None:
        if getattr(self, "file", None) is not None:
            self.file.close()

    def _most(self) -> int:
        person = getattr(self.request, "user", None)
        if person is None or not person.is_authenticated:
            # The API signs people in by a token, before it reads anything.
            is_api = "HTTP_AUTHORIZATION" in self.request.META
            return settings.LARGEST_UPLOAD if is_api else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if person.may(Ability.UPLOAD_COUNTS):
            return settings.LARGEST_UPLOAD
        is_file_of_event = person.may(Ability.WRITE_EVENTS)
        return settings.LARGEST_EVENT_FILE if is_file_of_event else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def clear_left_behind(known: set[str]) -> int:
    """Remove files older than a day that a crash left: those still arriving, and those of no upload.

    known    `file_path` of every upload
    returns  how many were removed
    """
    before = time.time() - LEFT_BEHIND_SECONDS
    root = Path(settings.UPLOADS)
    removed = 0
    for file in [*root.glob(f"{ARRIVING}/*"), *root.glob("[0-9]*/[0-9]*/*")]:
        owner = f"{file.parent.relative_to(root)}/{file.name.partition('.')[0]}"
        if owner not in known and file.stat().st_mtime < before:
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _folder(below: str) -> Path:
    folder = Path(settings.UPLOADS) / below
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sentence_too_large(most: int) -> str:
    if most < settings.LARGEST_UPLOAD:
        return _("The file is larger than %(size)d MB, the most that is taken of you; nothing was kept.") % {
            "size": most >> 20
        }
    return _(
        "The file is larger than %(size)d MB, the most that is taken at once; nothing was kept. "
        "Send it in parts, or as Parquet."
    ) % {"size": most >> 20}
