"""Pictures: whole, with nothing after their end, and with no script in what they say of themselves."""

import re
from typing import BinaryIO

from django.utils.translation import gettext as _

from tocsin.node.events.files.refusals import RefusedContent

__all__ = ["require_jpeg", "require_png"]

# A picture that a browser is made to read as a page begins like one, somewhere.
SCRIPT = re.compile(rb"<script|<!doctype html|<iframe|javascript:", re.IGNORECASE)
BLOCK = 1 << 20
OVERLAP = 32
ENDS = (b"\xff\xd9", b"SEFT")
MOST_CHUNKS = 100_000


def require_png(file: BinaryIO) -> str:
    """Chunk by chunk to the last, which must be where the file ends."""
    size = _size(file)
    at = 8
    for _number in range(MOST_CHUNKS):
        file.seek(at)
        begin = file.read(8)
        if len(begin) < 8:
            break
        at += 12 + int.from_bytes(begin[:4])
        if begin[4:] == b"IEND":
            _require_end(at, size)
            _require_no_script(file)
            return "png"
        if at > size:
            break
    raise RefusedContent(_("The picture is cut off or damaged: its end is missing."))


def require_jpeg(file: BinaryIO) -> str:
    """Ends with its own mark, or with that of a telephone which writes its notes behind it."""
    file.seek(-4, 2)
    if not file.read(4).endswith(ENDS):
        raise RefusedContent(_("The picture is cut off, or something is hidden after its end. Save it anew."))
    _require_no_script(file)
    return "jpeg"


def _require_end(at: int, size: int) -> None:
    if at != size:
        raise RefusedContent(_("The picture is cut off, or something is hidden after its end. Save it anew."))


def _require_no_script(file: BinaryIO) -> None:
    file.seek(0)
    before = b""
    while block := file.read(BLOCK):
        if SCRIPT.search(before + block):
            raise RefusedContent(_("A script is hidden in the picture. Save it anew, without its comments."))
        before = block[-OVERLAP:]


def _size(file: BinaryIO) -> int:
    return file.seek(0, 2)
