"""Agreements and duties: the page, and what a person says of one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import duties as actions
from tocsin.node.council.forms.duties import DutyForm
from tocsin.node.council.pages.duties import duties_page, duty_rows
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.views.session_finding import the_duty
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]


@requires(Ability.READ_COUNCIL)
def agreements(request: HttpRequest) -> HttpResponse:
    """What is owed now first; then what was, and the agreements themselves."""
    page = duties_page(request.user, timezone.now(), request.GET.get("page"))
    return render(request, "council/agreements.html", {"page": page, "tabs": tabs("agreements")})


@requires(Ability.PREPARE_COUNCIL)
def settle_duty(request: HttpRequest, pk: int) -> HttpResponse:
    duty = the_duty(request, pk)
    form, status = DutyForm(request.POST or None, initial={"what": "done"}), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            act = actions.done if form.cleaned_data["what"] == "done" else actions.lift
            try:
                act(duty, note=form.cleaned_data["note"], by=request.user)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                drafts.saved(request, f"duty-{pk}", _("Saved. No partner is told of it."))
                return redirect("agreements")
    (row,) = duty_rows([duty], request.user, timezone.now())
    return render(request, "council/duty.html", {"row": row, "form": form, "draft": f"duty-{pk}"}, status=status)


urlpatterns = [
    path("council/agreements/", agreements, name="agreements"),
    path("council/agreements/duties/<int:pk>/", settle_duty, name="settle_duty"),
]
