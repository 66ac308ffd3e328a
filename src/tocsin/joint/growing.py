"""A sequence that never changes and yet grows cheaply: what was before and what comes after share their beginning."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Generic, TypeVar, overload

__all__ = ["Growing"]

T = TypeVar("T")


class Growing(Sequence[T], Generic[T]):
    """The first of a list that others may grow. `with_` adds one at the end, of the longest there is without a copy.

    A state of an object keeps each act, and every act makes another state: tuples would be copied for each of them.
    """

    __slots__ = ("_items", "_length")

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._items = list(items)
        self._length = len(self._items)

    def with_(self, one: T) -> "Growing[T]":
        """All of it, and this one behind."""
        items = self._items
        if self._length and len(items) == self._length:
            items.append(one)
        if not self._length or items[self._length] is not one:  # there is a longer one already, of another thread even
            items = [*items[: self._length], one]
        made: Growing[T] = Growing()
        made._items, made._length = items, self._length + 1
        return made

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[T]:
        return iter(self._items[: self._length])

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        if isinstance(at, slice):
            return tuple(self._items[: self._length][at])
        if not -self._length <= at < self._length:
            raise IndexError(at)
        return self._items[at if at >= 0 else self._length + at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Growing | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
