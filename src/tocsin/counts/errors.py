"""Everything that reading, packing and the archive can refuse.

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
├── InvalidReading         an option outside what reading allows
├── PackingError           one series' counts as bytes
│   ├── InvalidCounts      a count that is negative, broken, infinite or too large
│   └── DamagedSeries      bytes that are not a packed series, or no longer the ones written
└── ArchiveError           the archive of counts
    ├── ArchiveUnreadable  the folder holds something else, or its log or a file of it is damaged
    ├── ArchiveBusy        other writers kept changing it
    ├── InvalidRows        rows to append that the archive cannot hold
    ├── InvalidQuery       a question that has no answer as put: a moment without a time zone, say
    ├── VersionMissing     the version named is newer than the archive: the folder is older than the database
    └── UploadUnknown      the archive, up to the version named, holds no such upload
"""

__all__ = [
    "AmbiguousColumn",
    "AmbiguousDates",
    "ArchiveBusy",
    "ArchiveError",
    "ArchiveUnreadable",
    "BadRows",
    "CountsError",
    "DamagedSeries",
    "DateError",
    "EmptyTable",
    "InvalidCounts",
    "InvalidQuery",
    "InvalidReading",
    "InvalidRows",
    "LayoutError",
    "MergedCells",
    "MixedDates",
    "NoCountColumn",
    "NoDateColumn",
    "NotATable",
    "PackingError",
    "SourceChanged",
    "SourceError",
    "SourceNotFound",
    "SourceUnreadable",
    "TooFewPeriods",
    "UnknownColumn",
    "UploadUnknown",
    "VersionMissing",
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


class PackingError(CountsError):
    pass


class InvalidCounts(PackingError):
    pass


class DamagedSeries(PackingError):
    pass


class ArchiveError(CountsError):
    pass


class ArchiveUnreadable(ArchiveError):
    pass


class ArchiveBusy(ArchiveError):
    pass


class InvalidRows(ArchiveError):
    pass


class InvalidQuery(ArchiveError):
    pass


class VersionMissing(ArchiveError):
    pass


class UploadUnknown(ArchiveError):
    pass
