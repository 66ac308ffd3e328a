"""One event: how it stands, its timeline, and what a person does with it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.axes import set_lead, set_response, set_verification
from tocsin.node.events.actions.counts import report_counts
from tocsin.node.events.forms.keeping import CountsForm, LeadForm, MoveForm
from tocsin.node.events.models import Event
from tocsin.node.events.pages import event_page
from tocsin.node.events.pages.estimates import estimates_shown
from tocsin.node.events.pages.head import head
from tocsin.node.events.refusals import ActRefused, Changed
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts

AXES = {"verification": set_verification, "response": set_response}


@requires(Ability.READ_EVENTS)
def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, the_event(request, pk))


def _page(request: HttpRequest, found: Event, *, status: int = 200, **forms: Form) -> HttpResponse:
    """The overview; `forms` are those that were just answered, as they were typed."""
    page = {
        "head": head(found, request.user, "event"),
        "overview": event_page.overview(found, request.user),
        "estimates": estimates_shown(found, request.user),
        "counts_form": CountsForm(event=found, auto_id="counts_%s"),
        "lead_form": LeadForm(event=found, auto_id="lead_%s"),
        "moves": _moves(found, forms),
        "answered": next(iter(forms), ""),
        **forms,
    }
    return render(request, "events/event.html", page, status=status)


def _moves(found: Event, answered: dict[str, Form]) -> list[dict[str, Any]]:
    """What may be said of each axis now."""
    offered = []
    for axis in AXES:
        form = answered.get(axis) or MoveForm(event=found, axis=axis, auto_id=f"{axis}_%s")
        if form.fields["state"].choices:
            offered.append({"axis": axis, "form": form, "draft": f"event-{found.pk}-{axis}"})
    return offered


def _answer(
    request: HttpRequest, found: Event, name: str, form: Form, act: Callable[[], Any], told: str
) -> HttpResponse:
    """Do what was asked; what cannot be done stays in sight as it was typed, below the reason."""
    status = 422
    if form.is_valid():
        try:
            act()
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Changed) else 422
        else:
            drafts.saved(request, f"event-{found.pk}-{name}", told)
            return redirect("event", pk=found.pk)
    return _page(request, the_event(request, found.pk), status=status, **{name: form})


@require_POST
@requires(Ability.WRITE_EVENTS)
def count_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = the_event(request, pk)
    form = CountsForm(request.POST, event=found, auto_id="counts_%s")

    def act() -> None:
        said = form.cleaned_data
        report_counts(found, as_of=said["as_of"], counts=form.counts(), by=request.user, version=said["version"])

    return _answer(request, found, "counts_form", form, act, _("The counts are saved."))


@require_POST
@requires(Ability.WRITE_EVENTS)
def lead_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = the_event(request, pk)
    form = LeadForm(request.POST, event=found, auto_id="lead_%s")
    return _answer(
        request, found, "lead_form", form, lambda: set_lead(found, form.person(), by=request.user), _("Saved.")
    )


@require_POST
@requires(Ability.WRITE_EVENTS)
def move_event(request: HttpRequest, pk: UUID, axis: str) -> HttpResponse:
    if axis not in AXES:
        raise Http404
    found = the_event(request, pk)
    form = MoveForm(request.POST, event=found, axis=axis, auto_id=f"{axis}_%s")

    def act() -> None:
        said = form.cleaned_data
        AXES[axis](found, said["state"], text=said["text"], by=request.user, version=said["version"])

    return _answer(request, found, axis, form, act, _("Saved."))


urlpatterns = [
    path("events/<uuid:pk>/", event, name="event"),
    path("events/<uuid:pk>/counts/", count_event, name="count_event"),
    path("events/<uuid:pk>/lead/", lead_event, name="lead_event"),
    path("events/<uuid:pk>/move/<slug:axis>/", move_event, name="move_event"),
]
