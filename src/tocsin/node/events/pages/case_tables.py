"""A table on its way into the line list, as its preview shows it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.events.line_list.columns import FIELDS, WITHHELD
from tocsin.node.events.line_list.days import DAYS
from tocsin.node.events.line_list.sentences import WHY_NOT, field_word, sentence
from tocsin.node.events.models import EventCase, LineListTable
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Place

__all__ = ["SHOWN", "ColumnRow", "case_cells", "preview", "title", "value_word"]

SHOWN = 100
CHOICES = {
    "classification": EventCase.Classification,
    "outcome": EventCase.Outcome,
    "sex": EventCase.Sex,
}
CELLS = (
    "classification", "onset", "reported", "place", "age", "sex", "outcome", "outcome_on", "admitted", "health_worker",
    "intensive_care", "exposure", "infected_by",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ColumnRow:
    at: int
    heading: str
    field: str
    why: str
    is_withheld: bool


def title(table: LineListTable) -> str:
    values = {
        "n": formats.whole(table.rows),
        "good": formats.whole(table.rows - table.left_out),
        "bad": formats.whole(table.left_out),
    }
    if table.status == LineListTable.Status.TAKEN:
        said = ngettext(
            "Taken: %(new)s new case, %(changed)s changed", "Taken: %(new)s new cases, %(changed)s changed", table.added
        )
        return said % {"new": formats.whole(table.added), "changed": formats.whole(table.changed)}
    if table.status == LineListTable.Status.CANCELLED:
        return _("This table was not taken")
    if table.left_out:
        said = ngettext(
            "%(n)s row read: %(good)s can be taken, %(bad)s cannot",
            "%(n)s rows read: %(good)s can be taken, %(bad)s cannot",
            table.rows,
        )
        return said % values
    return ngettext("%(n)s row read: it can be taken", "%(n)s rows read: all can be taken", table.rows) % values


def preview(table: LineListTable) -> dict[str, Any]:
    """All that the preview shows; the places that it names in one query."""
    found = table.preview
    places = _places(found)
    fields = [name for name in CELLS if any(name in row[2] for row in found.get("first", ()))]
    columns = [_column(one) for one in table.columns]
    return {
        "columns": columns,
        "read": sum(bool(one.field) for one in columns),
        "withheld": [one for one in columns if one.is_withheld],
        "fields": [(name, field_word(name)) for name in FIELDS],
        "by_rule": [
            {"sentence": sentence(rule), "rows": n, "taken": taken} for rule, n, taken in found.get("by_rule", ())
        ],
        "problems": [
            {"row": row, "heading": heading, "value": value, "sentence": sentence(rule), "taken": taken}
            for row, heading, value, rule, taken in table.problems[:SHOWN]
        ],
        "first_head": [field_word(name) for name in fields],
        "first": [
            {"row": row, "local_id": number, "cells": [value_word(name, values.get(name), places) for name in fields]}
            for row, number, values in found.get("first", ())
        ],
        "changes": [
            {
                "local_id": number,
                "field": field_word(name),
                "before": value_word(name, a, places),
                "after": value_word(name, b, places),
            }
            for number, name, a, b in found.get("changes", ())
        ],
        "same": found.get("same", 0),
        "notes": list(_notes(table)),
        "asks_order": found.get("days", {}).get("order", "") is None,
        "order": found.get("days", {}).get("order") or "",
        "example": found.get("days", {}).get("example", ""),
    }


def _column(told: dict[str, Any]) -> ColumnRow:
    why = str(WHY_NOT[told["why"]]) if told["why"] else ""
    return ColumnRow(told["at"], told["heading"] or "–", told["as"], why, told["why"] in WITHHELD)


def _places(found: dict[str, Any]) -> dict[int, Place]:
    keys = {row[2]["place"] for row in found.get("first", ()) if "place" in row[2]}
    keys |= {value for change in found.get("changes", ()) if change[1] == "place" for value in change[2:] if value}
    return Place.objects.in_bulk(keys)


def _notes(table: LineListTable) -> Any:
    """Sentences on how the table was read, where somebody might have meant it otherwise."""
    found, fields = table.preview, {one["as"] for one in table.columns}
    days = found.get("days", {})
    if days.get("order") and days.get("example"):
        said = {
            "day": _("Dates such as %(example)s are read with the day first."),
            "month": _("Dates such as %(example)s are read with the month first."),
        }
        yield said[days["order"]] % {"example": days["example"]}
    if days.get("serials"):
        yield _("Numbers such as 46085 in date columns are read as the spreadsheet’s days.")
    if "local_id" not in fields:
        yield _(
            "No column gives the number of the case: each row is taken as a new case and gets a number. "
            "The same table sent again would add all of it again."
        )
    if "classification" not in fields:
        yield _("No column says how cases are classified: new ones are taken as suspected.")
    if not fields & set(DAYS):
        yield _("No column gives a date; the epidemic curve needs that of the onset.")
    if found.get("repeated"):
        n = found["repeated"]
        yield ngettext("%(n)s row stands in the table twice.", "%(n)s rows stand in the table twice.", n) % {
            "n": formats.whole(n)
        }
    if twin := _taken_before(table):
        yield _("This very table was taken on %(moment)s.") % {"moment": formats.long_moment(twin.taken_at)}


def _taken_before(table: LineListTable) -> LineListTable | None:
    taken = LineListTable.objects.filter(event=table.event_id, digest=table.digest, status=LineListTable.Status.TAKEN)
    return taken.exclude(pk=table.pk).order_by("-taken_at").first()


def value_word(name: str, value: Any, places: dict[int, Place] | None = None) -> str:
    """A value of a case, live or as a preview keeps it, in words."""
    if value is None or value == "":
        return formats.NO_VALUE
    if name in CHOICES:
        return str(CHOICES[name](value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in DAYS:
        value = formats.short_date(value if isinstance(value, date) else date.fromisoformat(value))
    elif name == "age":
        value = age_word(Decimal(value))
    elif name == "place" and not isinstance(value, Place):
        value = (places or {}).get(value, value)
    return str(value)


def age_word(age: Decimal) -> str:
    """Years; of children under two, months."""
    if age < 2:
        months = int((age * 12).to_integral_value())
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": formats.whole(months)}
    return formats.whole(int(age))


def case_cells(case: EventCase) -> dict[str, str]:
    return {name: value_word(name, getattr(case, name)) for name in CELLS}
