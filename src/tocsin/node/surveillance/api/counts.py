"""Counts as rows of JSON: written down as a table of the source, which then goes the way of every table."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Router

from tocsin.node.api.errors import Refusal, refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.schemas import Asked
from tocsin.node.surveillance.actions import uploading
from tocsin.node.surveillance.api.uploads import MAY_SEND, UploadSaid, said
from tocsin.node.surveillance.models import Source, Upload

__all__ = ["MOST_ROWS", "router"]

router = Router(tags=["uploads"])
MOST_ROWS, MOST_LEVELS, LARGEST = 10_000, 6, 2**31 - 1
Day = date
Name = Annotated[str, Field(min_length=1, max_length=200)]


class Row(Asked):
    date: Day = Field(description="A day of the period that is counted, as its first one.")
    count: Annotated[int, Field(ge=0, le=LARGEST)]
    disease: Name | None = Field(None, description="Code or name; left out where the source counts one disease.")
    place: list[Name] = Field([], max_length=MOST_LEVELS, description="Names, outermost first; or one code.")
    stratum: list[Annotated[str, Field(max_length=120)]] = Field([], max_length=MOST_LEVELS, description="Age, sex, …")


class Counts(Asked):
    name: str = Field("counts.csv", min_length=1, max_length=200, description="By which people will find the table.")
    rows: list[Row] = Field(min_length=1, max_length=MOST_ROWS)


@router.post(
    "/sources/{uuid:source_id}/counts",
    auth=MAY_SEND,
    response={200: UploadSaid, 201: UploadSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="send_counts",
    summary="Send counts as rows",
)
@posting
def send_counts(request: HttpRequest, source_id: UUID, asked: Counts) -> Answer:
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=source_id)
    _require_disease(source, asked.rows)
    upload = uploading.receive(
        source, file=_csv(asked.rows), file_name=asked.name, via=Upload.Via.API, by=request.user,
        options=_options(source, asked.rows),
    )  # fmt: skip
    return 200 if upload.is_repeat else 201, said(upload)


def _require_disease(source: Source, rows: list[Row]) -> None:
    if source.disease_id is None:
        message = _("This source counts several diseases: say which.")
        wrong = [number for number, row in enumerate(rows) if row.disease is None]
    else:
        message = _("This source counts %(disease)s alone: leave the disease out.") % {"disease": source.disease}
        wrong = [number for number, row in enumerate(rows) if row.disease not in (None, source.disease_id)]
    if wrong:
        where = [(f"body.rows.{number}.disease", message) for number in wrong]
        raise Refusal(422, "invalid", _("Something in the request cannot be used; `where` says what."), where)


def _depth(rows: list[Row], name: str) -> int:
    return max(len(getattr(row, name)) for row in rows)


def _columns(rows: list[Row], name: str) -> list[str]:
    return [f"{name}_{number}" for number in range(1, _depth(rows, name) + 1)]


def _options(source: Source, rows: list[Row]) -> dict[str, Any]:
    """How this table is to be read, whatever the layout of the source's own tables."""
    columns = {"place": _columns(rows, "place"), "stratum": _columns(rows, "stratum")}
    if source.disease_id is None:
        columns["disease"] = "disease"
    kept = {"absent", "negative", "totals", "aliases", "age_bands"}
    default: dict[str, Any] = {"header": 1, "cumulative": False}
    others = {name: default.get(name) for name in source.layout if name not in kept | {"columns", "by"}}
    plain = {"layout": "tidy", "date": "date", "count": "count", "separator": ",", "encoding": "utf-8"}
    return {**others, **plain, "columns": columns}


def _csv(rows: list[Row]) -> Iterator[bytes]:
    places, strata = _depth(rows, "place"), _depth(rows, "stratum")
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["date", "count", "disease", *_columns(rows, "place"), *_columns(rows, "stratum")])
    for row in rows:
        place, stratum = (row.place + [""] * places)[:places], (row.stratum + [""] * strata)[:strata]
        write([row.date.isoformat(), row.count, row.disease or "", *place, *stratum])
    yield text.getvalue().encode()
