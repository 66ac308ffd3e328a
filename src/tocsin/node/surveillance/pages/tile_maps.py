"""Where it is: states, regions and districts as tiles, coloured by open threads or by how far one disease is above.

Tiles, not borders: none is drawn, none is disputed. Data of the chart kinds `tiles`, `bars` and `boundaries`
(docs/design-system.md) come from the same cells. At most MOST open threads are looked at, the gravest first;
a map that leaves some out says so.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tocsin.node.alliance.models import Person, State
from tocsin.node.language import formats
from tocsin.node.surveillance.models import Disease, Place, Source, Thread
from tocsin.node.surveillance.threads.priority import TOLD_OF_THE_GRAVEST

__all__ = [
    "MOST", "Cell", "Map", "OpenThread", "Opened", "as_bars", "as_boundaries", "as_tiles", "beside_map", "open_threads",
    "partner_maps", "places_with_tiles", "region_map", "short_name", "state_map", "type_size",
]  # fmt: skip

MOST = 1_000
MOST_TILES = 200
MOST_BARS = 12
MOST_BESIDE = 6
# Widths of a name in a tile, as multiples of a letter: what has room in type of the usual size, and in the small one.
USUAL, LONGEST = 8.0, 10.0


@dataclass(frozen=True, slots=True)
class OpenThread:
    """path: of the place where a person would go and look. times: observed over threshold, None without one."""

    path: str
    disease: str | None
    times: float | None
    is_gravest: bool

    @property
    def root(self) -> str:
        return self.path[1 : self.path.index("/", 1)]


@dataclass(frozen=True)
class Opened:
    threads: list[OpenThread]
    is_capped: bool

    @cached_property
    def by_root(self) -> Mapping[str, list[OpenThread]]:
        """Threads by the outermost place that theirs is in: a map looks at those of its own country only."""
        found: dict[str, list[OpenThread]] = {}
        for thread in self.threads:
            found.setdefault(thread.root, []).append(thread)
        return found


@dataclass(frozen=True, slots=True)
class Cell:
    """One tile or bar. value: None where there are no data; code: by which a boundary layer knows it."""

    code: str
    name: str
    short: str
    row: int | None
    column: int | None
    value: float | None
    text: str
    href: str = ""
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Map:
    """kind: "tiles"; "bars" where places have no position; "words". disease: whose exceedance it shows, or ""."""

    title: str
    kind: str
    caption: str
    cells: list[Cell]
    disease: str = ""


def open_threads(person: Person, disease: str = "", *, whose: str = "own") -> Opened:
    """The gravest open threads with their places, at most MOST; PostgreSQL has the index "open_by_priority" for it."""
    visible = Thread.objects.visible_to(person).whose(whose)
    rows = visible.filter(disease=disease) if disease else visible
    fields = ("headline_place__path", "place__path", "disease_id", "observed", "threshold", "priority")
    ordered = rows.filter(status__in=Thread.OPEN).order_by("-priority", "-last_signal_at")
    found = list(ordered.values_list(*fields)[: MOST + 1])
    return Opened([_open(row) for row in found[:MOST]], is_capped=len(found) > MOST)


def _open(row: tuple[Any, ...]) -> OpenThread:
    headline, place, disease, observed, threshold, priority = row
    times = observed / threshold if observed is not None and threshold else None
    return OpenThread(headline or place, disease, times, priority >= TOLD_OF_THE_GRAVEST)


def places_with_tiles(state: State | None) -> dict[str, list[Place]]:
    """Regions and districts of a state that have a tile, by kind; kinds of more than MOST_TILES are left out."""
    by_kind: dict[str, list[Place]] = {Place.Kind.REGION: [], Place.Kind.DISTRICT: []}
    if state is not None:
        for place in Place.objects.filter(state=state, kind__in=tuple(by_kind), tile_row__isnull=False):
            by_kind[place.kind].append(place)
    return {kind: places for kind, places in by_kind.items() if 1 < len(places) <= MOST_TILES}


def state_map(states: Sequence[State], roots: Mapping[str, str], opened: Opened, shared: Opened) -> Map:
    """The alliance. roots: path of the places of one's own state and of those that share counts, by code."""
    cells = [_state_cell(state, roots.get(state.code), opened if state.is_here else shared) for state in states]
    caption = _("States of the alliance by open threads; of partners, in the counts that they share with this node.")
    if not any(not state.is_here and state.code in roots for state in states):
        caption = _("States of the alliance by open threads. The other states have not shared data with this node yet.")
    return Map(_("Alliance"), "tiles", caption, cells)


