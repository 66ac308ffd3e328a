"""Consultations, read by programs in the name of somebody who has a part in them. Nothing is said by programs here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from tocsin.node.alliance import audit
from tocsin.node.alliance.roles import Ability
from tocsin.node.api.errors import refusals
from tocsin.node.api.paging import Limit, newest_first
from tocsin.node.api.schemas import plain
from tocsin.node.api.tokens import may
from tocsin.node.consultations.api.schemas import (
    CasePartySaid,
    ConsultationSaid,
    ConsultationsSaid,
    ConsultationWhole,
)
from tocsin.node.consultations.models import Case
from tocsin.node.consultations.pages.bundle import ConsentEnded, bundle_text

__all__ = ["MAY_READ", "router"]

router = Router(tags=["consultations"])
MAY_READ = may(Ability.CONSULT, Ability.COORDINATE)
FHIR = "application/fhir+json; charset=utf-8"
BUNDLE = {"responses": {200: {"description": "The Bundle.", "content": {"application/fhir+json": {"schema": {}}}}}}
STATUSES = "|".join(one for one in Case.Status.values if one != Case.Status.VOID)


class ConsultationsAsked(Schema):
    after: str | None = Field(None, max_length=500, description="`next` of the page before.")
    status: str | None = Field(None, pattern=f"^({STATUSES})$")
    specialty: str = Field("", max_length=60)
    since: datetime | None = Field(None, description="Only those of which something was said since then.")


@router.get(
    "/consultations",
    auth=MAY_READ,
    response={200: ConsultationsSaid, **refusals(422)},
    operation_id="consultations",
    summary="Cases in which one has a part, the newest first",
)
def consultations(request: HttpRequest, asked: Query[ConsultationsAsked], limit: Limit = 100) -> dict[str, Any]:
    wanted = {"status": asked.status, "specialty": asked.specialty or None, "changed_at__gte": asked.since}
    found = Case.objects.visible_to(request.user).exclude(status=Case.Status.VOID).select_related("of")
    found = found.filter(**{name: value for name, value in wanted.items() if value is not None})
    rows, after = newest_first(found, asked.after, limit)
    return {"items": [_plain(row) for row in rows], "next": after}


@router.get(
    "/consultations/{uuid:consultation_id}",
    auth=MAY_READ,
    response={200: ConsultationWhole, **refusals(404)},
    operation_id="consultation",
    summary="One of them, with those who have it",
)
def consultation(request: HttpRequest, consultation_id: UUID) -> dict[str, Any]:
    row = _the_case(request, consultation_id)
    return _plain(row) | {
        "hospitals": [plain(one, CasePartySaid) for one in row.hospitals.order_by("part", "key")],
        "clinicians": [plain(one, CasePartySaid) for one in row.clinicians.order_by("part", "key")],
        "outcome": row.outcome if row.may_be_told else "", "rating": row.rating, "follows": row.follows,
    }  # fmt: skip


@router.get(
    "/consultations/{uuid:consultation_id}/bundle",
    auth=MAY_READ,
    response={200: None, **refusals(404)},
    operation_id="consultation_bundle",
    summary="One of them as a Bundle of FHIR R4B (docs/fhir.md); each reading is on record",
    openapi_extra=BUNDLE,
)
def consultation_bundle(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    row = _the_case(request, consultation_id)
    try:
        text = bundle_text(row, request.user)
    except ConsentEnded:
        raise Http404 from None
    with transaction.atomic():
        audit.record("consultation.exported", row.of, by=request.user, format="fhir")
    return HttpResponse(text, content_type=FHIR)


def _the_case(request: HttpRequest, key: UUID) -> Case:
    """Raises Http404 for what is not there, and for that of others."""
    rows = Case.objects.visible_to(request.user).exclude(status=Case.Status.VOID).select_related("of")
    found: Case = get_object_or_404(rows, pk=key)
    return found


def _plain(row: Case) -> dict[str, Any]:
    own = {"id": row.pk, "consultation_id": row.of.object_id, "number": row.number}
    kept = [name for name in ConsultationSaid.model_fields if name not in own]
    return own | {name: getattr(row, name) for name in kept}
