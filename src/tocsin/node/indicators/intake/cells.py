"""What one document says, cell by cell, and what of it fits nothing here."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from tocsin.counts.packing import LARGEST_COUNT
from tocsin.exchange.types.tables import AGE, DISEASE, FLAG, INDICATOR, PLACE, SEX, VALUE, WEEK
from tocsin.node.surveillance.models.series import JOINED

__all__ = ["CellKey", "Here", "Said", "Told", "case_status_of", "is_readable", "stratum_of", "told"]

INDICATORS = ("cases", "deaths", "hospital-admissions", "intensive-care", "detections", "tests")
STATUSES = ("suspected", "probable", "confirmed")
SEXES = ("all", "female", "male", "other", "unknown")
AN_AGE = re.compile(r"all|unknown|(0|[1-9][0-9]{0,2})([+]|-(0|[1-9][0-9]{0,2}))")
FIRST_DAYS = {"monday": 0, "saturday": 5, "sunday": 6}
OLDEST = timedelta(weeks=2_600)  # before the day of a document; a series has no gaps from end to end


class CellKey(NamedTuple):
    """Of which count something is said. `kind` is what makes a source: see `sources.Kind`."""

    indicator: str
    disease: str
    place: str
    stratum: str
    week: date


class Said(NamedTuple):
    """A count; None where there is none, and then whether its owner withholds it."""

    count: int | None
    is_withheld: bool = False


class Here(NamedTuple):
    """What this node has: codes of diseases, and of places of the origin."""

    diseases: Collection[str]
    places: Collection[str]


@dataclass(slots=True)
class Told:
    """The cells of a document that can be used here, and how many of its rows cannot."""

    cells: dict[CellKey, Said] = field(default_factory=dict)
    not_usable: int = 0


def told(body: Mapping[str, Any], *, recorded: date, left_out: Iterable[int], here: Here) -> Told:
    """What a body of `weekly-indicators` 1 says without the rows numbered in `left_out`.

    recorded  the day of the document, after which no week of it begins
    """
    apart, found = set(left_out), Told()
    weekday = FIRST_DAYS[body["first_day"]]
    for number, row in enumerate(body["rows"]):
        if number in apart:
            continue
        key = _key(row, here, weekday, recorded)
        if key is None:
            found.not_usable += 1
        else:
            found.cells[key] = Said(row[VALUE], row[VALUE] is None and row[FLAG:] == ["suppressed"])
    return found


def case_status_of(body: Mapping[str, Any]) -> str:
    """Which cases are counted, in one order: probable+confirmed."""
    return "+".join(one for one in STATUSES if one in body["case_status"])


def is_readable(row: object) -> bool:
    """Whether it has the form of a row. One that has not was kept apart, and a person may release it all the same."""
    if not isinstance(row, list) or len(row) not in (FLAG, FLAG + 1):
        return False
    if not all(type(label) is str for label in row[:VALUE]):
        return False
    try:
        date.fromisoformat(row[WEEK])
    except ValueError:
        return False
    return row[INDICATOR] in INDICATORS and row[SEX] in SEXES and bool(AN_AGE.fullmatch(row[AGE]))


def _key(row: Any, here: Here, weekday: int, recorded: date) -> CellKey | None:
    """Of a row that a series here can hold."""
    if not is_readable(row):
        return None
    week, value = date.fromisoformat(row[WEEK]), row[VALUE]
    fits = row[DISEASE] in here.diseases and row[PLACE] in here.places
    fits = fits and week.weekday() == weekday and recorded - OLDEST <= week <= recorded
    if not fits or not (value is None or (type(value) is int and 0 <= value <= LARGEST_COUNT)):
        return None
    return CellKey(row[INDICATOR], row[DISEASE], row[PLACE], stratum_of(row[AGE], row[SEX]), week)


def stratum_of(age: str, sex: str) -> str:
    """As the node's own series name their groups: what divides nothing is not said."""
    return JOINED.join(part for part in (age, sex) if part != "all")
