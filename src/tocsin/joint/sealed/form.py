"""The form of a sealed decision: its members, how it is written, the digest at its end. docs/sealed-decisions.md."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exchange.canonical import canonical
from tocsin.exchange.errors import Malformed
from tocsin.exchange.suite import decoded, digest, encoded
from tocsin.joint.texts.paragraphs import Text, digest_of

__all__ = [
    "ANY_FILE",
    "DOCUMENT",
    "FILE_BYTES",
    "FORMAT",
    "MANIFEST",
    "MEMBERS",
    "MIB",
    "PLACE",
    "SUFFIX",
    "TAIL",
    "TAIL_BYTES",
    "VERSION",
    "Bounds",
    "binary",
    "decoded_bytes",
    "is_sealed_decision",
    "text_as_said",
    "with_digest",
    "without_digest",
]

FORMAT, VERSION = "tocsin-sealed-decision", 1
SUFFIX = ".tocsin-decision"
MIB = 1024 * 1024
FILE_BYTES = 64 * MIB

MEMBERS: Mapping[str, type] = {
    "alliance": str, "documents": list, "format": str, "made_at": str, "made_by": str, "manifests": list,
    "object": dict, "texts": dict, "title": dict, "version": int, "whole": str,
}  # fmt: skip
# So named that, sorted, what a thing is comes before its content: where that breaks off, it is known of what.
DOCUMENT: Mapping[str, type] = {"act": str, "from": dict, "item": str, "key": object, "manifest": str}
PLACE: Mapping[str, type] = {"epoch": int, "number": int, "origin": str, "stream": str}
MANIFEST: Mapping[str, type] = {"digest": str, "manifest": str, "signatures": list}
TAIL, AFTER = b',"whole":"', b'"}'
TAIL_BYTES = len(TAIL) + 43 + len(AFTER)


@dataclass(frozen=True)
class Bounds:
    """How much of a file is read at most, so that whoever is given one knows beforehand what it can cost.

    values       texts, numbers, lists and objects that it has in all
    signatures   of its manifests in all
    opened       bytes of its documents in all, once opened: they are carried compressed
    """

    size: int = FILE_BYTES
    documents: int = 20_000
    manifests: int = 50_000
    values: int = 1_000_000
    signatures: int = 100_000
    opened: int = 512 * MIB


ANY_FILE = Bounds()


def is_sealed_decision(data: bytes, *, name: str = "") -> bool:
    """Whether a file is one, or was one before it was damaged: by its name, its beginning, or what it says it is."""
    marked = f'"format":"{FORMAT}"'.encode()
    return name.endswith(SUFFIX) or data.startswith(b'{"alliance":') or marked in data


def with_digest(said: Mapping[str, Any]) -> bytes:
    """The bytes of a file that says this; `whole` is added, the digest of the file without it."""
    return canonical({**said, "whole": digest(canonical(dict(said)))})


def without_digest(data: bytes) -> tuple[str, str]:
    """The digest that stands at the end of a file, and the one that should. The file is not copied for it."""
    tail = data[-TAIL_BYTES:]
    said = tail[len(TAIL) : -len(AFTER)].decode("ascii", errors="replace") if tail.startswith(TAIL) else ""
    whole = hashlib.sha256(memoryview(data)[:-TAIL_BYTES])
    whole.update(b"}")
    return said, encoded(whole.digest())


def text_as_said(text: Text, language: str) -> dict[str, Any]:
    """The text in one language, as people and other programs read it: the digest is over just these `paragraphs`."""
    said = [{"kind": one.kind, "text": one.wording(language)} for one in text.paragraphs]
    return {"digest": digest_of(text, language), "paragraphs": said}


def binary(data: bytes) -> str:
    """Bytes as the file has them."""
    return encoded(data)


def decoded_bytes(text: str) -> bytes | None:
    """What the file has as text, as bytes again; None if it is not of that form."""
    try:
        return decoded(text, code="not-canonical", what="it")
    except Malformed:
        return None
