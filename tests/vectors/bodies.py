"""A valid document of each type, and what a node may know when it examines one."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.vectors.making import document

from tocsin.exchange import suite
from tocsin.exchange.documents import Document

WEEK = "2026-03-02"
ID = "0197c2aa-0000-7000-8000-000000000001"
COLUMNS = ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"]
# What a node may know: an exercise, a small state of two regions, one of them with two districts and a crossing.
PLACES = {
    "AL-01": {"population": 400_000, "parent": None, "in_parent": True},
    "AL-02": {"population": 600_000, "parent": None, "in_parent": True},
    "AL-0101": {"population": 150_000, "parent": "AL-01", "in_parent": True},
    "AL-0102": {"population": 250_000, "parent": "AL-01", "in_parent": True},
    "AL-01-X": {"population": None, "parent": "AL-01", "in_parent": False},
}
KNOWN = {"now": "2026-03-09T06:00:00Z", "exercise": True, "diseases": ["cholera", "measles"], "places": PLACES}
WEEKS_BEFORE = ["2026-02-09", "2026-02-16", "2026-02-23"]


def past(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The counts of three weeks before, the same in each, by place."""
    return [
        {
            "series": ["cases", "cholera", place, "all", "all"],
            "weeks": dict.fromkeys(WEEKS_BEFORE, count),
        }
        for place, count in counts.items()
    ]


EIGHT = {f"AL-{number:02}": 20_000 * 2**number for number in range(1, 9)}
CONTEXTS = {
    "nothing": {},
    "a small state": KNOWN,
    "its past": KNOWN | {"past": past({"AL-01": 40, "AL-02": 60})},
    "a high past": KNOWN | {"past": past({"AL-01": 400, "AL-02": 600})},
    "eight places": KNOWN
    | {
        "places": {place: {"population": people, "parent": None, "in_parent": True} for place, people in EIGHT.items()},
        "past": past({place: people // 1_000 for place, people in EIGHT.items()}),
    },
}


def row(value: int | str | None = 12, **key: str) -> list[Any]:
    """A row; `value` may be a flag, which stands for a count that is not given."""
    given = {"indicator": "cases", "disease": "cholera", "place": "AL-01", "week": WEEK, "age": "all", "sex": "all"}
    return [*(given | key).values(), None, value] if isinstance(value, str) else [*(given | key).values(), value]


def indicators(*rows: Sequence[Any], head: Mapping[str, Any] | None = None, **body: Any) -> Document:
    given = {
        "case_definition": "WHO 2023",
        "case_status": ["probable", "confirmed"],
        "columns": COLUMNS,
        "date_type": "onset",
        "first_day": "monday",
        "reported_until": "2026-03-08",
        "rows": list(rows) or [row()],
        "suppression": None,
    }
    said = {name: value for name, value in (given | body).items() if value is not ...}
    return document(type="weekly-indicators", body=said, **(head or {}))


def message(*, head: Mapping[str, Any] | None = None, **body: Any) -> Document:
    given = {"subject": "Холера в Карасу", "text": "Три случая.\n\n三例。", "in_reply_to": None}
    said = {name: value for name, value in (given | body).items() if value is not ...}
    return document(type="message", body=said, **(head or {}))


def receipt(*, head: Mapping[str, Any] | None = None, **body: Any) -> Document:
    given = {
        "origin": "BO",
        "epoch": 1,
        "stream": "members",
        "through": 20,
        "manifest": suite.digest(b"manifest"),
        "received_at": "2026-03-09T05:59:00Z",
        "accepted": 3,
        "quarantined": [
            {"number": 18, "row": 4, "code": "impossible-count"},
            {"number": 19, "row": None, "code": "schema"},
        ],
        "held": [17],
        "locked": [16],
    }
    to_bo = {"classification": "SELECTIVE", "addressees": ("BO",)}
    return document(type="receipt", body=given | body, **(to_bo | dict(head or {})))


def named(**changes: Any) -> dict[str, Any]:
    return {"digest": suite.digest(b"item"), "epoch": 1, "number": 7, "stream": "members"} | changes


def erasure(*documents: dict[str, Any], head: Mapping[str, Any] | None = None, **body: Any) -> Document:
    given = {"documents": list(documents) or [named()], "reason": "identifies-a-person"}
    return document(type="erasure", body=given | body, **(head or {}))
