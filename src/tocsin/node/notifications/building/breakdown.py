"""The line list of an event as counts by place, age and sex, with small ones withheld. No row of it leaves the state.

What `counts` of a notification tells is told as it is, be it one case: partners must know of one case of plague. So
whoever has the notification knows how many there are in all, and `exchange.types.breakdowns.withheld` reckons with it.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tocsin.exchange.types.breakdowns import withheld
from tocsin.node.alliance.alliance_file import here
from tocsin.node.events.models import Event, EventCase
from tocsin.node.notifications.models import Notification
from tocsin.node.surveillance.models import Place

__all__ = ["AGES", "Breakdown", "break_down"]

AGES = ((0, 4), (5, 14), (15, 24), (25, 44), (45, 64), (65, None))
CLASSES = ("suspected", "probable", "confirmed")
# What is broken down, and the count of the event that is its total.
TOTALS = {
    "cases": "cases",
    "deaths": "deaths",
    "hospital-admissions": "hospitalised",
    "intensive-care": "intensive_care",
}
TOLD = (Place.Kind.REGION, Place.Kind.DISTRICT)
VALUE = 4
Row = list[Any]
Cell = tuple[str, str, str]  # place, age, sex


@dataclass
class Breakdown:
    """Rows as they may leave, and what was done for it.

    withheld  keys of what is withheld: [indicator, place, age, sex]
    left_out  indicators of which nothing is told, and why: `small`, their total is; `differs`, the line list and the
              counts do not agree
    """

    rows: list[Row] = field(default_factory=list)
    withheld: list[list[str]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)


def break_down(
    event: Event, *, below: int, counts: Mapping[str, Any], places: Collection[Place], before: Collection[Notification]
) -> Breakdown:
    """The breakdown of an event's line list.

    counts  as the notification tells them
    places  that the notification names: no other place is told of
    before  versions that partners have: what was withheld stays so
    """
    counted, made, root = _counted(event, places), Breakdown(), here().code
    rows: list[Row] = []
    for indicator, cells in counted.items():
        total, told = cells[root, "all", "all"], _told(indicator, counts)
        if not total:
            continue
        if told not in (None, total) or "cases" in made.left_out:  # the others count some of the cases
            made.left_out[indicator] = "differs"
        else:
            rows += [[indicator, *cell, n] for cell, n in sorted(cells.items())]
    earlier = {tuple(key) for one in before for key in one.withheld}
    made.rows = withheld(rows, counts, origin=root, below=below, parents=_parents(places), before=earlier)
    made.withheld = [row[:VALUE] for row in made.rows if row[VALUE] is None]
    shown = {row[0] for row in made.rows}
    made.left_out.update(dict.fromkeys(sorted({row[0] for row in rows} - shown), "small"))
    return made


def _told(indicator: str, counts: Mapping[str, Any]) -> int | None:
    if indicator != "cases":
        return counts[TOTALS[indicator]]  # type: ignore[no-any-return]
    known = [counts[name] for name in CLASSES]
    return None if None in known else sum(known)


def _counted(event: Event, places: Collection[Place]) -> dict[str, Counter[Cell]]:
    cases = EventCase.objects.filter(event=event).exclude(classification=EventCase.Classification.DISCARDED)
    fields = ("place__path", "age", "sex", "outcome", "admitted", "intensive_care")
    codes, root = _codes(places), here().code
    found: dict[str, Counter[Cell]] = {indicator: Counter() for indicator in TOTALS}
    for path, age, sex, outcome, admitted, intensive in cases.values_list(*fields).iterator(chunk_size=2_000):
        cells = _cells(root, _places_of(path, codes), _age_group(age), sex)
        is_of = {
            "cases": True, "deaths": outcome == EventCase.Outcome.DECEASED, "hospital-admissions": admitted is not None,
            "intensive-care": bool(intensive),
        }  # fmt: skip
        for indicator, counts in is_of.items():
            if counts:
                found[indicator].update(cells)
    return found


def _cells(root: str, places: list[str], age: str, sex: str) -> set[Cell]:
    """Every count that one person is in: by place, and in the whole by age, by sex, and by both."""
    cells = {(root, "all", "all"), (root, age, "all"), (root, "all", sex), (root, age, sex)}
    return cells | {(place, "all", "all") for place in places}


def _age_group(age: Any) -> str:
    if age is None:
        return "unknown"
    years = int(age)
    for first, last in AGES:
        if last is None:
            return f"{first}+"
        if years <= last:
            return f"{first}-{last}"
    raise AssertionError("the last group has no end")


def _codes(places: Collection[Place]) -> dict[int, str]:
    """Regions and districts by key: a facility or a border post would point at few."""
    return {place.pk: place.code for place in places if place.kind in TOLD}


def _places_of(path: str | None, codes: Mapping[int, str]) -> list[str]:
    keys = [int(key) for key in path.strip("/").split("/")] if path else []
    return [codes[key] for key in keys if key in codes]


def _parents(places: Collection[Place]) -> dict[str, str]:
    """Of those that are told, the nearest around each that is told too, or the state."""
    codes, root = _codes(places), here().code
    told = [place for place in places if place.kind in TOLD]
    return {
        place.code: next((codes[key] for key in reversed(place.ancestor_ids) if key in codes), root) for place in told
    }
