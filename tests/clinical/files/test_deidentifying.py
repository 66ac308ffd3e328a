import zlib
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from pypdf import PdfReader, PdfWriter
from tests.clinical.files.specimens import SECRET, docx, jpeg, pdf, picture, png, repacked

from tocsin.clinical.files import portable
from tocsin.clinical.files.deidentifying import Place, deidentified
from tocsin.clinical.files.kinds import Kind, checked
from tocsin.clinical.files.refusals import RefusedFile
from tocsin.clinical.identifiers.identity import Identity

IVANOV = Identity(names=("Иванов Иван",))


def opened(content: bytes) -> Image.Image:
    made = Image.open(BytesIO(content))
    made.load()
    return made


def test_a_photograph_is_its_points_alone():
    made = deidentified(jpeg(behind=SECRET + b"\xff\xd9" + SECRET), Kind.JPEG)
    assert SECRET not in made.content
    assert made.content.endswith(b"\xff\xd9")
    assert set(made.left_away) == {"exif", "xmp", "comment", "position", "behind-the-end"}
    assert made.to_be_looked_at == (1,)
    assert not opened(made.content).getexif()
    assert checked(made.content, "photo-1.jpg") is Kind.JPEG


def test_it_is_turned_upright_before_the_word_of_how_goes():
    made = opened(deidentified(jpeg(orientation=6), Kind.JPEG).content)
    assert made.size == (30, 40)
    red, blue = made.getpixel((15, 5)), made.getpixel((15, 35))
    assert red[0] > 200
    assert red[2] < 50
    assert blue[2] > 200
    assert blue[0] < 50


