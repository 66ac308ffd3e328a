"""The counts of a notification and their breakdown. docs/exchange-types.md.

Totals are told however small: one case of plague must be told. What they are made of follows the rules of
`weekly-indicators`, and those of suppression, with the totals as rows that are never withheld.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tocsin.exchange.documents import Document
from tocsin.exchange.saying import say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.suppression import suppress
from tocsin.exchange.types.table_rules import (
    Problem,
    age_problem,
    check_age_groups,
    check_labels,
    check_totals,
    check_values,
    check_within,
    distinct,
    place_problem,
    populations,
)
from tocsin.exchange.types.tables import AGE, INDICATOR, PLACE, VALUE, key_of

__all__ = ["check_counts", "check_rows", "withheld"]

CLASSES = ("suspected", "probable", "confirmed")
PLACE_AT, AGE_AT = 1, 2  # as columns stand in the document
ANY_DISEASE, ANY_WEEK = "", ""  # all rows of a notification are of one event and one day


def check_counts(counts: Mapping[str, Any], found: Found) -> None:
    """Find counts of people that are above those they are among."""
    among = [(name, "cases", _cases(counts)) for name in ("deaths", "hospitalised", "intensive_care", "health_workers")]
    among.append(("intensive_care", "hospitalised", counts["hospitalised"]))
    for name, whole, total in among:
        if total is not None and counts[name] is not None and counts[name] > total:
            said = say("above-another", text=name, count=counts[name], whole=whole, total=total)
            found.document("impossible-count", said, f"/body/counts/{name}")


def _cases(counts: Mapping[str, Any]) -> int | None:
    known = [counts[name] for name in CLASSES]
    return None if None in known else sum(known)


def check_rows(document: Document, context: Context, found: Found) -> None:
    """Find rows that cannot be true, do not agree with the counts, or give away whom the rule of suppression hides."""
    body = document.body
    good = [index not in found.rows for index in range(len(body["rows"]))]
    rows = [_full(row) if well else [] for row, well in zip(body["rows"], good, strict=True)]
    check_age_groups(rows, found)
    if found.whole or not rows:
        return
    places = {place["code"] for place in body["places"]} | {document.origin}
    check_labels(rows, PLACE, lambda code: _place_problem(code, places, document, context), found, at=PLACE_AT)
    check_labels(rows, AGE, age_problem, found, at=AGE_AT)
    check_values(rows, body["suppression"], populations(document.origin, context), found)
    totals = _told(body["counts"], document.origin)
    _check_told(rows, totals, body["suppression"], found)
    keys = distinct(rows, found)
    said = set(keys.values())
    beside = {len(rows) + at: total for at, total in enumerate(totals) if key_of(total) not in said}
    keys |= {index: key_of(total) for index, total in beside.items()}
    check_totals([*rows, *totals], keys, context.parents(document.origin), found, told=beside)
    check_within(rows, {index: key for index, key in keys.items() if index not in beside}, found)


def _full(row: Sequence[Any]) -> list[Any]:
    """A row as tables have it."""
    indicator, place, age, sex, *value = row
    return [indicator, ANY_DISEASE, place, ANY_WEEK, age, sex, *value]


def _told(counts: Mapping[str, Any], origin: str) -> list[list[Any]]:
    """The totals that counts tell, as rows of the whole state; none of what is not known."""
    known = {"cases": _cases(counts), "deaths": counts["deaths"]}
    return [_full([name, origin, "all", "all", count]) for name, count in known.items() if count is not None]


def _place_problem(code: str, places: set[str], document: Document, context: Context) -> Problem | None:
    if code not in places:
        return "unknown-place", say("place-not-named", place=code)
    return place_problem(code, document.origin, context)


def _check_told(
    rows: list[list[Any]], totals: list[list[Any]], suppression: Mapping[str, Any] | None, found: Found
) -> None:
    known = {row[INDICATOR]: row for row in totals}
    below = 0 if suppression is None else suppression["below"]
    for index, row in enumerate(rows):
        total = known.get(row[INDICATOR]) if row else None
        if index in found.rows or total is None:
            continue
        if 0 < total[VALUE] < below:
            said = say("total-is-small", total=total[VALUE], below=below)
            found.row(index, "small-cell", said)
        elif key_of(row) == key_of(total) and row[VALUE] != total[VALUE]:
            found.row(index, "contradiction", say("not-as-told", row=index, total=total[VALUE]))
        elif row[VALUE] is not None and row[VALUE] > total[VALUE]:
            said = say("parts-above-told", total=total[VALUE], parts=row[VALUE])
            found.row(index, "impossible-count", said)


def withheld(
    rows: Sequence[Sequence[Any]],
    counts: Mapping[str, Any],
    *,
    origin: str,
    below: int,
    parents: Mapping[str, str],
    before: Collection[Sequence[str]] = (),
) -> list[list[Any]]:
    """`rows` of a notification as they may be sealed under the rule `small-cells-and-complements`.

    Whoever reads has the totals of `counts` beside them, so these count as published. Of an indicator whose total is
    small itself no row is left: zeros would say where its few people are not.

    rows     true counts, each key once
    parents  the place that each place's counts are part of: `Context.parents`
    before   keys of rows that an earlier version left out: indicator, place, age, sex
    """
    totals = {row[INDICATOR]: row for row in _told(counts, origin)}
    full = [_full(row) for row in rows]
    full = [row for row in full if not _is_small(totals.get(row[INDICATOR]), below)]
    keys = {key_of(row) for row in full}
    known = [total for total in totals.values() if any(row[INDICATOR] == total[INDICATOR] for row in full)]
    added = [total for total in known if key_of(total) not in keys]
    safe = suppress(
        [*full, *added],
        below=below,
        parents=parents,
        before={key_of(_full([*key, None])) for key in before},
        told={key_of(total) for total in known},
    )
    return [[row[INDICATOR], row[PLACE], row[AGE], *row[AGE + 1 :]] for row in safe[: len(full)]]


def _is_small(total: Sequence[Any] | None, below: int) -> bool:
    return total is not None and 0 < total[VALUE] < below
