"""Which signals belong together: the same disease, places inside one another, periods that follow.

Two signals are related where all three hold:

    disease   is the same, and known
    place     one's contains the other's (or is it); two districts are related through a region that signals, never
              as siblings
    period    between the end of one and the start of the other lie at most REACH days

A thread is a connected component of that relation, whatever the stratum. NumPy alone, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["REACH", "Footprints", "footprints", "group", "links"]

# Days between the end of a period and the start of the next that still follows it: 14 days, 3 weeks, 2 months from
# start to start. Of two signals by different periods the longer reach counts.
REACH = {"day": 14, "week": 15, "month": 32}
_DAYS = 1 << 20  # more than any day's number since 1970, less than overflows with a million places
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Footprints:
    """Where and when signals are, each array (signals,) of int64.

    disease  number of the disease, -1 where it is not known
    place    key of the place
    first    first day of the period, in days since 1970
    last     its last day
    reach    days of REACH
    chains   place → keys from the root down to the place itself
    """

    disease: NDArray[np.int64]
    place: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    reach: NDArray[np.int64]
    chains: dict[int, tuple[int, ...]]

    def __len__(self) -> int:
        return len(self.disease)


def footprints(
    diseases: Sequence[int] | NDArray[np.int64],
    paths: Sequence[str],
    starts: Sequence[object] | NDArray[np.datetime64],
    every: Sequence[str],
) -> Footprints:
    """Footprints from the disease's number, the place's path ("/12/140/"), the period's first day and length."""
    days = np.asarray(starts, dtype="datetime64[D]")
    lengths = np.asarray(every, dtype="U5")
    chain_of = {path: tuple(int(key) for key in path.strip("/").split("/")) for path in set(paths)}
    return Footprints(
        disease=np.asarray(diseases, dtype=np.int64).reshape(-1),
        place=np.array([chain_of[path][-1] for path in paths], dtype=np.int64),
        first=days.astype(np.int64),
        last=_last_days(days, lengths),
        reach=np.select([lengths == name for name in REACH], list(REACH.values())).astype(np.int64),
        chains={chain[-1]: chain for chain in chain_of.values()},
    )


