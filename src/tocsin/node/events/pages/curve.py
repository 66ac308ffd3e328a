"""Pictures and tables of a line list, from the figures that are kept on its event: no row is read here."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.events.line_list.figures import CLASSES
from tocsin.node.events.line_list.groups import AGES, UNKNOWN, age_name
from tocsin.node.events.models import Event, EventCase
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Place
from tocsin.node.surveillance.pages.tile_maps import Cell, Map, as_bars, as_tiles, places_with_tiles, short_name

__all__ = ["age_chart", "class_chart", "curve_chart", "periods_of", "place_chart"]

BY_DAY_UP_TO = 60  # days between the first onset and the last
MOST_PERIODS = 260
MOST_BARS = 20
Counts = tuple[int, int, int, int]


def periods_of(curve: dict[str, Any], by: str = "") -> tuple[str, list[tuple[date, Counts]], int]:
    """By which step ("day" or "week"), each period with its counts by class, and the cases before them.

    by  "day" or "week"; otherwise days where the outbreak is short. Periods without a case stand there with none.
    """
    days = [(date.fromisoformat(row[0]), (row[1], row[2], row[3], row[4])) for row in curve.get("days", ())]
    if not days:
        return by or "day", [], 0
    span = (days[-1][0] - days[0][0]).days
    by = by if by in ("day", "week") and (by == "week" or span < MOST_PERIODS) else ""
    by = by or ("day" if span <= BY_DAY_UP_TO else "week")
    step = timedelta(days=1 if by == "day" else 7)
    found: dict[date, list[int]] = {}
    for day, counts in days:
        first = day if by == "day" else day - timedelta(days=day.weekday())
        have = found.setdefault(first, [0, 0, 0, 0])
        found[first] = [a + b for a, b in zip(have, counts, strict=True)]
    last = max(found)
    first = max(min(found), last - (MOST_PERIODS - 1) * step)
    before = sum(sum(counts[:3]) for day, counts in found.items() if day < first)
    filled, day = [], first
    while day <= last:
        counts = found.get(day, (0, 0, 0, 0))
        filled.append((day, (counts[0], counts[1], counts[2], counts[3])))
        day += step
    return by, filled, before


def curve_chart(event: Event, by: str = "") -> dict[str, Any] | None:
    """The epidemic curve by onset, data of the chart `series`; None where no onset is known."""
    kind, periods, before = periods_of(event.curve, by)
    if not periods:
        return None
    classes = [str(EventCase.Classification(name).label) for name in CLASSES]
    observed = [sum(counts[:3]) for _day, counts in periods]
    rows = [
        [_long(day, kind), formats.whole(n), *map(formats.whole, counts)]
        for n, (day, counts) in zip(observed, periods, strict=True)
    ]
    return {
        "labels": [_long(day, kind) for day, _counts in periods],
        "ticks": [formats.day_and_month(day) for day, _counts in periods],
        "observed": observed,
        "unit": _("cases"),
        "caption": formats.sentences(_said_of_onset(event, kind, before)),
        "filename": "epidemic-curve",
        "texts": {"period": _("Day") if kind == "day" else _("Week"), "observed": _("cases")},
        "table": {"head": [_("Day") if kind == "day" else _("Week"), _("Cases"), *classes], "rows": rows},
    }


def _long(day: date, kind: str) -> str:
    return formats.long_date(day) if kind == "day" else f"{formats.week_of(day)} ({formats.iso_week(day)})"


def _said_of_onset(event: Event, kind: str, before: int) -> Iterable[str]:
    words = {
        "day": _("Cases by day of onset: suspected, probable and confirmed."),
        "week": _("Cases by ISO week of onset: suspected, probable and confirmed."),
    }
    yield words[kind]
    unknown = sum(event.curve["unknown_onset"][:3])
    if unknown:
        said = ngettext(
            "%(n)s case is not in it: its onset is not known.",
            "%(n)s cases are not in it: their onset is not known.",
            unknown,
        )
        yield said % {"n": formats.whole(unknown)}
    if before:
        said = ngettext("%(n)s earlier case is not shown.", "%(n)s earlier cases are not shown.", before)
        yield said % {"n": formats.whole(before)}
    yield _("Cases of the last days may still be reported.")


def class_chart(event: Event, by: str = "") -> dict[str, Any] | None:
    """The same for each class on one scale, data of `small-multiples`; None where there is only one."""
    kind, periods, _before = periods_of(event.curve, by)
    totals = event.curve.get("classes", (0, 0, 0, 0))
    shown = [at for at, name in enumerate(CLASSES) if totals[at]]
    if not periods or len(shown) < 2:
        return None
    panels = [
        {
            "title": str(EventCase.Classification(CLASSES[at]).label),
            "note": formats.whole(totals[at]),
            "observed": [counts[at] for _day, counts in periods],
        }
        for at in shown
    ]
    return {
        "labels": [_long(day, kind) for day, _counts in periods],
        "ticks": [formats.day_and_month(day) for day, _counts in periods],
        "panels": panels,
        "caption": _("The same by classification, on one scale; discarded cases are in no other figure."),
        "filename": "epidemic-curve-classes",
        "unit": _("cases"),
        "texts": {"period": _("Day") if kind == "day" else _("Week")},
    }


def age_chart(event: Event) -> dict[str, Any] | None:
    """Cases by age group, data of `bars`, with sexes and deaths in its table."""
    rows = event.curve.get("ages", ())
    if not rows:
        return None
    by_age = {group: [row for row in rows if row[0] == group] for group in AGES}
    total = sum(row[2] for row in rows)
    bars = []
    for group in AGES:
        n = sum(row[2] for row in by_age[group])
        if n or group != UNKNOWN:
            bars.append(
                {"label": age_name(group), "value": n, "text": f"{formats.whole(n)} ({formats.share(n / total)})"}
            )
    sexes = EventCase.Sex
    table = [
        [
            age_name(group),
            *(formats.whole(sum(row[2] for row in by_age[group] if row[1] == sex)) for sex in sexes.values),
            formats.whole(sum(row[3] for row in by_age[group])),
        ]
        for group in AGES
    ]
    head = [_("Age"), *(str(sex.label) for sex in sexes), _("Deaths")]
    return {
        "bars": bars,
        "caption": _("Cases by age in years. A group of more people has more cases: rates are under “Attack rates”."),
        "filename": "cases-by-age",
        "table": {"head": head, "rows": table},
    }


def place_chart(event: Event) -> tuple[str, dict[str, Any]] | None:
    """Cases by place: tiles of the districts or regions of the state where they have positions, otherwise bars."""
    counted = {row[0]: row[1] for row in event.curve.get("places", ())}
    if not counted:
        return None
    places = Place.objects.select_related("state").in_bulk(counted)
    state = next((place.state for place in places.values() if place.state is not None), None)
    by_kind = places_with_tiles(state)
    for kind in (Place.Kind.DISTRICT, Place.Kind.REGION):
        tiles = by_kind.get(kind, [])
        cells = _tiles(tiles, counted, places)
        outside = sum(counted.values()) - int(sum(cell.value or 0 for cell in cells))
        if cells and not outside:
            return "tiles", _as_map(event, cells, 0)
    tiles = by_kind.get(Place.Kind.REGION, []) or by_kind.get(Place.Kind.DISTRICT, [])
    cells = _tiles(tiles, counted, places)
    if any(cell.value for cell in cells):
        return "tiles", _as_map(event, cells, sum(counted.values()) - int(sum(cell.value or 0 for cell in cells)))
    return "bars", _as_place_bars(event, counted, places)


def _tiles(tiles: Sequence[Place], counted: dict[int, int], places: dict[int, Place]) -> list[Cell]:
    cells = []
    for tile in tiles:
        n = sum(number for key, number in counted.items() if key in places and tile.contains(places[key]))
        name = str(tile)
        cells.append(Cell(tile.code, name, short_name(name), tile.tile_row, tile.tile_column, float(n), _cases(n)))
    return cells


def _cases(n: int) -> str:
    return ngettext("%(n)s case", "%(n)s cases", n) % {"n": formats.whole(n)}


def _as_map(event: Event, cells: list[Cell], outside: int) -> dict[str, Any]:
    data = as_tiles(
        Map(_("Places"), "tiles", formats.sentences(_said_of_places(event, outside)), cells), "cases-by-place"
    )
    return {**data, "texts": {"value": _("Cases")}}


def _as_place_bars(event: Event, counted: dict[int, int], places: dict[int, Place]) -> dict[str, Any]:
    most = sorted(counted, key=lambda key: -counted[key])
    cells = [
        Cell("", str(places[key]), "", None, None, float(counted[key]), formats.whole(counted[key]))
        for key in most
        if key in places
    ]
    said = formats.sentences(_said_of_places(event, 0))
    return {
        **as_bars(Map(_("Places"), "bars", said, cells[:MOST_BARS]), "cases-by-place"),
        "texts": {"value": _("Cases")},
    }


def _said_of_places(event: Event, outside: int) -> Iterable[str]:
    yield _("Cases by place; a larger place includes those inside.")
    if outside:
        said = ngettext(
            "%(n)s case of a larger area is not on it.", "%(n)s cases of larger areas are not on it.", outside
        )
        yield said % {"n": formats.whole(outside)}
    if nowhere := event.curve["no_place"][0]:
        said = ngettext("Of %(n)s case the place is not known.", "Of %(n)s cases the place is not known.", nowhere)
        yield said % {"n": formats.whole(nowhere)}
