"""Text tables: their encoding and separator, guessed from the first mebibyte, and their rows as text."""

import codecs
import csv
import io
import itertools
import re
from collections import Counter

from tocsin.counts.errors import EmptyTable, InvalidReading, NotATable

__all__ = [
    "check_text",
    "check_utf8",
    "decoded",
    "guess_encoding",
    "guess_separator",
    "header_of",
    "lines_of_header",
    "uneven_rows",
]

LOOKED_AT = 1 << 16  # characters in which separators are counted
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
CYRILLIC_WORD = re.compile(r"[А-ЯЁ]?[а-яё]+|[А-ЯЁ]+")


def check_text(head: bytes, name: str, *, whole: bool) -> None:
    """Refuse what cannot be a text table, from its beginning alone."""
    if not head.strip():
        raise EmptyTable(f"{name} is empty; give a table with a header row and at least one row")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return
    if b"\0" in head:
        row = head[: head.index(b"\0")].count(b"\n") + 1
        raise NotATable(
            f"{name} holds a NUL byte in row {row}, so it is not a text table; "
            "export it anew as CSV, or give a workbook or a Parquet file"
        )
    control = sum(head.count(bytes([code])) for code in range(32) if code not in b"\t\n\r\f\x1a")
    if control > max(2, len(head) // 1000):
        raise NotATable(f"{name} is a binary file, not a table; give CSV, a workbook or Parquet")
    if not whole and b"\n" not in head and b"\r" not in head:
        raise NotATable(f"{name} has no line end in its first mebibyte, so it is not a table of rows")


def guess_encoding(head: bytes) -> str:
    """The encoding of text by its marks and by which alphabet makes words of it."""
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        scores = {"cp1251": _cyrillic_score(head), "gb18030": _chinese_score(head), "cp1252": _western_score(head)}
        return max(scores, key=lambda encoding: scores[encoding])
    return "utf-8"


def _cyrillic_score(head: bytes) -> float:
    """Share of the bytes above ASCII that stand in words of one case, as Cyrillic words do."""
    text = re.sub(r"[\x00-\x7f«»–—№\xa0]+", " ", head.decode("cp1251", errors="replace"))
    letters = len(text.replace(" ", ""))
    return sum(len(word) for word in text.split() if CYRILLIC_WORD.fullmatch(word)) / max(letters, 1)


def _chinese_score(head: bytes) -> float:
    """Share of characters among the 3,755 common ones, which GB 2312 keeps in rows 16 to 55."""
    text = codecs.getincrementaldecoder("gb18030")(errors="replace").decode(head)
    wide = [character for character in text if character > "\x7f"]
    encoded = [character.encode("gb18030", errors="replace") for character in wide]
    common = sum(len(code) == 2 and (0xB0 <= code[0] <= 0xD7 or code[0] in (0xA1, 0xA3)) for code in encoded)
    return common / max(len(wide), 1)


def _western_score(head: bytes) -> float:
    """Share of the bytes above ASCII that stand alone, as accented letters among plain ones do."""
    above = re.findall(rb"[\x80-\xff]+", head)
    return sum(len(run) for run in above if len(run) == 1) / max(sum(map(len, above)), 1)


def decoded(raw: bytes, encoding: str, name: str, *, given: bool) -> bytes:
    """The text as UTF-8 without a byte-order mark."""
    try:
        codec = codecs.lookup(encoding).name
    except LookupError:
        raise InvalidReading(f"encoding={encoding!r} is not known; try 'utf-8', 'cp1251' or 'gb18030'") from None
    try:
        if codec in ("utf-8", "utf-8-sig"):
            raw = raw.removeprefix(codecs.BOM_UTF8)
            if not raw.isascii():
                check_utf8(raw)
            return raw
        return raw.decode(codec).encode()
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        said = "as asked" if given else "as guessed"
        raise NotATable(
            f"{name} cannot be decoded as {encoding} ({said}): byte {raw[error.start]:#x} near row {row}; "
            "give encoding='cp1251', 'gb18030' or the one it was saved in"
        ) from None


def check_utf8(raw: bytes, block: int = 1 << 24) -> None:
    """Decode in blocks, so that a large file is not held twice."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(raw), block):
        try:
            decoder.decode(raw[start : start + block], final=start + block >= len(raw))
        except UnicodeDecodeError as error:
            at = min(max(start + error.start, 0), len(raw) - 1)
            raise UnicodeDecodeError("utf-8", raw, at, at + 1, error.reason) from None


def guess_separator(text: str) -> str:
    """The separator that cuts the first lines into the same number of fields, the most of them."""
    return max(SEPARATORS, key=lambda separator: _evenness(text, separator))


def _evenness(text: str, separator: str) -> tuple[float, int]:
    reader = csv.reader(io.StringIO(text[:LOOKED_AT], newline=""), delimiter=separator)
    rows = [row for row in itertools.islice(reader, 200) if row]
    widths = Counter(len(row) for row in rows)
    if not widths or max(widths) == 1:
        return 0.0, 0
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return (times / len(rows) if width > 1 else 0.0), width


def header_of(text: str, separator: str) -> list[str]:
    """The cells of the first row, unnamed ones named by their place."""
    cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    return [cell.strip() or f"column {place}" for place, cell in enumerate(cells, start=1)]


def lines_of_header(text: str, separator: str) -> int:
    """Lines before the first row of data: several where a quoted column name is broken over lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(reader, None)
    return reader.line_num


def uneven_rows(content: bytes, separator: str, width: int) -> tuple[list[int], list[str]]:
    """Numbers (the header is row 1) and texts of the rows that are not `width` fields wide."""
    numbers: list[int] = []
    texts: list[str] = []
    lines = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="replace", newline="")
    for number, row in enumerate(csv.reader(lines, delimiter=separator), start=1):
        if len(row) != width and any(row):
            numbers.append(number)
            texts.append(separator.join(row)[:200])
    return numbers, texts
