"""Tables as XLSX (ECMA-376), written as they come, in memory that does not grow with the rows.

The parts of the archive are compressed one after the other into a buffer that cannot be sought, and whatever lies
there is sent on: styles first, so that a download begins before the first row; then the rows; the parts that must
know the number of sheets last. After 1,048,576 rows, or before a sheet would need ZIP64 (which older programs
refuse), the next sheet goes on under the same headings.

Texts are inline strings. Their type makes them texts, so that no program reads a formula out of one: they stand
exactly as they are. What XML cannot hold is written _xHHHH_, as the standard has it (§ 22.9.2.19).
"""

import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.exports import workbook_parts as parts
from tocsin.node.exports.columns import Kind, Table, Value, reader
from tocsin.node.exports.workbook_parts import MOST_CHARACTERS, escaped, fitting

__all__ = ["MOST_CHARACTERS", "MOST_COLUMNS", "MOST_ROWS", "xlsx_stream"]

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
MOST_BYTES = 2_000_000_000
ROWS_A_PIECE, LOOKED_AT = 500, 100
EXACT = 10**15
LONGEST_KEPT = 200

_EPOCH = date(1899, 12, 30).toordinal()
_FIRST_DAY = date(1900, 3, 1)  # before it, spreadsheets count a 29 February 1900 that never was


def xlsx_stream(table: Table) -> Iterator[bytes]:
    """The table as a workbook: a sheet of data or more, and one of notes.

    Raises ValueError at once if there are more columns than a sheet can hold.
    """
    if len(table.columns) > MOST_COLUMNS:
        raise ValueError(f"{len(table.columns)} columns; a sheet holds at most {MOST_COLUMNS}")
    names = parts.Names(data=_("Data"), notes=_("Notes"))
    return _Workbook(table, names).stream()


class _Buffer:
    """Where zipfile writes; it can be neither sought nor asked for its place, and is emptied as it fills."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self._chunks.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = b"".join(self._chunks)
        self._chunks.clear()
        self.size = 0
        return data


class _Workbook:
    def __init__(self, table: Table, names: parts.Names) -> None:
        self._table, self._names = table, names
        self._buffer = _Buffer()
        self._zip = zipfile.ZipFile(self._buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=3)
        self._sheets = 0
        self._cut = 0
        self._rows: Iterator[str] = iter(())

    def stream(self) -> Iterator[bytes]:
        self._zip.writestr("xl/styles.xml", parts.STYLES)
        yield self._buffer.taken()
        rows = iter(self._table.rows)
        first = list(islice(rows, LOOKED_AT))
        self._rows = self._written(chain(first, rows))
        head = parts.sheet_head(self._table.columns, first)
        more = True
        while more:
            more = yield from self._data_sheet(head)
        self._finish()
        yield self._buffer.taken()

    def _data_sheet(self, head: str) -> Iterator[bytes]:
        """Write one sheet; returns whether there are rows left for another."""
        self._sheets += 1
        rows, size = 1, 0
        with self._zip.open(_part(f"xl/worksheets/sheet{self._sheets}.xml"), "w") as sheet:
            sheet.write(head.encode())
            while rows < MOST_ROWS and size < MOST_BYTES:
                piece = list(islice(self._rows, min(ROWS_A_PIECE, MOST_ROWS - rows)))
                if not piece:
                    break
                data = "".join(f"<row>{row}</row>" for row in piece).encode("utf-8")
                sheet.write(data)
                rows, size = rows + len(piece), size + len(data)
                if self._buffer.size > 1 << 15:
                    yield self._buffer.taken()
            sheet.write(parts.sheet_tail(len(self._table.columns), rows).encode())
        following = next(self._rows, None)
        if following is None:
            return False
        self._rows = chain([following], self._rows)
        return True

    def _written(self, rows: Iterable[Sequence]) -> Iterator[str]:
        read = reader(self._table.columns)
        writers = [_WRITERS[column.kind] for column in self._table.columns]
        for number, row in enumerate(rows, 1):
            cells = []
            for write, value in zip(writers, read(row, number), strict=True):
                if value is None:
                    cells.append("<c/>")
                    continue
                if type(value) is str and len(value) > MOST_CHARACTERS // 2:
                    value = self._fitting(value)  # noqa: PLW2901
                cells.append(write(value))
            yield "".join(cells)

    def _fitting(self, text: str) -> str:
        shorter = fitting(text)
        self._cut += shorter is not text
        return shorter

    def _finish(self) -> None:
        for name, content in parts.closing(self._table, self._names, self._sheets, self._notes()).items():
            self._zip.writestr(_part(name), content.encode("utf-8", errors="replace"))
        self._zip.close()

    def _notes(self) -> Sequence[str]:
        if not self._cut:
            return self._table.notes
        said = ngettext(
            "%(count)d text is longer than the %(most)d characters that a cell holds and is cut; the CSV has it whole.",
            "%(count)d texts are longer than the %(most)d characters that a cell holds and are cut; "
            "the CSV has them whole.",
            self._cut,
        )
        return [*self._table.notes, said % {"count": self._cut, "most": MOST_CHARACTERS}]


def _part(name: str) -> zipfile.ZipInfo:
    # One date for all, so that the same table gives the same bytes.
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _long_text(value: str) -> str:
    kept = ' xml:space="preserve"' if value != value.strip() or "\n" in value or "\t" in value else ""
    return f'<c t="inlineStr"><is><t{kept}>{escaped(value)}</t></is></c>'


# Names come again and again; of long texts none is kept.
_short_text = lru_cache(maxsize=1 << 14)(_long_text)


def _text(value: str) -> str:
    return _short_text(value) if len(value) <= LONGEST_KEPT else _long_text(value)


def _number(style: int) -> Callable[[float], str]:
    def write(value: float) -> str:
        if not math.isfinite(value):
            return _text("inf" if value > 0 else "-inf")
        if isinstance(value, int) and abs(value) >= EXACT:
            return _text(str(value))  # a spreadsheet's numbers would round it
        return f'<c s="{style}"><v>{value!r}</v></c>'

    return write


def _date(value: date) -> str:
    if value < _FIRST_DAY:
        return _text(value.isoformat())
    return f'<c s="{parts.DATE}"><v>{value.toordinal() - _EPOCH}</v></c>'


def _moment(value: datetime) -> str:
    if value.date() < _FIRST_DAY:
        return _text(value.isoformat())
    seconds = value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
    return f'<c s="{parts.MOMENT}"><v>{value.toordinal() - _EPOCH + seconds / 86400!r}</v></c>'


_WRITERS: dict[Kind, Callable[[Value], str]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _number(parts.WHOLE),
    Kind.DECIMAL: _number(parts.DECIMAL),
    Kind.SHARE: _number(parts.SHARE),
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
}
