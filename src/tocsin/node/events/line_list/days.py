"""Days of a table's date columns: each cell by itself where its writing says it all, the order of day and month once.

01/02/2026 may be two days. Whatever in the whole table is real in one order only settles it for all its columns; where
nothing does, a person is asked.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.counts.moments import DAY_FIRST, MONTH_FIRST, WRITINGS
from tocsin.counts.series import Every
from tocsin.node.events.line_list.values import Bad

__all__ = ["DAYS", "Days", "days_of"]

DAYS = ("onset", "reported", "admitted", "outcome_on")
EPOCH = date(1899, 12, 30)
SERIAL = re.compile(r"[1-6]\d{4}(?:\.\d+)?")
TIME = re.compile(r"[T ]\s*\d{1,2}:\d{2}.*$")
_ORDERS = {writing.name: writing.parse for writing in WRITINGS if writing.name in (DAY_FIRST, MONTH_FIRST)}
_PLAIN = [w.parse for w in WRITINGS if w.unit is Every.DAY and w.name not in _ORDERS]
_COARSE = [w.parse for w in WRITINGS if w.unit is not Every.DAY]
MOSTLY = 0.95  # fewer days that are real under one order are no slips of the pen
NUMBERS = re.compile(r"\d{1,2}[-/]\d{1,2}[-/]\d{2,4}")


@dataclass(frozen=True, slots=True)
class Days:
    """How the days of a table are written.

    order     "day" or "month" first; "" where no cell needs it; None where it must be asked
    is_asked  whether a person said it
    serials   how many cells were a spreadsheet's day numbers
    example   of a cell that needs the order
    """

    order: str | None
    is_asked: bool
    serials: int
    example: str

    def read(self, cell: str) -> date:
        """Raises Bad."""
        cell = TIME.sub("", cell.strip()).strip()
        if SERIAL.fullmatch(cell):
            return EPOCH + timedelta(days=int(float(cell)))
        for parse in _PLAIN:
            if (found := parse(cell)) is not None:
                return _day(found)
        if NUMBERS.fullmatch(cell):
            if self.order is None:
                raise Bad("order_unknown")
            found = _ORDERS[MONTH_FIRST if self.order == "month" else DAY_FIRST](cell)
            if found is not None:
                return _day(found)
        if any(parse(cell) is not None for parse in _COARSE):
            raise Bad("only_a_month")
        raise Bad("not_a_day")


def _day(found: tuple[object]) -> date:
    day = found[0]
    if not isinstance(day, date):
        raise Bad("no_such_day")
    return day


def days_of(columns: Mapping[str, Sequence[str]], asked: str = "") -> Days:
    """How days are written in these columns, by the different texts of their cells; `asked`: "day", "month" or ""."""
    texts = {TIME.sub("", cell.strip()).strip() for cells in columns.values() for cell in cells}
    serials = sum(bool(SERIAL.fullmatch(text)) for text in texts)
    ordered = [text for text in texts if NUMBERS.fullmatch(text)]
    example = min(ordered, default="")
    if asked in ("day", "month"):
        return Days(asked, True, serials, example)
    if not ordered:
        return Days("", False, serials, "")
    real = {order: _real(ordered, name) for order, name in (("day", DAY_FIRST), ("month", MONTH_FIRST))}
    best = max(real, key=lambda order: real[order])
    if real["day"] == real["month"] or real[best] < MOSTLY * len(ordered):
        return Days(None, False, serials, example)
    return Days(best, False, serials, example)


def _real(texts: Iterable[str], name: str) -> int:
    return sum((found := _ORDERS[name](text)) is not None and found[0] is not None for text in texts)
