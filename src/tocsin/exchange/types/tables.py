"""Which counts of a table are totals, and which are their parts: over ages, sexes and places.

A row is known by its first six columns, its key. Two keys are total and part if they differ in one column alone and
the one label holds the other: `all` holds every age group, `0-14` holds `0-4`, a state holds its regions.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

__all__ = [
    "AGE",
    "DISEASE",
    "FLAG",
    "INDICATOR",
    "PLACE",
    "SEX",
    "VALUE",
    "WEEK",
    "WITHIN",
    "Key",
    "Relation",
    "age_range",
    "overlapping",
    "relations",
]

INDICATOR, DISEASE, PLACE, WEEK, AGE, SEX, VALUE, FLAG = range(8)
# An indicator that counts some of those whom another counts; not so where each counts by its own date.
WITHIN = {"deaths": "cases", "detections": "tests"}
OLDEST = 1_000  # nobody is as old: the end of `65+`

Key = tuple[str, str, str, str, str, str]
Plan = list[tuple[str, tuple[str, ...], bool]]


class Relation(NamedTuple):
    """A total and parts of it that do not overlap, as indices of rows.

    `covered` says whether the parts leave out nobody but those of whom age, sex or place is not known.
    """

    total: int
    parts: tuple[int, ...]
    covered: bool


def relations(keys: Mapping[int, Key], parents: Mapping[str, str]) -> Iterator[Relation]:
    """Every total among `keys` with the largest of its parts that are there.

    keys     the key of each row, by its index
    parents  the place that each place's counts are part of
    """
    planners: tuple[tuple[int, Callable[[Sequence[str]], Plan]], ...] = (
        (AGE, _ages),
        (SEX, _sexes),
        (PLACE, partial(_places, parents=parents)),
    )
    for column, planner in planners:
        others = itemgetter(*(other for other in range(VALUE) if other != column))
        groups: dict[tuple[str, ...], dict[str, int]] = {}
        for index, key in keys.items():
            groups.setdefault(others(key), {})[key[column]] = index
        plans: dict[tuple[str, ...], Plan] = {}  # the same labels come again in every week
        for members in groups.values():
            if len(members) > 1:
                labels = tuple(members)
                if labels not in plans:
                    plans[labels] = planner(labels)
                for total, parts, covered in plans[labels]:
                    yield Relation(members[total], tuple([members[part] for part in parts]), covered)


def age_range(label: str) -> tuple[int, int]:
    """First and last year of an age group. `all` holds `0+` and the unknown, who have no year. Raises ValueError."""
    if label == "all":
        return -1, OLDEST
    if label == "unknown":
        return -1, -1
    if label.endswith("+"):
        return int(label[:-1]), OLDEST
    first, last = (int(year) for year in label.split("-"))
    if last < first:
        raise ValueError(f"{label} ends before it begins")
    return first, last


def overlapping(labels: Sequence[str]) -> tuple[str, str] | None:
    """Two age groups that overlap without one holding the other, if there are any."""
    open_groups: list[tuple[int, str]] = []
    for (first, last), label in sorted(((age_range(label), label) for label in labels), key=_widest_first):
        while open_groups and open_groups[-1][0] < first:
            open_groups.pop()
        if open_groups and open_groups[-1][0] < last:
            return open_groups[-1][1], label
        open_groups.append((last, label))
    return None


def _widest_first(entry: tuple[tuple[int, int], str]) -> tuple[int, int, str]:
    (first, last), label = entry
    return first, -last, label


def _ages(labels: Sequence[str]) -> Plan:
    ranges = sorted(((age_range(label), label) for label in labels), key=_widest_first)
    plan: Plan = []
    for (first, last), total in ranges:
        parts, known = [], -1  # `known`: the last year that parts have reached
        inside = [(one, label) for one, label in ranges if first <= one[0] and one[1] <= last and label != total]
        whole, reached = True, max(first, 0)
        for (begin, end), label in inside:
            if label == "unknown":
                parts.append(label)
            elif begin > known:
                parts.append(label)
                whole = whole and begin == reached
                known, reached = end, end + 1
        if parts:
            plan.append((total, tuple(parts), whole and known == last))
    return plan


def _sexes(labels: Sequence[str]) -> Plan:
    parts = tuple(label for label in labels if label != "all")
    return [("all", parts, {"female", "male"} <= set(parts))] if "all" in labels and parts else []


def _children(parents: Mapping[str, str]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {}
    for place, parent in parents.items():
        children.setdefault(parent, []).append(place)
    return children


def _places(labels: Sequence[str], *, parents: Mapping[str, str]) -> Plan:
    present, children = set(labels), _children(parents)
    parts: dict[str, list[str]] = {}
    for label in labels:
        above = parents.get(label)
        while above is not None and above not in present:
            above = parents.get(above)
        if above is not None:
            parts.setdefault(above, []).append(label)
    return [(total, tuple(found), _covered(total, present, children)) for total, found in parts.items()]


def _covered(place: str, present: set[str], children: Mapping[str, list[str]]) -> bool:
    """Whether every place inside is there, or is itself made up of places that are."""
    inside = children.get(place, [])
    return bool(inside) and all(one in present or _covered(one, present, children) for one in inside)


def key_of(row: Sequence[Any]) -> Key:
    """What a row is known by."""
    return tuple(row[:VALUE])
