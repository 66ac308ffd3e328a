"""Tables of cases as people have them, and line lists made of them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from tocsin.node.events.actions.cases import receive_table, take_table
from tocsin.node.events.line_list.tables import open_text
from tocsin.node.events.models import Event, EventCase, LineListTable

__all__ = ["ago", "listed", "looked", "pasted", "rules_of", "taken"]

Rows = Iterable[Iterable[object]]


def ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def pasted(*rows: Iterable[object]) -> str:
    """Rows as a spreadsheet puts them on the clipboard; the first is the headings."""
    return "\r\n".join("\t".join(str(cell) for cell in row) for row in rows) + "\r\n"


def looked(event: Event, by, *rows: Iterable[object]) -> LineListTable:
    return receive_table(event, open_text(pasted(*rows)), by=by)


def taken(event: Event, by, *rows: Iterable[object]) -> LineListTable:
    return take_table(looked(event, by, *rows), by=by)


def rules_of(table: LineListTable) -> list[tuple[int, str, bool]]:
    """Row, rule, and whether the row is used all the same."""
    return [(row, rule, used) for row, _heading, _value, rule, used in table.problems]


def listed(event: Event) -> dict[str, EventCase]:
    return {case.local_id: case for case in EventCase.objects.filter(event=event).select_related("place")}
