"""A case as a FHIR Bundle, for the record of a hospital that has a part in it."""

from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.consultations.pages.bundle import ConsentEnded, bundle_text
from tocsin.node.consultations.views.asked import MAY
from tocsin.node.consultations.views.finding import the_case
from tocsin.node.exports.tables import attachment

__all__ = ["FHIR", "urlpatterns"]

FHIR = "application/fhir+json; charset=utf-8"


@require_safe
@requires(*MAY)
def case_fhir(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As it stands, without who the patient is; that it was taken is on record. None once consent has ended."""
    row = the_case(request, pk)
    try:
        text = bundle_text(row, request.user)
    except ConsentEnded:
        raise Http404 from None
    with transaction.atomic():
        audit.record("consultation.exported", row.of, by=request.user, format="fhir")
    return attachment(HttpResponse(text, content_type=FHIR), f"case-{row.number}.json")


urlpatterns = [path("consultations/<uuid:pk>/fhir/", case_fhir, name="case_fhir")]
