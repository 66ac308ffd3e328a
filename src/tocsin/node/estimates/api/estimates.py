"""What is estimated of a series: the nowcast, the reproduction number and the forecast, with their quantiles."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Path, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.tokens import may
from tocsin.node.estimates.models import Estimate

__all__ = ["router"]

router = Router(tags=["series"])
Quantiles = list[float | None]


class SerialInterval(Schema):
    name: str
    mean: float = Field(description="Days.")
    sd: float = Field(description="Days.")
    source: str


class Nowcast(Schema):
    first: int = Field(description="Position in `dates` of the first period; below 0 where earlier ones are left out.")
    quantiles: list[Quantiles]


class Ahead(Schema):
    dates: list[date]
    quantiles: list[Quantiles]


class ReproductionSaid(Ahead):
    serial_interval: SerialInterval


class Growth(Schema):
    periods: int = Field(description="The last periods that it was measured over.")
    quantiles: Quantiles = Field(description="Of the factor from a period to the next.")


class EstimateSaid(Schema):
    series: int
    source: UUID
    generation: int = Field(description="Of the source: the counts that it was computed from.")
    computed_at: datetime
    engine: str
    every: str
    levels: list[float] = Field(description="Of all quantiles.")
    dates: list[date] = Field(description="First day of each period.")
    reported: list[float | None]
    unused: int = Field(description="Last periods of `dates` that nothing is estimated from.")
    nowcast: Nowcast | None = Field(description="What will have been reported; null: counts are taken as they are.")
    reproduction: ReproductionSaid | None = Field(description="Cases that one case infects, by the end of each period.")
    growth: Growth | None
    ahead: Ahead | None = Field(description="What is to come.")
    why: dict[str, str] = Field(description="Why something is null, as a code.")


@router.get(
    "/series/{int:series_id}/estimate",
    auth=may(Ability.READ_SURVEILLANCE),
    response={200: EstimateSaid, **refusals(404, 422)},
    operation_id="estimate",
    summary="What is estimated of a series after the last screening",
)
def estimate(request: HttpRequest, series_id: Annotated[int, Path(ge=1, le=2**63 - 1)]) -> dict[str, Any]:
    one = get_object_or_404(Estimate.objects.visible_to(request.user), series=series_id)
    return {
        "series": one.series_id,
        "source": one.source_id,
        "generation": one.generation,
        "computed_at": one.computed_at,
        "engine": one.engine,
        **one.payload,
    }
