"""PDF: the words are data, in three languages, with what must stand on every page."""

import io
import re
from datetime import UTC, date, datetime

import pytest
import typst
from django.utils import timezone, translation
from pypdf import PdfReader

from tocsin.node.exports import fonts
from tocsin.node.exports.columns import Column, ExportRefused, Table
from tocsin.node.exports.pdf import MOST_COLUMNS, MOST_ROWS, Heading, Page, Picture, page_pdf, picture_png, table_pdf

MADE = datetime(2026, 3, 15, 4, 5, tzinfo=UTC)
TEXTS = {
    "en": "Cholera in Karsu district: 14 cases, 3.1 expected",
    "ru": "Холера в районе Карсу: 14 случаев, ожидалось 3,1",
    "zh-hans": "卡尔苏区霍乱14例预期3.1例",
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72" height="36"><rect width="72" height="36" fill="#0072b2"/></svg>'
)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, without the places where lines were broken."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def table(rows, columns=3, **more):
    kinds = ["text", "whole", "decimal"]
    listed = [Column(f"c{i}", f"Heading {i}", kinds[i % 3] if columns == 3 else "text") for i in range(columns)]
    return Table("Threads", listed, rows, **more)


def needs_chinese():
    if not any(family in fonts._CHINESE for family in fonts.families()):
        pytest.skip("no font with Chinese on this machine")


@pytest.mark.parametrize("language", TEXTS)
def test_each_language_can_be_read_out_of_the_document(language):
    needs_chinese()
    words = TEXTS[language]
    exported = Table(words, [Column("d", words)], [(words,)], notes=[words], classification="NATIONAL")
    with translation.override(language):
        (text,) = pages(page_pdf(Page(words, parts=[words, Heading(words), exported], notes=[words])))
    assert text.replace(" ", "").count(words.replace(" ", "")) == 7


@pytest.mark.parametrize(
    "hostile",
    [
        '#import "@preview/x:0.1.0": *',
        "#panic(1)",
        "*bold* _it_ `raw` $x^2$ @label <label>",
        "\\ \\u{41} ~ -- ...",
        "= Heading",
        "<script>alert(1)</script> &amp;",
        '"]) #read("/etc/passwd")',
        "{page} of {pages}",
    ],
)
def test_words_are_never_markup(hostile):
    exported = Table(hostile, [Column("a", hostile)], [(hostile,)], classification=hostile)
    page = Page(hostile, hostile, [(hostile, hostile)], [hostile, exported], [hostile], MADE, hostile, hostile)
    text = " ".join(pages(page_pdf(page)))
    # The classification twice, the band, the title, a fact's two, a paragraph, a caption, a head, a cell, a note.
    assert text.count(re.sub(r"\s+", " ", hostile)) >= 9


def test_every_page_has_its_classification_twice_its_number_and_the_moment():
    rows = [(f"place {i}", i, i / 3) for i in range(120)]
    with timezone.override("Asia/Almaty"):
        made = pages(table_pdf(table(rows, classification="SELECTIVE", made_at=MADE, made_by="Amina")))
    assert len(made) > 1
    for number, text in enumerate(made, 1):
        assert text.count("SELECTIVE") == 2
        assert f"Page {number} of {len(made)}" in text
        assert "Made 15 March 2026, 09:05 UTC+5 (Almaty) by Amina" in text
        assert "Heading 2" in text
        assert "EXERCISE" not in text


def test_an_exercise_is_marked_on_every_page():
    needs_chinese()
    rows = [(f"place {i}", i, i / 3) for i in range(120)]
    made = pages(table_pdf(table(rows, exercise="EXERCISE · УЧЕНИЕ · 演练")))
    assert all("EXERCISE · УЧЕНИЕ · 演练" in text for text in made)


def test_numbers_and_dates_follow_the_language():
    columns = [
        Column("n", "n", "whole"),
        Column("e", "e", "decimal"),
        Column("s", "s", "share"),
        Column("d", "d", "date"),
    ]
    with translation.override("ru"):
        (text,) = pages(table_pdf(Table("T", columns, [(12345, 3.14, 0.125, date(2026, 3, 9)), (None,) * 4])))
    assert "12 345 3,1 12,5 % 9 мар. 2026 г." in text


def test_a_long_table_is_refused_and_the_longest_is_not():
    with pytest.raises(ExportRefused, match="at most 2000 rows"):
        table_pdf(table(("x", i, 0.5) for i in range(MOST_ROWS + 1)))
    assert "place 1999" in pages(table_pdf(table([(f"place {i}", i, 0.5) for i in range(MOST_ROWS)])))[-1]


def test_a_wide_table_lies_across_and_a_wider_one_is_refused():
    def box(columns):
        pdf = table_pdf(table([("x",) * columns], columns=columns))
        return PdfReader(io.BytesIO(pdf)).pages[0].mediabox

    assert box(6).height > box(6).width
    assert box(7).width > box(7).height
    assert round(float(box(6).width)) == 595
    with pytest.raises(ExportRefused, match="17 columns are too many for a page, which holds 16"):
        table_pdf(table([], columns=MOST_COLUMNS + 1))


def test_a_word_longer_than_the_page_goes_on_in_the_next_line():
    text = PdfReader(io.BytesIO(table_pdf(table([("A" * 400, 7, 0.5), ("short", 8, 0.5)])))).pages[0].extract_text()
    assert max(len(line) for line in text.splitlines()) < 200
    assert "A" * 400 in re.sub(r"[\s\u200b]", "", text)


def test_pictures_have_their_description():
    pdf = page_pdf(Page("T", parts=[Picture(SVG, "Cases a week", "Bars that rise")]))
    assert "Cases a week" in pages(pdf)[0]
    assert "Bars that rise" in str(
        list(_strings(PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"], set()))
    )


def _strings(node, seen):
    node = node.get_object()
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, dict):
        if "/Alt" in node:
            yield node["/Alt"]
        yield from _strings(node["/K"], seen) if "/K" in node else ()
    elif isinstance(node, list):
        for kid in node:
            yield from _strings(kid, seen)


def test_chinese_without_a_font_is_said_and_not_printed_as_boxes(monkeypatch):
    monkeypatch.setattr(fonts, "families", lambda: ["Libertinus Serif"])
    with pytest.raises(ExportRefused, match="no font for it"):
        table_pdf(table([("霍乱", 1, 0.5)]))
    assert "Холера" in pages(table_pdf(table([("Холера", 1, 0.5)])))[0]


def test_the_fonts_of_the_package_come_first(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "found", lambda: typst.Fonts(include_system_fonts=False, font_paths=[tmp_path]))
    fonts.families.cache_clear()
    try:
        assert fonts.families() == ["Libertinus Serif"]
    finally:
        fonts.families.cache_clear()


def test_a_picture_becomes_png_as_wide_as_asked():
    png = picture_png(SVG, width=144, ppi=72)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == 144
    assert int.from_bytes(png[20:24]) == 72
