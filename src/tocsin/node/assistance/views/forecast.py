"""A request from the forecast of an event: what is assumed, what it comes to, and a draft of it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.joint.assistance.units import Packing
from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.drafting import make_request_draft
from tocsin.node.assistance.building.requests import item_name
from tocsin.node.assistance.demand import suggest_items
from tocsin.node.assistance.forms.forecast import ForecastForm
from tocsin.node.assistance.pages.quantities import inside, quantity
from tocsin.node.assistance.pages.request_items import basis_in_words
from tocsin.node.assistance.refusals import ActRefused, InvalidInput
from tocsin.node.events.models import Event
from tocsin.node.events.pages.figures import answer
from tocsin.node.events.views.finding import the_event
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]


@requires(Ability.READ_EVENTS)
@requires(Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE)
def assistance_from_forecast(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is assumed is looked at first, with what it comes to; then a draft is made of that."""
    event = the_event(request, pk)
    form = ForecastForm(request.POST or None)
    items: tuple[dict[str, Any], ...] | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                items = suggest_items(event, **form.arguments())
                if "take" in request.POST:
                    return _made(request, event, items)
                status = 200
            except InvalidInput as refusal:
                for problem in refusal.problems:
                    name = problem.field.rpartition(".")[2]
                    form.add_error(name if name in form.fields else None, problem.message)
            except ActRefused as refusal:
                form.add_error(None, str(refusal))
    shown = {
        "event": event, "about": answer(event), "form": form, "status": status, "is_reckoned": items is not None,
        "items": [_shown(one) for one in items or ()], "name": f"assistance-forecast-{pk}",
    }  # fmt: skip
    return render(request, "assistance/from_forecast.html", shown, status=status)


def _made(request: HttpRequest, event: Event, items: tuple[dict[str, Any], ...]) -> HttpResponse:
    said = {
        "title": {get_language() or "en": _("Help for: %(event)s") % {"event": event}},
        "event": {"origin": here().code, "id": str(event.pk)}, "items": [dict(one) for one in items],
    }  # fmt: skip
    draft = make_request_draft(said=said, by=request.user)
    drafts.saved(request, f"assistance-forecast-{event.pk}", _("Begun. Nobody outside this state knows of it."))
    return redirect("assistance_draft", pk=draft.pk)


def _shown(one: dict[str, Any]) -> dict[str, str]:
    packing = Packing(one["unit"], one["pack_size"])
    return {
        "name": item_name(one), "quantity": quantity(one["quantity"], packing),
        "comes_to": inside(one["quantity"], packing), "basis": basis_in_words(one["basis"]),
    }  # fmt: skip


urlpatterns = [
    path("assistance/drafts/new/forecast/<uuid:pk>/", assistance_from_forecast, name="assistance_from_forecast"),
]
