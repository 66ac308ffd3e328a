"""Manifests: what a node has signed. Each names the documents of one batch and the manifest before it.

docs/exchange.md, section 4.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from tocsin.exchange import limits, suite
from tocsin.exchange.canonical import LARGEST, canonical, read_canonical
from tocsin.exchange.errors import Malformed, Newer, TooLarge
from tocsin.exchange.moments import moment, read_moment
from tocsin.exchange.streams import Stream, check_alliance, check_audience, check_node

__all__ = ["Manifest", "counted_signers", "read_signatures"]

PROTOCOL = 1
TYP = "tocsin-manifest"
CODE = "manifest-invalid"
DIGESTS = re.compile(rf"{suite.DIGEST.pattern}(?:,{suite.DIGEST.pattern})*")


@dataclass(frozen=True)
class Manifest:
    """A manifest as read. `data` are the bytes that were signed."""

    alliance: str
    stream: Stream
    first: int
    items: tuple[str, ...]
    previous: str | None
    sealed_at: datetime
    data: bytes

    @classmethod
    def make(
        cls,
        *,
        alliance: str,
        stream: Stream,
        first: int,
        items: Sequence[str],
        previous: str | None,
        sealed_at: datetime,
    ) -> Self:
        """The manifest of these items, in this place. Raises as `read` does."""
        said = {
            "protocol": PROTOCOL,
            "alliance": alliance,
            "origin": stream.origin,
            "epoch": stream.epoch,
            "stream": stream.audience,
            "first": first,
            "count": len(items),
            "items": list(items),
            "previous": previous,
            "sealed_at": moment(sealed_at),
        }
        return cls.read(canonical(said))

    @classmethod
    def read(cls, data: bytes) -> Self:
        """The manifest that canonical bytes say. Raises Malformed, TooLarge, Newer."""
        said = read_canonical(data, what="a manifest", limit=limits.MANIFEST_BYTES)
        if not isinstance(said, dict):
            raise Malformed(CODE, "a manifest is an object")
        _check_protocol(said.get("protocol"))
        alliance = check_alliance(said.get("alliance"), code=CODE)
        origin = check_node(said.get("origin"), code=CODE)
        audience = check_audience(said.get("stream"), origin=origin, code=CODE)
        epoch, first, count = (_from_one(said, name) for name in ("epoch", "first", "count"))
        if count > limits.BATCH_DOCUMENTS:
            raise TooLarge("too-large", f"the manifest covers {count} documents; the limit is {limits.BATCH_DOCUMENTS}")
        if first + count - 1 > LARGEST:
            raise Malformed(CODE, f"the manifest's documents are numbered from {first} on, beyond 2^53 - 1")
        items, previous = said.get("items"), said.get("previous", "")
        if not (isinstance(items, list) and len(items) == count and _all_digests(items)):
            raise Malformed(CODE, f"the manifest does not give {count} digests")
        if (previous is not None) if first == 1 else not suite.is_digest(previous):
            raise Malformed(
                CODE,
                f"the manifest's previous is {previous!r:.60}; it is null where first is 1, and a digest elsewhere",
            )
        sealed_at = read_moment(said.get("sealed_at"), code=CODE, what="sealed_at")
        return cls(alliance, Stream(origin, epoch, audience), first, tuple(items), previous, sealed_at, data)

    @cached_property
    def digest(self) -> str:
        """By which the next manifest, the log and receipts name this one."""
        return suite.digest(self.data)

    @property
    def last(self) -> int:
        """The number of its last document."""
        return self.first + len(self.items) - 1

    def __str__(self) -> str:
        return f"{self.stream} {self.first}-{self.last}"


def _check_protocol(protocol: object) -> None:
    # type(), because to Python true is 1.
    if type(protocol) is int and protocol > PROTOCOL:
        raise Newer(
            "newer-protocol",
            f"the manifest is written in protocol {protocol}; this node speaks {PROTOCOL}",
            "upgrade this node; nothing is lost",
        )
    if type(protocol) is not int or protocol != PROTOCOL:
        raise Malformed(CODE, f"the manifest's protocol is {protocol!r:.20}")


def _from_one(said: Mapping[str, Any], name: str) -> int:
    value = said.get(name)
    if type(value) is not int or value < 1:
        raise Malformed(CODE, f"the manifest's {name} is {value!r:.20}; it is a whole number from 1 on")
    return value


def _all_digests(items: list[Any]) -> bool:
    """Whether all are digests, by one look at all: each has 43 characters, so none can pass for two."""
    if not all(isinstance(item, str) and len(item) == 43 for item in items):
        return False
    return DIGESTS.fullmatch(",".join(items)) is not None


def read_signatures(data: bytes) -> list[dict[str, Any]]:
    """The signatures that stand beside a manifest. Raises Malformed, TooLarge."""
    said = read_canonical(data, what="signatures", limit=100_000)
    if not (isinstance(said, list) and all(isinstance(one, dict) for one in said)):
        raise Malformed("signature-missing", "signatures are a list of objects")
    if len(said) > limits.SIGNATURES:
        raise TooLarge("too-large", f"there are {len(said)} signatures; the limit is {limits.SIGNATURES}")
    return said


def counted_signers(
    payload: bytes, signatures: Sequence[object], keys: Mapping[str, suite.Key], *, typ: str = TYP
) -> set[str]:
    """The identifiers of the distinct keys that signed. What does not count is as if it were not there."""
    return {kid for one in signatures if (kid := suite.signed_by(payload, one, keys, typ=typ)) is not None}
