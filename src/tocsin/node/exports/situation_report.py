"""The situation report as DOCX, to be edited by a person: real styles, nothing locked."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
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
from tocsin.node.exports.pdf import pictures_png, shown
from tocsin.node.language import formats

__all__ = ["CONTENT_TYPE", "Chapter", "SituationReport", "Trend", "situation_report_docx"]

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
INK, SOFT, ABOVE = RGBColor(0x1A, 0x22, 0x26), RGBColor(0x56, 0x63, 0x6A), "A84400"
PICTURE_WIDTH = Cm(17)
PICTURE_POINTS = 482
_NARROW = {Kind.WHOLE: 2, Kind.DECIMAL: 2.2, Kind.SHARE: 1.8, Kind.DATE: 2.8, Kind.MOMENT: 3.6}


@dataclass(frozen=True, slots=True)
class Trend:
    """A picture of a series as SVG (`pictures.series_picture`), with the sentence under it."""

    svg: str
    caption: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """What stands under a heading of its own: sentences, a table whose title is not printed, and how to read it."""

    heading: str
    sentences: Sequence[str]
    table: Table
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SituationReport:
    """What the report says; texts stand in `language` ("en", "ru", "zh-hans") already.

    title              the answer, in a sentence with its number
    state              whose report it is
    period             the days or weeks it tells of, as people write them
    classification     as printed at top and bottom of each page
    exercise           the words of the exercise band, or "" outside exercises
    summary_sentences  a paragraph each
    chapters           further parts, after the signals
    maps               pictures of where it is, as the trends are of when
    threads, late_sources   their `title` is not printed: the report has headings of its own
    """

    language: str
    title: str
    state: str
    period: str
    made_at: datetime
    classification: str
    threads: Table
    late_sources: Table
    exercise: str = ""
    made_by: str = ""
    summary_sentences: Sequence[str] = ()
    chapters: Sequence[Chapter] = field(default=())
    maps: Sequence[Trend] = field(default=())
    trends: Sequence[Trend] = field(default=())
    notes: Sequence[str] = ()


def situation_report_docx(report: SituationReport) -> bytes:
    """The report as a Word document in its own language, whichever is active."""
    with translation.override(report.language):
        document = Document()
        _prepare(document, report)
        _head(document, report)
        _section(document, _("Summary"), report.summary_sentences, _("Nothing out of the ordinary."))
        document.add_heading(_("Signals that need attention"), 1)
        _table(document, report.threads, _("None."))
        for chapter in report.chapters:
            _section(document, chapter.heading, chapter.sentences, "")
            _table(document, chapter.table, _("None."))
            for note in chapter.notes:
                document.add_paragraph(marked(note), style="Caption")
        pictures = [*report.maps, *report.trends]
        rasters = iter(pictures_png([one.svg for one in pictures], width=PICTURE_POINTS))
        for heading, shown in ((_("Map"), report.maps), (_("Trends"), report.trends)):
            if shown:
                document.add_heading(heading, 1)
            for one in shown:
                _picture(document, one, next(rasters))
        document.add_heading(_("Sources that are late"), 1)
        _table(document, report.late_sources, _("None: all sources have reported."))
        if report.notes:
            _section(document, _("Notes"), report.notes, "")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _prepare(document, report: SituationReport) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(2)
    set_language(document, report.language)
    styles = document.styles
    set_fonts(document)
    add_table_style(document)
    styles["Normal"].font.size = Pt(10.5)
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name, size in (("Title", 18), ("Heading 1", 13), ("Caption", 9)):
        font = styles[name].font
        font.size, font.bold, font.color.rgb = Pt(size), name != "Caption", SOFT if name == "Caption" else INK
    properties = document.core_properties
    properties.title, properties.author, properties.language = report.title, report.made_by, report.language
    properties.created = properties.modified = report.made_at
    properties.comments = report.classification
    _edges(section, report)


def _edges(section, report: SituationReport) -> None:
    """Classification at the top and bottom of each page, with the date, and the page of so many."""
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    header.add_run(marked(report.classification)).bold = True
    if report.exercise:
        band = shaded(section.header.add_paragraph(), ABOVE)
        band.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = band.add_run(marked(report.exercise))
        run.bold, run.font.color.rgb = True, RGBColor(0xFF, 0xFF, 0xFF)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(marked(report.classification)).bold = True
    footer.add_run(" · " + formats.long_moment(report.made_at) + " · ")
    pattern = _("Page %(page)s of %(pages)s") % {"page": "\0PAGE\0", "pages": "\0NUMPAGES\0"}
    for place, words in enumerate(pattern.split("\0")):
        if place % 2:
            field_code(footer, words)
        elif words:
            footer.add_run(words)


def _head(document, report: SituationReport) -> None:
    document.add_paragraph(marked(report.title), style="Title")
    facts = document.add_paragraph()
    signed = _("Made %(date)s by %(person)s") if report.made_by else _("Made %(date)s")
    made = signed % {"date": formats.long_moment(report.made_at), "person": report.made_by}
    facts.add_run(
        marked(" · ".join(part for part in (report.state, report.period, made) if part))
    ).font.color.rgb = SOFT


def _section(document, heading: str, sentences: Sequence[str], otherwise: str) -> None:
    document.add_heading(heading, 1)
    for sentence in sentences or [otherwise]:
        document.add_paragraph(marked(str(sentence)))


def _table(document, table: Table, otherwise: str) -> None:
    read = reader(table.columns)
    rows = [read(row, number) for number, row in enumerate(table.rows, 1)]
    if not rows:
        document.add_paragraph(otherwise)
        return
    grid = document.add_table(rows=1, cols=len(table.columns), style=TABLE_STYLE)
    repeated_heading(grid.rows[0])
    for cell, column in zip(grid.rows[0].cells, table.columns, strict=True):
        _write(cell, str(column.heading), right=column.kind.is_number)
    for row in rows:
        for cell, value, column in zip(grid.add_row().cells, row, table.columns, strict=True):
            _write(cell, shown(value, column.kind), right=column.kind.is_number)
    for column, width in zip(grid.columns, _widths(table.columns), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    document.add_paragraph()


def _widths(columns: Sequence[Column]) -> list[Cm]:
    """Columns of numbers and dates as wide as these are; those of text share what is left of the page."""
    texts = sum(column.kind is Kind.TEXT for column in columns)
    fixed = sum(_NARROW.get(column.kind, 0) for column in columns)
    left = max(17 - fixed, 2.0 * texts)
    widths = [_NARROW.get(column.kind) or left / texts for column in columns]
    return [Cm(width * min(1, 17 / sum(widths))) for width in widths]


def _write(cell, words: str, *, right: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.add_run(marked(words)).font.size = Pt(9)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _picture(document, trend: Trend, png: bytes) -> None:
    drawn = document.add_picture(io.BytesIO(png), width=PICTURE_WIDTH)
    drawn._inline.docPr.set("descr", marked(trend.description or trend.caption))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    document.add_paragraph(marked(trend.caption), style="Caption")
