"""Diseases and places: the codes by which all other answers name them. No secret, since whoever reports names them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.node.api.conditional import tag, unchanged
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, cursor, from_cursor
from tocsin.node.api.tokens import any_token
from tocsin.node.language.keys import words
from tocsin.node.surveillance.models import Disease, Place

__all__ = ["router"]

router = Router(tags=["diseases and places"])


class DiseaseSaid(Schema):
    code: str
    name_en: str
    name_ru: str
    name_zh: str
    icd10: str
    icd11: str
    gravity: int = Field(description="1 common, 2 notifiable, 3 grave, 4 gravest")
    annex2: str


class PlaceSaid(Schema):
    code: str
    kind: str
    parent: str | None = Field(description="Code of the place that it lies in.")
    name_en: str
    name_ru: str
    name_zh: str
    population: int | None

    @staticmethod
    def resolve_parent(place: Place) -> str | None:
        return place.parent.code if place.parent else None


class Places(Schema):
    items: list[PlaceSaid]
    next: str | None


class PlacesAsked(Schema):
    q: str = Field("", max_length=200, description="Words of a name, in any script.")
    kind: Place.Kind | None = None
    inside: str | None = Field(None, max_length=60, description="Code of a place: it, and all inside it.")
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


@router.get(
    "/diseases",
    auth=any_token,
    response={200: list[DiseaseSaid], 304: None, **refusals()},
    operation_id="diseases",
    summary="All diseases",
)
def diseases(request: HttpRequest, response: HttpResponse) -> object:
    found = list(Disease.objects.order_by("code"))
    etag = tag([(one.code, one.name_en, one.name_ru, one.name_zh, one.gravity) for one in found])
    if same := unchanged(request, etag):
        return same
    response["ETag"] = etag
    return found


@router.get(
    "/places",
    auth=any_token,
    response={200: Places, **refusals(404, 422)},
    operation_id="places",
    summary="Places, outermost first",
)
def places(request: HttpRequest, asked: Query[PlacesAsked], limit: Limit = 100) -> dict[str, object]:
    found = Place.objects.visible_to(request.user).select_related("parent").order_by("path")
    for word in words(asked.q):
        found = found.filter(search_key__contains=word)
    if asked.kind is not None:
        found = found.filter(kind=asked.kind)
    if asked.inside is not None:
        found = found.within(get_object_or_404(Place, code=asked.inside))
    if asked.after is not None:
        found = found.filter(path__gt=from_cursor(asked.after, str)[0])
    rows = list(found[: limit + 1])
    return {"items": rows[:limit], "next": cursor(rows[limit - 1].path) if len(rows) > limit else None}
