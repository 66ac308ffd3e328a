"""Tables as CSV (RFC 4180), written as they come.

UTF-8 with a byte-order mark, without which Excel reads Cyrillic and Chinese in the machine's own code page.
Numbers and dates are for machines: a decimal point, ISO 8601, moments in UTC; they are never changed.

*Formulas.* A spreadsheet runs a text that begins with = + - @, or with their full-width forms, as a formula. Only
columns of text can hold what a stranger typed, so only there one apostrophe is put before such a text, as OWASP
advises ("CSV Injection"): also where blanks, quotes or invisible characters stand before the sign, where the text
begins with a tab or a line break, and after a semicolon, tab or line break inside it, since a spreadsheet set to
semicolons (the usual one in Russian) begins a new cell there whatever quotes say. `original` takes the apostrophes
out again and gives back exactly what was put in.
"""

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from itertools import islice

from tocsin.node.exports.columns import Kind, Table, Value, reader

__all__ = ["csv_stream", "neutral", "original"]

ROWS_A_CHUNK = 500
LONGEST_KEPT = 200

_SIGN = "[=+\\-@＝＋－＠﹦﹢﹣﹫]"
_BLANK = "[\\s'\"\\x00-\\x1f\\x7f-\\x9f\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069\\ufeff]"
# Whole runs, possessively: each character is looked at once, whatever the text.
_RUN = re.compile(f"(?<!{_BLANK}){_BLANK}*+(?={_SIGN})")
_BREAK_FIRST = re.compile("'*+[\\t\\r\\n]")
_SUSPECT = re.compile(f"{_SIGN}|^'*+[\\t\\r\\n]")


def csv_stream(table: Table) -> Iterator[bytes]:
    """The table as CSV: headings first, before the first row is asked for."""
    yield b"\xef\xbb\xbf" + _encoded([[neutral(str(column.heading)) for column in table.columns]])
    for rows in _chunks(_rows(table)):
        yield _encoded(rows)


def neutral(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would otherwise begin a formula."""
    return _short_neutral(text) if len(text) <= LONGEST_KEPT else _neutral(text)


def original(text: str) -> str:
    """What `neutral` was given."""
    if not _RUN.match(text) and text.startswith("'") and _BREAK_FIRST.match(text):
        text = text[1:]
    return _RUN.sub(_unmarked, text)


def _neutral(text: str) -> str:
    if not _SUSPECT.search(text):
        return text
    first = "'" if not _RUN.match(text) and _BREAK_FIRST.match(text) else ""
    return first + _RUN.sub(_marked, text)


# Names come again and again; of long texts none is kept.
_short_neutral = lru_cache(maxsize=1 << 14)(_neutral)


def _marked(run: re.Match[str]) -> str:
    return ("'" if _begins_cell(run) else "") + re.sub("[\t\r\n]", r"\g<0>'", run[0])


def _unmarked(run: re.Match[str]) -> str:
    return re.sub("([\t\r\n])'", r"\1", run[0][1:] if _begins_cell(run) else run[0])


def _begins_cell(run: re.Match[str]) -> bool:
    return run.start() == 0 or run.string[run.start() - 1] == ";"


def _rows(table: Table) -> Iterator[list[Value]]:
    read = reader(table.columns)
    writers = [_WRITERS.get(column.kind) for column in table.columns]
    for number, row in enumerate(table.rows, 1):
        yield [
            value if value is None or write is None else write(value)
            for write, value in zip(writers, read(row, number), strict=True)
        ]


def _decimal(value: float) -> str:
    return repr(value) if math.isfinite(value) else ("inf" if value > 0 else "-inf")


def _moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


_WRITERS: dict[Kind, Callable] = {
    Kind.TEXT: neutral,
    Kind.DECIMAL: _decimal,
    Kind.SHARE: _decimal,
    Kind.MOMENT: _moment,
}


def _chunks(rows: Iterator[list[Value]]) -> Iterator[list[list[Value]]]:
    # The first rows leave alone, so that a slow query shows that it has begun.
    chunk = list(islice(rows, 20))
    while chunk:
        yield chunk
        chunk = list(islice(rows, ROWS_A_CHUNK))


def _encoded(rows: Iterable[list[Value]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")
