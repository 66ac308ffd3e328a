"""The entry of one's own hospital: applied for, kept, and its lines of service."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.actions.entries import (
    apply_hospital,
    keep_hospital,
    remove_service_line,
    set_service_line,
)
from tocsin.node.hospitals.actions.finding import require_keeper
from tocsin.node.hospitals.forms.hospitals import HospitalForm, LineForm, hospital_initial
from tocsin.node.hospitals.forms.names import show_problems
from tocsin.node.hospitals.refusals import ActRefused, InvalidInput
from tocsin.node.hospitals.views.finding import the_hospital
from tocsin.node.hospitals.words import specialty
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

KEEP = Ability.KEEP_HOSPITAL


@requires(KEEP)
def hospital_apply(request: HttpRequest) -> HttpResponse:
    """The hospital in whose organisation the person works."""
    organisation = request.user.organisation
    begun = {"names_en": organisation.name_en, "names_ru": organisation.name_ru, "names_zh": organisation.name_zh}
    form = HospitalForm(request.POST or None, initial=begun | {"contact": organisation.telephone})
    name, status = "hospital-apply", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = apply_hospital(form.given(), by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("Applied. Whoever verifies hospitals in the state’s name sees it now."))
                return redirect("hospital", pk=row.pk)
    shown = {"form": form, "name": name, "organisation": organisation, "hospital": None}
    return render(request, "hospitals/entry.html", shown, status=status)


@requires(KEEP)
def hospital_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Written anew; a conflict keeps what was typed."""
    row = the_hospital(request, pk)
    require_keeper(row, request.user)
    form = HospitalForm(request.POST or None, initial=hospital_initial(row))
    name, status = f"hospital-{row.pk}", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                keep_hospital(row, form.given(), version=form.cleaned_data["version"] or 0, by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("Kept."))
                return redirect("hospital", pk=row.pk)
    shown = {"form": form, "name": name, "hospital": row}
    return render(request, "hospitals/entry.html", shown, status=status)


@requires(KEEP)
def hospital_line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One line of service: a new one, or that of the specialty in the address."""
    row = the_hospital(request, pk)
    require_keeper(row, request.user)
    there = row.lines.filter(specialty=request.GET.get("specialty", "")).first()
    begun = {"specialty": there.specialty, "status": there.status, "reason": there.reason} if there else {}
    form = LineForm(request.POST or None, initial=begun)
    name, status = f"hospital-line-{row.pk}", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_service_line(row, **form.cleaned_data, by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("Kept."))
                return redirect("hospital", pk=row.pk)
    shown = {
        "form": form, "name": name, "hospital": row, "line": there,
        "called": specialty(there.specialty) if there else "",
    }  # fmt: skip
    return render(request, "hospitals/line.html", shown, status=status)


@require_POST
@requires(KEEP)
def hospital_line_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = the_hospital(request, pk)
    try:
        remove_service_line(row, request.POST.get("specialty", ""), by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("The line is taken out."))
    return redirect("hospital", pk=row.pk)


urlpatterns = [
    path("hospitals/apply/", hospital_apply, name="hospital_apply"),
    path("hospitals/<uuid:pk>/entry/", hospital_entry, name="hospital_entry"),
    path("hospitals/<uuid:pk>/lines/", hospital_line, name="hospital_line"),
    path("hospitals/<uuid:pk>/lines/remove/", hospital_line_remove, name="hospital_line_remove"),
]
