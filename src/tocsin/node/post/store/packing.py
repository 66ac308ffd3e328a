"""How rows hold what is many or long: items side by side, texts compressed, values as JSON.

JSON stands in bytes, not in columns for it: what others wrote may hold characters that PostgreSQL takes in no text.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from struct import pack, unpack_from
from typing import Any

import zstandard

from tocsin.exchange.saying import Saying
from tocsin.exchange.store import Reason

__all__ = [
    "Texts", "by_hundreds", "from_json", "kept_reasons", "packed", "read_reasons", "runs", "to_json", "unpacked",
]  # fmt: skip

Item = bytes | None  # None is withheld

RUN_BYTES = 64 * 1024  # of items in a row: few rows a batch, and little to write anew when one of them is erased
WITHHELD = 0xFFFFFFFF  # in the place of a length
WORTH_COMPRESSING = 256  # bytes
PLAIN, FRAME = b"\x00", b"\x01"


def runs(items: Sequence[Item]) -> Iterator[tuple[int, Sequence[Item]]]:
    """Items in runs of about as many bytes: the place of the first, and the run."""
    begin = size = 0
    for place, item in enumerate(items):
        size += len(item or b"")
        if size >= RUN_BYTES:
            yield begin, items[begin : place + 1]
            begin, size = place + 1, 0
    if begin < len(items):
        yield begin, items[begin:]


def packed(items: Sequence[Item]) -> bytes:
    """Their number, their lengths, 4 bytes each, and the items."""
    lengths = [WITHHELD if item is None else len(item) for item in items]
    return pack(f">{len(items) + 1}I", len(items), *lengths) + b"".join(item for item in items if item is not None)


def unpacked(data: bytes) -> list[Item]:
    """What `packed` packed."""
    (count,) = unpack_from(">I", data)
    lengths = unpack_from(f">{count}I", data, 4)
    ends = accumulate((0 if length == WITHHELD else length for length in lengths), initial=4 * (count + 1))
    return [None if length == WITHHELD else data[at : at + length] for length, at in zip(lengths, ends, strict=False)]


class Texts:
    """Documents' texts, compressed where that saves something. For one thread."""

    def __init__(self) -> None:
        """The compressor is made once, and serves for any number of texts."""
        self._compressor = zstandard.ZstdCompressor(level=3)
        self._decompressor = zstandard.ZstdDecompressor()

    def kept(self, text: bytes | None) -> bytes | None:
        """As a row keeps it."""
        if text is None:
            return None
        if len(text) >= WORTH_COMPRESSING:
            frame = self._compressor.compress(text)
            if len(frame) < len(text):
                return FRAME + frame
        return PLAIN + text

    def read(self, data: bytes | None) -> bytes | None:
        """As it was."""
        if data is None:
            return None
        return self._decompressor.decompress(data[1:]) if data[:1] == FRAME else bytes(data[1:])


def to_json(value: Any) -> bytes:
    """JSON in ASCII; nothing for an empty value."""
    return json.dumps(value, separators=(",", ":")).encode("ascii") if value else b""


def from_json(data: bytes, empty: Any) -> Any:
    """The value, or `empty`."""
    return json.loads(bytes(data)) if data else empty


def kept_reasons(reasons: Iterable[Reason]) -> bytes:
    """As a row keeps them; with what a check's sentence was made of, where it was made of anything."""
    return to_json([_kept(one) for one in reasons])


def _kept(reason: Reason) -> list[Any]:
    said = reason.said
    return [reason.code, reason.detail, reason.row, *((said.name, said.values) if said is not None else ())]


def read_reasons(data: bytes) -> tuple[Reason, ...]:
    """What `kept_reasons` kept, in whichever release."""
    return tuple(
        Reason(code, detail, row, Saying(*said) if said else None) for code, detail, row, *said in from_json(data, ())
    )


def by_hundreds(values: Iterable[Any]) -> Iterator[list[Any]]:
    """Values in lists of 500, as many as one query asks for at a time."""
    given = list(values)
    for at in range(0, len(given), 500):
        yield given[at : at + 500]
