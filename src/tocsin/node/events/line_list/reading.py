"""A table of cases, read: what each row says, each thing that is wrong with it, and what it would change.

A row is taken whole or not at all: one cell that cannot be used leaves its row out, by name, with the reason. An empty
cell says nothing and takes nothing back, so that a later table may say more about the same cases.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tocsin.node.events.line_list.columns import Column, columns_of
from tocsin.node.events.line_list.days import DAYS, Days, days_of
from tocsin.node.events.line_list.places import PlaceFinder
from tocsin.node.events.line_list.rules import REFUSED, across
from tocsin.node.events.line_list.tables import Cells
from tocsin.node.events.line_list.values import Bad, is_nothing, reader_of

__all__ = ["CASE_FIELDS", "Problem", "Reading", "Row", "Standing", "machine_number", "read"]

CASE_FIELDS = (
    "classification", "onset", "reported", "admitted", "outcome", "outcome_on", "place", "age", "sex", "health_worker",
    "intensive_care", "exposure", "infected_by",
)  # fmt: skip
Read = dict[str, Any]  # what a cell's text means, or the Bad that it is


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say of one row; taken: the row is used all the same. Names of persons are in no value."""

    row: int
    heading: str
    value: str
    rule: str
    taken: bool

    def as_json(self) -> list[Any]:
        return [self.row, self.heading, self.value[:200], self.rule, self.taken]


