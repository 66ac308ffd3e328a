"""A table that is to leave as a file, and the one form each of its values takes there.

Rows may be any iterable, a generator over a million rows included: nothing here keeps them. Whatever a row
holds for a column is read by the column's kind:

    text     str; anything else by str()
    whole    int, or a float without a fraction
    decimal  float
    share    float from 0 to 1, shown as per cent where people read it
    date     date
    moment   datetime with its zone; one without is taken as UTC

None, nan and "" are "nothing", in every kind. NumPy's scalars are taken for what they are.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

import numpy as np

__all__ = ["Column", "ExportRefused", "Kind", "Table", "Value", "as_python", "reader"]

Value = str | int | float | date | datetime | None


class ExportRefused(ValueError):
    """This cannot be made; the message says to the person why, and what to take instead."""


class Kind(StrEnum):
    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    DATE = "date"
    MOMENT = "moment"
    SHARE = "share"

    @property
    def is_number(self) -> bool:
        return self in (Kind.WHOLE, Kind.DECIMAL, Kind.SHARE)


@dataclass(frozen=True, slots=True)
class Column:
    """`key` is for programs and never translated; `heading` is what people read."""

    key: str
    heading: str
    kind: Kind = Kind.TEXT

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", Kind(self.kind))


@dataclass(frozen=True, slots=True)
class Table:
    """What is exported, with all that a reader must know who has only the file.

    rows            each with one value a column
    notes           sentences: filters in force, what was left out, how a number was made
    classification  as it is to be printed, in the reader's language
    filename        without its ending; any script
    made_at, made_by  moment with its zone, and the person's name; `respond` fills them in
    exercise        the words of the exercise band, or "" outside exercises
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence]
    notes: Sequence[str] = field(default=())
    classification: str = ""
    filename: str = "table"
    made_at: datetime | None = None
    made_by: str = ""
    exercise: str = ""


def reader(columns: Sequence[Column]) -> Callable[[Sequence, int], list[Value]]:
    """A function from a row and its number to its values in the form of their columns.

    Raises ValueError naming the row and the column, if a row has too many or too few values or one is not of its kind.
    """
    kinds = [column.kind for column in columns]
    conversions = [_CONVERSIONS[kind] for kind in kinds]

    def read(row: Sequence, number: int) -> list[Value]:
        if len(row) != len(conversions):
            raise ValueError(f"row {number} has {len(row)} values, the table has {len(conversions)} columns")
        try:
            return [convert(value) for convert, value in zip(conversions, row, strict=True)]
        except (TypeError, ValueError, AttributeError):
            raise ValueError(_misfit(columns, row, number)) from None

    return read


def as_python(value: object) -> object:
    """NumPy's scalars as Python's; all else as it is."""
    if isinstance(value, np.datetime64):
        return (
            None if np.isnat(value) else value.astype("datetime64[us]" if _has_time(value) else "datetime64[D]").item()
        )
    return value.item() if isinstance(value, np.generic) else value


def _has_time(value: np.datetime64) -> bool:
    return np.datetime_data(value.dtype)[0] not in ("Y", "M", "W", "D")


def _misfit(columns: Sequence[Column], row: Sequence, number: int) -> str:
    """Which value it was; the value itself may be a patient's and is not repeated."""
    for column, value in zip(columns, row, strict=True):
        try:
            _CONVERSIONS[column.kind](value)
        except (TypeError, ValueError, AttributeError):
            return (
                f"row {number}, column {column.key!r}: a {type(value).__name__} "
                f"cannot stand in a column of kind {column.kind}"
            )
    raise AssertionError("every value fits")


def _text(value: object) -> str | None:
    if type(value) is str:
        return value or None
    value = as_python(value)
    if value is None or value != value:  # noqa: PLR0124 - nan
        return None
    return str(value) or None


def _whole(value: object) -> int | None:
    if type(value) is int:
        return value
    if (number := _decimal(value)) is None:
        return None
    exact = as_python(value)
    if isinstance(exact, int):
        return int(exact)
    if number != int(number):
        raise ValueError("has a fraction")
    return int(number)


def _decimal(value: object) -> float | None:
    value = as_python(value)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        raise TypeError("text is no number")
    number = float(value)
    return None if math.isnan(number) else number


def _date(value: object) -> date | None:
    value = as_python(value)
    if value is None or value == "":
        return None
    return value.date() if isinstance(value, datetime) else date(value.year, value.month, value.day)


def _moment(value: object) -> datetime | None:
    value = as_python(value)
    if value is None or value == "":
        return None
    if not isinstance(value, datetime):
        raise TypeError("a date is no moment")
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_CONVERSIONS: dict[Kind, Callable[[object], Value]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.DECIMAL: _decimal,
    Kind.SHARE: _decimal,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
}
