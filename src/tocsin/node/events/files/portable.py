"""PDF: whole, and with nothing in it that runs, starts programs or carries other files."""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from django.utils.translation import gettext as _

from tocsin.node.events.files.refusals import RefusedContent

__all__ = ["require_pdf"]

TAIL = 2_048
MOST_INFLATED = 64 << 20  # bytes of packed objects that are looked at; a report has a few hundred thousand
# Long enough that packed pictures do not hold them by chance; what runs needs one of them.
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9])")
# A name may be written with any of its letters as #xx, which readers undo.
WRITTEN = re.compile(rb"#([0-9A-Fa-f]{2})")
PACKED = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)


def require_pdf(file: BinaryIO) -> str:
    """Raises RefusedContent. Of at most 25 MiB, so that it is read at once."""
    file.seek(0)
    content = file.read()
    if b"%%EOF" not in content[-TAIL:]:
        raise RefusedContent(_("The PDF is cut off, or something is hidden after its end. Save it anew."))
    if content.count(b"%PDF-", 0, 1_100) > 1:
        raise RefusedContent(_("The PDF is damaged: it begins twice."))
    for part in (content, *_packed(content)):
        if ACTIVE.search(_as_read(part)):
            raise RefusedContent(
                _("The PDF carries a script, a program or another file. Print it to a new PDF, and add that.")
            )
    return "pdf"


def _as_read(part: bytes) -> bytes:
    return WRITTEN.sub(lambda match: bytes([int(match[1], 16)]), part) if b"#" in part else part


def _packed(content: bytes) -> Iterator[bytes]:
    """Objects that are kept packed, unpacked as far as there is room."""
    left = MOST_INFLATED
    for match in PACKED.finditer(content):
        end = content.find(b"endstream", match.end())
        try:
            part = zlib.decompressobj().decompress(content[match.end() : end], left)
        except zlib.error:
            continue  # packed otherwise, or damaged: no reader unpacks it either, or by means that are rare
        left -= len(part)
        yield part
        if left <= 0:
            raise RefusedContent(_("The PDF unpacks to more than a report holds. Print it to a new PDF, and add that."))
