"""What is estimated of an event as a file."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.estimates.pages.files import COLUMNS, rows_of
from tocsin.node.events.models import EventEstimate
from tocsin.node.events.pages.figures import named
from tocsin.node.events.serials import serial
from tocsin.node.events.views.finding import the_event
from tocsin.node.exports.columns import Table
from tocsin.node.exports.tables import respond
from tocsin.node.surveillance.pages.exporting import audited, frame


@requires(Ability.READ_EVENTS)
@requires(Ability.EXPORT)
def event_estimate_export(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    event = the_event(request, pk)
    one = get_object_or_404(EventEstimate.objects.visible_to(request.user), event=event)
    if one.payload is None:
        raise Http404
    table = Table(
        title=_("Estimates: %(series)s") % {"series": named(event)},
        columns=COLUMNS,
        rows=rows_of(one.payload),
        filename=f"estimates {serial(event)}",
        **frame(event),
    )
    return audited(request, "event.estimates_exported", respond(request, table, kind), event, kind=kind)


urlpatterns = [
    path("events/<uuid:pk>/estimates/export.<str:kind>", event_estimate_export, name="event_estimate_export"),
]
