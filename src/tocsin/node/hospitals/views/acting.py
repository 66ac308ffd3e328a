"""Acts upon a hospital and upon a clinician: each a page that says what it brings about, and asks for what it needs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.hospitals.actions import clinicians, standing
from tocsin.node.hospitals.actions.finding import require_keeper_or_verifier, require_own_or_keeper
from tocsin.node.hospitals.forms.clinicians import AwayForm
from tocsin.node.hospitals.forms.hospitals import ReasonForm, SeenForm
from tocsin.node.hospitals.forms.names import show_problems
from tocsin.node.hospitals.pages.acts import OF_CLINICIANS, OF_HOSPITALS, ActShown
from tocsin.node.hospitals.refusals import ActRefused, InvalidInput
from tocsin.node.hospitals.views.finding import the_clinician, the_hospital
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

KEEP, VERIFY, CONSULT = Ability.KEEP_HOSPITAL, Ability.VERIFY_HOSPITALS, Ability.CONSULT
Act = Callable[..., Any]


def _of_hospital(kind: str, act: Act, form_class: type[forms.Form], *needs: Ability) -> Callable[..., HttpResponse]:
    @requires(*needs)
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        row = the_hospital(request, pk)
        if kind != "verify":
            require_keeper_or_verifier(row, request.user)
        return _page(request, OF_HOSPITALS[kind], act, row, form_class, f"hospital-{kind}-{pk}", row.pk)

    return view


def _of_clinician(kind: str, act: Act, form_class: type[forms.Form], *needs: Ability) -> Callable[..., HttpResponse]:
    @requires(*needs)
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        row = the_clinician(request, pk)
        if CONSULT in needs:
            require_own_or_keeper(row, request.user)
        else:
            require_keeper_or_verifier(row.hospital, request.user)
        return _page(request, OF_CLINICIANS[kind], act, row, form_class, f"clinician-{kind}-{pk}", row.hospital_id)

    return view


def _page(
    request: HttpRequest, shown: ActShown, act: Act, row: Any, form_class: type[forms.Form], draft: str, back: UUID
) -> HttpResponse:  # fmt: skip
    form = form_class(request.POST if request.method == "POST" else None, initial={"version": row.version})
    status = 200
    said = {"name": row}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act(row, **form.cleaned_data, by=request.user)
            except InvalidInput as refusal:
                show_problems(form, refusal)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, draft, str(shown.done) % said)
                return redirect("hospital", pk=back)
    page = {
        "form": form, "shown": shown, "title": str(shown.title) % said, "draft": draft, "back": back, "row": row,
    }  # fmt: skip
    return render(request, "hospitals/act.html", page, status=status)


HOSPITALS = (
    ("verify", standing.verify_hospital, SeenForm, (VERIFY,)),
    ("activate", standing.activate, forms.Form, (KEEP, VERIFY)),
    ("suspend", standing.suspend, ReasonForm, (KEEP, VERIFY)),
    ("resume", standing.resume, forms.Form, (KEEP, VERIFY)),
    ("leave", standing.leave, ReasonForm, (KEEP, VERIFY)),
)
CLINICIANS = (
    ("check", clinicians.check_identity, forms.Form, (KEEP, VERIFY)),
    ("activate", clinicians.activate_clinician, forms.Form, (KEEP, VERIFY)),
    ("away", clinicians.set_away, AwayForm, (KEEP, CONSULT)),
    ("back", clinicians.back, forms.Form, (KEEP, CONSULT)),
    ("revoke", clinicians.revoke_clinician, ReasonForm, (KEEP, VERIFY)),
)
urlpatterns = [
    path(f"hospitals/<uuid:pk>/{kind}/", _of_hospital(kind, act, form, *needs), name=f"hospital_{kind}")
    for kind, act, form, needs in HOSPITALS
] + [
    path(f"hospitals/clinicians/<uuid:pk>/{kind}/", _of_clinician(kind, act, form, *needs), name=f"clinician_{kind}")
    for kind, act, form, needs in CLINICIANS
]
