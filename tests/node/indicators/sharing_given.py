"""A source with counts, two people who may share them, and rules: for the tests of what leaves."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tests.node.surveillance.screened import FIRST, WEEKS, given

from tocsin.exchange.documents import Document
from tocsin.node.indicators.actions import preparing, rules, sharing
from tocsin.node.indicators.models import Preparation, Shared, SharingRule
from tocsin.node.post.models import Outgoing
from tocsin.node.surveillance.models import Source

__all__ = ["FIELDS", "FIRST", "LAST_WEEKS", "confirmed", "counts", "posted", "prepared", "rows_of", "sent", "value_of"]

LAST_WEEKS = 12
DISTRICTS = ("XX-11", "XX-12", "XX-13")
FIELDS: dict[str, Any] = {
    "diseases": [], "indicator": "cases", "depth": "districts", "with_groups": True, "classification": "MEMBERS",
    "addressees": [], "no_onward_sharing": False, "below": 5, "unsuppressed_reason": "", "case_status": ["confirmed"],
    "case_definition": "WHO 2023", "weeks": 8, "weekday": None, "note": "", "language": "en",
}  # fmt: skip


def counts(
    source: Source, of_places: Mapping[str, Sequence[float | None]], *, disease: str = "cholera", stratum: str = ""
) -> None:
    """Counts that end with the last full week, and sums above them as the node makes them."""
    length = max(map(len, of_places.values()))
    first = date.fromordinal(FIRST.toordinal() + 7 * (WEEKS - length))
    rows = {(disease, place, stratum): list(values) for place, values in of_places.items()}
    given(source, rows, first=first)
    source.refresh_from_db()


def districts(*columns: tuple[float | None, ...]) -> dict[str, list[float | None]]:
    """Counts of three districts week by week, with the sums of their region and of the state."""
    found: dict[str, list[float | None]] = {code: [] for code in (*DISTRICTS, "XX-1", "XX")}
    for week in columns:
        known = [value for value in week if value is not None]
        for code, value in zip(DISTRICTS, week, strict=True):
            found[code].append(value)
        found["XX-1"].append(sum(known) if known else None)
        found["XX"].append(sum(known) if known else None)
    return found


def confirmed(source: Source, by: Any, and_by: Any, **changed: Any) -> SharingRule:
    """A rule that two people agreed to."""
    rule = rules.add_rule({**FIELDS, "source": source, **changed}, by=by)
    rules.confirm_rule(rule, version=1, by=and_by)
    rule.refresh_from_db()
    return rule


def prepared(rule: SharingRule, by: Any, **asked: Any) -> Preparation:
    """What would be sent, computed at once."""
    made = preparing.prepare(preparing.ask(rule, by=by, **asked).pk)
    assert made is not None
    return made


def sent(rule: SharingRule, by: Any, **asked: Any) -> list[Shared]:
    """Prepared and sent."""
    ready = prepared(rule, by, **asked)
    assert ready.status == Preparation.Status.READY, (ready.problem, ready.findings)
    return sharing.share(rule, preparation=ready.pk, by=by)


def posted() -> list[Document]:
    """What waits to be sealed."""
    return [Document.read(bytes(row.document)) for row in Outgoing.objects.order_by("id")]


def rows_of(documents: Sequence[Document]) -> list[list[Any]]:
    return [row for document in documents for row in json.loads(json.dumps(document.body["rows"]))]


def value_of(rows: Sequence[Sequence[Any]], place: str, week: str) -> Any:
    """The count, or why there is none."""
    (row,) = (row for row in rows if (row[2], row[3], row[4], row[5]) == (place, week, "all", "all"))
    return row[7] if row[6] is None else row[6]
