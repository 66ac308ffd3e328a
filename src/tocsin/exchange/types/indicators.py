"""`weekly-indicators` 1: counts by disease, place, age, sex and week. docs/exchange-types.md."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tocsin.exchange import limits
from tocsin.exchange.documents import Document
from tocsin.exchange.saying import Saying, say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.tables import (
    AGE,
    DISEASE,
    FLAG,
    INDICATOR,
    PLACE,
    VALUE,
    WEEK,
    WITHIN,
    Key,
    age_range,
    key_of,
    relations,
)
from tocsin.exchange.types.texts import check_text
from tocsin.exchange.types.units import switched

__all__ = ["check_indicators"]

COUNTS_NO_PEOPLE = {"tests"}  # a city may be tested twice in a week
FIRST_DAYS = {"monday": 0, "saturday": 5, "sunday": 6}
EASTMOST = timedelta(hours=14)  # a day is over there that has not begun elsewhere
EARLIEST, LATEST = date(1900, 1, 1), datetime(9999, 12, 30, tzinfo=UTC)  # room to reckon with what anybody writes
AGE_GROUPS = 150  # in one document; every year of a life, and groups of them

Problem = tuple[str, Saying]  # code, sentence


def check_indicators(document: Document, context: Context, found: Found) -> None:
    """Find rows that cannot be true, and a document whose period or texts cannot be."""
    body = document.body
    check_text(body["case_definition"], "/body/case_definition", found)
    check_text(body.get("note", ""), "/body/note", found, paragraphs=True)
    rows: list[list[Any]] = body["rows"]
    if len({row[AGE] for index, row in enumerate(rows) if index not in found.rows}) > AGE_GROUPS:
        found.document("too-large", say("age-groups", most=AGE_GROUPS), "/body/rows")
    if until := _reported_until(document, context, found):
        _check_labels(rows, WEEK, lambda week: _week_problem(week, until=until, body=body), found)
    if found.whole:
        return
    _check_labels(rows, DISEASE, lambda code: _disease_problem(code, context), found)
    _check_labels(rows, PLACE, lambda code: _place_problem(code, document.origin, context), found)
    _check_labels(rows, AGE, _age_problem, found)
    _check_values(document, context, found)
    keys = _distinct(rows, found)
    _check_totals(rows, keys, context.parents(document.origin), found)
    if body["date_type"] != "event":
        _check_within(rows, keys, found)
    for code, said, indices in switched(rows, keys, context):
        for index in indices:
            found.row(index, code, said)


def _check_labels(rows: list[list[Any]], column: int, problem: Callable[[str], Problem | None], found: Found) -> None:
    """Each label is looked at once, however many rows have it."""
    labels = {row[column] for index, row in enumerate(rows) if index not in found.rows}
    bad = {label: why for label in labels if (why := problem(label))}
    if bad:
        for index, row in enumerate(rows):
            if index not in found.rows and row[column] in bad:
                found.row(index, *bad[row[column]], f"/body/rows/{index}/{column}")


def _reported_until(document: Document, context: Context, found: Found) -> date | None:
    """The last day that has ended of those of which reports are counted.

    A day is taken to be as late as where days begin first: there it is tomorrow from 10:00 UTC on.
    """
    pointer, text = "/body/reported_until", document.body["reported_until"]
    recorded_at = min(document.recorded_at, LATEST)
    if context.now is not None:
        recorded_at = min(recorded_at, context.now + timedelta(seconds=limits.SKEW_SECONDS))
    today, until = (recorded_at + EASTMOST).date(), _day(text)
    if until is None:
        found.document("period-invalid", say("until-no-day", until=text), pointer)
    elif until > today:
        found.document("future-period", say("until-ahead", until=text, today=today), pointer)
    else:
        return min(until, today - timedelta(days=1))
    return None


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= date.max - timedelta(days=7) else None


def _week_problem(text: str, *, until: date, body: Mapping[str, Any]) -> Problem | None:
    week, first_day = _day(text), body["first_day"]
    if week is None or week.weekday() != FIRST_DAYS[first_day]:
        return "period-invalid", say("week-begins", week=text, first_day=first_day)
    if week + timedelta(days=6) > until:
        return "future-period", say("week-not-over", week=text, until=until)
    return None


def _disease_problem(code: str, context: Context) -> Problem | None:
    if context.diseases is None or code in context.diseases:
        return None
    return "unknown-disease", say("disease-not-known", disease=code)


def _place_problem(code: str, origin: str, context: Context) -> Problem | None:
    if context.places is None or code in context.places or code == origin:
        return None
    return "unknown-place", say("place-not-known", place=code, origin=origin)


def _age_problem(label: str) -> Problem | None:
    try:
        age_range(label)
    except ValueError:
        return "contradiction", say("age-backwards", age=label)
    return None


def _check_values(document: Document, context: Context, found: Found) -> None:
    body, rule = document.body, document.body["suppression"]
    below = 0 if rule is None else rule["below"]
    population = _populations(document.origin, context)
    for index, row in enumerate(body["rows"]):
        if index in found.rows:
            continue
        value = row[VALUE]
        if value is None:
            if rule is None and row[FLAG] == "suppressed":
                found.row(index, "contradiction", say("no-rule"))
        elif value < 0:
            found.row(index, "impossible-count", say("negative", count=value))
        elif 0 < value < below:
            found.row(index, "small-cell", say("small", count=value, below=below))
        elif value > population.get(row[PLACE], value) and row[INDICATOR] not in COUNTS_NO_PEOPLE:
            people = say("above-people", count=value, people=population[row[PLACE]], place=row[PLACE])
            found.row(index, "impossible-count", people)


def _populations(origin: str, context: Context) -> dict[str, int]:
    """Known populations; of the state itself, where the node does not say it, that of its outermost places together."""
    known = dict(context.population)
    places = context.places or {}
    outermost = [place.population for place in places.values() if place.parent in (None, origin) and place.in_parent]
    if origin not in places and outermost and None not in outermost:
        known[origin] = sum(population or 0 for population in outermost)
    return known


def _distinct(rows: list[list[Any]], found: Found) -> dict[int, Key]:
    """The keys of good rows. A row said twice with one count is taken once; with two counts not at all."""
    first: dict[Key, int] = {}
    for index, row in enumerate(rows):
        if index in found.rows:
            continue
        key = key_of(row)
        before = first.setdefault(key, index)
        if before != index:
            found.row(index, "duplicate-row", say("said-twice", row=before))
            if rows[before][VALUE:] != row[VALUE:]:
                found.row(before, "duplicate-row", say("said-otherwise", row=index))
    return {index: key for key, index in first.items() if index not in found.rows}


def _check_totals(rows: list[list[Any]], keys: dict[int, Key], parents: Mapping[str, str], found: Found) -> None:
    """Parts above their total: nobody can tell which of the rows is wrong, so none of them is taken."""
    counts = [row[VALUE] if index in keys else None for index, row in enumerate(rows)]
    least = [count or 0 for count in counts]
    contradicting = []
    for total, parts, _ in relations(keys, parents):
        whole = counts[total]
        if whole is not None and whole < (together := sum([least[part] for part in parts])):
            said = say("parts-above-total", row=total, total=whole, parts=together)
            contradicting.append(((total, *parts), said))
    for indices, said in contradicting:
        for index in indices:
            found.row(index, "impossible-count", said)


def _check_within(rows: list[list[Any]], keys: dict[int, Key], found: Found) -> None:
    by_key = {key: index for index, key in keys.items()}
    for key, index in by_key.items():
        if key[INDICATOR] not in WITHIN:
            continue
        whole = by_key.get((WITHIN[key[INDICATOR]], *key[1:]))
        if whole is None or rows[whole][VALUE] is None or rows[index][VALUE] is None:
            continue
        if rows[index][VALUE] > rows[whole][VALUE]:
            counts = {"count": rows[index][VALUE], "total": rows[whole][VALUE]}
            said = say("more-than-whole", indicator=key[INDICATOR], whole=WITHIN[key[INDICATOR]], **counts)
            found.row(index, "impossible-count", said)
            found.row(whole, "impossible-count", said)
