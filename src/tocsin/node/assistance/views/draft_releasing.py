"""What would leave of a draft: submitted by one person, released by another, given back, given up."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.assistance.actions.drafting import discard_draft, send_back, submit
from tocsin.node.assistance.actions.releasing import release_offer, release_request
from tocsin.node.assistance.models import OfferDraft
from tocsin.node.assistance.pages.draft_look import offer_look, request_look
from tocsin.node.assistance.refusals import ActRefused, DraftChanged
from tocsin.node.assistance.views.draft_writing import ended
from tocsin.node.assistance.views.finding import the_draft, the_offer_draft

__all__ = ["urlpatterns"]

PREPARES = (Ability.KEEP_ASSISTANCE, Ability.RELEASE_ASSISTANCE)
RELEASES = Ability.RELEASE_ASSISTANCE
Finding = Callable[[HttpRequest, UUID], Any]
Looking = Callable[..., dict[str, Any]]


def _look(finding: Finding, looking: Looking) -> Callable[..., HttpResponse]:
    @requires(*PREPARES)
    def look(request: HttpRequest, pk: UUID) -> HttpResponse:
        draft = finding(request, pk)
        if not draft.is_open:
            return ended(request, draft)
        return render(request, "assistance/draft_look.html", looking(draft, request.user) | _addresses(draft))

    return look


def _acts(
    finding: Finding, looking: Looking, act: Callable[..., Any], told: Callable[[], str], then: str, *needs: Ability
) -> Callable[..., HttpResponse]:  # fmt: skip
    """A button of that page: done if the draft still is what the person saw; else the page says what has changed."""

    @require_POST
    @requires(*needs)
    def acted(request: HttpRequest, pk: UUID) -> HttpResponse:
        draft = finding(request, pk)
        if not draft.is_open:
            return ended(request, draft)
        try:
            made = act(request, draft)
        except DraftChanged as refusal:
            if not refusal.draft.is_open:
                return ended(request, finding(request, pk))
            return _refused(request, finding(request, pk), looking, refusal)
        except ActRefused as refusal:
            return _refused(request, finding(request, pk), looking, refusal)
        messages.success(request, told())
        return redirect("assistance") if then == "assistance" else _then(then, draft, made)

    return acted


def _refused(request: HttpRequest, draft: Any, looking: Looking, why: ActRefused) -> HttpResponse:
    page = looking(draft, request.user) | _addresses(draft) | {"refused": str(why)}
    return render(request, "assistance/draft_look.html", page, status=409 if isinstance(why, DraftChanged) else 422)


def _then(then: str, draft: Any, made: Any) -> HttpResponse:
    if then == "request":
        return redirect("assistance_request", pk=getattr(made, "of_id", None) or made.pk)
    return redirect(_names(draft)[then], pk=draft.pk)


def _names(draft: Any) -> dict[str, str]:
    begin = "assistance_offer_draft" if isinstance(draft, OfferDraft) else "assistance_draft"
    return {
        "draft": begin, "look": f"{begin}_look", "submit": f"{begin}_submit", "release": f"{begin}_release",
        "send_back": f"{begin}_send_back", "discard": f"{begin}_discard",
    }  # fmt: skip


def _addresses(draft: Any) -> dict[str, Any]:
    return {"names": _names(draft), "is_offer": isinstance(draft, OfferDraft)}


def _version(request: HttpRequest) -> int:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else 0


def _submit(request: HttpRequest, draft: Any) -> Any:
    return submit(draft, version=_version(request), by=request.user)


def _release_request(request: HttpRequest, draft: Any) -> Any:
    seen = request.POST.get("seen") or None
    return release_request(draft, version=_version(request), seen=seen if draft.amends_id else None, by=request.user)


def _release_offer(request: HttpRequest, draft: Any) -> Any:
    return release_offer(draft, version=_version(request), seen=request.POST.get("seen") or None, by=request.user)


def _send_back(request: HttpRequest, draft: Any) -> Any:
    return send_back(draft, version=_version(request), reason=request.POST.get("reason", ""), by=request.user)


def _discard(request: HttpRequest, draft: Any) -> Any:
    return discard_draft(draft, version=_version(request), by=request.user)


def _submitted() -> str:
    return _("Submitted. Whoever else may release it was asked to.")


def _sent() -> str:
    return _("Signed, and on its way.")


def _given_back() -> str:
    return _("Given back. Whoever submitted it reads why.")


def _given_up() -> str:
    return _("The draft is given up. Nothing was sent.")


def _of(begin: str, where: str, finding: Finding, looking: Looking, release: Any) -> list[Any]:
    both = finding, looking
    return [
        path(f"{where}look/", _look(*both), name=f"{begin}_look"),
        path(f"{where}submit/", _acts(*both, _submit, _submitted, "look", *PREPARES), name=f"{begin}_submit"),
        path(f"{where}release/", _acts(*both, release, _sent, "request", RELEASES), name=f"{begin}_release"),
        path(f"{where}send-back/", _acts(*both, _send_back, _given_back, "look", RELEASES), name=f"{begin}_send_back"),
        path(
            f"{where}discard/", _acts(*both, _discard, _given_up, "assistance", *PREPARES), name=f"{begin}_discard"
        ),
    ]  # fmt: skip


urlpatterns = [
    *_of("assistance_draft", "assistance/drafts/<uuid:pk>/", the_draft, request_look, _release_request),
    *_of("assistance_offer_draft", "assistance/offers/drafts/<uuid:pk>/", the_offer_draft, offer_look, _release_offer),
]
