"""Documents of Office, which are archives: of the kind that they say, without macros, with nothing beside them."""

import re
import zipfile
import zlib
from typing import BinaryIO

from django.utils.translation import gettext as _

from tocsin.node.events.files.refusals import ARCHIVE, RefusedContent

__all__ = ["CODES", "require_office"]

MOST_PARTS = 5_000
MOST_BYTES = 500 << 20  # unpacked, all parts together
MOST_TYPES = 4 << 20
OOXML = re.compile(rb'ContentType="application/vnd\.openxmlformats-officedocument\.([^"]*)\.main\+xml"')
KINDS = {b"wordprocessingml.document": "docx", b"spreadsheetml.sheet": "xlsx", b"presentationml.presentation": "pptx"}
OPEN = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}
CODES = frozenset({*KINDS.values(), *OPEN.values()})
# Parts that run: macros, controls, programs packed into a document.
RUNS = re.compile(
    r"vbaproject|vbadata|macrosheets/|dialogsheets/|activex/|embeddings/.*\.bin$|^basic/|^scripts/"
    r"|\.(?:exe|dll|com|scr|js|vbs|ps1|bat|cmd|hta|jar|lnk|docm|xlsm|xlsb|pptm|doc|xls|ppt)$",
    re.IGNORECASE,
)
ENCRYPTED = 0x1


def require_office(file: BinaryIO) -> str:
    """Raises RefusedContent for macros, and for archives that are no document of Office."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _kind(archive, file)
    except RefusedContent:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, RuntimeError):
        raise RefusedContent(_("The document is cut off or damaged. Save it anew.")) from None


def _kind(archive: zipfile.ZipFile, file: BinaryIO) -> str:
    parts = archive.infolist()
    if archive.comment or _ends_early(archive, file):
        raise RefusedContent(_("Something is hidden after the end of the document. Save it anew."))
    _require_bounds(parts)
    kind, has_macros = _said_kind(archive, {part.filename for part in parts})
    if has_macros or any(RUNS.search(part.filename) for part in parts):
        raise RefusedContent(_("The document has macros or programs in it. Save it without macros (DOCX, XLSX, PPTX)."))
    if not kind:
        raise RefusedContent(str(ARCHIVE))
    return kind


def _ends_early(archive: zipfile.ZipFile, file: BinaryIO) -> bool:
    """Whether anything follows the archive's own end, which is 22 bytes without a comment."""
    file.seek(-22, 2)
    return file.read(4) != b"PK\x05\x06" or archive.start_dir <= 0


def _require_bounds(parts: list[zipfile.ZipInfo]) -> None:
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise RefusedContent(_("The document unpacks to more than one holds. Save it anew, or as PDF."))
    if len(set(names)) < len(names):
        raise RefusedContent(_("The document has two parts of one name. Save it anew."))
    if any(part.flag_bits & ENCRYPTED for part in parts):
        raise RefusedContent(_("The document is locked by a password. Save it without one."))
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise RefusedContent(_("A part of the document has the name of a folder outside it. Save it anew."))


def _said_kind(archive: zipfile.ZipFile, names: set[str]) -> tuple[str, bool]:
    """What the document says it is, and whether it says that it has macros."""
    if "[Content_Types].xml" in names:
        said = _read(archive, "[Content_Types].xml")
        has_macros = b"macroEnabled" in said or b"vbaProject" in said
        return next((KINDS[one] for one in OOXML.findall(said) if one in KINDS), ""), has_macros
    if "mimetype" in names and archive.infolist()[0].filename == "mimetype":
        return OPEN.get(_read(archive, "mimetype").strip(), ""), False
    return "", False


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(MOST_TYPES)
