"""Hospitals, their lines of service and their clinicians, read by programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.hospitals.api.schemas import (
    ClinicianSaid,
    HospitalSaid,
    HospitalsSaid,
    HospitalWhole,
    ServiceLineSaid,
)
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.pages.finding import found_hospitals
from tocsin.node.hospitals.reading import is_available

__all__ = ["MAY_READ", "router"]

router = Router(tags=["hospitals"])
MAY_READ = may(Ability.READ_HOSPITALS)
STATUSES = "^(applied|verified|active|suspended|left)$"


class HospitalsAsked(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    q: str = Field("", max_length=100, description="Words of a hospital's, town's or clinician's name, in any script.")
    state: str = Field("", max_length=12)
    specialty: str = Field("", max_length=60, description="A line that works, or somebody who practises it.")
    language: str = Field("", max_length=12)
    status: str | None = Field(None, pattern=STATUSES, description="By default all but those that have left.")
    takes: bool = Field(False, description="Only with somebody who takes consultations.")
    now: bool = Field(False, description="Only with somebody who is on hours now.")


@router.get(
    "/hospitals",
    auth=MAY_READ,
    response={200: HospitalsSaid, **refusals(422)},
    operation_id="hospitals",
    summary="Hospitals of the alliance, the last entered first",
)
def hospitals(request: HttpRequest, asked: Query[HospitalsAsked], limit: Limit = 100) -> dict[str, Any]:
    wanted = {name: value for name, value in asked.model_dump().items() if name != "after"}
    found = found_hospitals(request.user, wanted, at=timezone.now())
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [plain(row, HospitalSaid) for row in rows], "next": after}


@router.get(
    "/hospitals/{uuid:hospital_id}",
    auth=MAY_READ,
    response={200: HospitalWhole, **refusals(404)},
    operation_id="hospital",
    summary="One of them with its lines of service and its clinicians",
)
def hospital(request: HttpRequest, hospital_id: UUID) -> dict[str, Any]:
    row = get_object_or_404(Hospital.objects.visible_to(request.user), pk=hospital_id)
    people = row.clinicians.visible_to(request.user).select_related("hospital").order_by("pk")
    at = timezone.now()
    return plain(row, HospitalSaid) | {
        "lines": [plain(one, ServiceLineSaid) for one in row.lines.all()],
        "clinicians": [
            plain(one, ClinicianSaid) | {"time_zone": one.zone, "is_available": is_available(one, at)} for one in people
        ],
    }
