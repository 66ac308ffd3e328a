"""The last step: what will leave is looked at, places are taken out or left in, and the question is asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.consultations import links
from tocsin.node.consultations.actions.drafting import keep
from tocsin.node.consultations.actions.submitting import submit
from tocsin.node.consultations.models import CaseDraft
from tocsin.node.consultations.pages.draft_look import draft_look
from tocsin.node.consultations.pages.draft_places import places_of, without
from tocsin.node.consultations.refusals import ActRefused, DraftChanged
from tocsin.node.consultations.views.draft_saving import as_seen, the_draft
from tocsin.node.consultations.views.draft_writing import ended, unstored
from tocsin.node.joint.refusals import Changed

__all__ = ["urlpatterns"]


@requires(Ability.CONSULT)
@unstored
def consultation_look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Exactly what will leave, to whom, and what stays."""
    draft = the_draft(request, pk)
    if draft.sent_id is not None or draft.given_up_at is not None:
        return ended(request, draft)
    return _page(request, draft)


@require_POST
@requires(Ability.CONSULT)
@unstored
def consultation_place(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A place that seems to say who the patient is: taken out, or left in because it is not the patient's."""
    draft = the_draft(request, pk)
    if draft.sent_id is not None or draft.given_up_at is not None:
        return ended(request, draft)
    places, number = places_of(draft), request.POST.get("place", "")
    version = as_seen(request, draft)
    try:
        if version != draft.version:  # by now the number may mean another place
            raise DraftChanged(draft)
        if number.isdecimal() and int(number[:6]) < len(places):
            place = places[int(number[:6])]
            leave: dict[str, Any] = {"looked_through": [*draft.looked_through, place.words]}
            said = without(draft, place) if "take_out" in request.POST else leave
            keep(draft, said, version=version, by=request.user)
    except ActRefused as refusal:
        return _page(request, the_draft(request, pk), refusal)
    return redirect(f"{reverse('consultation_look', args=[pk])}#places")


@require_POST
@requires(Ability.CONSULT)
@unstored
def consultation_submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asked; or what stands against it is said."""
    draft = the_draft(request, pk)
    if draft.sent_id is not None or draft.given_up_at is not None:
        return ended(request, draft)
    try:
        case = submit(
            draft, version=as_seen(request, draft), seen=request.POST.get("seen") or None, by=request.user
        )  # fmt: skip
    except ActRefused as refusal:
        now = the_draft(request, pk)
        if now.sent_id is not None:
            return ended(request, now)
        return _page(request, now, refusal)
    messages.success(request, _("Asked. You are told when somebody answers, and when nobody does in time."))
    return redirect(links.case(case.pk))


def _page(request: HttpRequest, draft: CaseDraft, refusal: ActRefused | None = None) -> HttpResponse:
    status = 200 if refusal is None else 409 if isinstance(refusal, DraftChanged | Changed) else 422
    shown = draft_look(draft, request.user) | {"refused": refusal, "name": "look"}
    return render(request, "consultations/draft_look.html", shown, status=status)


urlpatterns = [
    path("drafts/<uuid:pk>/look/", consultation_look, name="consultation_look"),
    path("drafts/<uuid:pk>/place/", consultation_place, name="consultation_place"),
    path("drafts/<uuid:pk>/submit/", consultation_submit, name="consultation_submit"),
]
