"""Papers of a session to be printed or edited: agenda, brief, minutes; and the brief of an event as it is now."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import get_language

from tocsin.node.alliance import audit
from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.actions.calling import calls_of
from tocsin.node.council.pages.brief import brief_of
from tocsin.node.council.pages.session_papers import PAPERS, event_brief_paper
from tocsin.node.council.pages.session_words import in_reader_language
from tocsin.node.council.session_reading import session_here
from tocsin.node.council.views.paper_gate import may_take_along, takes_along
from tocsin.node.council.views.session_finding import the_event, the_session
from tocsin.node.events.pages.curve import curve_chart
from tocsin.node.events.pages.head import head
from tocsin.node.events.serials import serial
from tocsin.node.exports.papers import FORMATS, download
from tocsin.node.exports.tables import ExportRefused, refusal

__all__ = ["urlpatterns"]


@requires(Ability.READ_COUNCIL)
def session_brief(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The brief as it was sent, in the reader's language or another."""
    of = the_session(request, pk)
    session = session_here(of)
    if not session.brief:
        return redirect("session", pk=of.pk)
    wanted = request.GET.get("language", "")
    text = session.brief.get(wanted) or in_reader_language(session.brief)
    title, _gap, rest = text.partition("\n\n")
    shown = {
        "of": of, "title": title, "blocks": [block.split("\n") for block in rest.split("\n\n") if block.strip()],
        "session": in_reader_language(session.title), "languages": sorted(session.brief), "exercise": of.is_exercise,
    }  # fmt: skip
    return render(request, "council/session_brief.html", shown)


@takes_along
def session_paper(request: HttpRequest, pk: UUID, paper: str, language: str, format: str) -> HttpResponse:
    """`paper`: agenda, brief, minutes; `format`: pdf, docx; in one of the three languages."""
    of = the_session(request, pk)
    session = session_here(of)
    there = {"agenda": True, "brief": bool(session.brief), "minutes": bool(session.minutes)}
    if language not in dict(settings.LANGUAGES) or not there.get(paper) or format not in FORMATS:
        raise Http404
    with translation.override(language):
        page = PAPERS[paper](of, session, made_at=timezone.now())
        day = f"{session.starts_at:%Y-%m-%d}" if session.starts_at else ""
        try:
            made = download(page, format, language=language, name=f"{session.body}-{day}-{paper}-{language}")
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("session.exported", of, by=request.user, paper=paper, language=language, format=format)
    return made


@requires(Ability.READ_COUNCIL)
@requires(Ability.READ_EVENTS)
def event_brief(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An event of ours on one page, as a session would be given it now."""
    event = the_event(request, pk)
    call = next(calls_of([event]), None)
    shown = {
        "head": head(event, request.user, "event_council"), "brief": brief_of(event, request.user),
        "curve": curve_chart(event), "call": call, "may_convene": request.user.may(Ability.DECIDE),
        "language": get_language() or "en", "may_take_along": may_take_along(request.user),
    }  # fmt: skip
    return render(request, "council/event_brief.html", shown)


@requires(Ability.READ_EVENTS)
@takes_along
def event_brief_pdf(request: HttpRequest, pk: UUID, language: str) -> HttpResponse:
    event = the_event(request, pk)
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        brief = brief_of(event, request.user, is_sent=True)
        paper = event_brief_paper(event, brief, made_at=timezone.now(), made_by=request.user.name)
        try:
            made = download(paper, "pdf", language=language, name=f"brief-{serial(event)}-{language}")
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        audit.record("brief.exported", event, by=request.user, language=language)
    return made


urlpatterns = [
    path("council/sessions/<uuid:pk>/brief/", session_brief, name="session_brief"),
    path(
        "council/sessions/<uuid:pk>/papers/<slug:paper>/<slug:language>/<slug:format>/", session_paper,
        name="session_paper",
    ),
    path("events/<uuid:pk>/brief/", event_brief, name="event_brief"),
    path("events/<uuid:pk>/brief/<slug:language>/pdf/", event_brief_pdf, name="event_brief_pdf"),
]  # fmt: skip
