"""What tests of document types begin with: a valid document of each type, a small state, a table made of people."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import product
from typing import Any

from tests.exchange.specimens import document

from tocsin.exchange.documents import Document
from tocsin.exchange.suite import digest
from tocsin.exchange.types.context import Context, Place
from tocsin.exchange.types.findings import Findings
from tocsin.exchange.types.registry import examine
from tocsin.exchange.types.tables import VALUE

NOW = datetime(2026, 3, 9, 6, tzinfo=UTC)  # a Monday; the week of 2 March has just ended
WEEK, WEEK_BEFORE, THIS_WEEK = "2026-03-02", "2026-02-23", "2026-03-09"
COLUMNS = ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"]
# Altania in small: two regions, one with two districts, a crossing whose cases live elsewhere.
PLACES = {
    "AL-01": Place(400_000),
    "AL-02": Place(600_000),
    "AL-0101": Place(150_000, "AL-01"),
    "AL-0102": Place(250_000, "AL-01"),
    "AL-01-X": Place(None, "AL-01", in_parent=False),
}
KNOWN = Context(now=NOW, exercise=True, diseases={"cholera", "measles"}, places=PLACES)
PARENTS = KNOWN.parents("AL")
AGES, SEXES = ["0-4", "5-64", "65+"], ["female", "male"]


def row(value: int | str | None = 12, **key: str) -> list[Any]:
    """A row; `value` may be a flag, which stands for a count that is not given."""
    given = {
        "indicator": "cases",
        "disease": "cholera",
        "place": "AL-01",
        "week": WEEK,
        "age": "all",
        "sex": "all",
    } | key
    return [*given.values(), None, value] if isinstance(value, str) else [*given.values(), value]


def indicators(
    rows: Sequence[Sequence[Any]] | None = None, /, *, head: dict[str, Any] | None = None, **body: Any
) -> Document:
    given = {
        "case_definition": "WHO 2023",
        "case_status": ["probable", "confirmed"],
        "columns": COLUMNS,
        "date_type": "onset",
        "first_day": "monday",
        "reported_until": "2026-03-08",
        "rows": [row()] if rows is None else rows,
        "suppression": None,
    }
    return document(type="weekly-indicators", body=given | body, **(head or {}))


def message(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    given = {"subject": "Холера в Карасу", "text": "Три случая.\n\n三例。", "in_reply_to": None}
    return document(type="message", body=given | body, **(head or {}))


def receipt(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    given = {
        "origin": "BO",
        "epoch": 1,
        "stream": "members",
        "through": 20,
        "manifest": digest(b"manifest"),
        "received_at": "2026-03-09T05:59:00Z",
        "accepted": 3,
        "quarantined": [
            {"number": 18, "row": 4, "code": "impossible-count"},
            {"number": 19, "row": None, "code": "schema"},
        ],
        "held": [17],
        "locked": [16],
    }
    head = {"classification": "SELECTIVE", "addressees": ("BO",)} | (head or {})
    return document(type="receipt", body=given | body, **head)


def erasure(*, head: dict[str, Any] | None = None, **body: Any) -> Document:
    given = {
        "documents": [{"epoch": 1, "stream": "members", "number": 7, "digest": digest(b"item")}],
        "reason": "identifies-a-person",
    }
    return document(type="erasure", body=given | body, **(head or {}))


def found(one: Document, context: Context = KNOWN, **known: Any) -> Findings:
    return examine(one, context=Context(**(vars_of(context) | known)) if known else context)


def vars_of(context: Context) -> dict[str, Any]:
    return {name: getattr(context, name) for name in ("now", "exercise", "diseases", "places", "past")}


def of_document(findings: Findings) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in findings.document]


def of_rows(findings: Findings) -> dict[int, str]:
    return {index: one.code for index, one in findings.rows.items()}


def table(people: Iterable[int], *, week: str = WEEK, indicator: str = "cases") -> list[list[Any]]:
    """All 60 rows of a table, with every total. `people`: two districts and a region, each three ages by two sexes."""
    counts: dict[tuple[str, str, str], int] = {}
    for (place, age, sex), count in zip(product(["AL-0101", "AL-0102", "AL-02"], AGES, SEXES), people, strict=True):
        within = [place, "AL"] if place == "AL-02" else [place, "AL-01", "AL"]
        for key in product(within, [age, "all"], [sex, "all"]):
            counts[key] = counts.get(key, 0) + count
    return [row(count, place=p, age=a, sex=s, week=week, indicator=indicator) for (p, a, s), count in counts.items()]


def values(rows: Sequence[Sequence[Any]]) -> dict[tuple[str, str, str], int | None]:
    """Counts by place, age and sex."""
    return {(one[2], one[4], one[5]): one[VALUE] for one in rows}
