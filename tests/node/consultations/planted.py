"""Who the patient is, planted in all that a hospital keeps; and a search for it, byte by byte, in what leaves."""

import base64
import binascii
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date
from io import BytesIO

import zstandard
from docx import Document
from PIL import Image, ImageCms, PngImagePlugin
from tests.clinical.files.specimens import pdf, picture

__all__ = ["IDENTITY", "NAME_OF_FILE", "PLANTED", "docx_of_them", "found_in_bytes", "jpeg_of_them", "pdf_of_them",
           "png_of_them", "text_of_them"]  # fmt: skip

IDENTITY = {
    "names": ["Забайкалов Мстислав", "Zabaikalov Mstislav", "欧阳慧敏"], "birth_date": date(1963, 8, 27),
    "numbers": ["QK 7741902"], "telephones": ["+7 702 661 90 35"], "addresses": ["Карсу, Тополиная улица, дом 19"],
}  # fmt: skip
# No word of these stands in any other text of the tests, nor in what programs write by themselves.
PLANTED = (
    "Забайкалов", "Мстислав", "Zabaikalov", "Mstislav", "欧阳", "慧敏", "7741902", "661 90 35", "6619035", "Тополин",
    "27.08.1963", "1963-08-27", "1963:08:27",
)  # fmt: skip
NAME_OF_FILE = "Забайкалов Мстислав 欧阳慧敏 QK7741902"
LATIN = "Zabaikalov Mstislav QK 7741902 1963-08-27"
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "gb18030")
DEEPEST = 4  # a file part, in base64, of a document, of an archive, of a stream
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")


def jpeg_of_them() -> bytes:
    """With EXIF, a small picture of its own, XMP, a comment, a profile that is called so, and what stands behind."""
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = exif[0x8298] = LATIN
    exif.get_ifd(0x8769)[0x9286] = b"UNICODE\0" + NAME_OF_FILE.encode("utf-16-le")
    small = BytesIO()
    picture((8, 8)).save(small, "JPEG", comment=LATIN.encode())
    made, xmp = BytesIO(), f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{NAME_OF_FILE}</x:xmpmeta>".encode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + LATIN.encode()
    picture().save(made, "JPEG", exif=exif, comment=NAME_OF_FILE.encode(), xmp=xmp, icc_profile=profile)
    return made.getvalue() + small.getvalue() + NAME_OF_FILE.encode()


def png_of_them() -> bytes:
    """With texts, one of them packed."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Patient", LATIN)
    info.add_itxt("Title", NAME_OF_FILE)
    info.add_text("Comment", LATIN * 9, zip=True)
    made = BytesIO()
    picture().save(made, "PNG", pnginfo=info)
    return made.getvalue()


def pdf_of_them() -> bytes:
    """With who made it, and a photograph that has its own."""
    told = f"/Info << /Title ({LATIN}) /Author <{('﻿' + NAME_OF_FILE).encode('utf-16-be').hex()}> >>"
    return pdf("Chest X-ray", trailer=told, image=jpeg_of_them())


def docx_of_them() -> bytes:
    """With properties, and a photograph that has its own."""
    document = Document()
    document.core_properties.author = document.core_properties.title = NAME_OF_FILE
    document.core_properties.comments = LATIN
    document.add_paragraph("Haemoglobin falls since Monday.")
    document.add_picture(BytesIO(jpeg_of_them()))
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def text_of_them() -> bytes:
    """That names them in every way, in words."""
    return f"Day 9. {IDENTITY['names'][0]}, 患者欧阳慧敏, record {LATIN}, tel. +7 (702) 661-90-35: febrile.\n".encode()


def found_in_bytes(content: bytes) -> set[str]:
    """What of it stands anywhere in these bytes: in any usual encoding, packed, in base64, in an archive."""
    found = set()
    for layer in _layers(content, DEEPEST):
        for planted in PLANTED:
            found.update(planted for form in _FORMS[planted] if form in layer)
    return found


def _forms(planted: str) -> set[bytes]:
    cases = {planted, planted.lower(), planted.upper(), planted.capitalize()}
    found = {one.encode(encoding, "ignore") for one in cases for encoding in ENCODINGS}
    found |= {one.encode("ascii", "backslashreplace") for one in cases}
    found |= {"".join(f"%{byte:02X}" for byte in one.encode()).encode() for one in cases}
    found |= {one.encode("utf-16-be").hex().encode() for one in cases}
    found |= {one.encode("utf-16-be").hex().upper().encode() for one in cases}
    return {one for one in found if len(one) > 3}


_FORMS = {planted: _forms(planted) for planted in PLANTED}


def _layers(content: bytes, deep: int) -> Iterator[bytes]:
    """The bytes, and whatever is packed into them."""
    yield content
    if not deep:
        return
    for inner in (*_unzipped(content), *_streams(content), *_decoded(content)):
        yield from _layers(inner, deep - 1)


def _unzipped(content: bytes) -> Iterator[bytes]:
    if content[:2] == b"PK" and zipfile.is_zipfile(BytesIO(content)):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for one in archive.infolist():
                yield one.filename.encode() + one.comment
                yield archive.read(one)


def _streams(content: bytes) -> Iterator[bytes]:
    """Wherever packed bytes seem to begin, with a head or without: of PDF, PNG, of documents."""
    for found in re.finditer(rb"x[\x01\x5e\x9c\xda]|\x1f\x8b\x08", content):
        for window in (zlib.MAX_WBITS, zlib.MAX_WBITS | 32):
            try:
                inner = zlib.decompressobj(window).decompress(content[found.start() :])
            except zlib.error:
                continue
            if len(inner) > 8:
                yield inner
            break
    for found in re.finditer(rb"\x28\xb5\x2f\xfd", content):
        try:
            yield zstandard.ZstdDecompressor().decompressobj().decompress(content[found.start() :])
        except zstandard.ZstdError:
            continue


def _decoded(content: bytes) -> Iterator[bytes]:
    for one in BASE64.findall(content):
        plain = one.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(plain + b"=" * (-len(plain) % 4))
        except binascii.Error:
            continue
