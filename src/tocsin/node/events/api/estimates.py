"""What is estimated of an event from its line list, for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.tokens import may
from tocsin.node.estimates.api.schemas import FiguresSaid, SeverityFigures
from tocsin.node.events.models import EventEstimate

__all__ = ["router"]

router = Router(tags=["events"])


class EventEstimateSaid(Schema):
    event: UUID
    as_of: date | None = Field(
        description="The last day of report that the list has, or of onset where reports are not told; "
        "null: too few cases."
    )
    counted_by: str = Field(description='"onset", or "reported" where few cases have a day of onset.')
    is_older: bool = Field(description="The line list has changed since; it is being done again.")
    computed_at: datetime
    engine: str
    figures: FiguresSaid | None = Field(description="By day; null: fewer than ten cases have a day of the last 400.")
    severity: SeverityFigures | None = Field(description="Null: no outcome is known.")


@router.get(
    "/events/{uuid:event_id}/estimate",
    auth=may(Ability.READ_EVENTS),
    response={200: EventEstimateSaid, **refusals(404)},
    operation_id="event_estimate",
    summary="What is estimated of an event from its line list",
)
def event_estimate(request: HttpRequest, event_id: UUID) -> dict[str, Any]:
    visible = EventEstimate.objects.visible_to(request.user).select_related("event")
    one = get_object_or_404(visible, event=event_id)
    return {
        "event": one.event_id,
        "as_of": one.as_of,
        "counted_by": one.counted_by,
        "is_older": one.is_older(),
        "computed_at": one.computed_at,
        "engine": one.engine,
        "figures": one.payload,
        "severity": one.severity,
    }
