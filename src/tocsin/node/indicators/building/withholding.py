"""Small counts of a table withheld, week by week and disease by disease, with what earlier documents withheld.

Rows of different weeks or diseases are not linked, so that each such block is suppressed by itself, as
`tocsin.exchange.types.suppression` would do within the whole.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from tocsin.exchange.types.suppression import suppress
from tocsin.exchange.types.tables import AGE, DISEASE, FLAG, PLACE, SEX, VALUE, WEEK, Key, key_of, relations
from tocsin.node.indicators.models import Shared, SharingRule

__all__ = ["Withheld", "keys_by_week", "withheld_before", "withhold"]

Row = list[Any]


@dataclass
class Withheld:
    """What withholding took out, to be told to whoever looks at the preview.

    people  counts of rows that are no total of others: all of them, and those withheld
    """

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    people: int = 0
    people_withheld: int = 0

    def add(self, true: list[Row], published: list[Row], parents: Mapping[str, str], below: int | None) -> None:
        """One block before and after."""
        totals = {relation.total for relation in relations({at: key_of(row) for at, row in enumerate(true)}, parents)}
        for at, (row, shown) in enumerate(zip(true, published, strict=True)):
            self.rows += 1
            value = row[VALUE]
            kind = _kind(value, shown, below)
            self.counts[kind] += 1
            if value is not None and at not in totals:
                self.people += value
                self.people_withheld += value if shown[VALUE] is None else 0

    def join(self, other: "Withheld") -> None:
        """Add what another found."""
        self.rows += other.rows
        self.counts += other.counts
        self.people += other.people
        self.people_withheld += other.people_withheld

    def figures(self) -> dict[str, int]:
        """As they are kept."""
        return {"rows": self.rows, "people": self.people, "people_withheld": self.people_withheld, **self.counts}


def _kind(value: int | None, shown: Row, below: int | None) -> str:
    if value is None:
        return "missing"
    if shown[VALUE] is None:
        return "small" if below is not None and value < below else "complements"
    return "zeros" if value == 0 else "numbers"


def withhold(
    rows: list[Row],
    rule: SharingRule,
    *,
    parents: Mapping[str, str],
    before: Collection[Key],
    counted: Withheld,
    tell: Callable[[int], None] = lambda _: None,
) -> list[Row]:
    """Rows of one week as they may leave. Raises ValueError for rows that do not add up."""
    published: list[Row] = []
    for block in _blocks(rows):
        shown = block
        if rule.below is not None:
            by_event = rule.date_type == "event"
            shown = suppress(block, below=rule.below, parents=parents, before=before, by_event=by_event)
        counted.add(block, shown, parents, rule.below)
        published += shown
        tell(len(block))
    return published


def _blocks(rows: list[Row]) -> Iterator[list[Row]]:
    for _, block in groupby(rows, key=lambda row: row[DISEASE]):
        yield list(block)


def withheld_before(rule: SharingRule, first: date) -> dict[str, set[Key]]:
    """Keys that documents of this source have withheld since a week, by week.

    Of every rule: two audiences side by side must not learn what neither is told.
    """
    found: dict[str, set[Key]] = {}
    sent = Shared.objects.maybe_of(rule.source_id).filter(indicator=rule.indicator, last_week__gte=first)
    for withheld in sent.order_by().values_list("withheld", flat=True):
        for week, keys in withheld.items():
            found.setdefault(week, set()).update(
                (rule.indicator, disease, place, week, age, sex) for disease, place, age, sex in keys
            )
    return found


def keys_by_week(rows: Iterable[Row]) -> dict[str, list[list[str]]]:
    """Keys of rows that were withheld, as `Shared` keeps them."""
    found: dict[str, list[list[str]]] = {}
    for row in rows:
        if row[VALUE] is None and row[FLAG] == "suppressed":
            found.setdefault(row[WEEK], []).append([row[DISEASE], row[PLACE], row[AGE], row[SEX]])
    return found
