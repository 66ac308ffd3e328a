"""A decision on paper, and as a file that proves itself: what there is to take along, and taking it."""

from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from tocsin.joint.decisions.state import Version
from tocsin.node.alliance import audit
from tocsin.node.council.actions import sealed
from tocsin.node.council.exporting.paper_decision import decision_paper
from tocsin.node.council.pages.decision_page import Reading
from tocsin.node.council.pages.paper_choices import ALL, file_name, papers_page
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.views.decision_finding import the_decision
from tocsin.node.council.views.paper_gate import takes_along
from tocsin.node.exports.papers import FORMATS, download
from tocsin.node.exports.tables import ExportRefused, attachment, refusal


@takes_along
def decision_papers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What there is to take along."""
    return _papers(request, the_decision(request, pk))


def _papers(request: HttpRequest, reading: Reading, *, problem: str = "", status: int = 200) -> HttpResponse:
    page = {"page": papers_page(reading), "problem": problem, "tabs": tabs("decisions")}
    return render(request, "council/papers.html", page, status=status)


@takes_along
def decision_as_paper(request: HttpRequest, pk: UUID, language: str, format: str) -> HttpResponse:
    """In one language that the text has, or in all that are official; of the last version, or another."""
    reading = the_decision(request, pk)
    decision, version = reading.decision, _version(reading, request.GET.get("version", ""))
    there = {*version.text.languages, *decision.official}
    if format not in FORMATS or (language != ALL and language not in there):
        raise Http404
    languages = decision.official if language == ALL else (language,)
    around = language if language in dict(settings.LANGUAGES) else get_language() or "en"
    with translation.override(around):
        page = decision_paper(reading.of, decision, version, languages, by=request.user, at=timezone.localtime())
        try:
            made = download(page, format, language=around, name=file_name(reading, version, language))
        except ExportRefused as refused:
            return refusal(str(refused))
    with transaction.atomic():
        said = {"language": language, "version": version.number, "format": format}
        audit.record("decision.exported", reading.of, by=request.user, **said)
    return made


def _version(reading: Reading, asked: str) -> Version:
    """Raises Http404 for a version that is none."""
    if not asked:
        return reading.decision.version
    found = next((one for one in reading.decision.versions if str(one.number) == asked), None)
    if found is None:
        raise Http404
    return found


@require_POST
@takes_along
def decision_as_sealed_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file that proves itself, for whoever has said that they know who can read it."""
    reading = the_decision(request, pk)
    try:
        made = sealed.seal(reading.of, knows_who_reads="knows" in request.POST, by=request.user)
    except sealed.ActRefused as refused:
        return _papers(request, reading, problem=str(refused), status=409)
    name = f"{file_name(reading, reading.decision.version, '')}{sealed.SUFFIX}"
    return attachment(HttpResponse(made, content_type="application/octet-stream"), name)


urlpatterns = [
    path("council/decisions/<uuid:pk>/papers/", decision_papers, name="decision_papers"),
    path("council/decisions/<uuid:pk>/papers/sealed/", decision_as_sealed_file, name="decision_sealed"),
    path(
        "council/decisions/<uuid:pk>/papers/<slug:language>.<slug:format>", decision_as_paper, name="decision_paper"
    ),
]  # fmt: skip
