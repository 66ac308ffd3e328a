"""Bundles: batches as they travel, over HTTP or on removable media. docs/exchange.md, section 5.

A bundle is read batch by batch, so a file may be larger than memory. Nothing in it is believed here: that is `intake`.
"""

import hashlib
import re
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from tocsin.exchange import limits
from tocsin.exchange.canonical import canonical, read_canonical
from tocsin.exchange.errors import Malformed, Newer, Refused, TooLarge
from tocsin.exchange.manifests import Manifest, read_signatures
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.streams import check_alliance, check_node

__all__ = ["Batch", "Begin", "CheckpointRecord", "TrustFile", "carried", "filled", "read_bundle", "write_bundle"]

MAGIC = b"TOCSIN\x01"
HEAD = struct.Struct(">cI")
PROTOCOL = 1
CODE = "not-a-bundle"
# No name that a careless reader could take for a place outside of its folder.
NAME = re.compile(r"(?=.{1,100}\Z)[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*")

BATCH_KINDS = (b"S", b"I", b"X", b"P")  # of what belongs to the manifest before it

Record = tuple[bytes, bytes]  # kind, payload


@dataclass(frozen=True)
class Begin:
    """What a bundle says of itself; it proves nothing."""

    alliance: str
    sender: str
    made_at: str


@dataclass(frozen=True)
class Batch:
    """A manifest with all that belongs to it. An item that is withheld is None; `parcels` are by node."""

    manifest: Manifest
    signatures: list[dict[str, Any]]
    items: list[bytes | None]
    parcels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its items, about what it takes in a bundle."""
        return len(self.manifest.data) + sum(len(item) for item in self.items if item is not None)


@dataclass(frozen=True)
class TrustFile:
    """A file of the trust list: its name in the repository, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class CheckpointRecord:
    """A checkpoint with its signatures, as `checkpoints` reads it."""

    data: bytes


Part = Batch | TrustFile | CheckpointRecord


# Writing


def write_bundle(file: BinaryIO, parts: Iterable[Part], *, alliance: str, sender: str, made_at: datetime) -> int:
    """Write a bundle and return its length in bytes.

    Raises TooLarge for what no receiver would take, ValueError for a file of the trust list behind a batch.
    """
    hashed, length = hashlib.sha256(), 0

    def put(kind: bytes, payload: bytes) -> None:
        nonlocal length
        if len(payload) > limits.RECORD_BYTES:
            raise TooLarge("too-large", f"a record of {len(payload)} bytes; the limit is {limits.RECORD_BYTES}")
        head = HEAD.pack(kind, len(payload))
        for data in (head, payload):
            hashed.update(data)
            file.write(data)
        length += len(head) + len(payload)

    hashed.update(MAGIC)
    file.write(MAGIC)
    said = {"alliance": alliance, "from": sender, "made_at": moment(made_at), "protocol": PROTOCOL}
    put(b"B", canonical(said))
    batches = False
    for part in parts:
        if batches and isinstance(part, TrustFile):
            raise ValueError(f"{part.name} stands behind a batch; files of the trust list go before them")
        batches = batches or isinstance(part, Batch)
        for kind, payload in _said(part):
            put(kind, payload)
    put(b"Z", hashed.digest())
    return len(MAGIC) + length


def _said(part: Part) -> list[Record]:
    match part:
        case TrustFile():
            return [(b"T", part.name.encode("ascii") + b"\x00" + part.data)]
        case CheckpointRecord():
            return [(b"C", part.data)]
    records = [(b"M", part.manifest.data), (b"S", canonical(part.signatures))]
    records += [(b"X", b"") if item is None else (b"I", item) for item in part.items]
    if part.parcels:
        records.append((b"P", canonical(part.parcels)))
    _check_size(sum(HEAD.size + len(payload) for _, payload in records))
    return records


def carried(batch: Batch) -> int:
    """Bytes that a batch takes in a bundle. Raises TooLarge for one that no receiver would take."""
    return sum(HEAD.size + len(payload) for _, payload in _said(batch))


def filled(batches: Sequence[Batch]) -> list[Batch]:
    """As many of the first batches as one page over HTTP carries, with their parcels; one at least."""
    size, page = limits.PAGE_FILLED_BYTES, list[Batch]()
    for batch in batches:
        size -= carried(batch)
        if page and size < 0:
            break
        page.append(batch)
    return page


def _check_size(size: int) -> None:
    if size > limits.BATCH_BYTES:
        raise TooLarge("too-large", f"a batch of {size} bytes or more; the limit is {limits.BATCH_BYTES}")


# Reading


def read_bundle(
    file: BinaryIO, *, most: int | None = None, passed_over: Callable[[Refused], None] | None = None
) -> Iterator[Begin | Part]:
    """The parts of a bundle, in order. Raises Malformed, TooLarge, Newer where the bundle ends being one.

    most         bytes to read at most; None for a file, which is as long as its medium allows
    passed_over  is told why a batch cannot be read, and reading goes on behind it; without it that is the end
    """
    records = _Records(file, most)
    if records.kind != b"B":
        raise _damaged("it does not begin with a record B")
    yield _begin(records.take())
    batches = False
    while records.kind != b"Z":
        match records.kind:
            case b"M":
                batches = True
                content = _content(records)
                try:
                    batch = _batch(content)
                except Refused as refusal:
                    if passed_over is None:
                        raise
                    passed_over(refusal)
                else:
                    yield batch
            case b"C":
                yield CheckpointRecord(records.take())
            case b"T" if not batches:
                yield _trust_file(records.take())
            case kind:
                raise _damaged(f"there is a record of kind {kind!r} where none belongs")


