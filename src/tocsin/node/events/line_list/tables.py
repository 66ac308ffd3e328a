"""A table as people have it, pasted or as a file, opened: its headings, and its cells as text.

Refused here is what is no table at all, or one too large to be looked at by a person.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from tocsin.counts import text as texts
from tocsin.counts.errors import CountsError
from tocsin.counts.notes import Notebook
from tocsin.counts.workbook import read_workbook
from tocsin.node.events.line_list.columns import columns_of
from tocsin.node.events.line_list.values import tidy
from tocsin.node.events.refusals import ActRefused
from tocsin.node.exports.delimited import original
from tocsin.node.surveillance.intake import reading_words

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Cells", "open_file", "open_text"]

MOST_ROWS, MOST_COLUMNS = 100_000, 200
MOST_BYTES = 32 << 20
MOST_UNPACKED = 400 << 20
LINES = re.compile(r'(?:(?<=\t)|(?<=\n)|\A)"((?:[^"\t]|"")*\n(?:[^"\t]|"")*)"(?=\t|\n|\Z)')
BREAK = "\x1e"
WORKBOOK = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))


@dataclass(frozen=True, slots=True)
class Cells:
    """A table: headings, its columns each from the top, and the number of each row as the spreadsheet shows it.

    surplus   rows that have more cells than there are headings, by number, with the first cell too many
    withheld  why columns are not read whose cells are gone, by place
    """

    headings: list[str]
    columns: list[list[str]]
    numbers: list[int]
    surplus: dict[int, str]
    withheld: dict[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.numbers)

    def without_persons(self) -> "Cells":
        """The same with the cells emptied of every column under which a person could be found."""
        found = columns_of(self.headings, self.columns, {}, self.withheld)
        withheld = {one.at: one.why for one in found if one.is_withheld}
        kept = [[] if at in withheld else cells for at, cells in enumerate(self.columns)]
        return replace(self, columns=kept, surplus=dict.fromkeys(self.surplus, ""), withheld=withheld)

    def packed(self) -> bytes:
        said = [self.headings, self.columns, self.numbers, list(self.surplus), list(self.withheld.items())]
        return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), 1)

    @classmethod
    def unpacked(cls, packed: bytes) -> "Cells":
        headings, columns, numbers, surplus, withheld = json.loads(zlib.decompress(packed))
        return cls(headings, columns, numbers, dict.fromkeys(surplus, ""), dict(withheld))

    @property
    def digest(self) -> str:
        return hashlib.sha256(json.dumps([self.headings, self.columns]).encode()).hexdigest()


def open_text(text: str) -> Cells:
    """What was pasted: tabs between cells as spreadsheets put them there, or commas or semicolons."""
    if not text.strip():
        raise ActRefused(
            _("Nothing was pasted. Copy the table with its headings in the spreadsheet and paste it here.")
        )
    return _rows(text, is_pasted=True)


def open_file(raw: bytes, name: str) -> Cells:
    """A file: CSV, XLSX, XLS or ODS by its content."""
    if len(raw) > MOST_BYTES:
        raise ActRefused(
            _(
                "The file is larger than %(size)d MB, the most that is taken at once; nothing was kept. "
                "Send it in parts."
            )
            % {"size": MOST_BYTES >> 20}
        )
    try:
        if raw.startswith(WORKBOOK):
            return _workbook(raw, name)
        texts.check_text(raw[: 1 << 20], name, whole=len(raw) < 1 << 20)
        return _rows(
            texts.decoded(raw, texts.guess_encoding(raw[: 1 << 20]), name, given=False).decode(), is_pasted=False
        )
    except CountsError as error:
        raise ActRefused(reading_words.unreadable(type(error).__name__)) from None


def _workbook(raw: bytes, name: str) -> Cells:
    if zipfile.is_zipfile(io.BytesIO(raw)):
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise _too_many()
    headings, frame, first = read_workbook(raw, name, None, Notebook())
    if frame.height > MOST_ROWS:
        raise _too_many()
    columns = [[tidy(cell) for cell in frame[at].to_list()] for at in frame.columns]
    filled = [any(column[row] for column in columns) for row in range(frame.height)]
    numbers = [first + row for row, is_filled in enumerate(filled) if is_filled]
    kept = [[cell for cell, is_filled in zip(column, filled, strict=True) if is_filled] for column in columns]
    return _checked(Cells(headings, kept, numbers, {}))


def _too_many() -> ActRefused:
    return ActRefused(
        _(
            "The table has more than %(n)s rows, the most that is taken at once; nothing was kept. Send it in parts, "
            "or report its counts as weekly counts of a source."
        )
        % {"n": f"{MOST_ROWS:,}"}
    )


def _rows(text: str, *, is_pasted: bool) -> Cells:
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n")
    headings: list[str] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    surplus: dict[int, str] = {}
    try:
        for number, row in enumerate(_split(text, is_pasted=is_pasted), start=1):
            cells = [tidy(original(cell) if "'" in cell else cell) for cell in row]
            if not headings:
                headings = _headings(cells)
                continue
            if not any(cells):
                continue
            if len(rows) == MOST_ROWS:
                raise _too_many()
            if extra := next(filter(None, cells[len(headings) :]), ""):
                surplus[number] = extra
            rows.append((cells + [""] * len(headings))[: len(headings)])
            numbers.append(number)
    except csv.Error:
        raise ActRefused(
            _("The table cannot be read: a quotation mark is never closed, or a cell is far too long.")
        ) from None
    return _checked(Cells(headings, [list(column) for column in zip(*rows, strict=True)], numbers, surplus))


def _split(text: str, *, is_pasted: bool) -> Iterator[list[str]]:
    """The cells of each row. A spreadsheet's clipboard quotes only cells that have lines; elsewhere " is a letter."""
    if is_pasted and "\t" in text.partition("\n")[0]:
        text = LINES.sub(lambda cell: cell[1].replace('""', '"').replace("\n", BREAK), text)
        return (
            line.replace(BREAK, "\n").split("\t") if BREAK in line else line.split("\t") for line in text.split("\n")
        )
    separator = "\t" if "\t" in text.partition("\n")[0] else texts.guess_separator(text)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)


def _headings(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _checked(cells: Cells) -> Cells:
    if not cells.headings or not cells.rows:
        raise ActRefused(
            _("This is no table yet: give the headings in the first row, and at least one row of a case below them.")
        )
    if len(cells.headings) > MOST_COLUMNS:
        raise ActRefused(
            _(
                "The table has %(has)d columns; %(most)d are the most that can be looked at. "
                "Leave out what is not needed."
            )
            % {"has": len(cells.headings), "most": MOST_COLUMNS}
        )
    return cells
