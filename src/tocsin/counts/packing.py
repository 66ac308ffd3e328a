"""One series' counts as a few hundred bytes, and back exactly.

A packed series is what pages and the nightly screening read: whole counts, 0 where none occurred and
nan where nothing was reported, which are never confused. Each blob stands alone:

    byte 0       format, now 1
    byte 1       bytes a value (1, 2 or 4), plus 128 where the values are deflated
    bytes 2-5    number of periods       unsigned, little-endian
    bytes 6-9    CRC-32 of bytes 0-5 and of everything from byte 10
    from 10      the values, unsigned and little-endian; the largest of the width means nan
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.counts.errors import DamagedSeries, InvalidCounts

__all__ = ["LARGEST_COUNT", "pack", "pack_rows", "unpack", "unpack_rows"]

LARGEST_COUNT = 2**31 - 2
Blob = bytes | memoryview  # databases hand out either

FORMAT = 1
DEFLATED = 128
HEAD = struct.Struct("<BBI")
CHECK = struct.Struct("<I")
START = HEAD.size + CHECK.size
UNSIGNED: dict[int, np.dtype[np.unsignedinteger[Any]]] = {
    1: np.dtype("<u1"),
    2: np.dtype("<u2"),
    4: np.dtype("<u4"),
}
# Raw deflate with a window of 4 KiB: a wrapper costs six bytes and a larger window its clearing, for each series.
WINDOW = -12
ROWS_AT_ONCE = 4096


def pack(counts: ArrayLike) -> bytes:
    """The counts of one series as bytes.

    counts  (periods,) whole cases >= 0, at most 2**31 - 2; nan where nothing was reported
    raises  InvalidCounts
    """
    row = np.asarray(counts)
    if row.ndim != 1:
        raise InvalidCounts(f"counts has shape {row.shape}, but one series is packed at a time: give (periods,)")
    return pack_rows(row[None, :])[0]


def pack_rows(matrix: ArrayLike) -> list[bytes]:
    """One blob a series, as `pack` makes it.

    matrix  (series, periods) whole cases >= 0, at most 2**31 - 2; nan where nothing was reported
    raises  InvalidCounts
    """
    counts = np.asarray(matrix)
    if counts.ndim != 2:
        raise InvalidCounts(f"counts has shape {counts.shape}, but packing takes (series, periods)")
    if counts.dtype.kind not in "iuf":
        raise InvalidCounts(f"counts is of type {counts.dtype}, but counts are numbers")
    blobs: list[bytes] = []
    for first in range(0, counts.shape[0], ROWS_AT_ONCE):
        blobs += _packed(counts[first : first + ROWS_AT_ONCE], first)
    return blobs


def unpack(blob: Blob) -> NDArray[np.float64]:
    """(periods,) counts of one series; nan where nothing was reported. Raises DamagedSeries."""
    width, periods, values = _opened(blob, 0)
    return _counts(values, width, periods)


def unpack_rows(blobs: Sequence[Blob], offsets: ArrayLike, periods: int) -> NDArray[np.float64]:
    """Many series side by side over the same periods.

    blobs    one a series, of any lengths
    offsets  (series,) the column of each series' first value; what falls before column 0 or
             after the last is left out, so that a window of longer series can be read
    periods  number of columns
    returns  (series, periods) cases; nan where nothing was reported or the series does not reach
    raises   DamagedSeries, naming the position in `blobs`
    """
    starts = np.asarray(offsets)
    if starts.shape != (len(blobs),) or (starts.size and starts.dtype.kind not in "iu"):
        raise InvalidCounts(
            f"offsets has shape {starts.shape} and type {starts.dtype}, but {len(blobs)} series need one integer each"
        )
    counts = np.empty((len(blobs), periods))
    for first in range(0, len(blobs), ROWS_AT_ONCE):
        last = first + ROWS_AT_ONCE
        _unpack_into(counts[first:last], blobs[first:last], starts[first:last].tolist(), first)
    return counts


def _packed(counts: NDArray[np.generic], first: int) -> list[bytes]:
    missing = np.isnan(counts) if counts.dtype.kind == "f" else np.zeros(counts.shape, dtype=bool)
    whole = _whole(counts, missing, first)
    # The largest value of a width stands for nan, so that a count equal to it needs the next width.
    largest = whole.max(axis=1, initial=0)
    width_of = np.where(largest < 0xFF, 1, np.where(largest < 0xFFFF, 2, 4))
    blobs = [b""] * len(counts)
    for width, unsigned in UNSIGNED.items():
        chosen = np.flatnonzero(width_of == width)
        values = whole[chosen].astype(unsigned)
        values[missing[chosen]] = np.iinfo(unsigned).max
        for row, number in enumerate(chosen.tolist()):
            blobs[number] = _closed(values[row].tobytes(), width, counts.shape[1])
    return blobs


def _whole(counts: NDArray[np.generic], missing: NDArray[np.bool_], first: int) -> NDArray[np.int64]:
    filled = np.where(missing, 0, counts)
    bad = (filled < 0) | (filled > LARGEST_COUNT) | (filled != np.floor(filled))
    if bad.any():
        row, column = (int(place[0]) for place in np.nonzero(bad))
        raise InvalidCounts(
            f"the count of series {first + row}, period {column} (both from 0) is {filled[row, column]}, but counts "
            f"are whole, from 0 to {LARGEST_COUNT}; write nan where nothing was reported"
        )
    return filled.astype(np.int64)


def _closed(values: bytes, width: int, periods: int) -> bytes:
    deflated = zlib.compress(values, 1, WINDOW)
    if len(deflated) < len(values):
        head, values = HEAD.pack(FORMAT, width | DEFLATED, periods), deflated
    else:
        head = HEAD.pack(FORMAT, width, periods)
    return head + CHECK.pack(zlib.crc32(values, zlib.crc32(head))) + values


def _opened(blob: Blob, number: int) -> tuple[int, int, bytes]:
    """Bytes a value, number of periods, and the values as bytes."""
    blob = bytes(blob)
    if len(blob) < START:
        raise DamagedSeries(f"packed series {number} has {len(blob)} bytes, fewer than its head of {START}")
    version, kind, periods = HEAD.unpack_from(blob)
    if version != FORMAT:
        raise DamagedSeries(f"packed series {number} says format {version}, but this program reads format {FORMAT}")
    values = blob[START:]
    if CHECK.unpack_from(blob, HEAD.size)[0] != zlib.crc32(values, zlib.crc32(blob[: HEAD.size])):
        raise DamagedSeries(f"packed series {number} is damaged: its checksum differs; pack it anew from the archive")
    width = kind & ~DEFLATED
    if width not in UNSIGNED:
        raise DamagedSeries(f"packed series {number} says {width} bytes a value; 1, 2 and 4 exist")
    try:
        values = zlib.decompress(values, WINDOW, width * periods or 1) if kind & DEFLATED else values
    except zlib.error as error:
        raise DamagedSeries(f"packed series {number} cannot be inflated: {error}") from error
    if len(values) != width * periods:
        raise DamagedSeries(f"packed series {number} holds {len(values)} bytes for {periods} periods of {width}")
    return width, periods, values


def _counts(values: bytes, width: int, periods: int) -> NDArray[np.float64]:
    raw = np.frombuffer(values, dtype=UNSIGNED[width], count=periods)
    counts = raw.astype(np.float64)
    counts[raw == np.iinfo(raw.dtype).max] = np.nan
    return counts


def _unpack_into(counts: NDArray[np.float64], blobs: Sequence[Blob], starts: list[int], first: int) -> None:
    """Fill (rows, periods) of `counts`; rows of one width are turned into numbers in one go."""
    opened = [_opened(blob, first + row) for row, blob in enumerate(blobs)]
    columns = counts.shape[1]
    for width in UNSIGNED:
        rows = [row for row, (wide, _, _) in enumerate(opened) if wide == width]
        lengths = [opened[row][1] for row in rows]
        flat = _counts(b"".join(opened[row][2] for row in rows), width, sum(lengths))
        begin = 0
        for row, length in zip(rows, lengths, strict=True):
            left, right = min(max(starts[row], 0), columns), max(min(starts[row] + length, columns), 0)
            line = counts[row]
            line[:left] = np.nan
            line[max(left, right) :] = np.nan
            if left < right:
                line[left:right] = flat[begin + left - starts[row] : begin + right - starts[row]]
            begin += length
