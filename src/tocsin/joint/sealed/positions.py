"""JSON read with its places: which bytes of a file say what.

A file that was damaged is read as far as it can be, so that what is wrong with it can be named: inside a text, anything
but its end is looked past here and found by whoever knows what the text should be. White space has no place in it.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from tocsin.exchange.limits import DEPTH

__all__ = ["BrokenOff", "Read", "plain", "read_places"]

TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
NUMBER = re.compile(rb"-?[0-9]+")
WORDS = {b"t": (b"true", True), b"f": (b"false", False), b"n": (b"null", None)}


@dataclass(frozen=True, slots=True)
class Read:
    """A value and the bytes that say it: `first` to `last`, counted from 0, both of them its own.

    value   a text, a whole number, true, false, null; a list of `Read`; an object of `Read` by name
    named   where the name of a member begins; of any other value, where that begins
    """

    value: Any
    first: int
    last: int
    named: int

    @property
    def at(self) -> tuple[int, int]:
        """Its bytes, as faults give them."""
        return self.first, self.last

    @property
    def at_with_name(self) -> tuple[int, int]:
        """Its bytes with those of its name."""
        return self.named, self.last


class BrokenOff(ValueError):
    """The bytes are no JSON from one of them on.

    at       that byte, counted from 0
    within   the names and indexes that lead to where it stands
    opened   the objects and lists that it stands in, outermost first, each with what was read of it before
    """

    def __init__(self, why: str, at: int, within: list[str | int], opened: list[Any]) -> None:
        super().__init__(why)
        self.why, self.at, self.within, self.opened = why, at, within, opened


def read_places(data: bytes) -> Read:
    """What the bytes say, each value with its place. Raises BrokenOff."""
    reader = _Reader(data)
    read = reader.value()
    if reader.at != len(data):
        raise reader.broken("something follows the end")
    return read


def plain(read: Read) -> Any:
    """The value without places."""
    if isinstance(read.value, dict):
        return {name: plain(one) for name, one in read.value.items()}
    return [plain(one) for one in read.value] if isinstance(read.value, list) else read.value


class _Reader:
    """Reads one value after the other; `at` is the next byte, the rest is what it is in the middle of."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0
        self.within: list[str | int] = []
        self.opened: list[Any] = []

    def broken(self, why: str, at: int | None = None) -> BrokenOff:
        """At the byte that is next, unless another is given."""
        return BrokenOff(why, self.at if at is None else at, list(self.within), list(self.opened))

    def value(self, named: int | None = None) -> Read:
        """The value that begins here, and whose name began at `named`."""
        first, start = self.at, self._next()
        if start == b"{":
            value: Any = self._object()
        elif start == b"[":
            value = self._list()
        elif start == b'"':
            value = self._text()
        elif start in WORDS:
            word, value = WORDS[start]
            self._pass(word)
        else:
            value = self._number()
        return Read(value, first, self.at - 1, first if named is None else named)

    def _next(self) -> bytes:
        if self.at >= len(self.data):
            raise self.broken("it ends in the middle")
        return self.data[self.at : self.at + 1]

    def _pass(self, expected: bytes) -> None:
        found = self.data[self.at : self.at + len(expected)]
        if found != expected:
            same = next((at for at, pair in enumerate(zip(found, expected, strict=False)) if pair[0] != pair[1]), -1)
            if same < 0:
                raise self.broken("it ends in the middle", len(self.data))
            raise self.broken(f"{expected[same : same + 1].decode()} is expected there", self.at + same)
        self.at += len(expected)

    def _object(self) -> dict[str, Read]:
        found: dict[str, Read] = {}
        self.opened.append(found)
        self._pass(b"{")
        while self._next() != b"}":
            if found:
                self._pass(b",")
            place = self.at
            if self._next() != b'"':
                raise self.broken("a name is expected there")
            name = self._text()
            if name in found:
                raise self.broken(f"the name {name[:40]!r} stands twice", place)
            self._pass(b":")
            found[name] = self._inner(name, place)
        self._pass(b"}")
        self.opened.pop()
        return found

    def _list(self) -> list[Read]:
        found: list[Read] = []
        self.opened.append(found)
        self._pass(b"[")
        while self._next() != b"]":
            if found:
                self._pass(b",")
            found.append(self._inner(len(found), None))
        self._pass(b"]")
        self.opened.pop()
        return found

    def _inner(self, name: str | int, named: int | None) -> Read:
        if len(self.within) >= DEPTH:
            raise self.broken(f"it is nested more than {DEPTH} levels deep")
        self.within.append(name)
        read = self.value(named)
        self.within.pop()
        return read

    def _text(self) -> str:
        found = TEXT.match(self.data, self.at)
        if found is None:
            raise self.broken("it ends in the middle of a text", len(self.data))
        self.at = found.end()
        written = found[0].decode("utf-8", errors="replace")
        try:
            said = json.loads(written, strict=False)
        except ValueError:
            return written[1:-1]
        return str(said)

    def _number(self) -> int:
        found = NUMBER.match(self.data, self.at)
        if found is None or len(found[0]) > 17:
            raise self.broken("no value begins so")
        self.at = found.end()
        return int(found[0])