def test_texts_of_a_png_go_and_its_points_stay_the_same():
    made = deidentified(png(), Kind.PNG)
    assert SECRET not in made.content
    assert {"text", "xmp"} <= set(made.left_away)
    assert opened(made.content).tobytes() == picture().tobytes()
    names = [
        made.content[at - 4 : at]
        for at in range(8, len(made.content))
        if made.content[at - 4 : at] in (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
    ]
    assert names == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_form_of_points_survives(mode):
    source = picture((16, 8), "L").convert("I;16") if mode == "I;16" else picture((16, 8)).convert(mode)
    file = BytesIO()
    source.save(file, "PNG")
    made = opened(deidentified(file.getvalue(), Kind.PNG).content)
    assert made.size == source.size
    wanted = source if mode == "I;16" else source.convert("RGB")
    assert (made if mode == "I;16" else made.convert("RGB")).tobytes() == wanted.tobytes()


def test_a_profile_goes_and_colours_stay():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = BytesIO()
    picture().save(file, "PNG", icc_profile=profile)
    made = deidentified(file.getvalue(), Kind.PNG)
    assert "icc" in made.left_away
    assert "icc_profile" not in opened(made.content).info
    assert opened(made.content).getpixel((1, 1)) == (255, 0, 0)


def test_ink_becomes_light():
    file = BytesIO()
    picture().convert("CMYK").save(file, "JPEG")
    assert opened(deidentified(file.getvalue(), Kind.JPEG).content).mode == "RGB"


def test_a_webp_keeps_what_is_transparent():
    file = BytesIO()
    picture().convert("RGBA").save(file, "WEBP", exif=b"Exif\0\0II*\0" + SECRET)
    made = deidentified(file.getvalue(), Kind.WEBP)
    assert SECRET not in made.content
    assert opened(made.content).mode in {"RGB", "RGBA"}


def test_points_that_cannot_be_read_are_refused():
    whole = png()
    at = whole.index(b"IDAT") + 8
    with pytest.raises(RefusedFile, match="damaged"):
        deidentified(whole[:at] + b"\xff" * 8 + whole[at + 8 :], Kind.PNG)


def test_a_pdf_is_its_pages_alone():
    annotation = (
        f"<< /Type /Annot /Subtype /Text /T ({SECRET.decode()}) /Contents ({SECRET.decode()}) /Rect [0 0 9 9] >>"
    )
    content = pdf(
        page=f"/Annots [6 0 R] /PieceInfo << /A << /Private ({SECRET.decode()}) >> >>", catalog="/Metadata 8 0 R",
        trailer="/Info 7 0 R",
        objects=(annotation, f"<< /Author ({SECRET.decode()}) >>",
                 f"<< /Type /Metadata /Length 11 >>\nstream\n{SECRET.decode()}\nendstream"), image=jpeg(),
    )  # fmt: skip
    assert SECRET in content
    made = deidentified(content, Kind.PDF)
    assert SECRET not in made.content
    assert {"comments", "metadata", "exif"} <= set(made.left_away)
    reader = PdfReader(BytesIO(made.content))
    assert "Chest X-ray" in reader.pages[0].extract_text()
    assert reader.pages[0].mediabox.width == 200
    assert reader.metadata is None or "/Author" not in reader.metadata
    assert made.to_be_looked_at == (1,)


def test_earlier_revisions_of_a_pdf_are_gone():
    writer = PdfWriter(BytesIO(pdf(f"was {SECRET.decode()}")), incremental=True)
    stream = writer.pages[0]["/Contents"].get_object()
    stream.set_data(b"BT /F1 12 Tf 20 100 Td (now clean) Tj ET")
    file = BytesIO()
    writer.write(file)
    assert SECRET in file.getvalue()
    made = deidentified(file.getvalue(), Kind.PDF)
    assert SECRET not in made.content
    assert "earlier-revisions" in made.left_away
    assert "now clean" in PdfReader(BytesIO(made.content)).pages[0].extract_text()


def test_notes_of_a_picture_in_a_pdf_go_and_its_points_stay():
    file = BytesIO()
    picture().save(file, "JPEG2000")
    points = file.getvalue()
    note = b"xml " + SECRET
    noted = points[:12] + (len(note) + 4).to_bytes(4) + note + points[12:]
    assert portable._without_boxes(noted) == points
    assert portable._without_boxes(points) == points
    assert portable._without_boxes(b"\xff\x4f") == b"\xff\x4f"
    clean = portable._without_notes(jpeg(behind=SECRET))
    assert SECRET not in clean
    assert opened(clean).tobytes() == opened(jpeg()).tobytes()


def test_a_picture_behind_that_of_a_pdf_goes_with_its_notes():
    """Telephones write whole pictures behind the end, each with where and when."""
    made = deidentified(pdf(image=jpeg() + jpeg() + SECRET), Kind.PDF)
    assert SECRET not in made.content
    assert opened(portable._without_notes(jpeg() + jpeg())).tobytes() == opened(jpeg()).tobytes()


def test_notes_between_the_scans_of_a_picture_go():
    """A progressive picture has several; a comment may stand before each."""
    file = BytesIO()
    picture().save(file, "JPEG", progressive=True)
    points = file.getvalue()
    note = b"\xff\xfe" + (len(SECRET) + 2).to_bytes(2) + SECRET
    second = points.index(b"\xff\xda", points.index(b"\xff\xda") + 2)
    clean = portable._without_notes(points[:second] + b"\xff" + note + points[second:])
    assert SECRET not in clean
    assert opened(clean).tobytes() == opened(points).tobytes()


@pytest.mark.parametrize("notes", [b"\xff\xd8\x00" + SECRET, b"\xff\xd8\xff\xe1\x00\x20" + b"x" * 40, b"\xff\xd8"])
def test_a_picture_in_a_pdf_that_nobody_can_read_is_refused(notes):
    with pytest.raises(RefusedFile, match="damaged"):
        deidentified(pdf(image=notes), Kind.PDF)


@pytest.mark.parametrize("outer", [["/FlateDecode"], ["/ASCIIHexDecode", "/FlateDecode"]])
def test_a_picture_of_a_pdf_that_is_packed_once_more_is_cleaned_too(outer):
    packed = zlib.compress(jpeg())
    packed = packed.hex().encode() + b">" if len(outer) == 2 else packed
    names = " ".join([*outer, "/DCTDecode"])
    nulls = " ".join(["null"] * (len(outer) + 1))
    content = pdf(image=packed).replace(
        b"/Filter /DCTDecode", f"/DecodeParms [{nulls}] /Filter [{names}]".encode()
    )  # fmt: skip
    made = deidentified(content, Kind.PDF)
    (image,) = PdfReader(BytesIO(made.content)).pages[0]["/Resources"]["/XObject"].values()
    assert SECRET not in image.get_object()._data
    assert opened(image.get_object()._data).tobytes() == opened(jpeg()).tobytes()
    assert (image.get_object()["/Filter"], made.left_away) == ("/DCTDecode", ("exif",))


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("filters", ["/F /DCT", "/Filter [/DCTDecode]", "/F [/AHx /DCT]"])
def test_a_photograph_in_the_drawing_of_a_page_is_refused(filters, packed):
    drawing = f"seen) Tj ET q BI /W 40 /H 30 /BPC 8 /CS /RGB {filters} ID {jpeg().decode('latin-1')} EI Q BT (more"
    content = pdf(drawing, packed=packed)
    with pytest.raises(RefusedFile, match="drawing of a page"):
        deidentified(content, Kind.PDF)
    assert deidentified(pdf("BI-RADS 4, /DCT is no filter; ID 7", packed=packed), Kind.PDF)


def test_names_of_layers_go():
    layer = f"<< /Type /OCG /Name ({SECRET.decode()}) /Usage << /CreatorInfo << /Creator (x) >> >> >>"
    made = deidentified(pdf(page="/Resources << /Properties << /L 6 0 R >> >>", objects=(layer,)), Kind.PDF)
    assert SECRET not in made.content
    assert b"CreatorInfo" not in made.content


def test_who_stands_in_a_pdf_is_flagged_with_its_page_and_never_repeated():
    made = deidentified(pdf("Ivanov Ivan, +7 912 345 67 89", packed=True), Kind.PDF, IVANOV)
    assert made.flagged == (Place("page", 1, "name"), Place("page", 1, "telephone"))
    assert deidentified(pdf("Chest X-ray"), Kind.PDF, IVANOV).flagged == ()


def test_a_page_without_text_is_a_persons_to_look_at():
    assert deidentified(pdf(""), Kind.PDF).to_be_looked_at == (1,)
    assert deidentified(pdf("words"), Kind.PDF).to_be_looked_at == ()


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_document_of_word_is_what_is_seen():
    body = (
        f'<w:p {W} w:rsidR="00AA"><w:ins w:id="1" w:author="{SECRET.decode()}"><w:r><w:t>inserted</w:t></w:r></w:ins>'
        f'<w:del w:id="2" w:author="x"><w:r><w:delText>{SECRET.decode()}</w:delText></w:r></w:del>'
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t>{SECRET.decode()}</w:t></w:r>"
        f'<w:commentRangeStart w:id="0"/><w:r><w:t> seen</w:t></w:r><w:commentRangeEnd w:id="0"/></w:p>'
    ).encode()
    content = repacked(
        docx("first", with_picture=True),
        {
            "word/comments.xml": SECRET,
            "customXml/item1.xml": SECRET,
            "docProps/thumbnail.jpeg": SECRET,
            "word/people.xml": SECRET,
        },
        {"word/document.xml": (b"<w:sectPr", body + b"<w:sectPr")},
    )
    made = deidentified(content, Kind.DOCX)
    again = Document(BytesIO(made.content))
    assert [one.text for one in again.paragraphs][::2] == ["first", "inserted seen"]
    assert len(again.inline_shapes) == 1
    everything = b"".join(part.blob for part in again.part.package.iter_parts())
    assert SECRET not in everything
    assert b"rsid" not in everything
    assert {"properties", "changes", "comments", "custom-data", "hidden-text", "exif"} <= set(made.left_away)
    assert made.to_be_looked_at == (1,)
    assert checked(made.content, "document-1.docx") is Kind.DOCX


def test_links_of_a_document_go_and_their_words_stay():
    document = Document()
    paragraph = document.add_paragraph("see ")
    rid = document.part.relate_to(
        f"mailto:{SECRET.decode()}@x.example", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        is_external=True,
    )  # fmt: skip
    link = paragraph._p.makeelement(
        paragraph._p.nsmap and "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}hyperlink"
    )
    link.set("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id", rid)
    link.append(paragraph.add_run("here")._r)
    paragraph._p.append(link)
    file = BytesIO()
    document.save(file)
    made = deidentified(file.getvalue(), Kind.DOCX)
    again = Document(BytesIO(made.content))
    assert again.paragraphs[0].text == "see here"
    assert "links" in made.left_away
    assert not any(one.is_external for one in again.part.rels.values())


def test_who_stands_in_a_document_is_flagged_with_its_paragraph():
    made = deidentified(docx("Chest", "пациент Иванова И."), Kind.DOCX, IVANOV)
    assert made.flagged == (Place("paragraph", 2, "name"),)


def test_a_part_that_declares_entities_is_refused():
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><w:document/>'
    with pytest.raises(RefusedFile, match="damaged"):
        deidentified(repacked(docx(), {"word/document.xml": bomb}), Kind.DOCX)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8-sig", "Иванов здоров"), ("cp1251", "Пациент Иванов здоров и весел"), ("utf-16", "Иванов")],
)
def test_words_of_a_plain_text_are_replaced(encoding, text):
    made = deidentified(text.encode(encoding), Kind.TXT, IVANOV, language="ru")
    assert made.content.decode() == text.replace("Иванов", "[удалено]")
    assert made.left_away == ("identifiers",)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # the decoder's own word on what the damage did
@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_damaged_file_is_refused_or_made_anew_and_never_worse(data):
    kind, content = data.draw(
        st.sampled_from([(Kind.JPEG, jpeg()), (Kind.PNG, png()), (Kind.PDF, pdf()), (Kind.DOCX, docx())])
    )
    at = data.draw(st.integers(0, len(content) - 1))
    changed = content[:at] + data.draw(st.binary(min_size=1, max_size=8)) + content[at + 3 :]
    try:
        made = deidentified(changed, kind)
    except RefusedFile:
        return
    assert made.content
