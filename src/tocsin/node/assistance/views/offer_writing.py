"""An offer while it is made ready: begun beside the request, or from an entry of our register; changed later."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.alliance_file import here
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.drafting import change_draft, make_offer_draft
from tocsin.node.assistance.building.drafts import problems_of
from tocsin.node.assistance.building.shapes import OFFER, shaped
from tocsin.node.assistance.forms.offers import OfferForm, as_lines, from_register, offer_initial, offer_rows
from tocsin.node.assistance.models import Capability, OfferDraft
from tocsin.node.assistance.pages.draft_problems import problems_shown
from tocsin.node.assistance.pages.said import titled
from tocsin.node.assistance.pages.suggestions import suggestions
from tocsin.node.assistance.reading import day_in, request_here
from tocsin.node.assistance.refusals import ActRefused, DraftChanged
from tocsin.node.assistance.views.draft_writing import ended
from tocsin.node.assistance.views.finding import the_offer_draft, the_request
from tocsin.node.joint.models import JointObject
from tocsin.node.look import drafts

__all__ = ["urlpatterns"]

PREPARES = (Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE)


@requires(*PREPARES)
def assistance_offer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin an offer to a request of another state."""
    of = the_request(request, pk)
    now = request_here(of)
    if of.is_ours or now.asked is None:
        messages.warning(request, _("This state asks for this assistance and cannot offer it to itself."))
        return redirect("assistance_request", pk=pk)
    head, lines = _from_register(request)
    begun = shaped({"available_from": day_in(timezone.now()).isoformat(), **head}, OFFER)
    form = OfferForm(request.POST or None, initial=offer_initial(begun))
    rows = offer_rows(request.POST or None, now, lines)
    if request.method == "POST":
        if not all([form.is_valid(), rows.is_valid()]):
            return _page(request, of, None, form, rows, status=422)
        try:
            draft = make_offer_draft(of, said=form.said() | {"lines": as_lines(rows)}, by=request.user)
        except ActRefused as refusal:
            form.add_error(None, str(refusal))
            return _page(request, of, None, form, rows, status=422)
        drafts.saved(request, _name(of, None), _("Begun. Nobody outside this state knows of it."))
        return _onwards(request, draft)
    return _page(request, of, None, form, rows)


def _from_register(request: HttpRequest) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    entry, item = request.GET.get("entry", "")[:24], request.GET.get("item", "")[:24]
    known = Capability.objects.visible_to(request.user).filter(is_ours=True, state=here().code, entry=entry)
    found = known.first() if entry and item else None
    return from_register(item, found) if found is not None else ({}, [])


@require_POST
@requires(*PREPARES)
def assistance_change_offer(request: HttpRequest, pk: UUID, origin: str, offer: str) -> HttpResponse:
    """Begin what a standing offer of ours is to say instead; one that is begun already is gone on with."""
    of = the_request(request, pk)
    begun = OfferDraft.objects.visible_to(request.user).open().filter(request=of, offer=offer).first()
    try:
        if origin != here().code:
            raise ActRefused(_("There is no such offer of ours. It may not be in the order of the request yet."))
        draft = begun or make_offer_draft(of, offer=offer, by=request.user)
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
        return redirect("assistance_request", pk=pk)
    return redirect("assistance_offer_draft", pk=draft.pk)


@requires(*PREPARES)
def assistance_offer_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The editor; posted, all of it is kept."""
    draft = the_offer_draft(request, pk)
    if not draft.is_open:
        return ended(request, draft)
    of = draft.request
    form = OfferForm(request.POST or None, initial=offer_initial(draft.said, version=draft.version))
    rows = offer_rows(request.POST or None, request_here(of), draft.said["lines"])
    if request.method != "POST":
        return _page(request, of, draft, form, rows)
    if not all([form.is_valid(), rows.is_valid()]):
        return _page(request, of, draft, form, rows, status=422)
    return _kept(request, draft, form, rows)


def _kept(request: HttpRequest, draft: OfferDraft, form: OfferForm, rows: Any) -> HttpResponse:
    of = draft.request
    try:
        version = form.cleaned_data["version"] or 0
        change_draft(draft, version=version, said=form.said() | {"lines": as_lines(rows)}, by=request.user)
    except DraftChanged as refusal:
        if not refusal.draft.is_open:
            return ended(request, refusal.draft)
        form.data = form.data.copy()
        form.data["version"] = str(refusal.draft.version)
        return _page(request, of, the_offer_draft(request, draft.pk), form, rows, conflict=refusal, status=409)
    except ActRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, of, draft, form, rows, status=422)
    drafts.saved(request, _name(of, draft), _("Kept. Nothing has left the state."))
    return _onwards(request, draft)


def _onwards(request: HttpRequest, draft: OfferDraft) -> HttpResponse:
    return redirect("assistance_offer_draft_look" if "look" in request.POST else "assistance_offer_draft", pk=draft.pk)


def _name(of: JointObject, draft: OfferDraft | None) -> str:
    return f"assistance-offer-{draft.pk}" if draft else f"assistance-offer-new-{of.pk}"


def _page(
    request: HttpRequest,
    of: JointObject,
    draft: OfferDraft | None,
    form: OfferForm,
    rows: Any,
    *,
    conflict: ActRefused | None = None,
    status: int = 200,
) -> HttpResponse:
    now = request_here(of)
    page = {
        "of": of, "draft": draft, "form": form, "rows": rows, "conflict": conflict, "is_wrong": status == 422,
        "name": _name(of, draft), "title": titled(of.assistance_request.title), "exercise": of.is_exercise,
        "problems": problems_shown(problems_of(draft)) if draft and request.method != "POST" else [],
        "suggestions": suggestions(of, now, request.user) if request.method != "POST" and draft is None else [],
    }  # fmt: skip
    return render(request, "assistance/offer.html", page, status=status)


urlpatterns = [
    path("assistance/requests/<uuid:pk>/offer/", assistance_offer, name="assistance_offer"),
    path(
        "assistance/requests/<uuid:pk>/offers/<slug:origin>/<slug:offer>/change/", assistance_change_offer,
        name="assistance_change_offer",
    ),
    path("assistance/offers/drafts/<uuid:pk>/", assistance_offer_draft, name="assistance_offer_draft"),
]  # fmt: skip
