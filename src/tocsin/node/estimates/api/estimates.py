"""What is estimated of a series: the nowcast, the reproduction number, the forecast, and whom its disease kills."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Router

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.tokens import may
from tocsin.node.estimates.api.schemas import FiguresSaid, SeverityFigures
from tocsin.node.estimates.models import Estimate, Severity
from tocsin.node.estimates.pages.severities import nearest

__all__ = ["router"]

router = Router(tags=["series"])


class SeveritySaid(SeverityFigures):
    place: str = Field(description="Code: that of the series, or the innermost around it that is told of.")
    cases_by: UUID = Field(description="The source of the cases.")
    deaths_by: UUID
    severe_by: UUID | None
    computed_at: datetime


class EstimateSaid(FiguresSaid):
    series: int
    source: UUID
    generation: int = Field(description="Of the source: the counts that it was computed from.")
    computed_at: datetime
    engine: str
    severity: SeveritySaid | None = Field(description="Whom the disease kills; null where nobody counts deaths too.")


@router.get(
    "/series/{int:series_id}/estimate",
    auth=may(Ability.READ_SURVEILLANCE),
    response={200: EstimateSaid, **refusals(404, 422)},
    operation_id="estimate",
    summary="What is estimated of a series after the last screening",
)
def estimate(request: HttpRequest, series_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    visible = Estimate.objects.visible_to(request.user).select_related("series__place")
    one = get_object_or_404(visible, series=series_id)
    severity = nearest(one.series, request.user)
    return {
        "series": one.series_id,
        "source": one.source_id,
        "generation": one.generation,
        "computed_at": one.computed_at,
        "engine": one.engine,
        **one.payload,
        "severity": None if severity is None else _severity(severity),
    }


def _severity(one: Severity) -> dict[str, Any]:
    return {
        "place": one.place.code,
        "cases_by": one.source_id,
        "deaths_by": one.deaths_source_id,
        "severe_by": one.severe_source_id,
        "computed_at": one.computed_at,
        **one.payload,
    }
