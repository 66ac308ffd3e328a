"""Files as telephones, scanners and offices make them, and some as nobody should."""

import struct
import zipfile
import zlib
from io import BytesIO

from docx import Document
from PIL import Image, PngImagePlugin

__all__ = ["SECRET", "docx", "jpeg", "pdf", "picture", "png", "repacked"]

SECRET = b"Ivanov-7788"  # must be in no file that leaves


def picture(size: tuple[int, int] = (40, 30), mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that one sees which way it is turned."""
    made = Image.new(mode, size, "red" if mode == "RGB" else 200)
    made.paste("blue" if mode == "RGB" else 20, (size[0] // 2, 0, *size))
    return made


def jpeg(*, orientation: int = 1, behind: bytes = b"") -> bytes:
    """With a position, a camera, a comment, XMP, a profile's text, and what telephones write behind the end."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    made = BytesIO()
    picture().save(made, "JPEG", quality=95, exif=exif, comment=SECRET, xmp=b"<x>" + SECRET + b"</x>")
    return made.getvalue() + behind


def png() -> bytes:
    """With texts, plain and packed, and EXIF."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Patient", SECRET.decode())
    info.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    info.add_text("Comment", SECRET.decode() * 20, zip=True)
    made = BytesIO()
    picture().save(made, "PNG", pnginfo=info)
    return made.getvalue()


def pdf(
    text: str = "Chest X-ray", *, catalog: str = "", page: str = "", trailer: str = "", objects: tuple[str, ...] = (),
    image: bytes = b"", packed: bool = False,
) -> bytes:  # fmt: skip
    """One page. `catalog`, `page`, `trailer`: more entries; `objects`: more objects, from number 6 on."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode("latin-1")
    if packed:
        stream = zlib.compress(stream)
    drawn = f"/XObject << /I {6 + len(objects)} 0 R >> " if image else ""
    with_what = f"/Resources << /Font << /F1 5 0 R >> {drawn}>>"
    bodies: list[bytes] = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 200 200] >>",
        f"<< /Type /Page /Parent 2 0 R /Contents 4 0 R {with_what} {page} >>".encode(),
        b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(stream), b" /Filter /FlateDecode" * packed, stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        *(one.encode() for one in objects),
    ]
    if image:
        head = b"<< /Type /XObject /Subtype /Image /Width 40 /Height 30 /ColorSpace /DeviceRGB /BitsPerComponent 8"
        bodies.append(head + b" /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (len(image), image))
    return _with_table(bodies, trailer)


def _with_table(bodies: list[bytes], trailer: str) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer << /Root 1 0 R /Size %d %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1, trailer.encode(), at,
    )  # fmt: skip


def docx(*paragraphs: str, with_picture: bool = False) -> bytes:
    """Written by somebody, at some time."""
    document = Document()
    document.core_properties.author = SECRET.decode()
    document.core_properties.title = SECRET.decode()
    for text in paragraphs or ("Chest X-ray",):
        document.add_paragraph(text)
    if with_picture:
        document.add_picture(BytesIO(jpeg()))
    made = BytesIO()
    document.save(made)
    return made.getvalue()


def repacked(
    content: bytes, change: dict[str, bytes | None], replace: dict[str, tuple[bytes, bytes]] | None = None
) -> bytes:
    """The same archive with parts changed, added, or (None) gone; `replace`: bytes of a part by others."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in change:
                before, after = (replace or {}).get(name, (b"", b""))
                new.writestr(name, old.read(name).replace(before, after) if before else old.read(name))
        for name, part in change.items():
            if part is not None:
                new.writestr(name, part)
    return made.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A head that says so, over a few bytes."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part))
        for name, part in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    )
