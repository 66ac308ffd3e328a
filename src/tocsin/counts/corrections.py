"""Cumulative counts taken apart, and counts below zero handled by a named rule, never in silence."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.counts.names import says
from tocsin.counts.notes import Notebook, listed, numbered

__all__ = ["NEGATIVE_RULES", "differenced", "note_cumulative", "without_negative"]

NEGATIVE_RULES = ("missing", "spread back", "zero")
FALLING, SERIES, LEAST = 0.02, 0.9, 8


def note_cumulative(counts: NDArray[np.float64], columns: Sequence[str], notes: Notebook) -> None:
    """Say so if the counts look as if each were the sum of all before."""
    rises, judged = 0, 0
    for row in counts[np.linspace(0, len(counts) - 1, min(len(counts), 200)).astype(int)]:
        known = row[~np.isnan(row)]
        steps = np.diff(known)
        if len(known) < LEAST or (steps > 0).sum() < 3:
            continue
        judged += 1
        rises += bool((steps < 0).sum() <= FALLING * (steps != 0).sum())
    named = any(says(column, "cumulative") for column in columns)
    if (judged and rises >= SERIES * judged) or named:
        why = "by the column's name" if named else "hardly any count is below the one before"
        text = f"The counts of {listed(list(columns))} look cumulative ({why}); cumulative=True takes them apart."
        notes.add("finding", "looks_cumulative", text, columns=tuple(columns), by_name=named)


def differenced(counts: NDArray[np.float64], notes: Notebook) -> NDArray[np.float64]:
    """New cases from cumulative ones.

    The first count of a series, and the first after a gap, is nan: over how many periods its
    cases came is not known, and put into one they would look like an outbreak.
    """
    new = np.full_like(counts, np.nan)
    new[:, 1:] = counts[:, 1:] - counts[:, :-1]
    known = ~np.isnan(counts)
    before = np.cumsum(known, axis=1)[:, :-1] > 0
    after_gap = int((known[:, 1:] & ~known[:, :-1] & before).sum())
    text = "New cases are differences of cumulative counts"
    if after_gap:
        text += f"; {after_gap} that follow a gap are missing, since their cases came over several periods"
    notes.add("rule", "differenced", text + ".", after_gap=after_gap)
    return new


def without_negative(
    counts: NDArray[np.float64], rule: str, notes: Notebook
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Counts without values below zero, by the named rule; and where such values stood.

    "missing"      the period becomes nan
    "spread back"  the correction is taken off the latest periods before, until it is used up
    "zero"         the period becomes 0, and the cases corrected away stay where they were counted
    """
    below = counts < 0
    if not below.any():
        return counts, below
    cases = float(-counts[below].sum())
    result = counts.copy()
    if rule == "spread back":
        left = sum(_spread_back(result[series]) for series in np.flatnonzero(below.any(axis=1)))
        done = "taken off the periods before"
        if left:
            done += f", except {left:.0f} cases for which there was none left to take off"
    else:
        result[below] = np.nan if rule == "missing" else 0.0
        done = "set to missing" if rule == "missing" else "set to 0"
    periods = int(below.sum())
    text = (
        f"{numbered(periods, 'period was', 'periods were')} below zero by corrections of {cases:.0f} cases in all: "
        f"{done}; negative= changes the rule."
    )
    notes.add("rule", "negative", text, periods=periods, cases=cases, rule=rule)
    return result, below


def _spread_back(row: NDArray[np.float64]) -> float:
    """Take each correction off earlier periods, in place; what could not be taken off."""
    left = 0.0
    for at in np.flatnonzero(row < 0):
        owed = -row[at]
        row[at] = 0.0
        for earlier in range(at - 1, -1, -1):
            if owed == 0:
                break
            if np.isnan(row[earlier]):
                continue
            taken = min(owed, row[earlier])
            row[earlier] -= taken
            owed -= taken
        left += owed
    return float(left)
