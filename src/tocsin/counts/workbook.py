"""Workbooks (.xlsx, .xls, .ods): which sheet, no merged cells, and every cell as text."""

import datetime
import io
import zipfile
from xml.etree import ElementTree

import polars as pl
import python_calamine as calamine

from tocsin.counts.errors import EmptyTable, InvalidReading, MergedCells, NotATable
from tocsin.counts.notes import Notebook, listed

__all__ = ["read_workbook"]

ODS = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
Span = tuple[tuple[int, int], tuple[int, int]]


def read_workbook(raw: bytes, name: str, sheet: str | None, notes: Notebook) -> tuple[list[str], pl.DataFrame, int]:
    """Header, cells as text, and the number of the first row below the header.

    raises  MergedCells where cells are merged, NotATable where it is no workbook
    """
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(raw))
    except (calamine.CalamineError, OSError) as error:
        raise NotATable(f"{name} looks like a workbook but cannot be opened: {error}; save it anew") from None
    chosen = book.get_sheet_by_name(_sheet(book, name, sheet, notes))
    merged = sorted(chosen.merged_cell_ranges or _merged_in_ods(raw, chosen.name))
    _refuse_merged(merged, chosen.name, name)
    rows = chosen.to_python(skip_empty_area=True)
    first_row = (chosen.start or (0, 0))[0] + 1
    while rows and not any(_as_text(cell) for cell in rows[0]):
        rows, first_row = rows[1:], first_row + 1
    if not rows:
        raise EmptyTable(f"sheet '{chosen.name}' of {name} is empty; choose another with sheet=")
    header = [_as_text(cell).strip() or f"column {place}" for place, cell in enumerate(rows[0], start=1)]
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else [()] * len(header)
    cells = [pl.Series(f"{i}", [_as_text(cell) for cell in column], pl.String) for i, column in enumerate(columns)]
    return header, pl.DataFrame(cells), first_row + 1


def _sheet(book: calamine.CalamineWorkbook, name: str, sheet: str | None, notes: Notebook) -> str:
    names = list(book.sheet_names)
    if sheet is not None:
        if sheet not in names:
            raise InvalidReading(f"{name} has no sheet '{sheet}'; its sheets are {listed(names)}")
        return sheet
    visible = [
        one.name
        for one in book.sheets_metadata
        if one.visible == calamine.SheetVisibleEnum.Visible and one.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    filled = [one for one in visible if book.get_sheet_by_name(one).height > 1]
    if not filled:
        raise EmptyTable(f"no sheet of {name} holds a table (its sheets: {listed(names)})")
    if len(filled) > 1:
        notes.add(
            "guess",
            "sheet",
            f"Read sheet '{filled[0]}', the first of {len(filled)} with rows; sheet= chooses another "
            f"({listed(filled[1:])}).",
            sheet=filled[0],
            others=tuple(filled[1:]),
        )
    return filled[0]


def _merged_in_ods(raw: bytes, sheet: str) -> list[Span]:
    """Merged cells of an OpenDocument sheet, which the parser does not tell."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            tree = ElementTree.fromstring(parts.read("content.xml"))
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        return []
    merged: list[Span] = []
    for table in tree.iter(f"{ODS}table"):
        if table.get(f"{ODS}name") != sheet:
            continue
        at_row = 0
        for row in table.iter(f"{ODS}table-row"):
            at = 0
            for cell in row:
                wide, high = (int(cell.get(f"{ODS}number-{side}-spanned", "1")) for side in ("columns", "rows"))
                if wide > 1 or high > 1:
                    merged.append(((at_row, at), (at_row + high - 1, at + wide - 1)))
                at += int(cell.get(f"{ODS}number-columns-repeated", "1"))
            at_row += int(row.get(f"{ODS}number-rows-repeated", "1"))
    return merged


def _refuse_merged(merged: list[Span], sheet: str, name: str) -> None:
    if merged:
        spans = [f"{_cell(*first)}:{_cell(*last)}" for first, last in merged]
        raise MergedCells(
            f"sheet '{sheet}' of {name} has merged cells: {listed(spans)}; only the first cell of each holds a "
            "value. Unmerge them, keep one header row, and write the value into every cell"
        )


def _cell(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _as_text(cell: object) -> str:
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat()
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
