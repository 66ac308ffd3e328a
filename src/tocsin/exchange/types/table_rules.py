"""What of a table of counts cannot be, whatever document it stands in. docs/exchange-types.md.

Rows are those of `weekly-indicators`. Rows that are among the findings already are not looked at.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from tocsin.exchange.saying import Saying, say
from tocsin.exchange.types.context import Context
from tocsin.exchange.types.findings import Found
from tocsin.exchange.types.tables import AGE, FLAG, INDICATOR, PLACE, VALUE, WITHIN, Key, age_range, key_of, relations

__all__ = [
    "Problem",
    "age_problem",
    "check_age_groups",
    "check_labels",
    "check_totals",
    "check_values",
    "check_within",
    "disease_problem",
    "distinct",
    "place_problem",
    "populations",
]

COUNTS_NO_PEOPLE = {"tests"}  # a city may be tested twice in a week
AGE_GROUPS = 150  # in one document; every year of a life, and groups of them

Problem = tuple[str, Saying]  # code, sentence


def check_age_groups(rows: list[list[Any]], found: Found) -> None:
    """Find a table of so many age groups that to compare them all would take long."""
    if len({row[AGE] for index, row in enumerate(rows) if index not in found.rows}) > AGE_GROUPS:
        found.document("too-large", say("age-groups", most=AGE_GROUPS), "/body/rows")


def check_labels(
    rows: list[list[Any]],
    column: int,
    problem: Callable[[str], Problem | None],
    found: Found,
    *,
    at: int | None = None,
) -> None:
    """Each label is looked at once, however many rows have it. `at` is the column as it stands in the document."""
    labels = {row[column] for index, row in enumerate(rows) if index not in found.rows}
    bad = {label: why for label in labels if (why := problem(label))}
    if bad:
        for index, row in enumerate(rows):
            if index not in found.rows and row[column] in bad:
                found.row(index, *bad[row[column]], f"/body/rows/{index}/{column if at is None else at}")


def disease_problem(code: str, context: Context) -> Problem | None:
    """What is wrong with the code of a disease."""
    if context.diseases is None or code in context.diseases:
        return None
    return "unknown-disease", say("disease-not-known", disease=code)


def place_problem(code: str, origin: str, context: Context) -> Problem | None:
    """What is wrong with the code of a place of `origin`."""
    if context.places is None or code in context.places or code == origin:
        return None
    return "unknown-place", say("place-not-known", place=code, origin=origin)


def age_problem(label: str) -> Problem | None:
    """What is wrong with an age group."""
    try:
        age_range(label)
    except ValueError:
        return "contradiction", say("age-backwards", age=label)
    return None


def check_values(
    rows: list[list[Any]], suppression: Mapping[str, Any] | None, population: Mapping[str, int], found: Found
) -> None:
    """Find counts that no people can make up, and those that the document's own rule withholds."""
    below = 0 if suppression is None else suppression["below"]
    for index, row in enumerate(rows):
        if index in found.rows:
            continue
        value = row[VALUE]
        if value is None:
            if suppression is None and row[FLAG] == "suppressed":
                found.row(index, "contradiction", say("no-rule"))
        elif value < 0:
            found.row(index, "impossible-count", say("negative", count=value))
        elif 0 < value < below:
            found.row(index, "small-cell", say("small", count=value, below=below))
        elif value > population.get(row[PLACE], value) and row[INDICATOR] not in COUNTS_NO_PEOPLE:
            people = say("above-people", count=value, people=population[row[PLACE]], place=row[PLACE])
            found.row(index, "impossible-count", people)


def populations(origin: str, context: Context) -> dict[str, int]:
    """Known populations; of the state itself, where the node does not say it, that of its outermost places together."""
    known = dict(context.population)
    places = context.places or {}
    outermost = [place.population for place in places.values() if place.parent in (None, origin) and place.in_parent]
    if origin not in places and outermost and None not in outermost:
        known[origin] = sum(population or 0 for population in outermost)
    return known


def distinct(rows: list[list[Any]], found: Found) -> dict[int, Key]:
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


def check_totals(
    rows: list[list[Any]],
    keys: dict[int, Key],
    parents: Mapping[str, str],
    found: Found,
    *,
    told: Collection[int] = (),
) -> None:
    """Parts above their total: nobody can tell which of the rows is wrong, so none of them is taken.

    told  indices of totals that the document tells beside its rows
    """
    counts = [row[VALUE] if index in keys else None for index, row in enumerate(rows)]
    least = [count or 0 for count in counts]
    contradicting = []
    for total, parts, _ in relations(keys, parents):
        whole = counts[total]
        if whole is not None and whole < (together := sum([least[part] for part in parts])):
            name = "parts-above-told" if total in told else "parts-above-total"
            contradicting.append(((total, *parts), say(name, row=total, total=whole, parts=together)))
    for indices, said in contradicting:
        for index in indices:
            if index not in told:
                found.row(index, "impossible-count", said)


def check_within(rows: list[list[Any]], keys: dict[int, Key], found: Found) -> None:
    """Find counts that are above those which they are among, such as deaths above cases."""
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
