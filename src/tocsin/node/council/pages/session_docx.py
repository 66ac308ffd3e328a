"""A paper of a session as a Word document, to be edited by a person: real styles, nothing locked."""

import io
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from tocsin.node.exports.docx_parts import (
    TABLE_STYLE,
    add_table_style,
    marked,
    set_fonts,
    set_language,
)
from tocsin.node.exports.pdf import Facts, Heading, Page

__all__ = ["CONTENT_TYPE", "paper_docx"]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paper_docx(page: Page, language: str) -> bytes:
    """The same as the PDF has, without pictures; classification at the top and bottom of each page."""
    document: Any = Document()
    _prepare(document, page, language)
    document.add_paragraph(marked(page.title), style="Title")
    _facts(document, page.facts)
    for part in page.parts:
        if isinstance(part, Heading):
            document.add_heading(marked(part.text), 1)
        elif isinstance(part, Facts):
            _facts(document, part.pairs)
        elif isinstance(part, str):
            document.add_paragraph(marked(part))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document: Any, page: Page, language: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    set_language(document, language)
    set_fonts(document)
    add_table_style(document)
    document.styles["Normal"].font.size = Pt(10.5)
    properties = document.core_properties
    properties.title, properties.author, properties.language = marked(page.title), marked(page.made_by), language
    properties.created = properties.modified = page.made_at
    for edge in (section.header, section.footer):
        line = edge.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.add_run(marked(" · ".join(filter(None, (page.exercise, page.classification))))).bold = True


def _facts(document: Any, pairs: Any) -> None:
    if not pairs:
        return
    table = document.add_table(rows=0, cols=2, style=TABLE_STYLE)
    for name, value in pairs:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(marked(str(name))).bold = True
        cells[1].paragraphs[0].add_run(marked(str(value)))
    document.add_paragraph()
