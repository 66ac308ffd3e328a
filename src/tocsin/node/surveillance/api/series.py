"""Series of counts: found, read one by one, and streamed as CSV."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby, islice
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Query, Router, Schema

from tocsin.node.alliance.gates import check
from tocsin.node.alliance.models import Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor, natural
from tocsin.node.api.tokens import may
from tocsin.node.exports.columns import Column, Kind, Table
from tocsin.node.exports.delimited import csv_stream
from tocsin.node.surveillance.models import Place, Series, Source
from tocsin.node.surveillance.pages.exporting import audited
from tocsin.node.surveillance.panels import many_series_counts, series_counts

__all__ = ["router"]

router = Router(tags=["series"])
MAY_SEE = may(Ability.READ_SURVEILLANCE)
AT_ONCE = 200
# Headings are for programs, and so the same in every language.
COLUMNS = [
    Column("series", "series", Kind.WHOLE),
    Column("source", "source"),
    Column("disease", "disease"),
    Column("place", "place"),
    Column("stratum", "stratum"),
    Column("period", "period", Kind.DATE),
    Column("count", "count", Kind.DECIMAL),
]
CSV = {"responses": {200: {"description": "The counts, a row each.", "content": {"text/csv": {"schema": {}}}}}}


class SeriesSaid(Schema):
    id: int
    source: UUID
    disease: str
    place: str
    stratum: str
    is_derived: bool = Field(description="The node's own sum of what lies inside.")


class SeriesPage(Schema):
    items: list[SeriesSaid]
    next: str | None


class SeriesWithCounts(SeriesSaid):
    every: str
    generation: int = Field(description="Of the source, that was read.")
    dates: list[date] = Field(description="First day of each period.")
    counts: list[float | None] = Field(description="Null where nothing was reported.")


class Asked(Schema):
    source: UUID | None = None
    disease: str | None = Field(None, max_length=60, description="Code.")
    place: str | None = Field(None, max_length=60, description="Code of a place.")
    inside: bool = Field(False, description="Also of all places inside it.")
    stratum: str | None = Field(None, max_length=120, description="Empty: all together.")


class Listed(Asked):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


def said(series: Series) -> dict[str, Any]:
    return {
        "id": series.pk,
        "source": series.source_id,
        "disease": series.disease_id,
        "place": series.place.code,
        "stratum": series.stratum,
        "is_derived": series.is_derived,
    }


def found(person: Person, asked: Asked) -> QuerySet[Series]:
    rows = Series.objects.visible_to(person).select_related("place").order_by("pk")
    if asked.source is not None:
        rows = rows.filter(source=asked.source)
    if asked.disease is not None:
        rows = rows.filter(disease=asked.disease)
    if asked.stratum is not None:
        rows = rows.filter(stratum=asked.stratum)
    if asked.place is None:
        return rows
    place = get_object_or_404(Place, code=asked.place)
    return rows.filter(place__path__startswith=place.path) if asked.inside else rows.filter(place=place)


@router.get(
    "/series",
    auth=MAY_SEE,
    response={200: SeriesPage, **refusals(404, 422)},
    operation_id="series",
    summary="Series, without their counts",
)
def series(request: HttpRequest, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    rows = found(request.user, asked)
    if asked.after is not None:
        rows = rows.filter(pk__gt=from_cursor(asked.after, natural)[0])
    page = list(rows[: limit + 1])
    after = cursor(page[limit - 1].pk) if len(page) > limit else None
    return {"items": [said(row) for row in page[:limit]], "next": after}


@router.get(
    "/series/{int:series_id}",
    auth=MAY_SEE,
    response={200: SeriesWithCounts, **refusals(404, 422)},
    operation_id="one_series",
    summary="One series with its counts",
)
def one_series(request: HttpRequest, series_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    visible = Series.objects.visible_to(request.user).select_related("place", "source")
    row = get_object_or_404(visible, pk=series_id)
    dates, counts = series_counts(row, generation=row.source.generation)
    return said(row) | {
        "every": row.source.every,
        "generation": row.source.generation,
        "dates": dates.tolist(),
        "counts": [value if np.isfinite(value) else None for value in counts.tolist()],
    }


@router.get(
    "/series.csv",
    auth=may(Ability.EXPORT),
    response={200: None, **refusals(404, 422)},
    operation_id="series_csv",
    summary="Counts of the series that filters leave, streamed",
    openapi_extra=CSV,
)
def series_csv(request: HttpRequest, asked: Query[Asked]) -> StreamingHttpResponse:
    check(request.user, Ability.READ_SURVEILLANCE)
    table = Table(title="", columns=COLUMNS, rows=_rows(found(request.user, asked)))
    response = StreamingHttpResponse(csv_stream(table), content_type="text/csv; charset=utf-8")
    return audited(request, "series.exported", response, via="api")


def _rows(series: QuerySet[Series]) -> Iterator[tuple[Any, ...]]:
    """A row each count, of the generations that stood at the beginning, whatever is taken meanwhile."""
    generations = dict(Source.objects.values_list("pk", "generation"))
    waiting = series.order_by("source_id", "pk").iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(waiting, AT_ONCE)):
        for source, group in groupby(chunk, key=lambda one: one.source_id):
            some = list(group)
            dates, counts = many_series_counts(some, generation=generations[source])
            for one, values in zip(some, counts, strict=True):
                head = (one.pk, source, one.disease_id, one.place.code, one.stratum)
                yield from ((*head, dates[n], values[n]) for n in np.flatnonzero(np.isfinite(values)))
