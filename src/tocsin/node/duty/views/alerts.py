"""What waits for a person: all alerts, one with its ladder, and the button that says "I have it"."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.alerts import acknowledge, close_alert
from tocsin.node.duty.forms.log import CloseForm
from tocsin.node.duty.models import Alert, LogEntry
from tocsin.node.duty.pages.alerts import ladder_of, shown, to_come
from tocsin.node.duty.pages.log import entries_shown

A_PAGE = 50


@requires(Ability.STAND_DUTY)
def alert_list(request: HttpRequest) -> HttpResponse:
    """Those that nobody has, then the settled ones, latest first. Drills stand apart."""
    drills = request.GET.get("what") == "drills"
    visible = Alert.objects.visible_to(request.user).filter(is_drill=drills).select_related("acknowledged_by")
    open_ones = shown(visible.open().order_by("raised_at"))
    page = Paginator(visible.filter(next_at=None), A_PAGE).get_page(request.GET.get("page"))
    rows = shown(page.object_list)
    return render(request, "duty/alerts.html", {"open_ones": open_ones, "rows": rows, "page": page, "drills": drills})


@requires(Ability.STAND_DUTY)
def one_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _one(request, _visible(request, pk), CloseForm())


@require_POST
@requires(Ability.STAND_DUTY)
def acknowledge_alert(request: HttpRequest, pk: UUID) -> HttpResponse:
    alert = _visible(request, pk)
    try:
        alert = acknowledge(alert, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You have it. Nobody else is called."))
        if alert.not_told:
            messages.warning(request, _("The partner could not be told: %(why)s") % {"why": alert.not_told})
    return redirect("alert", pk=pk)


@require_POST
@requires(Ability.STAND_DUTY)
def close_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    alert, form = _visible(request, pk), CloseForm(request.POST)
    if not form.is_valid():
        return _one(request, alert, form, status=422)
    closed = close_alert(alert, by=request.user, why=form.cleaned_data["why"])
    if closed.acknowledged_by_id:
        messages.warning(request, _("%(name)s has it already.") % {"name": closed.acknowledged_by})
    else:
        messages.success(request, _("It is closed. Nobody is called for it any more."))
    return redirect("alert", pk=pk)


def _visible(request: HttpRequest, pk: UUID) -> Alert:
    visible = Alert.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("acknowledged_by", "closed_by", "raised_by"), pk=pk)


def _one(request: HttpRequest, alert: Alert, form: CloseForm, status: int = 200) -> HttpResponse:
    (this,) = shown([alert])
    entries = LogEntry.objects.filter(about_type="alert", about_id=str(alert.pk)).select_related("by")
    page = {
        "this": this,
        "alert": alert,
        "ladder": ladder_of(alert),
        "to_come": to_come(alert),
        "entries": entries_shown(entries),
        "form": form,
    }
    return render(request, "duty/alert.html", page, status=status)


urlpatterns = [
    path("alerts/", alert_list, name="alerts"),
    path("alerts/<uuid:pk>/", one_alert, name="alert"),
    path("alerts/<uuid:pk>/acknowledge/", acknowledge_alert, name="acknowledge_alert"),
    path("alerts/<uuid:pk>/close/", close_one, name="close_alert"),
]
