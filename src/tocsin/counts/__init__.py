"""From tables to series: reading what people have.

read             a file into a `SeriesTable`
SeriesTable      series over regular periods, with all that was noticed
"""

from importlib import import_module
from typing import TYPE_CHECKING

from tocsin.counts.errors import CountsError

if TYPE_CHECKING:
    from tocsin.counts.reader import read
    from tocsin.counts.series import Every, Note, SeriesTable, WeekStart

__all__ = ["CountsError", "Every", "Note", "SeriesTable", "WeekStart", "read"]

_WHERE = {"read": "reader", "Every": "series", "Note": "series", "SeriesTable": "series", "WeekStart": "series"}


def __getattr__(name: str) -> object:
    """Reading needs Polars, which web pages that only unpack series do without: it is loaded when first asked for."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = found
    return found
