"""From tables to series: reading what people have.

read             a file into a `SeriesTable`
SeriesTable      series over regular periods, with all that was noticed
"""

from tocsin.counts.errors import CountsError
from tocsin.counts.read import read
from tocsin.counts.series import Every, Note, SeriesTable, WeekStart

__all__ = ["CountsError", "Every", "Note", "SeriesTable", "WeekStart", "read"]
