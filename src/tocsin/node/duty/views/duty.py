"""Who answers now and next, what waits for them, and the roster."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions import duty as acts
from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.forms import ShiftForm
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.models import DutyShift, Person
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions.log import shift_to_hand_over
from tocsin.node.duty.models import Alert, Handover, LogEntry
from tocsin.node.duty.pages.alerts import shown
from tocsin.node.duty.pages.log import entries_shown
from tocsin.node.duty.pages.roster import roster

FEW = 5


@requires(Ability.READ_DIRECTORY)
def duty(request: HttpRequest) -> HttpResponse:
    may_change = request.user.may(Ability.MANAGE_DUTY)
    form = ShiftForm(request.POST or None) if may_change else None
    if form and request.method == "POST" and form.is_valid():
        try:
            acts.assign_shift(by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The shift is in the roster."))
            return redirect("duty")
    page = {"form": form, "roster": roster(timezone.now()), "may_change": may_change, **_for_duty(request.user)}
    return render(request, "duty/duty.html", page, status=422 if form and form.errors else 200)


def _for_duty(person: Person) -> dict[str, Any]:
    """What only those who stand duty are shown."""
    if not person.may(Ability.STAND_DUTY):
        return {"stands_duty": False}
    return {
        "stands_duty": True,
        "alerts": shown(Alert.objects.visible_to(person).open().select_related("acknowledged_by")[:FEW]),
        "entries": entries_shown(LogEntry.objects.visible_to(person).select_related("by")[:FEW]),
        "handovers": Handover.objects.visible_to(person).filter(accepted_at=None).select_related("outgoing")[:FEW],
        "may_hand_over": shift_to_hand_over(person, timezone.now()) is not None,
        "browsers": person.push_subscriptions.count(),
    }


@require_POST
@requires(Ability.MANAGE_DUTY)
def remove_shift(request: HttpRequest, pk: str) -> HttpResponse:
    acts.remove_shift(get_object_or_404(DutyShift, pk=pk), by=request.user)
    messages.success(request, _("The shift is out of the roster."))
    return redirect("duty")


urlpatterns = [path("duty/", duty, name="duty"), path("duty/<uuid:pk>/remove/", remove_shift, name="remove_shift")]
