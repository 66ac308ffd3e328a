"""Travellers: the list, one of them, who it is, and ending it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.post.actions.refusals import ActRefused as ExchangeRefused
from tocsin.node.travellers.actions import answering
from tocsin.node.travellers.actions.destroying import close
from tocsin.node.travellers.actions.refusals import ActRefused
from tocsin.node.travellers.forms.acting import EventForm, OpenForm
from tocsin.node.travellers.models import Opening, Tracing
from tocsin.node.travellers.pages.lists import rows, what
from tocsin.node.travellers.pages.one import classified, page_of, person_of
from tocsin.node.travellers.views.finding import the_tracing

A_PAGE = 50
BOXES = ("theirs", "ours", "ended")


@requires(Ability.TRACE_TRAVELLERS)
def travellers(request: HttpRequest) -> HttpResponse:
    """Those of others that are open, our own, and those that ended."""
    visible = Tracing.objects.visible_to(request.user).select_related("disease", "worked_on_by")
    box = request.GET.get("box") if request.GET.get("box") in BOXES else "theirs"
    chosen = visible.exclude(destroyed_at=None) if box == "ended" else visible.open().filter(is_ours=box == "ours")
    page = Paginator(chosen, A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "rows": rows(page.object_list), "box": box, "waiting": visible.unanswered().count()}
    return render(request, "travellers/travellers.html", shown)


@never_cache
@requires(Ability.TRACE_TRAVELLERS)
def one_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything but who it is."""
    return _one(request, the_tracing(request, pk))


@never_cache
@requires(Ability.TRACE_TRAVELLERS)
def who_it_is(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who it is, once, for somebody who has just said why. Nothing leads back here but saying it again."""
    tracing = the_tracing(request, pk)
    form = OpenForm(request.POST or None)
    if request.method != "POST":
        return redirect("traveller", pk=pk)
    message = tracing.versions.without_the_person().kept().first()
    if not form.is_valid() or message is None:
        return _one(request, tracing, open_form=form if message else None)
    try:
        message = answering.open_person(message, reason=form.cleaned_data["reason"], by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("traveller", pk=pk)
    now = timezone.now()
    page = {
        "tracing": tracing, "message": message, "what": what(tracing), "who": person_of(message), "read_at": now,
        "reason": Opening.Reason(form.cleaned_data["reason"]).label,
        "classification": classified(tracing, request.user, now),
    }  # fmt: skip
    return render(request, "travellers/who.html", page)


@require_POST
@requires(Ability.TRACE_TRAVELLERS)
def work_on_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it up, or put it down."""
    tracing = the_tracing(request, pk)
    act = answering.put_down if request.POST.get("act") == "down" else answering.take_up
    return _done(request, tracing, lambda: act(tracing, by=request.user))


@require_POST
@requires(Ability.TRACE_TRAVELLERS)
def acknowledge_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    tracing = the_tracing(request, pk)
    return _done(request, tracing, lambda: answering.acknowledge(tracing, by=request.user))


@require_POST
@requires(Ability.TRACE_TRAVELLERS)
def link_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    tracing = the_tracing(request, pk)
    form = EventForm(request.POST, person=request.user)
    if not form.is_valid():
        return _one(request, tracing, event_form=form)
    event = form.cleaned_data["event"]
    return _done(request, tracing, lambda: answering.link_event(tracing, event, by=request.user))


@requires(Ability.TRACE_TRAVELLERS)
def close_traveller(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say what will happen; then do it."""
    tracing = the_tracing(request, pk)
    if request.method != "POST":
        if tracing.destroyed_at is not None:
            return redirect("traveller", pk=pk)
        return render(request, "travellers/close.html", page_of(tracing, request.user))
    return _done(request, tracing, lambda: close(tracing, by=request.user), _("Destroyed."))


def _one(request: HttpRequest, tracing: Tracing, **forms: object) -> HttpResponse:
    page = page_of(tracing, request.user)
    given = {
        "open_form": OpenForm(),
        "event_form": EventForm(person=request.user, initial={"event": tracing.event_id}),
        "may_link": request.user.may(Ability.READ_EVENTS),
        **{name: form for name, form in forms.items() if form is not None},
    }
    return render(request, "travellers/traveller.html", page | given, status=422 if forms else 200)


def _done(request: HttpRequest, tracing: Tracing, act: Callable[[], object], said: str = "") -> HttpResponse:
    try:
        act()
    except (ActRefused, ExchangeRefused) as refusal:
        messages.warning(request, str(refusal))
    else:
        if said:
            messages.success(request, said)
    return redirect("traveller", pk=tracing.pk)


urlpatterns = [
    path("travellers/", travellers, name="travellers"),
    path("travellers/<uuid:pk>/", one_traveller, name="traveller"),
    path("travellers/<uuid:pk>/who/", who_it_is, name="who_it_is"),
    path("travellers/<uuid:pk>/taken-up/", work_on_traveller, name="work_on_traveller"),
    path("travellers/<uuid:pk>/acknowledge/", acknowledge_traveller, name="acknowledge_traveller"),
    path("travellers/<uuid:pk>/event/", link_traveller, name="link_traveller"),
    path("travellers/<uuid:pk>/close/", close_traveller, name="close_traveller"),
]
