"""The page of a case, and that of who the patient is."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires, with_second_factor
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations.models import PatientIdentity
from tocsin.node.consultations.pages.case_page import case_page, mark_seen, patient_line
from tocsin.node.consultations.pages.outcome import outcome
from tocsin.node.consultations.views.asked import MAY
from tocsin.node.consultations.views.finding import the_case
from tocsin.node.exports.papers import FORMATS, download
from tocsin.node.exports.tables import ExportRefused, refusal

__all__ = ["urlpatterns"]


@requires(*MAY)
def case(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of it, as far as the reader has a part in it. What is new since they looked is marked, and then seen."""
    row = the_case(request, pk)
    page = case_page(row, request.user)
    mark_seen(row, request.user)
    response = render(request, "consultations/case.html", {
        "page": page, "row": row, "exercise": row.of.is_exercise, "paper_languages": settings.LANGUAGES,
    })  # fmt: skip
    response["Cache-Control"] = "no-store"
    return response


@requires(Ability.CONSULT)
@with_second_factor
def case_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who the patient is, for those who asked; each look is put on record."""
    row = the_case(request, pk)
    identity = PatientIdentity.objects.visible_to(request.user).filter(case=row).first()
    if identity is None:
        raise Http404
    with transaction.atomic():
        audit.record("consultation.identity_read", row.of, by=request.user)
    shown = {"row": row, "identity": identity, "line": patient_line(row), "exercise": row.of.is_exercise}
    response = render(request, "consultations/identity.html", shown)
    response["Cache-Control"] = "no-store"
    return response


@requires(*MAY)
def case_outcome(request: HttpRequest, pk: UUID, language: str, format: str) -> HttpResponse:
    """The outcome on paper, in one of the three languages; that it was taken is on record."""
    row = the_case(request, pk)
    if language not in dict(settings.LANGUAGES) or format not in FORMATS:
        raise Http404
    with translation.override(language):
        paper = outcome(row, request.user, now=timezone.localtime())
        try:
            response = download(paper, format, language=language, name=f"case-{row.number}-{language}")
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("consultation.exported", row.of, by=request.user, language=language, format=format)
    response["Cache-Control"] = "no-store"
    return response


WHERE = "consultations/<uuid:pk>/"
urlpatterns = [
    path(WHERE, case, name="case"),
    path(f"{WHERE}identity/", case_identity, name="case_identity"),
    path(f"{WHERE}outcome/<slug:language>/<slug:format>/", case_outcome, name="case_outcome"),
]
