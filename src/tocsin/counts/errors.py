"""Everything that reading can refuse.

CountsError (a ValueError)
├── SourceError            the file itself
│   ├── SourceNotFound     there is no such file, or it went away
│   ├── SourceUnreadable   it may not be read, or is a folder without tables
│   ├── SourceChanged      it grew, shrank or was replaced while being read
│   ├── NotATable          binary, damaged, or of an encoding that cannot be decoded
│   └── EmptyTable         nothing at all, or a header without rows
├── LayoutError            the table's columns
│   ├── UnknownColumn      an option names a column that the table does not have
│   ├── NoDateColumn       nothing in it is a date, week or month
│   ├── NoCountColumn      nothing in it counts cases
│   ├── AmbiguousColumn    several columns could be the one needed
│   └── MergedCells        a workbook whose cells are merged
├── DateError              the dates as a whole
│   ├── MixedDates         several ways of writing dates in one column
│   ├── AmbiguousDates     01/02/2020 throughout: day or month first
│   └── TooFewPeriods      one period only, so that the length of a period is unknown
├── BadRows                more than half of the rows cannot be used, or none is left
└── InvalidReading         an option outside what reading allows
"""

__all__ = [
    "AmbiguousColumn",
    "AmbiguousDates",
    "BadRows",
    "CountsError",
    "DateError",
    "EmptyTable",
    "InvalidReading",
    "LayoutError",
    "MergedCells",
    "MixedDates",
    "NoCountColumn",
    "NoDateColumn",
    "NotATable",
    "SourceChanged",
    "SourceError",
    "SourceNotFound",
    "SourceUnreadable",
    "TooFewPeriods",
    "UnknownColumn",
]


class CountsError(ValueError):
    """The table cannot be read as given; the message says what to change."""


class SourceError(CountsError):
    pass


class SourceNotFound(SourceError):
    pass


class SourceUnreadable(SourceError):
    pass


class SourceChanged(SourceError):
    pass


class NotATable(SourceError):
    pass


class EmptyTable(SourceError):
    pass


class LayoutError(CountsError):
    pass


class UnknownColumn(LayoutError):
    pass


class NoDateColumn(LayoutError):
    pass


class NoCountColumn(LayoutError):
    pass


class AmbiguousColumn(LayoutError):
    pass


class MergedCells(LayoutError):
    pass


class DateError(CountsError):
    pass


class MixedDates(DateError):
    pass


class AmbiguousDates(DateError):
    pass


class TooFewPeriods(DateError):
    pass


class BadRows(CountsError):
    pass


class InvalidReading(CountsError):
    pass
