"""Screenings: asked for, and what came of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.once import Answer, posting
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import Asked, plain
from tocsin.node.api.tokens import may
from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import Screening, Source

__all__ = ["router"]

router = Router(tags=["screenings"])
MAY_SEE = may(Ability.READ_SURVEILLANCE)


class ScreeningSaid(Schema):
    id: UUID
    source: UUID
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    status: str
    generation: int | None
    method: str
    options: dict[str, Any]
    engine: str
    evaluate: int
    first_period: date | None
    last_period: date | None
    series: int | None
    cells: int | None
    signals_found: int | None
    false_alarms: float | None = Field(description="Signals to expect by chance, at most.")
    progress: dict[str, Any]
    problem: dict[str, Any]


class Screenings(Schema):
    items: list[ScreeningSaid]
    next: str | None


class Listed(Schema):
    source: UUID | None = None
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")


class Screen(Asked):
    source: UUID
    evaluate: int | None = Field(None, ge=1, le=10_000, description="Number of last complete periods.")


def said(screening: Screening) -> ScreeningSaid:
    return ScreeningSaid(**plain(screening, ScreeningSaid))


@router.get(
    "/screenings",
    auth=MAY_SEE,
    response={200: Screenings, **refusals(422)},
    operation_id="screenings",
    summary="Screenings, newest first",
)
def screenings(request: HttpRequest, asked: Query[Listed], limit: Limit = 100) -> dict[str, Any]:
    found = Screening.objects.visible_to(request.user)
    if asked.source is not None:
        found = found.filter(source=asked.source)
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [said(row) for row in rows], "next": after}


@router.get(
    "/screenings/{uuid:screening_id}",
    auth=MAY_SEE,
    response={200: ScreeningSaid, **refusals(404, 422)},
    operation_id="screening",
    summary="One screening",
)
def screening(request: HttpRequest, screening_id: UUID) -> ScreeningSaid:
    return said(get_object_or_404(Screening.objects.visible_to(request.user), pk=screening_id))


@router.post(
    "/screenings",
    auth=may(Ability.SCREEN),
    response={202: ScreeningSaid, **refusals(404, 409, 413, 415, 422)},
    operation_id="screen",
    summary="Ask for a screening",
)
@posting
def screen(request: HttpRequest, asked: Screen) -> Answer:
    source = get_object_or_404(Source.objects.visible_to(request.user), pk=asked.source)
    return 202, said(acts.ask(source, by=request.user, evaluate=asked.evaluate))
