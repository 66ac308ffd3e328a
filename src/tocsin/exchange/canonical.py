"""Canonical JSON: one sequence of bytes for what is said, and no second reading of any bytes.

RFC 8785 (JSON Canonicalization Scheme), narrowed: numbers are whole and exact in every language, names are ASCII. Under
these two rules Python's own writer gives the canonical form of what it reads (tests hold it against `rfc8785`), so that
checking costs one pass in C. docs/exchange.md, section 1.
"""

import json
from typing import Any, NoReturn

import rfc8785

from tocsin.exchange import limits
from tocsin.exchange.errors import Malformed, TooLarge

__all__ = ["canonical", "read_canonical"]

LARGEST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises ValueError for what cannot be said in this form."""
    _check_members(value, limits.DEPTH)
    return rfc8785.dumps(value)


def read_canonical(data: bytes, *, what: str, limit: int = limits.DOCUMENT_BYTES) -> Any:
    """What canonical bytes say. `what` names them in a refusal. Raises Malformed, TooLarge."""
    if len(data) > limit:
        raise TooLarge("too-large", f"{what} has {len(data)} bytes; the limit is {limit}")
    try:
        value = _READER.decode(data.decode("utf-8"))
        again = _WRITER.encode(value).encode("utf-8")
    except RecursionError:
        raise _too_deep(what) from None
    except ValueError as problem:  # not UTF-8, not JSON, a fraction, a lone surrogate
        raise Malformed("not-canonical", f"{what} is not canonical JSON: {problem}") from None
    if again != data:
        raise Malformed(
            "not-canonical", f"{what} is not in canonical form: names are sorted and stand once, without white space"
        )
    # A text whose brackets are few cannot be deep, and one that is ASCII has no name that is not.
    if not data.isascii() or data.count(b"{") + data.count(b"[") > limits.DEPTH:
        try:
            _check_members(value, limits.DEPTH)
        except _TooDeep:
            raise _too_deep(what) from None
        except ValueError as problem:
            raise Malformed("not-canonical", f"{what} is not canonical JSON: {problem}") from None
    return value


class _TooDeep(ValueError):
    pass


def _too_deep(what: str) -> Malformed:
    return Malformed("too-deep", f"{what} is nested more than {limits.DEPTH} levels deep")


def _check_members(value: Any, depth: int) -> None:
    if isinstance(value, dict | list | tuple):
        if depth == 0:
            raise _TooDeep(f"nested more than {limits.DEPTH} levels deep")
        if isinstance(value, dict):
            for name in value:
                if not (isinstance(name, str) and name.isascii()):
                    raise ValueError(f"the name {name!r:.40} is not ASCII")
            value = value.values()
        for inner in value:
            _check_members(inner, depth - 1)
    elif isinstance(value, float):
        raise ValueError(f"{value!r} is a fraction; write it as text")


def _whole(digits: str) -> int:
    if len(digits) > 17 or abs(number := int(digits)) > LARGEST:
        raise ValueError(f"the number {digits[:20]} is beyond ±(2^53 - 1)")
    return number


def _no_fraction(text: str) -> NoReturn:
    raise ValueError(f"{text[:20]} is not a whole number; write a fraction as text")


_READER = json.JSONDecoder(parse_int=_whole, parse_float=_no_fraction, parse_constant=_no_fraction)
# What was just read cannot hold itself, so that need not be looked for.
_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)
