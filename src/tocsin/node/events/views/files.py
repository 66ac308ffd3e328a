"""Files of one event: the list, adding, handing back, removing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.files import add_file, hand_back, remove_file
from tocsin.node.events.files.kinds import KINDS
from tocsin.node.events.forms.files import FileForm, RemoveForm
from tocsin.node.events.models import Event, EventFile
from tocsin.node.events.pages.event_files import files_page
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused
from tocsin.node.events.views.finding import the_event
from tocsin.node.exports.tables import attachment
from tocsin.node.look import drafts
from tocsin.node.work.full_disk import is_full

# Should a browser show one all the same, it is a page of nobody: without scripts, forms or the node's sign-in.
SANDBOX = "sandbox; default-src 'none'"


@requires(Ability.READ_CASES)
def event_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, event: Event, *, status: int = 200, **answered: Any) -> HttpResponse:
    page = {
        "head": head(event, request.user, "event_files"),
        "page": files_page(event, request.user),
        "form": FileForm(auto_id="file_%s"),
        "draft": f"event-{event.pk}-file",
        **answered,
    }
    return render(request, "events/files.html", page, status=status)


@require_POST
@requires(Ability.WRITE_EVENTS)
def add_event_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    event, form = the_event(request, pk), FileForm(request.POST, request.FILES, auto_id="file_%s")
    status = 422
    if form.is_valid():
        given = form.cleaned_data["file"]
        try:
            made = add_file(
                event, given.chunks(), name=given.name, note_text=form.cleaned_data["note_text"], by=request.user
            )
        except ActRefused as refusal:
            form.add_error("file", str(refusal))
        except OSError as problem:
            if not is_full(problem):
                raise
            form.add_error(
                "file", _("The disk of this node is full: nothing was kept. Whoever runs the node must make room.")
            )
            status = 507
        else:
            drafts.saved(request, f"event-{pk}-file", _("“%(name)s” is added.") % {"name": made.name})
            return redirect("event_files", pk=pk)
    return _page(request, event, status=status, form=form)


@requires(Ability.READ_CASES)
def download_event_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    found = _the_file(request, pk, file)
    try:
        at = hand_back(found, by=request.user)
    except ActRefused as refusal:
        messages.error(request, str(refusal))
        return _page(request, found.event, status=410)
    kind = KINDS[found.kind]
    response = FileResponse(at.open("rb"), content_type=kind.content_type)
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return attachment(response, found.name)


@require_POST
@requires(Ability.WRITE_EVENTS)
def remove_event_file(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    found, form = _the_file(request, pk, file), RemoveForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            remove_file(found, by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("“%(name)s” is removed.") % {"name": found.name})
            return redirect("event_files", pk=pk)
    said = next(str(error) for errors in form.errors.values() for error in errors)
    messages.error(request, said)
    return _page(request, found.event, status=status)


def _the_file(request: HttpRequest, pk: UUID, file: UUID) -> EventFile:
    """Raises Http404 for what is not there, and for what is not theirs to see."""
    return get_object_or_404(
        EventFile.objects.visible_to(request.user).select_related("event__disease", "event__place"),
        pk=file, event=the_event(request, pk),
    )  # fmt: skip


urlpatterns = [
    path("events/<uuid:pk>/files/", event_files, name="event_files"),
    path("events/<uuid:pk>/files/add/", add_event_file, name="add_event_file"),
    path("events/<uuid:pk>/files/<uuid:file>/", download_event_file, name="download_event_file"),
    path("events/<uuid:pk>/files/<uuid:file>/remove/", remove_event_file, name="remove_event_file"),
]
