"""The clocks of one event, and the board of all: milestones, early actions, what held up and what helped."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.clocks import add_factor, set_action, set_milestone, withdraw_factor
from tocsin.node.events.clocks import MILESTONES
from tocsin.node.events.forms.clocks import ActionForm, FactorForm, MilestoneForm
from tocsin.node.events.instruments.seven_one_seven import ACTIONS
from tocsin.node.events.models import Event, Factor
from tocsin.node.events.pages.board import board_page
from tocsin.node.events.pages.clocks_page import clocks_page
from tocsin.node.events.pages.head import head
from tocsin.node.events.pages.list_tabs import list_tabs
from tocsin.node.events.refusals import ActRefused, Replaced
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts


@requires(Ability.READ_EVENTS)
def event_clocks(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, event: Event, *, status: int = 200, **answered: Form) -> HttpResponse:
    page = {
        "head": head(event, request.user, "event_clocks"),
        "page": clocks_page(event, request.user, **answered),
        "factor_form": answered.get("factor") or FactorForm(auto_id="factor_%s"),
        "factor_open": "factor" in answered,
    }
    return render(request, "events/clocks.html", page, status=status)


@require_POST
@requires(Ability.WRITE_EVENTS)
def say_milestone(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    if code not in MILESTONES:
        raise Http404
    event, form = the_event(request, pk), MilestoneForm(request.POST, auto_id=f"{code}_%s")
    return _said(request, event, code, form, lambda: set_milestone(event, code, by=request.user, **form.arguments()))


@require_POST
@requires(Ability.WRITE_EVENTS)
def say_action(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    if code not in ACTIONS:
        raise Http404
    event, form = the_event(request, pk), ActionForm(request.POST, auto_id=f"{code}_%s")
    return _said(request, event, code, form, lambda: set_action(event, code, by=request.user, **form.arguments()))


@require_POST
@requires(Ability.WRITE_EVENTS)
def say_factor(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, form = the_event(request, pk), FactorForm(request.POST, auto_id="factor_%s")
    return _said(request, event, "factor", form, lambda: add_factor(event, by=request.user, **form.cleaned_data))


@require_POST
@requires(Ability.WRITE_EVENTS)
def remove_factor(request: HttpRequest, pk: UUID, factor: UUID) -> HttpResponse:
    event = the_event(request, pk)
    withdraw_factor(get_object_or_404(Factor, pk=factor, event=event), by=request.user)
    return redirect("event_clocks", pk=event.pk)


def _said(request: HttpRequest, event: Event, name: str, form: Form, act: Callable[[], Any]) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            act()
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Replaced) else 422
        else:
            drafts.saved(request, f"event-{event.pk}-{name}", _("Saved."))
            return redirect("event_clocks", pk=event.pk)
    return _page(request, the_event(request, event.pk), status=status, **{name: form})


@requires(Ability.READ_EVENTS)
def board(request: HttpRequest) -> HttpResponse:
    """How this state's events stand by 7-1-7, and those that partners told of, in the alliance's order."""
    year = request.GET.get("year", "")
    page = board_page(request.user, int(year) if year.isdecimal() and len(year) == 4 else None)
    return render(request, "events/board.html", {"page": page, "tabs": list_tabs(request.user, "board")})


urlpatterns = [
    path("events/board/", board, name="board"),
    path("events/<uuid:pk>/clocks/", event_clocks, name="event_clocks"),
    path("events/<uuid:pk>/clocks/milestone/<slug:code>/", say_milestone, name="say_milestone"),
    path("events/<uuid:pk>/clocks/action/<slug:code>/", say_action, name="say_action"),
    path("events/<uuid:pk>/clocks/factor/", say_factor, name="say_factor"),
    path("events/<uuid:pk>/clocks/factor/<uuid:factor>/remove/", remove_factor, name="remove_factor"),
]
