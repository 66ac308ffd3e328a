"""A hospital as a FHIR Bundle, out of the directory and into it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tocsin.fhir.writing import bundle_of
from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.exports.tables import attachment
from tocsin.node.hospitals.actions.finding import require_keeper
from tocsin.node.hospitals.actions.importing import Proposed, keep_proposed, proposed
from tocsin.node.hospitals.building.documents import body_of
from tocsin.node.hospitals.forms.fhir import BundleForm, kept_of, seal_of
from tocsin.node.hospitals.hours import local
from tocsin.node.hospitals.models import Hospital
from tocsin.node.hospitals.pages.fhir import changes_of
from tocsin.node.hospitals.refusals import ActRefused
from tocsin.node.hospitals.views.finding import the_hospital

__all__ = ["urlpatterns"]

FHIR = "application/fhir+json; charset=utf-8"


@require_safe
@requires(Ability.READ_HOSPITALS)
def hospital_fhir(request: HttpRequest, pk: UUID) -> HttpResponse:
    """As its document says it, to whoever reads it in the directory; that it was taken is on record."""
    row = the_hospital(request, pk)
    people = row.clinicians.visible_to(request.user).order_by("pk")
    bundle = bundle_of(body_of(row, row.lines.all(), people), origin=row.origin)
    with transaction.atomic():
        audit.record("hospitals.exported", row, by=request.user, kind="fhir")
    response = HttpResponse(json.dumps(bundle, ensure_ascii=False), content_type=FHIR)
    return attachment(response, f"hospital-{row.hospital_id}.json")


@requires(Ability.KEEP_HOSPITAL)
def hospital_fhir_import(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A Bundle is looked at first; what it would change is kept once the person says so."""
    row = the_hospital(request, pk)
    require_keeper(row, request.user)
    if request.method == "POST" and "seal" in request.POST:
        return _kept(request, row)
    form = BundleForm(request.POST or None, request.FILES or None) if request.method == "POST" else BundleForm()
    if request.method != "POST" or not form.is_valid():
        return _page(request, row, form, status=200 if request.method != "POST" else 422)
    today = local(row.time_zone, timezone.now()).date()
    try:
        found = proposed(row, form.cleaned_data["bundle"], today=today, by=request.user)
    except ActRefused as refusal:
        form.add_error("bundle", str(refusal))
        return _page(request, row, form, status=422)
    return _page(request, row, BundleForm(), found=found)


def _kept(request: HttpRequest, row: Hospital) -> HttpResponse:
    kept = kept_of(request.POST["seal"])
    if kept is None or kept["hospital"] != str(row.pk):
        messages.error(request, _("What you saw is too old to be kept. Give the bundle once more."))
        return redirect("hospital_fhir_import", pk=row.pk)
    try:
        keep_proposed(row, kept["entry"], kept["lines"], version=kept["version"], by=request.user)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("hospital_fhir_import", pk=row.pk)
    messages.success(request, _("Kept."))
    return redirect("hospital", pk=row.pk)


def _page(
    request: HttpRequest, row: Hospital, form: BundleForm, *, found: Proposed | None = None, status: int = 200
) -> HttpResponse:
    shown: dict[str, Any] = {"hospital": row, "form": form, "found": found}
    if found is not None:
        kept = {
            "hospital": str(row.pk), "version": row.version, "entry": dict(found.entry), "lines": list(found.lines),
        }  # fmt: skip
        shown |= {"changes": changes_of(row, found), "seal": seal_of(kept)}
    return render(request, "hospitals/fhir.html", shown, status=status)


urlpatterns = [
    path("hospitals/<uuid:pk>/fhir/", hospital_fhir, name="hospital_fhir"),
    path("hospitals/<uuid:pk>/fhir/import/", hospital_fhir_import, name="hospital_fhir_import"),
]
