"""What a table holds and what it would change, shown to a person before anything is taken.

`Upload.preview`, once PREVIEWED:

    problems     {"left_out": rows that cannot be used, "noted": rows used all the same, "by_rule": [{"rule", "message",
                 "taken", "rows"}], "first": [the first ten: {"row", "column", "value", "rule", "message", "taken"}]};
                 all of them stand in a file: `actions.previewing.problem_rows`
    notes        [{"kind", "code", "values", "text"}] of reading; pages word them by their code
    periods      {"first", "last", "every", "number", "incomplete"}: ISO days; how many last ones still fill up
    series       number; "new_series": of them not known before; "untouched_series": known and not in this table
    cells        {"reported", "zero", "empty", "total"}: cells with a count, of them 0, without, sum of cases
    unmatched    {"places": [{"path", "rows", "cases", "candidates": [{"id", "code", "name", "inside"}]}],
                 "diseases": [{"name", "rows", "cases", "candidates": [{"code", "name"}]}]}, most cases first;
                 rows are series, names are {"en", "ru", "zh-hans"}
    changes      {"new", "up", "down", "withdrawn": cells, "largest": [{"disease", "place", "stratum", "period",
                 "before", "after"}]}; disease and place are their keys
    warnings     [{"code", "values"}]: jump, last_period_low, future_period, withdraws, changes_much
    generation   of the source, against which the changes were counted
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from django.db import transaction
from django.utils import timezone

from tocsin.counts.errors import CountsError
from tocsin.counts.series import Note, SeriesTable
from tocsin.node.surveillance.intake.alias_keys import tidy_name
from tocsin.node.surveillance.intake.comparing import Changes, compared, series_of
from tocsin.node.surveillance.intake.progress import Progress
from tocsin.node.surveillance.intake.receiving import path_of
from tocsin.node.surveillance.intake.table_names import DiseaseNames, PlaceNames
from tocsin.node.surveillance.intake.tables import Given, Unmatched, matched, read_upload, sentence
from tocsin.node.surveillance.models import Disease, Place, Upload
from tocsin.node.work.windows import at

__all__ = ["PROBLEMS", "make_preview"]

PROBLEMS = ".problems.csv"
FIRST_PROBLEMS = 10
MOST_VALUES = 20  # of a list in a note
WITH_CANDIDATES, LISTED = 50, 500
LOW = 0.5
MUCH = 0.2
Json = dict[str, Any]


def make_preview(upload: Upload) -> None:
    """Read the file of an upload that was received and keep what was found; UNREADABLE with a sentence if it cannot be.

    May run again, also beside itself: it changes nothing but the upload's own preview.
    """
    started = Upload.objects.filter(pk=upload.pk, status__in=(Upload.Status.RECEIVED, Upload.Status.READING))
    if not started.update(status=Upload.Status.READING, problem={}):
        return
    at("preview.reading")
    progress = Progress(upload)
    try:
        progress("reading")
        table = read_upload(upload)
        found = _found(upload, table, progress)
    except CountsError as error:
        problem = {"code": type(error).__name__, "text": _tidy(sentence(error, upload))}
        _finish(upload, status=Upload.Status.UNREADABLE, problem=problem)
        return
    _keep_problems(upload, table.problems)
    at("preview.kept")
    _finish(
        upload, status=Upload.Status.PREVIEWED, preview=found, rows=table.rows,
        problems=found["problems"]["left_out"], cells_changed=_changed(found),
    )  # fmt: skip


@transaction.atomic
def _finish(upload: Upload, **fields: Any) -> None:
    """Unless it was cancelled, or its options were changed, in the meantime."""
    Upload.objects.filter(pk=upload.pk, status=Upload.Status.READING, options=upload.options).update(
        progress={}, **fields
    )


def _changed(found: Json) -> int:
    return sum(found["changes"][kind] for kind in ("new", "up", "down", "withdrawn"))


def _found(upload: Upload, table: SeriesTable, progress: Progress) -> Json:
    progress("matching")
    given, unmatched = matched(table, upload)
    known = series_of(upload.source)
    progress("comparing")
    problems = _problems(table.problems)
    changes = compared(given, upload.source, known, withdrawing=not problems["left_out"])
    told = {
        "problems": problems,
        "notes": [_note(note) for note in table.notes],
        "periods": {
            "first": str(table.dates[0]),
            "last": str(table.dates[-1]),
            "every": table.every.value,
            "number": len(table.dates),
            "incomplete": table.incomplete,
        },
        "series": table.counts.shape[0],
        "new_series": changes.new_series,
        "untouched_series": _untouched(known, given),
        "cells": _cells(table),
        "unmatched": _unmatched(upload, table, unmatched),
        "changes": {
            "new": changes.new,
            "up": changes.up,
            "down": changes.down,
            "withdrawn": changes.withdrawn,
            "largest": [_change(given, one) for one in changes.largest],
        },
        "generation": upload.source.generation,
    }
    return told | {"warnings": _warnings(given, changes)}


def _untouched(known: Mapping[Any, tuple[int, bool]], given: Given) -> int:
    own = {key for key, (_, derived) in known.items() if not derived}
    return len(own.difference(given.keys))


def _cells(table: SeriesTable) -> Json:
    reported = int(np.isfinite(table.counts).sum())
    return {
        "reported": reported,
        "zero": int((table.counts == 0).sum()),
        "empty": table.counts.size - reported,
        "total": float(np.nansum(table.counts)),
    }


def _problems(problems: pl.DataFrame) -> Json:
    counted = problems.group_by("rule", "message", "taken").len("rows").sort("rows", "rule", descending=[True, False])
    left_out = problems.filter(~pl.col("taken"))
    return {
        "left_out": left_out["row"].n_unique(),
        "noted": problems.filter(pl.col("taken"))["row"].n_unique(),
        "by_rule": counted.to_dicts(),
        "first": [
            {name: _tidy(value) if isinstance(value, str) else value for name, value in row.items()}
            for row in pl.concat([left_out, problems.filter(pl.col("taken"))]).head(FIRST_PROBLEMS).to_dicts()
        ],
    }


def _keep_problems(upload: Upload, problems: pl.DataFrame) -> None:
    """Beside the file, whole or not at all."""
    path = path_of(upload.file_path + PROBLEMS)
    half = path.with_suffix(".writing")
    problems.write_csv(half)
    half.replace(path)


def _note(note: Note) -> Json:
    return {"kind": note.kind, "code": note.code, "values": _plain(dict(note.values)), "text": _tidy(note.text)}


def _plain(value: object) -> Any:
    """Values as JSON of every database holds them: no nan, no NUL, no endless lists."""
    if isinstance(value, Mapping):
        return {_tidy(str(name)): _plain(one) for name, one in list(value.items())[:MOST_VALUES]}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value[:MOST_VALUES]]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, (bool, int, float)) or value is None else _tidy(str(value))


def _tidy(text: str) -> str:
    clean = text.replace("\0", "\ufffd")
    return clean if len(clean) <= 2_000 else f"{clean[:2_000]}…"


def _unmatched(upload: Upload, table: SeriesTable, unmatched: Unmatched) -> Json:
    if not unmatched:
        return {"places": [], "diseases": []}
    cases = np.nansum(table.counts, axis=1)
    by_cases = {path: float(cases[rows].sum()) for path, rows in unmatched.places.items()}
    paths = sorted(unmatched.places, key=lambda path: (-by_cases[path], path))
    names, diseases = PlaceNames(upload.source), DiseaseNames(upload.source)
    likely = {path: names.candidates(path) for path in paths[:WITH_CANDIDATES]}
    places = Place.objects.select_related("parent").in_bulk({key for keys in likely.values() for key in keys})
    told = [
        {
            "path": [tidy_name(name) for name in path],
            "rows": len(unmatched.places[path]),
            "cases": by_cases[path],
            "candidates": [_place(places[key]) for key in likely.get(path, ())],
        }
        for path in paths[:LISTED]
    ]
    return {"places": told, "diseases": _unmatched_diseases(unmatched, diseases, cases), "all": len(paths)}


def _unmatched_diseases(unmatched: Unmatched, names: DiseaseNames, cases: Any) -> list[Json]:
    by_cases = {name: float(cases[rows].sum()) for name, rows in unmatched.diseases.items()}
    ordered = sorted(by_cases, key=lambda name: (-by_cases[name], name))
    likely = {name: names.candidates(name) for name in ordered[:WITH_CANDIDATES]}
    diseases = Disease.objects.in_bulk({code for codes in likely.values() for code in codes})
    return [
        {
            "name": tidy_name(name),
            "rows": len(unmatched.diseases[name]),
            "cases": by_cases[name],
            "candidates": [{"code": code, "name": _names(diseases[code])} for code in likely.get(name, ())],
        }
        for name in ordered[:LISTED]
    ]


def _place(place: Place) -> Json:
    inside = _names(place.parent) if place.parent else None
    return {"id": place.pk, "code": place.code, "name": _names(place), "inside": inside}


def _names(record: Place | Disease) -> dict[str, str]:
    return {"en": record.name_en, "ru": record.name_ru, "zh-hans": record.name_zh}


def _change(given: Given, change: tuple[int, int, float, float]) -> Json:
    row, period, before, after = change
    disease, place, stratum = given.keys[row]
    told = {"disease": disease, "place": place, "stratum": stratum, "period": str(given.dates[period])}
    return told | {"before": _plain(before), "after": _plain(after)}


def _warnings(given: Given, changes: Changes) -> list[Json]:
    return [{"code": code, "values": values} for code, values in _warned(given, changes)]


def _warned(given: Given, changes: Changes) -> Iterable[tuple[str, Json]]:
    for jump in changes.jumps:
        told = _change(given, jump)
        yield "jump", told | {"usual": told.pop("before"), "count": told.pop("after")}
    last = given.dates[-1].astype("datetime64[D]").item() if len(given.dates) else date.min
    if last > timezone.localdate():
        yield "future_period", {"period": last.isoformat()}
    totals = np.concatenate([changes.before, np.nansum(given.counts, axis=0)])
    earlier = totals[:-1][np.isfinite(totals[:-1])][-4:]
    usual = float(np.median(earlier)) if earlier.size else np.nan
    if earlier.size >= 3 and usual >= 10 and totals[-1] < LOW * usual:
        yield "last_period_low", {"period": last.isoformat(), "count": float(totals[-1]), "usual": usual}
    if changes.withdrawn:
        yield "withdraws", {"cells": changes.withdrawn}
    stood = int(np.isfinite(given.counts).sum()) - changes.new
    revised = changes.up + changes.down
    if stood >= 50 and revised > MUCH * stood:
        yield "changes_much", {"cells": revised, "of": stood}
