"""Why a file is not taken, said of what it is and not of what it is called."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from tocsin.node.alliance.actions.people import ActRefused

__all__ = ["RefusedContent", "foreign", "listed_endings"]


class RefusedContent(ActRefused):
    """The file is not kept; the message says what it is, and what to do."""


PROGRAM = gettext_lazy("It is a program, whatever its name says. It was not kept.")
ARCHIVE = gettext_lazy("It is an archive. Add the files that are in it, one by one.")
OLD_OFFICE = gettext_lazy(
    "It is of an old form of Office, or locked by a password. Save it as DOCX, XLSX or PDF, without a password."
)
MARKUP = gettext_lazy(
    "It is a page of the web or another text with markup, which can carry scripts. Save it as PDF or as XLSX."
)
DRAWING = gettext_lazy("It is an SVG, which can carry scripts. Save the picture as PNG.")

# How files begin that are told by name, beside those that are simply not known.
_BEGINS: tuple[tuple[bytes, Any], ...] = (
    (b"\x7fELF", PROGRAM),
    (b"\xfe\xed\xfa", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xce\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\x00asm", PROGRAM),
    (b"dex\n", PROGRAM),
    (b"#!", PROGRAM),
    (b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),  # a shortcut of Windows, which starts what it names
    (b"PK\x05\x06", ARCHIVE),
    (b"PK\x07\x08", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\x1f\x8b", ARCHIVE),
    (b"\xfd7zXZ\x00", ARCHIVE),
    (b"\x28\xb5\x2f\xfd", ARCHIVE),
    (b"MSCF\x00", ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLD_OFFICE),
    (b"{\\rt", gettext_lazy("It is RTF, which can carry programs. Save it as DOCX or PDF.")),
)
UNKNOWN = gettext_lazy("Its bytes are of no kind that is taken. Save it as PDF, and add that.")


def foreign(head: bytes) -> str:
    """What a file is that begins so and is not taken; empty for what may be text."""
    for begins, said in _BEGINS:
        if head.startswith(begins):
            return str(said)
    if head.startswith(b"MZ") and b"\x00" in head:
        return str(PROGRAM)
    if head[257:262] == b"ustar" or (head.startswith(b"BZh") and head[4:10] == b"1AY&SY"):
        return str(ARCHIVE)
    return ""


def listed_endings(kinds: Iterable[Any]) -> str:
    return ", ".join(f".{ending}" for one in kinds for ending in one.endings)