@dataclass(frozen=True, slots=True)
class Row:
    """What one row says; `before`: values of the case as it stands, None where it is new."""

    number: int
    local_id: str
    given: Mapping[str, Any]
    before: Mapping[str, Any] | None

    @property
    def changes(self) -> dict[str, Any]:
        before = self.before or {}
        return {name: value for name, value in self.given.items() if name not in before or before[name] != value}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known already: cases by their numbers, and the last number that the machine gave."""

    cases: Mapping[str, Mapping[str, Any]]
    last: int = 0


@dataclass(slots=True)
class Reading:
    """rows are good ones; problems are of good rows and of those left out, in the order of the rows."""

    columns: list[Column]
    days: Days
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    repeated: int = 0

    @property
    def left_out(self) -> int:
        return self.total - len(self.rows) - self.repeated


def machine_number(number: int) -> str:
    return f"N-{number}"


def read(
    cells: Cells,
    *,
    columns: Mapping[int, str],
    order: str,
    standing: Standing,
    today: date,
    opened: date,
) -> Reading:
    """Everything that a table says. `columns` and `order` are what a person said of its reading."""
    known = columns_of(cells.headings, cells.columns, columns, cells.withheld)
    at = {one.field: one.at for one in known if one.field}
    days = days_of({name: cells.columns[at[name]] for name in DAYS if name in at}, order)
    found = Reading(known, days, total=cells.rows)
    meanings = {name: _meanings(name, cells.columns[place], days) for name, place in at.items()}
    reader = _Rows(cells, at, meanings, standing, today, opened, found)
    reader.read()
    return found


def _meanings(name: str, column: Iterable[str], days: Days) -> Read:
    """What each different text of a column means; texts that say nothing are not among them."""
    convert: Callable[[str], Any] = days.read if name in DAYS else reader_of(name)
    found: Read = {}
    for text in set(column):
        if is_nothing(text, name):
            continue
        try:
            found[text] = convert(text)
        except Bad as bad:
            found[text] = bad
    return found


class _Rows:
    """The pass over the rows."""

    def __init__(
        self, cells: Cells, at: Mapping[str, int], meanings: Mapping[str, Read], standing: Standing, today: date,
        opened: date, found: Reading,
    ) -> None:  # fmt: skip
        self._cells, self._at, self._meanings, self._standing = cells, at, meanings, standing
        self._today, self._opened, self._found = today, opened, found
        self._places = PlaceFinder()
        self._last = standing.last
        self._numbers = cells.columns[at["local_id"]] if "local_id" in at else []
        self._times = Counter(self._numbers)
        self._seen: set[str] = set()
        self._differ = self._differing()

    def _differing(self) -> set[str]:
        """Numbers under which several rows say different things: none of these rows is taken, whichever comes first."""
        first: dict[str, tuple[str, ...]] = {}
        found = set()
        for index, number in enumerate(self._numbers):
            if (
                number
                and self._times[number] > 1
                and first.setdefault(number, self._texts(index)) != self._texts(index)
            ):
                found.add(number)
        return found

    def _texts(self, index: int) -> tuple[str, ...]:
        return tuple(self._cells.columns[place][index] for place in self._at.values())

    def read(self) -> None:
        for index, number in enumerate(self._cells.numbers):
            problems: list[Problem] = []
            row = self._row(index, number, problems)
            self._found.problems += problems
            if row is not None and not any(not problem.taken for problem in problems):
                self._found.rows.append(row)
        known = {row.local_id for row in self._found.rows} | self._standing.cases.keys()
        self._found.problems += [
            self._problem(row.number, "infected_by", str(row.given["infected_by"]), "infected_by_unknown")
            for row in self._found.rows
            if row.given.get("infected_by") and row.given["infected_by"] not in known
        ]
        self._found.problems.sort(key=lambda problem: problem.row)

    def _problem(self, number: int, name: str, value: str, rule: str) -> Problem:
        at = self._at.get(name)
        heading = "" if at is None else self._cells.headings[at]
        # What may be a name is said to be one, and not repeated.
        return Problem(number, heading, "" if rule == "a_name" else value, rule, rule not in REFUSED)

    def _row(self, index: int, number: int, problems: list[Problem]) -> Row | None:
        if number in self._cells.surplus:
            problems.append(self._problem(number, "", self._cells.surplus[number], "surplus"))
        given: dict[str, Any] = {}
        for name, place in self._at.items():
            text = self._cells.columns[place][index]
            value = self._meanings[name].get(text)
            if isinstance(value, Bad):
                problems.append(self._problem(number, name, text, value.rule))
            elif value is not None:
                given[name] = value
        self._place(number, given, problems)
        if "age_months" in given:
            months = given.pop("age_months")
            given.setdefault("age", months)
        if given.get("sex") == "unknown":
            del given["sex"]  # it takes back nothing that is known
        local_id = self._number(index, number, given, problems)
        if local_id is None:
            return None
        before = self._standing.cases.get(local_id)
        values = {**(before or {}), **given, "local_id": local_id}
        for rule, name in across(values, today=self._today, opened=self._opened):
            problems.append(self._problem(number, name, str(values[name]), rule))
        return Row(number, local_id, given, before)

    def _place(self, number: int, given: dict[str, Any], problems: list[Problem]) -> None:
        region = given.pop("region", "")
        name = given.pop("place", "") or region
        if not name:
            return
        try:
            given["place"] = self._places.find(name, region if name != region else "")
        except Bad as bad:
            problems.append(self._problem(number, "place" if "place" in self._at else "region", name, bad.rule))

    def _number(self, index: int, number: int, given: dict[str, Any], problems: list[Problem]) -> str | None:
        """The case's number, or None where the row says nothing new or has none."""
        if "local_id" not in self._at:
            self._last += 1
            return machine_number(self._last)
        local_id = given.pop("local_id", "")
        if not local_id:
            if self._numbers[index] not in self._meanings["local_id"]:
                problems.append(self._problem(number, "local_id", "", "no_number"))
            return None
        if local_id in self._differ:
            problems.append(self._problem(number, "local_id", local_id, "number_twice"))
            return None
        if local_id in self._seen:
            self._found.repeated += 1
            problems.append(self._problem(number, "local_id", local_id, "same_row_twice"))
            return None
        self._seen.add(local_id)
        return str(local_id)
