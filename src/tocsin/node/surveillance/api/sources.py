"""Sources: who sends which counts, and whether they are late."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.surveillance.intake.lateness import lateness
from tocsin.node.surveillance.models import Source

__all__ = ["MAY_SEE", "router"]

router = Router(tags=["sources"])
MAY_SEE = may(Ability.READ_SURVEILLANCE, Ability.UPLOAD_COUNTS)


class SourceSaid(Schema):
    id: UUID
    name: str
    organisation: UUID
    disease: str | None = Field(description="None where a column of the table names it.")
    place: str = Field(description="Code of the area that it covers.")
    measure: str = Field(description="What it counts: cases, deaths, hospital-admissions, …")
    counts_by: str
    case_definition: str
    every: str
    week_start: str
    due_every_days: int
    expected_delay_days: int
    zero_reports: bool
    method: str
    is_on: bool
    is_exercise: bool
    provenance: str
    shared_by: str | None = Field(description="Code of the partner that shares its counts; null for one's own.")
    classification: str = Field(description="Of what a partner shares, the narrowest of its documents; else empty.")
    may_be_exported: bool = Field(description="False where its owner shared it with chosen states alone.")
    generation: int = Field(description="Grows with every table that is taken.")
    last_taken_at: datetime | None
    last_period: date | None
    due_at: datetime
    state: str = Field(description="on_time, late or overdue")


def said(source: Source) -> dict[str, Any]:
    late = lateness(source)
    return plain(source, SourceSaid) | {
        "name": str(source),
        "place": source.place.code,
        "may_be_exported": source.may_be_exported,
        "due_at": late.due,
        "state": late.state,
    }


@router.get(
    "/sources",
    auth=MAY_SEE,
    response={200: list[SourceSaid], **refusals()},
    operation_id="sources",
    summary="All sources that one may see",
)
def sources(request: HttpRequest) -> list[dict[str, Any]]:
    return [said(source) for source in Source.objects.visible_to(request.user).select_related("place")]


@router.get(
    "/sources/{uuid:source_id}",
    auth=MAY_SEE,
    response={200: SourceSaid, **refusals(404, 422)},
    operation_id="source",
    summary="One source",
)
def source(request: HttpRequest, source_id: UUID) -> dict[str, Any]:
    return said(get_object_or_404(Source.objects.visible_to(request.user).select_related("place"), pk=source_id))
