"""The list of this state's events, and opening one."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.opening import join_thread, open_event
from tocsin.node.events.forms.opening import OpenEventForm
from tocsin.node.events.models import Event
from tocsin.node.events.pages.event_list import EventFilters, events_page, rows_of, title
from tocsin.node.events.pages.figures import answer
from tocsin.node.events.pages.list_tabs import list_tabs
from tocsin.node.events.refusals import ActRefused
from tocsin.node.look import drafts
from tocsin.node.surveillance.models import Signal, Thread

DRAFT = "open-event"
NEAR = 5  # open events of the same disease that a new one is asked about


@requires(Ability.READ_EVENTS)
def event_list(request: HttpRequest) -> HttpResponse:
    filters = EventFilters(request.GET)
    asked = filters.chosen()
    page = events_page(request.user, asked, request.GET.get("page"))
    return render(
        request,
        "events/events.html",
        {
            "page": page,
            "rows": rows_of(page.object_list),
            "answer": title(page, asked),
            "filters": EventFilters(initial=asked),
            "asked": asked,
            "is_filtered": any(value for name, value in asked.items() if name != "sort"),
            "tabs": list_tabs(request.user, "events"),
            "may_write": request.user.may(Ability.WRITE_EVENTS),
        },
    )


@requires(Ability.WRITE_EVENTS)
def new_event(request: HttpRequest) -> HttpResponse:
    """Open an event; `?thread=` names the thread of signals that it comes from."""
    thread = _thread(request)
    form = OpenEventForm(request.POST or None, person=request.user, initial=_initial(thread))
    if request.method == "POST" and form.is_valid():
        try:
            made = open_event(threads=[thread] if thread else [], by=request.user, **form.arguments())
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, DRAFT, _("The event is open. Nothing has left the state."))
            return redirect("event", pk=made.pk)
    page = {"form": form, "thread": thread, "near": _near(request, thread), "draft": DRAFT}
    return render(request, "events/new_event.html", page, status=422 if form.errors else 200)


@requires(Ability.WRITE_EVENTS)
def join_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a thread of signals tells of an event that is open already."""
    thread = _thread(request)
    found = Event.objects.visible_to(request.user).filter(pk=pk).first()
    if request.method != "POST" or thread is None or found is None:
        return redirect("events")
    try:
        join_thread(found, thread, by=request.user)
    except ActRefused as refusal:
        drafts.messages.error(request, str(refusal))
    return redirect("event", pk=found.pk)


def _thread(request: HttpRequest) -> Thread | None:
    try:
        key = UUID(request.GET.get("thread", ""))
    except ValueError:
        return None
    visible = Thread.objects.visible_to(request.user).select_related("disease", "place", "headline_place")
    return visible.filter(pk=key).first()


def _initial(thread: Thread | None) -> dict[str, Any]:
    if thread is None:
        return {}
    told = thread.signals.exclude(kind__in=Signal.BY_MACHINE).exclude(cases=None).order_by("-found_at").first()
    counted = {"suspected": told.cases, "deaths": told.deaths} if told is not None else {}
    return {"disease": thread.disease_id, "place": (thread.headline_place or thread.place).pk, **counted}


def _near(request: HttpRequest, thread: Thread | None) -> list[tuple[Event, str]]:
    """Open events that the thread may tell of instead."""
    if thread is None or thread.disease_id is None:
        return []
    open_now = Event.objects.visible_to(request.user).standing().exclude(response=Event.Response.CLOSED)
    # What is an exercise and what is not never become one.
    alike = open_now if here().is_exercise else open_now.filter(is_exercise=thread.is_exercise)
    found = alike.filter(disease=thread.disease_id).select_related("disease", "place")[:NEAR]
    return [(event, answer(event)) for event in found]


urlpatterns = [
    path("events/", event_list, name="events"),
    path("events/new/", new_event, name="new_event"),
    path("events/<uuid:pk>/join/", join_event, name="join_event"),
]