def _state_cell(state: State, path: str | None, opened: Opened) -> Cell:
    where = (state.code, str(state), state.code, state.tile_row, state.tile_column)
    if not state.is_here and path is None:
        return Cell(*where, value=None, text="")
    inside = [one for one in opened.threads if path and one.path.startswith(path)]
    is_alarm = any(one.is_gravest for one in inside)
    asked = {"status": "open"} if state.is_here else {"status": "open", "whose": "partners", "place": state.code}
    href = f"{reverse('signals')}?{urlencode(asked)}"
    return Cell(*where, float(len(inside)), _threads_text(len(inside)), href, is_alarm)


def region_map(title: str, places: Sequence[Place], opened: Opened, disease: Disease | None = None) -> Map:
    """Regions or districts by open threads, or by how far `disease` is above its threshold."""
    inside = [one for root in {_root(place): None for place in places} for one in opened.by_root.get(root, ())]
    by_place = _by_place(places, inside)
    cells = [_cell(place, by_place[place.pk], disease) for place in places]
    return Map(title, "tiles", _caption(len(inside), by_place, opened, disease), cells, str(disease or ""))


def beside_map(sources: Sequence[Source], opened: Opened, disease: Disease | None) -> tuple[list[Map], int]:
    """Countries outside the alliance, as those of public counts: tiles where regions have positions, otherwise bars.

    At most MOST_BESIDE of those that sources count in and that have regions, those with the most open threads first;
    and how many more there are.
    """
    names: dict[str, list[str]] = {}
    for source in sources:
        if source.place.state_id is None:
            names.setdefault(_root(source.place), []).append(source.provenance or source.name)
    inside = Place.objects.filter(parent=OuterRef("pk"), kind=Place.Kind.REGION)
    countries = Place.objects.filter(Exists(inside), pk__in=map(int, names), state=None, parent=None)
    busiest = sorted(countries, key=lambda place: -len(opened.by_root.get(_root(place), ())))
    shown = {_root(place): place for place in busiest[:MOST_BESIDE]}
    maps = []
    for root, regions in _regions(shown.values()).items():
        made = region_map(str(shown[root]), regions, opened, disease)
        maps.append(_tiles_or_bars(made, len(opened.by_root.get(root, ())), names[root]))
    return maps, len(busiest) - len(maps)


def partner_maps(sources: Sequence[Source], opened: Opened, disease: Disease | None) -> list[Map]:
    """Regions of the partners that share counts by region, those with the most open threads in them first."""
    roots = {_root(source.place): source.place for source in sources if source.shared_by_id}
    busiest = sorted(roots.values(), key=lambda place: -len(opened.by_root.get(_root(place), ())))
    shown = {_root(place): place for place in busiest[:MOST_BESIDE]}
    maps = []
    for root, regions in _regions(shown.values()).items():
        if opened.by_root.get(root) and regions and all(region.tile_row is not None for region in regions):
            made = region_map(str(shown[root]), regions, opened, disease)
            cells = [replace(cell, href=f"{cell.href}&whose=partners") for cell in made.cells]
            maps.append(replace(made, cells=cells))
    return maps


def _regions(countries: Iterable[Place]) -> dict[str, list[Place]]:
    """Regions by the outermost place they are in, in the order of `countries`."""
    found: dict[str, list[Place]] = {_root(place): [] for place in countries}
    for place in Place.objects.filter(kind=Place.Kind.REGION, parent__in=map(int, found)):
        found[_root(place)].append(place)
    return found


def _tiles_or_bars(made: Map, threads: int, names: Iterable[str]) -> Map:
    """Bars of the busiest places where some have no position; words alone where none of them has anything."""
    busiest = sorted(made.cells, key=lambda cell: (-(cell.value or 0), cell.name))[:MOST_BARS]
    cells, kind, said = made.cells, "tiles", made.caption
    if any(cell.row is None for cell in made.cells):
        cells, kind = [cell for cell in busiest if cell.value], "bars"
    if not cells:
        kind = "words"
        said = _("%(threads)s, in no single region.") % {"threads": _threads_text(threads).capitalize()}
        said = said if threads else _("No open thread.")
    named = formats.listing(dict.fromkeys(name.rstrip(".") for name in names))
    caption = formats.sentences((said, _("Not data of the alliance: %(names)s.") % {"names": named}))
    return Map(made.title, kind, caption, cells, made.disease)


def _root(place: Place) -> str:
    return place.path.strip("/").split("/")[0]


def _by_place(places: Sequence[Place], threads: Iterable[OpenThread]) -> dict[int, list[OpenThread]]:
    """Threads by the place of these that they are in; those of larger areas are in none."""
    inside: dict[int, list[OpenThread]] = {place.pk: [] for place in places}
    for thread in threads:
        for key in thread.path.strip("/").split("/"):
            if int(key) in inside:
                inside[int(key)].append(thread)
                break
    return inside


