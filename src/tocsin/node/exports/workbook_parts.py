"""The small parts of a workbook around its rows, as XML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext as _

from tocsin.node.exports.columns import Column, Kind, Table

__all__ = [
    "DATE",
    "DECIMAL",
    "MOMENT",
    "MOST_CHARACTERS",
    "SHARE",
    "STYLES",
    "WHOLE",
    "Names",
    "closing",
    "escaped",
    "fitting",
    "sheet_head",
    "sheet_tail",
]

HEAD, WHOLE, DECIMAL, DATE, MOMENT, SHARE, WRAPPED = range(1, 8)

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_WIDEST = 60
_USUAL = {Kind.TEXT: 8, Kind.WHOLE: 11, Kind.DECIMAL: 12, Kind.SHARE: 10, Kind.DATE: 12, Kind.MOMENT: 20}
MOST_CHARACTERS = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_SURROGATE = re.compile("[\ud800-\udfff]")

STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">
<numFmts count="3"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/><numFmt numFmtId="166" formatCode="0.0%"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>\
<border><left/><right/><top/><bottom style="thin"><color rgb="FF56636A"/></bottom><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="8"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="0" fontId="1" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1" applyAlignment="1">\
<alignment vertical="top" wrapText="1"/></xf>\
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">\
<alignment vertical="top" wrapText="1"/></xf></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


@dataclass(frozen=True, slots=True)
class Names:
    """Of the sheets, in the reader's language; those after the first of data are numbered."""

    data: str
    notes: str

    def of(self, sheets: int) -> list[str]:
        numbered = [self.data, *(f"{self.data} {number}" for number in range(2, sheets + 1))]
        return [*numbered, self.notes]


def letters(column: int) -> str:
    """The name of a column: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def fitting(text: str) -> str:
    """The text if a cell holds it, or its beginning and an ellipsis. A cell counts in units of UTF-16."""
    units = text.encode("utf-16-le", errors="replace")
    if len(units) <= 2 * MOST_CHARACTERS:
        return text
    return units[: 2 * (MOST_CHARACTERS - 1)].decode("utf-16-le", errors="ignore") + "…"


def escaped(text: str) -> str:
    """A text as XML: what XML cannot hold, and what would be read as such an escape, as _xHHHH_."""
    plain = _SURROGATE.sub("\ufffd", text)
    return escape(_ILLEGAL.sub(lambda found: f"_x{ord(found[0]):04X}_", plain))


def text_cell(text: str, style: int) -> str:
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped(fitting(text))}</t></is></c>'


def sheet_head(columns: Sequence[Column], first_rows: Iterable[Sequence]) -> str:
    """All before the rows: the head kept in view, widths that suit the headings and the first rows, the headings."""
    widths = _widths(columns, first_rows)
    cols = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, width in enumerate(widths, start=1)
    )
    headings = "".join(text_cell(str(column.heading), HEAD) for column in columns)
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/>{f"<cols>{cols}</cols>" if cols else ""}'
        f"<sheetData><row>{headings}</row>"
    )


def sheet_tail(columns: int, rows: int) -> str:
    """All after the rows; `rows` counts the headings."""
    chosen = f'<autoFilter ref="A1:{letters(columns)}{rows}"/>' if columns else ""
    return f"</sheetData>{chosen}</worksheet>"


def closing(table: Table, names: Names, sheets: int, notes: Sequence[str]) -> Mapping[str, str]:
    """The parts that are written last, by their path in the archive."""
    notes_sheet = sheets + 1
    return {
        f"xl/worksheets/sheet{notes_sheet}.xml": _notes_sheet(table, notes),
        "xl/workbook.xml": _workbook(names.of(sheets)),
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *((f"{_OFFICE}/worksheet", f"worksheets/sheet{i}.xml") for i in range(1, notes_sheet + 1)),
                (f"{_OFFICE}/styles", "styles.xml"),
            ]
        ),
        "docProps/core.xml": _properties(table),
        "_rels/.rels": _relations(
            [
                (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "[Content_Types].xml": _content_types(notes_sheet),
    }


def _widths(columns: Sequence[Column], first_rows: Iterable[Sequence]) -> list[int]:
    widest = [max(_breadth(str(column.heading)) + 4, _USUAL[column.kind]) for column in columns]
    for row in first_rows:
        for i, (column, value) in enumerate(zip(columns, row, strict=False)):
            if column.kind is Kind.TEXT and value is not None:
                widest[i] = max(widest[i], _breadth(str(value)) + 2)
    return [min(_WIDEST, width) for width in widest]


def _breadth(text: str) -> int:
    """In digits of the font; a Chinese character is as wide as two."""
    longest = max(text.split("\n"), key=len)
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in longest[:_WIDEST])


def _notes_sheet(table: Table, notes: Sequence[str]) -> str:
    made = table.made_at.isoformat(" ", "minutes") if table.made_at else ""
    rows = [
        (_("Title"), table.title),
        *([(_("Exercise"), table.exercise)] if table.exercise else []),
        (_("Classification"), table.classification),
        (_("Made at"), made),
        (_("Made by"), table.made_by),
        *((_("Note"), note) for note in notes),
    ]
    body = "".join(
        f"<row>{text_cell(name, HEAD)}{text_cell(str(value), WRAPPED)}</row>" for name, value in rows if value
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetFormatPr defaultRowHeight="15"/>'
        '<cols><col min="1" max="1" width="18" customWidth="1"/>'
        '<col min="2" max="2" width="90" customWidth="1"/></cols>'
        f"<sheetData>{body}</sheetData></worksheet>"
    )


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(names, start=1)
    )
    return (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets></workbook>"
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{i}" Type="{kind}" Target="{target}"/>'
        for i, (kind, target) in enumerate(targets, start=1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _content_types(sheets: int) -> str:
    listed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{i}.xml" ContentType="{_SHEET}worksheet+xml"/>'
        for i in range(1, sheets + 1)
    )
    return (
        f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_SHEET}styles+xml"/>'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
        f"{listed}</Types>"
    )


def _properties(table: Table) -> str:
    made = ""
    if table.made_at:
        moment = table.made_at.isoformat(timespec="seconds")
        made = f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(_printable(table.title))}</dc:title>"
        f"<dc:creator>{escape(_printable(table.made_by))}</dc:creator>{made}</cp:coreProperties>"
    )


def _printable(text: str) -> str:
    return "".join(character for character in str(text) if character.isprintable())
