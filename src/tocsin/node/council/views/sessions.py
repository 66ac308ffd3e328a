"""Sessions: the list, one of them, and what a button does at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.joint.sessions.state import Status
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.naming import names
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions import session_attending, session_convening
from tocsin.node.council.pages.session_page import session_page
from tocsin.node.council.pages.sessions_list import SessionFilters, rows_of, sessions_page, title
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.session_reading import session_here
from tocsin.node.council.views.paper_gate import may_take_along
from tocsin.node.council.views.session_finding import the_row, the_session
from tocsin.node.joint.arranging import arrangement_of
from tocsin.node.joint.refusals import ActRefused

__all__ = ["urlpatterns"]


@requires(Ability.READ_COUNCIL)
def sessions(request: HttpRequest) -> HttpResponse:
    """Those still to come first."""
    asked = SessionFilters(request.GET).chosen()
    page = sessions_page(request.user, asked, request.GET.get("page"))
    shown = {
        "page": page, "rows": rows_of(page.object_list), "answer": title(request.user, page, asked),
        "filters": SessionFilters(initial=asked), "asked": asked, "is_filtered": any(asked.values()),
        "tabs": tabs("sessions"), "may_convene": request.user.may(Ability.DECIDE),
    }  # fmt: skip
    return render(request, "council/sessions.html", shown)


@requires(Ability.READ_COUNCIL)
def one_session(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All of one."""
    row = the_row(request, pk)
    of, arrangement = row.of, arrangement_of(row.of)
    if session_here(of, arrangement).status is Status.NONE:
        shown = {"row": row, "owner": names([of.origin])[of.origin], "exercise": of.is_exercise}
        return render(request, "council/session_void.html", shown)
    language = request.GET.get("language", "")[:12]
    page = session_page(of, arrangement, request.user, now=timezone.now(), language=language)
    shown = {"page": page, "exercise": of.is_exercise, "may_take_along": may_take_along(request.user)}
    return render(request, "council/session.html", shown)


@require_POST
@requires(Ability.PREPARE_COUNCIL)
def session_open(request: HttpRequest, pk: UUID) -> HttpResponse:
    of, seen = the_session(request, pk), _seen(request)
    return _done(
        request, of, lambda: session_convening.open_session(of, seen=seen, by=request.user), _("The session is open.")
    )


@require_POST
@requires(Ability.PREPARE_COUNCIL)
def session_close(request: HttpRequest, pk: UUID) -> HttpResponse:
    of, seen = the_session(request, pk), _seen(request)
    return _done(
        request, of, lambda: session_convening.close(of, seen=seen, by=request.user), _("The session is closed.")
    )


@require_POST
@requires(Ability.PREPARE_COUNCIL)
def take_up_item(request: HttpRequest, pk: UUID, item: str) -> HttpResponse:
    of = the_session(request, pk)
    return _done(request, of, lambda: session_convening.take_up(of, item=item, by=request.user), _("Taken up."))


@require_POST
@requires(Ability.DECIDE)
def session_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes that the person had before them: others that came meanwhile are refused by the rules."""
    of, seen = the_session(request, pk), _seen(request)
    minutes = session_here(of).minutes
    number = minutes[-1].number if minutes else 1
    said = _("Approved in the state’s name.")
    return _done(
        request, of, lambda: session_attending.approve_minutes(of, number=number, seen=seen, by=request.user), said
    )


def _seen(request: HttpRequest) -> str | None:
    return request.POST.get("seen") or None


def _done(request: HttpRequest, of: Any, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except ActRefused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("session", pk=of.pk)


urlpatterns = [
    path("council/sessions/", sessions, name="sessions"),
    path("council/sessions/<uuid:pk>/", one_session, name="session"),
    path("council/sessions/<uuid:pk>/open/", session_open, name="session_open"),
    path("council/sessions/<uuid:pk>/close/", session_close, name="session_close"),
    path("council/sessions/<uuid:pk>/items/<slug:item>/take-up/", take_up_item, name="take_up_item"),
    path("council/sessions/<uuid:pk>/minutes/approve/", session_approve, name="session_approve"),
]
