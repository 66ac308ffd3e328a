"""Who answers, now and in the coming weeks."""

from datetime import timedelta

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
from tocsin.node.alliance.models import DutyShift
from tocsin.node.alliance.roles import Ability

WEEKS_SHOWN = 5


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
    now = timezone.now()
    shifts = DutyShift.objects.filter(ends_at__gt=now, starts_at__lt=now + timedelta(weeks=WEEKS_SHOWN))
    shifts = list(shifts.select_related("person__organisation"))
    on_duty = [shift for shift in shifts if shift.starts_at <= now]
    first = next((shift for shift in on_duty if shift.line == DutyShift.Line.FIRST), None)
    page = {"form": form, "shifts": shifts, "now_on_duty": on_duty, "first": first, "may_change": may_change}
    return render(request, "alliance/duty.html", page, status=422 if form and form.errors else 200)


@require_POST
@requires(Ability.MANAGE_DUTY)
def remove_shift(request: HttpRequest, pk: str) -> HttpResponse:
    acts.remove_shift(get_object_or_404(DutyShift, pk=pk), by=request.user)
    messages.success(request, _("The shift is out of the roster."))
    return redirect("duty")


urlpatterns = [path("duty/", duty, name="duty"), path("duty/<uuid:pk>/remove/", remove_shift, name="remove_shift")]
