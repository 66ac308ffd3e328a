"""The offers and the shipments of a request, found by their names, with what is added up over all of them.

The fold puts them in, and nobody else: whoever has a request reads. So no act has to look at every offer, however many
there are.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from heapq import heappop, heappush
from typing import Generic, TypeVar, overload

from tocsin.joint.assistance.offers import Key, Offer, OfferStatus
from tocsin.joint.assistance.shipments import Shipment

__all__ = ["Offers", "Shipments"]

T = TypeVar("T", Offer, Shipment)


class _Book(Sequence[T], Generic[T]):
    """In the order in which they were made."""

    def __init__(self, made: Iterable[T] = ()) -> None:
        self._by_key: dict[Key, T] = {}
        for one in made:
            self.put(one)

    def get(self, key: Key) -> T | None:
        """The one of that name."""
        return self._by_key.get(key)

    def put(self, one: T) -> None:
        """In the place of the one of the same name, or as the last."""
        before = self._by_key.get(one.key)
        if before is not None:
            self._count(before, -1)
        self._by_key[one.key] = one
        self._count(one, 1)

    def _count(self, one: T, sign: int) -> None:
        """Bring up to date what is added up."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._by_key.values())

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[T, ...]: ...
    def __getitem__(self, at: int | slice) -> T | tuple[T, ...]:
        return tuple(self._by_key.values())[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Book | tuple) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


class Offers(_Book[Offer]):
    """Of one request."""

    def __init__(self, made: Iterable[Offer] = ()) -> None:
        self._accepted: dict[str, Fraction] = {}
        self._binding: dict[str, dict[Key, None]] = {}
        self._open: Counter[str] = Counter()
        self._states: set[str] = set()
        self._ending: list[tuple[date, Key]] = []
        super().__init__(made)

    def accepted(self, item: str) -> Fraction:
        """What was accepted of an item, in its unit."""
        return self._accepted.get(item, Fraction())

    def binding(self, item: str) -> Iterator[Offer]:
        """Those of which something may still come for an item, or was accepted."""
        return (self._by_key[key] for key in self._binding.get(item, ()))

    def open_of(self, state: str) -> int:
        """How many offers of a state could still be accepted, or be confirmed for that."""
        return self._open[state]

    def has_of(self, state: str) -> bool:
        """Whether a state has ever offered anything."""
        return state in self._states

    def end_over(self, today: date) -> None:
        """End those whose day is over."""
        while self._ending and self._ending[0][0] < today:
            _, key = heappop(self._ending)
            one = self._by_key[key]
            if one.ended is None and one.expires_on is not None and one.expires_on < today:
                self.put(replace(one, ended=OfferStatus.EXPIRED))

    def put(self, one: Offer) -> None:
        """See `_Book`."""
        super().put(one)
        self._states.add(one.key.origin)
        if one.ended is None and one.expires_on is not None:
            heappush(self._ending, (one.expires_on, one.key))

    def _count(self, one: Offer, sign: int) -> None:
        if one.takes_more:
            self._open[one.key.origin] += sign
        for line in one.lines:
            if line.accepted:
                self._accepted[line.item] = self.accepted(line.item) + sign * line.accepted * line.rate
            binding = self._binding.setdefault(line.item, {})
            if sign > 0 and one.binds:
                binding[one.key] = None
            else:
                binding.pop(one.key, None)


class Shipments(_Book[Shipment]):
    """Of one request."""

    def __init__(self, made: Iterable[Shipment] = ()) -> None:
        self._of_offer: dict[Key, dict[Key, None]] = {}
        self._counted: Counter[tuple[Key, str]] = Counter()
        self._of_state: Counter[str] = Counter()
        super().__init__(made)

    def of_offer(self, offer: Key) -> tuple[Shipment, ...]:
        """Those that carry something of an offer."""
        return tuple(self._by_key[key] for key in self._of_offer.get(offer, ()))

    def counted(self, offer: Key, item: str) -> int:
        """What counts as sent of an item of an offer, in the unit of its line."""
        return self._counted[offer, item]

    def of_state(self, state: str) -> int:
        """How many a state has planned, whatever became of them."""
        return self._of_state[state]

    def _count(self, one: Shipment, sign: int) -> None:
        self._of_state[one.key.origin] += sign
        self._of_offer.setdefault(one.offer, {})[one.key] = None
        for line in one.lines:
            self._counted[one.offer, line.item] += sign * one.counted(line.item)
