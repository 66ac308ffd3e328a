"""One upload's table as counts of this node's own series: read as its source is laid out, names matched.

Reading and matching are done again for the preview and for taking: what is taken is what the file says and what
people have settled by then, and nothing of a table is kept in the database that the file does not say.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tocsin.counts.errors import CountsError, InvalidReading, NotATable
from tocsin.counts.packing import LARGEST_COUNT
from tocsin.counts.places import same_name
from tocsin.counts.reader import read
from tocsin.counts.series import SeriesTable
from tocsin.counts.totals import NAMES
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.intake.table_names import NOTHING, DiseaseNames, Path, PlaceNames
from tocsin.node.surveillance.intake.unpacking import check_unpacked_size
from tocsin.node.surveillance.intake.unplaced import not_known_in, remainders
from tocsin.node.surveillance.models import Source, Upload
from tocsin.node.surveillance.models.series import JOINED

__all__ = ["OPTIONS", "Given", "Key", "Unmatched", "matched", "read_upload", "sentence"]

LONGEST_STRATUM = 120
OPTIONS = frozenset(
    (
        *("layout", "date", "count", "where", "week_date", "day_first", "until", "absent", "cumulative", "negative"),
        *("totals", "aliases", "age_bands", "sheet", "separator", "encoding", "header"),
    )
)
Key = tuple[str, int, str]  # disease code, key of the place, stratum


@dataclass(frozen=True, slots=True)
class Given:
    """What a table says of series of this node.

    keys     one a series, sorted
    counts   (series, periods) float64; nan where it says nothing
    dates    (periods,) first days
    """

    keys: list[Key]
    counts: NDArray[np.float64]
    dates: NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """Names that nobody has settled yet, with the rows of `SeriesTable.keys` that they stand in."""

    places: Mapping[Path, list[int]]
    diseases: Mapping[str, list[int]]

    def __bool__(self) -> bool:
        return bool(self.places or self.diseases)


def read_upload(upload: Upload) -> SeriesTable:
    """The table of an upload, keys in the order disease, places, strata. Raises CountsError."""
    path = path_of(upload.file_path)
    check_unpacked_size(path, upload.file_name)
    source = upload.source
    options = {"absent": "zero" if source.zero_reports else "missing", **source.layout, **upload.options}
    roles = _columns(source, options.pop("columns", None))
    options.pop("by", None)  # the roles say it
    unknown = set(options) - OPTIONS
    if unknown:
        raise InvalidReading(f"reading has no option {', '.join(sorted(unknown))}; it has {', '.join(sorted(OPTIONS))}")
    table = read(
        path,
        by=[*roles["disease"], *roles["place"], *roles["stratum"]],
        every=source.every,
        week_start=source.week_start if source.every == Source.Every.WEEK else None,
        **options,
    )
    largest = float(np.nansum(table.counts, axis=0).max(initial=0))
    if largest > LARGEST_COUNT:
        raise NotATable(
            f"the counts of one {source.every} of {path.name} add up to {largest:.0f}, more than {LARGEST_COUNT}: "
            "name the column of counts with count="
        )
    return table


def sentence(error: CountsError, upload: Upload) -> str:
    """What reading refused, with the name that the person gave the file in place of where it lies."""
    path = path_of(upload.file_path)
    return str(error).replace(str(path), upload.file_name).replace(path.name, upload.file_name)


def matched(table: SeriesTable, upload: Upload) -> tuple[Given, Unmatched]:
    """The table's series under this node's keys; two names of one place are added up."""
    source = upload.source
    roles = _columns(source, upload.options.get("columns"))
    places, diseases = PlaceNames(source), DiseaseNames(source)
    unknown_places: dict[Path, list[int]] = {}
    unknown_diseases: dict[str, list[int]] = {}
    split = len(roles["disease"])
    ends = split + len(roles["place"])
    rows: dict[Key, list[int]] = {}
    empty: dict[Key, list[int]] = {}
    names: dict[str, str | None] = {}
    for row, texts in enumerate(table.keys.iter_rows() if table.keys.width else [()]):
        if split:
            name = texts[0]
            disease = names[name] if name in names else names.setdefault(name, diseases.found(name))
            if disease is None:
                unknown_diseases.setdefault(name, []).append(row)
        else:
            disease = source.disease_id
        place, known = places.found(texts[split:ends])
        if place is None:
            unknown_places.setdefault(known, []).append(row)
        elif disease is not None:
            into = empty if texts[split:ends][-1:] == (NOTHING,) else rows
            into.setdefault((disease, place, _stratum(texts[ends:])), []).append(row)
    _settle(rows, empty, table)
    keys = sorted(rows)
    return Given(keys, _added([rows[key] for key in keys], table), table.dates), Unmatched(
        unknown_places, unknown_diseases
    )


def _settle(rows: dict[Key, list[int]], empty: dict[Key, list[int]], table: SeriesTable) -> None:
    """Add the rows whose innermost place is empty to `rows`: as a place's own, or where the place is not known."""
    if not empty:
        return
    line_list = any(note.code == "layout" and note.values.get("layout") == "line list" for note in table.notes)
    strays = remainders(_by_place(rows), _by_place(empty), table.counts, line_list=line_list)
    for (disease, place, stratum), found in empty.items():
        where = not_known_in(place) if place in strays else place
        rows.setdefault((disease, where, stratum), []).extend(found)


def _by_place(rows: Mapping[Key, list[int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for (_disease, place, _stratum), theirs in rows.items():
        found.setdefault(place, []).extend(theirs)
    return found


def _columns(source: Source, own: Mapping[str, Any] | None) -> dict[str, list[str]]:
    """Columns of disease, places and strata. Raises InvalidReading where nothing says what is counted."""
    said = {**source.columns, **(own or {})}
    disease = [] if source.disease_id else [said["disease"]] if said.get("disease") else []
    if not disease and not source.disease_id:
        raise InvalidReading(
            "neither the source names a disease nor is a column of the table said to: choose one of them at the source"
        )
    return {"disease": disease, "place": list(said.get("place") or ()), "stratum": list(said.get("stratum") or ())}


def _stratum(parts: Sequence[str]) -> str:
    """Parts joined; an empty part, or one that says "all", divides nothing."""
    text = JOINED.join(part for part in parts if part != NOTHING and same_name(part) not in NAMES).replace(
        "\0", "\ufffd"
    )
    if len(text) > LONGEST_STRATUM:
        raise InvalidReading(
            f"the group '{text[:40]}…' has {len(text)} characters, but at most {LONGEST_STRATUM} name one: is a column "
            "of notes among the columns of groups?"
        )
    return text


def _added(groups: list[list[int]], table: SeriesTable) -> NDArray[np.float64]:
    if all(len(group) == 1 for group in groups):
        return table.counts[[group[0] for group in groups]] if groups else table.counts[:0]
    counts = np.empty((len(groups), table.counts.shape[1]))
    for place, group in enumerate(groups):
        part = table.counts[group]
        counts[place] = np.where(np.isnan(part).all(axis=0), np.nan, np.nansum(part, axis=0))
    return counts
