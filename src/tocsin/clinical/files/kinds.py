"""What a file is, by its bytes; its name only says what somebody calls it, and must not say anything else.

Few kinds are taken: what a clinician sends of a patient, in forms that can be made anew from nothing but what is seen.
Whatever is two things at once is refused, for whoever opens it decides which of them it is.
"""

import re
from enum import StrEnum

from tocsin.clinical.files import pictures, portable, word
from tocsin.clinical.files.refusals import RefusedFile
from tocsin.clinical.files.texts import letters

__all__ = ["ENDINGS", "MEDIA_TYPES", "MOST_BYTES", "Kind", "checked", "neutral_name"]

MOST_BYTES = 100 << 20


class Kind(StrEnum):
    """A kind that is taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    TXT = "txt"
    CSV = "csv"


ENDINGS = {
    "jpg": Kind.JPEG, "jpeg": Kind.JPEG, "jfif": Kind.JPEG, "png": Kind.PNG, "webp": Kind.WEBP, "pdf": Kind.PDF,
    "docx": Kind.DOCX, "txt": Kind.TXT, "csv": Kind.CSV, "tsv": Kind.CSV,
}  # fmt: skip
MEDIA_TYPES = {
    Kind.JPEG: "image/jpeg", Kind.PNG: "image/png", Kind.WEBP: "image/webp", Kind.PDF: "application/pdf",
    Kind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Kind.TXT: "text/plain", Kind.CSV: "text/csv",
}  # fmt: skip
PICTURES = frozenset({Kind.JPEG, Kind.PNG, Kind.WEBP})
CALLED = {"dcm": "dicom", "dicom": "dicom", "heic": "heic", "heif": "heic", "svg": "svg", "gif": "gif", "tif": "tiff",
          "tiff": "tiff", "zip": "archive", "rar": "archive", "7z": "archive", "exe": "program", "doc": "old-office",
          "xls": "old-office", "xlsx": "office-other", "pptx": "office-other", "html": "page", "htm": "page",
          "rtf": "rtf", "mp4": "video", "mov": "video", "avi": "video", "docm": "macros"}  # fmt: skip

# How files begin that are refused by name. At which byte, with what, as what.
_BEGINS: tuple[tuple[int, bytes, str], ...] = (
    (128, b"DICM", "dicom"),
    (0, b"GIF8", "gif"), (0, b"II*\x00", "tiff"), (0, b"MM\x00*", "tiff"), (0, b"II+\x00", "tiff"),
    (4, b"ftyphei", "heic"), (4, b"ftyphev", "heic"), (4, b"ftypmif1", "heic"), (4, b"ftypmsf1", "heic"),
    (4, b"ftypavif", "heic"), (4, b"ftyp", "video"), (0, b"\x1aE\xdf\xa3", "video"), (0, b"OggS", "video"),
    (0, b"ID3", "video"),
    (0, b"\x7fELF", "program"), (0, b"#!", "program"), (0, b"\xca\xfe\xba\xbe", "program"), (0, b"\x00asm", "program"),
    (0, b"\xcf\xfa\xed\xfe", "program"), (0, b"\xfe\xed\xfa", "program"),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", "program"),
    (0, b"Rar!\x1a\x07", "archive"), (0, b"7z\xbc\xaf\x27\x1c", "archive"), (0, b"\x1f\x8b", "archive"),
    (0, b"\xfd7zXZ\x00", "archive"), (0, b"\x28\xb5\x2f\xfd", "archive"), (0, b"MSCF\x00", "archive"),
    (0, b"PK\x05\x06", "archive"), (257, b"ustar", "archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-office"), (0, b"{\\rt", "rtf"),
)  # fmt: skip
_SVG = re.compile(r"<svg[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|script|\?xml|!--)|<(?:script|iframe|html)[\s>/]", re.IGNORECASE)


def checked(content: bytes, claimed_name: str) -> Kind:
    """What the bytes are, which must be what the name says. Raises RefusedFile for everything that is not taken.

    Looked at as a whole: nothing hidden in it, no bomb. Its pixels and its text are first read by `deidentified`.
    """
    if not content:
        raise RefusedFile("empty")
    if len(content) > MOST_BYTES:
        raise RefusedFile("too-large")
    kind = _kind_of(content)
    ending = claimed_name.rpartition(".")[2].lower() if "." in claimed_name else ""
    if ending not in ENDINGS:
        raise RefusedFile(CALLED.get(ending, "ending-unknown"), ending=_shown(ending))
    said = ENDINGS[ending]
    if kind is Kind.TXT and said is Kind.CSV:
        return Kind.CSV
    if kind is not said:
        raise RefusedFile("name-other", kind=kind.value.upper(), ending=_shown(ending))
    return kind


def neutral_name(kind: Kind, number: int) -> str:
    """What a file is called when it leaves: the given name may be the patient's, and stays at the hospital."""
    ending = "jpg" if kind is Kind.JPEG else kind.value
    return f"{'photo' if kind in PICTURES else 'document'}-{number}.{ending}"


def _kind_of(content: bytes) -> Kind:
    if content.startswith(b"\xff\xd8\xff"):
        pictures.require_whole_jpeg(content)
        return _one_thing(content, Kind.JPEG)
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        pictures.require_whole_png(content)
        return _one_thing(content, Kind.PNG)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        pictures.require_whole_webp(content)
        return _one_thing(content, Kind.WEBP)
    if content.startswith(b"%PDF-"):
        portable.require_harmless(content)
        return _one_thing(content, Kind.PDF)
    if content.startswith(b"PK\x03\x04"):
        word.require_docx(content)
        return Kind.DOCX
    for at, begins, code in _BEGINS:
        if content[at : at + len(begins)] == begins:
            raise RefusedFile(code)
    if content.startswith(b"MZ") and b"\x00" in content[:512]:
        raise RefusedFile("program")
    return _text(content)


def _one_thing(content: bytes, kind: Kind) -> Kind:
    """Readers of PDF look for its beginning within the first bytes, those of ZIP for its end within the last."""
    ends = content[-66_000:]
    if (kind is not Kind.PDF and b"%PDF-" in content[:1_100]) or (b"PK\x05\x06" in ends and b"PK\x01\x02" in content):
        raise RefusedFile("two-at-once")
    return kind


def _text(content: bytes) -> Kind:
    text = letters(content)
    if _SVG.search(text):
        raise RefusedFile("svg")
    if _PAGE.match(text) or _PAGE.search(text[:100_000]):
        raise RefusedFile("page")
    return Kind.TXT


def _shown(ending: str) -> str:
    """An ending as a sentence repeats it; what is longer is no ending, and may be a name."""
    return ending if len(ending) <= 5 and ending.isascii() and ending.isalnum() else "…"
