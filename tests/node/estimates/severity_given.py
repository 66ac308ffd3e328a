"""Small line lists and counts, invented so that what must come out can be said beforehand."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from tocsin.node.estimates.building.severity import GivenCounts, GivenPersons

AGES = ("0-14", "15-64", "65+")
AS_OF = date(2026, 11, 12)
ILL, DIED, RECOVERED, UNKNOWN = 0, 1, 2, -1

Person = tuple[float, int, int, int]


def several(number: int, outcome: int, *, age: int = -1, days: float = 10, severe: int = -1) -> list[Person]:
    return [(days, outcome, age, severe)] * number


def persons(*rows: Sequence[Person], ages: tuple[str, ...] = AGES) -> GivenPersons:
    found = [row for some in rows for row in some]
    days, outcome, age, severe = (list(values) for values in zip(*found, strict=True)) if found else ([], [], [], [])
    return GivenPersons(
        days=np.array(days, dtype=np.float64),
        outcome=np.array(outcome, dtype=np.int8),
        age=np.array(age, dtype=np.int64),
        severe=np.array(severe, dtype=np.int8),
        ages=ages,
        as_of=AS_OF,
    )


def counts(
    cases: Iterable[Sequence[float]],
    deaths: Iterable[Sequence[float]],
    *,
    severe: Iterable[Sequence[float]] | None = None,
    ages: tuple[str, ...] = AGES,
    every: str = "day",
    delay: Sequence[float] | None = None,
) -> GivenCounts:
    """The last period ends the day before AS_OF."""
    table = np.array([*cases], dtype=np.float64)
    step = {"day": 1, "week": 7}[every]
    first = np.datetime64(AS_OF) - step * table.shape[1]
    return GivenCounts(
        dates=first + step * np.arange(table.shape[1]),
        every=every,
        cases=table,
        deaths=np.array([*deaths], dtype=np.float64),
        severe=None if severe is None else np.array([*severe], dtype=np.float64),
        ages=ages,
        delay=None if delay is None else np.array(delay, dtype=np.float64),
        delay_name="cholera",
        delay_source="Somebody, 2011",
        as_of=AS_OF,
    )