def _last_days(days: NDArray[np.datetime64], every: NDArray[np.str_]) -> NDArray[np.int64]:
    first = days.astype(np.int64)
    next_month = (days.astype("datetime64[M]") + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    return np.select([every == "day", every == "week"], [first, first + 6], next_month - 1)


def group(signals: Footprints) -> NDArray[np.intp]:
    """(signals,) number of the component that each signal is in, from 0 in the order of their first signals."""
    # Alike signals (strata, repeated counts) are one; what follows in one place is a chain, found by sorting.
    chain, order, starts = _chains(signals)
    union = _Union(int(chain.max(initial=-1)) + 1)
    inner, first, stop = _windows(signals, signals, order)
    number = chain[order]
    # `number` rises along the sorted signals, so that a window is a run of chains.
    for offset in range(int((number[stop - 1] - number[first]).max(initial=-1)) + 1):
        linked = number[first] + offset
        within = linked <= number[stop - 1]
        union.join(chain[inner[within]], linked[within])
    roots = union.roots()[chain]
    roots[starts] = -1 - np.arange(len(starts))  # an unknown disease is never the same as another
    return _in_order(roots)


def links(new: Footprints, known: Footprints) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (position in `new`, position in `known`) of signals that are related, each pair once."""
    inside = _pairs(new, known)
    outside = _pairs(known, new)[::-1]
    pairs = np.unique(np.stack([np.concatenate(both) for both in zip(inside, outside, strict=True)]), axis=1)
    return pairs[0], pairs[1]


def _pairs(inner: Footprints, outer: Footprints) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Related pairs in which the place of the second contains, or is, that of the first."""
    order = _sorted(outer)
    which, first, stop = _windows(inner, outer, order)
    lengths = stop - first
    ends = np.cumsum(lengths)
    offsets = np.arange(ends[-1] if ends.size else 0) - np.repeat(ends - lengths, lengths)
    return np.repeat(which, lengths), order[np.repeat(first, lengths) + offsets]


def _sorted(signals: Footprints) -> NDArray[np.intp]:
    return np.lexsort((signals.first, signals.reach, signals.place, signals.disease))


def _chains(signals: Footprints) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Number of each signal's chain, the order in which chains rise, and the signals without a known disease."""
    order = _sorted(signals)
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in (signals.disease, signals.place, signals.reach):
        same &= column[order][1:] == column[order][:-1]
    same &= signals.first[order][1:] - signals.last[order][:-1] <= signals.reach[order][1:]
    chain = np.empty(len(order), dtype=np.intp)
    chain[order] = np.concatenate([[0], np.cumsum(~same)])[: len(order)]
    return chain, order, np.flatnonzero(signals.disease == UNKNOWN)


def _windows(
    inner: Footprints, outer: Footprints, order: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """For each signal of `inner`, runs of the sorted `outer` that are related to it at or above its place.

    returns  three arrays (runs,): position in `inner`, and the run's first and stop in `order`; empty runs left out
    """
    keys = np.stack([column[order] for column in (outer.disease, outer.place, outer.reach)], axis=1)
    groups, first_of = np.unique(keys, axis=0, return_index=True)
    number = {tuple(key): index for index, key in enumerate(groups.tolist())}
    group_of = np.repeat(np.arange(len(groups)), np.diff([*first_of, len(order)]))
    starts = group_of * _DAYS + outer.first[order]
    ends = group_of * _DAYS + outer.last[order]
    which, wanted = _containing(inner, number)
    reach = np.maximum(inner.reach[which], groups[wanted, 2] if len(groups) else 0)
    first = np.searchsorted(ends, wanted * _DAYS + inner.first[which] - reach, side="left")
    stop = np.searchsorted(starts, wanted * _DAYS + inner.last[which] + reach, side="right")
    some = first < stop
    return which[some], first[some], stop[some]


def _containing(inner: Footprints, number: dict[tuple[int, ...], int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (signal of `inner`, number of a group of the same disease at its place or one that contains it)."""
    keys, inverse = np.unique(np.stack([inner.disease, inner.place], axis=1), axis=0, return_inverse=True)
    reaches = sorted({key[2] for key in number})
    found = [
        [
            number[key]
            for above in inner.chains[place]
            for reach in reaches
            if (key := (disease, above, reach)) in number
        ]
        if disease != UNKNOWN
        else []
        for disease, place in keys.tolist()
    ]
    lengths = np.array([len(numbers) for numbers in found], dtype=np.intp)
    flat = np.array([number for numbers in found for number in numbers], dtype=np.intp)
    begins = np.cumsum(lengths) - lengths
    inverse = inverse.reshape(-1)
    times = lengths[inverse] if len(lengths) else np.empty(0, np.intp)
    which = np.repeat(np.arange(len(inner)), times)
    offsets = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
    return which, flat[np.repeat(begins[inverse], times) + offsets] if which.size else np.empty(0, np.intp)


class _Union:
    """Numbers joined into sets."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def join(self, left: NDArray[np.intp], right: NDArray[np.intp]) -> None:
        pairs = np.unique(np.stack([np.minimum(left, right), np.maximum(left, right)]), axis=1)
        for a, b in zip(*pairs.tolist(), strict=True):
            self.parent[self.root(a)] = self.root(b)

    def root(self, a: int) -> int:
        while self.parent[a] != a:
            self.parent[a] = a = self.parent[self.parent[a]]
        return a

    def roots(self) -> NDArray[np.intp]:
        return np.array([self.root(a) for a in range(len(self.parent))], dtype=np.intp)


def _in_order(labels: NDArray[np.intp]) -> NDArray[np.intp]:
    """The same sets, numbered in the order of their first members."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse.reshape(-1)]
