"""A page as a Word document, to be edited by a person: the same words as its PDF, real styles, nothing locked."""

import io
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from tocsin.node.exports.columns import Column, Kind, Table, reader
from tocsin.node.exports.docx_parts import (
    TABLE_STYLE,
    add_table_style,
    field_code,
    marked,
    repeated_heading,
    set_fonts,
    set_language,
    shaded,
)
from tocsin.node.exports.pdf import Facts, Heading, Page, shown
from tocsin.node.language.formats import long_moment

__all__ = ["CONTENT_TYPE", "paper_docx"]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK, SOFT, WHITE, ABOVE = RGBColor(0x1A, 0x22, 0x26), RGBColor(0x56, 0x63, 0x6A), RGBColor(0xFF, 0xFF, 0xFF), "A84400"
WIDTH = 17.0  # cm of a line of text
NARROW = {Kind.WHOLE: 2.0, Kind.DECIMAL: 2.2, Kind.SHARE: 1.8, Kind.DATE: 2.8, Kind.MOMENT: 3.6}


def paper_docx(page: Page, language: str) -> bytes:
    """The same as the PDF has, without pictures; classification at the top and bottom of each page."""
    document: Any = Document()
    _prepare(document, page, language)
    document.add_paragraph(marked(page.title), style="Title")
    _facts(document, page.facts)
    for part in page.parts:
        if isinstance(part, Heading):
            document.add_heading(marked(str(part.text)), 1)
        elif isinstance(part, Facts):
            _facts(document, part.pairs)
        elif isinstance(part, Table):
            _table(document, part)
        elif isinstance(part, str):
            document.add_paragraph(marked(part))
    for note in page.notes:
        document.add_paragraph(marked(str(note)), style="Caption")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, page: Page, language: str) -> None:
    section, styles = document.sections[0], document.styles
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    set_language(document, language)
    set_fonts(document)
    add_table_style(document)
    styles["Normal"].font.size = Pt(10.5)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 18), ("Heading 1", 13), ("Caption", 9)):
        font = styles[name].font
        font.size, font.bold, font.color.rgb = Pt(size), name != "Caption", SOFT if name == "Caption" else INK
    properties = document.core_properties
    properties.title, properties.author, properties.language = marked(page.title), marked(page.made_by), language
    properties.created = properties.modified = page.made_at
    properties.comments = marked(page.classification)
    _header(section, page)
    _footer(section, page)


def _header(section: Any, page: Page) -> None:
    """Classification, and the band of an exercise."""
    line = section.header.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run(marked(page.classification)).bold = True
    if page.exercise:
        band = shaded(section.header.add_paragraph(), ABOVE)
        band.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = band.add_run(marked(page.exercise))
        run.bold, run.font.color.rgb = True, WHITE


def _footer(section: Any, page: Page) -> None:
    """Classification again, who made it when and where, and the page of so many."""
    line = section.footer.paragraphs[0]
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    line.add_run(marked(page.classification)).bold = True
    line.add_run(marked(f" · {_made(page)} · "))
    pattern = _("Page %(page)s of %(pages)s") % {"page": "\0PAGE\0", "pages": "\0NUMPAGES\0"}
    for place, words in enumerate(pattern.split("\0")):
        if place % 2:
            field_code(line, words)
        elif words:
            line.add_run(words)


def _made(page: Page) -> str:
    if page.foot or page.made_at is None:
        return page.foot
    signed = _("Made %(date)s by %(person)s") if page.made_by else _("Made %(date)s")
    return signed % {"date": long_moment(page.made_at), "person": page.made_by}


def _facts(document: Any, pairs: Sequence[tuple[str, str]]) -> None:
    if not pairs:
        return
    grid = document.add_table(rows=0, cols=2, style=TABLE_STYLE)
    for name, value in pairs:
        cells = grid.add_row().cells
        _write(cells[0], str(name), soft=True)
        _write(cells[1], str(value))
    _set_widths(grid, [Cm(5), Cm(WIDTH - 5)])
    document.add_paragraph()


def _table(document: Any, table: Table) -> None:
    read = reader(table.columns)
    if table.title:
        document.add_paragraph(marked(str(table.title)), style="Caption").paragraph_format.keep_with_next = True
    grid = document.add_table(rows=1, cols=len(table.columns), style=TABLE_STYLE)
    repeated_heading(grid.rows[0])
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _write(cell, str(column.heading), right=column.kind.is_number)
    for number, row in enumerate(table.rows, 1):
        for cell, value, column in zip(grid.add_row().cells, read(row, number), table.columns, strict=True):
            _write(cell, shown(value, column.kind), right=column.kind.is_number)
    _set_widths(grid, _widths(table.columns))
    document.add_paragraph()


def _widths(columns: Sequence[Column]) -> list[Cm]:
    """Columns of numbers and dates as wide as these are; those of text share what is left of the page."""
    texts = sum(column.kind is Kind.TEXT for column in columns)
    left = max(WIDTH - sum(NARROW.get(column.kind, 0) for column in columns), 2.0 * texts)
    widths = [NARROW.get(column.kind) or left / texts for column in columns]
    return [Cm(width * min(1, WIDTH / sum(widths))) for width in widths]


def _set_widths(grid: Any, widths: Sequence[Cm]) -> None:
    """Of every cell: programs other than Word go by these alone."""
    grid.autofit = False
    for row in grid.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _write(cell: Any, words: str, *, right: bool = False, soft: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(marked(words))
    run.font.size = Pt(9)
    if soft:
        run.font.color.rgb = SOFT
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
