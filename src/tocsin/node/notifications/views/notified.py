"""What partners have notified: the list, one event with its versions, and what this state says to it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.events.actions.linking import link_partners_event
from tocsin.node.events.pages.list_tabs import list_tabs
from tocsin.node.look import drafts
from tocsin.node.notifications.actions.answering import acknowledge_notification, give_relevance
from tocsin.node.notifications.forms.answering import PartnersLinkForm, RelevanceForm
from tocsin.node.notifications.models import NotifiedEvent, Relevance
from tocsin.node.notifications.pages.notified_list import NotifiedFilters, notified_page, rows_of, title
from tocsin.node.notifications.pages.notified_page import notified_event_page
from tocsin.node.notifications.refusals import ActRefused
from tocsin.node.notifications.views.finding import the_notified_event


@requires(Ability.READ_EVENTS)
def notified_events(request: HttpRequest) -> HttpResponse:
    asked = NotifiedFilters(request.GET).chosen()
    page = notified_page(request.user, asked, request.GET.get("page"))
    shown = {
        "page": page,
        "rows": rows_of(page.object_list),
        "answer": title(page, asked),
        "filters": NotifiedFilters(initial=asked),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "tabs": list_tabs(request.user, "notified_events"),
        "may_ask": request.user.may(Ability.ANSWER_PARTNERS),
    }
    return render(request, "notifications/notified_events.html", shown)


@requires(Ability.READ_EVENTS)
def notified_event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ours stands with the event that it is of, if that is still here."""
    found = the_notified_event(request, pk)
    if found.event_id is not None:
        return redirect("event_partners", pk=found.event_id)
    return _page(request, found)


@require_POST
@requires(Ability.ANSWER_PARTNERS)
def acknowledge_notified(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = the_notified_event(request, pk)
    try:
        acknowledge_notification(found, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        said = _("Acknowledged. The state is told that a person here has it.")
        is_first = found.acknowledged_at is None
        messages.success(request, said if is_first else _("A person here has acknowledged it already."))
    return redirect("notified_event", pk=pk)


@require_POST
@requires(Ability.ANSWER_PARTNERS)
def give_verdict(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = the_notified_event(request, pk)
    form = RelevanceForm(request.POST, last=_last(request, found), auto_id="verdict_%s")

    def act() -> None:
        give_relevance(found, by=request.user, **form.cleaned_data)

    return _answered(request, found, "verdict", form, act, _("Signed. The state is told what we think of it."))


@require_POST
@requires(Ability.WRITE_EVENTS)
def link_notified(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what an event of ours has to do with it. The partner is not told."""
    found = the_notified_event(request, pk)
    form = PartnersLinkForm(request.POST, person=request.user, auto_id="link_%s")

    def act() -> None:
        said = form.cleaned_data
        link_partners_event(
            said["other"], origin=found.origin, partner_event=found.origin_event, name=str(found), kind=said["kind"],
            by=request.user,
        )  # fmt: skip

    return _answered(request, found, "link", form, act, _("Linked. The partner is not told of it."))


def _answered(
    request: HttpRequest, found: NotifiedEvent, name: str, form: Form, act: Callable[[], None], told: str
) -> HttpResponse:
    """Do what was asked; what cannot be done stays in sight as it was typed, below the reason."""
    status = 422
    if form.is_valid():
        try:
            act()
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            status = 409
        else:
            drafts.saved(request, f"notified-{found.pk}-{name}", told)
            return redirect("notified_event", pk=found.pk)
    return _page(request, the_notified_event(request, found.pk), status=status, **{name: form})


def _last(request: HttpRequest, found: NotifiedEvent) -> Relevance | None:
    return Relevance.objects.visible_to(request.user).filter(of=found, is_ours=True).order_by("version").last()


def _page(request: HttpRequest, found: NotifiedEvent, *, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms` are those that were just answered, as they were typed. What another said meanwhile stands above."""
    last = _last(request, found)
    if "verdict" in forms:
        again = forms["verdict"].data.copy()
        again["seen"] = last.version if last else 0
        forms["verdict"].data = again
    page = {
        "page": notified_event_page(found, request.user, request.GET.get("version", "")),
        "verdict": RelevanceForm(last=last, auto_id="verdict_%s"),
        "link": PartnersLinkForm(person=request.user, auto_id="link_%s"),
        "answered": next(iter(forms), ""),
        **forms,
    }
    return render(request, "notifications/notified_event.html", page, status=status)


urlpatterns = [
    path("events/notified/", notified_events, name="notified_events"),
    path("events/notified/<uuid:pk>/", notified_event, name="notified_event"),
    path("events/notified/<uuid:pk>/acknowledge/", acknowledge_notified, name="acknowledge_notified"),
    path("events/notified/<uuid:pk>/verdict/", give_verdict, name="give_verdict"),
    path("events/notified/<uuid:pk>/link/", link_notified, name="link_notified"),
]
