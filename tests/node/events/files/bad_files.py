"""Files of every kind that is taken, and files that are not what they say, made byte by byte."""

import io
import struct
import zipfile
import zlib

__all__ = ["BAD", "GOOD", "docx", "jpeg", "odt", "pdf", "png", "xlsx"]

MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "xlsm": "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


def zipped(parts: dict[str, str | bytes], comment: bytes = b"") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return made.getvalue()


def office(kind: str, **more: bytes) -> bytes:
    types = f'<Types><Override PartName="/a.xml" ContentType="{MAIN[kind]}"/></Types>'
    return zipped({"[Content_Types].xml": types, "a.xml": "<a/>", **more})


def docx(**more: bytes) -> bytes:
    return office("docx", **more)


def xlsx(**more: bytes) -> bytes:
    return office("xlsx", **more)


def odt(**more: bytes) -> bytes:
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>", **more})


def chunk(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(text: bytes = b"") -> bytes:
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    said = chunk(b"tEXt", b"Comment\x00" + text) if text else b""
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + said + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND")


def jpeg(comment: bytes = b"") -> bytes:
    said = b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment if comment else b""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + said
        + b"\xff\xda\x00\x08\0\0\0\xff\xd9"
    )


def pdf(content: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + content + b"\ntrailer << >>\nstartxref\n0\n%%EOF\n"


def packed(objects: bytes) -> bytes:
    body = zlib.compress(objects)
    head = b"2 0 obj << /Type /ObjStm /Filter /FlateDecode /Length %d >>\nstream\n" % len(body)
    return head + body + b"\nendstream\nendobj"


PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\0" * 100
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><head><meta charset='utf-8'></head><body><table><tr><td>1</td></tr></table></body></html>"

GOOD = {
    "report.pdf": (pdf(), "pdf"),
    "Отчёт о вспышке.pdf": (pdf(b"<< /OpenAction [1 0 R /Fit] /JSomething 1 >>"), "pdf"),
    "протокол.DOCX": (docx(), "docx"),
    "病例一览表.xlsx": (xlsx(), "xlsx"),
    "with a chart.xlsx": (xlsx(**{"xl/embeddings/Sheet1.xlsx": b"PK"}), "xlsx"),
    "slides.pptx": (office("pptx"), "pptx"),
    "text.odt": (odt(), "odt"),
    "photo.png": (png(b"taken in the field"), "png"),
    "photo.jpg": (jpeg(b"taken in the field"), "jpeg"),
    "telephone.jpeg": (jpeg() + b"notes of the telephone SEFT", "jpeg"),
    "list.csv": ("день;случаи\n2026-01-05;3\n".encode("cp1251"), "text"),
    "list.tsv": ("日期\t病例\n".encode("gb18030"), "text"),
    "MZ.txt": (b"MZ is how this begins, and p < 0.05.\r\n", "text"),
    "utf16.txt": ("день\n".encode("utf-16"), "text"),
    "marked.csv": ("\ufeffday,cases\n".encode(), "text"),
}

# name: (bytes, what the refusal says)
BAD = {
    "a program.pdf": (PROGRAM, "is a program"),
    "a program.txt": (PROGRAM, "is a program"),
    "for Linux.docx": (b"\x7fELF\x02\x01\x01" + b"\0" * 60, "is a program"),
    "a script.txt": (b"#!/bin/sh\nrm -rf /\n", "is a program"),
    "a shortcut.pdf": (b"L\x00\x00\x00\x01\x14\x02\x00" + b"\0" * 60, "is a program"),
    "a page.xlsx": (HTML, "page of the web"),
    "a page.csv": (b"\n  <!DOCTYPE html>\n" + HTML, "page of the web"),
    "a page.txt": (b"day,cases\n1,<script>alert(1)</script>\n", "page of the web"),
    "xml.csv": (b'<?xml version="1.0"?><Workbook/>', "page of the web"),
    "in wide letters.txt": ("<html>".encode("utf-16"), "page of the web"),
    "a drawing.png": (SVG, "SVG"),
    "a drawing.txt": (b'<?xml version="1.0"?>' + SVG, "SVG"),
    "a picture.pdf": (png(), r"picture \(PNG\)"),
    "a report.png": (pdf(), "PDF"),
    "a table.docx": (xlsx(), "Excel workbook"),
    "a document.odt": (docx(), "Word document"),
    "with macros.xlsx": (office("xlsm"), "macros"),
    "with macros.docx": (docx(**{"word/vbaProject.bin": b"x"}), "macros"),
    "with old macros.xlsx": (xlsx(**{"xl/macrosheets/sheet1.xml": b"x"}), "macros"),
    "with a control.docx": (docx(**{"word/activeX/activeX1.bin": b"x"}), "macros"),
    "with a program in it.docx": (docx(**{"word/embeddings/oleObject1.bin": b"x"}), "macros"),
    "with a workbook of macros.docx": (docx(**{"word/embeddings/Sheet.xlsm": b"x"}), "macros"),
    "with Basic.odt": (odt(**{"Basic/Standard/Module1.xml": b"x"}), "macros"),
    "an archive.docx": (zipped({"a.txt": "x"}), "archive"),
    "an app.xlsx": (zipped({"META-INF/MANIFEST.MF": "x", "A.class": b"\xca\xfe\xba\xbe"}), "archive"),
    "rar.pdf": (b"Rar!\x1a\x07\x01\x00", "archive"),
    "seven.pdf": (b"7z\xbc\xaf\x27\x1c\x00\x04", "archive"),
    "gzip.csv": (b"\x1f\x8b\x08\x00\x00", "archive"),
    "tar.txt": (b"a.txt".ljust(257, b"\0") + b"ustar\x0000", "archive"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old form of Office"),
    "rich.docx": (b"{\\rtf1\\ansi}", "RTF"),
    "picture and archive.png": (png() + zipped({"a": "x"}), "hidden after its end"),
    "picture and archive.jpg": (jpeg() + zipped({"a": "x"}, comment=b"\xff\xd9"), "archive is hidden"),
    "picture and page.jpg": (jpeg(b"*/<script>alert(1)</script>"), "script is hidden"),
    "picture and page.png": (png(b"<SCRIPT>alert(1)</SCRIPT>"), "script is hidden"),
    "report and archive.pdf": (pdf() + zipped({"a": "x"}, comment=b"%%EOF"), "archive is hidden"),
    "picture and report.jpg": (jpeg(pdf()), "PDF is hidden"),
    "document and report.docx": (
        zipped({pdf().decode(): "", "[Content_Types].xml": MAIN["docx"]}),
        "PDF is hidden|archive",
    ),
    "document and more.docx": (docx() + b"more", "damaged|hidden after"),
    "with a comment.docx": (zipped({"[Content_Types].xml": MAIN["docx"]}, comment=b"x"), "hidden after"),
    "twice the same.docx": (b"", "empty"),
    "cut off.pdf": (pdf()[:30], "cut off"),
    "cut off.png": (png()[:-6], "cut off"),
    "cut off.jpg": (jpeg()[:-1], "cut off"),
    "cut off.docx": (docx()[:-10], "damaged"),
    "runs.pdf": (pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "script"),
    "runs by another spelling.pdf": (pdf(b"<< /S /J#61va#53cript >>"), "script"),
    "runs packed.pdf": (pdf(packed(b"<< /S /JavaScript /JS (x) >>")), "script"),
    "starts.pdf": (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "script"),
    "carries.pdf": (pdf(b"<< /Names << /EmbeddedFiles 3 0 R >> >>"), "script"),
    "controls.txt": (b"a\x00b", "no kind that is taken"),
    "nothing known.pdf": (bytes(range(256)), "no kind that is taken"),
    "half a letter.txt": (b"\xff\xfea", "damaged"),
    "empty.txt": (b"", "empty"),
    "drawing.svg": (SVG, "not taken"),
    "macros.xlsm": (office("xlsm"), "not taken"),
    "page.html": (HTML, "not taken"),
    "report.pdf.exe": (pdf(), "not taken"),
    "no ending": (pdf(), "not taken|ends with what it is"),
}
