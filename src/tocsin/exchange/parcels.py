"""Parcels: the keys of one manifest's items, for one node. docs/exchange.md, section 4."""

import re
from collections.abc import Mapping
from typing import Any

from tocsin.exchange import suite
from tocsin.exchange.errors import Malformed

__all__ = ["keys_of", "parcel_for", "parcel_size"]

NUMBER = re.compile(r"[1-9][0-9]{0,15}")  # written one way; above 2^53 - 1 there are no documents


def parcel_for(recipient: suite.Key, *, manifest: str, keys: Mapping[int, bytes]) -> dict[str, Any]:
    """A parcel that only the holder of `recipient` opens. `keys` are by document number."""
    named = {str(number): suite.encoded(key) for number, key in keys.items()}
    return suite.wrapped({"keys": named, "manifest": manifest}, recipient)


def keys_of(parcel: object, ours: Mapping[str, suite.Key], *, manifest: str) -> dict[int, bytes]:
    """The keys a parcel hands over, by document number. Raises Malformed `locked`.

    A key that fits nothing is found by the item's commitment, not here.
    """
    content = suite.unwrapped(parcel, ours)
    if content["manifest"] != manifest:
        raise Malformed("locked", "the parcel is of another manifest")
    return {_number(name): _body_key(text) for name, text in content["keys"].items()}


def parcel_size(parcel: object) -> int | None:
    """Characters of what has the form of a parcel; None for what has not."""
    if not (isinstance(parcel, Mapping) and set(parcel) == set(suite.PARCEL)):
        return None
    header = parcel["header"]
    epk = header.get("epk") if isinstance(header, Mapping) and len(header) == 1 else None
    texts = [parcel[name] for name in suite.PARCEL if name != "header"]
    texts += list(epk.values()) if isinstance(epk, Mapping) else [None]
    return sum(map(len, texts)) if all(isinstance(text, str) for text in texts) else None


def _number(name: str) -> int:
    if not NUMBER.fullmatch(name):
        raise Malformed("locked", f"the parcel names document {name!r:.20}")
    return int(name)


def _body_key(text: object) -> bytes:
    key = suite.decoded(text, code="locked", what="a body key")
    if len(key) != suite.BODY_KEY_BYTES:
        raise Malformed("locked", f"a body key has {len(key)} bytes; it has {suite.BODY_KEY_BYTES}")
    return key
