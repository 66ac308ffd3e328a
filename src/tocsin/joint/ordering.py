"""The order of a joint object: which acts stand in it, and where. docs/joint.md.

Every node that has the same documents comes to the same arrangement, whatever order they came in:

- The owner's documents are a chain: number 1, then the one that names it as `previous`, and so on. Of two that claim
  one place, the one of the later epoch stands, within an epoch the earlier one: it was there first.
- An act of another node is where the owner's chain first includes it. With it come all earlier acts of that node on the
  object, in the same epoch of its stream, that no order had included yet: whoever takes in what a state said last has
  taken in what it said before. So an owner cannot leave out an objection and count what followed it. What turns up of
  an earlier epoch, which a restored node and its partners had lost, is in the order from where an order names it. A
  passing act (a comment) brings nothing and comes with nothing: it may be erased, and is passed over everywhere then.
- What is void (its signing key had ended) is passed over. What is not here yet stops the arrangement: what follows is
  not known.
- Time is the owner's, and never runs backwards.
"""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from tocsin.joint.acts import Act, Applied, Order, Place, Reference

__all__ = ["MOST_INCLUDED", "Arrangement", "arranged", "chain_of", "next_order"]

State = TypeVar("State")
UNSEALED: Place = (2**53, 2**53)  # behind all that is numbered
MOST_INCLUDED = 500  # acts of others in one order; the next takes in the rest


@dataclass(frozen=True)
class Arrangement:
    """What is known of the order.

    applied      acts in order, each once
    through      number of the last of the owner's documents that could be followed whole; 0 where there is none
    last         that document
    waiting_for  an act that the next order includes and that is not here
    proposals    acts of others that no order has included, by node and place
    is_broken    whether a document of the owner is here that follows one which is not
    """

    applied: tuple[Applied, ...]
    through: int
    last: Act | None
    waiting_for: Reference | None
    proposals: tuple[Act, ...]
    is_broken: bool = False
    _folds: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def folded(self, fold: Callable[[tuple[Applied, ...]], State]) -> State:
        """What `fold` makes of the acts in order: made once, whoever asks."""
        if fold not in self._folds:
            self._folds[fold] = fold(self.applied)
        made: State = self._folds[fold]
        return made

    @property
    def is_whole(self) -> bool:
        """Whether it is followed to the end of what is known: only then is it safe to say what follows."""
        return self.last is not None and self.waiting_for is None and not self.is_broken


def arranged(
    owned: Iterable[Act], others: Mapping[tuple[str, str], Act], *, void: Collection[tuple[str, str]] = ()
) -> Arrangement:
    """The acts of one object in the order that its owner gives them.

    owned   documents of the owner about it, in any order
    others  acts of other nodes on it that stand, by node and identifier
    void    acts of which it is known that they do not stand, and never will: their keys had ended, or they are erased
    """
    owned = tuple(owned)
    standing = _Standing(others, void)
    applied: list[Applied] = []
    at: datetime | None = None
    last: Act | None = None
    for document in chain_of(owned):
        order = document.order
        assert order is not None
        at = max(at, order.at) if at is not None else order.at
        taken: list[Act] = []
        for reference in order.includes:
            found = standing.through(reference)
            if found is None:
                standing.put_back(taken)
                return Arrangement(tuple(applied), _number(last), last, reference, standing.left())
            taken += found
        applied += [Applied(act, order.number, at) for act in (*taken, document)]
        last = document
    return Arrangement(tuple(applied), _number(last), last, None, standing.left(), _is_broken(owned))


def _number(document: Act | None) -> int:
    return document.order.number if document is not None and document.order is not None else 0


def _is_broken(owned: Iterable[Act]) -> bool:
    known = {act.digest for act in owned}
    return any(act.order.previous not in known for act in owned if act.order is not None and act.order.previous)


def chain_of(owned: Iterable[Act]) -> list[Act]:
    """The owner's documents that follow one another from number 1 on."""
    claiming: dict[tuple[int, str | None], Act] = {}
    for act in owned:
        if act.order is None or not act.is_owners or (act.order.number == 1) != (act.id == act.object.id):
            continue
        key = (act.order.number, act.order.previous)
        if key not in claiming or _stands_before(act, claiming[key]):
            claiming[key] = act
    chain: list[Act] = []
    following = claiming.get((1, None))
    while following is not None:
        chain.append(following)
        following = claiming.get((len(chain) + 1, following.digest))
    return chain


def _stands_before(one: Act, other: Act) -> bool:
    """Whether `one` has the place that both claim."""
    (epoch, number), (other_epoch, other_number) = one.place or UNSEALED, other.place or UNSEALED
    if epoch != other_epoch:
        return epoch > other_epoch
    return (number, one.digest) < (other_number, other.digest)


class _Standing:
    """Acts of others that are still to be included, each node's in the order of its stream."""

    def __init__(self, others: Mapping[tuple[str, str], Act], void: Collection[tuple[str, str]]) -> None:
        self._void = frozenset(void)
        self._known = others
        self._waiting: dict[str, list[Act]] = {}
        for act in sorted(others.values(), key=_in_stream):
            if (act.origin, act.id) not in self._void:
                self._waiting.setdefault(act.origin, []).append(act)

    def through(self, reference: Reference) -> list[Act] | None:
        """What `reference` brings into the order: it, with what its node had said before. None: it is not here yet."""
        key = (reference.origin, reference.id)
        act = self._known.get(key)
        if act is None and key not in self._void:
            return None
        waiting = self._waiting.get(reference.origin, [])
        if act is None or (act.digest, act.kind) != (reference.digest, reference.kind):
            return []  # void, or another than the one that is named
        until = bisect_left(waiting, _in_stream(act), key=_in_stream)
        if until == len(waiting) or waiting[until] is not act:
            return []  # in the order already
        first = until
        if act.place is not None and not act.is_passing:
            # Only within an epoch is there no gap between what stands before it and it.
            first = bisect_left(waiting, ((act.place[0], -1), ""), key=_in_stream)
        earlier = waiting[first:until]
        waiting[first : until + 1] = [one for one in earlier if one.is_passing]
        return [*(one for one in earlier if not one.is_passing), act]

    def put_back(self, taken: Iterable[Act]) -> None:
        """These were not included after all."""
        for act in taken:
            self._waiting[act.origin] = sorted([*self._waiting[act.origin], act], key=_in_stream)

    def left(self) -> tuple[Act, ...]:
        """What no order has included."""
        return tuple(act for origin in sorted(self._waiting) for act in self._waiting[origin])


def _in_stream(act: Act) -> tuple[Place, str]:
    return act.place or UNSEALED, act.id


def next_order(arrangement: Arrangement, *, now: datetime) -> Order:
    """The order of the owner's next document: behind its last, with what no order has included, never before in time.

    Of an object that was opened, and whose order can be followed to its end.
    """
    last = arrangement.last
    if last is None or not arrangement.is_whole:
        raise ValueError("the order of this object cannot be followed to its end, so that nothing can follow it")
    included = [act.reference for act in arrangement.proposals if act.place is not None]
    return Order(
        arrangement.through + 1, last.digest, max(now, arrangement.applied[-1].at), tuple(included[:MOST_INCLUDED])
    )
