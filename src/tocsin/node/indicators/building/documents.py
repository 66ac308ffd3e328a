"""Documents of weekly indicators: bodies of at most 5,000 rows where weeks allow it, their heads, their examination."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from math import isnan
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.identifiers import new_id
from tocsin.exchange.local import LocalNode
from tocsin.exchange.types.context import Context, Series
from tocsin.exchange.types.findings import Finding
from tocsin.exchange.types.registry import examine
from tocsin.exchange.types.tables import DISEASE, PLACE, WEEK
from tocsin.node.indicators.building.tables import Table, known_diseases, our_places
from tocsin.node.indicators.models import SharingRule
from tocsin.node.indicators.refusals import NotShared

__all__ = ["bodies_of", "body_of", "digest_of", "document_of", "found_in", "packed", "past_of", "unpacked"]

COLUMNS = ["indicator", "disease", "place", "week", "age", "sex", "value", "flag"]
A_DOCUMENT = 5_000  # rows
MOST = 20_000  # rows of a document, as the schema says
TYPE = "weekly-indicators"
WEEKS_BEFORE = 8  # that an examination compares with
Row = list[Any]
Past = Callable[[Series], Mapping[date, int]]


def bodies_of(rows: Iterable[Row], table: Table) -> list[dict[str, Any]]:
    """Bodies of documents that together hold all rows; a week stands in one of them, if it is not too long itself."""
    return [body_of(part, table) for part in _parts(rows)]


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    part: list[Row] = []
    for _, of_week in groupby(rows, key=lambda row: row[WEEK]):
        week = list(of_week)
        for piece in [week] if len(week) <= A_DOCUMENT else _by_disease(week):
            if part and len(part) + len(piece) > A_DOCUMENT:
                yield part
                part = []
            part += piece
    if part:
        yield part


def _by_disease(week: list[Row]) -> Iterator[list[Row]]:
    """Rows of one disease are totals and parts of one another, and stay together."""
    for disease, rows in groupby(week, key=lambda row: row[DISEASE]):
        piece = list(rows)
        if len(piece) > MOST:
            raise NotShared("too-many-rows", disease=disease)
        yield piece


def body_of(rows: list[Row], table: Table, *, suppressed: bool = True) -> dict[str, Any]:
    """A document's body. `suppressed=False` says of true counts that nothing was withheld, to examine them."""
    rule = table.rule
    body = {
        "case_definition": rule.case_definition,
        "case_status": [status for status in SharingRule.CaseStatus.values if status in rule.case_status],
        "columns": COLUMNS,
        "date_type": rule.date_type,
        "first_day": table.first_day,
        "reported_until": table.reported_until.isoformat(),
        "rows": rows,
        "suppression": rule.suppression if suppressed else None,
    }
    return {**body, "note": rule.note} if rule.note else body


def document_of(rule: SharingRule, body: Mapping[str, Any], here: LocalNode, *, at: datetime | None = None) -> Document:
    """A new document for the rule's audience, recorded now or `at`."""
    trust, at = here.trust(), at or here.now()
    return Document(
        id=new_id(at),
        alliance=trust.alliance,
        origin=here.node,
        recorded_at=at,
        classification=rule.classification,
        addressees=tuple(rule.addressees),
        type=TYPE,
        body=body,
        no_onward_sharing=rule.no_onward_sharing,
        language=rule.language,
        exercise=trust.exercise,
    )


def context_for(here: LocalNode, past: Past | None = None) -> Context:
    """What a partner knows of us, as far as we can tell: the alliance's diseases, our places, and what we counted."""
    return Context(
        now=here.now(), exercise=here.trust().exercise, diseases=known_diseases(), places=our_places(), past=past
    )


def past_of(table: Table) -> Callable[[str], Past]:
    """Says of a week what each series counted in the weeks before it."""
    lines = {
        Series(table.rule.indicator, line.disease, line.place, line.group.age, line.group.sex): line.counts
        for line in table.lines
    }

    def before(week: str) -> Past:
        end = table.weeks.index(date.fromisoformat(week))
        first = max(0, end - WEEKS_BEFORE)
        days = table.weeks[first:end]

        def past(series: Series) -> Mapping[date, int]:
            counts = lines[series][first:end].tolist() if series in lines else []
            return {day: int(count) for day, count in zip(days, counts, strict=False) if not isnan(count)}

        return past

    return before


def found_in(
    rule: SharingRule,
    bodies: Iterable[Mapping[str, Any]],
    here: LocalNode,
    *,
    before: Callable[[str], Past] | None = None,
    most: int = 50,
) -> list[dict[str, Any]]:
    """What an examination says against documents, for people: [{"code", "detail", "said", "disease", "place", "week"}].

    before  as `past_of` makes it; without it nobody looks for a switched unit
    """
    context, found = context_for(here), []
    for body in bodies:
        known = replace(context, past=before(body["rows"][0][WEEK])) if before else context
        for one in examine(document_of(rule, body, here), context=known):
            if len(found) < most:
                found.append(_told(one, body["rows"]))
    return found


def _told(finding: Finding, rows: list[Row]) -> dict[str, Any]:
    said = finding.said
    told = {"code": finding.code, "detail": finding.detail, "said": [said.name, said.values] if said else []}
    if finding.row is None:
        return told
    row = rows[finding.row]
    return {**told, "disease": row[DISEASE], "place": row[PLACE], "week": row[WEEK], "group": row[4:6]}


def digest_of(rows: list[Row], table: Table) -> str:
    """Of what partners are told of a week: another digest, and it is sent again."""
    rule = table.rule
    said = [
        rule.audience, rule.no_onward_sharing, rule.case_definition, sorted(rule.case_status), rule.date_type,
        table.first_day, rule.suppression, rows,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def packed(bodies: list[dict[str, Any]]) -> bytes:
    """As a preparation keeps them."""
    return zlib.compress(json.dumps(bodies, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def unpacked(data: bytes) -> list[dict[str, Any]]:
    """What `packed` packed."""
    bodies: list[dict[str, Any]] = json.loads(zlib.decompress(bytes(data))) if data else []
    return bodies
