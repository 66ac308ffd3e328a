"""Opening what people have: by content rather than by name, without mapping a file that may shrink."""

import csv
import gzip
import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from tocsin.counts import text as texts
from tocsin.counts.errors import (
    EmptyTable,
    InvalidReading,
    LayoutError,
    NotATable,
    SourceChanged,
    SourceNotFound,
    SourceUnreadable,
)
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.problems import Problems
from tocsin.counts.workbook import read_workbook

__all__ = ["ROW", "Table", "open_table"]

ROW = "__row"
HEAD = 1 << 20
BLOCK = 1 << 23
IN_MEMORY = 1 << 31  # larger text is scanned from the disk
WHOLE = 1 << 25  # smaller tables are looked at as a whole, larger ones by their first rows
SAMPLE_ROWS = 100_000
SAMPLE, PLACES = 1 << 22, 200  # bytes, and places in the table from which they are taken
CHECK_WIDTHS = 1 << 23
CELL = 8  # bytes of text, about, for a cell of a Parquet file


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell as text.

    lazy     all rows, and their number in column ROW as a spreadsheet shows it
    sample   all of them, or some of a large table
    whole    whether `sample` is all of them
    columns  names of the table's own columns, in its order
    name     how messages call it
    """

    lazy: pl.LazyFrame
    sample: pl.DataFrame
    whole: bool
    columns: list[str]
    name: str


def open_table(
    source: str | Path,
    *,
    sheet: str | None,
    separator: str | None,
    encoding: str | None,
    header: int,
    notes: Notebook,
    problems: Problems,
) -> Table:
    """The table in a file or, for Parquet, a folder."""
    path = Path(source)
    if header < 1:
        raise InvalidReading(f"header is {header}; give the number of the header's row, at least 1")
    if _kind_of(path) == "folder":
        return _parquet([_load(part) for part in _parts(path)], path.name)
    head = _first(path)
    if head[:4] == b"PAR1":
        return _parquet([_load(path)], path.name)
    if head[:4] == b"PK\x03\x04" or head[:8] == bytes.fromhex("d0cf11e0a1b11ae1"):
        return _workbook(path, sheet, header, notes)
    return _text(path, head, separator, encoding, header, notes, problems)


def _kind_of(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise SourceNotFound(f"there is no file {path}; check its name and folder") from None
    except (OSError, ValueError) as error:
        raise SourceUnreadable(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if stat.S_ISDIR(mode):
        return "folder"
    if not stat.S_ISREG(mode):
        raise SourceUnreadable(f"{path} is a device or pipe; give a file")
    return "file"


def _parts(folder: Path) -> list[Path]:
    parts = sorted(part for part in folder.rglob("*.parquet") if not part.name.startswith((".", "_")))
    if not parts:
        raise SourceUnreadable(f"{folder} is a folder without Parquet files; give a file, or a folder of *.parquet")
    return parts


def _first(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD)
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> SourceUnreadable | SourceNotFound:
    if isinstance(error, FileNotFoundError):
        return SourceNotFound(f"{path} is gone; it was removed while being read")
    return SourceUnreadable(f"{path} cannot be read: {error.strerror}")


def _load(path: Path) -> bytes:
    """The whole content; a mapped file that shrinks would end the process, so none is mapped."""
    blocks: list[bytes] = []
    try:
        with path.open("rb") as stream:
            before = os.fstat(stream.fileno())
            while block := stream.read(BLOCK):
                blocks.append(block)
        after = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    raw = b"".join(blocks)
    seen = (before.st_size, before.st_mtime_ns, before.st_ino)
    if len(raw) != before.st_size or (after.st_size, after.st_mtime_ns, after.st_ino) != seen:
        raise SourceChanged(
            f"{path} changed while being read ({before.st_size} bytes at first, {after.st_size} now); "
            "wait until it is complete and read it again"
        )
    return raw


def _parquet(parts: list[bytes], name: str) -> Table:
    try:
        lazy = pl.scan_parquet(parts)
        schema = lazy.collect_schema()
        kept = [column for column, kind in schema.items() if not kind.is_nested()]
        lazy = lazy.select([_as_text(column, schema[column]) for column in kept])
        # The file's own size says little: a column of one value takes none, however many its rows.
        rows = int(lazy.select(pl.len()).collect(engine="streaming").item())
        return _table(lazy, kept, name, first_row=2, size=rows * len(kept) * CELL)
    except pl.exceptions.PolarsError as error:
        raise NotATable(f"{name} cannot be read as Parquet: {_first_line(error)}") from None


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    cell = pl.col(column)
    if isinstance(kind, pl.Datetime):
        cell = cell.dt.date()
    if kind.is_float():
        whole = (cell == cell.round()) & (cell.abs() < 2**53)
        return (
            pl.when(whole)
            .then(cell.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(cell.cast(pl.String))
            .fill_null("")
            .alias(column)
        )
    if kind in (pl.Binary, pl.Null):
        return pl.lit("").alias(column)
    return cell.cast(pl.String).fill_null("")


def _workbook(path: Path, sheet: str | None, header: int, notes: Notebook) -> Table:
    names, cells, first_row = read_workbook(_load(path), path.name, sheet, notes)
    if header > 1:
        if header > cells.height + 1:
            raise EmptyTable(f"{path.name} has no row {header} to be the header")
        names = [cell.strip() or f"column {place}" for place, cell in enumerate(cells.row(header - 2), start=1)]
        cells, first_row = cells[header - 1 :], first_row + header - 1
    _refuse_twins(names, path.name)
    cells.columns = names
    return _table(cells.lazy(), names, path.name, first_row=first_row, size=0)


def _text(
    path: Path, head: bytes, separator: str | None, encoding: str | None, header: int, notes: Notebook, found: Problems
) -> Table:
    zipped = head[:2] == b"\x1f\x8b"
    start = _unzipped_start(head, path.name) if zipped else head
    texts.check_text(start, path.name, whole=len(start) < HEAD)
    size = path.stat().st_size
    guessed = encoding or texts.guess_encoding(start)
    if size > IN_MEMORY and not zipped and guessed == "utf-8" and header == 1:
        return _scanned(path, start.decode(errors="replace"), separator, notes)
    raw = _load(path)
    raw = _unzipped(raw, path.name) if zipped else raw
    if encoding is None and guessed == "utf-8" and not raw.isascii():
        guessed = _confirmed(raw)
    if not guessed.startswith("utf-16") and b"\0" in raw:
        texts.check_text(raw, path.name, whole=True)
    content = texts.decoded(raw, guessed, path.name, given=encoding is not None)
    if encoding is None and not guessed.startswith("utf-8"):
        notes.add("guess", "encoding", f"Read as {guessed}; encoding= changes it.", encoding=guessed)
    if b"\r" in content:
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    while content.endswith(b"\n\n"):
        content = content[:-1]
    for _ in range(header - 1):
        content = content.partition(b"\n")[2]
    try:
        return _csv(content, path.name, separator, header, notes, found)
    except csv.Error as error:
        raise NotATable(f"{path.name} cannot be read as CSV: {error}; look for a quote that is never closed") from None


def _confirmed(raw: bytes) -> str:
    """UTF-8 unless bytes after the first mebibyte say otherwise; then what they look like."""
    try:
        texts.check_utf8(raw)
    except UnicodeDecodeError as error:
        return texts.guess_encoding(raw[max(0, error.start - 1) : error.start + HEAD])
    return "utf-8"


def _unzipped_start(head: bytes, name: str) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(head, HEAD)
    except zlib.error as error:
        raise NotATable(f"{name} is a damaged gzip file: {error}; copy it anew") from None


def _unzipped(raw: bytes, name: str) -> bytes:
    try:
        return gzip.decompress(raw)
    except (EOFError, OSError, zlib.error) as error:
        raise NotATable(f"{name} is a gzip file that is cut off or damaged ({error}); copy it anew") from None


def _separator(start: str, separator: str | None, notes: Notebook) -> str:
    if separator is not None:
        if len(separator) != 1:
            raise InvalidReading(f"separator={separator!r} must be a single character such as ',' or '\\t'")
        return separator
    guessed = texts.guess_separator(start)
    if guessed != ",":
        said = texts.SEPARATORS[guessed]
        notes.add("guess", "separator", f"Fields are separated by a {said}; separator= changes it.", separator=guessed)
    return guessed


def _csv(content: bytes, name: str, separator: str | None, header: int, notes: Notebook, found: Problems) -> Table:
    start = content[:HEAD].decode(errors="replace")
    separator = _separator(start, separator, notes)
    names = texts.header_of(start, separator)
    if not names:
        raise EmptyTable(f"{name} is empty; give a table with a header row and at least one row")
    _refuse_twins(names, name)
    uneven: tuple[list[int], list[str]] = ([], [])
    if len(content) <= CHECK_WIDTHS or _uneven(content, names, separator):
        uneven = texts.uneven_rows(content, separator, len(names))
    shift = header - 1
    rows = [row + shift for row in uneven[0]]
    lines = texts.lines_of_header(start, separator)
    lazy = _scan(content, names, separator, lines, cut=bool(rows))
    found.add_rows(rows, uneven[1], "", "ragged_row", taken=False)
    sample = _scan(_spread(content), names, separator, 0, cut=True) if len(content) > WHOLE else None
    return _table(lazy, names, name, first_row=2 + shift, size=len(content), without=rows, sample=sample)


def _spread(content: bytes) -> bytes:
    """Rows from places all over a large table: where it is sorted, its first rows hold one region or year only."""
    starts = range(len(content) // PLACES, len(content), len(content) // PLACES)
    blocks = [content[start : start + SAMPLE // PLACES] for start in starts]
    return b"".join(block[block.find(b"\n") + 1 : block.rfind(b"\n") + 1] for block in blocks)


def _scan(content: bytes | Path, names: list[str], separator: str, lines: int, *, cut: bool) -> pl.LazyFrame:
    return pl.scan_csv(
        content,
        schema=dict.fromkeys(names, pl.String),
        separator=separator,
        has_header=False,
        skip_lines=lines,
        empty_string_is_null=False,
        truncate_ragged_lines=cut,
        glob=False,
    )


def _uneven(content: bytes, names: list[str], separator: str) -> bool:
    """Whether some row of a large table may have more or fewer fields than the header: then each is looked at."""
    if b'"' not in content:
        lines = content.count(b"\n") + (not content.endswith(b"\n"))
        return content.count(separator.encode()) != lines * (len(names) - 1)
    try:
        _scan(content, names, separator, 1, cut=False).select(pl.all().max()).collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        if "fields" in str(error):
            return True
        raise NotATable(f"the table cannot be read as CSV: {_first_line(error)}") from None
    return False


def _scanned(path: Path, start: str, separator: str | None, notes: Notebook) -> Table:
    """A text table too large for memory, scanned where it lies."""
    separator = _separator(start, separator, notes)
    names = texts.header_of(start, separator)
    _refuse_twins(names, path.name)
    lazy = _scan(path, names, separator, texts.lines_of_header(start, separator), cut=False)
    return _table(lazy, names, path.name, first_row=2, size=path.stat().st_size)


def _refuse_twins(names: list[str], table: str) -> None:
    twins = sorted({name for name in names if names.count(name) > 1})
    if twins:
        raise LayoutError(f"{table} has several columns called {listed(twins)}; give each its own name")


def _table(
    lazy: pl.LazyFrame,
    names: list[str],
    name: str,
    *,
    first_row: int,
    size: int,
    without: list[int] | None = None,
    sample: pl.LazyFrame | None = None,
) -> Table:
    """`sample` stands for a table of more than WHOLE bytes; without it, every so many rows are taken."""
    lazy = lazy.with_row_index(ROW, offset=first_row)
    if without:
        lazy = lazy.filter(~pl.col(ROW).is_in(without))
    whole = size <= WHOLE
    try:
        if whole:
            filled = pl.any_horizontal(pl.col(column) != "" for column in names)
            rows = lazy.filter(filled).collect()
            lazy = rows.lazy()
        elif sample is not None:
            rows = sample.collect()
        else:
            number = int(lazy.select(pl.len()).collect(engine="streaming").item())
            rows = lazy.gather_every(max(1, number // SAMPLE_ROWS)).collect(engine="streaming")
    except pl.exceptions.PolarsError as error:
        raise NotATable(f"{name} cannot be read as a table: {_first_line(error)}") from None
    if rows.is_empty():
        raise EmptyTable(f"{name} has a header but no rows that can be read; give at least one row")
    return Table(lazy, rows, whole, names, name)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
