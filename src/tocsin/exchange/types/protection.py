"""Which rows of a table must be left out so that none of its small cells can be worked out. See `suppression`.

The table is thought of as made of atoms, the smallest groups of people that its rows tell apart: of one place, age
group and sex, and either among the deaths or not. A total has an atom beside those of its parts, for people whom no
part names, if the counts cannot do without it. Each row is a sum of atoms. What an attacker may believe is any choice
of atoms, 0 or more, that gives all published rows, and 1 or more in each row left out.

For each small cell a linear program looks for two such beliefs in which the cell differs by k - 1, at the least cost
of rows that would have to be left out for both to be possible. A belief that was possible stays so when more rows are
left out, so no cell is looked at again; and each belief protects other cells too, so that most need no program.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.exchange.types.tables import AGE, INDICATOR, PLACE, SEX, WITHIN, Key, age_range

__all__ = ["Group", "Rest", "protect"]

NEAR_ZERO = 1e-6
AT_ONCE = 4  # cells in one program: a quarter of the time, and a few rows in a hundred more left out
DIMENSIONS = (PLACE, AGE, SEX, INDICATOR)

Floats = NDArray[np.float64]
Labels = Mapping[str, frozenset[str]]


class Rest(NamedTuple):
    """People of a total who are in none of its parts, though no row says so. Rows by index."""

    total: int
    parts: tuple[int, ...]


@dataclass(frozen=True)
class Group:
    """Rows that may be linked, by index.

    rests     small rests that nobody may work out
    by_event  whether deaths are not among the cases
    told      rows that are never left out
    """

    keys: Mapping[int, Key]
    counts: Mapping[int, int]
    parents: Mapping[str, str]
    rests: Sequence[Rest]
    by_event: bool
    told: Collection[int] = frozenset()


def protect(group: Group, hidden: Collection[int], *, below: int) -> set[int]:
    """The rows of `group` to be left out beside those in `hidden`, which are left out already."""
    added: set[int] = set()
    rows = [index for index, count in group.counts.items() if count]
    matrix, named = _atoms(group, rows)
    for members, columns in _linked(matrix):
        linked = [rows[member] for member in members]
        position = {index: place for place, index in enumerate(linked)}
        cells = [index for index in linked if group.counts[index] < below and index not in group.told]
        small = [_one(position[index], len(linked)) for index in cells]
        small += [_rest(rest, position) for rest in group.rests if rest.total in position]
        if small:
            counts = np.array([group.counts[index] for index in linked], dtype=float)
            out, told = (np.array([index in those for index in linked]) for those in (hidden, group.told))
            _protect(matrix[members][:, columns], named[columns], counts, out, small, apart=below - 1, told=told)
            added |= {index for index, left_out in zip(linked, out, strict=True) if left_out}
    return added - set(hidden)


def _one(position: int, length: int) -> Floats:
    combination = np.zeros(length)
    combination[position] = 1
    return combination


def _rest(rest: Rest, position: Mapping[int, int]) -> Floats:
    combination = _one(position[rest.total], len(position))
    for part in rest.parts:
        if part in position:  # a part that counts nobody is not among the rows
            combination[position[part]] = -1
    return combination


# Atoms


def _atoms(group: Group, rows: Sequence[int]) -> tuple[Any, NDArray[np.bool_]]:
    """A sparse (rows, atoms) matrix, 1 where the atom is in the row; and (atoms,) whether some part names its people.

    Atoms of rows that count nobody are left out; those in the same rows are one.
    """
    from scipy.sparse import csc_array

    within = [(column, _within(column, {key[column] for key in group.keys.values()}, group)) for column in DIMENSIONS]
    nobody: set[tuple[str, ...]] = set()
    for index, key in group.keys.items():
        if not group.counts[index]:
            nobody.update(_atoms_of(key, within))
    found: dict[tuple[str, ...], list[int]] = {}
    for position, index in enumerate(rows):
        for atom in _atoms_of(group.keys[index], within):
            if atom not in nobody:
                found.setdefault(atom, []).append(position)
    named: dict[tuple[int, ...], bool] = {}
    for atom, members in found.items():
        signature = tuple(members)
        named[signature] = named.get(signature, False) or all(
            column == INDICATOR or not labels[label] for label, (column, labels) in zip(atom, within, strict=True)
        )
    starts = np.cumsum([0, *(len(signature) for signature in named)])
    entries = np.array([member for signature in named for member in signature], dtype=np.int64)
    matrix = csc_array((np.ones(len(entries)), entries, starts), shape=(len(rows), len(named)))
    return matrix.tocsr(), np.array(list(named.values()), dtype=bool)


def _atoms_of(key: Key, within: Sequence[tuple[int, Labels]]) -> Iterator[tuple[str, ...]]:
    """The atoms of a row: the label itself stands for those of a total whom no part names."""
    return product(*(sorted(labels[key[column]] | {key[column]}) for column, labels in within))


def _within(column: int, labels: set[str], group: Group) -> Labels:
    """The labels inside each, at any depth."""
    if column == PLACE:
        above = {label: set(_above(label, group.parents)) for label in labels}
        return {one: frozenset(other for other in labels if one in above[other]) for one in labels}
    if column == AGE:
        return {one: frozenset(other for other in labels if other != one and _holds(one, other)) for one in labels}
    if column == SEX:
        return {one: frozenset(labels - {"all"} if one == "all" else ()) for one in labels}
    parts = frozenset(() if group.by_event else labels & WITHIN.keys())
    return {one: frozenset() if one in parts else parts for one in labels}


def _above(place: str, parents: Mapping[str, str]) -> Iterator[str]:
    parent = parents.get(place)
    while parent is not None:
        yield parent
        parent = parents.get(parent)


def _holds(one: str, other: str) -> bool:
    (first, last), (begin, end) = age_range(one), age_range(other)
    return first <= begin and end <= last


def _linked(matrix: Any) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Rows and atoms that have to do with each other, apart from all others."""
    from scipy.sparse.csgraph import connected_components

    number, label = connected_components(matrix @ matrix.T, directed=False)
    of_atoms = label[matrix.tocsc().indices[matrix.tocsc().indptr[:-1]]]  # an atom goes with its first row
    for one in range(number):
        yield np.flatnonzero(label == one), np.flatnonzero(of_atoms == one)


