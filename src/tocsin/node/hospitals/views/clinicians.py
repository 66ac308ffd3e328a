"""Inviting somebody to answer for one's hospital, and the entry of a clinician."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.actions.clinicians import keep_clinician
from tocsin.node.hospitals.actions.finding import keeps, require_keeper
from tocsin.node.hospitals.actions.inviting import invite_clinician
from tocsin.node.hospitals.forms.clinicians import ClinicianForm, InvitationForm, clinician_initial
from tocsin.node.hospitals.forms.names import show_problems
from tocsin.node.hospitals.refusals import ActRefused, InvalidInput
from tocsin.node.hospitals.views.finding import the_clinician, the_hospital
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

KEEP, CONSULT = Ability.KEEP_HOSPITAL, Ability.CONSULT


@requires(KEEP)
def hospital_invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The link is shown once as well, for where e-mail does not arrive."""
    row = the_hospital(request, pk)
    require_keeper(row, request.user)
    begun = {"takes_consultations": True, "letter": request.user.language}
    form = InvitationForm(request.POST or None, initial=begun, zone=row.time_zone)
    name, status = f"hospital-invite-{row.pk}", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                clinician, link = invite_clinician(
                    row, said["email"], form.given(), language=said["letter"], by=request.user
                )
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("%(name)s is invited.") % {"name": clinician})
                if not link:
                    return redirect("hospital", pk=row.pk)
                return render(
                    request, "hospitals/invited.html", {"clinician": clinician, "link": link, "hospital": row}
                )
    return render(request, "hospitals/clinician.html", {"form": form, "name": name, "hospital": row}, status=status)


@requires(KEEP, CONSULT)
def clinician_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own, or that of somebody of one's own hospital."""
    row = the_clinician(request, pk)
    is_keeper = keeps(request.user, row.hospital)
    if not is_keeper and row.person_id != request.user.pk:
        raise PermissionDenied
    form = ClinicianForm(
        request.POST or None, initial=clinician_initial(row), keeps_role=not is_keeper, zone=row.hospital.time_zone
    )
    name, status = f"clinician-{row.pk}", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                version = form.cleaned_data["version"] or 0
                keep_clinician(row, form.given(), version=version, by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, name, _("Kept."))
                return redirect("hospital", pk=row.hospital_id)
    shown = {
        "form": form, "name": name, "hospital": row.hospital, "clinician": row,
        "is_me": row.person_id == request.user.pk,
    }  # fmt: skip
    return render(request, "hospitals/clinician.html", shown, status=status)


urlpatterns = [
    path("hospitals/<uuid:pk>/invite/", hospital_invite, name="hospital_invite"),
    path("hospitals/clinicians/<uuid:pk>/", clinician_entry, name="clinician_entry"),
]
