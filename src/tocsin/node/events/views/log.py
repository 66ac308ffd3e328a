"""The log of an event: all that happened and was done, and writing down what happened."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.axes import add_note
from tocsin.node.events.forms.keeping import NoteForm
from tocsin.node.events.models import Event
from tocsin.node.events.pages.head import head
from tocsin.node.events.pages.log import piece
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts


@requires(Ability.READ_EVENTS)
def event_log(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


@require_POST
@requires(Ability.WRITE_EVENTS)
def note_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, form = the_event(request, pk), NoteForm(request.POST)
    if form.is_valid():
        try:
            add_note(event, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, f"event-{event.pk}-note", _("It is in the log."))
            return redirect("event_log", pk=event.pk)
    return _page(request, event, form)


def _page(request: HttpRequest, event: Event, answered: NoteForm | None = None) -> HttpResponse:
    before = request.GET.get("before", "")
    said, more = piece(event, request.user, int(before) if before.isdecimal() and len(before) < 19 else None)
    page = {"head": head(event, request.user, "event_log"), "said": said, "more": more, "form": answered or NoteForm()}
    page["answered"] = answered is not None
    return render(request, "events/event_log.html", page, status=200 if answered is None else 422)


urlpatterns = [
    path("events/<uuid:pk>/log/", event_log, name="event_log"),
    path("events/<uuid:pk>/log/note/", note_event, name="note_event"),
]
