"""Saying what is known of an event, a part a page: its name, where it is, the coded facts, the texts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.facts import change_facts, change_identity
from tocsin.node.events.actions.linking import link_events, merge, unlink
from tocsin.node.events.actions.places import set_places
from tocsin.node.events.forms.facts import PARTS
from tocsin.node.events.forms.keeping import IdentityForm, LinkForm, MergeForm, PlacesForm
from tocsin.node.events.models import Event, EventLink
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused, Changed
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts


@requires(Ability.WRITE_EVENTS)
def edit_facts(request: HttpRequest, pk: UUID, part: str) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    event = the_event(request, pk)
    form = PARTS[part](request.POST or None, event=event)

    def act() -> None:
        change_facts(
            event, facts=form.facts(), texts=form.texts(), language=form.cleaned_data.get("language", ""),
            by=request.user, version=form.cleaned_data["version"],
        )  # fmt: skip

    return _edited(request, event, form, act, part, str(form.heading))


@requires(Ability.WRITE_EVENTS)
def edit_identity(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    form = IdentityForm(request.POST or None, event=event, person=request.user)

    def act() -> None:
        change_identity(event, by=request.user, **form.arguments())

    return _edited(request, event, form, act, "identity", pgettext("an event", "What it is"))


@requires(Ability.WRITE_EVENTS)
def edit_places(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    form = PlacesForm(request.POST or None, event=event, person=request.user)

    def act() -> None:
        first, others = form.first_and_others()
        set_places(event, first=first, others=others, by=request.user, version=form.cleaned_data["version"])

    return _edited(request, event, form, act, "places", _("Where it is"))


@requires(Ability.WRITE_EVENTS)
def link_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    form = LinkForm(request.POST or None, person=request.user)

    def act() -> None:
        link_events(event, form.cleaned_data["other"], kind=form.cleaned_data["kind"], by=request.user)

    return _edited(request, event, form, act, "link", _("Link it to another event"))


@requires(Ability.WRITE_EVENTS)
def unlink_event(request: HttpRequest, pk: UUID, link: int) -> HttpResponse:
    event = the_event(request, pk)
    found = EventLink.objects.filter(event=event, pk=link).first()
    if request.method == "POST" and found is not None:
        try:
            unlink(found, by=request.user)
        except ActRefused as refusal:
            drafts.messages.error(request, str(refusal))
    return redirect("event", pk=event.pk)


@requires(Ability.WRITE_EVENTS)
def merge_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    event = the_event(request, pk)
    form = MergeForm(request.POST or None, person=request.user, initial={"version": event.version})

    def act() -> None:
        said = form.cleaned_data
        merge(event, said["other"], text=said["text"], by=request.user, version=said["version"])

    return _edited(request, event, form, act, "merge", _("Have it go into another event"))


def _edited(
    request: HttpRequest, event: Event, form: Form, act: Callable[[], None], name: str, heading: str
) -> HttpResponse:  # fmt: skip
    """Show the form, or do what it says. A conflict keeps what was typed and shows how the event stands now."""
    status, draft = 200, f"event-{event.pk}-{name}"
    conflict = None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                act()
            except Changed as refusal:
                status, conflict = 409, refusal
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
            else:
                drafts.saved(request, draft, _("Saved."))
                return redirect("event", pk=event.pk)
    page: dict[str, Any] = {
        "head": head(event, request.user, "event"),
        "form": form,
        "heading": heading,
        "name": name,
        "draft": draft,
        "conflict": conflict,
        "now": the_event(request, event.pk) if conflict else None,
    }
    template = "events/measures.html" if name == "measures" else "events/edit.html"
    return render(request, template, page, status=status)


urlpatterns = [
    path("events/<uuid:pk>/identity/", edit_identity, name="edit_identity"),
    path("events/<uuid:pk>/places/", edit_places, name="edit_places"),
    path("events/<uuid:pk>/link/", link_event, name="link_event"),
    path("events/<uuid:pk>/link/<int:link>/remove/", unlink_event, name="unlink_event"),
    path("events/<uuid:pk>/merge/", merge_event, name="merge_event"),
    path("events/<uuid:pk>/facts/<slug:part>/", edit_facts, name="edit_facts"),
]
