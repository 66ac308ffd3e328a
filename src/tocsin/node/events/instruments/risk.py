"""Rapid risk assessment: likelihood and impact give a level, at three scopes, with how sure the assessors are.

WHO's and ECDC's manuals combine the two in a matrix. Their cells could not be read, so the matrix in risk.toml is a
choice made here; an alliance sets its own in its file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from tocsin.node.alliances.entries import Entry, Names
from tocsin.node.alliances.rules import IMPACTS, LEVELS, LIKELIHOODS
from tocsin.node.events.instruments.sources import Source, open_data, read_source

__all__ = [
    "CONFIDENCES",
    "IMPACTS",
    "LEVELS",
    "LIKELIHOODS",
    "SCOPES",
    "Matrix",
    "Step",
    "highest",
    "level",
    "read_risk",
]

# From the least to the greatest, as the other scales.
CONFIDENCES = ("low", "medium", "high")
SCOPES = ("national", "neighbours", "alliance")


@dataclass(frozen=True)
class Step:
    """A step of a scale: its name and what is meant by it."""

    code: str
    name: Names
    meaning: Names


@dataclass(frozen=True)
class Matrix:
    """Level by likelihood and impact: rows by likelihood, each with a level for every impact, from the least on."""

    rows: Mapping[str, tuple[str, ...]]
    source: Source


@dataclass(frozen=True)
class Risk:
    """Everything of risk.toml."""

    likelihoods: tuple[Step, ...]
    impacts: tuple[Step, ...]
    levels: tuple[Step, ...]
    confidences: tuple[Step, ...]
    scopes: tuple[Step, ...]
    matrix: Matrix


def level(likelihood: str, impact: str, rows: Mapping[str, Sequence[str]] | None = None) -> str:
    """The level of a risk; `rows` is the alliance's own matrix, None for Tocsin's. Raises ValueError."""
    if likelihood not in LIKELIHOODS or impact not in IMPACTS:
        raise ValueError(f"no steps of the scales are {likelihood!r}, {impact!r}")
    return (rows or read_risk().matrix.rows)[likelihood][IMPACTS.index(impact)]


def highest(levels: Iterable[str | None]) -> str | None:
    """The gravest of some levels; None where nothing was assessed."""
    return max((given for given in levels if given), key=LEVELS.index, default=None)


@cache
def read_risk() -> Risk:
    """The scales and the matrix that come with Tocsin. Raises DataFileError."""
    file = open_data("risk.toml")
    file.only({"likelihoods", "impacts", "levels", "confidences", "scopes", "matrix"})
    table = file.entry("matrix")
    table.only({*LIKELIHOODS, "source", "evidence"})
    return Risk(
        likelihoods=_steps(file, "likelihoods", LIKELIHOODS),
        impacts=_steps(file, "impacts", IMPACTS),
        levels=_steps(file, "levels", LEVELS),
        confidences=_steps(file, "confidences", CONFIDENCES),
        scopes=_steps(file, "scopes", SCOPES),
        matrix=Matrix(_rows(table), read_source(table)),
    )


def _rows(table: Entry) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({row: table.sequence(row, LEVELS, length=len(IMPACTS)) for row in LIKELIHOODS})


def _steps(file: Entry, field: str, codes: Sequence[str]) -> tuple[Step, ...]:
    steps = []
    for entry in file.entries(field, field):
        entry.only({"code", "name", "meaning"})
        steps.append(Step(entry.text("code"), entry.names("name"), entry.names("meaning")))
    if [step.code for step in steps] != list(codes):
        raise file.error(f"{field} must be {', '.join(codes)}, in this order")
    return tuple(steps)
