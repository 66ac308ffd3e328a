"""A sealed decision read into its parts, each with its place in the file. Nothing in it is believed here."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tocsin.exchange.suite import digest
from tocsin.joint.sealed.faults import Faults, Span
from tocsin.joint.sealed.form import (
    ANY_FILE,
    DOCUMENT,
    FORMAT,
    MANIFEST,
    MEMBERS,
    PLACE,
    VERSION,
    Bounds,
    decoded_bytes,
)
from tocsin.joint.sealed.positions import BrokenOff, Read, TooMuch, plain, read_places

__all__ = ["CarriedDocument", "CarriedManifest", "SealedFile", "read_file"]

FOREIGN = re.compile(r"[^A-Za-z0-9_-]")
NOUN = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class CarriedManifest:
    """A manifest as the file has it. `label` is the digest that the file gives it, `digest` the one that it has."""

    label: str
    digest: str
    data: bytes
    signatures: tuple[Any, ...]
    read: Read

    def part(self, name: str) -> Span:
        """The bytes of one of its members."""
        return _part(self.read, name)


@dataclass(frozen=True)
class CarriedDocument:
    """A document as the file has it, and what the file says of it: nothing of that is proven.

    item      None where its bytes are not of their form, which is a fault already
    key       opens it; None for a public one
    manifest  digest of the one that names it
    """

    act: str
    origin: str
    epoch: int
    stream: str
    number: int
    item: bytes | None
    key: bytes | None
    manifest: str
    read: Read

    @property
    def where(self) -> str:
        """Its stream and number, and what act it is."""
        return f"{self.origin}/{self.epoch}/{self.stream} {self.number}, {self.act}"

    def part(self, name: str) -> Span:
        """The bytes of one of its members."""
        return _part(self.read, name)


@dataclass
class SealedFile:
    """A file as far as it could be read. `said` are the members beside documents and manifests, without places.

    bounds       how much of it is looked at
    carried      how many documents it has, those with them that are not of their form
    not_canonical_from   the byte from which on it is not in canonical form
    unreadable   why it could not be read to its end; "" where it could
    """

    said: Mapping[str, Any]
    places: Mapping[str, Read]
    documents: list[CarriedDocument]
    manifests: list[CarriedManifest]
    bounds: Bounds = ANY_FILE
    carried: int = 0
    not_canonical_from: int | None = None
    unreadable: str = ""

    @cached_property
    def carried_by(self) -> Mapping[str, list[str]]:
        """What stands by each manifest, by what the documents call that: each one's place, and what act it is."""
        found = defaultdict(list)
        for one in self.documents:
            found[one.manifest].append(one.where)
        return found

    def at(self, name: str) -> Span | None:
        """The bytes of a member."""
        read = self.places.get(name)
        return read.at if read is not None else None


def read_file(data: bytes, found: Faults, *, bounds: Bounds = ANY_FILE) -> SealedFile:
    """The parts of a file; what is not of its form is put into `found`, and the rest is read all the same."""
    if len(data) > bounds.size:
        return _nothing(f"it has {len(data)} bytes; the limit is {bounds.size}")
    most = {"documents": bounds.documents, "manifests": bounds.manifests}
    try:
        places = read_places(data, values=bounds.values, most=most)
    except TooMuch as much:
        found.fault("the file", "too-large", f"{much}, and was read no further")
        return _nothing(str(much))
    except BrokenOff as end:
        where = _where(end)
        found.fault(where or "the file", "file-form", f"it cannot be read from byte {end.at} on: {end.why}", _byte(end))
        return _nothing(f"{end.why}, at byte {end.at}{f', in {where}' if where else ''}")
    root = places.root
    if not isinstance(root.value, dict):
        found.fault("the file", "file-form", "it is not an object", root.at)
        return _nothing("it is not an object")
    parts = _members(root, MEMBERS, "the file", found)
    if (version := _plain(parts, "version")) is not None and version > VERSION:
        return _nothing(f"it is of version {version}; this program reads {VERSION}: take a newer one, nothing is lost")
    for name, expected in (("format", FORMAT), ("version", VERSION)):
        if name in parts and plain(parts[name]) != expected:
            found.fault("the file", "file-form", f"its {name} is not {expected}", parts[name].at)
    manifests = [_manifest(read, found) for read in _listed(parts, "manifests")]
    documents = [_document(read, index, found) for index, read in enumerate(_listed(parts, "documents"), 1)]
    said = {name: plain(read) for name, read in parts.items() if name not in ("documents", "manifests")}
    return SealedFile(
        said,
        parts,
        [one for one in documents if one is not None],
        [one for one in manifests if one is not None],
        bounds=bounds,
        carried=len(documents),
        not_canonical_from=places.not_canonical_from,
    )