def _cell(place: Place, threads: Sequence[OpenThread], disease: Disease | None) -> Cell:
    asked = {"status": "open", "place": place.code, **({"disease": disease.pk} if disease else {})}
    times = max((one.times for one in threads if one.times is not None), default=None)
    if disease is None:
        value, text = float(len(threads)), _threads_text(len(threads))
    else:
        value = times or 0.0
        text = _("%(times)s the threshold") % {"times": formats.times(times)} if times else _threads_text(len(threads))
    return Cell(
        place.code, str(place), short_name(str(place)), place.tile_row, place.tile_column, value, text,
        f"{reverse('signals')}?{urlencode(asked)}", any(one.is_gravest for one in threads),
    )  # fmt: skip


def _threads_text(n: int) -> str:
    if not n:
        return _("no open thread")
    return ngettext("%(n)s open thread", "%(n)s open threads", n) % {"n": formats.whole(n)}


def _caption(
    inside: int,
    by_place: Mapping[int, list[OpenThread]],
    opened: Opened,
    disease: Disease | None,
) -> str:
    said = [
        _("Highest count of an open thread of %(disease)s over its threshold.") % {"disease": disease}
        if disease
        else _("Open threads by place; a triangle where a rule or a person speaks of one of the gravest diseases.")
    ]
    wider = inside - sum(map(len, by_place.values()))
    if wider:
        said.append(
            ngettext(
                "%(n)s thread of a larger area is not on it.", "%(n)s threads of larger areas are not on it.", wider
            )
            % {"n": formats.whole(wider)}
        )
    if opened.is_capped:
        said.append(_("Of the %(n)s gravest open threads.") % {"n": formats.whole(MOST)})
    return formats.sentences(said)


def short_name(name: str) -> str:
    """What of a name fits into a tile."""
    if sum(map(_width, name)) <= LONGEST:
        return name
    kept, room = "", LONGEST - 1.0
    for letter in name:
        room -= _width(letter)
        if room < 0:
            break
        kept += letter
    return kept.rstrip() + "…"


def type_size(short: str) -> int:
    """Of a name in a tile, in pixels of a tile of 88 by 64."""
    return 15 if sum(map(_width, short)) <= USUAL else 12


def _width(letter: str) -> float:
    """Of a letter in half-bold type, as a multiple of a small "n"."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.75
    if letter in "ijltfrI1.,'’-– ":
        return 0.6
    if letter in "mwMWжшщюмфыЖШЩЮМФЫ":
        return 1.5
    return 1.2 if letter.isupper() else 1.0


def as_tiles(made: Map, filename: str) -> dict[str, Any]:
    """Data of the chart `tiles`."""
    cells = [
        {"row": cell.row, "column": cell.column, "short": cell.short, "size": type_size(cell.short), **_shown(cell)}
        for cell in made.cells
    ]
    return {**_common(made, filename), "cells": cells, "scale": _scale(made)}


def as_boundaries(made: Map, filename: str, *, url: str, key: str, ids: Mapping[str, str]) -> dict[str, Any]:
    """Data of the chart `boundaries`; `ids` are the layer's own names of places, by code."""
    cells = [{"id": ids[cell.code], **_shown(cell)} for cell in made.cells if cell.code in ids]
    return {**_common(made, filename), "cells": cells, "scale": _scale(made), "url": url, "key": key}


def as_bars(made: Map, filename: str) -> dict[str, Any]:
    bars = [{"label": cell.name, **_shown(cell)} for cell in made.cells]
    return {**_common(made, filename), "bars": bars}


def _shown(cell: Cell) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": cell.name, "text": cell.text}
    shown["value"] = None if cell.value is None else round(cell.value, 1)
    return {**shown, **({"href": cell.href} if cell.href else {}), **({"tone": "alarm"} if cell.is_alarm else {})}


def _common(made: Map, filename: str) -> dict[str, Any]:
    texts = {"missing": _("no data shared yet"), "alarm": _("one of the gravest diseases")}
    value = _("× threshold") if made.disease else _("Open threads")
    return {"caption": made.caption, "filename": filename, "texts": {**texts, "value": value}}


def _scale(made: Map) -> dict[str, Any]:
    high = max([2.0 if made.disease else 1.0, *(cell.value or 0 for cell in made.cells)])
    words = (formats.times(high), "0") if made.disease else (formats.whole(high), formats.whole(0))
    return {"low": 0, "high": high, "high_text": words[0], "low_text": words[1]}
