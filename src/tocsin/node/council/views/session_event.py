"""The tab “Council” of an event."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.pages.session_event_tab import council_tab
from tocsin.node.council.views.session_finding import the_event
from tocsin.node.events.pages.head import head

__all__ = ["urlpatterns"]


@requires(Ability.READ_COUNCIL)
@requires(Ability.READ_EVENTS)
def event_council(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    tab = council_tab(event, request.user, timezone.now())
    shown = {"head": head(event, request.user, "event_council"), "tab": tab}
    return render(request, "council/event_council.html", shown)


urlpatterns = [path("events/<uuid:pk>/council/", event_council, name="event_council")]
