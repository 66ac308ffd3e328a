"""Pages that read decisions: the list, one of them, its record, its versions compared."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from tocsin.node.alliance.gates import requires
from tocsin.node.alliance.roles import Ability
from tocsin.node.council.models import Decision
from tocsin.node.council.pages.compare import compare_page
from tocsin.node.council.pages.decision_list import DecisionFilters, draft_rows, list_title, listed, rows_of
from tocsin.node.council.pages.decision_page import decision_page
from tocsin.node.council.pages.decision_record import record
from tocsin.node.council.pages.decision_words import shown_title
from tocsin.node.council.pages.tabs import tabs
from tocsin.node.council.views.decision_finding import the_decision


@requires(Ability.READ_COUNCIL)
def council(request: HttpRequest) -> HttpResponse:
    """The list, with what is being made ready here."""
    filters = DecisionFilters(request.GET)
    asked = filters.chosen()
    page = listed(request.user, asked, request.GET.get("page"))
    waiting = Decision.objects.visible_to(request.user).waiting_for_us().count()
    may_write = request.user.may(Ability.PREPARE_COUNCIL)
    shown = {
        "page": page, "rows": rows_of(page.object_list, request.user), "filters": DecisionFilters(initial=asked),
        "asked": asked, "is_filtered": any(asked.values()), "answer": list_title(page, asked, waiting),
        "tabs": tabs("decisions"), "drafts": draft_rows(request.user), "may_write": may_write,
    }  # fmt: skip
    return render(request, "council/decisions.html", shown)


@requires(Ability.READ_COUNCIL)
def decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One of them; `text` in the address chooses the language of the text, or `all`."""
    reading = the_decision(request, pk)
    page = decision_page(reading, request.user, language=request.GET.get("text", ""))
    return render(request, "council/decision.html", {"page": page, "of": reading.of})


@requires(Ability.READ_COUNCIL)
def decision_record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every act; what machines say only where it is asked for."""
    reading = the_decision(request, pk)
    lines = record(reading.of, reading.arrangement, reading.decision)
    every = request.GET.get("all") == "1"
    machines = sum(one.is_machine and not one.chip for one in lines)
    shown = lines if every else [one for one in lines if not one.is_machine or one.chip]
    title = shown_title(reading.decision.title, reading.decision.official)
    page = {"of": reading.of, "title": title, "lines": shown, "every": every, "machines": machines, "n": len(lines)}
    return render(request, "council/decision_record.html", page)


@requires(Ability.READ_COUNCIL)
def compare_decision(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two versions in one language or several, or the languages of one version side by side."""
    reading = the_decision(request, pk)
    page = compare_page(reading.decision, request.GET)
    return render(request, "council/compare.html", {"page": page, "of": reading.of})


urlpatterns = [
    path("council/", council, name="council"),
    path("council/decisions/<uuid:pk>/", decision, name="decision"),
    path("council/decisions/<uuid:pk>/record/", decision_record, name="decision_record"),
    path("council/decisions/<uuid:pk>/compare/", compare_decision, name="compare_decision"),
]
