"""What a table would do to a line list, as it is kept beside the table until a person has decided."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tocsin.node.events.line_list.reading import CASE_FIELDS, Problem, Reading, Standing, read
from tocsin.node.events.line_list.tables import Cells
from tocsin.node.events.models import Event, EventCase, LineListTable

__all__ = ["MOST_PROBLEMS", "last_number", "looked_at", "outcome_of", "read_table", "standing_of"]

MOST_PROBLEMS = 1_000
FIRST_ROWS, CHANGES = 20, 100
MACHINES = r"^N-[1-9][0-9]{0,8}$"


def standing_of(event: Event) -> Standing:
    """The line list as it is, by the cases' numbers."""
    columns = ("local_id", "version", *CASE_FIELDS)
    rows = EventCase.objects.filter(event=event).order_by().values_list(*columns)
    cases = {row[0]: dict(zip(columns[1:], row[1:], strict=True)) for row in rows.iterator(chunk_size=5_000)}
    return Standing(cases, last_number(event))


def last_number(event: Event) -> int:
    """The last number that the machine gave to a case of the event."""
    given = EventCase.objects.filter(event=event, local_id__regex=MACHINES).values_list("local_id", flat=True)
    return max((int(number[2:]) for number in given), default=0)


def read_table(table: LineListTable, cells: Cells) -> Reading:
    """The table against the line list as it is now."""
    said = table.asked
    return read(
        cells,
        columns={int(at): name for at, name in said.get("columns", {}).items()},
        order=said.get("order", ""),
        standing=standing_of(table.event),
        today=timezone.localdate(),
        opened=table.event.opened_at.date(),
    )


def looked_at(table: LineListTable, found: Reading) -> None:
    """Keep on the table what was found; the caller saves it."""
    changed = [row for row in found.rows if row.before is not None and row.changes]
    table.columns = [one.as_json() for one in found.columns]
    table.rows, table.left_out = found.total, found.left_out
    table.added = sum(row.before is None for row in found.rows)
    table.changed = len(changed)
    # Rows that are left out come first: they are what a person must see.
    told = sorted(found.problems, key=lambda problem: (problem.taken, problem.row))
    table.problems = [problem.as_json() for problem in told[:MOST_PROBLEMS]]
    table.preview = {
        "same": len(found.rows) - table.added - table.changed,
        "repeated": found.repeated,
        "first": [[row.number, row.local_id, _plain(row.given)] for row in found.rows[:FIRST_ROWS]],
        "changes": [
            [row.local_id, name, _text((row.before or {}).get(name)), _text(value)]
            for row in changed[:CHANGES]
            for name, value in row.changes.items()
        ][:CHANGES],
        "by_rule": _by_rule(found.problems),
        "days": {
            "order": found.days.order, "is_asked": found.days.is_asked, "serials": found.days.serials,
            "example": found.days.example,
        },
    }  # fmt: skip


def outcome_of(table: LineListTable) -> tuple[int, ...]:
    """What a person who looks at the preview agrees to."""
    return table.added, table.changed, table.left_out, table.preview["same"]


def _by_rule(problems: list[Problem]) -> list[list[Any]]:
    found = Counter((problem.rule, problem.taken) for problem in problems)
    return [[rule, n, taken] for (rule, taken), n in sorted(found.items(), key=lambda one: (one[0][1], -one[1]))]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _text(value) for name, value in values.items()}


def _text(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{float(value):g}" if isinstance(value, Decimal) else value
