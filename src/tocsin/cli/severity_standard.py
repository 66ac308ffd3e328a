"""The standard population of `tocsin severity`: columns of the table, or a file by age."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tocsin.cli.main import BadInput
from tocsin.counts.ages import unknown_age
from tocsin.counts.files import Table, open_table
from tocsin.counts.names import says
from tocsin.counts.notes import Notebook, listed
from tocsin.counts.numbers import count_of, decimal_comma
from tocsin.counts.problems import Problems

__all__ = ["standard_columns", "standard_of"]

Array = NDArray[np.float64]


def standard_columns(table: Table, given: str | None) -> tuple[tuple[str, ...], Path | None]:
    if given is None:
        return (), None
    names = tuple(name.strip() for name in given.split(","))
    if all(name in table.columns for name in names):
        return names, None
    if Path(given).is_file():
        return (), Path(given)
    raise BadInput(
        f"--standard is '{given}', which is neither a file nor columns of {table.name}; it has "
        f"{listed(table.columns, 20)}"
    )


def standard_of(path: Path, ages: Sequence[str]) -> Array:
    """(ages,) persons of a file with a column of age groups and one of numbers."""
    table = open_table(path, sheet=None, separator=None, encoding=None, header=1, notes=Notebook(), problems=Problems())
    frame = table.lazy.collect()
    column = next((name for name in table.columns if says(name, "age")), None)
    numbers = None
    for name in table.columns:
        if name != column and numbers is None:
            read = frame.select(count_of(name, comma=decimal_comma(frame[name])).alias("n"))["n"]
            numbers = read if read.null_count() == 0 else None
    if column is None or numbers is None:
        raise BadInput(
            f"{path} given by --standard needs a column of ages and one of persons; it has {listed(table.columns, 12)}"
        )
    groups = frame[column].str.strip_chars().to_list()
    persons: dict[str, float] = {}
    for group, number in zip(groups, numbers.to_list(), strict=True):
        if not unknown_age(group):
            persons[group] = persons.get(group, 0.0) + number
    missing = [age for age in ages if age not in persons]
    strange = [group for group in persons if group not in ages]
    if missing or strange:
        said = [f"it lacks {listed(missing)}"] if missing else []
        said += [f"{listed(strange)} of it is no group of the table"] if strange else []
        raise BadInput(f"{path} given by --standard has other ages than the table: {'; '.join(said)}")
    return np.array([persons[age] for age in ages])
