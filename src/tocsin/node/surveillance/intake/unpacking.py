"""How large a compressed table is once unpacked, found out before anything unpacks it into this process's memory.

What a zip directory says of itself is checked first, since that costs nothing; then the parts are inflated a block at
a time and counted, since a directory may lie. Workbooks are then opened once in a process of their own with bounded
memory: one cell in XFD1048576 makes a sheet of seventeen thousand million cells, and that process may end by it.
"""

import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from tocsin.counts.errors import NotATable

__all__ = ["check_unpacked_size"]

MOST_BYTES = 1 << 30
MOST_RATIO = 200
SMALL = 10 << 20  # a part below this may be as empty as it likes
MOST_OPEN_DOCUMENT = 100 << 20  # its tree of elements is built in memory, many times its size
MOST_PARTS = 5_000
MOST_CELLS = 20_000_000
MOST_PARQUET_ROWS = 100_000_000
MOST_MEMORY = 4 << 30
MOST_SECONDS = 120
BLOCK = 1 << 18
LOCAL_HEADER = struct.Struct("<4s5H3I2H")
MEASURE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
import python_calamine
try:
    book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
    cells = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        cells = max(cells, sheet.total_height * sheet.total_width)
    print(cells)
except (python_calamine.CalamineError, OSError):
    print(0)
"""


def check_unpacked_size(path: Path, name: str) -> None:
    """Raises NotATable, naming the table `name`, where it would unpack to more than can be read."""
    if not path.is_file():
        return  # gone: reading says so
    with path.open("rb") as file:
        head = file.read(8)
        file.seek(0)
        if head[:2] == b"\x1f\x8b":
            _check_gzip(file, name)
        elif head[:4] == b"PAR1":
            _check_parquet(path, name)
        elif head[:4] == b"PK\x03\x04":
            _check_zip(file, name)
            _check_sheets(path, name)
        elif head == bytes.fromhex("d0cf11e0a1b11ae1"):
            _check_sheets(path, name)


def _check_gzip(file: IO[bytes], name: str) -> None:
    inflate, size = zlib.decompressobj(wbits=31), 0
    while block := file.read(BLOCK):
        while block:
            try:
                size += len(inflate.decompress(block, BLOCK))
            except zlib.error:
                return  # damaged: reading says so
            if size > MOST_BYTES:
                raise _bomb(name)
            block = inflate.unconsumed_tail
            if inflate.eof:
                block, inflate = inflate.unused_data, zlib.decompressobj(wbits=31)


def _check_parquet(path: Path, name: str) -> None:
    import polars as pl

    try:
        rows = pl.scan_parquet(path, glob=False).select(pl.len()).collect().item()
    except pl.exceptions.PolarsError:
        return
    if rows > MOST_PARQUET_ROWS:
        raise NotATable(f"{name} says it holds {rows} rows; at most {MOST_PARQUET_ROWS} are read. Send it in parts")


def _check_zip(file: IO[bytes], name: str) -> None:
    try:
        parts = zipfile.ZipFile(file).infolist()
    except zipfile.BadZipFile:
        return  # damaged: reading says so
    said = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or said > MOST_BYTES or sum(part.compress_size for part in parts) > file.seek(0, 2):
        raise _bomb(name)
    left = MOST_BYTES
    for part in parts:
        size = 0
        most = max(SMALL, MOST_RATIO * part.compress_size)
        most = min(most, MOST_OPEN_DOCUMENT) if part.filename == "content.xml" else most
        for block in _inflated(file, part):
            size += len(block)
            if size > min(most, left):
                raise _bomb(name)
        left -= size


def _inflated(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """All that a part inflates to, whatever its directory says: zipfile itself would stop at the size it was told."""
    file.seek(part.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size:
        return
    *_, name_length, extra_length = LOCAL_HEADER.unpack(header)
    file.seek(part.header_offset + LOCAL_HEADER.size + name_length + extra_length)
    left = part.compress_size
    inflate = zlib.decompressobj(-15) if part.compress_type == zipfile.ZIP_DEFLATED else None
    while left and (block := file.read(min(BLOCK, left))):
        left -= len(block)
        if inflate is None:
            yield block
            continue
        try:
            while block and not inflate.eof:
                yield inflate.decompress(block, BLOCK)
                block = inflate.unconsumed_tail
        except zlib.error:
            return


def _check_sheets(path: Path, name: str) -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = MOST_MEMORY if hard == resource.RLIM_INFINITY else min(MOST_MEMORY, hard)
    measure = [sys.executable, "-I", "-c", MEASURE, str(path), str(memory)]
    try:
        told = subprocess.run(measure, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise NotATable(f"{name} cannot be opened within {MOST_SECONDS} seconds; send it as CSV") from None
    if told.returncode or int(told.stdout or 0) > MOST_CELLS:
        raise NotATable(
            f"a sheet of {name} has more than {MOST_CELLS} cells, counted to the last row and column in which anything "
            "stands, or is damaged; delete what stands far outside the table, or send it as CSV"
        )


def _bomb(name: str) -> NotATable:
    return NotATable(
        f"{name} would unpack to more than {MOST_BYTES >> 20} MB, or to more than {MOST_RATIO} times its size, which "
        "no table of counts does; save it anew, or send it as CSV"
    )
