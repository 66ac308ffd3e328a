"""Attack rates of an event, and what they are a share of."""

from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions import attack_rates as acts
from tocsin.node.events.forms.cases import ExposureForm, GroupsForm, field_of
from tocsin.node.events.models import Event
from tocsin.node.events.models.cases import ExposureTable
from tocsin.node.events.pages.attack_rates import exposure_rows, group_rows, groups_asked, place_rows
from tocsin.node.events.pages.figures import named
from tocsin.node.events.pages.head import head
from tocsin.node.events.pages.line_list import fatality
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts


@requires(Ability.READ_EVENTS)
def attack_rates(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, event: Event, *, status: int = 200, **answered: Form) -> HttpResponse:
    page = {
        "head": head(event, request.user, "line_list"),
        "title": _("%(event)s: attack rates") % {"event": named(event)},
        "groups": group_rows(event),
        "places": place_rows(event),
        "exposures": exposure_rows(event),
        "fatality": fatality(event),
        "groups_form": answered.get("groups") or _groups_form(event),
        "exposure_form": answered.get("exposure") or ExposureForm(auto_id="exposure_%s"),
        "answered": next(iter(answered), ""),
    }
    return render(request, "events/attack_rates.html", page, status=status)


def _groups_form(event: Event, request: HttpRequest | None = None) -> GroupsForm:
    groups = [(kind, group, name) for kind, group, name, _cases, _deaths in groups_asked(event)]
    known = {(one.kind, one.group): one.persons for one in event.groups_at_risk.all()}
    initial = {field_of(kind, group): known.get((kind, group)) for kind, group, _name in groups}
    return GroupsForm(request.POST if request else None, groups=groups, initial=initial, auto_id="group_%s")


@require_POST
@requires(Ability.WRITE_EVENTS)
def set_groups(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    form = _groups_form(event, request)
    if form.is_valid():
        try:
            acts.set_groups(event, form.sizes(), by=request.user)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"event-{pk}-groups", _("Saved."))
            return redirect("attack_rates", pk=pk)
    return _page(request, event, status=422, groups=form)


@require_POST
@requires(Ability.WRITE_EVENTS)
def set_exposure(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, form = the_event(request, pk), ExposureForm(request.POST, auto_id="exposure_%s")
    if form.is_valid():
        try:
            acts.set_exposure(event, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"event-{pk}-exposure", _("Saved."))
            return redirect("attack_rates", pk=pk)
    return _page(request, event, status=422, exposure=form)


@require_POST
@requires(Ability.WRITE_EVENTS)
def remove_exposure(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    event = the_event(request, pk)
    one = get_object_or_404(ExposureTable, pk=number, event=event)
    one.event = event
    acts.remove_exposure(one, by=request.user)
    return redirect("attack_rates", pk=pk)


urlpatterns = [
    path("events/<uuid:pk>/cases/rates/", attack_rates, name="attack_rates"),
    path("events/<uuid:pk>/cases/rates/groups/", set_groups, name="set_groups"),
    path("events/<uuid:pk>/cases/rates/exposure/", set_exposure, name="set_exposure"),
    path("events/<uuid:pk>/cases/rates/exposure/<int:number>/remove/", remove_exposure, name="remove_exposure"),
]
