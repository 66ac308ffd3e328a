from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.clinical.files.specimens import docx, huge_png, jpeg, pdf, picture, png, repacked

from tocsin.clinical.files import kinds
from tocsin.clinical.files.kinds import Kind, checked, neutral_name
from tocsin.clinical.files.refusals import SENTENCES, RefusedFile


def webp(**options: object) -> bytes:
    made = BytesIO()
    picture().save(made, "WEBP", **options)
    return made.getvalue()


def code_of(content: bytes, name: str) -> str:
    with pytest.raises(RefusedFile) as refused:
        checked(content, name)
    assert str(refused.value)
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [(jpeg(), "x.JPG", Kind.JPEG), (png(), "x.png", Kind.PNG), (webp(), "x.webp", Kind.WEBP), (pdf(), "x.pdf",
     Kind.PDF),
     (docx(), "x.docx", Kind.DOCX), ("боль".encode("cp1251") * 9, "x.txt", Kind.TXT), ("患者".encode("gb18030"),
     "x.csv", Kind.CSV),
     (b"a;b\n1;2", "x.csv", Kind.CSV), (jpeg(behind=b"SEFT"), "x.jpeg", Kind.JPEG)],
)  # fmt: skip
def test_what_is_taken(content, name, kind):
    assert checked(content, name) is kind


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "x.pdf", "empty"), (jpeg(), "x.pdf", "name-other"), (pdf(), "x.jpg", "name-other"), (jpeg(), "x",
     "ending-unknown"),
     (b"text", "x.md", "ending-unknown"), (b"\0" * 128 + b"DICM" + b"\0" * 9, "x.dcm", "dicom"), (b"GIF89a..",
     "x.gif", "gif"),
     (b"II*\0....", "x.tif", "tiff"), (b"\0\0\0\x18ftypheic", "x.heic", "heic"), (b"\0\0\0\x18ftypmp42", "x.mp4",
     "video"),
     (b"MZ\x90\0\3", "x.jpg", "program"), (b"\x7fELF\2", "x.txt", "program"), (b"#!/bin/sh\n", "x.txt", "program"),
     (b"Rar!\x1a\x07\0", "x.pdf", "archive"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "old-office"),
     (b"{\\rtf1}", "x.rtf", "rtf"), (b"<svg onload=x>", "x.png", "svg"), (b"<!DOCTYPE html><p>", "x.txt", "page"),
     (b"abc\0def", "x.txt", "unknown"), (png()[:-6], "x.png", "damaged"), (png() + b"more", "x.png", "behind-the-end"),
     (webp() + b"more", "x.webp", "behind-the-end"), (jpeg()[:300], "x.jpg", "damaged"), (pdf()[:-9], "x.pdf",
     "behind-the-end"),
     (b"\xef\xbb\xbf\xff\xff", "x.txt", "encoding")],
)  # fmt: skip
def test_what_is_refused_and_by_which_name(content, name, code):
    assert code_of(content, name) == code


def test_an_archive_behind_a_picture_is_two_things(monkeypatch):
    made = docx()
    assert code_of(jpeg(behind=made), "x.jpg") == "two-at-once"


def test_a_pdf_inside_a_text_of_a_picture():
    made = BytesIO()
    picture().save(made, "JPEG", comment=b"%PDF-1.7")
    assert code_of(made.getvalue(), "x.jpg") == "two-at-once"


def test_a_picture_that_is_a_bomb_is_refused_by_its_head():
    assert code_of(huge_png(30_000, 30_000), "x.png") == "picture-too-large"
    assert code_of(huge_png(9_000, 9_000), "x.png") == "picture-too-large"


def test_pictures_that_move_are_refused():
    made = BytesIO()
    picture().save(made, "PNG", save_all=True, append_images=[Image.new("RGB", (40, 30), "green")])
    assert code_of(made.getvalue(), "x.png") == "picture-moves"
    assert (
        code_of(webp(save_all=True, append_images=[Image.new("RGB", (40, 30), "green")]), "x.webp") == "picture-moves"
    )


@pytest.mark.parametrize(
    ("options", "code"),
    [({"catalog": "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"}, "pdf-script"),
     ({"catalog": "/OpenAction << /S /J#61vaScript >>"}, "pdf-script"),
     ({"catalog": "/Names << /EmbeddedFiles << >> >>"}, "pdf-script"),
     ({"page": "/AA << /O << /S /Launch >> >>"}, "pdf-script"),
     ({"trailer": "/Encrypt 6 0 R", "objects": ("<< /Filter /Standard >>",)}, "pdf-locked"),
     ({"catalog": "/AcroForm << /Fields [6 0 R] >>", "objects": ("<< /FT /Tx >>",)}, "pdf-form")],
)  # fmt: skip
def test_a_pdf_that_runs_carries_or_hides(options, code):
    assert code_of(pdf(**options), "x.pdf") == code


@pytest.mark.parametrize(
    ("content", "code"),
    [(repacked(docx(), {"word/vbaProject.bin": b"x"}), "macros"),
     (repacked(docx(), {"word/embeddings/o.xlsx": b"x"}), "macros"),
     (repacked(docx(), {"../evil.xml": b"x"}), "damaged"), (repacked(docx(), {"word/media/a.emf": b"x"}),
     "docx-picture"),
     (repacked(docx(), {"[Content_Types].xml": b"<x/>"}), "archive"), (docx()[:-5], "damaged"),
     (repacked(docx(), {"word/big.xml": b"0" * (201 << 20)}), "unpacks")],
)  # fmt: skip
def test_a_document_that_is_more_than_one(content, code):
    assert code_of(content, "x.docx") == code


def test_a_file_above_the_limit_is_refused_by_its_size(monkeypatch):
    monkeypatch.setattr(kinds, "MOST_BYTES", 10)
    assert code_of(b"01234567890", "x.txt") == "too-large"


def test_names_that_leave_say_nothing():
    assert neutral_name(Kind.JPEG, 1) == "photo-1.jpg"
    assert neutral_name(Kind.PDF, 2) == "document-2.pdf"


def test_no_sentence_repeats_a_name():
    with pytest.raises(RefusedFile) as refused:
        checked(b"x", "Ivanov Ivan.born1971")
    assert "1971" not in str(refused.value)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


BEGINS = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"%PDF-1.7\n", b"PK\x03\x04"]
NAMES = ["x.jpg", "x.png", "x.webp", "x.pdf", "x.docx", "x.txt"]


@given(st.binary(max_size=400), st.sampled_from(NAMES), st.sampled_from(BEGINS))
def test_whatever_bytes_are_taken_or_refused(content, name, begin):
    try:
        said = checked(begin + content, name).value
    except RefusedFile as refused:
        said = refused.code
    assert said in {*Kind, *SENTENCES}
