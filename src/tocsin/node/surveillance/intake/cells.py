"""Counts that came cell by cell: what a partner shares, kept as a file of one line a cell.

A line says disease, place (by code), stratum, first day of the period, count and, where there is none, whether its
owner withholds it. What no line says stays as it stands: a partner tells again the weeks that it has looked at again,
and no others. So nothing is read into gaps, as it is in a table of which a whole was expected.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from tocsin.node.surveillance.intake.hidden import Overlay
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.intake.tables import Key
from tocsin.node.surveillance.models import Place, Series, Source, Upload, Withheld
from tocsin.node.surveillance.panels import number_of

__all__ = ["Cell", "lines", "overlay", "publish_withheld", "read"]

HEAD = ("disease", "place", "stratum", "period", "count", "flag")
WITHHELD = "withheld"


class Cell(NamedTuple):
    """One count; None where there is none, and then whether its owner withholds it."""

    disease: str
    place: str
    stratum: str
    period: date
    count: int | None
    is_withheld: bool = False


def lines(title: str, cells: Iterable[Cell]) -> Iterator[bytes]:
    """The file. `title` makes it another file than one that says the same at another time."""
    yield f"# {title}\n{','.join(HEAD)}\n".encode()
    for cell in cells:
        count = "" if cell.count is None else str(cell.count)
        flag = WITHHELD if cell.is_withheld else ""
        yield f"{cell.disease},{cell.place},{cell.stratum},{cell.period},{count},{flag}\n".encode()


def read(upload: Upload) -> list[Cell]:
    """The cells of an upload's file."""
    with path_of(upload.file_path).open(encoding="utf-8", newline="") as file:
        next(file)
        return [
            Cell(disease, place, stratum, date.fromisoformat(period), int(count) if count else None, flag == WITHHELD)
            for disease, place, stratum, period, count, flag in list(csv.reader(file))[1:]
        ]


def overlay(upload: Upload) -> Overlay:
    """What it changes: only cells that it names."""
    cells = read(upload)
    if not cells:
        return Overlay([], 0, 0, np.empty((0, 0)), np.empty((0, 0), dtype=bool))
    places = _places(upload.source)
    keys = sorted({(cell.disease, places[cell.place], cell.stratum) for cell in cells})
    row_of = {key: row for row, key in enumerate(keys)}
    numbers = number_of([cell.period for cell in cells], upload.source.every)
    first = int(numbers.min())
    shape = (len(keys), int(numbers.max()) - first + 1)
    counts, touched = np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    rows = [row_of[cell.disease, places[cell.place], cell.stratum] for cell in cells]
    counts[rows, numbers - first] = [np.nan if cell.count is None else cell.count for cell in cells]
    touched[rows, numbers - first] = True
    phase = int(np.datetime64(cells[0].period, "D").astype(np.int64)) % 7
    return Overlay(keys, first, phase, counts, touched)


def publish_withheld(upload: Upload) -> None:
    """Which periods are withheld from now on; part of the flip."""
    places = _places(upload.source)
    said: dict[Key, dict[str, bool]] = {}
    for cell in read(upload):
        key = (cell.disease, places[cell.place], cell.stratum)
        said.setdefault(key, {})[cell.period.isoformat()] = cell.is_withheld
    # One of which nothing is told but this is begun by it: its first count must not hide what was withheld before.
    begun = [key for key, periods in said.items() if any(periods.values())]
    series = [Series(source=upload.source, disease_id=d, place_id=p, stratum=s) for d, p, s in begun]
    Series.objects.bulk_create(series, ignore_conflicts=True, batch_size=1_000)
    rows = Series.objects.filter(source=upload.source).values_list("disease_id", "place_id", "stratum", "pk")
    keys = {pk: (d, p, s) for d, p, s, pk in rows.iterator(chunk_size=5_000) if (d, p, s) in said}
    known = {one.series_id: one for one in Withheld.objects.filter(series__source=upload.source)}
    changed = []
    for pk, key in keys.items():
        there = known.get(pk) or Withheld(series_id=pk)
        now = sorted({day for day in there.periods if day not in said[key]} | {d for d, w in said[key].items() if w})
        if now != there.periods:
            there.periods = now
            changed.append(there)
    Withheld.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["series"], update_fields=["periods"], batch_size=1_000
    )


def _places(source: Source) -> dict[str, int]:
    return dict(Place.objects.within(source.place).values_list("code", "pk"))
