"""The shift log, handing a shift over and taking it over."""

import re
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.actions.people import ActRefused
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.duty.actions import log as acts
from tocsin.node.duty.forms.log import EntryForm, HandoverForm
from tocsin.node.duty.links import linked
from tocsin.node.duty.models import Handover, LogEntry
from tocsin.node.duty.open_items import as_kept, open_items
from tocsin.node.duty.pages.log import entries_shown
from tocsin.node.look import drafts

A_PAGE = 50
ABOUT = re.compile(r"([a-z][a-z-]{1,39}):([A-Za-z0-9-]{1,80})")


@requires(Ability.STAND_DUTY)
def shift_log(request: HttpRequest) -> HttpResponse:
    """What was written, latest first; and writing. `?about=alert:…` says what the new entry is about."""
    about_type, about_id = _about(request)
    form = EntryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.write_entry(by=request.user, about_type=about_type, about_id=about_id, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, "shift-log", _("It is in the shift log."))
            return redirect("shift_log")
    visible = LogEntry.objects.visible_to(request.user)
    page = Paginator(visible.select_related("by"), A_PAGE).get_page(request.GET.get("page"))
    about = linked([(about_type, about_id)]).get((about_type, about_id)) if about_type else None
    handovers = Handover.objects.visible_to(request.user).select_related("outgoing", "accepted_by")
    return render(
        request,
        "duty/log.html",
        {
            "form": form,
            "page": page,
            "entries": entries_shown(page.object_list),
            "about": about,
            "handovers": handovers[:10],
            "may_hand_over": acts.shift_to_hand_over(request.user, timezone.now()) is not None,
        },
        status=422 if form.errors else 200,
    )


@requires(Ability.STAND_DUTY)
def hand_over(request: HttpRequest) -> HttpResponse:
    """Write a hand-over: what is open is shown as it will be kept."""
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = acts.hand_over(by=request.user, **form.cleaned_data)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            drafts.saved(request, "hand-over", _("Handed over. It counts once the next person has taken it over."))
            return redirect("handover", pk=made.pk)
    shift = acts.shift_to_hand_over(request.user, timezone.now())
    page = {"form": form, "items": open_items(request.user), "shift": shift}
    return render(request, "duty/hand_over.html", page, status=422 if form.errors else 200)


@requires(Ability.STAND_DUTY)
def handover(request: HttpRequest, pk: UUID) -> HttpResponse:
    one = _visible(request, pk)
    may_accept = one.accepted_at is None and one.outgoing_id != request.user.pk
    page = {"one": one, "items": as_kept(one.open_items), "may_accept": may_accept}
    return render(request, "duty/handover.html", page)


@require_POST
@requires(Ability.STAND_DUTY)
def accept_handover(request: HttpRequest, pk: UUID) -> HttpResponse:
    try:
        acts.accept_handover(_visible(request, pk), by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("You have taken the shift over."))
    return redirect("handover", pk=pk)


def _visible(request: HttpRequest, pk: UUID) -> Handover:
    visible = Handover.objects.visible_to(request.user).select_related("outgoing", "accepted_by")
    return get_object_or_404(visible, pk=pk)


def _about(request: HttpRequest) -> tuple[str, str]:
    found = ABOUT.fullmatch(request.GET.get("about", ""))
    return (found[1], found[2]) if found else ("", "")


urlpatterns = [
    path("duty/log/", shift_log, name="shift_log"),
    path("duty/hand-over/", hand_over, name="hand_over"),
    path("duty/hand-over/<uuid:pk>/", handover, name="handover"),
    path("duty/hand-over/<uuid:pk>/accept/", accept_handover, name="accept_handover"),
]
