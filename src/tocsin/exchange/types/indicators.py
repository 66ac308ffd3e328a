"""`weekly-indicators` 1: counts by disease, place, age, sex and week. docs/exchange-types.md."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.days import day_of, recorded_day
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.table_rules import (
    Problem,
    age_problem,
    check_age_groups,
    check_labels,
    check_totals,
    check_values,
    check_within,
    disease_problem,
    distinct,
    place_problem,
    populations,
)
from tocsin.exchange.types.tables import AGE, DISEASE, PLACE, WEEK
from tocsin.exchange.types.texts import check_text
from tocsin.exchange.types.units import switched

__all__ = ["check_indicators"]

FIRST_DAYS = {"monday": 0, "saturday": 5, "sunday": 6}


def check_indicators(document: Document, context: Context, found: Found) -> None:
    """Find rows that cannot be true, and a document whose period or texts cannot be."""
    body = document.body
    check_text(body["case_definition"], "/body/case_definition", found)
    check_text(body.get("note", ""), "/body/note", found, paragraphs=True)
    rows: list[list[Any]] = body["rows"]
    check_age_groups(rows, found)
    if until := _reported_until(document, context, found):
        check_labels(rows, WEEK, lambda week: _week_problem(week, until=until, body=body), found)
    if found.whole:
        return
    check_labels(rows, DISEASE, lambda code: disease_problem(code, context), found)
    check_labels(rows, PLACE, lambda code: place_problem(code, document.origin, context), found)
    check_labels(rows, AGE, age_problem, found)
    check_values(rows, body["suppression"], populations(document.origin, context), found)
    keys = distinct(rows, found)
    check_totals(rows, keys, context.parents(document.origin), found)
    if body["date_type"] != "event":
        check_within(rows, keys, found)
    for code, said, indices in switched(rows, keys, context):
        for index in indices:
            found.row(index, code, said)


def _reported_until(document: Document, context: Context, found: Found) -> date | None:
    """The last day that has ended of those of which reports are counted."""
    pointer, text = "/body/reported_until", document.body["reported_until"]
    today, until = recorded_day(document, context), day_of(text)
    if until is None:
        found.document("period-invalid", say("until-no-day", until=text), pointer)
    elif until > today:
        found.document("future-period", say("until-ahead", until=text, today=today), pointer)
    else:
        return min(until, today - timedelta(days=1))
    return None


def _week_problem(text: str, *, until: date, body: Mapping[str, Any]) -> Problem | None:
    week, first_day = day_of(text), body["first_day"]
    if week is None or week.weekday() != FIRST_DAYS[first_day]:
        return "period-invalid", say("week-begins", week=text, first_day=first_day)
    if week + timedelta(days=6) > until:
        return "future-period", say("week-not-over", week=text, until=until)
    return None