def _nothing(why: str) -> SealedFile:
    return SealedFile({}, {}, [], [], unreadable=why)


def _byte(end: BrokenOff) -> Span:
    return end.at, end.at


def _where(end: BrokenOff) -> str:
    """What of the file it is in, by what was read of it before it broke off."""
    match end.within:
        case ["documents", int(index), *_]:
            return _document_named(index + 1, end.opened[2] if len(end.opened) > 2 else {})
        case ["manifests", int(index), *_]:
            return f"manifest {index + 1} of the file"
        case [name, *_]:
            return str(name)
    return ""


def _document_named(index: int, before: Mapping[str, Read]) -> str:
    place = plain(before["from"]) if "from" in before else {}
    if not (isinstance(place, dict) and {"origin", "epoch", "stream", "number"} <= place.keys()):
        return f"document {index} of the file"
    act = f", {plain(before['act'])}" if "act" in before else ""
    return f"{place['origin']}/{place['epoch']}/{place['stream']} {place['number']}{act}"


# Members


def _members(read: Read, names: Mapping[str, type], what: str, found: Faults) -> dict[str, Read]:
    """Those of the members that are there and of their form."""
    if not isinstance(read.value, dict):
        found.fault(what, "file-form", "it is not an object", read.at)
        return {}
    right: dict[str, Read] = {}
    for name, one in read.value.items():
        if name not in names:
            found.fault(what, "file-form", f"it has a member {name[:40]!r}, which is none of its own", one.at_with_name)
        elif not isinstance(one.value, names[name]) or isinstance(one.value, bool):
            found.fault(what, "file-form", f"its {name} is not {NOUN.get(names[name], 'a text or null')}", one.at)
        else:
            right[name] = one
    for name in sorted(names.keys() - read.value.keys()):
        found.fault(what, "file-form", f"it has no {name}", read.at)
    return right


def _plain(parts: Mapping[str, Read], name: str) -> Any:
    return plain(parts[name]) if name in parts else None


def _listed(parts: Mapping[str, Read], name: str) -> list[Read]:
    return list(parts[name].value) if name in parts else []


def _part(read: Read, name: str) -> Span:
    return read.value[name].at if isinstance(read.value, dict) and name in read.value else read.at


def _manifest(read: Read, found: Faults) -> CarriedManifest | None:
    parts = _members(read, MANIFEST, f"the manifest at byte {read.first}", found)
    if parts.keys() != MANIFEST.keys():
        return None
    label = str(parts["digest"].value)
    data = _bytes(parts["manifest"], f"the manifest {label}", found)
    if data is None:
        return None
    signatures = plain(parts["signatures"])
    return CarriedManifest(label, digest(data), data, tuple(signatures), read)


def _document(read: Read, index: int, found: Faults) -> CarriedDocument | None:
    named = _document_named(index, read.value if isinstance(read.value, dict) else {})
    parts = _members(read, DOCUMENT, named, found)
    place = _members(parts["from"], PLACE, named, found) if "from" in parts else {}
    if parts.keys() != DOCUMENT.keys() or place.keys() != PLACE.keys():
        return None
    where = {name: plain(one) for name, one in place.items()}
    key = parts["key"]
    if not (key.value is None or isinstance(key.value, str)):
        found.fault(named, "file-form", "its key is neither a text nor null", key.at)
        return None
    return CarriedDocument(
        act=str(parts["act"].value), origin=where["origin"], epoch=where["epoch"], stream=where["stream"],
        number=where["number"], item=_bytes(parts["item"], named, found),
        key=None if key.value is None else _bytes(key, f"the key of {named}", found) or b"",
        manifest=str(parts["manifest"].value), read=read,
    )  # fmt: skip


def _bytes(read: Read, what: str, found: Faults) -> bytes | None:
    """What base64url says. Where one letter is none of its own, that byte is named."""
    text = str(read.value)
    data = decoded_bytes(text)
    if data is not None:
        return data
    foreign = FOREIGN.search(text)
    at = read.first + 1 + len(text[: foreign.start()].encode("utf-8")) if foreign else None
    why = f"byte {at} of the file is none of base64url" if at is not None else "it is not base64url without padding"
    found.fault(what, "file-form", why, (at, at) if at is not None else read.at)
    return None
