"""The tab “Assistance” of an event."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.pages.event_tab import ask_url, assistance_tab
from tocsin.node.events.pages.head import head
from tocsin.node.events.views.finding import the_event

__all__ = ["urlpatterns"]


@requires(Ability.READ_EVENTS)
@requires(Ability.READ_ASSISTANCE)
def event_assistance(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    shown = {
        "head": head(event, request.user, "event_assistance"), "tab": assistance_tab(event, request.user),
        "ask_url": ask_url(event),
    }  # fmt: skip
    return render(request, "assistance/event_assistance.html", shown)


urlpatterns = [path("events/<uuid:pk>/assistance/", event_assistance, name="event_assistance")]