# The linear programs


def _protect(
    matrix: Any,
    named: NDArray[np.bool_],
    counts: Floats,
    out: NDArray[np.bool_],
    small: Sequence[Floats],
    *,
    apart: int,
    told: NDArray[np.bool_],
) -> None:
    """Set `out` for rows to be left out, so that for each of `small` there are beliefs that are `apart`.

    small  each a combination of rows: one row, or a total less its parts
    told   rows that stay
    """
    kept = _needed(matrix, named, counts)
    if kept is None:  # no people can make up these counts, so nothing is known of what they would give away
        out |= ~told
        return
    matrix = matrix[:, kept]
    beliefs = counts[np.newaxis, :]
    waiting = [small[start : start + AT_ONCE] for start in range(0, len(small), AT_ONCE)]
    while waiting:
        cells = [one for one in waiting.pop(0) if np.ptp(beliefs @ one) < apart - NEAR_ZERO]
        if not cells:
            continue
        pair = _two_beliefs(matrix, counts, out, np.array(cells), apart, told)
        if pair is None and len(cells) > 1:  # where one is the whole of another, they cannot differ by contrary signs
            waiting = [[one] for one in cells] + waiting
            continue
        if pair is None:  # too little is left to move, or numbers too far apart for the solver: rather too much out
            out |= ~told
            return
        out |= (np.abs(pair - counts) > NEAR_ZERO).any(axis=0)
        beliefs = np.vstack([beliefs, pair])


def _needed(matrix: Any, named: NDArray[np.bool_], counts: Floats) -> NDArray[np.intp] | None:
    """The atoms that an attacker reckons with: those that parts name, and of others no more than the counts need."""
    from scipy.optimize import linprog

    if not matrix.shape[1]:
        return None
    solution = linprog((~named).astype(float), A_eq=matrix, b_eq=counts, method="highs")
    return np.flatnonzero(named | (solution.x > NEAR_ZERO)) if solution.success else None


def _two_beliefs(
    matrix: Any, counts: Floats, out: NDArray[np.bool_], cells: Floats, apart: int, told: NDArray[np.bool_]
) -> Floats | None:
    """(2, rows) two beliefs in which each of `cells` is `apart`, at the least cost of rows not left out yet.

    None if several cells cannot be so at once; one alone can, as the first belief may hold more people, but where rows
    are `told`. A row costs by what it tells: more, the more people it counts. Variables are the atoms, what each row
    gains and what it loses, once for each belief. Cells rise and fall in turn, so that what one gains another can lose.
    """
    from scipy.optimize import linprog
    from scipy.sparse import block_array, csr_array, eye_array

    rows, atoms = matrix.shape
    unit = eye_array(rows)
    one = block_array([[matrix, -unit, unit]])
    equal = block_array([[one, None], [None, one]])
    signs = np.where(np.arange(len(cells)) % 2, -1.0, 1.0)
    differs = np.hstack([signs[:, np.newaxis] * (cells @ matrix), np.zeros((len(cells), 2 * rows))])
    cost = np.where(out, 0.0, 1 + np.log2(counts))
    least: list[tuple[float, float | None]] = [(0, None)] * atoms
    least += [(0, 0 if stays else None) for stays in told]
    least += [(0, 0 if stays else count - 1) for count, stays in zip(counts, told, strict=True)]
    solution = linprog(
        np.tile(np.concatenate([np.zeros(atoms), cost, cost]), 2),
        A_ub=csr_array(np.hstack([-differs, differs])),
        b_ub=np.full(len(cells), -float(apart)),
        A_eq=equal,
        b_eq=np.tile(counts, 2),
        bounds=least * 2,
        method="highs",
    )
    if not solution.success:
        return None
    return np.vstack([matrix @ solution.x[:atoms], matrix @ solution.x[atoms + 2 * rows :][:atoms]])
