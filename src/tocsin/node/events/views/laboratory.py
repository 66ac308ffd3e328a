"""Samples of one event: the table, taking and sending them, and taking their results over into the facts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import laboratory as acts
from tocsin.node.events.forms.laboratory import SendForm, TakeForm, samples_ticked
from tocsin.node.events.models import Event
from tocsin.node.events.pages.head import head
from tocsin.node.events.pages.laboratory import laboratory_page
from tocsin.node.events.refusals import ActRefused, Changed
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts


@requires(Ability.READ_CASES)
def event_laboratory(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, event: Event, *, status: int = 200, **answered: Any) -> HttpResponse:
    asked = request.GET
    page = {
        "head": head(event, request.user, "event_laboratory"),
        "page": laboratory_page(event, request.user, show=asked.get("show", "all"), number=asked.get("page")),
        "send_form": SendForm(auto_id="send_%s"),
        "ticked": frozenset(),
        **answered,
    }
    return render(request, "events/laboratory.html", page, status=status)


@requires(Ability.WRITE_EVENTS)
def take_sample(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, status = the_event(request, pk), 200
    form = TakeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = acts.take_sample(event, by=request.user, **form.cleaned_data)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                drafts.saved(request, f"event-{pk}-sample", _("Sample %(sample)s is on record.") % {"sample": made})
                return redirect("take_sample" if "another" in request.POST else "event_laboratory", pk=pk)
    page = {"head": head(event, request.user, "event_laboratory"), "form": form, "draft": f"event-{pk}-sample"}
    return render(request, "events/take_sample.html", page, status=status)


@require_POST
@requires(Ability.WRITE_EVENTS)
def send_samples(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, form = the_event(request, pk), SendForm(request.POST, auto_id="send_%s")
    ticked = request.POST.getlist("sample")
    if form.is_valid():
        try:
            sent = acts.send_samples(event, samples_ticked(event, ticked), by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            told = ngettext("%(n)d sample is sent.", "%(n)d samples are sent.", len(sent)) % {"n": len(sent)}
            messages.success(request, told)
            return redirect("event_laboratory", pk=pk)
    return _page(request, event, status=422, send_form=form, ticked=frozenset(ticked))


@require_POST
@requires(Ability.WRITE_EVENTS)
def take_over_results(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, seen = the_event(request, pk), request.POST.get("version", "")
    try:
        acts.take_over_results(event, by=request.user, version=int(seen) if seen.isdecimal() else 0)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
        return _page(request, the_event(request, pk), status=409 if isinstance(refusal, Changed) else 422)
    messages.success(request, _("The facts say what the samples say."))
    return redirect("event_laboratory", pk=pk)


urlpatterns = [
    path("events/<uuid:pk>/laboratory/", event_laboratory, name="event_laboratory"),
    path("events/<uuid:pk>/laboratory/new/", take_sample, name="take_sample"),
    path("events/<uuid:pk>/laboratory/send/", send_samples, name="send_samples"),
    path("events/<uuid:pk>/laboratory/take-over/", take_over_results, name="take_over_results"),
]