def _begin(payload: bytes) -> Begin:
    said = read_canonical(payload, what="a bundle's beginning", limit=10_000)
    if not isinstance(said, dict):
        raise _damaged("its beginning is not an object")
    protocol = said.get("protocol")
    if type(protocol) is int and protocol > PROTOCOL:
        raise _newer(protocol)
    if type(protocol) is not int or protocol != PROTOCOL:
        raise _damaged(f"its protocol is {protocol!r:.20}")
    alliance = check_alliance(said.get("alliance"), code=CODE)
    sender = check_node(said.get("from"), code=CODE)
    made_at = read_moment(said.get("made_at"), code=CODE, what="made_at")
    return Begin(alliance, sender, moment(made_at))


def _trust_file(payload: bytes) -> TrustFile:
    name, zero, data = payload.partition(b"\x00")
    if not (zero and name.isascii() and NAME.fullmatch(name.decode("ascii"))):
        raise _damaged("a file of the trust list has no name, or not one of a file")
    return TrustFile(name.decode("ascii"), data)


def _content(records: "_Records") -> list[Record]:
    """The records of one batch, as they stand."""
    size, content = 0, list[Record]()
    while not content or records.kind in BATCH_KINDS:
        kind, payload = records.kind, records.take()
        size += HEAD.size + len(payload)
        _check_size(size)
        if len(content) == limits.BATCH_DOCUMENTS + 3:
            raise TooLarge("too-large", f"a batch of more than {limits.BATCH_DOCUMENTS} documents")
        content.append((kind, payload))
    return content


def _batch(content: list[Record]) -> Batch:
    manifest = Manifest.read(content[0][1])
    if len(content) < 2 or content[1][0] != b"S":
        raise _damaged(f"{manifest} is not followed by its signatures")
    signatures = read_signatures(content[1][1])
    items: list[bytes | None] = []
    parcels: dict[str, Any] = {}
    for at, (kind, payload) in enumerate(content[2:], 3):
        match kind:
            case b"P" if at == len(content):
                parcels = _parcels(payload)
            case b"I" | b"X" if kind == b"I" or not payload:
                items.append(payload if kind == b"I" else None)
            case b"X":
                raise _damaged("a withheld item has content")
            case _:
                raise _damaged(f"there is a record of kind {kind!r} where none belongs")
    if len(items) != len(manifest.items):
        raise _damaged(f"{manifest} is followed by {len(items)} items and names {len(manifest.items)}")
    return Batch(manifest, signatures, items, parcels)


def _parcels(payload: bytes) -> dict[str, Any]:
    parcels = read_canonical(payload, what="parcels", limit=limits.RECORD_BYTES)
    if not (isinstance(parcels, dict) and parcels and all(isinstance(parcel, dict) for parcel in parcels.values())):
        raise _damaged("parcels are not an object of objects")
    for node in parcels:
        check_node(node, code=CODE)
    return parcels


class _Records:
    """The records one after the other; the last is Z, with the right digest and nothing after it.

    `kind` is that of the record that `take` gives next.
    """

    def __init__(self, file: BinaryIO, most: int | None) -> None:
        self._file, self._left, self._most = file, most, most
        self._records = 0
        self._hashed = hashlib.sha256(MAGIC)
        magic = self._read(len(MAGIC))
        if magic[:-1] == MAGIC[:-1] and magic > MAGIC:
            raise _newer(magic[-1])
        if magic != MAGIC:
            raise _damaged("it does not begin as one")
        self._next()

    def take(self) -> bytes:
        """The payload of the next record."""
        payload = self._payload
        self._next()
        return payload

    def _next(self) -> None:
        head = self._read(HEAD.size)
        self._records += 1
        if self._most is not None and self._records > limits.PAGE_RECORDS:
            raise TooLarge("too-large", f"a page has more than {limits.PAGE_RECORDS} records")
        self.kind, length = HEAD.unpack(head)
        if length > limits.RECORD_BYTES:
            raise TooLarge("too-large", f"a record of {length} bytes; the limit is {limits.RECORD_BYTES}")
        expected = self._hashed.digest()
        self._payload = self._read(length)
        self._hashed.update(head)
        self._hashed.update(self._payload)
        if self.kind == b"Z":
            if self._payload != expected:
                raise _damaged("its digest is another: some of it was changed or lost")
            if self._file.read(1):
                raise _damaged("something follows its end")

    def _read(self, count: int) -> bytes:
        if self._left is not None:
            if count > self._left:
                raise TooLarge("too-large", f"the bundle is larger than {self._most} bytes")
            self._left -= count
        data = self._file.read(count)
        while len(data) < count and (more := self._file.read(count - len(data))):  # a pipe gives what it has
            data += more
        if len(data) != count:
            raise _damaged("it ends in the middle")
        return data


def _newer(protocol: int) -> Newer:
    detail = f"the bundle is written in protocol {protocol}; this node speaks {PROTOCOL}"
    return Newer("newer-protocol", detail, "upgrade this node; nothing is lost")


def _damaged(why: str) -> Malformed:
    return Malformed(CODE, f"not a whole bundle: {why}", "copy or fetch it again; nothing of the broken part was taken")
