"""JSON read with its places: which bytes of a file say what.

A file that was damaged is read as far as it can be, so that what is wrong with it can be named: inside a text, anything
but its end is looked past here and found by whoever knows what the text should be. White space has no place in it.

Nothing of what is read is written or copied a second time, and whoever reads says how much at most.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tocsin.exchange.limits import DEPTH

__all__ = ["BrokenOff", "Places", "Read", "TooMuch", "plain", "read_places"]

TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
NUMBER = re.compile(rb"-?[0-9]+")
read_text = json.JSONDecoder(strict=False).decode
written = json.JSONEncoder(ensure_ascii=False).encode  # a text in canonical form
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


@dataclass(frozen=True, slots=True)
class Places:
    """What bytes say, and the byte from which on they are not in canonical form; None where all of them are."""

    root: Read
    not_canonical_from: int | None


class TooMuch(ValueError):
    """There is more in the bytes than whoever reads them takes."""


class BrokenOff(ValueError):
    """The bytes are no JSON from one of them on.

    at       that byte, counted from 0
    within   the names and indexes that lead to where it stands
    opened   the objects and lists that it stands in, outermost first, each with what was read of it before
    """

    def __init__(self, why: str, at: int, within: list[str | int], opened: list[Any]) -> None:
        super().__init__(why)
        self.why, self.at, self.within, self.opened = why, at, within, opened


def read_places(data: bytes, *, values: int = 1_000_000, most: Mapping[str, int] | None = None) -> Places:
    """What the bytes say, each value with its place. Raises BrokenOff and TooMuch.

    values   how many there may be in all
    most     how many there may be in the lists that are members of these names
    """
    reader = _Reader(data, values, most or {})
    root = reader.value()
    if reader.at != len(data):
        raise reader.broken("something follows the end")
    return Places(root, reader.not_canonical_from)


def plain(read: Read) -> Any:
    """The value without places."""
    if isinstance(read.value, dict):
        return {name: plain(one) for name, one in read.value.items()}
    return [plain(one) for one in read.value] if isinstance(read.value, list) else read.value


class _Reader:
    """Reads one value after the other; `at` is the next byte, the rest is what it is in the middle of."""

    def __init__(self, data: bytes, values: int, most: Mapping[str, int]) -> None:
        self.data, self.at, self.values, self.most = data, 0, values, most
        self.within: list[str | int] = []
        self.opened: list[Any] = []
        self.read = 0
        self.not_canonical_from: int | None = None

    def broken(self, why: str, at: int | None = None) -> BrokenOff:
        """At the byte that is next, unless another is given."""
        return BrokenOff(why, self.at if at is None else at, list(self.within), list(self.opened))

    def value(self, named: int | None = None) -> Read:
        """The value that begins here, and whose name began at `named`."""
        self.read += 1
        if self.read > self.values:
            raise TooMuch(f"it has more than {self.values} values")
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
        self._compare_order(found)
        return found

    def _compare_order(self, found: Mapping[str, Read]) -> None:
        """Names are sorted: note the byte in which the first that is not differs from the one that belongs there."""
        for name, right in zip(found, sorted(found), strict=True):
            if name != right:
                self._compare(written(name).encode("utf-8", "replace"), right, found[name].named)
                return

    def _compare(self, said: bytes, right: str | int, first: int) -> None:
        """Note the byte of `said`, which begins at `first`, from which on it is not what canonical form has there."""
        again = (written(right) if isinstance(right, str) else str(right)).encode("utf-8", errors="replace")
        if said != again:
            at = first + _first_difference(said, again)
            self.not_canonical_from = at if self.not_canonical_from is None else min(at, self.not_canonical_from)

    def _list(self) -> list[Read]:
        found: list[Read] = []
        most = self.most.get(str(self.within[0])) if len(self.within) == 1 else None
        self.opened.append(found)
        self._pass(b"[")
        while self._next() != b"]":
            if found:
                self._pass(b",")
            if len(found) == most:
                raise TooMuch(f"it has more than {most} {self.within[0]}")
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
        found, first = TEXT.match(self.data, self.at), self.at
        if found is None:
            raise self.broken("it ends in the middle of a text", len(self.data))
        self.at = found.end()
        words = found[0].decode("utf-8", errors="replace")
        try:
            said = str(read_text(words))
        except ValueError:
            said = words[1:-1]
        self._compare(found[0], said, first)
        return said

    def _number(self) -> int:
        found, first = NUMBER.match(self.data, self.at), self.at
        if found is None or len(found[0]) > 17:
            raise self.broken("no value begins so")
        self.at = found.end()
        number = int(found[0])
        self._compare(found[0], number, first)
        return number


def _first_difference(one: bytes, other: bytes) -> int:
    """The first place in which two runs of bytes differ, found by halves: they may be millions."""
    same, unknown = 0, min(len(one), len(other))
    while same < unknown:
        middle = (same + unknown + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            unknown = middle - 1
    return same
