"""What a peer says it has, as it answers `GET heads`. Nothing of it is believed; it says what to ask for.

docs/exchange.md, section 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import read_canonical
from tocsin.exchange.errors import Malformed, Newer
from tocsin.exchange.moments import read_moment
from tocsin.exchange.streams import Stream, check_audience, check_node

__all__ = ["Heads", "read_heads"]

SPOKEN = 1
CODE = "bad-request"


@dataclass(frozen=True)
class Heads:
    """What a peer says. `streams` are its last document and manifest of each."""

    now: datetime
    speaks: tuple[int, ...]
    trust_version: int
    root_version: int
    streams: Mapping[Stream, tuple[int, str]]
    checkpoints: tuple[bytes, ...]
    evidence: tuple[bytes, ...]


def read_heads(data: bytes) -> Heads:
    """The heads that canonical bytes say. Members not known here are passed over.

    Raises Malformed, TooLarge; Newer for a peer that no longer speaks this version of the protocol.
    """
    said = read_canonical(data, what="heads", limit=limits.PAGE_BYTES)
    try:
        speaks = tuple(_whole(one, least=1) for one in said["speaks"][:100])
        trust = said["trust"]
        heads = Heads(
            now=read_moment(said["now"], code=CODE, what="now"),
            speaks=speaks,
            trust_version=_whole(trust["version"], least=0),
            root_version=_whole(trust["root"], least=0),
            streams=dict(map(_stream, said["streams"])),
            checkpoints=tuple(suite.decoded(one, code=CODE, what="a checkpoint") for one in said["checkpoints"]),
            evidence=tuple(suite.decoded(one, code=CODE, what="evidence") for one in said["evidence"]),
        )
    except (KeyError, TypeError, ValueError):
        raise Malformed(CODE, "what the peer says it has is not of the protocol's form") from None
    if SPOKEN not in speaks:
        raise Newer(
            "newer-protocol",
            f"the peer speaks {', '.join(map(str, speaks)) or 'no version'} of the protocol; this node speaks {SPOKEN}",
            "upgrade this node; nothing is lost",
        )
    return heads


def _stream(said: Mapping[str, Any]) -> tuple[Stream, tuple[int, str]]:
    origin = check_node(said["origin"], code=CODE)
    audience = check_audience(said["stream"], origin=origin, code=CODE)
    stream, manifest = Stream(origin, _whole(said["epoch"], least=1), audience), said["manifest"]
    if not suite.is_digest(manifest):
        raise Malformed(CODE, f"{stream} has no manifest")
    return stream, (_whole(said["last"], least=1), manifest)


def _whole(value: object, *, least: int) -> int:
    if type(value) is not int or value < least:  # type(), because to Python true is 1
        raise ValueError(value)
    return value
