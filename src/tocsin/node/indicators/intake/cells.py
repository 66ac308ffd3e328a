"""What one document says, cell by cell, and what of it fits nothing here."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType
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
NAMED, NAME_LENGTH = 5, 40  # codes that are not known, of one kind and document
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
    """The cells of a document that can be used here, and how many of its rows cannot.

    apart     rows that are kept apart, by indicator and code; "" where a row names none
    unusable  rows that fit nothing here, by indicator and why, with some of the codes that are not known
    """

    cells: dict[CellKey, Said] = field(default_factory=dict)
    not_usable: int = 0
    apart: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unusable: dict[str, dict[str, tuple[int, list[str]]]] = field(default_factory=lambda: defaultdict(dict))

    @property
    def unused(self) -> dict[str, dict[str, Any]]:
        """As `PartnerDocument.unused` keeps it."""
        return {
            indicator: {"apart": dict(self.apart.get(indicator, {})), "unusable": self.unusable.get(indicator, {})}
            for indicator in sorted({*self.apart, *self.unusable})
        }


def told(
    body: Mapping[str, Any],
    *,
    recorded: date,
    left_out: Iterable[int],
    here: Here,
    codes: Mapping[int, str] = MappingProxyType({}),
) -> Told:
    """What a body of `weekly-indicators` 1 says without the rows numbered in `left_out`.

    recorded  the day of the document, after which no week of it begins
    codes     why rows are left out
    """
    apart, found = set(left_out), Told()
    weekday = FIRST_DAYS[body["first_day"]]
    for number, row in enumerate(body["rows"]):
        if number in apart:
            found.apart[_indicator(row)][codes.get(number, "")] += 1
            continue
        key = _key(row, here, weekday, recorded)
        if key is None:
            found.not_usable += 1
            _note_unusable(found.unusable[_indicator(row)], *_why_not(row, here))
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


def _indicator(row: Any) -> str:
    return row[INDICATOR] if isinstance(row, list) and row and row[INDICATOR] in INDICATORS else ""


def _why_not(row: Any, here: Here) -> tuple[str, str]:
    """Why no series can hold a row, and the code that is not known; the first that would have to be mended."""
    if is_readable(row):
        if row[PLACE] not in here.places:
            return "unknown-place", row[PLACE]
        if row[DISEASE] not in here.diseases:
            return "unknown-disease", row[DISEASE]
    return "other", ""


def _note_unusable(found: dict[str, tuple[int, list[str]]], why: str, name: str) -> None:
    rows, names = found.get(why, (0, []))
    if name and name[:NAME_LENGTH] not in names and len(names) < NAMED:
        names = [*names, name[:NAME_LENGTH]]
    found[why] = rows + 1, names


def stratum_of(age: str, sex: str) -> str:
    """As the node's own series name their groups: what divides nothing is not said."""
    return JOINED.join(part for part in (age, sex) if part != "all")
