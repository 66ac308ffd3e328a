"""PDF, written anew from the pages alone.

A page is what is drawn and what it is drawn with. Everything else is left behind: who wrote it, with what, when;
comments and links; earlier revisions, which a PDF keeps below the last one; bookmarks, forms, tags, attachments. What
carries a script, a program or another file, or is locked, is refused. Photographs in it keep their points; what
cameras wrote beside them goes.
"""

import logging
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NullObject, StreamObject, TextStringObject

from tocsin.clinical.files.refusals import RefusedFile

__all__ = ["MOST_PAGES", "anew", "pages_of", "require_harmless"]

MOST_PAGES = 500
TAIL = 2_048
MOST_INFLATED = 64 << 20  # bytes of packed objects that are looked at
# Long enough that packed pictures do not hold them by chance; what runs needs one of them.
ACTIVE = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)(?![A-Za-z0-9])")
SHORT = re.compile(rb"/JS\s*[(<\d]")
LOCKED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
WRITTEN = re.compile(rb"#([0-9A-Fa-f]{2})")  # a name may be written with any of its letters so
PACKED = re.compile(rb"/ObjStm.{0,400}?stream\r?\n", re.DOTALL)
KEPT = ("/Type", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
SAYS = {"/Metadata": "metadata", "/PieceInfo": "metadata", "/LastModified": "metadata", "/OPI": "", "/Alternates": "",
        "/AF": "", "/AA": "", "/A": "", "/StructParent": "", "/StructParents": "", "/Thumb": "thumbnail",
        "/OC": "", "/Measure": "", "/PtData": "", "/Ref": ""}  # fmt: skip
WITHIN = re.compile(rb"\bBI\s[^\0]{0,400}?/(?:DCT|JPX)(?:Decode)?\b[^\0]{0,300}?\bID\s")
SCAN, END, COMMENT, ADOBE = 0xDA, 0xD9, 0xFE, 0xEE  # marks of a JPEG
OUTSIDE = {"/Names": "attachments", "/Outlines": "bookmarks", "/AcroForm": "form", "/StructTreeRoot": "tags",
           "/OpenAction": "actions", "/AA": "actions", "/Metadata": "metadata", "/OCProperties": "layers"}  # fmt: skip
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings repeat what is in the file


def require_harmless(content: bytes) -> None:
    """Raises RefusedFile for what runs, carries files or is locked, and for what is cut off."""
    if b"%%EOF" not in content[-TAIL:]:
        raise RefusedFile("behind-the-end")
    if content.count(b"%PDF-", 0, 1_100) > 1:
        raise RefusedFile("two-at-once")
    if LOCKED.search(content):
        raise RefusedFile("pdf-locked")
    for part in (content, *_packed(content)):
        said = _as_read(part)
        if ACTIVE.search(said) or SHORT.search(said):
            raise RefusedFile("pdf-script")
    with _read(content) as reader:
        _require_form(reader)


def pages_of(content: bytes) -> Iterator[tuple[int, str, bool]]:
    """Each page's number, its text, and whether pictures are on it, which nobody but a person reads."""
    with _read(content) as reader:
        for number, page in enumerate(reader.pages, 1):
            yield number, page.extract_text() or "", _has_pictures(page)


def anew(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """A new PDF of the pages, and what was left behind. Raises RefusedFile."""
    with _read(content) as reader:
        left = {word for key, word in OUTSIDE.items() if key in reader.root_object}
        left |= {"metadata"} if reader.metadata else set()
        left |= {"earlier-revisions"} if content.count(b"%%EOF") > 1 else set()
        writer = PdfWriter()
        for page in reader.pages:
            left |= {"comments"} if page.get("/Annots") else set()
            left |= {"thumbnail"} if "/Thumb" in page else set()
            others = [key for key in page if key not in KEPT]
            for key in ("/Resources", "/MediaBox", "/CropBox", "/Rotate"):
                _inherit(page, key)
            writer.add_page(page, excluded_keys=others)
        left |= _without_what_objects_say(writer)
        _require_no_photograph_in_drawings(writer)
        writer.metadata = None
        made = BytesIO()
        writer.write(made)
    return made.getvalue(), tuple(sorted(left - {""}))


@contextmanager
def _read(content: bytes) -> Iterator[PdfReader]:
    """Raises RefusedFile for whatever its reader cannot read."""
    try:
        reader = PdfReader(BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise RefusedFile("pdf-locked")
        if len(reader.pages) > MOST_PAGES:
            raise RefusedFile("pdf-pages", most=MOST_PAGES)
        if not len(reader.pages):
            raise RefusedFile("damaged")
        yield reader
    except RefusedFile:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError,
            NotImplementedError, ArithmeticError, zlib.error, AssertionError, EOFError):  # fmt: skip
        raise RefusedFile("damaged") from None


def _require_form(reader: PdfReader) -> None:
    form = reader.root_object.get("/AcroForm")
    form = form.get_object() if form is not None else None
    if isinstance(form, DictionaryObject) and (form.get("/Fields") or "/XFA" in form):
        raise RefusedFile("pdf-form")


def _inherit(page: Any, key: str) -> None:
    """What a page has from the pages above it, it gets itself: those above stay behind."""
    above = page
    for _ in range(32):
        if key in above or "/Parent" not in above:
            break
        above = above["/Parent"].get_object()
    if above is not page and key in above:
        page[NameObject(key)] = above.raw_get(key)


def _without_what_objects_say(writer: PdfWriter) -> set[str]:
    """Pictures, fonts and forms may have their own metadata; a photograph its camera's."""
    left = set()
    for one in writer._objects:
        if isinstance(one, DictionaryObject):
            for key in [key for key in one if key in SAYS]:
                left.add(SAYS[key])
                del one[key]
        if isinstance(one, DictionaryObject) and one.get("/Type") == "/OCG":
            one[NameObject("/Name")] = TextStringObject("layer")
            one.pop("/Usage", None)
        if isinstance(one, StreamObject) and (filters := _filters(one))[-1:] and filters[-1] in NOTES_OF:
            _unwrap(one, filters)
            clean = NOTES_OF[filters[-1]](one._data)
            if clean != one._data:
                left.add("exif")
                one._data = clean
    return left


def _require_no_photograph_in_drawings(writer: PdfWriter) -> None:
    """A photograph within the commands of a page would keep its notes. Raises RefusedFile."""
    for one in writer._objects:
        if not isinstance(one, StreamObject) or one.get("/Subtype") == "/Image" or "/Length1" in one:
            continue
        if WITHIN.search(one.get_data()):
            raise RefusedFile("pdf-inline")


def _filters(stream: StreamObject) -> list[str]:
    said = stream.get("/Filter", NullObject())
    return [str(one) for one in said] if isinstance(said, ArrayObject) else [str(said)]


def _unwrap(stream: StreamObject, filters: list[str]) -> None:
    """A photograph that is packed once more stands by itself, as any other: what is packed cannot be looked through."""
    if len(filters) == 1:
        return
    stream._data = decode_stream_data(stream)  # photographs it leaves as they are
    stream[NameObject("/Filter")] = NameObject(filters[-1])
    for name in ("/DecodeParms", "/DP"):
        said = stream.pop(name, NullObject())
        said = said.get_object() if said is not None else None
        last = said[-1].get_object() if isinstance(said, ArrayObject) and len(said) == len(filters) else None
        if isinstance(last, DictionaryObject):
            stream[NameObject("/DecodeParms")] = last


def _without_notes(jpeg: bytes) -> bytes:
    """The same points without application segments and comments; that of Adobe says how colours are meant, and stays.

    What is behind the end goes too: telephones put whole pictures there, with notes of their own. Raises RefusedFile
    for one in which nobody can tell where its points end.
    """
    kept, at = [jpeg[:2]], 2
    while at + 2 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xFF:  # fills up
            at += 1
            continue
        if marker == END:
            return b"".join([*kept, jpeg[at : at + 2]])
        after = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        segment = jpeg[at:after]
        if marker == SCAN:
            after = _end_of_scan(jpeg, after)
            kept.append(jpeg[at:after])
        elif marker == ADOBE and segment[4:9] == b"Adobe":
            kept.append(b"\xff\xee\x00\x0e" + segment[4:16])
        elif not (0xE0 <= marker <= 0xEF or marker == COMMENT):
            kept.append(segment)
        at = after
    if at >= len(jpeg) and len(kept) > 1:
        return b"".join(kept)  # cut off where its end should be, as scanners leave it
    raise RefusedFile("damaged")


def _end_of_scan(jpeg: bytes, at: int) -> int:
    """Where the next mark stands that is none of the points' own."""
    while (at := jpeg.find(b"\xff", at)) != -1 and at + 1 < len(jpeg):
        if jpeg[at + 1] == 0xFF:
            at += 1
        elif jpeg[at + 1] == 0 or 0xD0 <= jpeg[at + 1] <= 0xD7:
            at += 2
        else:
            return at
    return len(jpeg)


def _without_boxes(jpeg: bytes) -> bytes:
    """The same points of a JPEG 2000 without the boxes that hold texts."""
    if not jpeg.startswith(b"\0\0\0\x0cjP  "):
        return jpeg
    kept, at = [], 0
    while at + 8 <= len(jpeg):
        length = int.from_bytes(jpeg[at : at + 4])
        length = int.from_bytes(jpeg[at + 8 : at + 16]) if length == 1 else length or len(jpeg) - at
        if length < 8:
            return jpeg
        if jpeg[at + 4 : at + 8] not in {b"uuid", b"xml ", b"uinf"}:
            kept.append(jpeg[at : at + length])
        at += length
    return b"".join(kept)


NOTES_OF = {"/DCTDecode": _without_notes, "/JPXDecode": _without_boxes}


def _has_pictures(page: Any) -> bool:
    resources = page.get("/Resources")
    objects = resources.get_object().get("/XObject") if resources is not None else None
    found = objects.get_object().values() if objects is not None else ()
    return any(one.get_object().get("/Subtype") in {"/Image", "/Form"} for one in found)


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
            continue  # packed otherwise, or damaged: what cannot be read is not carried over either
        left -= len(part)
        yield part
        if left <= 0:
            raise RefusedFile("unpacks")
